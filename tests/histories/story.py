"""Histories as data: what may happen, in which order, and what goes wrong at which call.

A history replays from itself alone: faults are named by the call that meets them, and two workers at once take
turns by a schedule that is part of their action.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from handoff.domain.posting import BOOKED_KINDS, DocumentKind

POST_AS: tuple[tuple[DocumentKind, ...], ...] = (
    (DocumentKind.PROJECT_TRANSACTIONS,),
    (DocumentKind.JOURNAL,),
    BOOKED_KINDS,
)
CHANGES: tuple[Mapping[str, object], ...] = (
    {},
    {"lines_per_document": 1, "records_per_journal": 1},
    {"rate_card": []},
    {"excluded_projects": ["402"]},
)
"""Settings a history may change to: as they were, small documents, no account for anything, one project out."""
ALWAYS = -1
"""The number of a fault that every call of its name meets."""

Fault = tuple[str, int, str]
"""The call's name, its number within the action, and what goes wrong."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that happens; `faults` name by call and number what goes wrong while it does.

    `meanwhile` are done in the middle of it, where a fault says so; of `together` they are the two that are done
    at once, taking turns at each call by `turns`. `amount` counts what the kind of action counts: seconds,
    deliveries, a month, the number of the settings or of a document.
    """

    kind: str
    entry: str = ""
    hours: str = "7.5"
    day: str = "2026-10-05"
    approved: bool = True
    amount: int = 0
    faults: tuple[Fault, ...] = ()
    meanwhile: tuple[Action, ...] = ()
    turns: tuple[bool, ...] = ()

    def __repr__(self) -> str:
        """As it is written in a test."""
        plain = Action("")
        said = [(one.name, getattr(self, one.name)) for one in fields(self)[1:]]
        told = [f"{name}={value!r}" for name, value in said if value != getattr(plain, name)]
        return f"Action({', '.join([repr(self.kind), *told])})"


@dataclass(frozen=True, slots=True)
class History:
    """What happens to one integration, from its first entry on, and what its ERP is like."""

    actions: tuple[Action, ...]
    post_as: int = 0
    absence_seconds: int = 0
    next_open: bool = False
    findable: bool = True
    reversible: bool = True

    def __str__(self) -> str:
        lines = [f"    {action!r}," for action in self.actions]
        plain = History(())
        own = [(one.name, getattr(self, one.name)) for one in fields(self)[1:]]
        told = [f"{name}={value!r}" for name, value in own if value != getattr(plain, name)]
        return "\n".join(["History((", *lines, f"), {', '.join(told)})"])
