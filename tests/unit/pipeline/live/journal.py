"""An ERP's journal in memory: vouchers as drafts and booked, ours and other people's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from handoff.domain.errors import Rejected
from handoff.domain.invoices import ErpInvoice, InvoiceDocument, Remainder

ABSENCE = timedelta(minutes=2)
YEAR = "2026"


@dataclass(slots=True)
class Voucher:
    """A voucher; `booked` counts how often its entries were booked, `pdfs` are what was put on it."""

    number: int
    invoice_number: int
    text: str
    journal: int
    entries: tuple[int, ...]
    booked: int = 0
    pdfs: list[bytes] = field(default_factory=list)
    seen: bool = True


@dataclass(slots=True)
class FakeJournal:
    """As the port says. `before` and `after` are what the next call of a name raises, before it did anything or after.

    `meanwhile` is done at the end of the next call of a name.
    `refuses` are definite answers that stay: by the name of the call, until a test takes them away.
    """

    vouchers: list[Voucher] = field(default_factory=list)
    refuses: dict[str, Rejected] = field(default_factory=dict)
    before: dict[str, BaseException] = field(default_factory=dict)
    after: dict[str, BaseException] = field(default_factory=dict)
    meanwhile: dict[str, Callable[[], object]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    documents: list[InvoiceDocument] = field(default_factory=list)
    booked_entries: list[int] = field(default_factory=list)
    late: bool = False
    last_entry: int = 100
    last_voucher: int = 50_000

    # ---- what people do in the ERP -----------------------------------------------------------

    def typed_in(self, number: int, *, booked: bool = False, text: str = "typed in by hand") -> Voucher:
        """Somebody writes an invoice by hand."""
        return self._written(number, text, 1, booked=int(booked))

    def booked_by_hand(self) -> None:
        """Somebody books the whole journal."""
        for voucher in self.vouchers:
            voucher.booked = voucher.booked or 1

    def deleted(self) -> None:
        """Somebody deletes all drafts."""
        self.vouchers = [voucher for voucher in self.vouchers if voucher.booked]

    def arrived(self) -> None:
        """What was late is there now."""
        for voucher in self.vouchers:
            voucher.seen = True

    # ---- the port ----------------------------------------------------------------------------

    @property
    def absence_delay(self) -> timedelta:
        return ABSENCE

    def find(self, document: InvoiceDocument) -> ErpInvoice | None:
        self._begin("find")
        same = [v for v in self.vouchers if v.invoice_number == document.number and v.seen]
        ours = [v for v in same if v.text.endswith(document.key)]
        self._end("find")
        return next((self._shown(v, ours=v in ours) for v in (*ours, *same)), None)

    def create(self, document: InvoiceDocument) -> ErpInvoice:
        self._begin("create")
        voucher = self._written(document.number, document.text, document.journal)
        voucher.seen = not self.late
        self.documents.append(document)
        self._end("create")
        return self._shown(voucher, ours=True)

    def has_pdf(self, invoice: ErpInvoice) -> bool:
        self._begin("has_pdf")
        self._end("has_pdf")
        return bool(self._voucher(invoice).pdfs)

    def attach(self, invoice: ErpInvoice, pdf: bytes) -> None:
        self._begin("attach")
        voucher = self._voucher(invoice)
        if not voucher.pdfs:
            voucher.pdfs.append(pdf)
        self._end("attach")

    def book(self, invoice: ErpInvoice) -> ErpInvoice:
        self._begin("book")
        drafts = {entry: v for v in self.vouchers if not v.booked for entry in v.entries}
        if not invoice.entries or any(entry not in drafts for entry in invoice.entries):
            raise Rejected("JournalEntryNotFound", code="draft_changed")
        for voucher in {id(drafts[entry]): drafts[entry] for entry in invoice.entries}.values():
            voucher.booked += 1
        self.booked_entries += invoice.entries
        self._end("book")
        return self._shown(self._voucher(invoice), ours=True)

    def remainders(self, numbers: Sequence[int]) -> Mapping[int, Remainder]:
        """Nothing is paid."""
        booked = {voucher.invoice_number for voucher in self.vouchers if voucher.booked}
        totals = {document.number: document.total for document in self.documents if document.number in booked}
        return {number: Remainder(number, totals[number], totals[number]) for number in numbers if number in totals}

    # ---- behind it ---------------------------------------------------------------------------

    def _written(self, number: int, text: str, journal: int, *, booked: int = 0) -> Voucher:
        self.last_voucher += 1
        self.last_entry += 2
        entries = (self.last_entry - 1, self.last_entry)
        voucher = Voucher(self.last_voucher, number, text, journal, entries, booked)
        self.vouchers.append(voucher)
        return voucher

    def _voucher(self, invoice: ErpInvoice) -> Voucher:
        found = next((v for v in self.vouchers if v.number == invoice.voucher), None)
        if found is None:
            raise Rejected("there is no such voucher", code="not_there")
        return found

    def _shown(self, voucher: Voucher, *, ours: bool) -> ErpInvoice:
        entries = () if voucher.booked else voucher.entries
        return ErpInvoice(ours, bool(voucher.booked), voucher.journal, YEAR, voucher.number, entries)

    def _begin(self, call: str) -> None:
        self.asked.append(call)
        if call in self.refuses:
            raise self.refuses[call]
        if call in self.before:
            raise self.before.pop(call)

    def _end(self, call: str) -> None:
        if call in self.meanwhile:
            self.meanwhile.pop(call)()
        if call in self.after:
            raise self.after.pop(call)
