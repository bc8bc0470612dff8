"""Follow orders: what happened to them in the ERP since the last look, handed on to the round trips of their invoices.

One call to the ERP finds all of a company's orders that were invoiced, paid or credited; nobody asks for one order at a
time. A night looks at all that are open: an order that was edited or deleted by hand tells of itself nowhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from handoff.domain.errors import Stale
from handoff.domain.master_data import Link
from handoff.domain.posting import DocumentKind, Posting
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.sales import OrderState, sales_invoice_from
from handoff.domain.staged import StagedRecord, State
from handoff.domain.trips import OrderFacts
from handoff.pipeline.billing.desk import BY_BILLING, InvoiceDesk
from handoff.pipeline.trips.begin import begin
from handoff.pipeline.trips.learn import seen
from handoff.ports import FeedCursor

ORDERS_AT_ONCE, OPEN_AT_ONCE = 500, 100
WITH_ORDERS = frozenset({State.POSTED, State.HELD, State.READY, State.FAILED, State.REVERSING})
"""Where an invoice may stand whose order is to be followed."""
FIRST_LOOK_BACK = timedelta(days=1)
"""A first look need not see what was invoiced before any order was ours."""


def begin_trips(desk: InvoiceDesk, counts: Counter[str], *, after: datetime) -> None:
    """Begins the round trip of every invoice that has become an order since then, and marks its hours with its number.

    An invoice that became another order, since a person took the first one out, is followed as that one. Told again
    after a crash, each step finds what it did before.
    """
    for record in _ordered(desk):
        if not record.history or record.history[-1].at >= after:
            _begin(desk, record, counts)


def _begin(desk: InvoiceDesk, record: StagedRecord, counts: Counter[str]) -> Posting | None:
    """The posting of an invoice's order, whose round trip has begun by now; None where there is no order yet."""
    posting = _posting_of(desk, record)
    if posting is None or posting.receipt is None:
        return None
    order, hours = posting.receipt.number, sales_invoice_from(record.body).hours
    link = desk.links.get(desk.flow, record.external_id)
    if link is not None and str(link.number) == order:
        mark_hours(desk, hours, order, counts)
        return posting
    begin(desk.trips, record.external_id, order)
    mark_hours(desk, hours, order, counts, anew=link is not None)
    # Last: whoever dies before it does all of this again.
    known = link or Link(desk.flow, record.external_id, int(order), "", "", b"")
    desk.links.save(replace(known, number=int(order)))
    counts["orders"] += 1
    return posting


def watch_orders(desk: InvoiceDesk, *, time_left: Callable[[], bool], counts: Counter[str]) -> bool:
    """What was invoiced, paid or credited since the last look; whether all was read. Raises as the ERP's reads do."""
    name = _cursor_of(desk)
    while True:
        state = desk.passes.load()
        cursor = state.cursors.get(name) or FeedCursor(since=desk.clock() - FIRST_LOOK_BACK)
        page = desk.orders.touched(since=cursor.since, page=cursor.next_page)
        # The list begins with the very instant that it ended with: what stood there is no news.
        is_old = page.latest_change is not None and page.latest_change == cursor.since
        news = [order for order in page.orders if not (is_old and order in cursor.keys)]
        _hand_on(desk, _ours(desk, news), counts)
        high = max(filter(None, (cursor.high_water, page.latest_change)), default=None)
        again = replace(cursor, next_page=page.next_page, high_water=high)
        if page.next_page is None:
            again = FeedCursor(since=high or cursor.since, walked=True, keys=tuple(page.orders) or cursor.keys)
        if again != cursor:
            try:
                desk.passes.save(replace(state, cursors={**state.cursors, name: again}))
            except Stale:
                continue  # somebody noted something: the page is read again, and tells nothing new
        if page.next_page is None:
            return True
        if not time_left():
            return False


def look_at_bookings(desk: InvoiceDesk, *, time_left: Callable[[], bool], counts: Counter[str]) -> bool:
    """What was invoiced, paid or credited since the last pass looked; whether all was read. The cursor stays.

    A pass may be making orders at this moment: an order that nobody has noted yet as one of ours, and that is invoiced
    at once, must be there for the pass that comes next.
    """
    cursor = desk.passes.load().cursors.get(_cursor_of(desk)) or FeedCursor(since=desk.clock() - FIRST_LOOK_BACK)
    mark = cursor.next_page
    while True:
        page = desk.orders.touched(since=cursor.since, page=mark)
        _hand_on(desk, _ours(desk, page.orders), counts)
        mark = page.next_page
        if mark is None:
            return True
        if not time_left():
            return False


def ask_again(desk: InvoiceDesk, order: str, *, is_gone: bool, counts: Counter[str]) -> bool:
    """Asks the ERP for one order; whether it was asked, which it is not for an order that nobody waits for.

    That there is none is believed only where it `is_gone` by the word of somebody besides: one that was made a moment
    ago may not be readable yet.
    """
    external_id = _ours(desk, [order]).get(order)
    trip = desk.trips.trips.get(desk.flow, external_id) if external_id else None
    if external_id is None or trip is None or trip.is_over or trip.order != order:
        return False
    states = desk.orders.states([order])
    if order in states or not is_gone:
        _tell(desk, {order: external_id}, states, counts)
    else:
        _hand(desk, external_id, None)
    return True


