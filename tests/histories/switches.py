"""Switches that each take one guard away, in the harness: with any of them, the simulation must fail.

A simulation that can't see a missing guard would prove nothing by finding none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from handoff.domain.periods import Period
from handoff.domain.posting import Posting, Receipt
from handoff.domain.staged import MOVES, StagedRecord, State
from handoff.ports import FeedPage, LedgerDocument, PassState
from tests.builders import as_read
from tests.fakes import FakePassStore, FakePostingStore
from tests.histories.erp import Erp, longest
from tests.histories.time_tool import Row, TimeTool
from tests.histories.watch import WatchedStagedStore
from tests.histories.world import Parts


class BlindClaims(FakePostingStore):
    """Stores every claim, whoever has claimed it before."""

    def claim(self, posting: Posting) -> Posting:
        stored = self.get(posting.key)
        return self.save(replace(posting, revision=0 if stored is None else stored.revision))


class NeverLooks(Erp):
    """Finds nothing under any key."""

    def _find(self, posting: Posting) -> Receipt | None:
        super()._find(posting)
        return None


class NoLease(FakePostingStore):
    """Leases are over as soon as they are stored."""

    def save(self, posting: Posting) -> Posting:
        return super().save(replace(posting, lease_until=posting.lease_until and posting.claimed_at))


class FirstPageOnly(TimeTool):
    """The next link is dropped."""

    def next_link(self, rows: Sequence[Row]) -> str | None:
        return None


class EmptyWhenRefused(TimeTool):
    """A 401, 403 or 404 is read as a list without rows."""

    def unread(self, fault: str, feed: str) -> FeedPage:
        if fault == "reconnect":
            return FeedPage((), (), (), None, None, None)
        return super().unread(fault, feed)


class LooseApprovals(WatchedStagedStore):
    """An approval counts for whatever the content is by now."""

    def get_many(self, flow: str, external_ids: Sequence[str]) -> Mapping[str, StagedRecord]:
        return {name: self._loose(record) for name, record in super().get_many(flow, external_ids).items()}

    def every(self, flow: str, **which: Any) -> Iterator[StagedRecord]:
        return (self._loose(record) for record in super().every(flow, **which))

    def _loose(self, record: StagedRecord) -> StagedRecord:
        return replace(record, approvals=tuple(replace(a, hash=record.hash) for a in record.approvals))


class BlindSaves(WatchedStagedStore):
    """Writes a record whatever was written since it was read."""

    def save(self, records: Sequence[StagedRecord]) -> set[str]:
        for record in records:
            stored = self.get(record.flow, record.external_id)
            self._put(replace(record, revision=record.revision if stored is None else stored.revision))
        return set()


class NoDelay(Erp):
    """What is not found at once is taken for absent."""

    def __post_init__(self) -> None:
        self.true_delay, self.absence_delay = self.absence_delay, timedelta(0)

    def longest(self) -> timedelta:
        return longest(self.true_delay, clock_jumps=self.state.clock_jumps)


class NoReversal(WatchedStagedStore):
    """What the books have of an earlier version is forgotten with it."""

    def replace(self, old: StagedRecord, new: StagedRecord) -> None:
        super().replace(old, replace(new, standing=()))


class BlindBooks(Erp):
    """What was posted is believed to be there still, as it was."""

    def _documents_of(self, period: Period) -> Iterator[LedgerDocument]:
        super()._documents_of(period)
        return iter([as_read(d.posting, d.number) for d in self.documents if d.posting.period == period])


class SaysItCanBeAsked(Erp):
    """A kind without a key is asked for, and of course not found."""

    def __post_init__(self) -> None:
        self.keyless, self.findable = not self.findable, True

    def _find(self, posting: Posting) -> Receipt | None:
        found = super()._find(posting)
        return None if self.keyless else found


class SilentPostings(FakePostingStore):
    """Tells nobody what is open."""

    def open(self) -> list[Posting]:
        return []


class NothingNoted(FakePassStore):
    """Where feeds stand is kept, and not that there is something to post."""

    def save(self, state: PassState) -> PassState:
        return super().save(replace(state, needs_posting=False))


@contextmanager
def any_move() -> Iterator[None]:
    """Every move is legal for the duration."""
    table: Any = MOVES
    kept = dict(table)
    table.update(dict.fromkeys(State, frozenset(State)))
    try:
        yield
    finally:
        table.update(kept)


@dataclass(frozen=True, slots=True)
class Switch:
    """A guard, and the world without it."""

    guard: str
    parts: Parts = field(default_factory=Parts)
    moves: bool = False

    def thrown(self) -> AbstractContextManager[None]:
        """While this lasts, the guard is gone."""
        return any_move() if self.moves else nullcontext()


SWITCHES: Mapping[str, Switch] = {
    "claim": Switch("A claim is conditional", Parts(postings=BlindClaims)),
    "look_up": Switch("The ERP is asked before anything is sent again", Parts(erp=NeverLooks)),
    "lease": Switch("A claim has a lease, while which nobody else takes it up", Parts(postings=NoLease)),
    "next_link": Switch("A feed's next link is followed", Parts(time_tool=FirstPageOnly)),
    "refused_feed": Switch("A 401, 403 or 404 of a feed is a failure", Parts(time_tool=EmptyWhenRefused)),
    "approval": Switch("An approval is bound to one content hash", Parts(staged=LooseApprovals)),
    "moves": Switch("Only legal moves are made", moves=True),
    "revision": Switch("A record is written on the revision that was read", Parts(staged=BlindSaves)),
    "delay": Switch("Absent is believed only after the ERP's delay", Parts(erp=NoDelay)),
    "reversal": Switch("What stands in the books is reversed before anything new is posted", Parts(staged=NoReversal)),
    "books": Switch("The ERP's document is looked at before it is reversed", Parts(erp=BlindBooks)),
    "person": Switch("A document without a key is never sent again by itself", Parts(erp=SaysItCanBeAsked)),
    "open": Switch("Open postings are taken up first", Parts(postings=SilentPostings)),
    "noted": Switch("What was made ready is noted for the next pass", Parts(passes=NothingNoted)),
}
