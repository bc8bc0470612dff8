"""Correct: take back what the books have of records and should not, before anything new of them is posted.

A record gets here when it changed after it was posted and its new version was approved or stays out, when it is
gone from the time tool, or when a person wants it posted anew. Three things come before a reversal:

1. what is to stand in its place can be planned: a half that reaches the books is worse than one that waits
2. the ERP still has the document as it was posted: what somebody took out or edited by hand is never taken back
   blindly, a person is shown both sides
3. the document's period is open, or the tenant's rule says where the reversal goes
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice

from handoff.domain.errors import BrokenContract
from handoff.domain.gate import Gate
from handoff.domain.periods import Period
from handoff.domain.posting import PLANNED_KINDS, DocumentKind, Posting
from handoff.domain.problem_codes import FOR_A_PERSON, ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.staged import StagedRecord, State
from handoff.pipeline.books import Books, fault_in, rewritten
from handoff.pipeline.deliver import PostTools, Tally, deliver, originals_of
from handoff.pipeline.failing import Failing, together
from handoff.pipeline.inbox import note_problems
from handoff.pipeline.plan import Planner
from handoff.pipeline.reverse import document_name, standing_of
from handoff.pipeline.stage import place_of
from handoff.ports import ReadsRecords, StagedStore

UNDECIDED = frozenset({State.REVERSING, State.READY})
"""Where a record stands of which more is to be taken back."""
SLICE = 500
"""Records corrected at once: corrections are few, and each reads the document that it takes something back from."""


def correct(tools: PostTools, *, flow: str, period: Period | None, tally: Tally) -> bool:
    """Reverses what may be reversed; says whether all was tried, or time ran out.

    Raises as `deliver` and the ERP's reads do, with everything kept for the next try.
    """
    books = Books(tools.channels, tools.clock)
    for chunk in chunks_of(to_be_corrected(tools.staged, flow, period)):
        tried = [record for record in chunk if not for_a_person(record)]
        originals = originals_of(tools.postings, tried)
        free, failing = _judged(tools, books, tried, originals, tally)
        note_problems(tools, failing, [record for record in chunk if for_a_person(record)], tally)
        for kind in tools.channels:
            waiting = [record for record in free if is_to_be_corrected(record, kind)]
            _take_back(tools, waiting, kind, originals, tally)
            if tally.cut_short:
                return False
            if waiting:
                free = _still_free(tools.staged, flow, free)
    return True


def to_be_corrected(staged: ReadsRecords, flow: str, period: Period | None) -> Iterator[StagedRecord]:
    """Records with something to be taken back, but for those on their way: few, in one look at the agenda."""
    records = staged.every(flow, period=period, states=(State.REVERSING, State.READY, State.FAILED))
    return (record for record in records if any(is_to_be_corrected(record, kind) for kind in PLANNED_KINDS))


def is_to_be_corrected(record: StagedRecord, kind: DocumentKind) -> bool:
    """Whether a document of the kind has something of the record that is to be taken back now."""
    on_its_way = record.state is State.REVERSING and record.posting_key is not None
    awake = record.state in (State.REVERSING, State.READY, State.FAILED) and not on_its_way
    return awake and standing_of(record, kind) is not None


def for_a_person(record: StagedRecord) -> bool:
    """Whether a person has to say that a cause is mended before the record is tried again."""
    return any(problem.code in FOR_A_PERSON for problem in record.problems)


def replaceable(
    records: Sequence[StagedRecord], plan: Planner, policy: Gate, kinds: Sequence[DocumentKind]
) -> tuple[list[StagedRecord], list[Failing]]:
    """Records that may be taken back, since nothing follows or what follows can be posted in every kind; and the
    others' problems. Records that wait for a yes are in neither: until then the books keep what they have."""
    places = [(record, place_of(record, policy).state) for record in records]
    leaving = [record for record, place in places if place is State.REVERSING]
    staying = [record for record, place in places if place is State.READY]
    planned = [plan(staying, kind) for kind in kinds] if staying else []
    problems = together(failing for one in planned for failing in one.problems)
    kept = {record.external_id for record, _ in problems}
    return [*leaving, *(record for record in staying if record.external_id not in kept)], problems


def reversible(
    records: Sequence[StagedRecord], plan: Planner, originals: Mapping[str, Posting]
) -> tuple[list[StagedRecord], list[Failing]]:
    """Records whose part of every document can be taken back, and the others' problems: one half that is taken back
    while the other has to stay would leave the books wrong for as long as that takes."""
    planned = [plan.reversals(records, kind, originals) for kind in PLANNED_KINDS]
    problems = together(failing for one in planned for failing in one.problems)
    kept = {record.external_id for record, _ in problems}
    return [record for record in records if record.external_id not in kept], problems


