"""Severa's rows about invoices, as far as they are read."""

from __future__ import annotations

from datetime import date as Day
from decimal import Decimal

import msgspec

from handoff.connectors.severa.models import Reference, Stamped


class SeveraInvoiceStatus(Stamped, gc=False, kw_only=True, rename="camel"):
    """A status that the organisation made for its invoices, with what it means."""

    name: str
    is_active: bool = True
    is_sent: bool = False
    is_paid: bool = False
    is_read_only: bool = False
    sort_order: int = 0


class StatusOfInvoice(msgspec.Struct, gc=False, kw_only=True, rename="camel"):
    """The status that an invoice stands in."""

    guid: str
    name: str | None = None
    is_sent: bool = False
    is_paid: bool = False


class Money(msgspec.Struct, gc=False, kw_only=True, rename="camel"):
    """An amount; None for a price that nobody has set."""

    amount: Decimal | None = None
    currency_code: str | None = None


class CurrencyOfInvoice(msgspec.Struct, gc=False):
    """An invoice's currency by its ISO code."""

    code: str


class SeveraInvoiceHead(Stamped, gc=False, kw_only=True, rename="camel"):
    """An invoice as a list of invoices is looked at: nothing but its status."""

    status: StatusOfInvoice


class SeveraInvoice(SeveraInvoiceHead, gc=False, kw_only=True, rename="camel"):
    """An invoice or credit note without its rows.

    `totalExcludingTax` is negative in a credit note. `reimburseInvoice` is the invoice that a credit note takes back.
    """

    date: Day
    currency: CurrencyOfInvoice
    total_excluding_tax: Money
    number: int | None = None
    is_credit_note: bool = False
    reimburse_invoice: Reference | None = None
    customer: Reference | None = None
    billing_customer: Reference | None = None
    projects: list[Reference] | None = None
    our_reference: str | None = None
    your_reference: str | None = None
    order_number: str | None = None


class SeveraInvoiceRow(Stamped, gc=False, kw_only=True, rename="camel"):
    """One row of an invoice: so much at a price without tax. `code` is a list of codes, and no reference."""

    row_type: str
    quantity: Decimal
    unit_price: Money
    description: str | None = None
    code: list[str] | None = None
    vat_rate: Decimal | None = None
    sort_order: int = 0


class KindOfWork(msgspec.Struct, gc=False):
    """A work type, a product or a type of travel expense, as something that is billed names it."""

    guid: str
    code: str | None = None
    name: str | None = None


class SeveraBilled(Stamped, gc=False, kw_only=True, rename="camel"):
    """Hours, a fee or a travel expense that stands behind a row; each names its own kind."""

    project: Reference | None = None
    work_type: KindOfWork | None = None
    product: KindOfWork | None = None
    travel_expense: KindOfWork | None = None

    @property
    def kind(self) -> KindOfWork | None:
        """What it is billed as."""
        return self.work_type or self.travel_expense or self.product
