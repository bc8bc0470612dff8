"""Retry: a person says that a problem is mended; its records go back to where the gate sends them."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, replace

from handoff.domain.errors import InvalidInput, NotFound
from handoff.domain.gate import Gate
from handoff.domain.problem_codes import NOT_RETRIED, ProblemCode
from handoff.domain.staged import IN_FLIGHT, StagedRecord, State
from handoff.pipeline.approve import note_readiness
from handoff.pipeline.stage import leaving, place_of
from handoff.pipeline.steps import Clock
from handoff.ports import OpenProblem, PassStore, ProblemStore, StagedStore


@dataclass(frozen=True, slots=True)
class RetryTools:
    """The stores of one integration."""

    staged: StagedStore
    problems: ProblemStore
    passes: PassStore
    policy: Gate
    clock: Clock


def retry(tools: RetryTools, problem_id: str, *, by: str, external_ids: Collection[str] | None = None) -> OpenProblem:
    """Frees what stands behind a problem for the next pass, or only some of its records.

    Raises NotFound, and InvalidInput for a problem that a person has to answer.
    """
    known = tools.problems.get(problem_id)
    if known is None:
        raise NotFound(f"there is no open problem {problem_id}", field="problem")
    if known.problem.code in NOT_RETRIED:
        raise InvalidInput(
            "there is nothing to try again: the problem waits for an answer",
            code="not_retryable",
            field="problem",
            cure=known.problem.entry.cure,
        )
    if external_ids is not None:
        if strangers := set(external_ids) - known.external_ids:
            raise NotFound(f"{min(strangers)} does not stand behind the problem", field="external_ids")
        known = replace(known, external_ids=frozenset(external_ids))
    if known.problem.code is ProblemCode.RECONNECT_NEEDED:
        return known  # a run by hand tries the connection; the problem closes when all feeds answered
    note_readiness(tools.passes)  # first: after a crash in between, the next pass finds what is freed
    if known.problem.code is not ProblemCode.BROKEN_CONTRACT:
        _free(tools, known, by)
        note_readiness(tools.passes)
    return known


def retry_all(tools: RetryTools, code: ProblemCode, *, by: str) -> list[OpenProblem]:
    """Frees what stands behind all open problems of a kind; none where there are none. Raises InvalidInput.

    A problem that is gone when its turn comes is passed over: a record may have stood behind two of the kind, and
    freeing it for one leaves nothing behind the other; or somebody else closed it.
    """
    freed = []
    for known in tools.problems.open():
        if known.problem.code is code:
            with suppress(NotFound):
                freed.append(retry(tools, known.problem.id, by=by))
    return freed


def _behind(tools: RetryTools, known: OpenProblem) -> tuple[list[StagedRecord], frozenset[str]]:
    """The records that still fail for it, and ids that do not; after a crash the inbox may name such, too."""
    records = tools.staged.get_many(known.flow, sorted(known.external_ids))
    failed = [r for r in records.values() if r.state is State.FAILED and known.problem in r.problems]
    # What is on its way may be failing at this very moment: the inbox is told first.
    on_their_way = {r.external_id for r in records.values() if r.state in IN_FLIGHT}
    return failed, known.external_ids - {r.external_id for r in failed} - on_their_way


def _free(tools: RetryTools, known: OpenProblem, by: str) -> None:
    failed, gone = _behind(tools, known)
    freed = [_freed(tools, record, f"retried: {known.problem.code}", by) for record in failed]
    stale = set(tools.staged.save(freed)) if freed else set()
    for record in failed:
        if record.external_id not in stale:
            _clear(tools, record)
    if gone:
        tools.problems.clear(known.problem, gone)


def _freed(tools: RetryTools, record: StagedRecord, why: str, by: str) -> StagedRecord:
    """Where the gate sends it by now: ready, or to be reversed, if nothing else is said of it."""
    now = tools.clock()
    record = leaving(record, tools.policy)
    place = place_of(record, tools.policy)
    reason = why if place.state in (State.READY, State.REVERSING) else place.why
    return record.move(place.state, by=by, at=now, why=reason)


def _clear(tools: RetryTools, record: StagedRecord) -> None:
    for found in record.problems:
        tools.problems.clear(found, {record.external_id})
