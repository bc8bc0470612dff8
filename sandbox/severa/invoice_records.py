"""Invoices at Severa, their rows, and the statuses that the organisation made for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Day
from decimal import Decimal
from typing import Annotated

from sandbox.severa.fields import HIDDEN, SETTLED, Money, OneOf, Row, To
from sandbox.severa.project_records import NUMBERED
from sandbox.severa.records import CURRENCY

ROW_TYPES = ("FlatRate", "Hours", "ProjectFees", "TravelExpenses")
CATEGORIES = {"Hours": "Hours", "ProjectFees": "ProjectFees", "TravelExpenses": "Travels", "FlatRate": "ProjectFees"}


@dataclass(frozen=True, kw_only=True)
class InvoiceStatus(Row):
    """A status with what it means; organisations name and order their own."""

    name: str
    is_active: bool = True
    is_default: bool = False
    is_default_for_credit_note: bool = False
    is_read_only: bool = False
    is_sent: bool = False
    is_paid: bool = False
    is_waiting_payment: bool = False
    has_invoice_number: bool = False
    sort_order: int = 0


@dataclass(frozen=True, kw_only=True)
class Invoice(Row):
    """An invoice or credit note. It has a number once it was in a status that gives one."""

    date: Day
    due_date: Day
    status: Annotated[str, To("invoicestatuses", ("guid", "name", "isSent", "isPaid", "isWaitingPayment"))]
    customer: Annotated[str, To("customers", NUMBERED), SETTLED]
    billing_customer: Annotated[str, To("customers", NUMBERED), SETTLED]
    projects: Annotated[tuple[str, ...], HIDDEN]
    currency: Annotated[str, To("currencies", CURRENCY), SETTLED]
    number: Annotated[int | None, SETTLED] = None
    reference_number: str | None = None
    entry_date: Day | None = None
    payment_date: Day | None = None
    payment_term: int = 14
    overdue_interest: Decimal = Decimal(8)
    currency_rate: Decimal = Decimal(1)
    is_credit_note: Annotated[bool, SETTLED] = False
    credit_note_invoice: Annotated[str | None, To("invoices", ("guid", "number")), SETTLED] = None
    reimburse_invoice: Annotated[str | None, To("invoices", ("guid", "number")), SETTLED] = None
    receiver_customer_name: str | None = None
    receiver_contact_guid: str | None = None
    receiver_contact_name: str | None = None
    receiver_contact_email: str | None = None
    receiver_vat_number: str | None = None
    receiver_kvk_number: str | None = None
    sender_name: str | None = None
    our_reference: str | None = None
    your_reference: str | None = None
    order_number: str | None = None
    notes: str | None = None
    invoice_number_business_unit_guid: Annotated[str | None, SETTLED] = None


@dataclass(frozen=True, kw_only=True)
class InvoiceRow(Row):
    """A row: so many at a price. What it is made of is asked for by its guid; accounts are numbers with names."""

    invoice_guid: Annotated[str, SETTLED]
    row_type: Annotated[str, OneOf(ROW_TYPES), SETTLED]
    quantity: Decimal
    unit_price: Money | None
    description: str | None = None
    code: Annotated[tuple[str, ...], SETTLED] = ()
    measurement_unit: str | None = None
    vat_rate: Decimal | None = None
    sort_order: int = 0
    flat_rate_guid: Annotated[str | None, SETTLED] = None
    cost_centre: Annotated[str | None, HIDDEN] = None
    account: Annotated[str | None, HIDDEN] = None
    credited_row: Annotated[str | None, HIDDEN] = None  # of a credit note: the row that it takes back


@dataclass(frozen=True, kw_only=True)
class InvoiceSettings(Row):
    """How an invoice is printed, and two of its days, which are the invoice's own."""

    invoice_guid: Annotated[str, HIDDEN]
    payment_date: Day | None = None
    entry_date: Day | None = None
    is_reverse_charged: bool = False
    reverse_charge_description: str | None = None
    show_categories: bool = True
    show_reference_number: bool = True
