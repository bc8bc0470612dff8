"""Business NXT's signed webhooks, from the stand-in into the real receive use case, and on to the worker's hints."""

from __future__ import annotations

import base64
from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest

from handoff.domain.hooks import HookAddress, HookTarget, SealedKey
from handoff.domain.staged import State
from handoff.pipeline.live.hint_step import HintStep
from handoff.pipeline.live.receive import Receipt, Receiver
from handoff.storage.hooks import digest_of
from handoff.wiring.performer import StepPerformer
from handoff.wiring.webhooks import STATUS, delivery_of, hook_of
from sandbox import lumipolku as house
from sandbox.business_nxt.access import LUMIPOLKU_COMPANY_NO
from sandbox.deliveries import Delivery
from tests.fakes import FakeQueue
from tests.lumipolku import NIGHTLY, START
from tests.lumipolku_billing import BILLED, Company
from tests.unit.pipeline.live.receiving import Store

HOOK, TOKEN, KEY = "business-nxt.table_change", "canary-token", "canary-signature-key"
TABLES = ("order", "orderLine", "customerTransaction", "associate", "product", "orgUnit2")
PATIENCE_SECONDS = 10


class Told(Company):
    """Lumipolku with a webhook address in Business NXT, whose company tells of all these tables."""

    def __init__(self, *, key: str = KEY, at_the_vendor: str = KEY) -> None:
        self.deliveries: list[Delivery] = []
        self.receipts: Counter[Receipt] = Counter()
        self.store, self.queue, self.requests = Store(), FakeQueue(self.clock), 0
        super().__init__(BILLED)
        self.store.addresses[HOOK] = HookAddress(
            id=HOOK,
            vendor="business_nxt",
            hook="table_change",
            connection_id="business-nxt",
            targets=(HookTarget(house.INTEGRATION_ID, "business-nxt"),),
            digest=digest_of(TOKEN),
            made_at=START,
            renewed_at=START,
            account=str(LUMIPOLKU_COMPANY_NO),
            signing=SealedKey(b"", key.encode(), START) if key else None,
        )
        for table in TABLES:
            self.nxt.vendor.webhooks.subscribe(LUMIPOLKU_COMPANY_NO, table, "http://127.0.0.1:9/hooks", at_the_vendor)

    # ---- what AWS does -----------------------------------------------------------------------

    def delivered(self, delivery: Delivery) -> int:
        """A request as API Gateway hands it over, taken in."""
        self.deliveries.append(delivery)
        return STATUS[self.takes_in(delivery)]

    def takes_in(self, delivery: Delivery, *, is_base64: bool = False) -> Receipt:
        self.requests += 1
        body = base64.b64encode(delivery.body) if is_base64 else delivery.body
        event = {
            "pathParameters": {"tenant_id": house.TENANT_ID, "hook_id": HOOK, "token": TOKEN},
            "headers": {name.title(): value for name, value in delivery.headers.items()},
            "body": body.decode(),
            "isBase64Encoded": is_base64,
            "requestContext": {
                "requestId": f"request-{self.requests}",
                "requestTimeEpoch": int(self.now.timestamp() * 1000),
            },
        }
        receipt = Receiver(lambda _: self.store, hook_of, self.queue).receive(delivery_of(event))
        self.receipts[receipt] += 1
        return receipt

    def webhooks_arrive(self) -> None:
        """Lets what is on its way arrive, and the worker work its hints a second later, one by one."""
        assert self.nxt.vendor.webhooks.deliveries.wait_until_idle(PATIENCE_SECONDS)
        self.later(seconds=1)
        while (message := self.queue.take()) is not None:
            step = HintStep.model_validate_json(message.body)
            outcome = StepPerformer(self.shop()).look(step, lambda: True)
            assert (outcome.wait_seconds, outcome.then) == (None, None)
        self.messages_arrive()

    def forgets(self) -> None:
        """What was told until now is nobody's business."""
        self.webhooks_arrive()
        self.deliveries.clear()
        self.receipts.clear()

    # ---- what is to be seen ------------------------------------------------------------------

    def asked(self) -> int:
        """How many questions Business NXT was asked."""
        return sum(count for name, count in self.nxt.calls().items() if "graphql" in name)

    def an_order(self, project: str = "Satamalogistiikka") -> tuple[str, int]:
        """An invoice that became an order, and the order's number; whatever was told of that is over."""
        self.works(project)
        invoice = self.bills(project)
        self.a_pass()
        self.messages_arrive()
        self.forgets()
        self.later(minutes=1)
        return invoice, int(self.orders()[-1]["orderNo"])


@pytest.fixture
def company() -> Told:
    return Told()


# ---- sent and paid -------------------------------------------------------------------------------


