"""Where a record goes with its posting: claimed by it, released from it, in the books, taken back. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from handoff.domain.gate import Gate
from handoff.domain.posting import DocumentKind, Posting
from handoff.domain.staged import RecordRef, StagedRecord, State, ref_of
from handoff.pipeline.stage import place_of, rejudged

BY_POST = "post_records"
WITH_A_REASON = frozenset({State.HELD, State.EXCLUDED, State.REVERSED})


def claimed(record: StagedRecord, posting: Posting, *, at: datetime) -> StagedRecord:
    """On its way with the posting."""
    to = State.REVERSING if posting.reversal else State.POSTING
    return record.move(to, by=BY_POST, at=at, why=posting.key, posting_key=posting.key)


def is_held(record: StagedRecord, posting: Posting, ref: RecordRef) -> bool:
    """Whether the record is on its way with the posting, and what the posting covers of it still holds."""
    if record.posting_key != posting.key:
        return False
    if posting.reversal:
        standing = ((s.kind, s.version, s.hash) for s in record.standing)
        return record.state is State.REVERSING and (posting.kind, ref.version, ref.hash) in standing
    # The version too: content that was edited and set back is another version with the same hash.
    still = ref_of(record) == ref and posting.kind not in record.covered
    return still and record.state in (State.POSTING, State.UNSURE)


def released(record: StagedRecord, policy: Gate, *, at: datetime, why: str) -> StagedRecord:
    """Free of a document that came to nothing, and where the gate puts it by now: settings change meanwhile."""
    if record.state is not State.REVERSING:
        return rejudged(record.move(State.READY, by=BY_POST, at=at, why=why), policy, at, by=BY_POST)
    place = place_of(record, policy)
    return record.move(place.state, by=BY_POST, at=at, why=place.why if place.state in WITH_A_REASON else why)


def in_the_books(
    record: StagedRecord, posting: Posting, wanted: Collection[DocumentKind], *, at: datetime
) -> StagedRecord:
    """Posted, or ready for another kind of document that is wanted of it."""
    covered = record.covers(posting.kind, posting.key)
    rest = [kind for kind in wanted if kind not in covered.covered]
    to = State.READY if rest else State.POSTED
    return covered.move(to, by=BY_POST, at=at, why=_told(posting), posting_key=posting.key)


def taken_back(record: StagedRecord, posting: Posting, policy: Gate, *, at: datetime) -> StagedRecord:
    """Its part of an earlier document is taken back: what is left of it goes where the gate puts it."""
    share = next(share for share in posting.shares if share.external_id == record.external_id)
    left = record.reversed(share.reverses, posting.key)
    to, why = rest_of(left, policy)
    return left.move(to, by=BY_POST, at=at, why=why or _told(posting))


def rest_of(record: StagedRecord, policy: Gate) -> tuple[State, str]:
    """Where a record goes of which something was taken out of the books, and why it stays there if it does."""
    place = place_of(record, policy)
    to = State.REVERSED if record.gone_at is not None and not record.standing else place.state
    return to, place.why if to in WITH_A_REASON else ""


def _told(posting: Posting) -> str:
    number = posting.receipt.number if posting.receipt else ""
    return f"{posting.kind} {number}, a reversal" if posting.reversal else f"{posting.kind} {number}"
