"""What must be true when a history has come to rest: exactly once, nothing lost, the books balanced.

Three times: as soon as faults have stopped, when people have dealt with what the inbox shows, and when all is mended
that stood in the way and every old message has come once more. The last admits of no excuse.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from handoff.domain.periods import Period
from handoff.domain.posting import OPEN_POSTINGS, Posting, PostingState
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.staged import StagedRecord
from tests.builders import HOURS
from tests.histories.erp import PERIODS
from tests.histories.time_tool import Row
from tests.histories.world import World

WRITTEN = frozenset({PostingState.ACCEPTED, PostingState.SETTLED})
ASKED = WRITTEN | {PostingState.UNSURE}
PEACE_MAX = timedelta(hours=26)
"""In how much virtual time all must be at rest: a little more than the passes that are started in it take."""
HOURS_MAX = Decimal(24)
OUT = {"excluded", "reversed"}


def faults_of(world: World) -> list[str]:
    """Every promise that a world breaks which has lived, in words."""
    found = list(world.witness.broken)
    found += _documents(world, ASKED) if _doubted(world) else _promises(world, asked=True)
    began = world.mischief.time
    world.tidy()
    found += [*_promises(world), *_shown_for_nothing(world)]
    world.mend()
    found += [*_promises(world), *_shown_for_nothing(world), *_nothing_is_left(world)]
    if world.mischief.time - began > PEACE_MAX:
        found.append(f"it took {world.mischief.time - began} to come to rest")
    return list(dict.fromkeys([*found, *world.witness.broken]))


def _doubted(world: World) -> bool:
    """Whether a person is asked to believe an answer of the time tool: nothing is posted before that."""
    return any(known.problem.code is ProblemCode.UNUSUAL_ANSWER for known in world.problems_inside.open())


def _promises(world: World, *, asked: bool = False) -> Iterator[str]:
    yield from _documents(world, ASKED if asked else WRITTEN)
    yield from _at_rest(world, asked=asked)
    waiting = _waiting(world) if asked else set()
    for record in _records(world):
        if record.posting_key not in waiting:
            yield from _record(world, record)
    for name in world.time_tool.rows:
        row, known = world.time_tool.newest(name), world.staged_inside.get(HOURS, name)
        if known is not None and known.posting_key in waiting:
            continue  # what is on its way is not replaced
        if row is not None and (known is None or known.hash != row.hash):
            yield f"{name} is not staged as it is in the time tool"
    yield from (f"{name} has failed unseen: {problem.code}" for problem, name in _failed(world) - _shown(world))


# ---- documents ---------------------------------------------------------------------------------


def _documents(world: World, states: frozenset[PostingState]) -> Iterator[str]:
    """Every document is one of our postings, as we know it, and the other way round."""
    for kind, books in world.books.items():
        known = {p.key: p for p in _postings(world) if p.kind is kind and p.state in states}
        for document in books.documents:
            ours = known.get(document.posting.key)
            theirs = document.posting
            if ours is None:
                if not document.removed:
                    yield f"document {document.number} is none of our postings"
            elif (ours.records, ours.shares, ours.amount) != (theirs.records, theirs.shares, theirs.amount):
                yield f"document {document.number} has other entries than our posting"
        there = {document.posting.key for document in books.documents}
        yield from (
            f"posting {key} has no document" for key, p in known.items() if key not in there and p.state in WRITTEN
        )


def _at_rest(world: World, *, asked: bool) -> Iterator[str]:
    waiting = _waiting(world) if asked else set()
    # A worker may have died between its claim and its records: they are as they were, and the claim names them.
    named = {ref.external_id for p in world.postings_inside.open() if p.key in waiting for ref in p.records}
    for posting in _postings(world):
        if posting.state in OPEN_POSTINGS and posting.key not in waiting:
            yield f"posting {posting.key} is {posting.state} for ever"
    for record in _records(world):
        excused = record.posting_key in waiting or record.external_id in named
        if record.state in ("ready", "posting", "unsure", "reversing") and not excused:
            yield f"{record.external_id} is {record.state} for ever"


def _waiting(world: World) -> set[str]:
    """Postings that a person has to look for in the ERP."""
    shown = [known.problem for known in world.problems_inside.open()]
    asked = [problem.subject for problem in shown if problem.code is ProblemCode.OUTCOME_UNKNOWN]
    return {posting.key for posting in world.postings_inside.open() if any(posting.key in s for s in asked)}


# ---- records -----------------------------------------------------------------------------------


def _record(world: World, record: StagedRecord) -> Iterator[str]:
    """The record stands where its content and what people said of it put it, and so do the books."""
    name, row = record.external_id, world.time_tool.newest(record.external_id)
    place = "excluded" if row is None else _place(world, record, row)
    state = str(record.state)
    if state == "failed":
        yield from _rightly_failed(world, row, record)
    elif state == "posted":
        if row is None:
            yield f"{name} is gone and still posted"
        yield from _in_the_books(world, record)
    elif state in OUT:
        if place != "excluded":
            yield f"{name} is {state}, and should be {place}"
        yield from _out_of_the_books(world, record)
    elif state == "held":
        if place != "held":
            yield f"{name} is held, and should be {place}"
        yield from _as_some_version(world, record)


def _place(world: World, record: StagedRecord, row: Row) -> str:
    """Where a content belongs by the settings and the last word on it."""
    if world.change == 3 and row.entry.project_id == "402":
        return "excluded"
    said = next((a.approved for a in reversed(record.approvals) if a.hash == row.hash), None)
    if said is None:
        return "ready" if row.approved else "held"
    return "ready" if said else "excluded"


def _in_the_books(world: World, record: StagedRecord) -> Iterator[str]:
    """Exactly once, in each kind of document, with the hours of now; but for what people did there by hand."""
    row = world.time_tool.newest(record.external_id)
    for kind, books in world.books.items():
        if kind not in record.covered:
            yield f"{record.external_id} is posted and in no {kind}"
        elif not _touched(world, record) and row is not None:
            net = books.net(record.external_id)
            if net != row.entry.hours:
                yield f"{record.external_id} is posted, and has {net} h of {row.entry.hours} in the books of {kind}"


def _out_of_the_books(world: World, record: StagedRecord) -> Iterator[str]:
    for kind, books in world.books.items():
        if net := books.net(record.external_id):
            yield f"{record.external_id} is {record.state}, and has {net} h in the books of {kind}"


def _as_some_version(world: World, record: StagedRecord) -> Iterator[str]:
    """The books have one version of it, or nothing."""
    nets = {books.net(record.external_id) for books in world.books.values()}
    if not _touched(world, record):
        if not nets <= world.witness.hours[record.external_id]:
            yield f"{record.external_id} is {record.state}, and has {max(nets)} h in the books"
        if any(nets) and not record.standing and not record.covered:
            yield f"{record.external_id} is {record.state}, and nobody knows that it is in the books"


def _touched(world: World, record: StagedRecord) -> bool:
    documents = (d for books in world.books.values() for d in books.documents if d.touched)
    return any(share.external_id == record.external_id for d in documents for share in d.posting.shares)


def _rightly_failed(world: World, row: Row | None, record: StagedRecord) -> Iterator[str]:
    """There is a reason, and it is a true one."""
    name, erp, codes = record.external_id, world.erp, {problem.code for problem in record.problems}
    closed = not all(erp.periods[period] for period in ("2026-09", "2026-10"))
    true = {
        ProblemCode.REFUSED_BY_ERP: name in erp.refused | erp.closed_to,
        ProblemCode.CLOSED_PERIOD: closed and not world.history.next_open,
        ProblemCode.TOO_MANY_HOURS: row is not None and row.entry.hours > HOURS_MAX,
        ProblemCode.NO_ACCOUNT_RULE: world.change == 2,
        ProblemCode.IRREVERSIBLE: not world.history.reversible and bool(record.standing),
        ProblemCode.DOCUMENT_GONE: _touched(world, record),
        ProblemCode.DOCUMENT_EDITED: _touched(world, record),
    }
    if not codes:
        yield f"{name} has failed without a problem"
    yield from (f"{name} has failed for {code}, which is not so" for code in codes if not true.get(code, False))
    yield from _as_some_version(world, record)


# ---- the inbox ---------------------------------------------------------------------------------


def _shown_for_nothing(world: World) -> Iterator[str]:
    """What the inbox still shows of records that have not failed, after people dealt with all of it."""
    yield from (f"{name} is shown for nothing: {problem.code}" for problem, name in _shown(world) - _failed(world))


def _nothing_is_left(world: World) -> Iterator[str]:
    """Nothing stands in the way any more: whatever is approved and possible is done."""
    for record in _records(world):
        row = world.time_tool.newest(record.external_id)
        impossible = row is not None and row.entry.hours > HOURS_MAX and _place(world, record, row) == "ready"
        if record.state == "failed" and not impossible:
            codes = ", ".join(problem.code for problem in record.problems)
            yield f"{record.external_id} has failed, and nothing is in its way: {codes}"
    shown = {known.problem.code for known in world.problems_inside.open()} - {ProblemCode.TOO_MANY_HOURS}
    yield from (f"{code} is shown, and nothing is in the way" for code in sorted(shown))


def _failed(world: World) -> set[tuple[Problem, str]]:
    failed = [record for record in _records(world) if record.state == "failed"]
    return {(problem, record.external_id) for record in failed for problem in record.problems}


def _shown(world: World) -> set[tuple[Problem, str]]:
    known = [known for known in world.problems_inside.open() if known.flow == HOURS]
    return {(one.problem, name) for one in known for name in one.external_ids}


def _records(world: World) -> list[StagedRecord]:
    return list(world.staged_inside.every(HOURS, period=None, states=()))


def _postings(world: World) -> list[Posting]:
    return [posting for period in PERIODS for posting in world.postings_inside.of_period(Period(period))]
