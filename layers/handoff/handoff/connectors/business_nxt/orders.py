"""Sales orders in Business NXT: written once with their lines, found again by our key, followed until they are paid.

Source: Business NXT, order: a head with nested lines is one insert; there is no idempotency key (Idempotency), so the
posting's key travels in a free text of the head. An order that nobody finishes is a draft that people look at, change
and invoice by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from handoff.connectors.business_nxt.answers import ROWS
from handoff.connectors.business_nxt.assumed import PAGE_SIZE
from handoff.connectors.business_nxt.client import NxtClient, Operation
from handoff.connectors.business_nxt.config import TITLE
from handoff.connectors.business_nxt.documents import orders as documents
from handoff.connectors.business_nxt.items import Items
from handoff.connectors.business_nxt.order_rows import CURRENCIES, FOUND, KEYED, ZERO, FoundRow, KeyedRow, day_number
from handoff.connectors.business_nxt.order_states import OrderReader
from handoff.connectors.business_nxt.order_values import OrderValues
from handoff.connectors.business_nxt.rows import after_create, after_delete, read_back
from handoff.connectors.business_nxt.values import Value
from handoff.connectors.document_text import key_in
from handoff.domain.errors import BrokenContract, DeliveryUnknown, HandoffError, Rejected
from handoff.domain.periods import Period, first_day, last_day
from handoff.domain.posting import DocumentKind, Posting, Receipt
from handoff.domain.sales import OrderState, SalesItem, SalesOrder, UnitChoices
from handoff.ports import LedgerDocument, LedgerLine
from handoff.ports.sales import OrderPage

WHAT = "orders"
OUR_KEYS = "HO%"
OPEN, INVOICED = "open", "invoiced"
FOUND_MAX = 10
"""More orders with one key than there can be."""


class Orders:
    """The sales orders of one company: implements `OrderChannel`. Currencies are looked up once."""

    def __init__(
        self, client: NxtClient, choices: UnitChoices, *, now: Callable[[], datetime], absence_delay: timedelta
    ) -> None:
        self._client = client
        self._values = OrderValues(choices)
        self._now = now
        self._absence_delay = absence_delay
        self._items = Items(client)
        self._reader = OrderReader(client, now)
        self._currencies: Mapping[str, int] | None = None

    @property
    def findable(self) -> bool:
        """The key stands in a text of the head."""
        return True

    @property
    def reversible(self) -> bool:
        """An order is an offer to invoice: people change or delete it, or credit its invoice."""
        return False

    @property
    def absence_delay(self) -> timedelta:
        """How long a write whose answer was lost may still be carried out."""
        return self._absence_delay

    def send(self, posting: Posting) -> Receipt:
        """Writes the order with its lines in one call, after one for the currencies.

        Raises Rejected `unknown_currency`, `number_unfit`, `item_missing` before anything is sent. An order that is
        refused for one of its lines may be there without it (whether it can is not documented): it is looked for and
        deleted again; `half_order` where that is refused, DeliveryUnknown where nobody can tell.
        """
        order = _order_of(posting)
        values = self._values.of(order, self._currency(order.currency))
        (answer,) = self._client.change([Operation(documents.CREATE, {"values": [values]})], what=WHAT)
        if isinstance(answer, HandoffError):
            raise answer
        row = read_back(after_create(answer, ROWS, 1, WHAT)[0], FOUND, lambda row: row)
        if isinstance(row, Rejected):
            self._take_back(order, row)
            raise row
        if isinstance(row, HandoffError):
            raise row
        if row.information6 != order.key:
            raise DeliveryUnknown(f"{TITLE} {WHAT}: order {row.order_no} came back for another one")
        return self._receipt(row.order_no, adopted=False)

    def find(self, posting: Posting) -> Receipt | None:
        """Asks for the key, in one call; of several the first.

        Raises BrokenContract `half_order` for an order that has fewer lines than it was sent with: it is not adopted.
        """
        found = self._with_key(posting.key)
        if not found:
            return None
        first = found[0]
        if _is_half(first, _order_of(posting)):
            raise BrokenContract(
                f"{TITLE}: order {first.order_no} ({posting.key}) has fewer lines than it was sent with",
                code="half_order",
                field="orderNo",
                cure=f"Delete order {first.order_no} in {TITLE}: it is made anew.",
            )
        return self._receipt(first.order_no, adopted=True)

    def documents_of(self, period: Period) -> Iterator[LedgerDocument]:
        """The orders of the month that carry a key of ours, each with one line: what its lines come to now.

        Two calls for 500 of them, and more where they have more than 500 lines. A credit note counts negative.
        """
        after: Value = 0
        days = {"from": day_number(first_day(period)), "to": day_number(last_day(period))}
        while after is not None:
            asked = {"keys": OUR_KEYS, **days, "after": after, "first": PAGE_SIZE}
            answer = self._client.ask(documents.OF_DAYS, asked, what=WHAT)
            table = answer.table(ROWS, WHAT)
            rows, broken = KEYED.read(table, answer.about(ROWS), lambda row: row)
            if broken:
                text = f"{TITLE} {WHAT} {broken[0].external_id}, field {broken[0].field}: {broken[0].fault}"
                raise BrokenContract(text, field=WHAT)
            yield from self._documents(rows, period)
            after = KEYED.last_key(table)

    def missing_items(self, items: Sequence[SalesItem]) -> Mapping[str, HandoffError]:
        """Makes the products that are not there; see `Items.missing`."""
        return self._items.missing(items)

    def currencies(self) -> Sequence[str]:
        """The ISO codes of the company's currencies: one call, once."""
        return sorted(self._currency_numbers())

    def touched(self, *, since: datetime | None, page: str | None) -> OrderPage:
        """Orders that something was booked for; see `OrderReader.touched`."""
        return self._reader.touched(since=since, page=page)

    def states(self, orders: Sequence[str]) -> Mapping[str, OrderState]:
        """How far each has come; see `OrderReader.states`."""
        return self._reader.states(orders)

    def _documents(self, rows: Sequence[KeyedRow], period: Period) -> Iterator[LedgerDocument]:
        ours = [(row, key) for row in rows if (key := key_in(row.information6)) is not None]
        lines = self._reader.lines_of([row.order_no for row, _ in ours]) if ours else {}
        for row, key in ours:
            net = row.sign * sum((line.net for line in lines.get(row.order_no, ())), ZERO)
            yield LedgerDocument(
                key=key,
                number=str(row.order_no),
                kind=DocumentKind.SALES_ORDER,
                period=period,
                status=INVOICED if row.invoice_date else OPEN,
                lines=[LedgerLine(external_id="", hours=ZERO, amount=net)],
            )

    def _with_key(self, key: str) -> list[FoundRow]:
        answer = self._client.ask(documents.BY_KEY, {"key": key, "first": FOUND_MAX}, what=WHAT)
        rows, broken = FOUND.read(answer.table(ROWS, WHAT), answer.about(ROWS), lambda row: row)
        if broken:
            raise BrokenContract(f"{TITLE} {WHAT} {broken[0].external_id}: {broken[0].fault}", field=WHAT)
        return [row for row in rows if row.information6 == key]  # filters may not tell capitals from small letters

    def _take_back(self, order: SalesOrder, refusal: Rejected) -> None:
        """Deletes what is there of a refused order; one that is there whole is another write's, and stays."""
        try:
            there = self._with_key(order.key)
        except HandoffError as error:
            raise DeliveryUnknown(f"{TITLE} {WHAT}: {refusal.message}; what is there can't be seen") from error
        for half in there:
            if not _is_half(half, order):
                raise DeliveryUnknown(f"{TITLE} {WHAT}: {refusal.message}; and order {half.order_no} is there")
            ours = {"_and": [{"orderNo": {"_eq": half.order_no}}, {"information6": {"_eq": order.key}}]}
            (answer,) = self._client.change([Operation(documents.DELETE, {"filter": ours})], what=WHAT)
            fault = after_delete(answer, ROWS, 1, WHAT)
            if isinstance(fault, Rejected):
                raise Rejected(
                    f"{refusal.message} Order {half.order_no} is there in part, and stays: {fault.message}",
                    code="half_order",
                    field=refusal.field,
                    cure=f"Delete order {half.order_no} in {TITLE}, then correct what the answer names.",
                ) from fault
            if fault is not None:
                raise DeliveryUnknown(f"{TITLE} {WHAT}: {refusal.message}; order {half.order_no}") from fault

    def _currency(self, code: str) -> int:
        """The number of a currency; raises Rejected for one that the company doesn't know, and as reads do.

        Where the table can't be read, nothing can be ordered before a person has looked.
        """
        try:
            numbers = self._currency_numbers()
        except BrokenContract as error:
            raise Rejected(error.message, code="currencies_unreadable", field="currency", cure=error.cure) from error
        if code.upper() not in numbers:
            raise Rejected(
                f"{TITLE} has no currency with the code '{code}'",
                code="unknown_currency",
                field="currency",
                cure="Add the currency's ISO code in Business NXT's table of currencies, then retry the problem.",
            )
        return numbers[code.upper()]

    def _currency_numbers(self) -> Mapping[str, int]:
        if self._currencies is None:
            answer = self._client.ask(documents.CURRENCIES, {"first": PAGE_SIZE}, what=CURRENCIES.what)
            rows, _ = CURRENCIES.read(answer.table(ROWS, CURRENCIES.what), answer.about(ROWS), lambda row: row)
            codes = [((row.iso_code or "").strip().upper(), row.currency_no) for row in rows]
            self._currencies = {code: number for code, number in reversed(codes) if code}
        return self._currencies

    def _receipt(self, number: int, *, adopted: bool) -> Receipt:
        # Business NXT has no address of an order that people could follow.
        return Receipt(number=str(number), url="", at=self._now(), adopted=adopted)


def _is_half(row: FoundRow, order: SalesOrder) -> bool:
    """Whether an order has fewer lines than it was sent with."""
    return row.lines is None or row.lines.total_count < len(order.lines)


def _order_of(posting: Posting) -> SalesOrder:
    if posting.order is None:
        raise ValueError(f"posting {posting.key} has no order")
    return posting.order
