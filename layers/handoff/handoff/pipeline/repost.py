"""Repost: a person wants records that are posted to be taken back and posted anew, by the rules as they are now.

Nothing that is posted moves by itself when a rate card changes. Each record becomes a new version with the same
content, so that what stands in the books and what replaces it can be told apart; the next pass corrects it. A wish
that the plan can't fulfil now, in a closed month for one, is refused: what is posted rightly never becomes a failure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from handoff.domain.errors import HandoffError, InvalidInput, NotFound, Stale
from handoff.domain.gate import Gate
from handoff.domain.posting import DocumentKind
from handoff.domain.staged import IN_THE_BOOKS, Move, StagedRecord, State
from handoff.pipeline.approve import Answer, Wish, note_readiness
from handoff.pipeline.correct import replaceable, reversible
from handoff.pipeline.deliver import originals_of
from handoff.pipeline.plan import Planner
from handoff.pipeline.stage import following, place_of
from handoff.pipeline.steps import Clock
from handoff.ports import PassStore, PostingStore, StagedStore


@dataclass(frozen=True, slots=True)
class RepostTools:
    """The stores of one integration, its gate, and the plan of a flow with the kinds of documents that are wanted."""

    staged: StagedStore
    postings: PostingStore
    passes: PassStore
    planning: Callable[[str], tuple[Planner, Sequence[DocumentKind]]]
    policy: Gate
    clock: Clock


def repost(tools: RepostTools, wishes: Sequence[Wish], *, by: str, why: str) -> list[Answer]:
    """Readies each record that is posted as it was seen; one that is refused does not hold up the others."""
    note_readiness(tools.passes)  # first: after a crash in between, the next pass finds what was readied
    answers = [_answer(tools, wish, by, why) for wish in dict.fromkeys(wishes)]
    note_readiness(tools.passes)
    return answers


def _answer(tools: RepostTools, wish: Wish, by: str, why: str) -> Answer:
    old = tools.staged.get(wish.flow, wish.external_id)
    try:
        old = _checked(wish, old)
        new = _anew(tools, old, by, why)
        _check_plan(tools, new)
        tools.staged.replace(old, new)
    except HandoffError as error:
        return Answer(wish, old, error)
    return Answer(wish, new)


def _checked(wish: Wish, record: StagedRecord | None) -> StagedRecord:
    if record is None:
        raise NotFound(f"there is no record {wish.flow}/{wish.external_id}", field="external_id")
    if record.hash != wish.hash:
        raise Stale(f"the record has changed: its content is now version {record.version}", field="hash")
    if record.state not in IN_THE_BOOKS:
        raise InvalidInput(
            f"the record is {record.state}, not posted",
            code="not_posted",
            field="external_id",
            cure="Only what is in the books can be posted anew; all else is planned by the newest rules anyway.",
        )
    return record


def _check_plan(tools: RepostTools, new: StagedRecord) -> None:
    """Raises InvalidInput with the first thing that keeps the version from replacing what is posted."""
    place = place_of(new, tools.policy)
    if place.state is State.REVERSING:
        raise InvalidInput(
            f"it stays as it is posted: the gate would leave it out now ({place.why})",
            code="not_repostable",
            field="external_id",
            cure="Have the settings take it again, or reject it to have it taken out of the books.",
        )
    plan, kinds = tools.planning(new.flow)
    _, unplanned = replaceable([new], plan, tools.policy, kinds)
    _, irreversible = reversible([new], plan, originals_of(tools.postings, [new]))
    for _, problems in (*unplanned, *irreversible):
        raise InvalidInput(
            f"it stays as it is posted, since it could not be posted anew: {problems[0].message}",
            code="not_repostable",
            field="external_id",
            cure=problems[0].entry.cure,
        )


def _anew(tools: RepostTools, old: StagedRecord, by: str, why: str) -> StagedRecord:
    now = tools.clock()
    new = following(old, replace(old, posting_key=None, problems=()), tools.policy, now, by=by, anew=True)
    told = f"version {new.version}: to be posted anew" + (f" ({why})" if why else "")
    return replace(new, history=(Move(new.state, now, by, told),))
