"""The inbox, as the post step fills it: records that can't go on, behind the causes that keep them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from handoff.domain.problem_codes import MENDED_ELSEWHERE
from handoff.domain.problems import Problem
from handoff.domain.staged import StagedRecord, State
from handoff.pipeline.deliver import PostTools, Tally
from handoff.pipeline.failing import Failing
from handoff.pipeline.record_moves import BY_POST


def note_problems(tools: PostTools, failing: Sequence[Failing], waiting: Sequence[StagedRecord], tally: Tally) -> None:
    """Moves records that can't be planned to `failed`; what failed before is left, if the inbox has it."""
    now = tools.clock()
    standing = [*waiting, *(old for old, problems in failing if _stands(old, problems))]
    news = [(old, _failed(old, problems, now)) for old, problems in failing if not _stands(old, problems)]
    for old, new in news:
        for problem in old.problems:
            if problem not in new.problems:
                tools.problems.clear(problem, {old.external_id})
    stale = tools.staged.save([new for _, new in news]) if news else ()
    if stale:
        tally.look_again()
    # What the mirror or a person in the ERP mends gives no word of it here: it is tried with every pass.
    elsewhere = any(problem.code in MENDED_ELSEWHERE for _, problems in failing for problem in problems)
    tally.left_over = tally.left_over or elsewhere
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
