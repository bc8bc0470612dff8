"""What is made of everything that goes wrong while orders are written, asked for and followed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import msgspec
import pytest

from handoff.domain.errors import (
    BrokenContract,
    DeliveryUnknown,
    HandoffError,
    InvalidInput,
    RateLimited,
    ReconnectNeeded,
    Rejected,
    Unreachable,
)
from handoff.domain.periods import Period
from handoff.ports.sales import OrderChannel
from tests.contract.business_nxt_erp import NxtErp
from tests.contract.business_nxt_orders import (
    KEY,
    UNITS,
    a_line,
    an_order,
    keyed,
    lines,
    orders_of,
    sent,
)
from tests.contract.test_business_nxt_trouble import Editing, erp_over

CREATE, DELETE = "order_create", "order_delete"
NOVEMBER = Period("2026-11")
BAD = a_line(external_id="row-2", item="UKJENT")


@pytest.fixture
def nxt() -> Iterator[NxtErp]:
    company = NxtErp()
    yield company
    company.close()


def asks(orders: OrderChannel) -> list[Callable[[], object]]:
    """A read of every sort."""
    return [
        lambda: orders.find(an_order()),
        lambda: list(orders.documents_of(NOVEMBER)),
        lambda: orders.touched(since=None, page=None),
        lambda: orders.states(["1001"]),
        orders.currencies,
    ]


def over(nxt: NxtErp, wire: httpx.BaseTransport) -> OrderChannel:
    return erp_over(nxt, wire).sales_orders(UNITS)


def found(nxt: NxtErp) -> str | None:
    receipt = orders_of(nxt).find(an_order())
    return None if receipt is None else receipt.number


# ---- lost answers --------------------------------------------------------------------------------


@pytest.mark.parametrize("done", [True, False])
def test_an_order_that_took_too_long_is_unknown_and_is_there_or_not(nxt: NxtErp, done: bool) -> None:
    nxt.goes_wrong(CREATE, kind="timeout", done=done)
    with pytest.raises(DeliveryUnknown):
        sent(nxt)
    assert (keyed(nxt), found(nxt)) == ((1, "1003") if done else (0, None))


@pytest.mark.parametrize(("kind", "there"), [("reset_before", 0), ("lost_after_commit", 1)])
def test_an_answer_that_is_lost_on_the_wire_is_unknown_and_can_be_asked_for(nxt: NxtErp, kind: str, there: int) -> None:
    nxt.breaks(kind, CREATE)
    with pytest.raises(DeliveryUnknown):
        sent(nxt)
    assert (keyed(nxt), found(nxt) is not None) == (there, bool(there))


@pytest.mark.parametrize("body", [b"<html></html>", b"[]", b'{"data": null}', b'{"data": {"useCompany": {}}}', b"\xff"])
def test_an_answer_that_is_none_is_unknown(nxt: NxtErp, body: bytes) -> None:
    nxt.breaks("status", CREATE, status=200, body=body.decode("latin-1"))
    with pytest.raises(DeliveryUnknown):
        sent(nxt)


def test_an_order_with_an_error_beside_it_is_there(nxt: NxtErp) -> None:
    nxt.goes_wrong(CREATE, kind="error", with_data=True)
    assert (sent(nxt), keyed(nxt)) == ("1003", 1)


def test_another_order_than_the_one_that_was_sent_is_not_taken_for_it(nxt: NxtErp) -> None:
    def swap(answer: Any) -> Any:
        for row in answer["data"]["useCompany"]["rows"]["items"]:
            row.update({"information6": "HOXXXXXXXXXXXXXXXX"} if "information6" in row else {})
        return answer

    with pytest.raises(DeliveryUnknown, match="came back for another one"):
        over(nxt, Editing(nxt, swap)).send(an_order())


def test_an_order_that_can_not_be_read_after_it_was_written_is_unknown(nxt: NxtErp) -> None:
    def spoil(answer: Any) -> Any:
        for row in answer["data"]["useCompany"]["rows"]["items"]:
            row.update({"orderNo": None} if "orderNo" in row else {})
        return answer

    with pytest.raises(DeliveryUnknown):
        over(nxt, Editing(nxt, spoil)).send(an_order())
    assert keyed(nxt) == 1


# ---- refusals ------------------------------------------------------------------------------------


def test_a_refused_order_is_told_in_the_vendors_words_with_the_column(nxt: NxtErp) -> None:
    with pytest.raises(Rejected, match="19999 does not exist in Associate") as caught:
        sent(nxt, an_order(customer="19999"))
    assert (caught.value.field, caught.value.code, keyed(nxt)) == ("customerNo", "refused", 0)
    nxt.goes_wrong(CREATE, kind="error", message="Perioden er\nstengt.")
    with pytest.raises(Rejected) as closed:
        sent(nxt)
    assert closed.value.message == "Perioden er stengt."


@pytest.mark.parametrize("half", [True, False])
def test_an_order_with_a_line_that_is_refused_is_not_left_there_without_it(half: bool) -> None:
    nxt = NxtErp(half_orders=half)
    with pytest.raises(Rejected, match="UKJENT does not exist in Product") as caught:
        sent(nxt, an_order(a_line(), BAD))
    assert (caught.value.code, caught.value.field, keyed(nxt), found(nxt)) == ("refused", "productNo", 0, None)
    assert len(lines(nxt, sent(nxt))) == 1
    nxt.close()


def test_a_part_of_an_order_that_can_not_be_deleted_is_told_with_its_number_and_never_adopted() -> None:
    nxt = NxtErp(half_orders=True)
    nxt.goes_wrong(DELETE, kind="error", message="Ikke tillatt.")
    with pytest.raises(Rejected, match="Order 1003 is there in part, and stays: Ikke tillatt") as caught:
        sent(nxt, an_order(a_line(), BAD))
    assert (caught.value.code, "Delete order 1003" in caught.value.cure) == ("half_order", True)
    with pytest.raises(BrokenContract, match="fewer lines"):
        orders_of(nxt).find(an_order(a_line(), BAD))
    nxt.close()


@pytest.mark.parametrize("step", [("order", "timeout"), (DELETE, "timeout")])
def test_where_nobody_can_tell_what_is_there_of_a_refused_order_it_is_unknown(step: tuple[str, str]) -> None:
    nxt = NxtErp(half_orders=True)
    nxt.goes_wrong(step[0], kind=step[1])
    with pytest.raises(DeliveryUnknown):
        sent(nxt, an_order(a_line(), BAD))
    nxt.close()


def test_a_whole_order_that_came_late_is_not_deleted_by_the_refusal_of_its_second_try(nxt: NxtErp) -> None:
    number = sent(nxt)
    nxt.goes_wrong(CREATE, kind="error", message="Perioden er stengt.")
    with pytest.raises(DeliveryUnknown, match=f"order {number} is there"):
        sent(nxt)
    assert (keyed(nxt), found(nxt)) == (1, number)


def test_a_column_that_is_not_there_is_told_and_nothing_is_guessed() -> None:
    nxt = NxtErp(missing_columns=["order.information6", "currency.isoCode"])
    with pytest.raises(Rejected) as caught:
        sent(nxt)
    assert caught.value.code == "currencies_unreadable"
    with pytest.raises(BrokenContract, match="information6"):
        orders_of(nxt).find(an_order())
    nxt.close()


# ---- access and limits ---------------------------------------------------------------------------


@pytest.mark.parametrize("close", ["revoke", "access"])
def test_a_company_that_lets_us_in_no_more_stops_the_connection(nxt: NxtErp, close: str) -> None:
    orders = orders_of(nxt)
    orders.currencies()
    nxt.company.control(close, **({"allowed": False} if close == "access" else {}))
    acts: list[Callable[[], object]] = [*asks(orders_of(nxt)), lambda: orders.send(an_order())]
    for act in acts:
        with pytest.raises(ReconnectNeeded) as caught:
            act()
        assert caught.value.cure
    assert keyed(nxt) == 0


@pytest.mark.parametrize(
    ("fault", "read", "write"),
    [
        ({"status": 401, "body": "<html>401 Authorization Required</html>", "times": 2}, ReconnectNeeded, None),
        ({"status": 403}, ReconnectNeeded, None),
        ({"status": 429}, RateLimited, None),
        ({"status": 502, "body": "<html>gateway</html>"}, Unreachable, DeliveryUnknown),
        ({"status": 200, "body": "<html></html>"}, BrokenContract, DeliveryUnknown),
    ],
)
def test_every_refusal_of_the_wire_has_its_class(
    nxt: NxtErp, fault: dict[str, Any], read: type[HandoffError], write: type[HandoffError] | None
) -> None:
    orders = orders_of(nxt)
    for ask in asks(orders):
        nxt.breaks("status", **fault)
        with pytest.raises(read) as caught:
            ask()
        assert type(caught.value) is read
    orders.currencies()
    nxt.breaks("status", CREATE, **fault)
    with pytest.raises(HandoffError) as refused:
        orders.send(an_order())
    assert type(refused.value) is (write or read)


def test_too_many_requests_at_once_are_waited_for_though_the_answer_is_200(nxt: NxtErp) -> None:
    orders = orders_of(nxt)
    orders.currencies()
    nxt.company.control("busy", requests=60)
    acts: list[Callable[[], object]] = [*asks(orders_of(nxt)), lambda: orders.send(an_order())]
    for act in acts:
        with pytest.raises(RateLimited) as caught:
            act()
        assert caught.value.retry_after == 30
    assert keyed(nxt) == 0


def test_currencies_that_can_not_be_asked_for_send_nothing(nxt: NxtErp) -> None:
    for kind, raised in (("reset_before", Unreachable), ("lost_after_commit", Unreachable)):
        nxt.breaks(kind, "currency(")
        with pytest.raises(raised):
            sent(nxt)
    nxt.goes_wrong("currency", kind="error")
    with pytest.raises(Rejected) as caught:
        sent(nxt)
    assert (caught.value.code, keyed(nxt)) == ("currencies_unreadable", 0)


def test_reads_that_took_too_long_are_read_again_later(nxt: NxtErp) -> None:
    for operation, ask in zip(
        ("order", "order", "customerTransaction", "orderLine", "currency"), asks(orders_of(nxt)), strict=True
    ):
        nxt.goes_wrong(operation, kind="timeout")
        with pytest.raises(Unreachable):
            ask()


# ---- rows ----------------------------------------------------------------------------------------


def spoiling(part: str, name: str, value: object) -> Callable[[Any], Any]:
    def spoil(answer: Any) -> Any:
        for row in answer["data"]["useCompany"].get(part, {}).get("items", []):
            row.update({name: value} if name in row else {})
        return answer

    return spoil


@pytest.mark.parametrize(
    ("part", "name"),
    [("heads", "orderPreferences"), ("lines", "quantity"), ("booked", "outstandingAmountDomestic")],
)
def test_an_order_with_a_row_that_can_not_be_read_is_not_half_told(nxt: NxtErp, part: str, name: str) -> None:
    number = sent(nxt)
    nxt.people.invoice_order(int(number))
    with pytest.raises(BrokenContract, match=name):
        over(nxt, Editing(nxt, spoiling(part, name, "mye"))).states([number])


def test_a_booking_without_a_readable_stamp_touches_its_order_all_the_same(nxt: NxtErp) -> None:
    number = sent(nxt)
    nxt.people.invoice_order(int(number))
    page = over(nxt, Editing(nxt, spoiling("rows", "changedTimestamp", "i går"))).touched(since=nxt.now, page=None)
    assert (list(page.orders), page.latest_change) == ([number], None)
    with pytest.raises(BrokenContract):
        over(nxt, Editing(nxt, spoiling("rows", "orderNo", "x"))).touched(since=nxt.now, page=None)


def test_an_order_of_a_month_that_can_not_be_read_stops_the_reading(nxt: NxtErp) -> None:
    sent(nxt)
    with pytest.raises(BrokenContract, match="information6"):
        list(over(nxt, Editing(nxt, spoiling("rows", "information6", {"a": 1}))).documents_of(NOVEMBER))


def test_a_mark_of_somebody_else_is_refused(nxt: NxtErp) -> None:
    with pytest.raises(InvalidInput):
        orders_of(nxt).touched(since=None, page="page 2")


def test_amounts_go_digit_by_digit_as_numbers(nxt: NxtErp) -> None:
    seen: list[bytes] = []

    class Listening(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            seen.append(request.read())
            return nxt.company.stand_in.transport().handle_request(request)

    over(nxt, Listening()).send(an_order())
    sent_line = next(body for body in seen if b"order_create" in body)
    assert b'"quantity":7.5,"priceInCurrency":1450.00' in sent_line
    order = msgspec.json.decode(sent_line)["variables"]["values"][0]
    assert list(order)[-1] == "orderLines"
    assert list(order).index("customerNo") < list(order).index("orgUnit2") < list(order).index("orgUnit1")
    assert list(order["orderLines"][0])[:2] == ["productNo", "description"]
    assert order["information6"] == KEY
