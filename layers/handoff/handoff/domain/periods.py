"""Accounting periods: calendar months, written `2026-10`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import NewType

from handoff.domain.errors import InvalidInput

Period = NewType("Period", str)
"""A calendar month as `YYYY-MM`; sorts in time order."""

# Years that books are kept in: the calendar's very ends have no day before or after.
_PATTERN = re.compile(r"(19|2[0-9])[0-9]{2}-(0[1-9]|1[0-2])")


def period_of(day: date) -> Period:
    """The month a day lies in."""
    return Period(f"{day.year:04d}-{day.month:02d}")


def parse_period(text: str, *, field: str = "period") -> Period:
    """The period a person wrote; raises InvalidInput when it is not `YYYY-MM`."""
    if not _PATTERN.fullmatch(text):
        raise InvalidInput(
            f"'{text}' is not a period",
            code="bad_period",
            field=field,
            cure="Write the month as YYYY-MM, for example 2026-10.",
        )
    return Period(text)


@lru_cache
def first_day(period: Period) -> date:
    """The first day of the month."""
    return date(int(period[:4]), int(period[5:7]), 1)


@lru_cache
def last_day(period: Period) -> date:
    """The last day of the month."""
    first = first_day(period)
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def months_before(period: Period, count: int) -> list[Period]:
    """So many months before one, the latest first."""
    found: list[Period] = []
    for _ in range(count):
        period = period_of(first_day(period) - timedelta(days=1))
        found.append(period)
    return found


@dataclass(frozen=True, slots=True)
class FinancialPeriod:
    """A period of the ERP's general ledger, and whether it still takes postings."""

    period: Period
    open: bool

    @property
    def key(self) -> str:
        """What it is stored under."""
        return self.period
