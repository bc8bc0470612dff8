"""The accounting date: the day of the work while its period is open, else by the tenant's rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from handoff.domain.periods import FinancialPeriod, Period, first_day, period_of
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem


class ClosedPeriod(StrEnum):
    """What becomes of work whose period is closed."""

    HOLD = "hold"
    NEXT_OPEN = "next_open"


@dataclass(frozen=True, slots=True)
class AccountingDay:
    """Where the work of one day is posted; `moved` when that is not the day itself.

    With a problem it is not posted at all, and date and period are those of the work.
    """

    posted_on: date
    period: Period
    moved: bool = False
    problem: Problem | None = None


class Calendar(Protocol):
    """What says on which day work is posted."""

    def day(self, worked_on: date) -> AccountingDay:
        """The accounting date of work done on a day."""
        ...


class EveryDay:
    """The calendar of a register that is no ledger: no period of it is ever closed."""

    def day(self, worked_on: date) -> AccountingDay:
        """The day itself."""
        return AccountingDay(worked_on, period_of(worked_on))


class AccountingCalendar:
    """The ERP's periods under the tenant's rule for closed ones; remembers each day it was asked for."""

    def __init__(self, periods: Iterable[FinancialPeriod], closed: ClosedPeriod) -> None:
        self._open = {financial.period: financial.open for financial in periods}
        self._open_in_order = sorted(period for period, is_open in self._open.items() if is_open)
        self._closed = closed
        self._known: dict[date, AccountingDay] = {}

    def day(self, worked_on: date) -> AccountingDay:
        """The accounting date of work done on a day."""
        found = self._known.get(worked_on)
        if found is None:
            found = self._known[worked_on] = self._find(worked_on)
        return found

    def _find(self, worked_on: date) -> AccountingDay:
        period = period_of(worked_on)
        is_open = self._open.get(period)
        if is_open:
            return AccountingDay(worked_on, period)
        if is_open is None:
            return AccountingDay(worked_on, period, problem=Problem(ProblemCode.UNKNOWN_PERIOD, period))
        if self._closed is ClosedPeriod.HOLD:
            return AccountingDay(worked_on, period, problem=Problem(ProblemCode.CLOSED_PERIOD, period))
        later = next((candidate for candidate in self._open_in_order if candidate > period), None)
        if later is None:
            none_open = Problem(ProblemCode.UNKNOWN_PERIOD, f"open after {period}")
            return AccountingDay(worked_on, period, problem=none_open)
        return AccountingDay(first_day(later), later, moved=True)
