"""Perform live steps: the pass that finds what no webhook told of, and the hints of webhooks.

A pass has the same steps as one of hours: what changed in the ERP, what changed in the time tool, then everything that
is to be moved. Here a vendor's fault becomes the next move: wait and repeat, stop with a problem, or go on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace

from handoff.domain.errors import (
    BrokenContract,
    DeliveryUnknown,
    NotKnownYet,
    RateLimited,
    ReconnectNeeded,
    Rejected,
    Stale,
    Unreachable,
)
from handoff.domain.invoices import PaymentState
from handoff.domain.posting import DocumentKind
from handoff.domain.problem_codes import FOR_A_PERSON, NOT_RETRIED
from handoff.domain.runs import RunState
from handoff.domain.staged import State
from handoff.pipeline.connections import blamed, close_refusals, heal, stop
from handoff.pipeline.deliver import Tally
from handoff.pipeline.live.account import ACCOUNTED
from handoff.pipeline.live.book import take_up
from handoff.pipeline.live.changes import look_since, read_changes
from handoff.pipeline.live.desk import (
    BY_LIVE,
    CARDS,
    CUSTOMERS,
    INVOICES,
    PROJECTS,
    LiveDesk,
)
from handoff.pipeline.live.erp_side import compare_numbers
from handoff.pipeline.live.expenses import fetch_costs, look_again
from handoff.pipeline.live.hint_step import HintStep
from handoff.pipeline.live.inbox import tidy_inbox
from handoff.pipeline.live.keys import watch_keys
from handoff.pipeline.live.look import TO_BE_MIRRORED, TO_BE_MOVED, look, move_on
from handoff.pipeline.live.payments import report_payments
from handoff.pipeline.live.plan_invoice import plan
from handoff.pipeline.live.post_expense import post_expenses
from handoff.pipeline.live.record_moves import cleared
from handoff.pipeline.live.slices import FAULTS_MAX, Done, close_unread, delay_of, report_unread
from handoff.pipeline.live.stage import judge_again
from handoff.pipeline.perform import done, fail, wait
from handoff.pipeline.run_tools import RunTools
from handoff.pipeline.steps import Step, StepName, StepOutcome, after, run_of

TimeLeft = Callable[[], bool]
PASSING = (RateLimited, Unreachable, DeliveryUnknown, NotKnownYet, Stale)
"""Faults that pass by themselves; a lost answer is asked for when the step is repeated."""
LEFT_TO_A_PERSON = FOR_A_PERSON | NOT_RETRIED
ONLY_PAYMENTS = ("payments",)
"""What is left of a pass whose records were all tried; it stands behind the place of any of them."""
GOT_ON = ("posted", "failed", "excluded")


def perform_hint(step: HintStep, run: RunTools, desk: LiveDesk, time_left: TimeLeft) -> StepOutcome:
    """What a webhook told of; a connection that is stopped is left to the pass after it was mended.

    What there is no time for is left to the nightly pass as well: a hint comes once, however much it tells of.
    """
    if desk.integration.time_tool.stopped or desk.integration.erp.stopped:
        return StepOutcome()
    try:
        look(desk, step.hint, time_left)
    except PASSING as fault:
        return StepOutcome(wait_seconds=delay_of(fault))
    except ReconnectNeeded as refusal:
        stop(run, blamed(desk.integration, desk.titles, refusal), refusal)
    except (BrokenContract, Rejected) as broken:
        report_unread(desk, f"{step.kind} {step.subject} ({broken.message})")
    return StepOutcome()


def perform_live(step: Step, run: RunTools, desk: LiveDesk, time_left: TimeLeft) -> StepOutcome:
    """One slice of a pass over a live integration."""
    if step.opens_run and not step.by_hand:
        run.runs.start(run_of(step, run.clock()))
    work = _WORK[step.name]
    stopped = _stopped(step, desk)
    if stopped is not None and not step.by_hand:
        return _next(step, run, desk, (*step.unread, stopped))
    before, slice_ = _calls(desk), Done(unread=list(step.unread))
    try:
        finished = work(step, desk, time_left, slice_)
    except PASSING as fault:
        return wait(step, run, delay_of(fault), slice_.counts, _calls_since(desk, before))
    except ReconnectNeeded as refusal:
        _note(step, run, desk, slice_, before)
        stop(run, blamed(desk.integration, desk.titles, refusal), refusal)
        return fail(step, run, refusal.message)
    except (BrokenContract, Rejected) as broken:
        slice_.not_read(desk, broken)
        finished = True
    _note(step, run, desk, slice_, before)
    if step.name is StepName.POST:
        heal(run)
        if finished and step.thorough and not slice_.unread:
            close_refusals(run)
    if finished and slice_.wait_seconds is not None:
        return wait(step, run, slice_.wait_seconds, {}, {})
    if not finished:
        rest = {"slice": step.slice + 1, "feeds": slice_.left or None, "unread": tuple(slice_.unread)}
        return StepOutcome(then=step.model_copy(update=rest))
    return _next(step, run, desk, tuple(slice_.unread))


def _erp_side(step: Step, desk: LiveDesk, time_left: TimeLeft, slice_: Done) -> bool:
    """What people did in the ERP, and the costs they booked there: at night, and whenever a person asks."""
    for flow in desk.settings.flows_on((CUSTOMERS, PROJECTS)):
        # A module that is not switched on: every record of the flow says so.
        with slice_.reading(desk), suppress(Rejected):
            slice_.counts["edited_in_erp"] += look_since(desk, flow).edited
    if not step.thorough or not desk.settings.expenses.on:
        return True
    read = fetch_costs(desk, time_left=time_left)
    slice_.counts += read.counts
    return not read.cut_short


def _time_tool_side(step: Step, desk: LiveDesk, time_left: TimeLeft, slice_: Done) -> bool:
    """What changed in the time tool since the last pass, whether a webhook told of it or not."""
    left = list(desk.settings.flows_on(CARDS if step.feeds is None else step.feeds))
    while left:
        finished = True
        with slice_.reading(desk):
            finished = read_changes(desk, left[0], time_left=time_left, counts=slice_.counts)
        if not finished:
            break
        left.pop(0)
    slice_.left = tuple(left)
    return not left


def _move_all(step: Step, desk: LiveDesk, time_left: TimeLeft, slice_: Done) -> bool:
    """Everything that is to be moved; then what was paid, and at night what people did to both sides' numbers."""
    state = desk.passes.load()
    tried_again = step.thorough or state.gated_with != desk.settings_version
    if tried_again and step.slice == 0:
        _free(desk, time_left, slice_)
        if desk.settings.expenses.on:
            with slice_.reading(desk):
                slice_.counts += look_again(desk, time_left=time_left).counts
    if state.gated_with != desk.settings_version and not judge_again(desk, time_left=time_left):
        return False
    for work in (_open_invoices, _cards, _expenses, _payments):
        if not work(step, desk, time_left, slice_):
            return False
    if step.reconciles:
        _look_at_night(desk, slice_)
    if step.thorough:
        tidy_inbox(desk)
        if not slice_.unread and slice_.wait_seconds is None:
            close_unread(desk)
    if state.gated_with != desk.settings_version:
        desk.passes.save(replace(desk.passes.load(), gated_with=desk.settings_version))
    return True


