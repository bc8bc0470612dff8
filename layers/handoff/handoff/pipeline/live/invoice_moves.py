"""The moves of an invoice's record: conditional on the version that its posting covers, and told when they fail."""

from __future__ import annotations

from dataclasses import replace

from handoff.domain.errors import Stale
from handoff.domain.posting import Posting, PostingState
from handoff.domain.problems import Problem
from handoff.domain.staged import IN_FLIGHT, MOVES, StagedRecord, State, ref_of
from handoff.pipeline.deliver import saved
from handoff.pipeline.live.desk import BY_LIVE, LiveDesk

ATTEMPTS_MAX = 3


def moved(
    desk: LiveDesk,
    record: StagedRecord,
    to: State,
    *,
    why: str,
    problems: tuple[Problem, ...] = (),
    posting_key: str | None = None,
) -> StagedRecord:
    """The record one step further, as the store has it then; raises Stale where another version took its place.

    A write whose answer was lost and that the client repeated is told as stale, and is ours all the same.
    """
    for _ in range(ATTEMPTS_MAX):
        new = record.move(to, by=BY_LIVE, at=desk.clock(), why=why, problems=problems, posting_key=posting_key)
        if not desk.staged.save([new]):
            return saved(new)
        stored = desk.staged.get(record.flow, record.external_id)
        if stored is None or ref_of(stored) != ref_of(record):
            break
        if (stored.state, stored.posting_key, stored.problems) == (to, posting_key, problems):
            return stored
        if to not in MOVES[stored.state]:
            break
        record = replace(stored, covered=record.covered)
    raise Stale("the invoice changed at this very moment", field=record.external_id)


def fail(desk: LiveDesk, record: StagedRecord, problems: tuple[Problem, ...]) -> StagedRecord:
    """The record with all that keeps it back; the inbox is told first, since nothing may fail unseen."""
    for problem in problems:
        desk.problems.report(problem, flow=record.flow, external_ids={record.external_id}, at=desk.clock())
    why = ", ".join(problem.code for problem in problems)
    return moved(desk, record, State.FAILED, why=why, problems=problems)


def refuse(desk: LiveDesk, posting: Posting, record: StagedRecord, problem: Problem, *, refusal: str) -> StagedRecord:
    """A definite no: the record fails, and its posting may be claimed anew when a person has mended it."""
    failed = fail(desk, record, (problem,))
    desk.postings.save(replace(posting, state=PostingState.REFUSED, refusal=refusal, lease_until=None))
    return failed


def give_up(desk: LiveDesk, posting: Posting, record: StagedRecord, why: str) -> StagedRecord:
    """Nothing of the posting is in the ERP: the record is ready again, and is planned anew under the same key."""
    if record.state in IN_FLIGHT:
        record = moved(desk, record, State.READY, why=why)
    desk.postings.save(replace(posting, state=PostingState.ABANDONED, lease_until=None))
    return record
