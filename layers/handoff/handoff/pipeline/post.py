"""Post: take up what is open, then plan and deliver what is ready, slice by slice.

The same walk over the same records plans the preview and the real run, so a preview shows exactly
the documents that would be written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from itertools import islice

from handoff.domain.errors import Stale
from handoff.domain.gate import GatePolicy
from handoff.domain.periods import Period
from handoff.domain.posting import DocumentKind, Posting
from handoff.domain.problems import FOR_A_PERSON, Problem
from handoff.domain.staged import StagedRecord, State
from handoff.pipeline.deliver import BY_POST, Planner, PostTools, Tally, clear_problems, deliver, take_up
from handoff.pipeline.plan import Plan
from handoff.pipeline.stage import rejudged
from handoff.ports import PassStore, ReadsRecords

SLICE = 2000
"""Records planned at once: bounds memory, and fills eight documents of 250 lines."""


def post_slice(tools: PostTools, *, flow: str, period: Period | None, tally: Tally) -> bool:
    """Posts what is ready; says whether all was tried, or time ran out. What it does is counted in `tally`.

    Raises Unreachable, RateLimited and ReconnectNeeded with everything kept for the next try.
    """
    for posting in tools.postings.open():
        if not tools.time_left():
            return False
        take_up(tools, posting, tally)
    for kind in tools.kinds:
        for chunk in _chunks(_unfinished(tools.staged, flow, period, kind, tools.kinds)):
            _post_chunk(tools, chunk, kind, tally)
            if tally.cut_short:
                return False
    return True


@dataclass(frozen=True, slots=True)
class Preview:
    """What a run would write now: the documents, what would fail, and a digest of the documents."""

    documents: Sequence[Posting]
    problems: Sequence[tuple[StagedRecord, tuple[Problem, ...]]]
    digest: str


def preview(
    staged: ReadsRecords, plan: Planner, kinds: Sequence[DocumentKind], *, flow: str, period: Period | None
) -> Preview:
    """Plans as a run would, and writes nothing."""
    documents: list[Posting] = []
    problems: dict[str, tuple[StagedRecord, tuple[Problem, ...]]] = {}
    for kind in kinds:
        for chunk in _chunks(_unfinished(staged, flow, period, kind, kinds)):
            planned = plan([record for record in chunk if not _for_a_person(record)], kind)
            documents += planned.postings
            problems.update({record.external_id: (record, found) for record, found in planned.problems})
    return Preview(documents, list(problems.values()), digest_of(documents))


def digest_of(documents: Iterable[Posting]) -> str:
    """A digest over keys, totals and every line: the same documents give the same digest."""
    digest = blake2b(digest_size=16)
    for posting in documents:
        content = (posting.key, posting.posted_on, posting.currency, posting.project_lines, posting.journal_lines)
        digest.update(repr(content).encode())
    return digest.hexdigest()


def regate(tools: PostTools, policy: GatePolicy, *, flow: str) -> bool:
    """Judges again all records the gate may still send elsewhere; says whether all were, or time ran out."""
    states = (State.HELD, State.READY, State.EXCLUDED, State.FAILED)
    for chunk in _chunks(tools.staged.every(flow, period=None, states=states)):
        if not tools.time_left():
            return False
        pairs = [(old, rejudged(old, policy, tools.clock())) for old in chunk]
        changed = [(old, new) for old, new in pairs if new is not old and not _for_a_person(old)]
        for old, _ in changed:  # first: after a crash all is judged again, and what has moved has no problems
            clear_problems(tools.problems, old)
        if changed:
            tools.staged.save([new for _, new in changed])  # whoever was faster judged it as well
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


def _unfinished(
    staged: ReadsRecords, flow: str, period: Period | None, kind: DocumentKind, kinds: Collection[DocumentKind]
) -> Iterator[StagedRecord]:
    """Records this kind is still wanted of, and those that nothing is wanted of since the settings changed.

    Failed ones come last: they would shift the slices of those that are ready from one pass to the next, and
    so the documents that a preview showed.
    """
    for state in (State.READY, State.FAILED):
        for record in staged.every(flow, period=period, states=(state,)):
            done = kind in record.covered and any(other not in record.covered for other in kinds)
            if not done:
                yield record


def _for_a_person(record: StagedRecord) -> bool:
    return any(problem.code in FOR_A_PERSON for problem in record.problems)


def _chunks(records: Iterator[StagedRecord]) -> Iterator[list[StagedRecord]]:
    while chunk := list(islice(records, SLICE)):
        yield chunk


def _post_chunk(tools: PostTools, chunk: Sequence[StagedRecord], kind: DocumentKind, tally: Tally) -> None:
    planned = tools.plan([record for record in chunk if not _for_a_person(record)], kind)
    _note_problems(tools, planned, [record for record in chunk if _for_a_person(record)], tally)
    _set_aside(tools, planned, tally)
    by_id = {record.external_id: record for record in chunk}
    for posting in planned.postings:
        if not tools.time_left():
            tally.cut_short = True
            return
        deliver(tools, posting, [by_id[ref.external_id] for ref in posting.records], tally)


def _note_problems(tools: PostTools, planned: Plan, waiting: Sequence[StagedRecord], tally: Tally) -> None:
    """Moves records that can't be planned to `failed`; what failed before is left, if the inbox has it."""
    now = tools.clock()
    standing = [*waiting, *(old for old, problems in planned.problems if _stands(old, problems))]
    news = [(old, _failed(old, problems, now)) for old, problems in planned.problems if not _stands(old, problems)]
    for old, new in news:
        for problem in old.problems:
            if problem not in new.problems:
                tools.problems.clear(problem, {old.external_id})
    stale = tools.staged.save([new for _, new in news]) if news else ()
    if stale:
        tally.look_again()
    causes = _unseen(tools, standing)
    flow = next((record.flow for record in (*standing, *(old for old, _ in news))), "")
    for old, new in news:
        if old.external_id not in stale:
            tally.counts["failed"] += old.state is not State.FAILED
            for problem in new.problems:
                causes.setdefault(problem, set()).add(old.external_id)
    for problem, external_ids in causes.items():
        tools.problems.report(problem, flow=flow, external_ids=external_ids, at=now)


def _stands(record: StagedRecord, problems: tuple[Problem, ...]) -> bool:
    return record.state is State.FAILED and record.problems == problems


def _failed(record: StagedRecord, problems: tuple[Problem, ...], now: datetime) -> StagedRecord:
    if record.state is State.FAILED:
        return replace(record, problems=problems)
    why = ", ".join(problem.code for problem in problems)
    return record.move(State.FAILED, by=BY_POST, at=now, why=why, problems=problems)


def _unseen(tools: PostTools, standing: Sequence[StagedRecord]) -> dict[Problem, set[str]]:
    """Causes that failed records are missing from: whoever met them died, or a person was faster."""
    causes: dict[Problem, set[str]] = {}
    shown = {known.problem: known.external_ids for known in tools.problems.open()} if standing else {}
    for record in standing:
        for problem in record.problems:
            if record.external_id not in shown.get(problem, ()):
                causes.setdefault(problem, set()).add(record.external_id)
    return causes


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
