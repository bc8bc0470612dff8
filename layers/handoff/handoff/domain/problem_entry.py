"""What the catalogue says of one kind of problem."""

from __future__ import annotations

from dataclasses import dataclass

from handoff.domain.problem_codes import FixedBy


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the catalogue; `{subject}` in the sentence is what the problem is about."""

    field: str
    fixed_by: FixedBy
    sentence: str
    cure: str
