"""What is sent to Business NXT and read from it, value by value: numbers, addresses, stamps, filters, documents."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.connectors.business_nxt.documents import filled
from handoff.connectors.business_nxt.server_time import server_instant, server_text
from handoff.connectors.business_nxt.values import (
    INT_MAX,
    Unfit,
    address_line,
    address_lines,
    both,
    only,
    whole_number,
)
from handoff.connectors.business_nxt.walks import Walk, walk_at

OSLO = ZoneInfo("Europe/Oslo")
INSTANTS = st.datetimes(datetime(2024, 10, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis gives the zone


@pytest.mark.parametrize(("text", "number"), [("7", 7), ("0007", 7), (str(INT_MAX), INT_MAX)])
def test_digits_are_a_whole_number(text: str, number: int) -> None:
    assert whole_number(text, "projects") == number


@pytest.mark.parametrize("text", ["", "0", "-1", "1.0", " 1", "P-1", "१", str(INT_MAX + 1), "9" * 40])
def test_anything_else_is_refused_in_words(text: str) -> None:
    with pytest.raises(Unfit, match="whole numbers as the number of projects"):
        whole_number(text, "projects")


@given(st.text(alphabet="ab ,\n", max_size=300))
def test_an_address_that_was_cut_once_is_kept_as_it_is(line: str) -> None:
    lines = address_lines(line)
    assert len(lines) == 3
    assert all(len(one) <= 60 for one in lines)
    kept = address_line(lines)
    assert address_line(address_lines(kept)) == address_line(address_lines(address_line(address_lines(kept))))


@pytest.mark.parametrize("line", ["", "Kaia 1", "c/o Skott, Kaia 1, 2. etasje", "A" * 60, f"{'A' * 59}, {'B' * 59}"])
def test_an_address_that_fits_comes_back_as_it_was(line: str) -> None:
    assert address_line(address_lines(line)) == line


def test_a_filter_for_a_row_names_its_key_and_never_means_all_rows() -> None:
    """Business NXT, Updates: an update without a filter touches all rows."""
    assert only({"associateNo": 1}, {"name": "", "phone": None}) == {
        "_and": [{"name": {"_eq": ""}}, {"associateNo": {"_eq": 1}}]
    }
    for key in ({}, {"associateNo": 0}, {"productNo": ""}, {"associateNo": None}):
        with pytest.raises(ValueError, match="means all rows"):
            only(key, {"name": "x"})
    assert both(None, None) is None


@given(INSTANTS)
def test_a_stamp_is_the_servers_local_time_and_the_earlier_of_two(at: datetime) -> None:
    at = at.replace(microsecond=at.microsecond // 1000 * 1000)
    local = at.astimezone(OSLO).replace(tzinfo=None)
    read = server_instant(local.isoformat(" ", "milliseconds"))
    assert read in (at, at - timedelta(hours=1))
    assert read.astimezone(OSLO).replace(tzinfo=None) == local
    assert read == local.replace(tzinfo=OSLO, fold=0).astimezone(UTC)


@given(INSTANTS, st.timedeltas(timedelta(0), timedelta(days=400)))
def test_whatever_changes_later_has_a_stamp_at_or_after_what_is_asked_from(at: datetime, later: timedelta) -> None:
    """Also in the night in which an hour comes twice."""
    stamp = (at + later).astimezone(OSLO).replace(tzinfo=None).isoformat(" ", "microseconds")
    assert server_text(at) <= stamp


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (datetime(2026, 7, 1, 10, tzinfo=UTC), "2026-07-01 12:00:00.000"),
        (datetime(2026, 12, 1, 10, 0, 0, 798_900, tzinfo=UTC), "2026-12-01 11:00:00.798"),
        (datetime(2026, 10, 25, 0, 45, tzinfo=UTC), "2026-10-25 02:00:00.000"),
        (datetime(2026, 10, 25, 1, 45, tzinfo=UTC), "2026-10-25 02:45:00.000"),
    ],
)
def test_changes_are_asked_for_in_local_time(at: datetime, text: str) -> None:
    assert server_text(at) == text


def test_stamps_with_a_zone_or_seven_digits_are_read_too() -> None:
    assert server_instant("2026-07-01T12:00:00+02:00") == datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert server_instant("2026-07-01 12:00:00.7987654").replace(microsecond=0) == datetime(2026, 7, 1, 10, tzinfo=UTC)
    with pytest.raises(ValueError, match="i går"):
        server_instant("i går")


def test_documents_take_names_of_tables_and_no_values() -> None:
    assert filled("{ rows: <unit> { <block> } }", unit="orgUnit12", block="block: group3") == (
        "{ rows: orgUnit12 { block: group3 } }"
    )
    assert filled("{ a <block> }", block="") == "{ a  }"
    for value in ("a b", "a(first: 1)", "x}", '"', "a\n", "block:group1"):
        with pytest.raises(ValueError, match="is no name"):
            filled("<unit>", unit=value)


def test_a_mark_survives_in_another_process() -> None:
    began = datetime(2026, 11, 5, tzinfo=UTC)
    walk = Walk(began, {"rows": "KM"})
    assert walk_at(walk.mark, began + timedelta(hours=1), "rows") == walk
    assert walk_at(None, began, "own", "contacts") == Walk(began, {"own": None, "contacts": None})
    assert msgspec.json.decode(walk.mark)["after"] == {"rows": "KM"}
