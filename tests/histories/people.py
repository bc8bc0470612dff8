"""The people around an integration: they approve, mend, confirm what they looked up, and touch documents by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from handoff.domain.errors import HandoffError, Stale
from handoff.domain.posting import Posting, PostingState
from handoff.domain.problem_codes import NOT_RETRIED, UNDONE_IN_THE_BOOKS, ProblemCode
from handoff.domain.staged import State
from handoff.pipeline.approve import ApproveTools, Decision, Wish, approve
from handoff.pipeline.confirm import confirm
from handoff.pipeline.outcome import tell_outcome
from handoff.pipeline.repost import RepostTools, repost
from handoff.pipeline.retry import RetryTools, retry
from handoff.ports import OpenProblem
from tests.builders import HOURS
from tests.histories.erp import Document, Erp
from tests.histories.mischief import CLOCK_MARGIN, Crash
from tests.histories.story import Action

if TYPE_CHECKING:
    from tests.histories.world import World

A_PERSON = "kari"


def insist(ask: Callable[[], None]) -> None:
    """A person whose request died sends it again."""
    try:
        ask()
    except Crash:
        ask()


def decide(world: World, action: Action) -> None:
    """Says yes or no to an entry as it is seen."""
    record = world.staged_inside.get(HOURS, action.entry)
    if record is None:
        return
    said = (action.entry, record.hash, action.approved)
    world.witness.asks(*said)
    tools = ApproveTools(world.staged, world.problems, world.passes, world.policy)
    decision = Decision(action.approved, A_PERSON, world.mischief.now())
    (answer,) = approve(tools, [Wish(HOURS, action.entry, record.hash)], decision)
    if isinstance(answer.error, Stale):
        raise Crash  # told that the record changed: the person looks and decides again
    if answer.error is None:
        world.witness.heard(*said)


def retry_what_is_shown(world: World) -> None:
    """Says of all that the inbox shows that it is mended."""
    tools = RetryTools(world.staged, world.problems, world.passes, world.policy, world.mischief.now)
    for known in world.problems_inside.open():
        with suppress(HandoffError):
            retry(tools, known.problem.id, by=A_PERSON)


def post_anew(world: World, action: Action) -> None:
    """Wants an entry taken back and posted by the rules of now."""
    record = world.staged_inside.get(HOURS, action.entry)
    if record is not None:
        tools = RepostTools(
            world.staged,
            world.postings,
            world.passes,
            lambda _: (world.planner(), world.kinds),
            world.policy,
            world.mischief.now,
        )
        repost(tools, [Wish(HOURS, action.entry, record.hash)], by=A_PERSON, why="")


# ---- documents ---------------------------------------------------------------------------------


def touch(world: World, action: Action) -> None:
    """Takes a document out of the ERP by hand, or edits an entry in it."""
    some = list(_touchable(world))
    if not some:
        return
    document = some[action.amount % len(some)]
    if action.approved:
        document.removed = True
    else:
        document.edited.add(document.posting.shares[0].external_id)


def _touchable(world: World) -> Iterator[Document]:
    """Documents that stand in the books, and that nothing of ours has taken back or is just taking back."""
    written = [document.posting for books in world.books.values() for document in books.documents]
    taken_back = {share.reverses for p in (*written, *world.postings_inside.open()) for share in p.shares}
    for books in world.books.values():
        for document in books.documents:
            posting = document.posting
            ours = posting.reversal or document.touched or posting.key in taken_back
            stands = books.in_list(document) and all(books.net(s.external_id) == s.hours for s in posting.shares)
            if stands and not ours:
                yield document


def answer(world: World) -> None:
    """Looks in the ERP for each document that can't be asked for, and says whether it is there."""
    for posting in list(world.postings_inside.open()):
        asked = ProblemCode.OUTCOME_UNKNOWN in {
            known.problem.code for known in world.problems_inside.open() if posting.key in known.problem.subject
        }
        if not asked or posting.state is not PostingState.UNSURE or _may_still_come(world, posting):
            continue
        found = world.books[posting.kind].seen(posting.key)
        with suppress(HandoffError):
            number = found.number if found else None
            tell_outcome(world.post_tools("a person"), world.passes, posting.key, number=number)


def _may_still_come(world: World, posting: Posting) -> bool:
    sent_at = posting.sent_at or world.mischief.now()
    return world.mischief.now() < sent_at + world.books[posting.kind].absence_delay + CLOCK_MARGIN


def confirm_what_is_shown(world: World, *, taken_out: bool) -> None:
    """Looks up each document that is said to be other than posted, and confirms it, or puts it right and retries."""
    for known in world.problems_inside.open():
        with suppress(HandoffError):
            if known.problem.code in UNDONE_IN_THE_BOOKS:
                _look_up(world, known, taken_out=taken_out)
            elif known.problem.code is ProblemCode.UNUSUAL_ANSWER and not _worked_in(world, known.problem.subject):
                confirm(world.confirm_tools(), known.problem.id, by=A_PERSON)


def _worked_in(world: World, subject: str) -> bool:
    """Whether the time tool has entries of the month that a problem is about, for whoever looks there."""
    days = [f"{rows[-1].entry.spent_on:%Y-%m}" for rows in world.time_tool.rows.values()]
    return any(month in subject for month in days)


def _look_up(world: World, known: OpenProblem, *, taken_out: bool) -> None:
    tools = RetryTools(world.staged, world.problems, world.passes, world.policy, world.mischief.now)
    names = _behind(world, known)
    found = [(b, d) for b in world.books.values() for d in b.documents if d.posting.key in known.problem.subject]
    for books, document in found:
        if known.problem.code is ProblemCode.DOCUMENT_GONE and not document.removed:
            retry(tools, known.problem.id, by=A_PERSON)  # it is there after all
            return
        if not taken_out and _put_back(books, document):
            retry(tools, known.problem.id, by=A_PERSON)
            return
        document.taken |= names & {share.external_id for share in document.posting.shares}
    confirm(world.confirm_tools(), known.problem.id, by=A_PERSON, external_ids=known.external_ids)


def _behind(world: World, known: OpenProblem) -> set[str]:
    records = world.staged_inside.get_many(known.flow, sorted(known.external_ids)).values()
    return {r.external_id for r in records if r.state is State.FAILED and known.problem in r.problems}


def _put_back(books: Erp, document: Document) -> bool:
    """Sets a document back to how it was posted, where that puts nobody into the books twice."""
    others = {
        s.external_id: books.net(s.external_id) - document.hours_of(s.external_id) for s in document.posting.shares
    }
    if any(others.values()) or not document.touched or document.taken:
        return False
    document.removed = False
    document.edited.clear()
    return True


def tend(world: World) -> None:
    """Deals with all that the inbox shows, one way or another."""
    answer(world)
    confirm_what_is_shown(world, taken_out=True)
    retryable = [known for known in world.problems_inside.open() if known.problem.code not in NOT_RETRIED]
    if retryable:
        retry_what_is_shown(world)
        world.start(A_PERSON)  # as the API does for whoever retries
