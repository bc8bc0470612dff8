"""How far orders in Business NXT have come: invoiced, paid, credited, changed by hand, gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from handoff.domain.sales import OrderState
from handoff.ports.sales import OrderPage
from tests.contract.business_nxt_erp import NxtErp
from tests.contract.business_nxt_orders import (
    KEY,
    a_credit_note,
    a_line,
    an_order,
    orders_of,
    sent,
)

NET, TOTAL, ZERO = Decimal("10875.00"), Decimal("13593.75"), Decimal(0)
INVOICED_ON, PAID_ON = date(2026, 11, 5), date(2026, 11, 12)


@pytest.fixture
def nxt() -> Iterator[NxtErp]:
    company = NxtErp()
    yield company
    company.close()


def state(nxt: NxtErp, number: str) -> OrderState:
    return orders_of(nxt).states([number])[number]


def invoiced(nxt: NxtErp, number: str) -> str:
    answer: str = nxt.company.control("invoice-order", orderNo=int(number))["invoiceNo"]
    return answer


def in_parts(nxt: NxtErp, number: str, *invoices: str) -> None:
    """A person invoiced the lines of an order one by one, as far as there are numbers."""
    company = nxt.people._company
    rows = company.rows("orderLine").where("orderNo", int(number))
    for line, invoice in zip(rows, invoices, strict=False):
        company.change("orderLine", line, {"invoiceNo": invoice, "unrealisedQuantity": Decimal(0)}, "x")


def pages(nxt: NxtErp, since: datetime | None = None) -> list[OrderPage]:
    found = [orders_of(nxt).touched(since=since, page=None)]
    while (mark := found[-1].next_page) is not None:
        found.append(orders_of(nxt).touched(since=since, page=mark))
    return found


# ---- one order on its way ------------------------------------------------------------------------


def test_an_order_that_waits_says_what_its_lines_come_to(nxt: NxtErp) -> None:
    number = sent(nxt)
    assert state(nxt, number) == OrderState(order=number, net=NET)


def test_a_finished_order_is_no_invoice_yet(nxt: NxtErp) -> None:
    """S8.3."""
    number = sent(nxt)
    nxt.company.control("finish-order", orderNo=int(number))
    assert not state(nxt, number).is_invoiced


def test_an_invoiced_order_has_the_invoices_number_day_and_amounts(nxt: NxtErp) -> None:
    """S8.3."""
    number = sent(nxt)
    invoice = invoiced(nxt, number)
    found = state(nxt, number)
    assert found == OrderState(
        order=number, net=NET, invoice=invoice, invoiced_on=INVOICED_ON, total=TOTAL, outstanding=TOTAL
    )
    assert (found.is_invoiced, found.is_settled, found.is_partly_paid) == (True, False, False)


def test_a_partial_payment_leaves_something_and_a_full_one_nothing(nxt: NxtErp) -> None:
    """S8.4."""
    number = sent(nxt)
    invoice = invoiced(nxt, number)
    nxt.company.control("payment", invoiceNo=invoice, amount="3593.75", date="2026-11-10")
    part = state(nxt, number)
    assert (part.total, part.outstanding, part.paid_on) == (TOTAL, Decimal(10000), date(2026, 11, 10))
    assert (part.is_settled, part.is_partly_paid) == (False, True)
    nxt.company.control("payment", invoiceNo=invoice, date="2026-11-12")
    full = state(nxt, number)
    assert (full.outstanding, full.paid_on, full.is_settled, full.is_partly_paid) == (ZERO, PAID_ON, True, False)


def test_an_entry_that_was_paid_late_and_stays_open_counts_as_paid() -> None:
    """S8.4."""
    nxt = NxtErp(late_paid_stay=True)
    number = sent(nxt)
    nxt.company.control("payment", invoiceNo=invoiced(nxt, number), date="2026-12-24")
    assert state(nxt, number).is_settled
    nxt.close()


def test_a_payment_that_is_too_much_settles_and_leaves_nothing(nxt: NxtErp) -> None:
    number = sent(nxt)
    nxt.company.control("payment", invoiceNo=invoiced(nxt, number), amount="20000")
    assert (state(nxt, number).outstanding, state(nxt, number).is_settled) == (ZERO, True)


def test_an_invoice_that_is_credited_is_settled_without_a_day_of_payment(nxt: NxtErp) -> None:
    """S8.4."""
    number = sent(nxt)
    invoice = invoiced(nxt, number)
    nxt.company.control("credit-note", invoiceNo=invoice, amount="1000")
    part = state(nxt, number)
    assert (part.credited, part.is_credited, part.is_partly_paid) == (Decimal(1000), False, True)
    nxt.company.control("credit-note", invoiceNo=invoice)
    whole = state(nxt, number)
    assert (whole.credited, whole.outstanding, whole.paid_on) == (TOTAL, ZERO, None)
    assert (whole.is_credited, whole.is_settled) == (True, True)


def test_a_credit_note_is_negative_and_settled_against_its_invoice(nxt: NxtErp) -> None:
    """S8.3."""
    first = sent(nxt)
    invoice = invoiced(nxt, first)
    note = sent(nxt, a_credit_note(invoice))
    assert state(nxt, note) == OrderState(order=note, net=-NET)
    number = invoiced(nxt, note)
    found = state(nxt, note)
    assert (found.invoice, found.net, found.total, found.outstanding) == (number, -NET, -TOTAL, ZERO)
    assert (found.is_settled, state(nxt, first).is_credited) == (True, True)


def test_a_credit_note_that_is_not_paid_back_is_open(nxt: NxtErp) -> None:
    note = sent(nxt, a_credit_note())
    invoiced(nxt, note)
    found = state(nxt, note)
    assert (found.total, found.outstanding, found.is_settled) == (-TOTAL, -TOTAL, False)


# ---- what people do ------------------------------------------------------------------------------


def test_an_order_that_a_person_changed_says_what_it_comes_to_now(nxt: NxtErp) -> None:
    number = sent(nxt, an_order(a_line(), a_line(external_id="row-2", quantity=Decimal(1))))
    nxt.company.control("edit", table="orderLine", key=[int(number), 1], changes={"quantity": 1})
    nxt.people.edit("orderLine", (int(number), 2), discountPercent1=Decimal("12.5"))
    assert state(nxt, number).net == Decimal("1450.00") + Decimal("1268.75")
    invoiced(nxt, number)
    assert state(nxt, number).total == Decimal("3398.44")


def test_an_order_that_is_deleted_is_not_in_the_answer(nxt: NxtErp) -> None:
    gone, there = sent(nxt), sent(nxt)
    nxt.company.control("delete", table="order", key=int(gone))
    assert set(orders_of(nxt).states([gone, there, "77", "no number"])) == {there}
    assert orders_of(nxt).states([]) == {}


def test_an_order_without_lines_comes_to_nothing_and_is_not_invoiced(nxt: NxtErp) -> None:
    number = sent(nxt)
    nxt.company.control("delete", table="orderLine", key=[int(number), 1])
    assert state(nxt, number) == OrderState(order=number, net=Decimal(0))


def test_an_order_that_is_delivered_in_parts_is_invoiced_with_the_last_of_them(nxt: NxtErp) -> None:
    """S8.3."""
    number = sent(nxt, an_order(a_line(), a_line(external_id="row-2", quantity=Decimal(1))))
    first, second = sent(nxt, an_order(key="HOAAAABBBBCCCC2222")), sent(nxt, an_order(key="HOAAAABBBBCCCC3333"))
    invoices = [invoiced(nxt, one) for one in (first, second)]  # their bookings stand for those of the two parts
    in_parts(nxt, number, invoices[0])
    assert not state(nxt, number).is_invoiced
    in_parts(nxt, number, *invoices)
    found = state(nxt, number)
    assert (found.invoice, found.total, found.outstanding) == (", ".join(invoices), 2 * TOTAL, 2 * TOTAL)
    nxt.company.control("payment", invoiceNo=invoices[0], amount="30000")
    assert (state(nxt, number).outstanding, state(nxt, number).is_settled) == (TOTAL, False)
    nxt.company.control("payment", invoiceNo=invoices[1], date="2026-11-12")
    assert (state(nxt, number).is_settled, state(nxt, number).paid_on) == (True, PAID_ON)


def test_two_orders_on_one_invoice_both_have_it(nxt: NxtErp) -> None:
    """S8.3."""
    first, second = sent(nxt), sent(nxt, an_order(key="HOAAAABBBBCCCC2222"))
    invoice = invoiced(nxt, first)
    in_parts(nxt, second, invoice)
    nxt.calls()
    found = orders_of(nxt).states([second])[second]
    assert (found.invoice, found.total, nxt.calls()) == (invoice, TOTAL, 2)


def test_an_invoice_that_is_printed_and_not_booked_is_waited_for(nxt: NxtErp) -> None:
    """S8.4."""
    number = sent(nxt)
    in_parts(nxt, number, "100777")
    assert state(nxt, number) == OrderState(order=number, net=NET)


# ---- many ----------------------------------------------------------------------------------------


def test_many_orders_are_one_call(nxt: NxtErp) -> None:
    numbers = [sent(nxt, an_order(a_line(), a_line(external_id="b"))) for _ in range(20)]
    for number in numbers:
        invoiced(nxt, number)
    nxt.calls()
    found = orders_of(nxt).states(numbers)
    assert (set(found), nxt.calls()) == (set(numbers), 1)
    assert all(one.is_invoiced for one in found.values())


def test_pages_of_lines_and_bookings_are_read_to_their_ends(nxt: NxtErp) -> None:
    numbers = [sent(nxt, an_order(a_line(), a_line(external_id="b"), a_line(external_id="c"))) for _ in range(5)]
    for number in numbers:
        nxt.company.control("payment", invoiceNo=invoiced(nxt, number))
    nxt.company.control("settings", page_max=4)
    found = orders_of(nxt).states(numbers)
    assert {one.net for one in found.values()} == {3 * NET}
    assert [found[number].is_settled for number in numbers] == [True] * 5


# ---- what was touched ----------------------------------------------------------------------------


def test_an_order_is_touched_when_it_is_invoiced_paid_and_credited(nxt: NxtErp) -> None:
    """S8.3, S8.4."""
    number, other = sent(nxt), sent(nxt, an_order(key="HOAAAABBBBCCCC2222"))
    (nothing,) = pages(nxt, nxt.now)
    assert (list(nothing.orders), nothing.latest_change) == ([], None)
    invoice = invoiced(nxt, number)
    for act, body in (("payment", {"amount": "100"}), ("credit-note", {"amount": "100"}), ("payment", {})):
        (page,) = pages(nxt, nxt.now)
        assert list(page.orders) == [number]
        nxt.later(minutes=10)
        (page,) = pages(nxt, nxt.now)
        assert list(page.orders) == []
        nxt.company.control(act, invoiceNo=invoice, **body)
    invoiced(nxt, other)
    (page,) = pages(nxt, nxt.now)
    assert list(page.orders) == [number, other]
    assert page.latest_change == nxt.now


def test_what_happened_in_the_hour_that_comes_twice_is_met(nxt: NxtErp) -> None:
    number = sent(nxt)
    nxt.company.now = nxt.now.replace(month=10, day=25, hour=0, minute=30)
    before = nxt.now
    invoiced(nxt, number)
    nxt.later(hours=1)
    assert [list(page.orders) for page in pages(nxt, before)] == [[number]]
    assert [list(page.orders) for page in pages(nxt, nxt.now)] == [[number]]  # the same time of day again


def test_a_whole_walk_meets_each_order_once_a_page_and_lets_changes_be_asked_for_from_then_on(nxt: NxtErp) -> None:
    numbers = [sent(nxt, an_order(key=KEY)) for _ in range(9)]
    for number in numbers:
        nxt.company.control("payment", invoiceNo=invoiced(nxt, number))
    nxt.company.control("settings", page_max=4)
    found = pages(nxt)
    assert len(found) == 5
    assert {number for page in found for number in page.orders} == set(numbers)
    assert all(len(set(page.orders)) == len(page.orders) for page in found)
    assert max(page.latest_change for page in found if page.latest_change) == nxt.now - timedelta(minutes=5)


def test_bookings_of_no_order_touch_none(nxt: NxtErp) -> None:
    invoice = invoiced(nxt, "1001")
    rows = nxt.people._company.rows("customerTransaction")
    for row in rows.where("invoiceNo", invoice):
        nxt.people._company.change("customerTransaction", row, {"orderNo": 0}, "x")
    assert [list(page.orders) for page in pages(nxt)] == [[]]
