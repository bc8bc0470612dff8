"""Post: take up what is open, take back what should not be there, then plan and deliver what is ready.

The preview walks over the same records in the same way, so it shows exactly the documents that would be written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from itertools import islice

from handoff.domain.errors import Stale
from handoff.domain.gate import Gate
from handoff.domain.periods import Period
from handoff.domain.posting import DocumentKind
from handoff.domain.staged import StagedRecord, State
from handoff.pipeline.correct import correct, for_a_person
from handoff.pipeline.deliver import PostTools, Tally, clear_problems, deliver, take_up
from handoff.pipeline.inbox import note_problems
from handoff.pipeline.plan import Plan
from handoff.pipeline.record_moves import BY_POST
from handoff.pipeline.stage import begun_anew, is_back, rejudged
from handoff.ports import PassStore, ReadsRecords

SLICE = 2000
"""Records planned at once: bounds memory, and fills eight documents of 250 lines."""


def post_slice(tools: PostTools, *, flow: str, period: Period | None, tally: Tally) -> bool:
    """Posts what is ready; says whether all was tried, or time ran out. What it does is counted in `tally`.

    Raises Unreachable, RateLimited and ReconnectNeeded with everything kept for the next try.
    """
    for posting in tools.postings.open():
        if posting.flow != flow:
            continue  # another run of the integration takes it up, with its own tools
        if not tools.time_left():
            return False
        take_up(tools, posting, tally)
    if not correct(tools, flow=flow, period=period, tally=tally):
        return False
    for kind in tools.kinds:
        for chunk in chunks_of(unfinished(tools.staged, flow, period, kind, tools.kinds)):
            _post_chunk(tools, chunk, kind, tally)
            if tally.cut_short:
                return False
    return True


def regate(tools: PostTools, policy: Gate, *, flow: str) -> bool:
    """Judges again all records the gate may still send elsewhere; says whether all were, or time ran out."""
    states = (State.HELD, State.READY, State.EXCLUDED, State.FAILED, State.REVERSING)
    for chunk in chunks_of(tools.staged.every(flow, period=None, states=states)):
        if not tools.time_left():
            return False
        pairs = [(old, rejudged(old, policy, tools.clock())) for old in chunk]
        changed = [(old, new) for old, new in pairs if new is not old and not for_a_person(old)]
        for old, _ in changed:  # first: after a crash all is judged again, and what has moved has no problems
            clear_problems(tools.problems, old)
        stays = [new for old, new in changed if not is_back(old, new)]
        if stays:
            tools.staged.save(stays)  # whoever was faster judged it as well
        for old, new in (pair for pair in changed if is_back(*pair)):
            with suppress(Stale):
                tools.staged.replace(old, begun_anew(old, new, policy, tools.clock(), by=BY_POST))
    return True


def mark_posted(passes: PassStore, *, seen_revision: int) -> None:
    """Nothing is left to post, unless somebody noted more since this pass began."""
    state = passes.load()
    if state.revision != seen_revision or not state.needs_posting:
        return
    try:
        passes.save(replace(state, needs_posting=False))
    except Stale:
        return


def unfinished(
    staged: ReadsRecords, flow: str, period: Period | None, kind: DocumentKind, kinds: Collection[DocumentKind]
) -> Iterator[StagedRecord]:
    """Records this kind is still wanted of, and those that nothing is wanted of since the settings changed.

    Failed ones come last: they would shift the slices of those that are ready from one pass to the next, and
    so the documents that a preview showed.
    """
    for state in (State.READY, State.FAILED):
        for record in staged.every(flow, period=period, states=(state,)):
            done = kind in record.covered and any(other not in record.covered for other in kinds)
            if not done and not record.standing:  # what the books should not have is taken back first
                yield record


def chunks_of(records: Iterable[StagedRecord]) -> Iterator[list[StagedRecord]]:
    """The records in slices that are planned at once."""
    records = iter(records)
    while chunk := list(islice(records, SLICE)):
        yield chunk


def _post_chunk(tools: PostTools, chunk: Sequence[StagedRecord], kind: DocumentKind, tally: Tally) -> None:
    planned = tools.plan([record for record in chunk if not for_a_person(record)], kind)
    note_problems(tools, planned.problems, [record for record in chunk if for_a_person(record)], tally)
    _set_aside(tools, planned, tally)
    by_id = {record.external_id: record for record in chunk}
    for posting in planned.postings:
        if not tools.time_left():
            tally.cut_short = True
            return
        deliver(tools, posting, [by_id[ref.external_id] for ref in posting.records], tally)


def _set_aside(tools: PostTools, planned: Plan, tally: Tally) -> None:
    """Records with nothing to post for this kind: posted if another kind has them, else excluded."""
    now = tools.clock()
    moved = []
    for record, why in planned.out:
        rest = [kind for kind in tools.kinds if kind not in record.covered]
        if len(rest) > 1:
            continue  # a later kind may still have something to post
        clear_problems(tools.problems, record)
        moved.append(_aside(record, why, now))
    stale = tools.staged.save(moved) if moved else ()
    if stale:
        tally.look_again()
    tally.counts["posted"] += sum(r.state is State.POSTED and r.external_id not in stale for r in moved)
    tally.counts["excluded"] += sum(r.state is State.EXCLUDED and r.external_id not in stale for r in moved)


def _aside(record: StagedRecord, why: str, now: datetime) -> StagedRecord:
    if record.state is State.FAILED:
        record = record.move(State.READY, by=BY_POST, at=now, why="nothing is wrong with it any more")
    to = State.POSTED if record.covered else State.EXCLUDED
    return record.move(to, by=BY_POST, at=now, why=why, posting_key=next(iter(record.covered.values()), None))
