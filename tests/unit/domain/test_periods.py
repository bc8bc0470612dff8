"""Periods: calendar months that sort in time order."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.domain.errors import InvalidInput
from handoff.domain.periods import Period, first_day, last_day, parse_period, period_of

days = st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 12, 31))


@pytest.mark.parametrize("text", ["2026-10", "1999-01", "2026-12"])
def test_a_month_is_written_with_four_and_two_digits(text: str) -> None:
    assert parse_period(text) == Period(text)


@pytest.mark.parametrize(
    "text",
    ["", "2026", "2026-13", "2026-00", "26-10", "2026-1", "2026-10-01", "202610", "2026-10\n", "0000-01", "9999-12"],
)
def test_anything_else_is_refused_with_the_field_and_a_cure(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_period(text, field="query.period")

    assert (refused.value.code, refused.value.field) == ("bad_period", "query.period")
    assert "YYYY-MM" in refused.value.cure


@pytest.mark.parametrize(("period", "last"), [("2026-02", 28), ("2028-02", 29), ("2026-12", 31), ("2026-11", 30)])
def test_a_month_ends_on_its_last_day(period: str, last: int) -> None:
    assert last_day(Period(period)).day == last


@given(days)
def test_a_day_lies_in_its_period(day: date) -> None:
    period = period_of(day)

    assert first_day(period) <= day <= last_day(period)
    assert period_of(last_day(period) + timedelta(days=1)) > period


@given(days, days)
def test_periods_sort_as_their_days_do(a: date, b: date) -> None:
    assert (period_of(a) < period_of(b)) == ((a.year, a.month) < (b.year, b.month))
