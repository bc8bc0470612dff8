"""A person's answers to problems of live flows: it is mended, try again; or it is right as it is."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from handoff.domain.errors import InvalidInput, NotFound, Stale
from handoff.domain.problem_codes import NOT_RETRIED, TOLD_ONCE, ProblemCode
from handoff.domain.staged import StagedRecord, State
from handoff.pipeline.approve import note_readiness
from handoff.pipeline.live.inbox import behind
from handoff.pipeline.steps import Clock
from handoff.ports import OpenProblem, PassStore, ProblemStore, StagedStore


@dataclass(frozen=True, slots=True)
class AnswerTools:
    """The stores of one integration."""

    staged: StagedStore
    problems: ProblemStore
    passes: PassStore
    clock: Clock


def retry_live(
    tools: AnswerTools, problem_id: str, *, by: str, external_ids: Collection[str] | None = None
) -> OpenProblem:
    """Frees what stands behind a problem for the run that follows, or only some of its records.

    Raises NotFound, and InvalidInput for a problem that a person has to answer.
    """
    known = _some_of(_known(tools, problem_id), external_ids)
    if known.problem.code in NOT_RETRIED:
        raise InvalidInput(
            "there is nothing to try again: the problem waits for an answer",
            code="not_retryable",
            field="problem",
            cure=known.problem.entry.cure,
        )
    note_readiness(tools.passes)
    if known.problem.code in (ProblemCode.RECONNECT_NEEDED, ProblemCode.BROKEN_CONTRACT):
        return known  # the run that follows asks the vendors again; the problem closes when they answer
    for record in _behind(tools, known):
        if record.state is State.FAILED:
            freed = record.move(State.READY, by=by, at=tools.clock(), why=f"retried: {known.problem.code}")
            if tools.staged.save([freed]):
                raise Stale("a record changed at this very moment", field=record.external_id)
        for problem in record.problems:
            tools.problems.clear(problem, {record.external_id})
    tools.problems.clear(known.problem, known.external_ids)
    return known


def retry_all_live(tools: AnswerTools, code: ProblemCode, *, by: str) -> list[OpenProblem]:
    """Frees what stands behind all open problems of a kind; none where there are none. Raises InvalidInput."""
    freed = []
    for known in tools.problems.open():
        if known.problem.code is code:
            with suppress(NotFound):
                freed.append(retry_live(tools, known.problem.id, by=by))
    return freed


def confirm_live(tools: AnswerTools, problem_id: str, *, by: str, external_ids: Collection[str]) -> OpenProblem:
    """Ends by a person's word what stands beside documents that are written and stay so.

    It is confirmed of the records that are named, and of no others: one may have joined since the person looked.
    Raises NotFound, InvalidInput or Stale.
    """
    known = _known(tools, problem_id)
    if known.problem.code not in TOLD_ONCE:
        raise InvalidInput(
            "that is no problem that a word ends",
            code="not_confirmable",
            field="problem",
            cure=known.problem.entry.cure,
        )
    if not external_ids:
        raise InvalidInput(
            "name the records that were looked up",
            code="records_missing",
            field="external_ids",
            cure="Send the external_ids of the problem.",
        )
    known = _some_of(known, external_ids)
    for record in _behind(tools, known):
        if tools.staged.save([_accepted(record, known, by, tools)]):
            raise Stale("a record changed at this very moment", field=record.external_id)
    tools.problems.clear(known.problem, known.external_ids)
    return known


def _accepted(record: StagedRecord, known: OpenProblem, by: str, tools: AnswerTools) -> StagedRecord:
    """The record without that problem; one that failed for it alone is in the books, as it is."""
    left = tuple(problem for problem in record.problems if problem != known.problem)
    if record.state is not State.FAILED or left:
        return replace(record, problems=left)
    why = f"confirmed by {by}: {known.problem.code}"
    ready = record.move(State.READY, by=by, at=tools.clock(), why=why)
    return ready.move(State.POSTED, by=by, at=tools.clock(), why=why, posting_key=record.posting_key)


def _known(tools: AnswerTools, problem_id: str) -> OpenProblem:
    known = tools.problems.get(problem_id)
    if known is None:
        raise NotFound(f"there is no open problem {problem_id}", field="problem")
    return known


def _some_of(known: OpenProblem, external_ids: Collection[str] | None) -> OpenProblem:
    if external_ids is None:
        return known
    if strangers := set(external_ids) - known.external_ids:
        raise NotFound(f"{min(strangers)} does not stand behind the problem", field="external_ids")
    return replace(known, external_ids=frozenset(external_ids))


def _behind(tools: AnswerTools, known: OpenProblem) -> Iterator[StagedRecord]:
    return (record for _, record in behind(tools.staged, known))