def test_an_invoiced_order_makes_the_invoice_sent_and_a_payment_paid_without_a_pass(company: Told) -> None:
    """S8.3, S8.4."""
    invoice, order = company.an_order()
    runs = dict(company.runs)

    number = company.erp.invoice_order(order)
    company.webhooks_arrive()
    assert company.status(invoice) == house.SENT
    company.later(minutes=1)
    company.erp.pay(number, Decimal(100))
    company.webhooks_arrive()
    assert company.status(invoice) == house.SENT
    company.later(minutes=1)
    company.erp.pay(number)
    company.webhooks_arrive()

    assert company.status(invoice) == house.PAID
    assert company.record("invoices", invoice).state is State.SETTLED
    assert company.machine.running == 0
    assert company.runs == runs


def test_what_webhooks_told_the_pass_finds_again_and_tells_nothing_twice(company: Told) -> None:
    """A hint moves no cursor: the pass reads what the hint read."""
    invoice, order = company.an_order()
    before = company.shop().shelf.passes_of("invoices").load()
    number = company.erp.invoice_order(order)
    company.webhooks_arrive()
    assert company.shop().shelf.passes_of("invoices").load() == before
    trip = company.shop().shelf.trips.get("invoices", invoice)

    company.a_pass()
    company.messages_arrive()
    assert company.shop().shelf.trips.get("invoices", invoice) == trip
    company.erp.pay(number)
    company.a_pass()
    company.messages_arrive()
    assert company.status(invoice) == house.PAID


def test_events_that_come_twice_and_out_of_order_tell_each_thing_once(company: Told) -> None:
    invoice, order = company.an_order()
    number = company.erp.invoice_order(order)
    company.erp.pay(number)
    assert company.nxt.vendor.webhooks.deliveries.wait_until_idle(PATIENCE_SECONDS)
    company.store.kept.clear()
    company.queue = FakeQueue(company.clock)
    for delivery in [*reversed(company.deliveries), *company.deliveries]:
        assert company.takes_in(delivery) in (Receipt.QUEUED, Receipt.IGNORED)
    company.webhooks_arrive()

    assert company.status(invoice) == house.PAID
    told = {(event.id, event.is_named) for event in company.store.kept.values()}
    assert len(told) == len(company.store.kept)
    assert len({name for name, _ in told}) == len(told)


def test_a_body_that_the_gateway_hands_over_in_base64_is_as_good(company: Told) -> None:
    _, order = company.an_order()
    company.erp.invoice_order(order)
    assert company.nxt.vendor.webhooks.deliveries.wait_until_idle(PATIENCE_SECONDS)
    (booked,) = [one for one in company.deliveries if b'"CustomerTransaction"' in one.body]
    assert company.takes_in(booked, is_base64=True) is Receipt.QUEUED


# ---- who may not send ----------------------------------------------------------------------------


@pytest.mark.parametrize(("ours", "theirs"), [(KEY, "another-signature-key"), ("", KEY)])
def test_what_is_signed_with_another_key_or_where_none_was_entered_brings_about_nothing(ours: str, theirs: str) -> None:
    company = Told(key=ours, at_the_vendor=theirs)
    invoice, order = company.an_order()
    before = company.asked()
    company.erp.invoice_order(order)
    company.webhooks_arrive()

    assert set(company.receipts) == {Receipt.UNKNOWN}
    assert not company.store.kept
    assert company.asked() == before
    assert company.status(invoice) == house.TO_TRANSFER
    company.a_pass()
    company.messages_arrive()
    assert company.status(invoice) == house.SENT


def test_the_changes_of_another_company_are_ignored(company: Told) -> None:
    _, order = company.an_order()
    address = company.store.addresses[HOOK]
    company.store.addresses[HOOK] = replace(address, account="1")
    company.erp.invoice_order(order)
    company.webhooks_arrive()
    assert set(company.receipts) == {Receipt.IGNORED}


# ---- what is asked -------------------------------------------------------------------------------


def test_master_data_leads_to_nothing_and_the_hourly_pass_finds_it(company: Told) -> None:
    company.forgets()
    before = company.asked()
    company.erp.edit("orgUnit2", 4, name="Satamalogistiikka II")
    company.erp.add("product", productNo="UUSI-1", description="Uusi tuote")
    company.webhooks_arrive()
    assert set(company.receipts) == {Receipt.IGNORED}
    assert company.asked() == before


def test_a_burst_of_events_asks_once_for_bookings_and_once_for_each_order(company: Told) -> None:
    """Bulk processing tells of each row: its events wait in one group, and the first look answers for all of them."""
    first, one = company.an_order()
    second, two = company.an_order("Tuulipuiston kannattavuus")
    for order in (one, two):
        company.erp.pay(company.erp.invoice_order(order))
    assert company.nxt.vendor.webhooks.deliveries.wait_until_idle(PATIENCE_SECONDS)
    for number, delivery in enumerate(company.deliveries * 20):
        headers = {**delivery.headers, "x-vwd-event-id": f"another-event-{number}"}
        company.takes_in(replace(delivery, headers=headers))
    assert len(company.queue.messages) >= 200
    before = company.asked()
    company.webhooks_arrive()

    assert company.status(first) == company.status(second) == house.PAID
    assert company.asked() - before <= 2 + 2  # bookings and their orders' states, then each order at most once


