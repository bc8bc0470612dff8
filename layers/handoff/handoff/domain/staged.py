"""A staged record: one version of one vendor object, waiting in our store, with a state.

      fetched ──► held ◄──────► ready ──► posting ──► posted ──► settled
                   │ ▲            │ ▲        │  ▲        │
                   ▼ │            ▼ │        ▼  │        ▼
                 excluded        failed     unsure    reversing ──► reversed

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
    State.HELD: frozenset({State.READY, State.EXCLUDED}),
    # Ready to posted without a document of its own: all that was wanted of it is in the books already.
    State.READY: frozenset({State.HELD, State.POSTING, State.POSTED, State.EXCLUDED, State.FAILED}),
    State.POSTING: frozenset({State.READY, State.POSTED, State.UNSURE, State.FAILED}),
    State.UNSURE: frozenset({State.POSTING, State.READY, State.POSTED, State.FAILED}),
    State.FAILED: frozenset({State.HELD, State.READY, State.POSTING, State.EXCLUDED}),
    State.EXCLUDED: frozenset({State.HELD, State.READY}),
    State.POSTED: frozenset({State.SETTLED, State.REVERSING}),
    State.SETTLED: frozenset({State.REVERSING}),
    State.REVERSING: frozenset({State.REVERSED, State.POSTED}),
    State.REVERSED: frozenset(),
}
"""Every legal step, and no other."""

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
class StagedRecord:
    """One version of one vendor object; `covered` maps a document kind to its posting's key.

    `body` is the content's canonical bytes, `hash` its content hash, `version` counts the contents
    seen of this object from 1. `revision` counts writes: storage saves on the revision read.
    `source_approved` is the time tool's own word on this content. `reason` says why it is held or
    excluded, `problems` why it failed.
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
            reason=why if to in (State.HELD, State.EXCLUDED) else "",
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


class RecordRef(msgspec.Struct, frozen=True, gc=False):  # one for each record of each posting
    """A record's exact version, as a posting names what it covers."""

    external_id: str
    version: int
    hash: str


def ref_of(record: StagedRecord) -> RecordRef:
    """The exact version of a record."""
    return RecordRef(record.external_id, record.version, record.hash)
