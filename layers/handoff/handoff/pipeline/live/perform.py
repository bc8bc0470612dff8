"""Perform live steps: the pass that finds what no webhook told of, and the hints of webhooks.

A pass has the same steps as one of hours: what changed in the ERP, what changed in the time tool, then everything that
is to be moved. Here a vendor's fault becomes the next move: wait and repeat, stop with a problem, or go on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from handoff.domain.errors import (
    BrokenContract,
    DeliveryUnknown,
    RateLimited,
    ReconnectNeeded,
    Stale,
    Unreachable,
)
from handoff.domain.problems import FOR_A_PERSON, NOT_RETRIED, Problem, ProblemCode
from handoff.domain.runs import RunState
from handoff.domain.staged import IN_FLIGHT, StagedRecord, State
from handoff.pipeline.live.changes import read_changes
from handoff.pipeline.live.desk import (
    CUSTOMERS,
    EXPENSES,
    INVOICES,
    PAYMENTS,
    PROJECTS,
    LiveDesk,
)
from handoff.pipeline.live.erp_side import compare_numbers, look_at_erp
from handoff.pipeline.live.expenses import fetch_costs, look_again
from handoff.pipeline.live.hint_step import HintStep
from handoff.pipeline.live.look import look, move_on
from handoff.pipeline.live.payments import report_payments
from handoff.pipeline.perform import RunTools, delay, done, fail, wait
from handoff.pipeline.steps import Step, StepName, StepOutcome, after, run_of

TimeLeft = Callable[[], bool]
PASSING = (RateLimited, Unreachable, DeliveryUnknown, Stale)
"""Faults that pass by themselves; a lost answer is asked for when the step is repeated."""
LEFT_TO_A_PERSON = FOR_A_PERSON | NOT_RETRIED
ORDER = (CUSTOMERS, PROJECTS, INVOICES, EXPENSES)
"""An invoice names its customer and project, a project its customer."""


@dataclass(slots=True)
class Done:
    """What a slice did: counts for the run, what is left of the step, what could not be read."""

    counts: Counter[str] = field(default_factory=Counter)
    left: tuple[str, ...] = ()
    unread: list[str] = field(default_factory=list)


def perform_hint(step: HintStep, run: RunTools, desk: LiveDesk) -> StepOutcome:
    """What a webhook told of; a connection that is stopped is left to the pass after it was mended."""
    if desk.integration.time_tool.stopped or desk.integration.erp.stopped:
        return StepOutcome()
    try:
        look(desk, step.hint)
    except PASSING as fault:
        return StepOutcome(wait_seconds=delay(fault))
    except ReconnectNeeded as refusal:
        _stop(run, desk, refusal)
    except BrokenContract as broken:
        _report(desk, Problem(ProblemCode.BROKEN_CONTRACT, f"{step.kind} {step.subject} ({broken.message})"))
    return StepOutcome()


def perform_live(step: Step, run: RunTools, desk: LiveDesk, time_left: TimeLeft) -> StepOutcome:
    """One slice of a pass over a live integration."""
    if step.opens_run and not step.by_hand:
        run.runs.start(run_of(step, run.clock()))
    work = _WORK[step.name]
    stopped = _stopped(step, desk)
    if stopped is not None and not step.by_hand:
        return _next(step, run, (*step.unread, stopped))
    before, slice_ = _calls(desk), Done(unread=list(step.unread))
    try:
        finished = work(step, desk, time_left, slice_)
    except PASSING as fault:
        return wait(step, run, delay(fault), slice_.counts, _calls_since(desk, before))
    except ReconnectNeeded as refusal:
        _note(step, run, desk, slice_, before)
        _stop(run, desk, refusal)
        return fail(step, run, refusal.message)
    except BrokenContract as broken:
        slice_.unread.append(broken.message)
        _report(desk, Problem(ProblemCode.BROKEN_CONTRACT, broken.message))
        finished = True
    _note(step, run, desk, slice_, before)
    if step.name is StepName.POST:
        _heal(run, desk)
    if not finished:
        rest = {"slice": step.slice + 1, "feeds": slice_.left or None, "unread": tuple(slice_.unread)}
        return StepOutcome(then=step.model_copy(update=rest))
    return _next(step, run, tuple(slice_.unread))


def _erp_side(step: Step, desk: LiveDesk, time_left: TimeLeft, done_: Done) -> bool:
    """What people did in the ERP, and the costs they booked there."""
    for flow in desk.settings.flows_on((CUSTOMERS, PROJECTS)):
        done_.counts["seen_in_erp"] += look_at_erp(desk, flow)
    if EXPENSES in desk.settings.flows_on((EXPENSES,)) and _expenses_due(step):
        return fetch_costs(desk, time_left=time_left, counts=done_.counts)
    return True


def _time_tool_side(step: Step, desk: LiveDesk, time_left: TimeLeft, done_: Done) -> bool:
    """What changed in the time tool since the last pass, whether a webhook told of it or not."""
    flows = (CUSTOMERS, PROJECTS, INVOICES) if step.feeds is None else step.feeds
    left = list(desk.settings.flows_on(flows))
    while left:
        if not read_changes(desk, left[0], time_left=time_left, counts=done_.counts):
            break
        left.pop(0)
    done_.left = tuple(left)
    return not left


def _move_all(step: Step, desk: LiveDesk, time_left: TimeLeft, done_: Done) -> bool:
    """Everything that is to be moved; then what was paid, and at night both sides' numbers."""
    if step.thorough and step.slice == 0:
        look_again(desk)
    for record in _to_be_moved(desk):
        if not time_left():
            return False
        moved = move_on(desk, record)
        done_.counts[moved.state.value] += moved.state is not record.state
    if step.thorough and PAYMENTS in desk.settings.flows_on((PAYMENTS,)):
        done_.counts["payments"] += report_payments(desk, thorough=step.reconciles, time_left=time_left)
    if step.reconciles:
        for flow in desk.settings.flows_on((CUSTOMERS, PROJECTS)):
            compare_numbers(desk, flow)
    return True


