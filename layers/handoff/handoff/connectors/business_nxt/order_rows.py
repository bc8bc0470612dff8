"""What an order is in Business NXT, as far as it is read: its head, its lines, what is booked of its invoices.

Source: Business NXT, order and orderLine, customerTransaction: days are whole numbers, 20261105, 0 for none; a credit
note is an order with a bit in `orderPreferences`, whose lines are positive.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from handoff.connectors.business_nxt.assumed import CREDIT_NOTE_BIT
from handoff.connectors.business_nxt.rows import Kind, Text

CENT, PERCENT, ZERO = Decimal("0.01"), Decimal(100), Decimal(0)


class HeadRow(msgspec.Struct, rename="camel"):
    """An order without its lines."""

    order_no: int
    order_preferences: int | None = None

    @property
    def sign(self) -> int:
        """What its lines count for: a credit note's against the customer's debt."""
        return -1 if (self.order_preferences or 0) & CREDIT_NOTE_BIT else 1


class KeyedRow(HeadRow, kw_only=True, rename="camel"):
    """An order with the key that it carries, and the day of its last invoice."""

    information6: Text = None
    invoice_date: int | None = None


class LineCount(msgspec.Struct, rename="camel"):
    """How many lines there are."""

    total_count: int


class FoundRow(msgspec.Struct, rename="camel"):
    """An order that was looked for."""

    order_no: int
    information6: Text = None
    lines: LineCount | None = msgspec.field(default=None, name="joindown_OrderLine_via_Order")


class LineRow(msgspec.Struct, rename="camel"):
    """A line; `unrealised_quantity` is what of it is not invoiced."""

    order_no: int
    line_no: int
    quantity: Decimal
    price_in_currency: Decimal
    discount_percent1: Decimal | None = None
    unrealised_quantity: Decimal | None = None
    invoice_no: Text = None

    @property
    def net(self) -> Decimal:
        """What it comes to in the order's currency, rounded to cents."""
        left = 1 - (self.discount_percent1 or ZERO) / PERCENT
        return (self.quantity * self.price_in_currency * left).quantize(CENT, ROUND_HALF_UP)


class BookedRow(msgspec.Struct, rename="camel"):
    """One booking on a customer: an invoice, or what was paid or credited of it. Amounts in the company's currency."""

    voucher_journal_no: int
    audit_no: int
    invoice_no: Text = None
    order_no: int | None = None
    voucher_date: int | None = None
    amount_domestic: Decimal = ZERO
    outstanding_amount_domestic: Decimal = ZERO
    credited_amount_domestic: Decimal | None = None
    paid_last: int | None = None


class TouchedRow(msgspec.Struct, rename="camel"):
    """A booking that was made or changed."""

    order_no: int
    changed_timestamp: Text = None


class CurrencyRow(msgspec.Struct, rename="camel"):
    """A currency of the company."""

    currency_no: int
    iso_code: Text = None


HEADS = Kind("orders", HeadRow, "orderNo")
KEYED = Kind("orders", KeyedRow, "orderNo")
FOUND = Kind("orders", FoundRow, "orderNo")
LINES = Kind("order lines", LineRow, "orderNo")
BOOKED = Kind("customer transactions", BookedRow, "auditNo")
TOUCHED = Kind("customer transactions", TouchedRow, "auditNo")
CURRENCIES = Kind("currencies", CurrencyRow, "currencyNo")


def day_number(day: date) -> int:
    """A day as columns have it."""
    return day.year * 10_000 + day.month * 100 + day.day


def day_in(number: int | None) -> date | None:
    """The day that a number of a column means; None for none, and for what is no day."""
    if not number:
        return None
    try:
        return date(number // 10_000, number // 100 % 100, number % 100)
    except ValueError:
        return None