def chunks_of(records: Iterable[StagedRecord]) -> Iterator[list[StagedRecord]]:
    """The records in slices that are corrected at once."""
    records = iter(records)
    while chunk := list(islice(records, SLICE)):
        yield chunk


def _judged(
    tools: PostTools,
    books: Books,
    records: Sequence[StagedRecord],
    originals: Mapping[str, Posting],
    tally: Tally,
) -> tuple[list[StagedRecord], list[Failing]]:
    """Records that can be taken back whole, and what is wrong with the others."""
    willing, unplanned = replaceable(records, tools.plan, tools.policy, tools.kinds)
    sound, faulty = _as_posted(tools, books, willing, originals, tally)
    free, irreversible = reversible(sound, tools.plan, originals)
    return free, together([*unplanned, *faulty, *irreversible])


def _still_free(staged: StagedStore, flow: str, judged: Sequence[StagedRecord]) -> list[StagedRecord]:
    """The judged records as one kind's documents have left them: those that nobody changed meanwhile, and that the
    ERP did not refuse. The first kind needs no such look: a claim is on the revision that was judged."""
    known = staged.get_many(flow, [record.external_id for record in judged])
    now = ((old, known.get(old.external_id)) for old in judged)
    return [new for old, new in now if new is not None and new.version == old.version and new.state in UNDECIDED]


def _take_back(
    tools: PostTools,
    records: Sequence[StagedRecord],
    kind: DocumentKind,
    originals: Mapping[str, Posting],
    tally: Tally,
) -> None:
    by_id = {record.external_id: record for record in records}
    for posting in tools.plan.reversals(records, kind, originals).postings:
        if not tools.time_left():
            tally.cut_short = True
            return
        deliver(tools, posting, [by_id[ref.external_id] for ref in posting.records], tally)


def _as_posted(
    tools: PostTools,
    books: Books,
    records: Sequence[StagedRecord],
    originals: Mapping[str, Posting],
    tally: Tally,
) -> tuple[list[StagedRecord], list[Failing]]:
    """Records whose part of each of the ERP's documents is as it was posted, and what is wrong with the others'."""
    faulty: list[Failing] = []
    kept: set[str] = set()
    # Kind by kind, so that each list is read before the next one is asked for.
    parts = [(record, standing_of(record, kind)) for kind in tools.channels for record in records]
    for record, standing in parts:
        original = originals.get(standing.key) if standing is not None else None
        if original is None:
            continue  # nothing of the kind, or the plan says what is wrong with it
        try:
            fault = _look(tools, books, record, original, tally)
        except BrokenContract:
            # The inbox says so, and all that is not in this list goes on.
            tools.problems.report(_unreadable(original), flow=original.flow, external_ids=(), at=tools.clock())
            tally.left_over = True
            kept.add(record.external_id)
        except _NotNow:
            kept.add(record.external_id)
        else:
            faulty += [(record, (fault,))] if fault else []
    kept |= {record.external_id for record, _ in faulty}
    return [record for record in records if record.external_id not in kept], faulty


class _NotNow(Exception):
    """The ERP's lists may not have yet what was written just now: the record stays where it is."""


def _look(tools: PostTools, books: Books, record: StagedRecord, original: Posting, tally: Tally) -> Problem | None:
    """What keeps the record's part of a document from being taken back, if anything."""
    if not tools.channels[original.kind].reversible:
        return Problem(ProblemCode.IRREVERSIBLE, document_name(original))
    fresh = not books.has_read(original)
    fault = fault_in(original, record.external_id, books.parts_of(original))
    if fresh:
        tools.problems.close(_unreadable(original).id)
    if fault is None:
        return None
    if (left := _may_yet_be_seen(tools, original, books.asked_at(original))) > timedelta(0):
        tally.wait(left)
        raise _NotNow
    if fault.code is ProblemCode.DOCUMENT_GONE and (receipt := books.elsewhere(original)) is not None:
        return rewritten(original, receipt)
    return fault


def _unreadable(posting: Posting) -> Problem:
    listed = f"The ERP's list of {posting.kind.replace('_', ' ')} of {posting.period}"
    return Problem(ProblemCode.BROKEN_CONTRACT, listed)


def _may_yet_be_seen(tools: PostTools, original: Posting, asked_at: datetime) -> timedelta:
    """How long a document just written might still be missing from lists that were asked for then."""
    at = original.receipt.at if original.receipt else asked_at
    return at + tools.channels[original.kind].absence_delay - asked_at
