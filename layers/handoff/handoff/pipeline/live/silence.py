"""Calls without an answer: one object's own fault keeps nothing else back, a vendor that is silent is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from handoff.domain.errors import Unreachable

SILENT_MAX = 3
"""So many in a row without an answer are not the objects' own fault."""


@dataclass(slots=True)
class Silence:
    """Calls without an answer: the last one, and how many objects in a row met one."""

    last: Unreachable | None = None
    in_a_row: int = 0

    @property
    def is_general(self) -> bool:
        """Whether it is the vendor's, and not an object's own."""
        return self.in_a_row >= SILENT_MAX

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Within it one object may get no answer."""
        try:
            yield
        except Unreachable as fault:
            self.last, self.in_a_row = fault, self.in_a_row + 1
        else:
            self.in_a_row = 0