def _look_at_night(desk: LiveDesk, slice_: Done) -> None:
    with slice_.moving(desk):
        watch_keys(desk, desk.time_tool, today=desk.clock().date())
    for flow in desk.settings.flows_on((CUSTOMERS, PROJECTS)):
        with slice_.moving(desk), suppress(Rejected):
            compare_numbers(desk, flow)


def _free(desk: LiveDesk, time_left: TimeLeft, slice_: Done) -> None:
    """Lets invoices try again that failed for something which is mended by now; the rest waits for a person.

    One that would fail for the same is left as it is: told anew each night, it would be mailed each night.
    """
    for record in list(desk.staged.every(INVOICES, period=None, states=frozenset({State.FAILED}))):
        if any(problem.code in LEFT_TO_A_PERSON for problem in record.problems):
            continue
        if not time_left() or slice_.faults >= FAULTS_MAX:
            break
        with slice_.moving(desk):
            if plan(desk, record) != record.problems:
                cleared(desk, record)
                desk.staged.save([record.move(State.READY, by=BY_LIVE, at=desk.clock(), why="tried again by a pass")])
    slice_.faults = 0


def _open_invoices(_: Step, desk: LiveDesk, time_left: TimeLeft, slice_: Done) -> bool:
    """Invoices that were left on their way are taken up first: what they may have written is known before the rest."""
    if not desk.settings.invoices.on:
        return True
    for posting in desk.postings.open():
        if posting.kind is DocumentKind.CUSTOMER_INVOICE:
            if not time_left():
                return False
            with slice_.moving(desk, desk.staged.get(posting.flow, posting.records[0].external_id)):
                take_up(desk, posting)
            if slice_.faults >= FAULTS_MAX:
                break
    return True


