"""Retry: a person says that a problem is mended; its records go back to where the gate sends them."""

from __future__ import annotations

from dataclasses import dataclass

from handoff.domain.errors import InvalidInput, NotFound
from handoff.domain.gate import GatePolicy
from handoff.domain.problems import ProblemCode
from handoff.domain.staged import IN_FLIGHT, StagedRecord, State
from handoff.pipeline.approve import note_readiness
from handoff.pipeline.stage import rejudged
from handoff.pipeline.steps import Clock
from handoff.ports import OpenProblem, PassStore, ProblemStore, StagedStore


@dataclass(frozen=True, slots=True)
class RetryTools:
    """The stores of one integration."""

    staged: StagedStore
    problems: ProblemStore
    passes: PassStore
    policy: GatePolicy
    clock: Clock


def retry(tools: RetryTools, problem_id: str, *, by: str) -> OpenProblem:
    """Frees what stands behind a problem for the next pass; raises NotFound or InvalidInput."""
    known = tools.problems.get(problem_id)
    if known is None:
        raise NotFound(f"there is no open problem {problem_id}", field="problem")
    if known.problem.code is ProblemCode.CHANGED_AFTER_POSTING and _behind(tools, known)[0]:
        raise InvalidInput(
            "an entry that was edited after posting can't be posted again: it would be in the books twice",
            code="not_retryable",
            field="problem",
            cure=known.problem.entry.cure,
        )
    if known.problem.code is ProblemCode.RECONNECT_NEEDED:
        return known  # a run by hand tries the connection; the problem closes when all feeds answered
    note_readiness(tools.passes)  # first: after a crash in between, the next pass finds what is freed
    if known.problem.code is not ProblemCode.BROKEN_CONTRACT:
        _free(tools, known, by)
        note_readiness(tools.passes)
    return known


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
    """Ready, or where the gate sends it by now."""
    now = tools.clock()
    return rejudged(record.move(State.READY, by=by, at=now, why=why), tools.policy, now)


def _clear(tools: RetryTools, record: StagedRecord) -> None:
    for found in record.problems:
        tools.problems.clear(found, {record.external_id})
