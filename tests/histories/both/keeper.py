"""One kind of master data at one vendor, in memory: people change it, and we list, make and write it.

An object is known by its nick, the first word of its name on either side.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from itertools import count
from typing import Any, Generic

import msgspec

from handoff.accounting.mirror_rules import folded
from handoff.domain.capabilities import Side
from handoff.domain.errors import HandoffError, Rejected, Stale
from handoff.domain.pairs import S, Sighting
from handoff.ports.mirror import Change, Listed, ListedPage, MirrorChoices, Written
from tests.histories.both.story import ERP, TOOL
from tests.histories.both.trouble import Trouble

ERP_BATCH = 3
NOT_WON, NO_EMAIL = "its sales status is not Won", "it has no e-mail address"
FIRST_NUMBER: Mapping[str, int] = {"business_units": 100, "employees": 200, "projects": 300, "customers": 10_001}


def nick_of(says: Any) -> str:
    """Which one it is."""
    return str(says.name.split()[0])


@dataclass(frozen=True, slots=True)
class Row(Generic[S]):
    """An object as the vendor has it; `by_us` says that we made it."""

    id: str
    says: S
    changed_at: datetime
    by_us: bool = False
    won: bool = True
    blocked: bool = False
    refers: str = ""


@dataclass(slots=True)
class Keeper(Generic[S]):
    """The objects of one kind on one side; implements `KeepsObjects`.

    The ERP writes a batch at once, each only over what it is expected to say; its units are known by their numbers. The
    time tool writes one by one, whatever stands there: `blind` has what it wrote over unseen. `known` gives what is
    known here of an object, `meant` what is on its way to be made.
    """

    kind: str
    side: Side
    trouble: Trouble
    known: Callable[[str], Sighting[S] | None]
    meant: Callable[[S], bool]
    referred: Callable[[MirrorChoices], str] = lambda choices: ""
    page_size: int = 3
    choices: MirrorChoices = field(default_factory=MirrorChoices)
    rows: dict[str, Row[S]] = field(default_factory=dict)
    blind: set[tuple[str, str, str]] = field(default_factory=set)
    writes: int = 0
    _ids: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def batch_max(self) -> int:
        """As many as go into one call."""
        return ERP_BATCH if self.is_erp else 1

    @property
    def is_erp(self) -> bool:
        """Whether these are the ERP's."""
        return self.side is Side.ERP

    @property
    def _called(self) -> str:
        return ERP if self.is_erp else TOOL

    # ---- as a vendor -------------------------------------------------------------------------------

    def listed(self, *, since: datetime | None, page: str | None) -> ListedPage[S]:
        return self.trouble.read(self._called, "listed", lambda: self._page(since, page))

    def alike(self, says: S) -> Sequence[Listed[S]]:
        return self.trouble.read(self._called, "alike", lambda: self._alike(says))

    def create(self, wanted: Sequence[S]) -> Sequence[Written[S]]:
        assert len(wanted) <= self.batch_max
        for says in wanted:
            if not self.meant(says):
                self.trouble.broken.append(f"{says.name} was made in the {self._called}, and nobody wants it there")
        return self._sent("create", [partial(self._make, says) for says in wanted])

    def update(self, changes: Sequence[Change[S]]) -> Sequence[Written[S]]:
        assert len(changes) <= self.batch_max
        for one in changes:
            sighting = self.known(one.id)
            if sighting is not None and sighting.blocked:
                self.trouble.broken.append(f"{one.before.name} is blocked, and was written")
        return self._sent("update", [partial(self._change, one) for one in changes])

    def _sent(self, name: str, ones: Sequence[Callable[[], Written[S]]]) -> list[Written[S]]:
        self.writes += 1
        answers: list[Written[S] | HandoffError] = self.trouble.batch(self._called, name, ones)
        return answers

    def _page(self, since: datetime | None, page: str | None) -> ListedPage[S]:
        rows = [row for _, row in sorted(self.rows.items()) if since is None or row.changed_at >= since]
        rows = [row for row in rows if page is None or row.id > page]
        shown = [self._told(row) for row in rows[: self.page_size]]
        stamps = [row.changed_at for row in shown if row.changed_at is not None]
        return ListedPage(shown, (), shown[-1].id if len(rows) > self.page_size else None, max(stamps, default=None))

    def _alike(self, says: S) -> list[Listed[S]]:
        found = [row for row in self.rows.values() if folded(row.says.name) == folded(says.name)]
        if says.number:
            found += [row for row in self.rows.values() if row.says.number == says.number and row not in found]
        return [self._told(row) for row in found]

    def _told(self, row: Row[S]) -> Listed[S]:
        return Listed(row.id, row.says, row.changed_at, self._excluded(row), row.blocked, row.refers)

    def _excluded(self, row: Row[S]) -> str:
        if self.kind == "projects" and not row.won:
            return NOT_WON
        says: Any = row.says
        return NO_EMAIL if self.kind == "employees" and self.is_erp and not says.email else ""

    def _make(self, says: S) -> Written[S]:
        refers = ""
        if self.kind == "projects" and not self.is_erp:
            refers = self.referred(self.choices)
            if not refers:
                return Rejected("a project needs a customer and an owner", code="customer_missing")
        made = self.add(says, refers=refers, by_us=True)
        return Rejected(f"number {says.number} is in use", code="number_taken") if made is None else self._told(made)

    def _change(self, one: Change[S]) -> Written[S]:
        row = self.rows.get(one.id)
        if row is None:
            return Stale("it is gone") if self.is_erp else Rejected("there is no such object", code="gone")
        names = [name for name in fields_of(one.before) if getattr(one.before, name) != getattr(one.after, name)]
        raced = [name for name in names if getattr(row.says, name) != getattr(one.before, name)]
        if self.is_erp and "number" in names:
            return Rejected("the number can't be changed", code="number_fixed")
        if self.is_erp and raced:
            return Stale("somebody was faster")
        self.blind.update((row.id, name, f"{getattr(row.says, name)}") for name in raced)
        says = msgspec.structs.replace(row.says, **{name: getattr(one.after, name) for name in names})
        self.rows[row.id] = replace(row, says=says, changed_at=self.trouble.time)
        return self._told(self.rows[row.id])

    # ---- what people do ----------------------------------------------------------------------------

    def add(self, says: S, *, refers: str = "", won: bool = True, by_us: bool = False) -> Row[S] | None:
        """A new object; None where its number is taken in the ERP, which numbers what has none."""
        if self.is_erp:
            taken = {row.says.number for row in self.rows.values()}
            if says.number in taken:
                return None
            if not says.number:
                free = next(n for n in count(FIRST_NUMBER[self.kind]) if str(n) not in taken)
                says = msgspec.structs.replace(says, number=str(free))
        numbered = self.is_erp and self.kind in ("business_units", "projects")
        id_ = says.number if numbered else f"{self.kind[0]}{self._called[0]}{next(self._ids)}"
        self.rows[id_] = Row(id_, says, self.trouble.time, by_us, won, refers=refers)
        return self.rows[id_]

    def named(self, nick: str) -> Row[S] | None:
        """The first with that nick."""
        return next((row for row in self.rows.values() if nick_of(row.says) == nick), None)

    def edit(self, row: Row[S], **says: object) -> None:
        """Somebody changes what it says."""
        self.mark(row, says=msgspec.structs.replace(row.says, **says))

    def mark(self, row: Row[S], **what: Any) -> None:
        """Somebody changes it."""
        self.rows[row.id] = replace(row, changed_at=self.trouble.time, **what)


def fields_of(says: msgspec.Struct) -> list[str]:
    """The names of what an object says."""
    return list(says.__struct_fields__)
