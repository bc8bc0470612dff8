"""Invoices from the time tool, as documents in the ERP, and what was paid of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

import msgspec


class AccountingState(StrEnum):
    """What the time tool says of an invoice's way into the books."""

    TO_TRANSFER = "to_transfer"
    TRANSFERRED = "transferred"
    DO_NOT_TRANSFER = "do_not_transfer"


class CustomerInvoice(msgspec.Struct, frozen=True, gc=False):
    """An invoice in the time tool: the content that decides what is posted.

    `number` is None in a draft. `total` includes VAT, in `currency`, and is negative in a credit note, which names
    the invoice it credits by `credits`. `account` is the ledger account of the revenue. What was paid of it is not
    content: it comes from the ERP.
    """

    external_id: str
    number: int | None
    finalized: bool
    accounting: AccountingState
    description: str
    customer_id: str
    customer_number: str
    project_id: str
    project_number: str
    invoiced_on: date | None
    due_on: date | None
    currency: str
    total: Decimal
    account: str
    vat_code: str = ""
    credits: int | None = None
    payment_id: str = ""


@dataclass(frozen=True, slots=True)
class InvoiceDocument:
    """An invoice as it is to stand in the ERP: one voucher in a journal.

    `key` is the posting's key and ends `text`, by which the ERP can be asked for the voucher, as a draft and
    booked. `total` includes VAT; `vat_code` is the ERP's own, empty for the account's.
    """

    key: str
    journal: int
    number: int
    customer: int
    project: int | None
    invoiced_on: date
    due_on: date | None
    currency: str
    total: Decimal
    account: int
    vat_code: str
    text: str


@dataclass(frozen=True, slots=True)
class ErpInvoice:
    """An invoice with some number as the ERP has it now.

    `ours` says whether it carries the key that was asked for. `entries` are the voucher's entries while it is a
    draft: only these are booked. `voucher` is the number people see; `year` the accounting year as the ERP writes it.
    """

    ours: bool
    booked: bool
    journal: int
    year: str
    voucher: int
    entries: tuple[int, ...] = ()


class PaymentState(StrEnum):
    """How much of an invoice is paid."""

    UNPAID = "unpaid"
    PARTLY_PAID = "partly_paid"
    PAID = "paid"


@dataclass(frozen=True, slots=True)
class Remainder:
    """What the ERP says is left of a booked invoice, of its `total`, both including VAT."""

    number: int
    total: Decimal
    remaining: Decimal


@dataclass(frozen=True, slots=True)
class InvoicePayment:
    """What was paid of an invoice so far, as the time tool is told."""

    state: PaymentState
    paid: Decimal
    remaining: Decimal


def payment_of(remainder: Remainder) -> InvoicePayment:
    """What was paid, from what is left; of a credit note both are negative."""
    paid = remainder.total - remainder.remaining
    if remainder.remaining == 0:
        return InvoicePayment(PaymentState.PAID, paid, remainder.remaining)
    state = PaymentState.UNPAID if paid == 0 else PaymentState.PARTLY_PAID
    return InvoicePayment(state, paid, remainder.remaining)
