"""The accounting date: the day of the work, or what the tenant's rule for closed periods says."""

from __future__ import annotations

from datetime import date

from handoff.accounting.calendar import AccountingCalendar, AccountingDay, ClosedPeriod
from handoff.domain.periods import Period
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from tests.builders import OCTOBER, SEPTEMBER, a_financial_period

PERIODS = (
    a_financial_period(period="2026-09", open=False),
    a_financial_period(period="2026-10"),
    a_financial_period(period="2026-11"),
)
HOLD = AccountingCalendar(PERIODS, ClosedPeriod.HOLD)
NEXT_OPEN = AccountingCalendar(PERIODS, ClosedPeriod.NEXT_OPEN)


def test_work_of_an_open_period_keeps_its_day() -> None:
    assert HOLD.day(date(2026, 10, 31)) == AccountingDay(date(2026, 10, 31), OCTOBER)
    assert NEXT_OPEN.day(date(2026, 10, 31)) == AccountingDay(date(2026, 10, 31), OCTOBER)


def test_work_of_a_closed_period_is_held_where_the_tenant_says_so() -> None:
    problem = Problem(ProblemCode.CLOSED_PERIOD, "2026-09")

    assert HOLD.day(date(2026, 9, 30)) == AccountingDay(date(2026, 9, 30), SEPTEMBER, problem=problem)


def test_work_of_a_closed_period_moves_to_the_first_day_of_the_next_open_one() -> None:
    assert NEXT_OPEN.day(date(2026, 9, 14)) == AccountingDay(date(2026, 10, 1), OCTOBER, moved=True)


def test_closed_periods_on_the_way_are_passed_over() -> None:
    closed_autumn = AccountingCalendar(
        [a_financial_period(period=f"2026-{month:02}", open=month in (8, 12)) for month in (12, 9, 10, 8, 11)],
        ClosedPeriod.NEXT_OPEN,
    )

    assert closed_autumn.day(date(2026, 9, 14)).posted_on == date(2026, 12, 1)


def test_a_period_the_erp_does_not_have_is_a_problem_under_either_rule() -> None:
    for calendar in (HOLD, NEXT_OPEN):
        assert calendar.day(date(2027, 1, 4)).problem == Problem(ProblemCode.UNKNOWN_PERIOD, "2027-01")


def test_when_no_later_period_is_open_that_is_the_problem() -> None:
    ended = AccountingCalendar([a_financial_period(period="2026-12", open=False)], ClosedPeriod.NEXT_OPEN)

    day = ended.day(date(2026, 12, 24))

    assert day.period == Period("2026-12")
    assert day.problem == Problem(ProblemCode.UNKNOWN_PERIOD, "open after 2026-12")
