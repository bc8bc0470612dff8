"""The ERP of both sides' histories: a register of rows, orders that are invoiced and paid, and its people."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from handoff.domain.errors import HandoffError, Rejected
from handoff.domain.periods import Period, period_of
from handoff.domain.posting import DocumentKind, Posting, Receipt
from handoff.domain.sales import OrderState, RegisterChoices, SalesItem, UnitChoices
from handoff.ports import LedgerDocument, LedgerLine
from handoff.ports.mirror import MirrorChoices
from handoff.ports.sales import HourRegister, OrderChannel, OrderPage
from tests.histories.both.keeper import Keeper
from tests.histories.both.trouble import Shaken, Trouble

ZERO, VAT = Decimal(0), Decimal("1.25")
PAGE = 2


@dataclass(slots=True)
class HourRow:
    """A row of the register.

    `removed` says that somebody deleted it by hand, `taken` that he has said so, `edited` that it is not as we wrote it.
    """

    key: str
    record: str
    on: date
    hours: Decimal
    amount: Decimal
    employee: str
    project: str
    order: str = ""
    removed: bool = False
    edited: bool = False
    taken: bool = False


@dataclass(slots=True)
class Register:
    """Rows of hours: implements `HourRegister`, as the connector does it."""

    trouble: Trouble
    absence_delay: timedelta
    rows: list[HourRow] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    findable: bool = True
    reversible: bool = True

    def send(self, posting: Posting) -> Receipt:
        refused = sorted({line.external_id for line in posting.project_lines} & self.refuses)
        if refused:
            raise Rejected(f"row of {refused[0]}: this can't be")
        self._write(posting, len(posting.project_lines))
        return Receipt(f"{len(self.rows)}", "", self.trouble.time)

    def half_send(self, posting: Posting) -> None:
        """Some of its rows are written, and no answer comes."""
        self._write(posting, len(posting.project_lines) // 2)

    def _write(self, posting: Posting, count: int) -> None:
        if any(row.key == posting.key for row in self.rows):
            self.trouble.broken.append(f"rows of {posting.text} were written twice under one key")
        for line in posting.project_lines[:count]:
            self.rows.append(
                HourRow(
                    posting.key, line.external_id, line.posted_on, line.hours, line.amount, line.employee, line.project
                )
            )

    def find(self, posting: Posting) -> Receipt | None:
        rows = [row for row in self.rows if row.key == posting.key and not row.removed]
        if Counter(row.record for row in rows) == Counter(line.external_id for line in posting.project_lines):
            return Receipt(f"{len(self.rows)}", "", self.trouble.time)
        sent_at = posting.sent_at or posting.lease_until
        if sent_at is None or self.trouble.time >= sent_at + self.absence_delay:
            self.rows = [row for row in self.rows if row.key != posting.key or row.removed]
        return None

    def documents_of(self, period: Period) -> Iterator[LedgerDocument]:
        found: dict[str, list[HourRow]] = defaultdict(list)
        for row in self.standing():
            if period_of(row.on) == period:
                found[row.key].append(row)
        return iter(
            [
                LedgerDocument(
                    key,
                    key,
                    DocumentKind.HOUR_ROWS,
                    period,
                    "",
                    [LedgerLine(r.record, r.hours, r.amount) for r in rows],
                )
                for key, rows in found.items()
            ]
        )

    def mark_billed(self, order: str, external_ids: Sequence[str]) -> frozenset[str]:
        rows = [row for row in self.standing() if row.record in external_ids]
        for row in rows:
            row.order = order
        return frozenset(row.record for row in rows)

    # ---- what people see and do --------------------------------------------------------------------

    def standing(self) -> list[HourRow]:
        """All rows that are there."""
        return [row for row in self.rows if not row.removed]


@dataclass(slots=True)
class Order:
    """An order, and the invoice it became; `removed` says that somebody deleted it, `was` what was ever true of it."""

    number: str
    posting: Posting
    net: Decimal
    invoice: str = ""
    invoiced_on: date | None = None
    outstanding: Decimal = ZERO
    credited: Decimal = ZERO
    paid_on: date | None = None
    removed: bool = False
    total: Decimal = ZERO
    was: set[str] = field(default_factory=set)

    @property
    def state(self) -> OrderState:
        """How far it has come."""
        return OrderState(
            self.number, self.net, self.invoice, self.invoiced_on, self.total, self.outstanding, self.credited,
            self.paid_on,
        )  # fmt: skip


@dataclass(slots=True)
class Orders:
    """Sales orders: implements `OrderChannel`. `booked` says which order something was booked for, and when."""

    trouble: Trouble
    absence_delay: timedelta
    all: list[Order] = field(default_factory=list)
    booked: list[tuple[datetime, str]] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    findable: bool = True
    reversible: bool = False

    def send(self, posting: Posting) -> Receipt:
        if posting.records[0].external_id in self.refuses:
            raise Rejected("the customer is closed")
        if any(one.posting.key == posting.key for one in self.all):
            self.trouble.broken.append(f"the order of {posting.records[0].external_id} was written twice under one key")
        number = f"{2041 + len(self.all)}"
        self.all.append(Order(number, posting, posting.amount))
        return Receipt(number, "", self.trouble.time)

    def find(self, posting: Posting) -> Receipt | None:
        found = next((one for one in self.there() if one.posting.key == posting.key), None)
        return None if found is None else Receipt(found.number, "", self.trouble.time)

    def documents_of(self, period: Period) -> Iterator[LedgerDocument]:
        return iter(
            [
                LedgerDocument(
                    one.posting.key, one.number, DocumentKind.SALES_ORDER, period, "", [LedgerLine("", ZERO, one.net)]
                )
                for one in self.there()
                if one.posting.period == period
            ]
        )

    def missing_items(self, items: Sequence[SalesItem]) -> Mapping[str, HandoffError]:
        return {}

    def currencies(self) -> Sequence[str]:
        return ("EUR",)

    def touched(self, *, since: datetime | None, page: str | None) -> OrderPage:
        start = int(page or 0)
        found = [(place, at, order) for place, (at, order) in enumerate(self.booked) if since is None or at >= since]
        left = [one for one in found if one[0] >= start]
        some = left[:PAGE]
        more = str(some[-1][0] + 1) if len(left) > PAGE else None
        return OrderPage([order for _, _, order in some], more, max((at for _, at, _ in some), default=None))

    def states(self, orders: Sequence[str]) -> Mapping[str, OrderState]:
        return {one.number: one.state for one in self.there() if one.number in orders}

    # ---- what people see and do --------------------------------------------------------------------

    def there(self) -> list[Order]:
        """All that nobody has deleted."""
        return [one for one in self.all if not one.removed]

    def bill(self, order: Order) -> None:
        """The order becomes an invoice."""
        order.invoice, order.invoiced_on = f"5{order.number}", self.trouble.time.date()
        order.total = order.outstanding = order.net * VAT
        self._book(order, "sent")

    def pay(self, order: Order, left: Decimal) -> None:
        """Books a payment that leaves so much to pay, or takes one back."""
        order.outstanding = left
        order.paid_on = self.trouble.time.date() if left != order.total else None
        self._book(order, "paid" if left == ZERO else "")

    def credit(self, order: Order) -> None:
        """Credits all that is left to pay."""
        order.credited, order.outstanding = order.credited + order.outstanding, ZERO
        self._book(order, "settled")

    def _book(self, order: Order, what: str) -> None:
        order.was.add(what)
        self.booked.append((self.trouble.time, order.number))


@dataclass(slots=True)
class Erp:
    """The whole ERP, as the wiring is given it: each part meets trouble."""

    kept: Mapping[str, Keeper[Any]]
    register: Any
    orders: Any
    calls: int = 0

    def master_data(self, choices: MirrorChoices) -> Mapping[str, Keeper[Any]]:
        return self.kept

    def hour_register(self, choices: RegisterChoices) -> HourRegister:
        register: HourRegister = self.register
        return register

    def sales_orders(self, choices: UnitChoices) -> OrderChannel:
        orders: OrderChannel = self.orders
        return orders


def erp_of(kept: Mapping[str, Keeper[Any]], register: Register, orders: Orders, trouble: Trouble) -> Erp:
    """The ERP of these parts, each of whose calls may meet trouble."""
    return Erp(kept, Shaken(register, "register", trouble, "erp"), Shaken(orders, "orders", trouble, "erp"))
