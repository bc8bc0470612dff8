"""What the agreement's ledger holds: years, drafts, booked lines, documents."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

CUSTOMER_PAYMENT, SUPPLIER_INVOICE, SUPPLIER_PAYMENT, FINANCE_VOUCHER, MANUAL_INVOICE = 2, 3, 4, 5, 10

# The array of a voucher that an entry type stands in, and what it is called on a draft and on a booked line.
ARRAYS = {
    "financeVouchers": FINANCE_VOUCHER,
    "customerPayments": CUSTOMER_PAYMENT,
    "supplierInvoices": SUPPLIER_INVOICE,
    "supplierPayments": SUPPLIER_PAYMENT,
    "manualCustomerInvoices": MANUAL_INVOICE,
}
DRAFT_NAMES = {number: name.removesuffix("s") for name, number in ARRAYS.items()}
BOOKED_NAMES = {**DRAFT_NAMES, 1: "customerInvoice", MANUAL_INVOICE: "manualDebtorInvoice"}


@dataclass
class Period:
    """A month of an accounting year."""

    number: int
    from_on: date
    to_on: date
    closed: bool = False


@dataclass
class Year:
    """An accounting year under its code, such as 2026, 2024/2025 or 2024/2025a."""

    code: str
    from_on: date
    to_on: date
    periods: list[Period]
    closed: bool = False

    def holds(self, day: date) -> bool:
        """Whether the day is in the year."""
        return self.from_on <= day <= self.to_on

    def is_open(self, day: date) -> bool:
        """Whether the day can be posted to."""
        period = next((one for one in self.periods if one.from_on <= day <= one.to_on), None)
        return not self.closed and period is not None and not period.closed


@dataclass
class Journal:
    """A journal with the voucher numbers that it may give."""

    number: int
    name: str
    lowest: int
    highest: int
    restricted_to: str | None = None


@dataclass(kw_only=True)
class Draft:
    """An entry of a journal that is not booked."""

    entry: int
    journal: int
    year: str
    voucher: int
    kind: int
    amount: Decimal
    on: date
    text: str | None = None
    account: int | None = None
    contra: int | None = None
    vat_code: str | None = None
    contra_vat_code: str | None = None
    currency: str = "DKK"
    rate: Decimal = Decimal(100)
    due_on: date | None = None
    customer: int | None = None
    customer_invoice: int | None = None
    supplier: int | None = None
    supplier_invoice: str | None = None
    project: int | None = None
    cost_type: int | None = None
    version: int = 1

    @property
    def has_own_side(self) -> bool:
        """Whether the amount goes to an account, a customer or a supplier, not to the contra account alone."""
        return not (self.account is None and self.customer is None and self.supplier is None)


@dataclass(kw_only=True)
class Line:
    """A booked line on one account."""

    entry: int
    year: str
    voucher: int
    kind: int
    account: int
    amount: Decimal
    on: date
    text: str | None = None
    vat_code: str | None = None
    currency: str = "DKK"
    rate: Decimal = Decimal(100)
    due_on: date | None = None
    customer: int | None = None
    customer_invoice: int | None = None
    supplier: int | None = None
    supplier_invoice: str | None = None
    project: int | None = None
    cost_type: int | None = None
    remainder: Decimal | None = None

    @property
    def in_base(self) -> Decimal:
        """The amount in the agreement's own currency."""
        return round(self.amount * self.rate / 100, 2)


@dataclass
class Document:
    """What is attached to a voucher, part by part as it came: PDF files and pictures."""

    number: int
    year: str | None
    voucher: int | None
    created_at: datetime
    note: str | None = None
    parts: list[bytes] = field(default_factory=list)
