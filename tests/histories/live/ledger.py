"""The ERP of live histories: customers and projects by number, a journal of vouchers, costs; and its people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from handoff.accounting.mirror_rules import folded
from handoff.domain.costs import BookedCost, CostPage
from handoff.domain.errors import Rejected
from handoff.domain.invoices import ErpInvoice, InvoiceDocument, Remainder
from handoff.domain.master_data import ErpObject, WantedCustomer, WantedProject
from handoff.domain.periods import Period, period_of
from tests.histories.live.trouble import Trouble

Wanted = WantedCustomer | WantedProject
YEAR = "2026"
PAGE = 3
JUST_NOW = timedelta(minutes=8)
"""What people write into the ERP between our look and our write is seen by nobody."""
PDF_ON_PAPER = b"%PDF-1.7 an invented receipt"


@dataclass(slots=True)
class Row:
    """A customer or project: what we write, what only people write, who made it, and whether ours was edited."""

    ours: Wanted
    changed_at: datetime
    notes: str = ""
    version: int = 1
    made_by_us: bool = False
    edited: bool = False


@dataclass(slots=True)
class Registry:
    """Customers, or projects. A customer is written whole, over what was last seen; a project carries its version."""

    trouble: Trouble
    versioned: bool
    rows: dict[int, Row] = field(default_factory=dict)
    switched_off: bool = False

    def find(self, number: int) -> ErpObject | None:
        self._is_on()
        return self._shown(number) if number in self.rows else None

    def alike(self, wanted: Wanted) -> Sequence[ErpObject]:
        self._is_on()
        ours = getattr(wanted, "organisation_number", "")
        found = [n for n, row in self.rows.items() if ours and getattr(row.ours, "organisation_number", "") == ours]
        by_name = [n for n, row in self.rows.items() if folded(row.ours.name) == folded(wanted.name)]
        return [self._shown(number) for number in found or by_name]

    def create(self, wanted: Wanted, *, key: str) -> ErpObject:
        self._is_on()
        if wanted.number in self.rows:
            raise Rejected(f"number {wanted.number} is in use", code="number_taken")
        self.rows[wanted.number] = Row(wanted, self.trouble.time, made_by_us=True)
        return self._shown(wanted.number)

    def update(self, wanted: Wanted, known: bytes, *, key: str) -> ErpObject | None:
        self._is_on()
        row = self.rows.get(wanted.number)
        if row is None:
            return None
        if not self.versioned:  # whatever stands there, what is sent replaces it
            row.notes = known.decode()
        row.ours, row.version, row.changed_at, row.edited = wanted, row.version + 1, self.trouble.time, False
        return self._shown(wanted.number)

    def changed_since(self, since: datetime | None) -> Iterator[ErpObject]:
        self._is_on()
        rows = sorted(self.rows.items())
        return iter([self._shown(number) for number, row in rows if since is None or row.changed_at >= since])

    # ---- what people do ------------------------------------------------------------------------

    def edit(self, number: int, *, name: str = "", notes: str = "") -> bool:
        """Somebody writes another name, or notes; whether there is such an object."""
        row = self.rows.get(number)
        if row is None:
            return False
        if name:
            row.ours, row.edited = msgspec.structs.replace(row.ours, name=name), True
        row.notes = notes or row.notes
        row.version, row.changed_at = row.version + 1, self.trouble.time
        return True

    def renumber(self, old: int, new: int) -> bool:
        """Somebody gives it another number."""
        if old not in self.rows or new in self.rows:
            return False
        row = self.rows.pop(old)
        row.ours, row.changed_at = msgspec.structs.replace(row.ours, number=new), self.trouble.time
        row.version += 1
        self.rows[new] = row
        return True

    def make(self, wanted: Wanted) -> bool:
        """Somebody makes one by hand."""
        if wanted.number in self.rows:
            return False
        self.rows[wanted.number] = Row(wanted, self.trouble.time, notes="made by hand", edited=True)
        return True

    def _is_on(self) -> None:
        if self.switched_off:
            raise Rejected("the module Project is not active", code="module_missing")

    def _shown(self, number: int) -> ErpObject:
        row = self.rows[number]
        fingerprint = f"{row.ours}"
        return ErpObject(
            number, row.ours.name, fingerprint, row.notes.encode() or b" ", getattr(row.ours, "organisation_number", "")
        )


@dataclass(slots=True)
class Voucher:
    """A voucher; `document` is what we sent of it, None of another person's. `by_us` counts our bookings of it."""

    number: int
    journal: int
    invoice_number: int
    text: str
    total: Decimal
    on: date
    entries: tuple[int, int]
    made_at: datetime
    document: InvoiceDocument | None = None
    booked: bool = False
    by_us: int = 0
    pdfs: list[bytes] = field(default_factory=list)
    remaining: Decimal = Decimal(0)


