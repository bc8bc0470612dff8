"""Perform live steps: the pass that finds what no webhook told of, and the hints of webhooks.

A pass has the same steps as one of hours: what changed in the ERP, what changed in the time tool, then everything that
is to be moved. Here a vendor's fault becomes the next move: wait and repeat, stop with a problem, or go on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace

from handoff.domain.errors import (
    BrokenContract,
    DeliveryUnknown,
    HandoffError,
    NotKnownYet,
    RateLimited,
    ReconnectNeeded,
    Rejected,
    Stale,
    Unreachable,
)
from handoff.domain.posting import DocumentKind
from handoff.domain.problems import FOR_A_PERSON, NOT_RETRIED, Problem, ProblemCode
from handoff.domain.runs import RunState
from handoff.domain.staged import State
from handoff.pipeline.deliver import Tally
from handoff.pipeline.live.account import ACCOUNTED
from handoff.pipeline.live.book import take_up
from handoff.pipeline.live.cards import card_from
from handoff.pipeline.live.changes import look_since, read_changes
from handoff.pipeline.live.desk import (
    BY_LIVE,
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
from handoff.pipeline.live.post_expense import post_expenses
from handoff.pipeline.live.stage import rejudged
from handoff.pipeline.perform import RunTools, delay, done, fail, wait
from handoff.pipeline.steps import Step, StepName, StepOutcome, after, run_of

TimeLeft = Callable[[], bool]
PASSING = (RateLimited, Unreachable, DeliveryUnknown, NotKnownYet, Stale)
"""Faults that pass by themselves; a lost answer is asked for when the step is repeated."""
LEFT_TO_A_PERSON = FOR_A_PERSON | NOT_RETRIED
JUDGED = frozenset({State.HELD, State.READY, State.EXCLUDED, State.FAILED})
CARDS = (CUSTOMERS, PROJECTS, INVOICES)
"""What the time tool hands out; in this order, since an invoice names its customer and project."""


@dataclass(slots=True)
class Done:
    """What a slice did: counts for the run, what is left of the step, what could not be read, when to come back."""

    counts: Counter[str] = field(default_factory=Counter)
    left: tuple[str, ...] = ()
    unread: list[str] = field(default_factory=list)
    wait_seconds: int | None = None
    cut_short: bool = False

    def add(self, tally: Tally) -> None:
        """Adds what a use case counted."""
        self.counts += tally.counts
        self.cut_short = self.cut_short or tally.cut_short
        if tally.wait_seconds is not None:
            self._wait(tally.wait_seconds)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Within it, a record that has to wait for its vendor's answer keeps no other one back."""
        try:
            yield
        except NotKnownYet as later:
            self._wait(later.retry_after)

    def _wait(self, seconds: int) -> None:
        self.wait_seconds = seconds if self.wait_seconds is None else min(self.wait_seconds, seconds)


def perform_hint(step: HintStep, run: RunTools, desk: LiveDesk) -> StepOutcome:
    """What a webhook told of; a connection that is stopped is left to the pass after it was mended."""
    if desk.integration.time_tool.stopped or desk.integration.erp.stopped:
        return StepOutcome()
    try:
        look(desk, step.hint)
    except PASSING as fault:
        return StepOutcome(wait_seconds=_delay(fault))
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
        return _next(step, run, desk, (*step.unread, stopped))
    before, slice_ = _calls(desk), Done(unread=list(step.unread))
    try:
        finished = work(step, desk, time_left, slice_)
    except PASSING as fault:
        return wait(step, run, _delay(fault), slice_.counts, _calls_since(desk, before))
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
        if finished and step.thorough and not slice_.unread:
            _close_what_is_over(desk)
    if finished and slice_.wait_seconds is not None:
        return wait(step, run, slice_.wait_seconds, {}, {})
    if not finished:
        rest = {"slice": step.slice + 1, "feeds": slice_.left or None, "unread": tuple(slice_.unread)}
        return StepOutcome(then=step.model_copy(update=rest))
    return _next(step, run, desk, tuple(slice_.unread))


def _erp_side(step: Step, desk: LiveDesk, time_left: TimeLeft, slice_: Done) -> bool:
    """What people did in the ERP, and the costs they booked there: at night, and whenever a person asks."""
    for flow in desk.settings.flows_on((CUSTOMERS, PROJECTS)):
        with suppress(Rejected):  # a module that is not switched on: every record of the flow says so
            slice_.counts["edited_in_erp"] += look_since(desk, flow).edited
    if not step.thorough or not desk.settings.expenses.on:
        return True
    read = fetch_costs(desk, time_left=time_left)
    slice_.counts += read.counts
    return not read.cut_short


