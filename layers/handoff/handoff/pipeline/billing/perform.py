"""Perform the steps of a run of invoices: look at the orders, look at the invoices, order what is ready, follow it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from handoff.domain.errors import (
    BrokenContract,
    DeliveryUnknown,
    InvalidInput,
    RateLimited,
    ReconnectNeeded,
    Rejected,
    Stale,
    Unreachable,
)
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.runs import RunState
from handoff.domain.tenancy import Connection
from handoff.pipeline.billing.desk import InvoiceDesk
from handoff.pipeline.billing.follow_orders import begin_trips, look_at_open, watch_orders
from handoff.pipeline.billing.stage_invoices import fetch_invoices, look_at_unreadable, look_for_gone
from handoff.pipeline.connections import blamed, stop
from handoff.pipeline.deliver import PostTools
from handoff.pipeline.perform import GateTools, delay, done, fail, perform_post, wait
from handoff.pipeline.run_tools import RunTools
from handoff.pipeline.steps import Step, StepName, StepOutcome, after, run_of
from handoff.pipeline.trips.sweep import resume

TimeLeft = Callable[[], bool]
PASSING = (RateLimited, Unreachable, DeliveryUnknown, Stale)
"""Faults that pass by themselves."""
TO_FOLLOW = "to_follow"
"""Under what it is remembered since when something may have been ordered that is not followed yet."""
OPEN, TRIPS = "open", "trips"
"""What is left of a night's look where it is cut off."""


def perform_invoices(
    step: Step,
    run: RunTools,
    desk: InvoiceDesk,
    posting: Callable[[], tuple[PostTools, GateTools]],
    time_left: TimeLeft,
) -> StepOutcome:
    """One slice of a run of invoices; `posting` opens what orders are written with."""
    if step.opens_run:  # one that a person started is stored already, and stays as it is
        run.runs.start(run_of(step, run.clock()))
    connection = _connection(step, run)
    if connection.stopped and not step.by_hand:
        return fail(step, run, f"could not read {connection.vendor} ({connection.stopped})")
    counts, before = Counter[str](), dict(desk.calls())
    try:
        if step.name is StepName.POST:
            return _post(step, run, desk, posting)
        rest = _looked(step, desk, time_left, counts)
    except PASSING as fault:
        return wait(step, run, delay(fault), counts, since(before, desk.calls()))
    except ReconnectNeeded as refusal:
        note(step, run, counts, since(before, desk.calls()))
        stop(run, blamed(run.integration, run.titles, refusal), refusal)
        return fail(step, run, refusal.message)
    except (BrokenContract, Rejected, InvalidInput) as fault:
        note(step, run, counts, since(before, desk.calls()))
        unreadable(run, connection, fault)
        return fail(step, run, f"could not read {connection.vendor} {desk.flow} ({fault.message})")
    note(step, run, counts, since(before, desk.calls()))
    readable(run, connection)
    following = after(step) if rest is None else step.model_copy(update={"slice": step.slice + 1, "feeds": rest})
    return StepOutcome(then=following) if following is not None else done(step, run)


def _looked(step: Step, desk: InvoiceDesk, time_left: TimeLeft, counts: Counter[str]) -> tuple[str, ...] | None:
    """Looks at one side; None when all of it was looked at, else where the next slice goes on."""
    if step.name is StepName.FETCH_ERP:
        return _looked_at_orders(step, desk, time_left, counts)
    if not step.feeds:
        if not fetch_invoices(desk, thorough=step.thorough, time_left=time_left, counts=counts):
            return ()
        if not step.thorough:
            return None
        look_at_unreadable(desk)
    after_id = step.feeds[0] if step.feeds else ""
    left_at = look_for_gone(desk, after=after_id, time_left=time_left, counts=counts)
    return None if left_at is None else (left_at,)