def test_orders_that_are_not_ours_are_not_asked_for(company: Told) -> None:
    company.an_order()
    theirs = company.erp.add("order", customerNo=company.orders()[-1]["customerNo"])
    company.erp.edit("order", theirs["orderNo"], yourReference="Puhelimessa")
    before = company.asked()
    company.webhooks_arrive()
    assert company.receipts[Receipt.QUEUED]
    assert company.asked() == before


def test_a_deleted_order_is_told_at_once(company: Told) -> None:
    invoice, order = company.an_order()
    company.erp.delete("order", order)
    company.webhooks_arrive()
    assert any(f"Order {order} is not in the ERP any more" in one for one in company.inbox())
    assert company.machine.running == 0
    assert company.record("invoices", invoice).state is State.POSTED


def test_a_deletion_that_is_only_said_is_not_believed(company: Told) -> None:
    """The order is read again, and it is there."""
    invoice, order = company.an_order()
    company.erp.edit("order", order, yourReference="Puhelimessa")
    assert company.nxt.vendor.webhooks.deliveries.wait_until_idle(PATIENCE_SECONDS)
    step = HintStep.model_validate_json(company.queue.messages[-1].body)
    StepPerformer(company.shop()).look(step.model_copy(update={"kind": "erp_order_gone"}), lambda: True)
    assert company.inbox() == Told().inbox()
    trip = company.shop().shelf.trips.get("invoices", invoice)
    assert trip is not None
    assert not trip.known.gone


def test_an_order_that_can_not_be_read_yet_is_not_taken_for_deleted(company: Told) -> None:
    invoice, order = company.an_order()
    company.erp.edit("order", order, yourReference="Puhelimessa")
    assert company.nxt.vendor.webhooks.deliveries.wait_until_idle(PATIENCE_SECONDS)
    rows = company.nxt.vendor.company_of(LUMIPOLKU_COMPANY_NO).rows("order")
    rows.remove(company.erp.row("order", order))
    company.webhooks_arrive()
    trip = company.shop().shelf.trips.get("invoices", invoice)
    assert trip is not None
    assert not trip.known.gone


def test_what_is_told_of_an_order_before_it_is_noted_as_ours_is_found_by_the_next_pass(company: Told) -> None:
    """Somebody invoices an order while the pass that made it still runs: a hint reads it, and passes its cursor by."""
    company.works()
    invoice = company.bills()
    shop = company.shop()
    links, number = shop.shelf.links, ""
    company.a_pass()
    link = links.get("invoices", invoice)
    assert link is not None
    trip = shop.shelf.trips.get("invoices", invoice)
    assert trip is not None
    forgotten = company.memory.part("links", house.TENANT_ID, house.INTEGRATION_ID).pop(("invoices", invoice))
    number = company.erp.invoice_order(link.number)
    company.webhooks_arrive()
    assert number
    assert company.status(invoice) == house.TO_TRANSFER
    company.memory.part("links", house.TENANT_ID, house.INTEGRATION_ID)["invoices", invoice] = forgotten
    company.a_pass()
    company.messages_arrive()
    assert company.status(invoice) == house.SENT


# ---- faults --------------------------------------------------------------------------------------


def test_while_invoices_are_switched_off_a_hint_calls_nobody(company: Told) -> None:
    _, order = company.an_order()
    company.changes(invoices={"on": False})
    company.erp.invoice_order(order)
    before = company.asked()
    company.webhooks_arrive()
    assert company.asked() == before


def test_a_hint_that_meets_a_busy_vendor_comes_again(company: Told) -> None:
    _, order = company.an_order()
    company.erp.invoice_order(order)
    assert company.nxt.vendor.webhooks.deliveries.wait_until_idle(PATIENCE_SECONDS)
    company.later(seconds=1)
    step = HintStep.model_validate_json(company.queue.messages[-1].body)
    company.nxt.vendor.house.mishaps.add({"operation": "customerTransaction", "kind": "timeout"})
    outcome = StepPerformer(company.shop()).look(step, lambda: True)
    assert outcome.wait_seconds
    assert StepPerformer(company.shop()).look(step, lambda: True).wait_seconds is None


def test_a_refused_sign_in_stops_the_connection_and_hints_wait_for_the_pass(company: Told) -> None:
    _, order = company.an_order()
    company.nxt.vendor.revoke()
    company.erp.invoice_order(order)
    company.later(hours=2)
    company.webhooks_arrive()
    assert company.shop().integration.erp.stopped


# ---- secrets -------------------------------------------------------------------------------------


def test_the_key_is_in_no_item_message_or_log_line(
    company: Told, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    _, order = company.an_order()
    company.erp.pay(company.erp.invoice_order(order))
    company.webhooks_arrive()
    company.a_pass(NIGHTLY)
    everything = [repr(company.memory.parts), repr(company.store.kept), repr(company.store.addresses), caplog.text]
    everything += [repr(event.body) for event in company.store.kept.values()]
    everything += [message.body for message in company.queue.messages]
    captured = capsys.readouterr()
    shown = "".join([*everything, captured.out, captured.err])
    assert company.store.kept
    assert KEY not in shown
    assert TOKEN not in shown