def _time_tool_side(step: Step, desk: LiveDesk, time_left: TimeLeft, slice_: Done) -> bool:
    """What changed in the time tool since the last pass, whether a webhook told of it or not."""
    left = list(desk.settings.flows_on(CARDS if step.feeds is None else step.feeds))
    while left and read_changes(desk, left[0], time_left=time_left, counts=slice_.counts):
        left.pop(0)
    slice_.left = tuple(left)
    return not left


def _move_all(step: Step, desk: LiveDesk, time_left: TimeLeft, slice_: Done) -> bool:
    """Everything that is to be moved; then what was paid, and at night what people did to both sides' numbers."""
    state = desk.passes.load()
    tried_again = step.thorough or state.gated_with != desk.settings_version
    if state.gated_with != desk.settings_version and step.slice == 0:
        _judge_anew(desk)
    if tried_again and step.slice == 0:
        _free(desk)
        if desk.settings.expenses.on:
            slice_.counts += look_again(desk, time_left=time_left).counts
    for work in (_open_invoices, _cards, _expenses):
        if not work(desk, time_left, slice_):
            return False
    if step.thorough and desk.settings.payments.on:
        slice_.add(report_payments(desk, thorough=step.reconciles, time_left=time_left))
    if step.reconciles:
        watch_keys(desk, desk.time_tool, today=desk.clock().date())
    if step.thorough:
        _compare(desk, numbers=step.reconciles)
    if state.gated_with != desk.settings_version:
        desk.passes.save(replace(desk.passes.load(), gated_with=desk.settings_version))
    return True


def _compare(desk: LiveDesk, *, numbers: bool) -> None:
    """Both sides' numbers, at night; and the inbox with the records."""
    for flow in desk.settings.flows_on((CUSTOMERS, PROJECTS) if numbers else ()):
        with suppress(Rejected):
            compare_numbers(desk, flow)
    tidy_inbox(desk)


def _judge_anew(desk: LiveDesk) -> None:
    """Puts every record where the settings of now would have it: what they let in goes, what they keep out stays."""
    for flow in CARDS:
        for record in list(desk.staged.every(flow, period=None, states=JUDGED)):
            if record.gone_at is None:
                rejudged(desk, record, card_from(flow, record.body), BY_LIVE)


def _free(desk: LiveDesk) -> None:
    """Lets invoices try again that failed for something which may be mended by now; the rest waits for a person."""
    for record in list(desk.staged.every(INVOICES, period=None, states=frozenset({State.FAILED}))):
        if any(problem.code in LEFT_TO_A_PERSON for problem in record.problems):
            continue
        for problem in record.problems:
            desk.problems.clear(problem, {record.external_id})
        desk.staged.save([record.move(State.READY, by=BY_LIVE, at=desk.clock(), why="tried again by a pass")])


def _open_invoices(desk: LiveDesk, time_left: TimeLeft, slice_: Done) -> bool:
    """Invoices that were left on their way are taken up first: what they may have written is known before the rest."""
    if not desk.settings.invoices.on:
        return True
    for posting in desk.postings.open():
        if posting.kind is DocumentKind.CUSTOMER_INVOICE:
            if not time_left():
                return False
            with slice_.waiting():
                take_up(desk, posting)
    return True


def _cards(desk: LiveDesk, time_left: TimeLeft, slice_: Done) -> bool:
    for flow in desk.settings.flows_on(CARDS):
        states = TO_BE_MOVED if flow == INVOICES else TO_BE_MIRRORED
        for record in list(desk.staged.every(flow, period=None, states=states)):
            if not time_left():
                return False
            with slice_.waiting():
                slice_.counts[move_on(desk, record).state.value] += 1
    return True


def _expenses(desk: LiveDesk, time_left: TimeLeft, slice_: Done) -> bool:
    if not desk.settings.expenses.on:
        return True
    slice_.add(post_expenses(desk, time_left=time_left))
    return not slice_.cut_short


_WORK: dict[StepName, Callable[[Step, LiveDesk, TimeLeft, Done], bool]] = {
    StepName.FETCH_ERP: _erp_side,
    StepName.FETCH_TIME_TOOL: _time_tool_side,
    StepName.POST: _move_all,
}


def _delay(fault: HandoffError) -> int:
    return fault.retry_after if isinstance(fault, NotKnownYet) else delay(fault)


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


def _close_what_is_over(desk: LiveDesk) -> None:
    """Both sides answered to the end of a pass: what a pass or a hint could not read is over, and any refusal that a
    crash kept from stopping its connection. Single rows close by themselves."""
    integration = desk.integration
    for known in desk.problems.open():
        unread = known.problem.code is ProblemCode.BROKEN_CONTRACT and known.flow == integration.time_tool.id
        refused = known.problem.code is ProblemCode.RECONNECT_NEEDED and known.flow in (
            integration.time_tool.id,
            integration.erp.id,
        )
        if refused or (unread and not known.external_ids):
            desk.problems.close(known.problem.id)


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
