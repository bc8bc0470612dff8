"""The agreement's ledger: which vouchers are there, and how drafts become booked lines.

Booking is all or nothing. Serial numbers of booked lines rise over the whole agreement; a voucher keeps its number
and its documents. ASSUMED: the error codes and answers of booking; a voucher is balanced when
what its entries put on accounts, customers and suppliers and what they put on contra accounts add up to nothing; VAT
is lifted out of gross amounts half up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sandbox.economic.formats import cents
from sandbox.economic.records import (
    CUSTOMER_PAYMENT,
    MANUAL_INVOICE,
    SUPPLIER_INVOICE,
    SUPPLIER_PAYMENT,
    Document,
    Draft,
    Journal,
    Line,
    Year,
)

FIRST_SERIAL = 800_001
HUNDRED = Decimal(100)


class CannotBook(Exception):
    """Booking is refused; nothing was booked."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Booked:
    """What a draft became: the serial number of its first line."""

    draft: Draft
    entry: int


@dataclass
class Ledger:
    """Years, journals, drafts, booked lines and documents of one agreement."""

    now: Callable[[], datetime]
    debtor_account: Callable[[int], int]
    creditor_account: Callable[[int], int]
    years: dict[str, Year] = field(default_factory=dict)
    journals: dict[int, Journal] = field(default_factory=dict)
    vat: dict[str, tuple[Decimal, int]] = field(default_factory=dict)
    rates: dict[str, Decimal] = field(default_factory=dict)
    drafts: dict[int, Draft] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    documents: dict[int, Document] = field(default_factory=dict)
    _last_draft: int = 0
    _last_document: int = 0

    def next_draft(self) -> int:
        """A number for a new draft; no number is given twice."""
        self._last_draft += 1
        return self._last_draft

    def voucher(self, year: str, number: int, journal: int | None = None) -> list[Draft]:
        """The drafts of a voucher, in one journal or in any."""
        return [
            draft
            for draft in self.drafts.values()
            if (draft.year, draft.voucher) == (year, number) and journal in (None, draft.journal)
        ]

    def is_booked(self, year: str, number: int) -> bool:
        """Whether a voucher of this number is booked in the year."""
        return any((line.year, line.voucher) == (year, number) for line in self.lines)

    def next_voucher(self, journal: Journal, year: str) -> int:
        """The number after the highest one that the journal's range has seen in the year."""
        used = [draft.voucher for draft in self.drafts.values() if draft.year == year]
        used += [line.voucher for line in self.lines if line.year == year]
        inside = [number for number in used if journal.lowest <= number <= journal.highest]
        return max(inside, default=journal.lowest - 1) + 1

    def documents_of(self, year: str, number: int) -> list[Document]:
        """What is attached to the voucher, drafted or booked."""
        return [one for one in self.documents.values() if (one.year, one.voucher) == (year, number)]

    def attach(self, year: str | None, voucher: int | None, parts: Iterable[bytes], note: str | None) -> Document:
        """Puts a new document on the voucher."""
        self._last_document += 1
        document = Document(self._last_document, year, voucher, self.now(), note, list(parts))
        self.documents[document.number] = document
        return document

    def remove(self, draft: Draft) -> None:
        """Deletes the draft. Documents of a voucher without any draft left stay, attached to nothing (ASSUMED)."""
        del self.drafts[draft.entry]
        if not self.voucher(draft.year, draft.voucher):
            for document in self.documents_of(draft.year, draft.voucher):
                document.year = document.voucher = None

    def book(self, wanted: list[Draft]) -> list[Booked]:
        """Turns the drafts into booked lines. Raises `CannotBook`, and then nothing is booked."""
        if not wanted:
            raise CannotBook("JournalEntryNotFound", "There are no entries to book.")
        self._check(wanted)
        booked = []
        for draft in wanted:
            lines = self._lines(draft)
            self.lines += lines
            del self.drafts[draft.entry]
            booked.append(Booked(draft, lines[0].entry))
        return booked

    def _check(self, wanted: list[Draft]) -> None:
        sums: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
        for draft in wanted:
            if not self.years[draft.year].is_open(draft.on):
                text = f"The date {draft.on} of entry {draft.entry} is in a closed accounting year or period."
                raise CannotBook("JournalEntryDateInClosedAccountingPeriod", text)
            if draft.has_own_side:
                sums[draft.year, draft.voucher] += draft.amount
            if draft.contra is not None:
                sums[draft.year, draft.voucher] -= draft.amount
        for (_, voucher), total in sums.items():
            if total:
                raise CannotBook("VoucherNotBalanced", f"Voucher {voucher} does not balance: {total} is left.")

    def _lines(self, draft: Draft) -> list[Line]:
        serial = self.lines[-1].entry if self.lines else FIRST_SERIAL - 1
        lines: list[Line] = []

        def add(account: int, amount: Decimal, **more: object) -> None:
            line = Line(
                entry=serial + len(lines) + 1,
                year=draft.year,
                voucher=draft.voucher,
                kind=draft.kind,
                account=account,
                amount=amount,
                on=draft.on,
                text=draft.text,
                currency=draft.currency,
                rate=draft.rate,
            )
            for name, value in more.items():
                setattr(line, name, value)
            lines.append(line)

        def add_with_vat(account: int, gross: Decimal, code: str | None) -> None:
            rate, vat_account = self.vat.get(code or "", (Decimal(0), 0))
            vat = gross - cents(gross * HUNDRED / (HUNDRED + rate))
            add(account, gross - vat, vat_code=code, project=draft.project, cost_type=draft.cost_type)
            if vat:
                add(vat_account, vat, vat_code=code)

        if draft.kind in (MANUAL_INVOICE, CUSTOMER_PAYMENT) and draft.customer is not None:
            add(
                self.debtor_account(draft.customer),
                draft.amount,
                due_on=draft.due_on,
                customer=draft.customer,
                customer_invoice=draft.customer_invoice,
                remainder=draft.amount,
            )
        elif draft.kind in (SUPPLIER_INVOICE, SUPPLIER_PAYMENT) and draft.supplier is not None:
            add(
                self.creditor_account(draft.supplier),
                draft.amount,
                due_on=draft.due_on,
                supplier=draft.supplier,
                supplier_invoice=draft.supplier_invoice,
                remainder=draft.amount,
            )
        elif draft.account is not None:
            add_with_vat(draft.account, draft.amount, draft.vat_code)
        if draft.contra is not None:
            add_with_vat(draft.contra, -draft.amount, draft.contra_vat_code)
        if draft.kind == CUSTOMER_PAYMENT and draft.customer is not None:
            self._match(lines[0])
        return lines

    def _match(self, payment: Line) -> None:
        """Takes the payment off the customer's invoice that it names."""
        for line in self.lines:
            same = (line.customer, line.customer_invoice) == (payment.customer, payment.customer_invoice)
            if same and line.customer_invoice is not None and line.remainder and payment.remainder:
                taken = min(abs(line.remainder), abs(payment.remainder))
                sign = 1 if line.remainder > 0 else -1
                if sign * payment.remainder < 0:
                    line.remainder -= sign * taken
                    payment.remainder += sign * taken
