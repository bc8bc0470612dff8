"""Invoices in e-conomic: vouchers of a journal, drafted, given their PDF, and booked: these and no others.

Source: e-conomic, Journals and vouchers (REST has no booking), Journals OpenAPI (booking of chosen entries cannot be
undone). A draft may be moved, renumbered or booked by people at any moment, so a look-up goes by the key in the text,
drafts before booked entries: what is booked in between is met twice, never missed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from handoff.connectors.economic.assumed import BOOK_DRAFTS, BOOKED_ENTRIES, DRAFT_ENTRIES
from handoff.connectors.economic.attachments import Attachments
from handoff.connectors.economic.client import (
    LOOK_AGAIN,
    EconomicClient,
    answered,
    decoded,
    from_cache,
    unsure,
)
from handoff.connectors.economic.filters import both, either, equal, holds, one_of
from handoff.connectors.economic.formats import digest
from handoff.connectors.economic.models import (
    EconomicAccount,
    EconomicBooked,
    EconomicBooking,
    EconomicDraft,
    EconomicVoucher,
)
from handoff.connectors.economic.vouchers import (
    debtor_line,
    drafts_of,
    foreign_draft,
    foreign_line,
    remainders_in,
    voucher_of,
)
from handoff.connectors.economic.years import Years, day_of
from handoff.connectors.http import Written
from handoff.domain.errors import DeliveryUnknown, Rejected
from handoff.domain.invoices import ErpInvoice, InvoiceDocument, Remainder

DRAFTS, BOOKED, VOUCHERS, BOOKING = "draft entries", "booked entries", "journal vouchers", "booking"
ACCOUNTS = "accounts"


class Invoices:
    """The invoices of one agreement: implements `InvoiceChannel`."""

    def __init__(self, client: EconomicClient, years: Years, *, absence_delay: timedelta) -> None:
        self._client = client
        self._years = years
        self._absence_delay = absence_delay
        self._attachments = Attachments(client)
        self._vat_codes: dict[int, str] = {}
        self._drafts_path = f"/{client.services.journals}{DRAFT_ENTRIES}"
        self._booked_path = f"/{client.services.booked_entries}{BOOKED_ENTRIES}"

    @property
    def absence_delay(self) -> timedelta:
        """How long a write whose answer was lost may still be carried out."""
        return self._absence_delay

    def find(self, document: InvoiceDocument) -> ErpInvoice | None:
        """Ours by the key in its text, booked or as a draft; else anybody's with the number. Two calls."""
        wanted = either(holds("text", document.key), equal("customerInvoiceNumber", document.number))
        drafts = self._drafts(wanted)
        booked = self._booked(wanted)
        if line := debtor_line(booked, document.key):
            return self._as_booked(line, document, ours=True)
        if mine := drafts_of(drafts, document.key):
            return self._as_draft(mine, ours=True)
        if line := foreign_line(booked, document.number, document.key):
            return self._as_booked(line, document, ours=False)
        other = foreign_draft(drafts, document.number, document.key)
        return None if other is None else self._as_draft([other], ours=False)

    def create(self, document: InvoiceDocument) -> ErpInvoice:
        """Writes the voucher once and reads the numbers of its entries."""
        year = self._years.open_on(document.invoiced_on)
        content = voucher_of(replace(document, vat_code=document.vat_code or self._vat_code_of(document.account)), year)
        answer = self._post(document, content)
        made = self._made(document, answer)
        if made is None and from_cache(answer):
            # The answer is of a voucher that is gone since; unless somebody booked it, it has to be written anew.
            if (found := self._found_again(document)) is not None:
                return found
            made = self._made(document, self._post(document, content, fresh=True))
        if made is None:
            raise DeliveryUnknown("e-conomic took the voucher, but its entries are not among the drafts yet")
        return made

    def has_pdf(self, invoice: ErpInvoice) -> bool:
        """Whether the voucher has a document."""
        return self._attachments.are_on(invoice)

    def attach(self, invoice: ErpInvoice, pdf: bytes) -> None:
        """Puts the PDF on the voucher; raises Rejected `attachment_refused` or `attachment_too_large`."""
        self._attachments.put_on(invoice, pdf)

    def book(self, invoice: ErpInvoice) -> ErpInvoice:
        """Books exactly the invoice's entries; raises Rejected `closed_period`, `draft_changed`, `not_balanced` …"""
        if invoice.booked:
            return invoice
        if not invoice.ours or not invoice.entries:
            raise Rejected(
                f"voucher {invoice.voucher} is not one that we drafted: it is not booked",
                code="not_ours",
                cure="Look at the voucher in e-conomic: somebody else made it, and books it.",
            )
        path = f"/{self._client.services.journals}{BOOK_DRAFTS.format(journal=invoice.journal)}"
        content = {"entryNumbers": list(invoice.entries)}
        key = f"book-{digest(invoice.year, invoice.voucher)[:16]}"
        answer = self._client.write(self._client.apis, path, content, what=BOOKING, key=key)
        done: EconomicBooking = answered(answer, EconomicBooking, BOOKING)
        if {row.draft_entry_number for row in done.booked_entries} != set(invoice.entries):
            raise DeliveryUnknown(f"e-conomic booked other entries than the {len(invoice.entries)} it was asked to")
        numbers = [row.voucher_number for row in done.booked_entries if row.voucher_number is not None]
        return replace(invoice, booked=True, entries=(), voucher=numbers[0] if numbers else invoice.voucher)

    def remainders(self, numbers: Sequence[int]) -> Mapping[int, Remainder]:
        """What is left of up to 200 booked invoices, by the customers' lines. One call for a page of them."""
        return remainders_in(self._booked(one_of("customerInvoiceNumber", numbers))) if numbers else {}

    def _vat_code_of(self, account: int) -> str:
        """The account's own VAT code: people who type the voucher in get it by themselves, a call may not."""
        if account not in self._vat_codes:
            body = self._client.rest.read_one(f"/accounts/{account}", what=ACCOUNTS)
            row = None if body is None else decoded(body, EconomicAccount, ACCOUNTS)
            self._vat_codes[account] = row.vat_account.vat_code if row is not None and row.vat_account else ""
        return self._vat_codes[account]

    def _post(self, document: InvoiceDocument, content: dict[str, object], *, fresh: bool = False) -> Written:
        path = f"/journals/{document.journal}/vouchers"
        return self._client.write(self._client.rest, path, content, what=VOUCHERS, key=document.key, fresh=fresh)

    def _made(self, document: InvoiceDocument, answer: Written) -> ErpInvoice | None:
        found: list[EconomicVoucher] | EconomicVoucher = answered(
            answer, list[EconomicVoucher] if answer.body.lstrip()[:1] == b"[" else EconomicVoucher, VOUCHERS
        )
        vouchers = found if isinstance(found, list) else [found]
        if len(vouchers) != 1:
            raise DeliveryUnknown(f"e-conomic answered with {len(vouchers)} vouchers for one")
        voucher = vouchers[0]
        where = both(equal("journalNumber", document.journal), equal("voucherNumber", voucher.voucher_number))
        try:
            rows = self._drafts(where)
        except LOOK_AGAIN as error:
            raise unsure(error, f"voucher {voucher.voucher_number}") from error
        entries = tuple(row.entry_number for row in drafts_of(rows, document.key))
        if not entries:
            return None
        return ErpInvoice(
            ours=True, booked=False, journal=document.journal, year=voucher.accounting_year.year,
            voucher=voucher.voucher_number, entries=entries,
        )  # fmt: skip

    def _found_again(self, document: InvoiceDocument) -> ErpInvoice | None:
        try:
            found = self.find(document)
        except LOOK_AGAIN as error:
            raise unsure(error, "a voucher some time ago") from error
        return found if found is not None and found.ours else None

    def _drafts(self, filtered: str) -> list[EconomicDraft]:
        rows = self._client.open_rows(self._drafts_path, EconomicDraft, what=DRAFTS, filtered=filtered)
        return [row for row, _ in rows]

    def _booked(self, filtered: str) -> list[EconomicBooked]:
        rows = self._client.open_rows(self._booked_path, EconomicBooked, what=BOOKED, filtered=filtered)
        return [row for row, _ in rows]

    def _as_draft(self, rows: Sequence[EconomicDraft], *, ours: bool) -> ErpInvoice:
        first = rows[0]
        return ErpInvoice(
            ours=ours,
            booked=False,
            journal=first.journal_number,
            year=self._years.code_of(day_of(first.date)),
            voucher=first.voucher_number,
            entries=tuple(row.entry_number for row in rows) if ours else (),
        )

    def _as_booked(self, line: EconomicBooked, document: InvoiceDocument, *, ours: bool) -> ErpInvoice:
        return ErpInvoice(
            ours=ours,
            booked=True,
            journal=document.journal,  # a booked entry no longer says which journal it came from
            year=self._years.code_of(day_of(line.date)),
            voucher=line.voucher_number,
        )
