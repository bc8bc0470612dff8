"""An invoice as a voucher, and which of the rows that e-conomic has are ours.

Source: e-conomic, Vouchers: a manual customer invoice takes no project, so an invoice with one is a voucher of two
entries. The posting's key ends the text of each entry, which survives moving and booking; a voucher's number does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from handoff.connectors.document_text import key_in, with_key
from handoff.connectors.economic.assumed import INVOICE_TYPES, MANUAL_CUSTOMER_INVOICE, TEXT_MAX
from handoff.connectors.economic.formats import Json
from handoff.connectors.economic.models import EconomicBooked, EconomicDraft
from handoff.domain.invoices import InvoiceDocument, Remainder
from handoff.domain.money import minor_unit, round_to

_WORD = re.compile(r"[A-Za-z0-9]+")


def voucher_of(document: InvoiceDocument, year: str) -> Json:
    """The voucher as it is sent: one entry, or two that balance when the invoice is on a project."""
    amount = round_to(document.total, minor_unit(document.currency))
    both: Json = {
        "text": text_of(document),
        "currency": {"code": document.currency},
        "date": document.invoiced_on.isoformat(),
    }
    invoice: Json = {
        **both,
        "customer": {"customerNumber": document.customer},
        "customerInvoice": document.number,
        "amount": amount,
    }
    if document.due_on is not None:
        invoice["dueDate"] = document.due_on.isoformat()
    entries: Json = {"manualCustomerInvoices": [invoice]}
    account, vat = {"accountNumber": document.account}, {"vatCode": document.vat_code}
    if document.project is None:
        invoice["contraAccount"] = account
        if document.vat_code:
            invoice["contraVatAccount"] = vat
    else:
        revenue: Json = {**both, "account": account, "amount": -amount, "project": {"projectNumber": document.project}}
        if document.vat_code:
            revenue["vatAccount"] = vat
        entries["financeVouchers"] = [revenue]
    return {"accountingYear": {"year": year}, "journal": {"journalNumber": document.journal}, "entries": entries}


def text_of(document: InvoiceDocument) -> str:
    """The document's text, cut before its key where it is too long."""
    return with_key(document.text.removesuffix(document.key), document.key, length_max=TEXT_MAX)


def carries(text: str | None, key: str) -> bool:
    """Whether a text holds exactly that key, wherever in it."""
    return key in _WORD.findall(text or "")


def drafts_of(rows: Iterable[EconomicDraft], key: str) -> Sequence[EconomicDraft]:
    """The entries of our voucher, the customer's first; empty unless the customer's is among them.

    We write one customer's entry and, with a project, one of finance on the same voucher: whatever else carries the
    key is a copy that somebody made, and theirs.
    """
    mine = sorted((row for row in rows if carries(row.text, key)), key=lambda row: row.entry_number)
    first = next((row for row in mine if row.entry_type_number == MANUAL_CUSTOMER_INVOICE), None)
    if first is None:
        return []
    voucher = (first.journal_number, first.voucher_number)
    beside = [row for row in mine if row.entry_type_number != MANUAL_CUSTOMER_INVOICE]
    return [first, *[row for row in beside if (row.journal_number, row.voucher_number) == voucher][:1]]


def foreign_draft(rows: Iterable[EconomicDraft], number: int, key: str) -> EconomicDraft | None:
    """Somebody else's draft invoice with that number."""
    return next(
        (
            row
            for row in rows
            if row.customer_invoice_number == number
            and row.entry_type_number in INVOICE_TYPES
            and not carries(row.text, key)
        ),
        None,
    )


def debtor_line(rows: Iterable[EconomicBooked], key: str) -> EconomicBooked | None:
    """The customer's line of our booked invoice: payments of it may repeat its text, but are of another type."""
    return next((row for row in rows if is_debtor_line(row) and carries(row.text, key)), None)


def foreign_line(rows: Iterable[EconomicBooked], number: int, key: str) -> EconomicBooked | None:
    """The customer's line of somebody else's booked invoice with that number."""
    return next(
        (
            row
            for row in rows
            if is_debtor_line(row) and row.customer_invoice_number == number and not carries(row.text, key)
        ),
        None,
    )


def is_debtor_line(row: EconomicBooked) -> bool:
    """Whether the line is what an invoice puts on its customer."""
    return row.type in INVOICE_TYPES and row.customer_number is not None


def remainders_in(rows: Iterable[EconomicBooked]) -> dict[int, Remainder]:
    """What is left of each invoice; one that carries a key of ours counts before others, and two are one too many."""
    found: dict[int, list[EconomicBooked]] = {}
    for row in rows:
        if is_debtor_line(row) and row.customer_invoice_number is not None and row.remainder is not None:
            found.setdefault(row.customer_invoice_number, []).append(row)
    left = {}
    for number, lines in found.items():
        chosen = [row for row in lines if key_in(row.text)] or lines
        if len(chosen) == 1 and (remainder := chosen[0].remainder) is not None:
            left[number] = Remainder(number=number, total=chosen[0].amount, remaining=remainder)
    return left
