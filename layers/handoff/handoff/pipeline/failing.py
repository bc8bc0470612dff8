"""Records that can't go on, each with everything that keeps it from it."""

from __future__ import annotations

from collections.abc import Iterable

from handoff.domain.problems import Problem
from handoff.domain.staged import StagedRecord

Failing = tuple[StagedRecord, tuple[Problem, ...]]


def together(failing: Iterable[Failing]) -> list[Failing]:
    """Each record once, with all that several looks found, each thing once."""
    records: dict[str, StagedRecord] = {}
    problems: dict[str, dict[Problem, None]] = {}
    for record, found in failing:
        records.setdefault(record.external_id, record)
        problems.setdefault(record.external_id, {}).update(dict.fromkeys(found))
    return [(record, tuple(problems[name])) for name, record in records.items()]
