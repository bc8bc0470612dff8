"""e-conomic's filter language, addresses and keys: what is written can only be read as it is meant."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.connectors.economic.filters import (
    above,
    at_least,
    at_most,
    both,
    either,
    equal,
    escaped,
    holds,
    is_there,
    one_of,
)
from handoff.connectors.economic.formats import in_address, repeat_key

SPECIAL = "$()*,[]"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (equal("name", "A/S (50 %) *, [x] $1"), "name$eq:A/S $(50 %$) $*$, $[x$] $$1"),
        (holds("text", "HOABC"), "text$like:HOABC"),
        (above("entryNumber", 7), "entryNumber$gt:7"),
        (at_least("date", date(2026, 11, 20)), "date$gte:2026-11-20"),
        (at_most("entryNumber", 9), "entryNumber$lte:9"),
        (is_there("projectNumber"), "projectNumber$ne:$null:"),
        (one_of("customerInvoiceNumber", [1, 2]), "customerInvoiceNumber$in:[1,2]"),
        (both("a$eq:1", "b$eq:2"), "a$eq:1$and:b$eq:2"),
        (either("a$eq:1"), "a$eq:1"),
        (either("a$eq:1", "b$eq:2"), "a$eq:1$or:b$eq:2"),
    ],
)
def test_filters_are_written_as_the_vendor_reads_them(written: str, expected: str) -> None:
    assert written == expected


def test_an_instant_is_written_in_utc_to_the_second() -> None:
    local = datetime(2026, 11, 20, 12, 30, 15, 900_000, tzinfo=timezone(timedelta(hours=1)))
    assert at_least("lastUpdated", local) == "lastUpdated$gte:2026-11-20T11:30:15Z"
    assert at_least("lastUpdated", local.astimezone(UTC)) == at_least("lastUpdated", local)


@given(st.text())
def test_a_value_never_ends_its_filter(text: str) -> None:
    without_escapes = re.sub(r"\$[$()*,\[\]]", "", escaped(text))
    assert not set(SPECIAL) & set(without_escapes)
    assert re.sub(r"\$([$()*,\[\]])", r"\1", escaped(text)) == text


@pytest.mark.parametrize("count", [0, 201])
def test_a_list_that_the_vendor_would_refuse_is_not_written(count: int) -> None:
    with pytest.raises(ValueError, match="do not fit"):
        one_of("number", range(count))


@pytest.mark.parametrize(
    ("code", "address"),
    [("2026", "2026"), ("2025/2026", "2025_6_2026"), ("2025/2026a", "2025_6_2026a"), ("a_b c", "a_8_b_9_c")],
)
def test_years_stand_in_addresses_with_their_characters_replaced(code: str, address: str) -> None:
    assert in_address(code) == address


@given(st.text(alphabet="0123456789ab/_. ", max_size=12), st.text(alphabet="0123456789ab/_. ", max_size=12))
def test_two_years_never_share_an_address(one: str, other: str) -> None:
    assert (in_address(one) == in_address(other)) == (one == other)


def test_a_repeated_request_has_the_same_key_and_any_other_one_another() -> None:
    request = ("HOKEY", "POST", "/customers", b"{}")
    assert repeat_key(*request) == repeat_key(*request)
    others = [
        ("HOKEY2", "POST", "/customers", b"{}"), ("HOKEY", "PUT", "/customers", b"{}"),
        ("HOKEY", "POST", "/customers/1", b"{}"), ("HOKEY", "POST", "/customers", b'{"a":1}'),
    ]  # fmt: skip
    assert len({repeat_key(*one) for one in [request, *others]}) == 5
    assert repeat_key(*request).startswith("HOKEY-")