def _cards(step: Step, desk: LiveDesk, time_left: TimeLeft, slice_: Done) -> bool:
    """Each record once in a pass: a slice begins behind what the one before it tried, or it might come to no end."""
    slice_.left = step.feeds or ()
    for flow in desk.settings.flows_on(CARDS):
        states = TO_BE_MOVED if flow == INVOICES else TO_BE_MIRRORED
        records = desk.staged.every(flow, period=None, states=states)
        for record in sorted(records, key=lambda record: record.external_id):
            place = f"{CARDS.index(flow)}{record.external_id}"
            if step.feeds and place <= step.feeds[0]:
                continue
            if not time_left():
                return False
            slice_.left = (place,)
            with slice_.moving(desk, record):
                slice_.counts[move_on(desk, record).state.value] += 1
            if slice_.faults >= FAULTS_MAX:
                slice_.faults = 0  # of this flow; the next one may not need whom this one waits for
                break
    return True


def _expenses(_: Step, desk: LiveDesk, time_left: TimeLeft, slice_: Done) -> bool:
    if not desk.settings.expenses.on:
        return True
    tally = Tally()
    with slice_.moving(desk):
        tally = post_expenses(desk, time_left=time_left)
        slice_.add(tally)
    # A slice that got nowhere is not followed by another one like it.
    return not (tally.cut_short and any(tally.counts[name] for name in GOT_ON))


def _payments(step: Step, desk: LiveDesk, time_left: TimeLeft, slice_: Done) -> bool:
    if not step.thorough or not desk.settings.payments.on:
        return True
    tally, second = Tally(), step.feeds == ONLY_PAYMENTS
    with slice_.moving(desk):
        tally = report_payments(desk, thorough=step.reconciles, time_left=time_left)
        slice_.add(tally)
    slice_.left = ONLY_PAYMENTS
    return not tally.cut_short or (second and not any(tally.counts[state] for state in PaymentState))


_WORK: dict[StepName, Callable[[Step, LiveDesk, TimeLeft, Done], bool]] = {
    StepName.FETCH_ERP: _erp_side,
    StepName.FETCH_TIME_TOOL: _time_tool_side,
    StepName.POST: _move_all,
}


def _next(step: Step, run: RunTools, desk: LiveDesk, unread: tuple[str, ...]) -> StepOutcome:
    """The step that follows; what could be read is moved, whatever could not be, and accounted for if all could."""
    following = after(step)
    if following is not None and following.name is not StepName.RECONCILE:
        return StepOutcome(then=following.model_copy(update={"unread": unread}))
    accounted = desk.settings.flows_on(ACCOUNTED)
    if following is not None and accounted and not unread:
        return StepOutcome(then=following.model_copy(update={"flows": accounted}))
    return fail(step, run, f"could not read {', '.join(unread)}") if unread else done(step, run)


def _stopped(step: Step, desk: LiveDesk) -> str | None:
    """Why a step has to be left out: a connection that it needs is stopped until a person has mended it."""
    time_tool, erp = desk.integration.time_tool, desk.integration.erp
    needed = {StepName.FETCH_ERP: (erp,), StepName.FETCH_TIME_TOOL: (time_tool,)}.get(step.name, (time_tool, erp))
    return next((f"{one.vendor} ({one.stopped})" for one in needed if one.stopped), None)


def _note(step: Step, run: RunTools, desk: LiveDesk, slice_: Done, before: Mapping[str, int]) -> None:
    counts = {name: count for name, count in slice_.counts.items() if count}
    calls = _calls_since(desk, before)
    run.runs.add(step.run_id, counts=counts, calls=calls, state=RunState.RUNNING, step=step.name)


def _calls(desk: LiveDesk) -> dict[str, int]:
    integration = desk.integration
    return {integration.time_tool.vendor: desk.time_tool.calls, integration.erp.vendor: desk.erp.calls}


def _calls_since(desk: LiveDesk, before: Mapping[str, int]) -> dict[str, int]:
    return {vendor: made - before[vendor] for vendor, made in _calls(desk).items() if made > before[vendor]}
