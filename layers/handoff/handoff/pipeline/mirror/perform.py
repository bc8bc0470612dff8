"""Perform mirror steps: look at the ERP's lists, look at the time tool's, then settle what differs.

A vendor's fault becomes the run's next move: wait and repeat, stop with a problem, or go on. Nothing is settled of a
flow that could not be read on both sides: what is missing from a list that broke off is not missing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from handoff.domain.capabilities import Side
from handoff.domain.errors import (
    BrokenContract,
    DeliveryUnknown,
    HandoffError,
    RateLimited,
    ReconnectNeeded,
    Rejected,
    Stale,
    Unreachable,
)
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.runs import RunState
from handoff.pipeline.connections import blamed, close_refusals, heal, stop
from handoff.pipeline.mirror.desk import MirrorDesk, MirrorFlow
from handoff.pipeline.mirror.look import look, want
from handoff.pipeline.mirror.settle import settle
from handoff.pipeline.perform import delay, done, fail, wait
from handoff.pipeline.run_tools import RunTools
from handoff.pipeline.steps import Step, StepName, StepOutcome, after, run_of

TimeLeft = Callable[[], bool]
PASSING = (RateLimited, Unreachable, DeliveryUnknown, Stale)
"""Faults that pass by themselves."""
SIDES = {StepName.FETCH_ERP: Side.ERP, StepName.FETCH_TIME_TOOL: Side.TIME_TOOL}


@dataclass(frozen=True, slots=True)
class MirrorTools:
    """A pass's tools: the desk, the flows that are switched on in their order, and calls made by vendor.

    `titles` are the vendors' by name; with `report_only` both sides are looked at, and nothing is written.
    """

    desk: MirrorDesk
    flows: Sequence[MirrorFlow[Any]]
    calls: Callable[[], Mapping[str, int]]
    titles: Mapping[str, str]
    report_only: bool = False


@dataclass(slots=True)
class _Slice:
    """What one slice did: counts, what is left of the step, what could not be read, when to come back."""

    left: tuple[str, ...]
    counts: Counter[str] = field(default_factory=Counter)
    unread: list[str] = field(default_factory=list)
    wait_seconds: int | None = None


def perform_mirror(step: Step, run: RunTools, tools: MirrorTools, time_left: TimeLeft) -> StepOutcome:
    """One slice of a pass over what both sides keep."""
    if step.opens_run:  # one that a person started is stored already, and stays as it is
        run.runs.start(run_of(step, run.clock()))
    if (why := _stopped(step, run)) is not None and not step.by_hand:
        return _next(step, run, (*step.unread, why))
    before = tools.calls()
    names = tuple(flow.name for flow in tools.flows)
    slice_ = _Slice(left=names if step.feeds is None else step.feeds, unread=list(step.unread))
    try:
        _work(step, tools, time_left, slice_)
    except PASSING as fault:
        return wait(step, run, delay(fault), slice_.counts, _since(before, tools.calls()))
    except ReconnectNeeded as refusal:
        _note(step, run, slice_, _since(before, tools.calls()))
        stop(run, blamed(run.integration, tools.titles, refusal), refusal)
        return fail(step, run, refusal.message)
    _note(step, run, slice_, _since(before, tools.calls()))
    if slice_.wait_seconds is not None:
        return wait(step, run, slice_.wait_seconds, {}, {})
    if slice_.left:
        rest = {"slice": step.slice + 1, "feeds": slice_.left, "unread": tuple(slice_.unread)}
        return StepOutcome(then=step.model_copy(update=rest))
    if step.name is StepName.POST:
        heal(run)
        if step.thorough and not slice_.unread:
            close_refusals(run)
    return _next(step, run, tuple(slice_.unread))


def _work(step: Step, tools: MirrorTools, time_left: TimeLeft, slice_: _Slice) -> None:
    """Flow by flow; what is left is the next slice's. One that is unreadable keeps no other back."""
    by_name = {flow.name: flow for flow in tools.flows}
    while slice_.left:
        flow = by_name.get(slice_.left[0])
        finished = True
        if flow is not None and _is_due(step, flow, tools) and not _is_unread(flow, slice_):
            try:
                if step.name is StepName.POST:
                    finished = _settled(tools, flow, time_left, slice_)
                else:
                    finished = _looked(step, tools, flow, time_left, slice_)
            except (BrokenContract, Rejected) as broken:
                _not_read(step, tools, flow, broken, slice_)
        if not finished:
            return
        slice_.left = slice_.left[1:]


