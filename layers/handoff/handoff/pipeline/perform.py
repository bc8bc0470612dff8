"""Perform: work one step of a run, note what it did, and say what comes next.

This is the one place where a vendor's fault becomes the run's next move: wait and repeat, stop with a
problem, or go on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from handoff.domain.errors import BrokenContract, HandoffError, RateLimited, ReconnectNeeded, Stale, Unreachable
from handoff.domain.gate import Gate
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.runs import RunState
from handoff.pipeline.census import periods_due
from handoff.pipeline.connections import blamed, stop
from handoff.pipeline.deliver import PostTools, Tally
from handoff.pipeline.fetch import FetchResult, fetch_slice
from handoff.pipeline.keep import FetchTools
from handoff.pipeline.post import mark_posted, post_slice, regate
from handoff.pipeline.run_tools import RunTools
from handoff.pipeline.steps import Step, StepName, StepOutcome, after, after_posting, name_after, run_of
from handoff.ports import PassState, RunStore

TimeLeft = Callable[[], bool]

UNREACHABLE_WAIT_SECONDS = 20
STALE_WAIT_SECONDS = 1
PROGRESS = ("documents", "failed", "excluded", "posted")
"""What a slice must have done of, to be followed by another at once although something has to wait."""


@dataclass(frozen=True, slots=True)
class GateTools:
    """The gate as the newest settings have it."""

    policy: Gate
    settings_version: int


def perform_fetch(step: Step, run: RunTools, tools: FetchTools, time_left: TimeLeft) -> StepOutcome:
    """One slice of a connection's feeds; what can't be read is noted, and the run goes on with the rest."""
    if step.opens_run:  # one that a person started is stored already, and stays as it is
        run.runs.start(run_of(step, run.clock()))
    vendor = tools.connection.vendor
    if tools.connection.stopped and not step.by_hand:
        unread = (*step.unread, f"{vendor} ({tools.connection.stopped})")
        return _next(step.model_copy(update={"unread": unread}), run)
    result = FetchResult(unread=list(step.unread), questions=list(step.questions))
    periods = periods_due(tools, thorough=step.thorough, asked=step.period) if step.feeds is None else ()
    try:
        fetch_slice(
            tools,
            flow=step.flows[0],
            feeds=step.feeds,
            time_left=time_left,
            periods=periods,
            thorough=step.thorough,
            result=result,
            by_hand=step.by_hand,
        )
    except (RateLimited, Unreachable, Stale) as fault:
        return wait(step, run, delay(fault), result.counts, {vendor: tools.reader.calls})
    run.runs.add(
        step.run_id,
        counts=_some(result.counts),
        calls={vendor: tools.reader.calls},
        state=RunState.RUNNING,
        step=step.name,
    )
    step = step.model_copy(update={"unread": tuple(result.unread), "questions": tuple(result.questions)})
    if result.feeds_left:
        return StepOutcome(then=step.model_copy(update={"feeds": result.feeds_left, "slice": step.slice + 1}))
    if not step.unread and _nothing_to_post(step, run, result.state):
        return _posted(step, run)
    return _next(step, run)


def skip_fetch(step: Step, run: RunTools) -> StepOutcome:
    """A connection without lists that the run needs: nothing is asked; a stopped one still keeps it from posting."""
    if step.opens_run:
        run.runs.start(run_of(step, run.clock()))
    side = run.integration.time_tool if step.name is StepName.FETCH_TIME_TOOL else run.integration.erp
    if side.stopped and not step.by_hand:
        step = step.model_copy(update={"unread": (*step.unread, f"{side.vendor} ({side.stopped})")})
    return _next(step, run)


def _nothing_to_post(step: Step, run: RunTools, state: PassState) -> bool:
    """Whether a scheduled run may end here: nothing was made ready, and the gate knows the newest settings."""
    if step.by_hand or name_after(step) is not StepName.POST:
        return False
    return not state.needs_posting and state.gated_with == run.settings_version


def _next(step: Step, run: RunTools) -> StepOutcome:
    """The step that follows; nothing is posted on lists that could not be read."""
    if step.unread and name_after(step) is StepName.POST:
        return fail(step, run, f"could not read {', '.join(step.unread)}")
    return StepOutcome(then=after(step))


def perform_post(
    step: Step, run: RunTools, tools: PostTools, gate: GateTools, *, follow: Callable[[], None] | None = None
) -> StepOutcome:
    """One slice of what is ready; a scheduled pass that nothing was made ready for does nothing.

    `follow` is what is to be done about what was posted, before the run is over; it raises what it likes.
    """
    vendor, tally, calls_before = run.integration.on(tools.writes_to).vendor, Tally(), tools.calls()
    state = run.passes.load()
    due = state.needs_posting or state.gated_with != gate.settings_version
    if not (due or step.by_hand or step.slice):
        return _posted(step, run)
    try:
        state, finished = _post(step, run, tools, gate, state=state, tally=tally)
    except (RateLimited, Unreachable, Stale) as fault:
        return wait(step, run, delay(fault), tally.counts, {vendor: tools.calls() - calls_before})
    except (ReconnectNeeded, BrokenContract) as fault:
        # What can't be read is a list that the plan looks things up in: what is ready waits for the next pass.
        if isinstance(fault, ReconnectNeeded):
            stop(run, blamed(run.integration, run.titles, fault), fault)
        else:
            run.problems.report(_unreadable(step), flow=step.flows[0], external_ids=(), at=run.clock())
        run.runs.add(step.run_id, counts=_some(tally.counts), calls={vendor: tools.calls() - calls_before})
        return fail(step, run, fault.message)
    calls = {vendor: tools.calls() - calls_before}
    got_on = any(tally.counts[name] for name in PROGRESS)
    if tally.wait_seconds is not None and (finished or not got_on):
        return wait(step, run, tally.wait_seconds, tally.counts, calls)
    if not finished:
        run.runs.add(step.run_id, counts=_some(tally.counts), calls=calls, state=RunState.RUNNING, step=step.name)
        return StepOutcome(then=step.model_copy(update={"slice": step.slice + 1}))
    # Who was at work beside this pass may have died in the middle: what he left open is the next one's.
    is_open = any(posting.flow == step.flows[0] for posting in tools.postings.open())
    if step.period is None and not tally.left_over and not is_open:
        mark_posted(run.passes, seen_revision=state.revision)
    run.runs.add(step.run_id, counts=_some(tally.counts), calls=calls, step=step.name)
    if follow is not None:
        follow()
    return _posted(step, run)


def _post(
    step: Step, run: RunTools, tools: PostTools, gate: GateTools, *, state: PassState, tally: Tally
) -> tuple[PassState, bool]:
    """Judges anew where the settings changed, then posts; the pass state by then, and whether all was tried."""
    if not state.needs_posting:  # noted first: whatever stays open is the next pass's to take up
        state = run.passes.save(replace(state, needs_posting=True))
    if state.gated_with != gate.settings_version:
        if not regate(tools, gate.policy, flow=step.flows[0]):
            return state, False
        state = run.passes.save(replace(state, gated_with=gate.settings_version))
    finished = post_slice(tools, flow=step.flows[0], period=step.period, tally=tally)
    run.problems.close(_unreadable(step).id)
    return state, finished


def _unreadable(step: Step) -> Problem:
    return Problem(ProblemCode.BROKEN_CONTRACT, f"A list that {step.flows[0]} are written with")


def _some(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: count for name, count in counts.items() if count}


def delay(fault: HandoffError) -> int:
    """How many seconds after a passing fault a step is repeated."""
    if isinstance(fault, RateLimited):
        return fault.retry_after
    return STALE_WAIT_SECONDS if isinstance(fault, Stale) else UNREACHABLE_WAIT_SECONDS


def wait(step: Step, run: RunTools, seconds: int, counts: Mapping[str, int], calls: Mapping[str, int]) -> StepOutcome:
    """Has the queue deliver the step again."""
    run.runs.add(step.run_id, counts=_some(counts), calls=calls, state=RunState.WAITING, step=step.name)
    return StepOutcome(wait_seconds=seconds)


def _posted(step: Step, run: RunTools) -> StepOutcome:
    """The end of a run, or what a nightly one does after it."""
    following = after_posting(step)
    return done(step, run) if following is None else StepOutcome(then=following)


def done(step: Step, run: RunTools) -> StepOutcome:
    """Ends the run well."""
    asked = "; ".join(step.questions)
    state = RunState.QUESTIONED if asked else RunState.DONE
    run.runs.add(step.run_id, state=state, step=step.name, error=asked or None, finished_at=run.clock())
    return StepOutcome()


def fail(step: Step, run: RunTools, why: str) -> StepOutcome:
    """Ends the run with a reason."""
    run.runs.add(step.run_id, state=RunState.FAILED, step=step.name, error=why, finished_at=run.clock())
    return StepOutcome()


def give_up(step: Step, runs: RunStore, why: str, *, now: datetime) -> None:
    """Ends a run whose step was repeated as often as the queue allows; the next pass starts anew."""
    runs.add(step.run_id, state=RunState.FAILED, step=step.name, error=why, finished_at=now)
