"""Invoices that are drafted in the time tool and become orders in the ERP, and how far such an order has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

import msgspec

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class StatusChoices:
    """Names of the time tool's invoice statuses: from which invoices are ordered, and which say sent and paid.

    Empty for sent or paid: the first status that the time tool itself marks so.
    """

    ready: str
    sent: str = ""
    paid: str = ""


@dataclass(frozen=True, slots=True)
class UnitChoices:
    """Numbers of the organisational units that stand for departments and projects."""

    department_unit: int
    project_unit: int


@dataclass(frozen=True, slots=True)
class RegisterChoices:
    """Where rows of hours go: the number of the table, and of the units that stand for departments and projects."""

    table: int
    units: UnitChoices


class LineKind(StrEnum):
    """What a line of an invoice bills."""

    HOURS = "hours"
    FEE = "fee"
    TRAVEL = "travel"
    FIXED = "fixed"


class SalesLine(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, kw_only=True):
    """One line of an invoice in the time tool.

    `item` is the number that people know the work type, product or kind of travel by, on either side, and `name` what
    it is called; both are empty for a fixed price. `project` is the time tool's id. `vat_rate` is in percent, None
    where the time tool gives none. The line is worth `quantity` × `unit_price`, without VAT.
    """

    id: str
    kind: LineKind
    text: str
    quantity: Decimal
    unit_price: Decimal
    item: str = ""
    name: str = ""
    vat_rate: Decimal | None = None
    project: str = ""


class SalesInvoice(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, kw_only=True):
    """An invoice in the time tool: the content that decides what is ordered.

    Its status and its number are not content: both change by themselves on its way. `customer` is the id of who is
    billed, `projects` are ids too. `net` is without VAT, negative in a credit note, which names the invoice it
    credits by `credits`, an id. `hours` are the ids of the time entries that it bills.
    """

    external_id: str
    customer: str
    projects: tuple[str, ...]
    invoiced_on: date
    currency: str
    net: Decimal
    lines: tuple[SalesLine, ...]
    is_credit_note: bool = False
    credits: str = ""
    our_reference: str = ""
    your_reference: str = ""
    order_reference: str = ""
    hours: tuple[str, ...] = ()


_ENCODER = msgspec.json.Encoder(decimal_format="string")
_DECODER = msgspec.json.Decoder(SalesInvoice)


def invoice_body(invoice: SalesInvoice) -> bytes:
    """The invoice's canonical bytes: what is stored, and what the hash is taken of."""
    return _ENCODER.encode(invoice)


def sales_invoice_from(body: bytes) -> SalesInvoice:
    """The invoice that `invoice_body` wrote."""
    return _DECODER.decode(body)


@dataclass(frozen=True, slots=True)
class FetchedInvoice:
    """An invoice as the time tool has it now, with what is said about it beside its content.

    `ready` says whether it stands in the status from which invoices are ordered.
    """

    invoice: SalesInvoice
    ready: bool
    changed_at: datetime


class SalesOrderLine(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One line of an order, on an item of the ERP. Numbers are the ERP's.

    `name` and `tax_group` are what the item gets that is made for the line; no group leaves its VAT to the ERP.
    """

    external_id: str
    item: str
    text: str
    quantity: Decimal
    unit_price: Decimal
    project: str = ""
    department: str = ""
    name: str = ""
    tax_group: int | None = None


class SalesOrder(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """An order as it is to stand in the ERP; `key` is the posting's, by which the ERP can be asked for it.

    Numbers are the ERP's. `credits` is the ERP's number of the invoice that a credit note takes back, or empty.
    """

    key: str
    customer: str
    ordered_on: date
    currency: str
    net: Decimal
    lines: tuple[SalesOrderLine, ...]
    is_credit_note: bool = False
    credits: str = ""
    our_reference: str = ""
    your_reference: str = ""
    order_reference: str = ""
    project: str = ""
    department: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class SalesItem:
    """What a line is billed on: made in the ERP when a line first needs it. `tax_group` decides its VAT there."""

    number: str
    name: str
    tax_group: int | None = None


class Milestone(StrEnum):
    """What the time tool is told of an invoice."""

    SENT = "sent"
    PAID = "paid"


@dataclass(frozen=True, slots=True)
class OrderState:
    """How far an order has come, by the ERP's own answer.

    `net` is what its lines come to now, without VAT. `invoice` is the number of the invoice it became, empty until
    then; `total`, `outstanding` and `credited` are that invoice's, with VAT. `paid_on` is the last payment's day.
    """

    order: str
    net: Decimal
    invoice: str = ""
    invoiced_on: date | None = None
    total: Decimal = ZERO
    outstanding: Decimal = ZERO
    credited: Decimal = ZERO
    paid_on: date | None = None

    @property
    def is_invoiced(self) -> bool:
        """Whether it has become an invoice."""
        return bool(self.invoice)

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to pay of its invoice: paid, credited or both."""
        return self.is_invoiced and (self.outstanding <= ZERO if self.total >= ZERO else self.outstanding >= ZERO)

    @property
    def is_credited(self) -> bool:
        """Whether all of its invoice was credited."""
        return self.is_invoiced and self.total > ZERO and self.credited >= self.total

    @property
    def is_partly_paid(self) -> bool:
        """Whether something of its invoice is paid or credited, and something is left."""
        return self.is_invoiced and not self.is_settled and self.outstanding != self.total
