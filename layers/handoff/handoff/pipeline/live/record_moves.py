"""Writes of one record at a time, with the inbox: told before a record fails, cleared before it goes on.

A crash between the two leaves a line too much in the inbox, or one that the repeated step reports anew; never a record
that fails unseen.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from handoff.domain.errors import Stale
from handoff.domain.problem_codes import FOR_A_PERSON
from handoff.domain.problems import Problem
from handoff.domain.staged import IN_THE_BOOKS, Move, StagedRecord, State
from handoff.pipeline.live.desk import BY_LIVE, LiveDesk
from handoff.pipeline.live.gate import Place


def began(new: StagedRecord, place: Place, *, by: str, at: datetime) -> StagedRecord:
    """A version with nothing behind it, where the gate puts it."""
    said = place.why if new.version == 1 else f"version {new.version}: {place.why}"
    return replace(
        new,
        state=place.state,
        reason=place.why if place.state in (State.HELD, State.EXCLUDED) else "",
        problems=(),
        posting_key=None,
        history=(Move(place.state, at, by, said),),
    )


def saved_one(desk: LiveDesk, record: StagedRecord) -> StagedRecord:
    """The record as the store has it after this write; raises Stale."""
    if desk.staged.save([record]):
        raise Stale("somebody else has changed it since it was read", field=record.external_id)
    return replace(record, revision=record.revision + 1)


def put(desk: LiveDesk, old: StagedRecord, new: StagedRecord) -> StagedRecord:
    """The new version as the store has it in place of the old one; raises Stale."""
    desk.staged.replace(old, new)
    return replace(new, revision=old.revision + 1)


def cleared(desk: LiveDesk, record: StagedRecord) -> None:
    """Takes the record off everything that it failed for."""
    for problem in record.problems:
        desk.problems.clear(problem, {record.external_id})


def waits_for_a_person(record: StagedRecord) -> bool:
    """Whether it failed for something that only a person can see mended."""
    return record.state is State.FAILED and any(problem.code in FOR_A_PERSON for problem in record.problems)


def was_retried(record: StagedRecord) -> bool:
    """Whether it goes again since a person said that what it failed for is mended."""
    if len(record.history) < 2:  # noqa: PLR2004 - the step, and the one before it
        return False
    before, last = record.history[-2:]
    return before.to is State.FAILED and last.to is State.READY and last.by != BY_LIVE


def stood(desk: LiveDesk, record: StagedRecord, why: str) -> StagedRecord:
    """The record, as it should be in the ERP; what it failed for is over."""
    if record.state in IN_THE_BOOKS:
        return record
    cleared(desk, record)
    if record.state is State.FAILED:
        record = record.move(State.READY, by=BY_LIVE, at=desk.clock(), why="mended")
    return saved_one(desk, record.move(State.POSTED, by=BY_LIVE, at=desk.clock(), why=why))


def fell(desk: LiveDesk, record: StagedRecord, problem: Problem) -> StagedRecord:
    """The record with what keeps it back, in the inbox as well; nothing is written where it says so already."""
    if record.state is State.FAILED and record.problems == (problem,):
        return record
    desk.problems.report(problem, flow=record.flow, external_ids={record.external_id}, at=desk.clock())
    cleared(desk, replace(record, problems=tuple(known for known in record.problems if known != problem)))
    at = desk.clock()
    if record.state in IN_THE_BOOKS:
        next_one = replace(record, version=record.version + 1)
        failed = began(next_one, Place(State.FAILED, problem.code), by=BY_LIVE, at=at)
        return put(desk, record, replace(failed, problems=(problem,)))
    if record.state is State.FAILED:
        record = record.move(State.READY, by=BY_LIVE, at=at, why="tried again")
    return saved_one(desk, record.move(State.FAILED, by=BY_LIVE, at=at, why=problem.code, problems=(problem,)))


def noted(desk: LiveDesk, record: StagedRecord, why: str) -> StagedRecord:
    """The record where it is, with a line more in its history; raises Stale."""
    move = Move(record.state, desk.clock(), BY_LIVE, why)
    return saved_one(desk, replace(record, history=(*record.history, move)))
