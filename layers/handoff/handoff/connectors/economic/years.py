"""Accounting years: their codes are read, never made from a date (2025/2026a is one too)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from handoff.connectors.economic.client import EconomicClient
from handoff.connectors.economic.config import TITLE
from handoff.connectors.economic.models import EconomicYear
from handoff.domain.errors import BrokenContract, Rejected

WHAT = "accounting years"
PATH = "/accounting-years"


class Years:
    """The accounting years of one agreement, read once and again only for a day that they do not have open."""

    def __init__(self, client: EconomicClient) -> None:
        self._client = client
        self._known: Sequence[EconomicYear] | None = None

    def open_on(self, day: date) -> str:
        """The code of the open year with that day; raises Rejected `no_accounting_year` or `closed_period`."""
        known_before = self._known is not None
        year = year_of(day, self._all())
        if (year is None or year.closed) and known_before:
            self._known = None  # it may have been opened since
            year = year_of(day, self._all())
        if year is None:
            raise Rejected(
                f"{TITLE} has no accounting year with {day.isoformat()}",
                code="no_accounting_year",
                field="date",
                cure="Open the accounting year in e-conomic, or change the invoice's date, then retry.",
            )
        if year.closed:
            raise Rejected(
                f"the accounting year {year.year} is closed in {TITLE}",
                code="closed_period",
                field="date",
                cure="Open the year in e-conomic, or change the invoice's date, then retry.",
            )
        return year.year

    def code_of(self, day: date) -> str:
        """The code of the year with that day, open or not; raises BrokenContract where something stands outside all."""
        year = year_of(day, self._all())
        if year is None:
            self._known = None
            year = year_of(day, self._all())
        if year is None:
            raise BrokenContract(f"{TITLE} has an entry on {day.isoformat()}, in no accounting year", field=WHAT)
        return year.year

    def is_open(self, day: date) -> bool:
        """Whether something can be booked on that day, as far as years go."""
        year = year_of(day, self._all())
        return year is not None and not year.closed

    def _all(self) -> Sequence[EconomicYear]:
        if self._known is None:
            self._known = [row for row, _ in self._client.rest_rows(PATH, EconomicYear, what=WHAT)]
        return self._known


def year_of(day: date, years: Sequence[EconomicYear]) -> EconomicYear | None:
    """The year that the day lies in."""
    return next((year for year in years if year.from_date <= day <= year.to_date), None)


def day_of(text: str) -> date:
    """The day of `2026-10-01` or `2026-10-01T00:00:00`; raises BrokenContract."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise BrokenContract(f"{TITLE} has an entry with the date {text[:30]!r}", field="date") from None
