"""Orders as a posting writes them: what a line is billed on is made in the ERP before the order that needs it first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from handoff.domain.errors import Rejected
from handoff.domain.periods import Period
from handoff.domain.posting import Posting, Receipt
from handoff.domain.sales import SalesItem, SalesOrderLine
from handoff.ports import LedgerDocument
from handoff.ports.sales import OrderChannel


@dataclass(frozen=True, slots=True)
class OrderWriter:
    """A `DocumentChannel` of orders that makes missing items by the way."""

    orders: OrderChannel

    @property
    def findable(self) -> bool:
        """As the orders are."""
        return self.orders.findable

    @property
    def reversible(self) -> bool:
        """As the orders are."""
        return self.orders.reversible

    @property
    def absence_delay(self) -> timedelta:
        """As the orders have it."""
        return self.orders.absence_delay

    def send(self, posting: Posting) -> Receipt:
        """Writes the order once; an item that can't be used is a definite no, before anything of it is written."""
        items = list(_items(posting.order.lines if posting.order is not None else ()))
        for number, fault in sorted(self.orders.missing_items(items).items()):
            if isinstance(fault, Rejected):
                raise Rejected(f"item {number}: {fault.message}", code=fault.code, field=number, cure=fault.cure)
            raise fault
        return self.orders.send(posting)

    def find(self, posting: Posting) -> Receipt | None:
        """As the orders are asked."""
        return self.orders.find(posting)

    def documents_of(self, period: Period) -> Iterator[LedgerDocument]:
        """As the orders are listed."""
        return self.orders.documents_of(period)


def _items(lines: Sequence[SalesOrderLine]) -> Iterator[SalesItem]:
    """What the lines are billed on, each once; raises Rejected where two lines want one item with different VAT."""
    wanted: dict[str, SalesOrderLine] = {}
    for line in lines:
        first = wanted.setdefault(line.item, line)
        if first.tax_group is None:
            wanted[line.item] = line
        elif line.tax_group not in (None, first.tax_group):
            raise Rejected(
                f"item {line.item} has one tax and accounting group, and its lines have two rates of VAT",
                code="vat_differs",
                field=line.item,
                cure="Give the work types or products that are billed with different VAT different codes.",
            )
    for number, line in sorted(wanted.items()):
        yield SalesItem(number, line.name, line.tax_group)
