"""What must be true when a history has come to rest: exactly once, nothing lost, the books balanced."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from handoff.domain.errors import Unbalanced
from handoff.domain.gate import judge
from handoff.domain.posting import OPEN_POSTINGS, Posting, PostingState, check_balance
from handoff.domain.problems import Problem, ProblemCode
from handoff.domain.staged import IN_THE_BOOKS, StagedRecord, State
from handoff.domain.time import entry_from
from tests.builders import HOURS, OCTOBER
from tests.histories.vendors import Row
from tests.histories.world import World

WRITTEN = frozenset({PostingState.ACCEPTED, PostingState.SETTLED})


def faults_of(world: World) -> list[str]:
    """Every promise that the world at rest breaks, in words."""
    found = [*world.wrongly_sent, *_promises(world)]
    world.tidy()
    return [*dict.fromkeys([*found, *_promises(world), *_shown_for_nothing(world)])]


def _promises(world: World) -> Iterator[str]:
    yield from _books(world)
    yield from _at_rest(world)
    yield from _accounted_for(world)
    yield from (f"{name} has failed unseen: {problem.code}" for problem, name in _failed(world) - _shown(world))


def _books(world: World) -> Iterator[str]:
    """No record is in the books twice, and what is there is what we know of."""
    for kind, books in world.books.items():
        times = Counter(share.external_id for document in books.documents for share in document.posting.shares)
        yield from (f"{name} is in {count} documents of {kind}" for name, count in times.items() if count > 1)
        known = {
            posting.key: posting for posting in _postings(world) if posting.kind is kind and posting.state in WRITTEN
        }
        for document in books.documents:
            ours = known.pop(document.posting.key, None)
            if ours is None:
                yield f"document {document.number} is none of our postings"
            else:
                yield from _differences(ours, document.posting)
        yield from (f"posting {key} has no document" for key in known)


def _differences(ours: Posting, theirs: Posting) -> Iterator[str]:
    """The document is balanced, and its records, hours and amount are those that we know of."""
    if (ours.records, ours.shares) != (theirs.records, theirs.shares):
        yield f"document {theirs.key} covers other records than our posting"
    if ours.amount != sum((share.amount for share in theirs.shares), Decimal(0)):
        yield f"document {theirs.key} has another amount than our posting"
    if ours.hours != sum((share.hours for share in theirs.shares), Decimal(0)):
        yield f"document {theirs.key} has other hours than our posting"
    try:
        check_balance(theirs)
    except Unbalanced as fault:
        yield fault.message


def _at_rest(world: World) -> Iterator[str]:
    for posting in _postings(world):
        if posting.state in OPEN_POSTINGS:
            yield f"posting {posting.key} is {posting.state} for ever"
    for record in _records(world):
        if record.state in (State.READY, State.POSTING, State.UNSURE):
            yield f"{record.external_id} is {record.state} for ever"


def _accounted_for(world: World) -> Iterator[str]:
    for external_id in world.time_tool.rows:
        row = world.time_tool.newest(external_id)
        record = world.staged_inside.get(HOURS, external_id)
        if record is None or row is None or record.hash != row.hash:
            yield f"{external_id} is not staged as it is in the time tool"
        elif record.state is State.FAILED:
            yield from _rightly_failed(world, row, record)
        else:
            yield from _rightly_there(world, row, record)


def _rightly_there(world: World, row: Row, record: StagedRecord) -> Iterator[str]:
    """The record stands where its content and its approvals, as people see them now, put it."""
    name, state = record.external_id, record.state
    verdict = judge(
        entry_from(record.body), source_approved=row.approved, approval=record.approval(), policy=world.policy
    )
    documents = sum(name == covered for covered, _ in _contents(world))
    if state in IN_THE_BOOKS:
        if documents < len(world.books):
            yield f"{name} is {state} but in {documents} documents"
    elif documents and not record.covered:
        yield f"{name} is in the books and {state}"
    elif state is not verdict.state:
        yield f"{name} is {state}, not {verdict.state} ({verdict.why})"


def _rightly_failed(world: World, row: Row, record: StagedRecord) -> Iterator[str]:
    """There is a reason, it is a true one, and a later approval or withdrawal would be noticed."""
    name, codes = record.external_id, {problem.code for problem in record.problems}
    contents = _contents(world)
    in_the_books = any(name == covered for covered, _ in contents)
    if not codes:
        yield f"{name} has failed without a problem"
    if ProblemCode.REFUSED_BY_ERP in codes and not any(name in books.refused for books in world.books.values()):
        yield f"{name} has failed, though the ERP never refused it"
    if not in_the_books and record.source_approved is not row.approved:
        yield f"{name} has failed, and an approval that changed since was not noticed"
    if ProblemCode.CHANGED_AFTER_POSTING in codes and not in_the_books:
        yield f"{name} is said to be in the books and is not"
    if ProblemCode.CHANGED_AFTER_POSTING in codes and (name, record.hash) in contents:
        yield f"{name} is said to have changed and is as in the books"


def _shown_for_nothing(world: World) -> Iterator[str]:
    """What the inbox still shows of records that have not failed, after a person tried all of it again."""
    yield from (f"{name} is shown for nothing: {problem.code}" for problem, name in _shown(world) - _failed(world))


def _contents(world: World) -> list[tuple[str, str]]:
    """Id and hash of every record in every document."""
    documents = [document for books in world.books.values() for document in books.documents]
    return [(ref.external_id, ref.hash) for document in documents for ref in document.posting.records]


def _failed(world: World) -> set[tuple[Problem, str]]:
    failed = [record for record in _records(world) if record.state is State.FAILED]
    return {(problem, record.external_id) for record in failed for problem in record.problems}


def _shown(world: World) -> set[tuple[Problem, str]]:
    known = [known for known in world.problems_inside.open() if known.flow == HOURS]
    return {(one.problem, name) for one in known for name in one.external_ids}


def _records(world: World) -> list[StagedRecord]:
    return list(world.staged_inside.every(HOURS, period=None, states=()))


def _postings(world: World) -> list[Posting]:
    return list(world.postings_inside.of_period(OCTOBER))
