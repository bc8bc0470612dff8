"""Why a record, a feed or a connection cannot move.

A problem is named by its cause: forty entries of one unknown employee are one line in the inbox,
with forty records behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problem_entry import Entry
from handoff.domain.problem_texts import CATALOGUE


@dataclass(frozen=True, slots=True)
class Problem:
    """One cause: its code and what it is about (an e-mail address, a project code, a message)."""

    code: ProblemCode
    subject: str

    @property
    def id(self) -> str:
        """The same cause has the same id, on every pass."""
        return blake2b(f"{self.code}|{self.subject}".encode(), digest_size=9).hexdigest()

    @property
    def entry(self) -> Entry:
        """Its line of the catalogue."""
        return CATALOGUE[self.code]

    @property
    def message(self) -> str:
        """The sentence for people."""
        return self.entry.sentence.format(subject=self.subject)
