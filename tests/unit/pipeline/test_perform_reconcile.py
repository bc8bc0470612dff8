"""Perform: the last step of a nightly run reconciles what is open, a period a slice, and keeps what it finds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

import pytest

from handoff.domain.errors import BrokenContract, HandoffError, RateLimited, ReconnectNeeded, Stale, Unreachable
from handoff.domain.periods import FinancialPeriod, Period
from handoff.domain.reconciliation import LISTED_MAX, Difference, Reconciliation
from handoff.domain.runs import RunState
from handoff.pipeline.census import PERIODS_MAX
from handoff.pipeline.perform import STALE_WAIT_SECONDS, UNREACHABLE_WAIT_SECONDS
from handoff.pipeline.perform_reconcile import NightlyTools, perform_reconcile, periods_to_reconcile
from handoff.pipeline.steps import NIGHTLY, SCHEDULE, Step, StepName, StepOutcome, after
from tests.builders import HOURS, NOW, OCTOBER, SEPTEMBER, a_financial_period, a_reconciliation
from tests.fakes import FakeReconciliationStore
from tests.unit.pipeline.running import RunDesk, ready

DIFFERENCE = Difference("line_differs", "PM00000001 / 1001", "7.5 h, 9375", "7 h, 8750")
CALLS = {"harvest": 1, "visma_net": 2}


class Night:
    """A nightly run at its last step."""

    def __init__(self, *periods: FinancialPeriod) -> None:
        self.desk = RunDesk()
        self.kept = FakeReconciliationStore()
        self.known = periods or (a_financial_period(period=SEPTEMBER), a_financial_period(period=OCTOBER))
        self.starts_on: date | None = None
        self.answers: dict[Period, Reconciliation | HandoffError] = {}
        self.since: list[datetime | None] = []
        self.asked: list[tuple[str, Period]] = []

    def account_of(self, flow: str, period: Period, since: datetime | None) -> Reconciliation:
        self.since.append(since)
        self.asked.append((flow, period))
        answer = self.answers.get(period, a_reconciliation(period))
        if isinstance(answer, HandoffError):
            raise answer
        return answer

    def periods(self, today: date) -> Sequence[Period]:
        return periods_to_reconcile(self.known, starts_on=self.starts_on, today=today)

    def slice(self, step: Step | None = None) -> StepOutcome:
        tools = NightlyTools(self.account_of, self.kept, self.periods, lambda: CALLS)
        step = step or self.desk.step(StepName.RECONCILE, trigger=NIGHTLY)
        return perform_reconcile(step, self.desk.run_tools(), tools)

    def through(self) -> list[StepOutcome]:
        """All slices, to the end."""
        outcomes = [self.slice()]
        while (step := outcomes[-1].then) is not None:
            outcomes.append(self.slice(step))
        return outcomes

    def periods_kept(self) -> list[str]:
        return [line.period for line in self.kept.all()]


# ---- the way there -----------------------------------------------------------------------------


@pytest.mark.parametrize(("trigger", "following"), [(NIGHTLY, StepName.RECONCILE), (SCHEDULE, None), ("anna", None)])
def test_only_a_nightly_run_has_a_reconciliation_behind_its_posting(trigger: str, following: StepName | None) -> None:
    posting = RunDesk().step(StepName.POST, trigger=trigger)
    then = after(posting)
    assert (then.name if then else None) == following


@pytest.mark.parametrize("desk", [RunDesk, lambda: ready("1")], ids=["nothing to post", "something to post"])
def test_posting_leads_a_nightly_run_to_its_reconciliation(desk: Callable[[], RunDesk]) -> None:
    night = desk()
    outcome = night.post(trigger=NIGHTLY, slice=0)
    assert outcome.then is not None
    assert (outcome.then.name, outcome.then.slice, outcome.then.periods) == (StepName.RECONCILE, 0, None)
    assert night.run.finished_at is None


def test_a_nightly_fetch_that_finds_nothing_new_goes_on_to_the_reconciliation() -> None:
    desk = RunDesk()
    outcome = desk.fetch(trigger=NIGHTLY)
    assert outcome.then is not None
    assert (outcome.then.name, outcome.then.feeds) == (StepName.RECONCILE, None)


# ---- the step ----------------------------------------------------------------------------------


def test_every_open_period_is_reconciled_newest_first_each_in_a_slice_of_its_own() -> None:
    night = Night()

    first, last = night.through()

    assert first.then is not None
    assert (first.then.periods, first.then.slice) == ((SEPTEMBER,), 1)
    assert last == StepOutcome()
    assert night.periods_kept() == [OCTOBER, SEPTEMBER]
    run = night.desk.run
    assert (run.state, run.step, run.finished_at) == (RunState.DONE, "reconcile", NOW)
    assert (run.counts, run.calls) == ({"reconciled": 2}, {"harvest": 2, "visma_net": 4})
    assert night.since == [run.started_at, run.started_at]


def test_differences_are_counted_and_kept_and_the_run_ends_well() -> None:
    night = Night()
    night.answers[OCTOBER] = a_reconciliation(differences=[DIFFERENCE], corrections=[DIFFERENCE, DIFFERENCE])

    night.through()

    run, kept = night.desk.run, night.kept.get(HOURS, OCTOBER)
    assert (run.state, run.counts) == (RunState.DONE, {"reconciled": 2, "differences": 1, "corrections": 2})
    assert kept is not None
    assert (kept.run_id, kept.account.differences) == (run.id, [DIFFERENCE])


def test_of_very_many_differences_some_are_kept_and_all_counted() -> None:
    night = Night()
    night.answers[OCTOBER] = a_reconciliation(differences=[DIFFERENCE] * (LISTED_MAX + 10))

    night.through()

    kept = night.kept.get(HOURS, OCTOBER)
    assert kept is not None
    assert (len(kept.account.differences), kept.summary.differences) == (LISTED_MAX, LISTED_MAX + 10)
    assert night.desk.run.counts["differences"] == LISTED_MAX + 10


def test_a_night_without_anything_to_look_at_is_done() -> None:
    night = Night(a_financial_period(period="2026-05", open=False))
    assert night.through() == [StepOutcome()]
    assert (night.desk.run.state, night.periods_kept()) == (RunState.DONE, [])


# ---- which periods -----------------------------------------------------------------------------


def chosen(open_periods: Mapping[str, bool], starts_on: date | None = None) -> list[str]:
    known = [a_financial_period(period=period, open=is_open) for period, is_open in open_periods.items()]
    return list(periods_to_reconcile(known, starts_on=starts_on, today=NOW.date()))


def test_open_periods_and_the_last_three_are_looked_at_and_none_that_are_to_come() -> None:
    known = {"2026-04": True, "2026-05": False, "2026-08": True, "2026-09": False, "2026-10": True, "2026-11": True}

    assert chosen(known) == ["2026-10", "2026-09", "2026-08", "2026-04"]


def test_nothing_before_the_first_day_of_work_is_looked_at() -> None:
    assert chosen({"2026-08": True, "2026-09": True, "2026-10": True}, date(2026, 9, 15)) == ["2026-10", "2026-09"]


def test_of_very_many_open_periods_the_newest_are_looked_at() -> None:
    years = {f"{year}-{month:02}": True for year in (2024, 2025) for month in range(1, 13)}
    assert chosen(years) == sorted(years, reverse=True)[: PERIODS_MAX + 1]


# ---- faults ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        (RateLimited("wait", retry_after=17), 17),
        (Unreachable("nobody there"), UNREACHABLE_WAIT_SECONDS),
        (Stale("somebody was faster"), STALE_WAIT_SECONDS),
    ],
)
def test_a_vendor_that_asks_for_time_gets_it(fault: HandoffError, seconds: int) -> None:
    night = Night()
    night.answers[OCTOBER] = fault

    assert night.slice() == StepOutcome(wait_seconds=seconds)

    assert (night.desk.run.state, night.desk.run.calls) == (RunState.WAITING, CALLS)
    assert night.periods_kept() == []


def test_a_grant_that_ran_out_ends_the_run_with_the_reason() -> None:
    night = Night()
    night.answers[OCTOBER] = ReconnectNeeded("visma_net refused the sign-in")

    assert night.through() == [StepOutcome()]

    run = night.desk.run
    assert (run.state, run.error) == (RunState.FAILED, "could not reconcile 2026-10: visma_net refused the sign-in")


def test_a_period_whose_answers_can_not_be_read_is_named_and_the_others_are_reconciled() -> None:
    night = Night()
    night.answers[OCTOBER] = BrokenContract("the answer can't be read")

    night.through()

    run = night.desk.run
    assert (run.state, run.error) == (RunState.FAILED, "could not reconcile 2026-10 (the answer can't be read)")
    assert (run.counts, night.periods_kept()) == ({"reconciled": 1}, [SEPTEMBER])
