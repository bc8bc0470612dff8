"""Short lists: a vendor's whole list that comes far short of what is known, and what a person believes of it.

An employee list of one, where forty are known, is a filter, a right that was taken away, or a vendor's bad hour. What
is known stays until a person says that the others are gone.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from hashlib import blake2b

from handoff.domain.problems import Problem, ProblemCode

MISSING_MANY, MISSING_SHARE = 20, 4
"""Of a long list more than so many, and more than one in so many, may not be missing at once; of any, half of it."""


@dataclass(frozen=True, slots=True)
class Short:
    """A list as it came, beside what is known; keys of its rows."""

    feed: str
    listed: Collection[str]
    known: Collection[str]

    @property
    def missing(self) -> frozenset[str]:
        """What is known and not listed."""
        return frozenset(self.known) - frozenset(self.listed)

    @property
    def is_unusual(self) -> bool:
        """Whether it comes so short that a person is to be asked. A single row of several may always go."""
        missing, known = len(self.missing), len(self.known)
        if not self.listed:
            return missing > 0
        return missing > 1 and (missing * 2 > known or (missing > MISSING_MANY and missing * MISSING_SHARE > known))

    def problem(self) -> Problem:
        """The question: named by all that is missing, so that a yes is to just these."""
        mark = blake2b("\0".join(sorted(self.missing)).encode(), digest_size=3).hexdigest()
        about = f"{self.feed} has {len(self.missing)} of {len(self.known)} rows no longer that are known here ({mark})"
        return Problem(ProblemCode.UNUSUAL_ANSWER, about)
