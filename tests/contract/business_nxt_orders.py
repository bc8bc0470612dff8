"""Dull sales orders for the Business NXT stand-in, and how they are looked at there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from handoff.domain.periods import period_of
from handoff.domain.posting import DocumentKind, Posting
from handoff.domain.sales import SalesOrder, SalesOrderLine, UnitChoices
from handoff.domain.staged import RecordRef
from handoff.ports.sales import OrderChannel
from tests.builders import a_posting
from tests.contract.business_nxt_erp import NxtErp

UNITS = UnitChoices(department_unit=1, project_unit=2)
KEY, OTHER_KEY = "HOAAAABBBBCCCCDDDD", "HOAAAABBBBCCCCEEEE"
ORDERED_ON = date(2026, 11, 4)
LINE: dict[str, Any] = {
    "external_id": "row-1",
    "item": "TIMER",
    "text": "Rådgivning i oktober",
    "quantity": Decimal("7.5"),
    "unit_price": Decimal("1450.00"),
    "project": "1001",
    "department": "20",
}


def a_line(**says: Any) -> SalesOrderLine:
    """A line of 10,875.00."""
    return SalesOrderLine(**{**LINE, **says})


def an_order(*lines: SalesOrderLine, key: str = KEY, **says: Any) -> Posting:
    """A posting of an order of its lines, one of 10,875.00 unless others are given."""
    content = lines or (a_line(),)
    full: dict[str, Any] = {
        "key": key,
        "customer": "10001",
        "ordered_on": ORDERED_ON,
        "currency": "NOK",
        "net": sum((line.quantity * line.unit_price for line in content), Decimal(0)),
        "lines": content,
        "project": "1001",
        "department": "20",
        "text": "Invoice 7001",
    }
    return posting_of(SalesOrder(**{**full, **says}))


def posting_of(order: SalesOrder) -> Posting:
    """A posting that is this order."""
    base = a_posting(kind=DocumentKind.SALES_ORDER)
    return replace(
        base,
        key=order.key,
        period=period_of(order.ordered_on),
        posted_on=order.ordered_on,
        currency=order.currency,
        text=order.text,
        records=(RecordRef("i-1", 1, "h"),),
        hours=Decimal(0),
        amount=order.net,
        project_lines=(),
        journal_lines=(),
        shares=(),
        order=order,
    )


def a_credit_note(credits: str = "", **says: Any) -> Posting:
    """A posting of a credit note over 10,875.00, whose quantities are negative."""
    line = a_line(quantity=Decimal("-7.5"), **says)
    return an_order(line, key=OTHER_KEY, is_credit_note=True, credits=credits)


def orders_of(nxt: NxtErp, units: UnitChoices = UNITS) -> OrderChannel:
    """The channel, as a new pass has it."""
    return nxt.erp.sales_orders(units)


def sent(nxt: NxtErp, posting: Posting | None = None) -> str:
    """The number of an order that was written."""
    return orders_of(nxt).send(posting or an_order()).number


def head(nxt: NxtErp, number: str) -> dict[str, Any]:
    """The order as the ERP has it."""
    return nxt.people.row("order", int(number))


def lines(nxt: NxtErp, number: str) -> list[dict[str, Any]]:
    """Its lines as the ERP has them."""
    return list(nxt.people._company.rows("orderLine").where("orderNo", int(number)))


def keyed(nxt: NxtErp, key: str = KEY) -> int:
    """How many orders carry the key."""
    return len(nxt.people._company.rows("order").where("information6", key))


def altered(posting: Posting, **says: Any) -> Posting:
    """The posting with another order."""
    assert posting.order is not None
    return posting_of(msgspec.structs.replace(posting.order, **says))
