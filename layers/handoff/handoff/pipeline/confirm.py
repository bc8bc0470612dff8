"""Confirm: a person says that something is as it should be, and it is believed from then on.

What was taken out of the ERP's books by hand stands in them no more: the posting notes whose part it was, the records
go on without it, and what the time tool has now is posted anew if it is to be.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from handoff.domain.errors import InvalidInput, NotFound, Stale
from handoff.domain.gate import Gate
from handoff.domain.problem_codes import TO_BE_CONFIRMED, UNDONE_IN_THE_BOOKS
from handoff.domain.problems import Problem
from handoff.domain.staged import StagedRecord, State
from handoff.pipeline.approve import note_readiness
from handoff.pipeline.record_moves import rest_of
from handoff.pipeline.steps import Clock
from handoff.ports import OpenProblem, PassStore, PostingStore, ProblemStore, StagedStore

BY_HAND = "by hand"
"""What stands for a reversal's key where a person took the record's part out of the document."""
ATTEMPTS_MAX = 5


@dataclass(frozen=True, slots=True)
class ConfirmTools:
    """The stores of one integration; `believe` remembers a problem that is none."""

    staged: StagedStore
    postings: PostingStore
    problems: ProblemStore
    passes: PassStore
    believe: Callable[[str], None]
    policy: Gate
    clock: Clock


def confirm(tools: ConfirmTools, problem_id: str, *, by: str, external_ids: Collection[str] = ()) -> OpenProblem:
    """Ends a problem by a person's word; raises NotFound, InvalidInput or Stale.

    What was taken out of a document is confirmed of the records that are named, and of no others: a record may
    join the problem after the person looked, and its part would be believed out of the books and posted again.
    """
    known = tools.problems.get(problem_id)
    if known is None:
        raise NotFound(f"there is no open problem {problem_id}", field="problem")
    if known.problem.code not in TO_BE_CONFIRMED:
        raise InvalidInput(
            "this can't be as it should be: it has to be mended",
            code="not_confirmable",
            field="problem",
            cure=known.problem.entry.cure,
        )
    known = _named_of(known, external_ids)
    note_readiness(tools.passes)  # first: after a crash in between, the next pass finds what is freed
    if known.problem.code in UNDONE_IN_THE_BOOKS:
        _take_out(tools, known, by)
    else:
        tools.believe(problem_id)
        tools.problems.close(problem_id)
    note_readiness(tools.passes)
    return known


def _named_of(known: OpenProblem, external_ids: Collection[str]) -> OpenProblem:
    """The problem with the records that the person looked at."""
    if strangers := set(external_ids) - known.external_ids:
        raise NotFound(f"{min(strangers)} does not stand behind the problem", field="external_ids")
    if known.problem.code not in UNDONE_IN_THE_BOOKS:
        return known
    if not external_ids:
        raise InvalidInput(
            "it is not said which records were taken out of the document",
            code="records_missing",
            field="external_ids",
            cure="Look the document up in the ERP, and send the ids of the problem's records that you looked at.",
        )
    return replace(known, external_ids=frozenset(external_ids))


def _take_out(tools: ConfirmTools, known: OpenProblem, by: str) -> None:
    records = tools.staged.get_many(known.flow, sorted(known.external_ids))
    failed = [r for r in records.values() if r.state is State.FAILED and known.problem in r.problems]
    named = {record.external_id: _named(record, known.problem) for record in failed}
    for key in sorted({key for keys in named.values() for key in keys}):
        # The posting first: a record that has left it must not be missed there by a reconciliation.
        _note_taken_out(tools.postings, key, {name for name, keys in named.items() if key in keys})
    freed = {record.external_id: _freed(tools, record, named[record.external_id], by) for record in failed}
    stale = set(tools.staged.save(list(freed.values()))) if freed else set()
    for record in failed:
        if record.external_id not in stale:
            for problem in record.problems:
                tools.problems.clear(problem, {record.external_id})
    if stale:
        raise Stale("some of the records changed at this very moment", field="problem")
    if gone := known.external_ids - freed.keys():
        tools.problems.clear(known.problem, gone)


def _named(record: StagedRecord, problem: Problem) -> tuple[str, ...]:
    """The keys of the postings that the problem is about: they stand in its sentence."""
    return tuple(standing.key for standing in record.standing if standing.key in problem.subject)


def _note_taken_out(postings: PostingStore, key: str, external_ids: Collection[str]) -> None:
    for _ in range(ATTEMPTS_MAX):
        posting = postings.get(key)
        if posting is None:
            return
        taken_out = tuple(sorted({*posting.taken_out, *external_ids}))
        if taken_out == posting.taken_out:
            return
        try:
            postings.save(replace(posting, taken_out=taken_out))
        except Stale:
            continue
        return
    raise Stale(f"posting {key} keeps changing", field="problem")


def _freed(tools: ConfirmTools, record: StagedRecord, keys: Collection[str], by: str) -> StagedRecord:
    left = record
    for key in keys:
        left = left.reversed(key, BY_HAND)
    to, why = rest_of(left, tools.policy)
    return left.move(to, by=by, at=tools.clock(), why=why or "taken out of the books by hand")
