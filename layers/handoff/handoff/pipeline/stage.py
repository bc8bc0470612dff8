"""Stage: compare what a page brought with what is known, by content hash.

Pure, and the bulk path: it sees every row of every page. An unchanged row costs an encoding, a hash
and a look-up, and nothing is written for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from handoff.domain.gate import Gate, GatePolicy, Verdict, judge
from handoff.domain.periods import period_of
from handoff.domain.staged import IN_FLIGHT, IN_THE_BOOKS, MOVES, Move, StagedRecord, State
from handoff.domain.time import BODY_BYTES_MAX, FetchedEntry, body_of, content_hash

BY_FETCH = "time_tool"
"""Who moves a record because of what the time tool said."""
GONE = "gone"
"""Why a record stays out, or is reversed, that the time tool does not have any more."""


@dataclass(slots=True)
class Staged:
    """What a page means for the store.

    `new` first versions; `changed` pairs of old and new version; `moved` the same for records whose
    content stands but whose approval in the time tool changed; `unchanged` how many need no write;
    `deferred` rows whose content or approval changed while a document covering them is on its way, and
    `refused` rows that are too large to be kept: they are looked at again, so the cursor may not pass them.
    """

    new: list[StagedRecord] = field(default_factory=list)
    changed: list[tuple[StagedRecord, StagedRecord]] = field(default_factory=list)
    moved: list[tuple[StagedRecord, StagedRecord]] = field(default_factory=list)
    deferred: list[FetchedEntry] = field(default_factory=list)
    refused: list[FetchedEntry] = field(default_factory=list)
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
        if len(body) > BODY_BYTES_MAX:
            staged.refused.append(row)
        elif old is None:
            staged.new.append(_first(row, body, digest, intake))
        elif old.hash == digest and old.source_approved == row.approved and old.gone_at is None:
            staged.unchanged += 1
        elif old.state in IN_FLIGHT:
            staged.deferred.append(row)
        elif old.hash != digest or _is_there_again(old):
            staged.changed.append((old, _next(old, _first(row, body, digest, intake), intake)))
        else:
            seen = replace(old, source_approved=row.approved, gone_at=None)
            new = rejudged(seen, intake.policy, intake.now)
            if is_back(old, new):
                staged.changed.append((old, begun_anew(old, new, intake.policy, intake.now, by=BY_FETCH)))
            else:
                staged.moved.append((old, new))
    return staged


def _is_there_again(old: StagedRecord) -> bool:
    """Whether it was taken out of the books, or was to be, because it was gone: what is back begins anew."""
    return old.state is State.REVERSED or (old.gone_at is not None and bool(old.standing))


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
    return following(old, first, intake.policy, intake.now, by=BY_FETCH)


def following(
    old: StagedRecord, new: StagedRecord, policy: Gate, now: datetime, *, by: str, anew: bool = False
) -> StagedRecord:
    """`new` as the version after `old`, where the gate puts it.

    What the books have of earlier versions stands against it until it was reversed. Where that has this very
    content (edited back), it is what the books should have, and nothing is to be reversed; unless it is to be
    posted `anew`.
    """
    in_the_books = old.in_the_books()
    right = () if anew else tuple(standing for standing in in_the_books if standing.hash == new.hash)
    new = replace(
        new,
        version=old.version + 1,
        revision=old.revision,
        approvals=old.approvals,
        covered={standing.kind: standing.key for standing in right},
        standing=tuple(standing for standing in in_the_books if standing not in right),
        reversals=old.reversals,
    )
    verdict = place_of(new, policy)
    move = Move(verdict.state, now, verdict.by or by, f"version {new.version}: {verdict.why}")
    reason = verdict.why if verdict.state in (State.HELD, State.EXCLUDED) else ""
    return replace(new, state=verdict.state, reason=reason, history=(move,))


def gone(old: StagedRecord, policy: Gate, now: datetime) -> StagedRecord:
    """The record, once the time tool does not have it any more: it stays out, or is reversed first.

    The same object while a document that covers it is on its way: it is missed again when that has arrived.
    """
    if old.state in IN_FLIGHT:
        return old
    standing = old.in_the_books()
    missing = replace(old, gone_at=now, standing=standing, covered={}, source_approved=False)
    return rejudged(missing, policy, now)


def place_of(record: StagedRecord, policy: Gate) -> Verdict:
    """Where a record belongs: as the gate says, but what stays out is taken out of the books first."""
    verdict = Verdict(State.EXCLUDED, GONE) if record.gone_at is not None else policy.verdict(record)
    if verdict.state is State.EXCLUDED and record.standing:
        return replace(verdict, state=State.REVERSING)
    return verdict


def leaving(record: StagedRecord, policy: Gate) -> StagedRecord:
    """The record; where it stays out and a document has it already, that is to be taken back.

    Where it stays in after all, and that has not been taken back yet, it is what the books should have.
    """
    if record.state in IN_THE_BOOKS and not policy.takes_back(record):
        return record
    if place_of(record, policy).state in (State.EXCLUDED, State.REVERSING):
        return replace(record, standing=record.in_the_books(), covered={}) if record.covered else record
    own = tuple(s for s in record.standing if (s.version, s.hash) == (record.version, record.hash))
    if not own:
        return record
    kept = {standing.kind: standing.key for standing in own}
    left = tuple(standing for standing in record.standing if standing not in own)
    return replace(record, covered={**record.covered, **kept}, standing=left)


def rejudged(record: StagedRecord, policy: Gate, now: datetime, by: str = "") -> StagedRecord:
    """The record where it belongs now; the same object when it already stands there, or may not move.

    A failed record that the gate lets through stays failed: the next plan tells whether it is mended. What is
    in the books stays there, whatever is said of it by now: the table of moves knows no way back. A reversal
    on its way is followed by the post step.
    """
    if record.state is State.REVERSING and record.posting_key is not None:
        return record
    record = leaving(record, policy)
    verdict = place_of(record, policy)
    if record.state is verdict.state:
        stands = verdict.state not in (State.HELD, State.EXCLUDED) or record.reason == verdict.why
        return record if stands else replace(record, reason=verdict.why)
    if verdict.state not in MOVES[record.state] or (record.state, verdict.state) == (State.FAILED, State.READY):
        return record
    return record.move(verdict.state, by=by or verdict.by or BY_FETCH, at=now, why=verdict.why)


def is_back(old: StagedRecord, new: StagedRecord) -> bool:
    """Whether it was out and taken back, and is wanted again: its version's documents are written and reversed,
    so that it goes on as a version of its own."""
    return old.state is State.EXCLUDED and new.state is not State.EXCLUDED and bool(old.reversals)


def begun_anew(old: StagedRecord, new: StagedRecord, policy: Gate, now: datetime, *, by: str) -> StagedRecord:
    """`new` as the next version of what `is_back`."""
    said = replace(old, approvals=new.approvals)
    return following(said, replace(new, posting_key=None), policy, now, by=by)
