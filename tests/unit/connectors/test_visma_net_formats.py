"""How Visma.net ERP writes periods, stamps and numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.connectors.visma_net.formats import (
    body_of,
    instant_of,
    instant_text,
    number_in,
    period_code,
    period_from,
    segments_of,
    value,
)
from handoff.domain.periods import Period

EARLIEST = datetime(2001, 1, 1, tzinfo=UTC).replace(tzinfo=None)


@given(year=st.integers(1990, 2089), month=st.integers(1, 12))
def test_a_period_is_read_the_same_in_both_of_its_forms(year: int, month: int) -> None:
    period = Period(f"{year}-{month:02d}")
    assert period_code(period) == f"{year}{month:02d}"
    assert {period_from(text) for text in (f"{year}{month:02d}", f"{month:02d}{year}", f"{month:02d}-{year}")} == {
        period
    }


@pytest.mark.parametrize("text", ["132026", "202613", "13-2026", "002026"])
def test_a_period_beyond_the_months_is_none_of_ours(text: str) -> None:
    assert period_from(text) is None


@pytest.mark.parametrize("text", ["", "Oktober", "2026", "2026-10", "1026", "10102026"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=f"^{text}$"):
        period_from(text)


@given(st.datetimes(min_value=EARLIEST))
def test_a_stamp_without_a_zone_goes_back_as_it_came_whatever_its_zone_is(stamp: datetime) -> None:
    at = instant_of(stamp)
    assert at is not None
    assert instant_text(at) == stamp.isoformat(timespec="seconds")


def test_a_stamp_with_a_zone_keeps_its_instant() -> None:
    oslo = timezone(timedelta(hours=1))
    stamp = datetime(2026, 10, 5, 12, 0, tzinfo=oslo)
    assert instant_of(stamp) == datetime(2026, 10, 5, 11, 0, tzinfo=UTC)
    assert instant_of(None) is None


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2, allow_nan=False))
def test_money_is_sent_digit_by_digit(amount: Decimal) -> None:
    assert body_of({"amount": value(amount)}) == f'{{"amount":{{"value":{amount}}}}}'.encode()


def test_a_cost_centre_is_written_in_its_segments() -> None:
    assert segments_of("10") == [{"segmentId": 1, "segmentValue": "10"}]
    assert segments_of("10-200") == [{"segmentId": 1, "segmentValue": "10"}, {"segmentId": 2, "segmentValue": "200"}]


@pytest.mark.parametrize(
    ("location", "number"),
    [
        ("https://api.finance.visma.net/v1/projecttransaction/PM00001234", "PM00001234"),
        ("https://elsewhere.example/x/PM1/?a=b#c", "PM1"),
        ("/v1/projecttransaction/PM%201", "PM 1"),
        ("", ""),
        ("https://api.finance.visma.net", ""),
    ],
)
def test_the_number_is_the_last_part_of_the_location_whatever_its_host(location: str, number: str) -> None:
    assert number_in(location) == number
