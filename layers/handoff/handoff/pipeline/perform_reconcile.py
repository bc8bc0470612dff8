"""Perform the last step of a nightly run: reconcile one period of a flow a slice, and keep every account.

A difference ends no run: it is counted, kept with the account, and told as a metric. A period whose answers can't be
read is named at the end, and the others are reconciled all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from handoff.domain.errors import (
    BrokenContract,
    DeliveryUnknown,
    RateLimited,
    ReconnectNeeded,
    Rejected,
    Stale,
    Unreachable,
)
from handoff.domain.periods import FinancialPeriod, Period, months_before, period_of
from handoff.domain.reconciliation import KeptReconciliation, Reconciliation
from handoff.domain.runs import RunState
from handoff.pipeline.census import PERIODS_MAX, RECENT
from handoff.pipeline.perform import delay, done, fail, wait
from handoff.pipeline.run_tools import RunTools
from handoff.pipeline.steps import Step, StepOutcome
from handoff.ports import ReconciliationStore


@dataclass(frozen=True, slots=True)
class NightlyTools:
    """What a slice works with.

    `reconcile` makes the account of a flow's period, looking at the work of the pass that began at the given instant;
    `periods` says which ones a night looks at, by the day.
    """

    reconcile: Callable[[str, Period, datetime | None], Reconciliation]
    reconciliations: ReconciliationStore
    periods: Callable[[date], Sequence[Period]]
    calls: Callable[[], Mapping[str, int]]


def perform_reconcile(step: Step, run: RunTools, tools: NightlyTools) -> StepOutcome:
    """One period of one flow; the step that follows carries those that are left."""
    left = step.periods
    if left is None:
        left = tuple(tools.periods(run.clock().date()))
    if not left or not step.flows:
        return _ended(step, run)
    flow, period, unread, counts = step.flows[0], left[0], step.unread, dict[str, int]()
    this_run = run.runs.get(step.run_id)
    try:
        account = tools.reconcile(flow, period, None if this_run is None else this_run.started_at)
    except (RateLimited, Unreachable, Stale) as fault:
        return wait(step, run, delay(fault), {}, tools.calls())
    except ReconnectNeeded as refusal:
        # Whose grant it is, the next pass finds when it fetches, and stops that connection.
        run.runs.add(step.run_id, calls=tools.calls())
        return fail(step, run, f"could not reconcile {period}: {refusal.message}")
    except (BrokenContract, Rejected, DeliveryUnknown) as fault:
        unread = (*unread, f"{period} ({fault.message})")
    else:
        tools.reconciliations.save(KeptReconciliation(flow, step.run_id, account.shortened()))
        counts = {"reconciled": 1, "differences": account.difference_count, "corrections": account.correction_count}
    some = {name: count for name, count in counts.items() if count}
    run.runs.add(step.run_id, counts=some, calls=tools.calls(), state=RunState.RUNNING, step=step.name)
    rest = step.model_copy(update={"periods": left[1:], "unread": unread, "slice": step.slice + 1})
    if not rest.periods and len(rest.flows) > 1:
        rest = rest.model_copy(update={"flows": rest.flows[1:], "periods": None})
    return StepOutcome(then=rest) if rest.periods != () else _ended(rest, run)


def periods_to_reconcile(
    periods: Iterable[FinancialPeriod], *, starts_on: date | None, today: date
) -> Sequence[Period]:
    """The periods of the books that a night looks at: open ones and the last few, newest first, up to today's."""
    first, present = period_of(starts_on) if starts_on is not None else Period(""), period_of(today)
    known = {one.period: one.open for one in periods}
    # A month that the books don't have yet, or have no longer, has nothing to be held against.
    recent = {period for period in (present, *months_before(present, RECENT)) if period in known}
    wanted = {period for period, is_open in known.items() if is_open and period <= present} | recent
    return sorted((period for period in wanted if period >= first), reverse=True)[: PERIODS_MAX + 1]


def _ended(step: Step, run: RunTools) -> StepOutcome:
    if step.unread:
        return fail(step, run, f"could not reconcile {', '.join(step.unread)}")
    return done(step, run)