_WORK: dict[StepName, Callable[[Step, LiveDesk, TimeLeft, Done], bool]] = {
    StepName.FETCH_ERP: _erp_side,
    StepName.FETCH_TIME_TOOL: _time_tool_side,
    StepName.POST: _move_all,
}


def _expenses_due(step: Step) -> bool:
    """Costs are fetched once a day, and whenever a person asks; webhooks tell of them in between."""
    return step.thorough


def _to_be_moved(desk: LiveDesk) -> Iterator[StagedRecord]:
    """Records that are ready or on their way, and those that failed for something that may be mended by itself."""
    states = frozenset({State.READY, State.FAILED, *IN_FLIGHT})
    for flow in desk.settings.flows_on(ORDER):
        for record in list(desk.staged.every(flow, period=None, states=states)):
            if record.state is not State.FAILED or not any(p.code in LEFT_TO_A_PERSON for p in record.problems):
                yield record


def _next(step: Step, run: RunTools, unread: tuple[str, ...]) -> StepOutcome:
    """The step that follows; what could be read is moved, whatever could not be."""
    following = after(step)
    if following is not None and following.name is not StepName.RECONCILE:
        return StepOutcome(then=following.model_copy(update={"unread": unread}))
    return fail(step, run, f"could not read {', '.join(unread)}") if unread else done(step, run)


def _stopped(step: Step, desk: LiveDesk) -> str | None:
    """Why a step has to be left out: a connection that it needs is stopped until a person has mended it."""
    time_tool, erp = desk.integration.time_tool, desk.integration.erp
    needed = {StepName.FETCH_ERP: (erp,), StepName.FETCH_TIME_TOOL: (time_tool,)}.get(step.name, (time_tool, erp))
    return next((f"{one.vendor} ({one.stopped})" for one in needed if one.stopped), None)


def _stop(run: RunTools, desk: LiveDesk, refusal: ReconnectNeeded) -> None:
    connection = desk.blamed(refusal)
    _report(desk, Problem(ProblemCode.RECONNECT_NEEDED, refusal.message), flow=connection.id)
    run.tenants.stop_connection(desk.integration.id, connection.id, refusal.message)


def _heal(run: RunTools, desk: LiveDesk) -> None:
    """Both sides answered to the end of a pass: what had stopped a connection is over."""
    for connection in (desk.integration.time_tool, desk.integration.erp):
        if not connection.stopped:
            continue
        for known in desk.problems.open():
            if known.flow == connection.id and known.problem.code is ProblemCode.RECONNECT_NEEDED:
                desk.problems.close(known.problem.id)
        run.tenants.stop_connection(desk.integration.id, connection.id, "")


def _report(desk: LiveDesk, problem: Problem, *, flow: str | None = None) -> None:
    desk.problems.report(problem, flow=flow or desk.integration.time_tool.id, external_ids=(), at=desk.clock())


def _note(step: Step, run: RunTools, desk: LiveDesk, slice_: Done, before: Mapping[str, int]) -> None:
    counts = {name: count for name, count in slice_.counts.items() if count}
    calls = _calls_since(desk, before)
    run.runs.add(step.run_id, counts=counts, calls=calls, state=RunState.RUNNING, step=step.name)


def _calls(desk: LiveDesk) -> dict[str, int]:
    integration = desk.integration
    return {integration.time_tool.vendor: desk.time_tool.calls, integration.erp.vendor: desk.erp.calls}


def _calls_since(desk: LiveDesk, before: Mapping[str, int]) -> dict[str, int]:
    return {vendor: made - before[vendor] for vendor, made in _calls(desk).items() if made > before[vendor]}
