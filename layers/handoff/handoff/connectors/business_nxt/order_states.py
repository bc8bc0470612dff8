"""How far orders have come, told from their lines and from what is booked on the customer.

Source: Business NXT, customerTransaction: one invoice number has several rows, the invoice's own and, with the other
sign, what was paid or credited of it; what is outstanding stands on the invoice's own row. Open entries are not asked:
one that was settled late may stay.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

import msgspec

from handoff.connectors.business_nxt.answers import ROWS, Answer, Table
from handoff.connectors.business_nxt.assumed import PAGE_SIZE
from handoff.connectors.business_nxt.client import NxtClient
from handoff.connectors.business_nxt.config import TITLE
from handoff.connectors.business_nxt.documents import order_states as documents
from handoff.connectors.business_nxt.order_rows import (
    BOOKED,
    HEADS,
    LINES,
    TOUCHED,
    ZERO,
    BookedRow,
    HeadRow,
    LineRow,
    day_in,
)
from handoff.connectors.business_nxt.rows import Kind, changed_at, column_of, latest
from handoff.connectors.business_nxt.server_time import server_text
from handoff.connectors.business_nxt.values import Columns, Filter, Value, both, either
from handoff.connectors.business_nxt.walks import Walk, walk_at
from handoff.domain.errors import BrokenContract
from handoff.domain.sales import OrderState
from handoff.ports import BrokenRow
from handoff.ports.sales import OrderPage

R = TypeVar("R", bound=msgspec.Struct)
WHAT = "orders"
PAGES_MAX = 1000
HEAD, LINE, ON_CUSTOMER = "heads", "lines", "booked"
KEYS: Mapping[str, tuple[str, ...]] = {
    HEAD: ("orderNo",),
    LINE: ("orderNo", "lineNo"),
    ON_CUSTOMER: ("voucherJournalNo", "auditNo"),
}
"""The columns that the rows of each part are sorted by, and that a further page begins behind."""


@dataclass(slots=True)
class Found:
    """What was read of some orders; bookings by the number of their invoice, in the order in which they were made."""

    heads: dict[int, HeadRow] = field(default_factory=dict)
    lines: dict[int, list[LineRow]] = field(default_factory=lambda: defaultdict(list))
    booked: dict[str, list[BookedRow]] = field(default_factory=lambda: defaultdict(list))


class OrderReader:
    """Reads orders of one company. All raise Unreachable, RateLimited, ReconnectNeeded or BrokenContract."""

    def __init__(self, client: NxtClient, now: Callable[[], datetime]) -> None:
        self._client = client
        self._now = now

    def touched(self, *, since: datetime | None, page: str | None) -> OrderPage:
        """The orders of a page of bookings that were made or changed: invoices, payments, credit notes."""
        walk = walk_at(page, self._now(), *KEYS[ON_CUSTOMER])
        changed: Filter | None = None if since is None else {"changedTimestamp": {"_gte": server_text(since)}}
        filter_ = both({"orderNo": {"_gt": 0}}, changed, _behind(walk.after))
        answer = self._client.ask(documents.TOUCHED, {"first": PAGE_SIZE, "filter": filter_}, what=TOUCHED.what)
        table = answer.table(ROWS, TOUCHED.what)
        orders: dict[str, None] = {}
        stamps: list[datetime | None] = []
        for raw, row in TOUCHED.each(table, answer.about(ROWS), lambda row: changed_at(row.changed_timestamp)):
            number = column_of(raw, "orderNo")
            if not isinstance(number, int):  # nobody could tell what was touched
                raise BrokenContract(f"{TITLE} {TOUCHED.what}: a row without orderNo", field="orderNo")
            orders[str(number)] = None
            if not isinstance(row, BrokenRow):
                stamps.append(row)
        last = _last(TOUCHED, table, KEYS[ON_CUSTOMER])
        mark = None if last is None else Walk(walk.began, last).mark
        return OrderPage(list(orders), mark, latest(stamps, began=walk.began, whole=since is None))

    def states(self, orders: Sequence[str]) -> Mapping[str, OrderState]:
        """How far each has come: one call, one more for each further page of 500 lines or bookings.

        Another one asks for invoices that the lines name and no booking of the order does: several orders can be on
        one invoice.
        """
        numbers = [int(one) for one in orders if one.isdecimal()]
        if not numbers:
            return {}
        wanted: Filter = {"orderNo": {"_in": numbers}}
        found = self._read({HEAD: wanted, LINE: wanted, ON_CUSTOMER: wanted})
        unknown = [name for head in found.heads.values() for name, own in _invoices(head, found).items() if own is None]
        missing = sorted(set(unknown))
        for start in range(0, len(missing), PAGE_SIZE):
            more = self._read({ON_CUSTOMER: {"invoiceNo": {"_in": missing[start : start + PAGE_SIZE]}}})
            found.booked |= more.booked
        return {str(number): state_of(head, found) for number, head in found.heads.items()}

    def lines_of(self, orders: Sequence[int]) -> Mapping[int, Sequence[LineRow]]:
        """The lines of up to 500 orders, by order."""
        return self._read({LINE: {"orderNo": {"_in": list(orders)}}}).lines

    def _read(self, wanted: Mapping[str, Filter]) -> Found:
        found = Found()
        after: dict[str, Columns] = {name: {} for name in wanted}
        for _ in range(PAGES_MAX):
            asked: dict[str, object] = {"first": PAGE_SIZE}
            for name in KEYS:
                asked[name] = name in after
                asked[f"{name}Filter"] = both(wanted[name], _behind(after[name])) if name in after else None
            answer = self._client.ask(documents.PARTS, asked, what=WHAT)
            after = {name: last for name in after if (last := _take(found, answer, name)) is not None}
            if not after:
                return found
        raise BrokenContract(f"{TITLE} {WHAT} came to no end", field=WHAT)


def state_of(head: HeadRow, found: Found) -> OrderState:
    """How far an order has come.

    It is invoiced once nothing of it is left to invoice and all of its invoices are booked: an order that is delivered
    in parts waits for its last one, and so does an invoice that is printed and not yet booked, which has no amounts.
    Several invoices are told together: their numbers with commas between, their amounts added up; what is paid too
    much on one of them settles none of the others.
    """
    lines, number = found.lines.get(head.order_no, ()), str(head.order_no)
    net = head.sign * sum((line.net for line in lines), ZERO)
    invoices = _invoices(head, found)
    own = [row for row in invoices.values() if row is not None]
    if not own or len(own) < len(invoices) or any(line.unrealised_quantity for line in lines):
        return OrderState(order=number, net=net)
    return OrderState(
        order=number,
        net=net,
        invoice=", ".join(invoices),
        invoiced_on=_latest_day(row.voucher_date for row in own),
        total=sum((row.amount_domestic for row in own), ZERO),
        outstanding=sum((_left(row, head.sign) for row in own), ZERO),
        credited=sum((row.credited_amount_domestic or ZERO for row in own), ZERO),
        paid_on=_latest_day(row.paid_last for row in own),
    )


def _invoices(head: HeadRow, found: Found) -> Mapping[str, BookedRow | None]:
    """The invoices of an order by their numbers, each with its own booking, None where that is not known.

    The lines name them, and so do bookings in the order's name. An invoice's own booking is the first that has the
    order's sign: whatever is paid or credited of it has the other one and comes later.
    """
    names = dict.fromkeys(line.invoice_no for line in found.lines.get(head.order_no, ()) if line.invoice_no)
    for name, rows in found.booked.items():
        if any(row.order_no == head.order_no and row.amount_domestic * head.sign > 0 for row in rows):
            names.setdefault(name)
    own: dict[str, BookedRow | None] = {}
    for name in names:
        rows = found.booked.get(name, [])
        own[name] = next((row for row in rows if row.amount_domestic * head.sign >= 0), None)
    return own


def _left(row: BookedRow, sign: int) -> Decimal:
    """What is left to pay of an invoice; nothing where too much was paid."""
    return max(row.outstanding_amount_domestic * sign, ZERO) * sign


def _latest_day(numbers: Iterable[int | None]) -> date | None:
    return day_in(max((number or 0 for number in numbers), default=0))


def _take(found: Found, answer: Answer, name: str) -> Columns | None:
    """Takes the rows of a part in; the keys of its last one where there are more."""
    if name == HEAD:
        return _each(HEADS, answer, name, lambda row: found.heads.update({row.order_no: row}))
    if name == LINE:
        return _each(LINES, answer, name, lambda row: found.lines[row.order_no].append(row))
    return _each(BOOKED, answer, name, lambda row: found.booked[row.invoice_no or ""].append(row))


def _each(kind: Kind[R], answer: Answer, name: str, take: Callable[[R], None]) -> Columns | None:
    """Takes a part's rows in. One that can't be read would make its order look as if it lacked something."""
    table = answer.table(name, kind.what)
    for _, row in kind.each(table, answer.about(name), lambda row: row):
        if isinstance(row, BrokenRow):
            text = f"{TITLE} {kind.what} {row.external_id}, field {row.field}: {row.fault}"
            raise BrokenContract(text, field=kind.what)
        take(row)
    return _last(kind, table, KEYS[name])


def _last(kind: Kind[R], table: Table, keys: Sequence[str]) -> Columns | None:
    """The keys of the last row of a list that has more, None at its end."""
    if not table.has_more:
        return None
    last: dict[str, Value] = {}
    for key in keys:
        value = column_of(table.rows[-1], key) if table.rows else None
        if not isinstance(value, int):
            raise BrokenContract(f"{TITLE} {kind.what} has more rows and no last one", field=kind.what)
        last[key] = value
    return last


def _behind(last: Columns) -> Filter | None:
    """A filter for rows that are sorted behind one with these keys; None before the first row."""
    given = [(name, value) for name, value in last.items() if value is not None]
    if not given:
        return None
    (name, value), *rest = given
    here: Filter = {name: {"_gt": value}}
    deeper = _behind(dict(rest))
    return here if deeper is None else either(here, both({name: {"_eq": value}}, deeper) or here)