def _is_due(step: Step, flow: MirrorFlow[Any], tools: MirrorTools) -> bool:
    if step.name is StepName.POST and tools.report_only:
        return False
    return flow.settles or step.name is StepName.FETCH_TIME_TOOL


def _looked(step: Step, tools: MirrorTools, flow: MirrorFlow[Any], time_left: TimeLeft, slice_: _Slice) -> bool:
    side, counts = SIDES[step.name], Counter[str]()
    try:
        return look(tools.desk, flow, side, whole=step.thorough, time_left=time_left, counts=counts)
    finally:
        slice_.counts += counts
        for wanting in tools.flows:
            # Also after a slice that broke off: what it has noted makes others wanted.
            if side is Side.TIME_TOOL and wanting.wanted_by == flow.name and (counts["new"] or counts["changed"]):
                slice_.counts["wanted"] += want(tools.desk, wanting)


def _settled(tools: MirrorTools, flow: MirrorFlow[Any], time_left: TimeLeft, slice_: _Slice) -> bool:
    result = settle(tools.desk, flow, time_left=time_left)
    slice_.counts += result.counts
    for fault in result.faults:
        seconds = delay(fault)
        slice_.wait_seconds = seconds if slice_.wait_seconds is None else min(seconds, slice_.wait_seconds)
    return result.finished


def _is_unread(flow: MirrorFlow[Any], slice_: _Slice) -> bool:
    return any(one.startswith(f"{flow.name} ") for one in slice_.unread)


def _not_read(step: Step, tools: MirrorTools, flow: MirrorFlow[Any], broken: HandoffError, slice_: _Slice) -> None:
    """Told as a broken row is: the next clean walk through the list closes it."""
    slice_.unread.append(f"{flow.name} ({broken.message})")
    connection = tools.desk.connection(SIDES.get(step.name, Side.ERP))
    problem = Problem(ProblemCode.BROKEN_CONTRACT, f"{connection.vendor} {flow.name} ({broken.message})")
    tools.desk.problems.report(problem, flow=connection.id, external_ids=(), at=tools.desk.clock())


def _next(step: Step, run: RunTools, unread: tuple[str, ...]) -> StepOutcome:
    """The step that follows. There is no month of these to account for: a nightly run ends after settling as well."""
    following = after(step)
    if following is not None and following.name is not StepName.RECONCILE:
        return StepOutcome(then=following.model_copy(update={"unread": unread}))
    return fail(step, run, f"could not read {', '.join(unread)}") if unread else done(step, run)


def _stopped(step: Step, run: RunTools) -> str | None:
    """Why a step has to be left out: a connection that it needs is stopped until a person has mended it."""
    time_tool, erp = run.integration.time_tool, run.integration.erp
    needed = {StepName.FETCH_ERP: (erp,), StepName.FETCH_TIME_TOOL: (time_tool,)}.get(step.name, (time_tool, erp))
    return next((f"{one.vendor} ({one.stopped})" for one in needed if one.stopped), None)


def _note(step: Step, run: RunTools, slice_: _Slice, calls: Mapping[str, int]) -> None:
    counts = {name: count for name, count in slice_.counts.items() if count}
    run.runs.add(step.run_id, counts=counts, calls=calls, state=RunState.RUNNING, step=step.name)


def _since(before: Mapping[str, int], now: Mapping[str, int]) -> dict[str, int]:
    return {vendor: made - before[vendor] for vendor, made in now.items() if made > before[vendor]}