@dataclass(slots=True)
class Journal:
    """Vouchers as drafts and booked; implements `InvoiceChannel`. `broken` are promises that a call broke."""

    trouble: Trouble
    absence_delay: timedelta
    vouchers: list[Voucher] = field(default_factory=list)
    closed: set[Period] = field(default_factory=set)
    no_attachments: bool = False
    broken: list[str] = field(default_factory=list)
    _numbers: int = 50_000

    def find(self, document: InvoiceDocument) -> ErpInvoice | None:
        same = [one for one in self.vouchers if one.invoice_number == document.number]
        ours = [one for one in same if one.text.endswith(document.key)]
        found = sorted(ours, key=lambda one: not one.booked) or sorted(same, key=lambda one: not one.booked)
        return _shown(found[0], ours=bool(ours)) if found else None

    def create(self, document: InvoiceDocument) -> ErpInvoice:
        if period_of(document.invoiced_on) in self.closed:
            raise Rejected("the period is closed", code="closed_period")
        before = self.trouble.time - JUST_NOW
        if any(one.invoice_number == document.number and one.made_at < before for one in self.vouchers):
            self.broken.append(f"invoice {document.number} was written while its number is taken")
        voucher = self.write(document.number, document.text, document.total, document.invoiced_on, document.journal)
        voucher.document = document
        return _shown(voucher, ours=True)

    def has_pdf(self, invoice: ErpInvoice) -> bool:
        return bool(self._voucher(invoice).pdfs)

    def attach(self, invoice: ErpInvoice, pdf: bytes) -> None:
        voucher = self._voucher(invoice)
        if self.no_attachments:
            raise Rejected("the plan has no attachments", code="attachment_refused")
        if not voucher.pdfs:
            voucher.pdfs.append(pdf)

    def book(self, invoice: ErpInvoice) -> ErpInvoice:
        if invoice.booked:
            return invoice
        return _shown(self._booked(invoice.entries), ours=True)

    def remainders(self, numbers: Sequence[int]) -> Mapping[int, Remainder]:
        booked = [one for one in self.vouchers if one.booked and one.invoice_number in numbers]
        return {one.invoice_number: Remainder(one.invoice_number, one.total, one.remaining) for one in booked}

    # ---- what people do ------------------------------------------------------------------------

    def write(self, number: int, text: str, total: Decimal, on: date, journal: int = 1) -> Voucher:
        """A draft."""
        self._numbers += 2
        entries = (self._numbers, self._numbers + 1)
        voucher = Voucher(self._numbers, journal, number, text, total, on, entries, self.trouble.time, remaining=total)
        self.vouchers.append(voucher)
        return voucher

    def drafts(self) -> list[Voucher]:
        """All that is not booked."""
        return [one for one in self.vouchers if not one.booked]

    def move(self, voucher: Voucher, *, journal: int) -> None:
        """Somebody moves a draft: it gets another number."""
        self._numbers += 2
        voucher.number, voucher.journal = self._numbers, journal

    def _booked(self, entries: Sequence[int]) -> Voucher:
        drafts = {entry: one for one in self.drafts() for entry in one.entries}
        if not entries or any(entry not in drafts for entry in entries):
            raise Rejected("there are no such drafts", code="draft_changed")
        found = list({id(drafts[entry]): drafts[entry] for entry in entries}.values())
        if any(period_of(one.on) in self.closed for one in found):
            raise Rejected("the period is closed", code="closed_period")
        for one in found:
            one.booked, one.by_us = True, one.by_us + 1
            if one.document is None:
                self.broken.append(f"another person's draft of invoice {one.invoice_number} was booked")
        return found[0]

    def _voucher(self, invoice: ErpInvoice) -> Voucher:
        found = next((one for one in self.vouchers if one.number == invoice.voucher), None)
        if found is None:
            raise Rejected("there is no such voucher", code="not_there")
        return found


def _shown(voucher: Voucher, *, ours: bool) -> ErpInvoice:
    entries = () if voucher.booked else voucher.entries
    return ErpInvoice(ours, voucher.booked, voucher.journal, YEAR, voucher.number, entries)


@dataclass(slots=True)
class Costs:
    """Booked costs; implements `CostFeed`."""

    entries: list[BookedCost] = field(default_factory=list)
    papers: dict[int, int] = field(default_factory=dict)

    def costs_after(self, serial: int | None, *, since: date) -> CostPage:
        def wanted(one: BookedCost) -> bool:
            return one.booked_on >= since if serial is None else one.serial > serial

        highest = max((one.serial for one in self.entries), default=0)
        return self._page([one for one in self.entries if wanted(one)], max(highest, serial or 0))

    def costs_between(self, first: int, last: int) -> CostPage:
        return self._page([one for one in self.entries if first <= one.serial <= last], last)

    def cost_documents(self, year: str, voucher: int) -> Sequence[bytes]:
        return (PDF_ON_PAPER,) * self.papers.get(voucher, 0)

    def _page(self, found: list[BookedCost], highest: int) -> CostPage:
        some = tuple(found[:PAGE])
        more = len(found) > PAGE
        return CostPage(some, some[-1].serial if more else highest, more)


@dataclass(slots=True)
class Ledger:
    """The whole ERP, as the flows are given it: `customers`, `projects`, `invoices` and `costs` meet trouble."""

    customers: Any
    projects: Any
    invoices: Any
    costs: Any
    calls: int = 0
