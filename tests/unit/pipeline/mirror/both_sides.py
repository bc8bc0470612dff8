"""Two sides that keep the same master data, people who change it there, and a desk between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import msgspec

from handoff.accounting.merging import MirrorRule
from handoff.domain.capabilities import Side
from handoff.domain.errors import DeliveryUnknown, HandoffError, RateLimited, Rejected, Stale
from handoff.domain.pairs import Address, Customer, Master, Sighting
from handoff.domain.tenancy import Connection, Integration
from handoff.pipeline.mirror.desk import MirrorDesk, MirrorFlow
from handoff.pipeline.mirror.look import look
from handoff.pipeline.mirror.settle import settle
from handoff.ports.mirror import Change, Listed, ListedPage, Written
from tests.builders import NOW
from tests.fakes import FakePassStore, FakeProblemStore, FakeSightingStore

FLOW = "customers"
PAGE = 3


@dataclass
class FakeKeeper:
    """One side: objects in memory with stamps, listed in pages, written in batches; it can lose answers.

    `guards` says that a write is refused as stale where the fields it writes are not as it expected them.
    `numbers_from` makes it give numbers of its own to what is made. Rows in `hides` are not in its lists yet; what is
    in `meanwhile` happens just before the next write arrives.
    """

    side: Side
    clock: Callable[[], datetime]
    batch_max: int = 1
    guards: bool = True
    numbers_from: int = 0
    rows: dict[str, Listed[Customer]] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    refuses: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    hides: set[str] = field(default_factory=set)
    meanwhile: list[Callable[[], None]] = field(default_factory=list)
    kept_as: Callable[[Customer], Customer] = lambda says: says
    _ids: Iterator[int] = field(default_factory=lambda: count(1))

    # ---- what people do ------------------------------------------------------------------------

    def has(self, says: Customer, *, excluded: str = "", blocked: bool = False) -> str:
        """Somebody makes it."""
        name = f"{self.side.value[0]}{next(self._ids)}"
        self.rows[name] = Listed(name, says, self.clock(), excluded, blocked)
        return name

    def edits(self, id_: str, **changes: Any) -> None:
        """Somebody changes fields of it."""
        row = self.rows[id_]
        self.rows[id_] = replace(row, says=msgspec.structs.replace(row.says, **changes), changed_at=self.clock())

    def marks(self, id_: str, **marks: Any) -> None:
        """Somebody blocks or excludes it, or lets it take part again."""
        self.rows[id_] = replace(self.rows[id_], changed_at=self.clock(), **marks)

    def deletes(self, id_: str) -> None:
        """Somebody deletes it."""
        del self.rows[id_]

    def named(self, name: str) -> Customer:
        """The one with that name."""
        (found,) = [row.says for row in self.rows.values() if row.says.name == name]
        return found

    # ---- as a vendor ---------------------------------------------------------------------------

    def listed(self, *, since: datetime | None, page: str | None) -> ListedPage[Customer]:
        """What changed since an instant, three to a page."""
        self.calls["listed"] += 1
        rows = sorted(
            (
                row
                for row in self.rows.values()
                if row.says.name not in self.hides and (since is None or (row.changed_at or NOW) >= since)
            ),
            key=lambda row: row.id,
        )
        start = int(page or 0)
        stamps = [row.changed_at for row in rows if row.changed_at is not None]
        more = str(start + PAGE) if start + PAGE < len(rows) else None
        return ListedPage(rows[start : start + PAGE], (), more, max(stamps, default=None))

    def alike(self, says: Customer) -> Sequence[Listed[Customer]]:
        """Those with that name or number."""
        self.calls["alike"] += 1
        return [
            row
            for row in self.rows.values()
            if row.says.name == says.name or (says.number and row.says.number == says.number)
        ]

    def create(self, wanted: Sequence[Customer]) -> Sequence[Written[Customer]]:
        """Makes them."""
        self.calls["create"] += 1
        assert len(wanted) <= self.batch_max
        return [self._written(says, lambda says=says: self._make(says)) for says in wanted]  # type: ignore[misc]

    def update(self, changes: Sequence[Change[Customer]]) -> Sequence[Written[Customer]]:
        """Writes the fields that differ."""
        self.calls["update"] += 1
        assert len(changes) <= self.batch_max
        return [self._written(one.after, lambda one=one: self._change(one)) for one in changes]  # type: ignore[misc]

    def _written(self, says: Customer, write: Callable[[], Written[Customer]]) -> Written[Customer]:
        while self.meanwhile:
            self.meanwhile.pop()()
        if (message := self.refuses.get(says.name)) is not None:
            return Rejected(message, code="no")
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "wait":
            return RateLimited("slow down", retry_after=30)
        if fault == "lost_before":
            return DeliveryUnknown("no answer")
        answer = write()
        return DeliveryUnknown("no answer") if fault == "lost_after" else answer

    def _make(self, says: Customer) -> Written[Customer]:
        name = f"{self.side.value[0]}{next(self._ids)}"
        if self.numbers_from and not says.number:
            self.numbers_from += 1
            says = msgspec.structs.replace(says, number=str(self.numbers_from))
        self.rows[name] = Listed(name, self.kept_as(says), self.clock())
        return self.rows[name]

    def _change(self, one: Change[Customer]) -> Written[Customer]:
        row = self.rows.get(one.id)
        if row is None:
            return Stale("it is gone")
        names = [
            f.name
            for f in msgspec.structs.fields(Customer)
            if getattr(one.before, f.name) != getattr(one.after, f.name)
        ]
        if self.guards and any(getattr(row.says, name) != getattr(one.before, name) for name in names):
            return Stale("somebody was faster")
        says = msgspec.structs.replace(row.says, **{name: getattr(one.after, name) for name in names})
        self.rows[one.id] = replace(row, says=self.kept_as(says), changed_at=self.clock())
        return self.rows[one.id]


@dataclass
class BothSides:
    """A flow of customers between a time tool and an ERP."""

    master: Master = Master.NONE
    erp_batch: int = 32
    at: datetime = NOW

    def __post_init__(self) -> None:
        self.tool = FakeKeeper(Side.TIME_TOOL, self.clock)
        self.erp = FakeKeeper(Side.ERP, self.clock, batch_max=self.erp_batch, numbers_from=10_000)
        self.flow: MirrorFlow[Customer] = MirrorFlow(
            FLOW, "customer", MirrorRule(self.master, Side.ERP, assigns=True), self.tool, self.erp
        )
        self.sightings, self.problems, self.passes = FakeSightingStore(), FakeProblemStore(), FakePassStore()
        self.counts: Counter[str] = Counter()
        self.faults: list[HandoffError] = []

    def clock(self) -> datetime:
        return self.at

    def wait(self, minutes: int = 10) -> None:
        self.at += timedelta(minutes=minutes)

    @property
    def desk(self) -> MirrorDesk:
        integration = Integration(
            "i",
            "severa-business",
            "Both ways",
            Connection("tool", "severa", "1", "Tool"),
            Connection("erp", "nxt", "2", "Erp"),
        )
        return MirrorDesk(integration, self.sightings, self.problems, self.passes, self.clock)

    def a_pass(self, *, whole: bool = False) -> Mapping[str, int]:
        """One pass over both sides; what it counted."""
        self.wait()
        counts: Counter[str] = Counter()
        for side in (Side.ERP, Side.TIME_TOOL):
            assert look(self.desk, self.flow, side, whole=whole, time_left=lambda: True, counts=counts)
        settled = settle(self.desk, self.flow, time_left=lambda: True)
        assert settled.finished
        self.faults = settled.faults
        self.wait()
        return counts + settled.counts

    def calls(self) -> dict[str, int]:
        """The calls made since they were last asked for, by side and kind."""
        made = {
            f"{one.side.value} {name}": number for one in (self.tool, self.erp) for name, number in one.calls.items()
        }
        self.tool.calls.clear()
        self.erp.calls.clear()
        return made

    def sighting(self, side: Side, id_: str) -> Sighting[Customer]:
        """What is known of an object."""
        known: Mapping[str, Sighting[Customer]] = self.sightings.get(FLOW, side, [id_])
        return known[id_]

    def inbox(self) -> list[str]:
        """The sentences of all open problems."""
        return sorted(known.problem.message for known in self.problems.open())


def a_customer(number: str = "10023", name: str = "Fjell og Fjære AS", **says: Any) -> Customer:
    return Customer(number, name, **says)


def paired(master: Master = Master.NONE) -> tuple[BothSides, str, str]:
    """Both sides with one customer that they share, settled; its ids in the time tool and in the ERP."""
    world = BothSides(master)
    ours = world.tool.has(a_customer(email="post@fjell.example", billing=Address("Kaia 1")))
    theirs = world.erp.has(a_customer(email="post@fjell.example", billing=Address("Kaia 1")))
    world.a_pass()
    world.calls()
    return world, ours, theirs