def look_at_open(desk: InvoiceDesk, *, after: str, time_left: Callable[[], bool], counts: Counter[str]) -> str | None:
    """All orders that are not paid, whatever became of their invoices: what was edited or deleted by hand, what no
    change told of, and hours that came into the register, or were corrected there, since they were billed.

    Gives the invoice behind which the next slice goes on; None after the last.
    """
    left = [record for record in _ordered(desk) if record.external_id > after]
    for start in range(0, len(left), OPEN_AT_ONCE):
        some = left[start : start + OPEN_AT_ONCE]
        begun = [(record, _begin(desk, record, counts)) for record in some]
        by_order = {one.receipt.number: (record, one) for record, one in begun if one is not None and one.receipt}
        states = desk.orders.states(list(by_order)) if by_order else {}
        for order, (record, posting) in by_order.items():
            if order not in states:
                _hand(desk, record.external_id, None)
            if record.state is State.POSTED:
                _compare(desk, order, record, posting, states.get(order))
        _tell(desk, {order: record.external_id for order, (record, _) in by_order.items()}, states, counts)
        if start + OPEN_AT_ONCE < len(left) and not time_left():
            return some[-1].external_id
    return None


def mark_hours(
    desk: InvoiceDesk, names: Sequence[str], order: str, counts: Counter[str], *, anew: bool = False
) -> None:
    """The order's number on the rows of its hours; hours whose rows are there are settled by it.

    `anew`: also of hours that another order of the same invoice had settled.
    """
    if desk.register is None or not names:
        return
    known = desk.staged.get_many(desk.hours, names)
    states = (State.POSTED, State.SETTLED) if anew else (State.POSTED,)
    waiting = [record for record in known.values() if record.state in states]
    if not waiting:
        return
    marked = desk.register.mark_billed(order, [record.external_id for record in waiting])
    now = desk.clock()
    settled = [
        record.move(State.SETTLED, by=BY_BILLING, at=now, why=f"order {order}")
        for record in waiting
        if record.external_id in marked and record.state is State.POSTED
    ]
    stale = desk.staged.save(settled) if settled else ()
    counts["billed"] += len(settled) - len(stale)


def _cursor_of(desk: InvoiceDesk) -> str:
    return f"{desk.integration.erp.id}:{desk.flow}"


def _ours(desk: InvoiceDesk, orders: Sequence[str]) -> Mapping[str, str]:
    """Those of them that are ours, with the ids of their invoices."""
    links = [desk.links.numbered(desk.flow, int(order)) for order in orders if order.isdecimal()]
    return {str(link.number): link.external_id for link in links if link is not None}


def _hand_on(desk: InvoiceDesk, invoices: Mapping[str, str], counts: Counter[str]) -> None:
    """How far these orders have come, by the ids of their invoices."""
    orders = sorted(invoices)
    for start in range(0, len(orders), ORDERS_AT_ONCE):
        states = desk.orders.states(orders[start : start + ORDERS_AT_ONCE])
        _tell(desk, invoices, states, counts)


def _tell(
    desk: InvoiceDesk, invoices: Mapping[str, str], states: Mapping[str, OrderState], counts: Counter[str]
) -> None:
    for order, state in states.items():
        external_id = invoices[order]
        if state.is_invoiced:
            _hand(desk, external_id, state)
            counts["followed"] += 1
        _settle(desk, external_id, state)


def _hand(desk: InvoiceDesk, external_id: str, state: OrderState | None) -> None:
    """Hands on how far an order has come, None for one that is gone; the same news twice does no harm."""
    seen(desk.trips, external_id, OrderFacts.of(state, today=desk.clock().date()))


def _settle(desk: InvoiceDesk, external_id: str, state: OrderState) -> None:
    """The record is settled once nothing is left to pay, and open again where a payment was taken back."""
    record = desk.staged.get(desk.flow, external_id)
    if record is None:
        return
    to = State.SETTLED if state.is_settled else State.POSTED
    if record.state not in (State.POSTED, State.SETTLED) or record.state is to:
        return
    how = "credited" if state.is_credited else f"paid on {state.paid_on}" if state.paid_on else "paid"
    why = f"invoice {state.invoice} {how}" if state.is_settled else f"invoice {state.invoice} is open again"
    desk.staged.save([record.move(to, by=BY_BILLING, at=desk.clock(), why=why)])


def _compare(desk: InvoiceDesk, order: str, record: StagedRecord, posting: Posting, state: OrderState | None) -> None:
    """Tells a person where an order is worth something else than its invoice; closes what is over."""
    now = posting.amount if state is None else state.net
    told = f"{posting.amount} {posting.currency} when it was made, and {now} {posting.currency} now"
    edited = Problem(ProblemCode.ORDER_EDITED, f"Order {order} was worth {told}.")
    differs = now != posting.amount and edited.id not in desk.believed(desk.flow)
    stays = tuple(one for one in record.problems if one.code is not edited.code)
    wanted = (*stays, edited) if differs else stays
    if wanted == record.problems:
        return
    for problem in record.problems:
        if problem not in wanted:
            desk.problems.clear(problem, {record.external_id})
    if differs:
        desk.problems.report(edited, flow=desk.flow, external_ids={record.external_id}, at=desk.clock())
    desk.staged.save([replace(record, problems=wanted)])


def _ordered(desk: InvoiceDesk) -> Sequence[StagedRecord]:
    """Invoices that became orders and are not paid, by id: also those that a person is asked about since."""
    records = desk.staged.every(desk.flow, period=None, states=WITH_ORDERS)
    return sorted((record for record in records if _key_of(record)), key=lambda record: record.external_id)


def _key_of(record: StagedRecord) -> str:
    """The key of the posting that its order came from; empty without one."""
    known = [one.key for one in record.in_the_books() if one.kind == DocumentKind.SALES_ORDER]
    return known[-1] if known else ""


def _posting_of(desk: InvoiceDesk, record: StagedRecord) -> Posting | None:
    key = _key_of(record)
    return desk.postings.get(key) if key else None
