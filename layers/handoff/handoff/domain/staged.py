"""A staged record: one version of one vendor object, waiting in our store, with a state.

      fetched ──► held ◄──────► ready ──► posting ──► posted ──► settled
                   │ ▲            │ ▲        │  ▲        │
                   ▼ │            ▼ │        ▼  │        ▼
                 excluded        failed     unsure    reversing ──► reversed

A record that changed after it was posted is a new version with something `standing`: what the books still have
of an earlier one. That is reversed first (`reversing`, from wherever the gate would have let the new version go
or stay out), and then the record stands where the gate puts it. One that is gone from the time tool ends as
`reversed`.

Only the moves in MOVES are legal. A record carries its own history; storage writes a record with its
new move in one conditional write, on the revision that was read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

import msgspec

from handoff.domain.errors import IllegalMove
from handoff.domain.periods import Period
from handoff.domain.problems import Problem


class State(StrEnum):
    """Where a record stands on its way."""

    HELD = "held"
    READY = "ready"
    POSTING = "posting"
    POSTED = "posted"
    SETTLED = "settled"
    EXCLUDED = "excluded"
    FAILED = "failed"
    UNSURE = "unsure"
    REVERSING = "reversing"
    REVERSED = "reversed"


MOVES: Mapping[State, frozenset[State]] = {
    State.HELD: frozenset({State.READY, State.EXCLUDED, State.REVERSING}),
    # Ready to posted without a document of its own: all that was wanted of it is in the books already.
    State.READY: frozenset({State.HELD, State.POSTING, State.POSTED, State.EXCLUDED, State.FAILED, State.REVERSING}),
    State.POSTING: frozenset({State.READY, State.POSTED, State.UNSURE, State.FAILED}),
    State.UNSURE: frozenset({State.POSTING, State.READY, State.POSTED, State.FAILED}),
    State.FAILED: frozenset({State.HELD, State.READY, State.POSTING, State.EXCLUDED, State.REVERSING, State.REVERSED}),
    State.EXCLUDED: frozenset({State.HELD, State.READY, State.REVERSING}),
    State.POSTED: frozenset({State.SETTLED, State.REVERSING}),
    # Settled to posted: a payment was taken back, and the invoice is open again.
    State.SETTLED: frozenset({State.POSTED, State.REVERSING}),
    # Reversing to reversing: a reversal that came to nothing is planned again.
    State.REVERSING: frozenset(
        {State.REVERSING, State.REVERSED, State.HELD, State.READY, State.EXCLUDED, State.FAILED}
    ),
    State.REVERSED: frozenset(),
}
"""Every legal step, and no other. From the books there is one way, and it leads through a reversal."""

IN_FLIGHT = frozenset({State.POSTING, State.UNSURE, State.REVERSING})
"""A document that covers the record may be on its way: its content must not be replaced."""
IN_THE_BOOKS = frozenset({State.POSTED, State.SETTLED})


@dataclass(frozen=True, slots=True)
class Move:
    """One step of a record's history: where to, when, by whom, why."""

    to: State
    at: datetime
    by: str
    why: str


class ApprovedVia(StrEnum):
    """Who may say yes."""

    TIME_TOOL = "time_tool"
    PERSON = "person"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class Approval:
    """A yes (or no) to one content hash; a change of content leaves it standing for the old one."""

    hash: str
    approved: bool
    via: ApprovedVia
    by: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the books still have of a version that is no longer true: the document's kind and posting key."""

    kind: str
    key: str
    version: int
    hash: str


@dataclass(frozen=True, slots=True)
class StagedRecord:
    """One version of one vendor object; `covered` maps a document kind to its posting's key.

    `body` is the content's canonical bytes, `hash` its content hash, `version` counts the contents
    seen of this object from 1. `revision` counts writes: storage saves on the revision read.
    `source_approved` is the time tool's own word on this content. `reason` says why it is held or
    excluded, `problems` why it failed. `standing` is what has to be reversed before anything of this
    version is posted, `reversals` maps the key of each posting that was to the key of its reversal.
    `gone_at` says since when the time tool does not have the object any more.
    """

    flow: str
    external_id: str
    version: int
    hash: str
    body: bytes
    period: Period
    state: State
    source_approved: bool
    changed_at: datetime
    revision: int = 0
    reason: str = ""
    approvals: tuple[Approval, ...] = ()
    problems: tuple[Problem, ...] = ()
    covered: Mapping[str, str] = field(default_factory=dict)
    posting_key: str | None = None
    history: tuple[Move, ...] = ()
    standing: tuple[Standing, ...] = ()
    reversals: Mapping[str, str] = field(default_factory=dict)
    gone_at: datetime | None = None

    def move(
        self,
        to: State,
        *,
        by: str,
        at: datetime,
        why: str,
        problems: tuple[Problem, ...] = (),
        posting_key: str | None = None,
    ) -> StagedRecord:
        """The record one legal step further; raises IllegalMove for any other step."""
        if to not in MOVES[self.state]:
            raise IllegalMove(f"a record can't go from {self.state} to {to}", field=f"{self.flow}/{self.external_id}")
        return replace(
            self,
            state=to,
            reason=why if to in (State.HELD, State.EXCLUDED, State.REVERSED) else "",
            problems=problems,
            posting_key=posting_key,
            history=(*self.history, Move(to, at, by, why)),
        )

    def approval(self) -> Approval | None:
        """The last word of a person or a rule on this very content, if there is one."""
        return next((a for a in reversed(self.approvals) if a.hash == self.hash), None)

    def covers(self, kind: str, key: str) -> StagedRecord:
        """The record, known to be in the ERP document with this key."""
        return replace(self, covered={**self.covered, kind: key})

    def in_the_books(self) -> tuple[Standing, ...]:
        """All that the books have of this record: of earlier versions, and of this one."""
        own = tuple(Standing(kind, key, self.version, self.hash) for kind, key in sorted(self.covered.items()))
        return (*self.standing, *own)

    def reversed(self, key: str, reversal: str) -> StagedRecord:
        """The record, once the ERP has the document that takes its part of a posting back."""
        left = tuple(standing for standing in self.standing if standing.key != key)
        return replace(self, standing=left, reversals={**self.reversals, key: reversal})


class RecordRef(msgspec.Struct, frozen=True, gc=False):  # one for each record of each posting
    """A record's exact version, as a posting names what it covers."""

    external_id: str
    version: int
    hash: str


def ref_of(record: StagedRecord) -> RecordRef:
    """The exact version of a record."""
    return RecordRef(record.external_id, record.version, record.hash)
