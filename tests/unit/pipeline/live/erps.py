"""An ERP's customers and projects in memory, with a field that only people write there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import blake2b
from typing import Any, Generic, TypeVar

import msgspec

from handoff.domain.errors import DeliveryUnknown, Rejected, Stale, Unreachable
from handoff.domain.master_data import ErpObject, WantedCustomer, WantedProject
from handoff.ports.live import CostFeed, InvoiceChannel, MirrorChannel

W = TypeVar("W", WantedCustomer, WantedProject)
START = datetime(2026, 10, 20, 8, 0, tzinfo=UTC)


class Fault(StrEnum):
    """What may go wrong in a call."""

    UNREACHABLE = "unreachable"
    LOST_BEFORE = "lost_before"
    LOST_AFTER = "lost_after"
    REJECTED = "rejected"
    STALE = "stale"
    CRASH_AFTER = "crash_after"


class Crash(Exception):
    """The process ended here."""


@dataclass(slots=True)
class Row(Generic[W]):
    """An object as the ERP has it: our fields, people's own, and when it last changed."""

    ours: dict[str, Any]
    notes: str
    version: int
    changed_at: datetime


@dataclass(slots=True)
class FakeMirrorChannel(Generic[W]):
    """By number, as the port says. Each of `faults` meets the next call, None lets it through.

    `rejections` maps a number to the code and sentence with which it is refused. `unreadable` is the sentence with which
    all calls are refused while a module is missing. `asked` has every call.
    """

    made_of: type[W]
    rows: dict[int, Row[W]] = field(default_factory=dict)
    faults: list[Fault | None] = field(default_factory=list)
    rejections: dict[int, tuple[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    ticks: int = 0
    unreadable: str = ""

    # ---- what people do in the ERP -----------------------------------------------------------

    def has(self, wanted: W, *, notes: str = "") -> None:
        """An object that somebody made by hand, or that was there before."""
        self.rows[wanted.number] = Row(msgspec.to_builtins(wanted), notes, 1, self._tick())

    def edited(self, number: int, *, notes: str | None = None, **ours: object) -> None:
        """Somebody changes fields by hand."""
        row = self.rows[number]
        row.ours |= ours
        row.notes = row.notes if notes is None else notes
        row.version += 1
        row.changed_at = self._tick()

    def renumbered(self, old: int, new: int) -> None:
        """Somebody gives it another number by hand."""
        row = self.rows.pop(old)
        row.ours["number"] = new
        row.version += 1
        row.changed_at = self._tick()
        self.rows[new] = row

    def deleted(self, number: int) -> None:
        """Somebody deletes it by hand."""
        del self.rows[number]

    # ---- what a test looks at ----------------------------------------------------------------

    def wanted(self, number: int) -> W:
        """The fields that we write, as they are there."""
        return msgspec.convert(self.rows[number].ours, self.made_of)

    def notes(self, number: int) -> str:
        """The field that only people write."""
        return self.rows[number].notes

    # ---- the port ----------------------------------------------------------------------------

    def find(self, number: int) -> ErpObject | None:
        self._begin(f"find {number}")
        return self._object(number) if number in self.rows else None

    def alike(self, wanted: W) -> Sequence[ErpObject]:
        self._begin(f"alike {wanted.number}")
        return [self._object(number) for number, row in sorted(self.rows.items()) if _alike(row.ours, wanted)]

    def create(self, wanted: W, *, key: str) -> ErpObject:
        fault = self._begin(f"create {wanted.number}", key)
        self._refuse(wanted.number)
        if wanted.number in self.rows:
            raise Rejected(f"number {wanted.number} is in use", code="number_taken", field="number")
        self.rows[wanted.number] = Row(msgspec.to_builtins(wanted), "", 1, self._tick())
        return self._end(wanted.number, fault)

    def update(self, wanted: W, known: bytes, *, key: str) -> ErpObject | None:
        fault = self._begin(f"update {wanted.number}", key)
        self._refuse(wanted.number)
        row = self.rows.get(wanted.number)
        if row is None:
            return None
        form = json.loads(known)
        if form["version"] != row.version:  # a connector reads it again and writes over what is there now
            self.asked.append(f"read again {wanted.number}")
            form = json.loads(self._object(wanted.number).form)
        row.ours = msgspec.to_builtins(wanted)
        row.notes = form["notes"]
        row.version += 1
        row.changed_at = self._tick()
        return self._end(wanted.number, fault)

    def changed_since(self, since: datetime | None) -> Iterator[ErpObject]:
        self._begin("changed")
        for number, row in sorted(self.rows.items()):
            if since is None or row.changed_at >= since:
                yield self._object(number)

    # ---- behind it ---------------------------------------------------------------------------

    def _object(self, number: int) -> ErpObject:
        row = self.rows[number]
        form = json.dumps({"ours": row.ours, "notes": row.notes, "version": row.version}).encode()
        print_ = blake2b(json.dumps(row.ours, sort_keys=True).encode(), digest_size=12).hexdigest()
        return ErpObject(number, row.ours["name"], print_, form, row.ours.get("organisation_number", ""))

    def _begin(self, call: str, key: str = "") -> Fault | None:
        self.asked.append(call)
        if key:
            self.keys.append(key)
        if self.unreadable:
            raise Rejected(self.unreadable, code="module_missing")
        fault = self.faults.pop(0) if self.faults else None
        match fault:
            case Fault.UNREACHABLE:
                raise Unreachable("no connection")
            case Fault.LOST_BEFORE:
                raise DeliveryUnknown("no answer") if key else Unreachable("no answer")
            case Fault.REJECTED:
                if key:
                    raise Rejected("a field is wrong", code="refused", field="name")
            case Fault.STALE:
                if key:
                    raise Stale("somebody else has changed it since it was read")
            case _:
                pass
        return fault

    def _end(self, number: int, fault: Fault | None) -> ErpObject:
        if fault is Fault.LOST_AFTER:
            raise DeliveryUnknown("no answer")
        if fault is Fault.CRASH_AFTER:
            raise Crash
        return self._object(number)

    def _refuse(self, number: int) -> None:
        if number in self.rejections:
            code, sentence = self.rejections[number]
            raise Rejected(sentence, code=code)

    def _tick(self) -> datetime:
        self.ticks += 1
        return START + timedelta(seconds=self.ticks)


def _alike(ours: dict[str, Any], wanted: WantedCustomer | WantedProject) -> bool:
    if isinstance(wanted, WantedCustomer) and wanted.organisation_number:
        same = ours["organisation_number"] == wanted.organisation_number
        return same or (not ours["organisation_number"] and ours["name"] == wanted.name)
    return bool(ours["name"] == wanted.name)


@dataclass(slots=True)
class FakeErp:
    """Customers and projects; invoices and costs are those a test brings along."""

    told_customers: FakeMirrorChannel[WantedCustomer] = field(default_factory=lambda: FakeMirrorChannel(WantedCustomer))
    told_projects: FakeMirrorChannel[WantedProject] = field(default_factory=lambda: FakeMirrorChannel(WantedProject))
    told_invoices: InvoiceChannel | None = None
    told_costs: CostFeed | None = None

    @property
    def calls(self) -> int:
        return len(self.told_customers.asked) + len(self.told_projects.asked)

    @property
    def customers(self) -> MirrorChannel[WantedCustomer]:
        return self.told_customers

    @property
    def projects(self) -> MirrorChannel[WantedProject]:
        return self.told_projects

    @property
    def invoices(self) -> InvoiceChannel:
        assert self.told_invoices is not None, "this test brought no invoices along"
        return self.told_invoices

    @property
    def costs(self) -> CostFeed:
        assert self.told_costs is not None, "this test brought no costs along"
        return self.told_costs
