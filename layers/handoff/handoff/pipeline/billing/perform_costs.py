"""Perform the steps of a run of costs: look at what the ERP has posted, then write what is ready into the time tool."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from handoff.domain.errors import BrokenContract, InvalidInput, ReconnectNeeded, Rejected
from handoff.pipeline.billing.perform import PASSING, TimeLeft, note, readable, since, unreadable
from handoff.pipeline.billing.stage_purchases import CostDesk, fetch_purchases
from handoff.pipeline.connections import stop
from handoff.pipeline.deliver import PostTools
from handoff.pipeline.perform import GateTools, delay, done, fail, perform_post, skip_fetch, wait
from handoff.pipeline.run_tools import RunTools
from handoff.pipeline.steps import Step, StepName, StepOutcome, after, run_of


def perform_costs(
    step: Step,
    run: RunTools,
    desk: Callable[[], CostDesk],
    posting: Callable[[], tuple[PostTools, GateTools]],
    time_left: TimeLeft,
) -> StepOutcome:
    """One slice of a run of costs; `desk` opens what they are read with, `posting` what they are written with.

    A scheduled run that made nothing ready ends with the look.
    """
    if step.name is StepName.POST:
        return perform_post(step, run, *posting())
    if step.name is StepName.FETCH_TIME_TOOL:
        return skip_fetch(step, run)
    if step.opens_run:  # one that a person started is stored already, and stays as it is
        run.runs.start(run_of(step, run.clock()))
    connection = run.integration.erp
    if connection.stopped and not step.by_hand:
        return fail(step, run, f"could not read {connection.vendor} ({connection.stopped})")
    return _look(step, run, desk(), time_left)


def _look(step: Step, run: RunTools, desk: CostDesk, time_left: TimeLeft) -> StepOutcome:
    """One slice of the look, and what comes after it; what can't be read is told, and ends the run."""
    connection, counts, before = run.integration.erp, Counter[str](), dict(desk.calls())
    try:
        finished = fetch_purchases(desk, thorough=step.thorough, time_left=time_left, counts=counts)
    except PASSING as fault:
        return wait(step, run, delay(fault), counts, since(before, desk.calls()))
    except (ReconnectNeeded, BrokenContract, Rejected, InvalidInput) as fault:
        note(step, run, counts, since(before, desk.calls()))
        if isinstance(fault, ReconnectNeeded):
            stop(run, connection, fault)
            return fail(step, run, fault.message)
        unreadable(run, connection, fault)
        return fail(step, run, f"could not read {connection.vendor} {desk.flow} ({fault.message})")
    note(step, run, counts, since(before, desk.calls()))
    readable(run, connection)
    if not finished:
        return StepOutcome(then=step.model_copy(update={"slice": step.slice + 1}))
    following = after(step)
    if following is None or _nothing_to_post(step, run):
        return done(step, run)
    return StepOutcome(then=following)


def _nothing_to_post(step: Step, run: RunTools) -> bool:
    """Whether nothing was made ready since the last posting, and the gate knows the newest settings."""
    state = run.passes.load()
    return not step.by_hand and not state.needs_posting and state.gated_with == run.settings_version
