"""Retry: a person says that a cause is mended, and the next pass tries again what it kept back."""

from __future__ import annotations

from handoff.domain.errors import NotFound
from handoff.ports import OpenProblem, ProblemStore


def retry(problems: ProblemStore, problem_id: str) -> OpenProblem:
    """The cause, closed: whatever stands refused is tried once more. Raises NotFound."""
    known = problems.get(problem_id)
    if known is None:
        raise NotFound(f"there is no problem {problem_id}", field="problem")
    problems.close(problem_id)
    return known
