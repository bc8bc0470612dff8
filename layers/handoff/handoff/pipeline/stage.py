"""Stage: compare what a page brought with what is known, by content hash.

Pure, and the bulk path: it sees every row of every page. An unchanged row costs an encoding, a hash
and a look-up, and nothing is written for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from handoff.domain.gate import GatePolicy, Verdict, judge
from handoff.domain.periods import period_of
from handoff.domain.problems import Problem, ProblemCode
from handoff.domain.staged import (
    IN_FLIGHT,
    IN_THE_BOOKS,
    MOVES,
    Move,
    StagedRecord,
    State,
)
from handoff.domain.time import FetchedEntry, body_of, content_hash, entry_from

BY_FETCH = "time_tool"
"""Who moves a record because of what the time tool said."""


@dataclass(slots=True)
class Staged:
    """What a page means for the store.

    `new` first versions; `changed` pairs of old and new version; `moved` the same for records whose
    content stands but whose approval in the time tool changed; `unchanged` how many need no write;
    `deferred` rows whose content or approval changed while a document covering them is on its way: they
    are looked at again, so the cursor may not pass them.
    """

    new: list[StagedRecord] = field(default_factory=list)
    changed: list[tuple[StagedRecord, StagedRecord]] = field(default_factory=list)
    moved: list[tuple[StagedRecord, StagedRecord]] = field(default_factory=list)
    deferred: list[FetchedEntry] = field(default_factory=list)
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class Intake:
    """What rows are judged with: the flow they belong to, the gate's policy, the time."""

    flow: str
    policy: GatePolicy
    now: datetime


def stage(fetched: Iterable[FetchedEntry], known: Mapping[str, StagedRecord], intake: Intake) -> Staged:
    """Sorts a page's rows into new, changed, moved, deferred and unchanged."""
    staged = Staged()
    for row in fetched:
        body = body_of(row.entry)
        digest = content_hash(body)
        old = known.get(row.entry.external_id)
        if old is None:
            staged.new.append(_first(row, body, digest, intake))
        elif old.hash != digest:
            if old.state in IN_FLIGHT:
                staged.deferred.append(row)
            else:
                staged.changed.append((old, _next(old, _first(row, body, digest, intake), intake)))
        elif old.source_approved == row.approved or old.state in IN_THE_BOOKS:
            staged.unchanged += 1
        elif old.state in IN_FLIGHT:
            staged.deferred.append(row)
        else:
            seen = replace(old, source_approved=row.approved)
            staged.moved.append((old, rejudged(seen, intake.policy, intake.now)))
    return staged


def _first(row: FetchedEntry, body: bytes, digest: str, intake: Intake) -> StagedRecord:
    verdict = judge(row.entry, source_approved=row.approved, approval=None, policy=intake.policy)
    return StagedRecord(
        flow=intake.flow,
        external_id=row.entry.external_id,
        version=1,
        hash=digest,
        body=body,
        period=period_of(row.entry.spent_on),
        state=verdict.state,
        source_approved=row.approved,
        changed_at=row.changed_at,
        reason="" if verdict.state is State.READY else verdict.why,
        history=(Move(verdict.state, intake.now, verdict.by or BY_FETCH, verdict.why),),
    )


def _next(old: StagedRecord, first: StagedRecord, intake: Intake) -> StagedRecord:
    """The version after `old`: old approvals stand beside it, and count only if they are to its hash."""
    new = replace(first, version=old.version + 1, revision=old.revision, approvals=old.approvals)
    # A document of one kind may be there while another is still wanted: then it is in the books as well.
    if old.state in IN_THE_BOOKS or old.covered or is_superseding(old):
        return _changed_after_posting(new, intake.now)
    verdict = _verdict(new, intake.policy)
    move = Move(verdict.state, intake.now, verdict.by or BY_FETCH, f"version {new.version}: {verdict.why}")
    reason = "" if verdict.state is State.READY else verdict.why
    return replace(new, state=verdict.state, reason=reason, history=(move,))


def is_superseding(record: StagedRecord) -> bool:
    """Whether the books have an earlier version of the record, which must not stand there twice."""
    return any(problem.code is ProblemCode.CHANGED_AFTER_POSTING for problem in record.problems)


def _changed_after_posting(new: StagedRecord, now: datetime) -> StagedRecord:
    problem = Problem(ProblemCode.CHANGED_AFTER_POSTING, f"Entry {new.external_id}")
    return replace(
        new,
        state=State.FAILED,
        reason="",
        problems=(problem,),
        history=(Move(State.FAILED, now, BY_FETCH, f"version {new.version}: changed after posting"),),
    )


def rejudged(record: StagedRecord, policy: GatePolicy, now: datetime, by: str = "") -> StagedRecord:
    """The record where the gate sends it now; the same object when it already stands there.

    A failed record that the gate lets through stays failed: the next plan tells whether it is mended.
    One whose earlier version is in the books stays where it is, whatever the gate says of this one.
    """
    if is_superseding(record):
        return record
    verdict = _verdict(record, policy)
    if record.state is verdict.state:
        stands = verdict.state is State.READY or record.reason == verdict.why
        return record if stands else replace(record, reason=verdict.why)
    if verdict.state not in MOVES[record.state] or (record.state, verdict.state) == (State.FAILED, State.READY):
        return record
    return record.move(verdict.state, by=by or verdict.by or BY_FETCH, at=now, why=verdict.why)


def _verdict(record: StagedRecord, policy: GatePolicy) -> Verdict:
    return judge(
        entry_from(record.body),
        source_approved=record.source_approved,
        approval=record.approval(),
        policy=policy,
    )