def _looked_at_orders(
    step: Step, desk: InvoiceDesk, time_left: TimeLeft, counts: Counter[str]
) -> tuple[str, ...] | None:
    """What a pass looks at, and what a thorough one looks at besides: every open order, then every round trip."""
    what, after_id = (step.feeds or ("", ""))[:2]
    if not what:
        if not watch_orders(desk, time_left=time_left, counts=counts):
            return ()
        if not step.thorough:
            return None
    if what != TRIPS:
        left_at = look_at_open(desk, after=after_id, time_left=time_left, counts=counts)
        if left_at is not None:
            return (OPEN, left_at)
        after_id = ""
    swept = resume(desk.trips, after=after_id, time_left=time_left)
    counts.update({f"trips_{what}": count for what, count in swept.counts.items() if what in ("renewed", "put_off")})
    return None if swept.left_at is None else (TRIPS, swept.left_at)


def _post(
    step: Step, run: RunTools, desk: InvoiceDesk, posting: Callable[[], tuple[PostTools, GateTools]]
) -> StepOutcome:
    """Orders what is ready, then begins to follow it; a pass that made nothing ready does neither.

    Since when something may be to be followed is noted before anything is ordered: whoever orders may die before he
    follows, and whoever comes next follows for him.
    """
    before, state = dict(desk.calls()), run.passes.load()
    due = state.needs_posting or state.gated_with != run.settings_version or step.by_hand or step.slice > 0
    if due and not state.serials.get(TO_FOLLOW):
        noted = int(run.clock().timestamp())
        run.passes.save(replace(state, serials={**state.serials, TO_FOLLOW: noted}))

    def follow() -> None:
        counts, ordered = Counter[str](), dict(desk.calls())
        since_when = datetime.fromtimestamp(run.passes.load().serials.get(TO_FOLLOW, 0), UTC)
        begin_trips(desk, counts, after=since_when)
        note(step, run, counts, since(ordered, desk.calls()))
        now = run.passes.load()
        run.passes.save(replace(now, serials={**now.serials, TO_FOLLOW: 0}))

    if not due:
        if state.serials.get(TO_FOLLOW):
            follow()
        return done(step, run)
    outcome = perform_post(step, run, *posting(), follow=follow)
    erp = run.integration.erp.vendor
    note(step, run, Counter(), {vendor: n for vendor, n in since(before, desk.calls()).items() if vendor != erp})
    return outcome


def _connection(step: Step, run: RunTools) -> Connection:
    integration = run.integration
    return integration.time_tool if step.name is StepName.FETCH_TIME_TOOL else integration.erp


def unreadable(run: RunTools, connection: Connection, fault: BrokenContract | Rejected | InvalidInput) -> None:
    """Tells the inbox of a list that could not be read."""
    problem = Problem(ProblemCode.BROKEN_CONTRACT, f"{connection.vendor} {fault.field or 'answer'}: {fault.message},")
    state = run.passes.load()
    # First: whoever dies in between has told nothing that nobody would close.
    run.passes.save(replace(state, serials={**state.serials, f"unread:{connection.id}": 1}))
    run.problems.report(problem, flow=connection.id, external_ids=(), at=run.clock())


def readable(run: RunTools, connection: Connection) -> None:
    """Closes what was told of a list that could not be read, now that it was."""
    state, name = run.passes.load(), f"unread:{connection.id}"
    if not state.serials.get(name):
        return
    for known in run.problems.open():
        if known.flow == connection.id and known.problem.code is ProblemCode.BROKEN_CONTRACT and not known.external_ids:
            run.problems.close(known.problem.id)
    run.passes.save(replace(state, serials={**state.serials, name: 0}))


def note(step: Step, run: RunTools, counts: Counter[str], calls: Mapping[str, int]) -> None:
    """Adds to the run what a slice of it did."""
    some = {name: count for name, count in counts.items() if count}
    run.runs.add(step.run_id, counts=some, calls=calls, state=RunState.RUNNING, step=step.name)


def since(before: Mapping[str, int], now: Mapping[str, int]) -> dict[str, int]:
    """Calls made between two counts, by vendor."""
    return {vendor: made - before.get(vendor, 0) for vendor, made in now.items() if made > before.get(vendor, 0)}
