"""Approve: a person's yes or no, bound to one content hash of each record."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from handoff.domain.errors import HandoffError, InvalidInput, NotFound, Stale
from handoff.domain.gate import GatePolicy
from handoff.domain.staged import IN_FLIGHT, IN_THE_BOOKS, Approval, ApprovedVia, StagedRecord, State
from handoff.pipeline.stage import begun_anew, is_back, rejudged
from handoff.ports import PassStore, ProblemStore, StagedStore

NOTES_MAX = 5
"""How often others may write the pass state between our reading and writing it."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One record a person decided on, with the hash they saw."""

    flow: str
    external_id: str
    hash: str


@dataclass(frozen=True, slots=True)
class Decision:
    """Yes or no, by whom, when, and what they noted."""

    approved: bool
    by: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one wish: the record as it stands now, or why not."""

    wish: Wish
    record: StagedRecord | None = None
    error: HandoffError | None = None


@dataclass(frozen=True, slots=True)
class ApproveTools:
    """The stores of one integration and its gate."""

    staged: StagedStore
    problems: ProblemStore
    passes: PassStore
    policy: GatePolicy


def approve(tools: ApproveTools, wishes: Sequence[Wish], decision: Decision) -> list[Answer]:
    """Applies a decision to each record whose content is still the one that was seen.

    Wishes are independent: one that is refused does not hold up the others.
    """
    if ApprovedVia.PERSON not in tools.policy.counts:
        raise InvalidInput(
            "approvals by a person do not count for this integration",
            code="person_approvals_off",
            field="decision",
            cure="Add person to approval.counts in the settings.",
        )
    answers: dict[Wish, Answer] = {}
    decided: dict[Wish, tuple[StagedRecord, StagedRecord]] = {}
    for flow in dict.fromkeys(wish.flow for wish in wishes):
        of_flow = [wish for wish in dict.fromkeys(wishes) if wish.flow == flow]
        known = tools.staged.get_many(flow, list(dict.fromkeys(wish.external_id for wish in of_flow)))
        for wish in of_flow:
            old = known.get(wish.external_id)
            try:
                decided[wish] = _checked(wish, old), _decided(_checked(wish, old), decision, tools.policy)
            except HandoffError as error:
                answers[wish] = Answer(wish, old, error)
    stale = _save(tools, list(decided.values()))
    for wish, (_, new) in decided.items():
        answers[wish] = Answer(wish, new)
        if wish.external_id in stale:
            answers[wish] = Answer(wish, None, Stale("the record changed at this very moment", field="hash"))
    return [answers[wish] for wish in dict.fromkeys(wishes)]


def note_readiness(passes: PassStore) -> None:
    """Tells the next pass that there may be something to post; raises Stale when others keep writing.

    It is written even where it stands already: a pass that has just looked sees that it must look again.
    """
    for _ in range(NOTES_MAX - 1):
        with suppress(Stale):
            passes.save(replace(passes.load(), needs_posting=True))
            return
    passes.save(replace(passes.load(), needs_posting=True))


def _save(tools: ApproveTools, decided: Sequence[tuple[StagedRecord, StagedRecord]]) -> Collection[str]:
    """Stores what was decided; returns the ids of records that changed meanwhile.

    The next pass is told before, so that after a crash in between it finds what was decided, and after, for a pass
    that looked just before it was stored.
    """
    if any(_to_be_posted(new) for _, new in decided):
        note_readiness(tools.passes)
    stale = _stored(tools.staged, decided)
    for old, new in decided:
        for problem in old.problems:
            if problem not in new.problems and old.external_id not in stale:
                tools.problems.clear(problem, {old.external_id})
    if any(_to_be_posted(new) and new.external_id not in stale for _, new in decided):
        note_readiness(tools.passes)
    return stale


def _stored(staged: StagedStore, decided: Sequence[tuple[StagedRecord, StagedRecord]]) -> set[str]:
    same = [new for old, new in decided if new.version == old.version]
    stale = set(staged.save(same)) if same else set()
    for old, new in decided:
        if new.version != old.version:
            try:
                staged.replace(old, new)
            except Stale:
                stale.add(old.external_id)
    return stale


def _to_be_posted(record: StagedRecord) -> bool:
    return record.state in (State.READY, State.REVERSING)


def _checked(wish: Wish, record: StagedRecord | None) -> StagedRecord:
    if record is None:
        raise NotFound(f"there is no record {wish.flow}/{wish.external_id}", field="external_id")
    if record.hash != wish.hash:
        raise InvalidInput(
            f"the record has changed: its content is now version {record.version}",
            code="hash_mismatch",
            field="hash",
            cure="Look at the record as it is now and decide on its present hash.",
        )
    if record.state in IN_THE_BOOKS | IN_FLIGHT:
        raise InvalidInput(
            f"the record is {record.state} already",
            code="already_posted",
            field="external_id",
            cure="Nothing is left to decide; a correction starts in the time tool, and is decided on by itself.",
        )
    if record.gone_at is not None:
        raise InvalidInput(
            "the record is not in the time tool any more",
            code="gone",
            field="external_id",
            cure="Nothing is left to decide; what the books have of it is reversed.",
        )
    return record


def _decided(record: StagedRecord, decision: Decision, policy: GatePolicy) -> StagedRecord:
    approval = Approval(record.hash, decision.approved, ApprovedVia.PERSON, decision.by, decision.at, decision.note)
    said = replace(record, approvals=(*record.approvals, approval))
    new = rejudged(said, policy, decision.at, by=decision.by)
    return begun_anew(record, new, policy, decision.at, by=decision.by) if is_back(record, new) else new
