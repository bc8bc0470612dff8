"""The Business NXT stand-in tells of changed rows, by their keys, signed."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator

import pytest

from sandbox.business_nxt import SIGNATURE_KEY, stand_in
from tests.contract.business_nxt_company import HOOK, NxtCompany


@pytest.fixture
def nxt() -> Iterator[NxtCompany]:
    company = NxtCompany()
    yield company
    company.close()


def told(nxt: NxtCompany) -> list[tuple[str, str, list[object]]]:
    return [(one["tableIdentifier"], one["event"], one["primaryKeys"]) for one in nxt.arrived()]


def test_a_change_is_told_by_table_key_and_timestamp_without_data(nxt: NxtCompany) -> None:
    nxt.hook("orgUnit2")
    nxt.vendor.people.edit("orgUnit2", 1001, name="Nytt navn")
    assert nxt.arrived() == [
        {
            "tableIdentifier": "OrgUnit2",
            "customerNo": 4_711_001,
            "companyNo": 9_112_001,
            "event": "UPDATE",
            "primaryKeys": [{"OrgUnit2No": 1001}],
            "changedColumns": [{"ChangedTimestamp": "2026-11-05T12:00:00"}],
        }
    ]


def test_a_deletion_carries_its_time_in_utc(nxt: NxtCompany) -> None:
    nxt.hook("product")
    nxt.do('product_delete(filter: {productNo: {_eq: "DIETT"}}) { affectedRows }')
    (event,) = nxt.arrived()
    assert (event["event"], event["primaryKeys"]) == ("DELETE", [{"ProductNo": "DIETT"}])
    assert event["timestamp"] == "2026-11-05T11:00:00.0000000Z"
    assert "changedColumns" not in event


def test_the_signature_is_an_hmac_over_the_raw_body(nxt: NxtCompany) -> None:
    nxt.hook("associate")
    nxt.do('associate_create(values: [{name: "Blåbær AS"}]) { affectedRows }')
    assert nxt.arrived()
    (delivery,) = nxt.received
    digest = hmac.new(SIGNATURE_KEY.encode(), delivery.body, hashlib.sha256).digest()
    assert delivery.headers["x-vwd-signature-v1"] == base64.b64encode(digest).decode()
    assert {"x-vwd-event-id", "x-vwd-notification-id", "x-vwd-subscription-id"} <= set(delivery.headers)
    assert (delivery.url, delivery.content_type) == (HOOK, "application/json")


def test_the_applications_own_writes_come_back_and_composite_keys_are_several_objects(nxt: NxtCompany) -> None:
    nxt.hook("order", "orderLine")
    nxt.do(
        'order_create(values: [{customerNo: 10001, orderLines: [{productNo: "KM", priceInCurrency: 4, quantity: 2}]}]) { affectedRows }'
    )
    assert told(nxt) == [
        ("Order", "INSERT", [{"OrderNo": 1003}]),
        ("OrderLine", "INSERT", [{"OrderNo": 1003}, {"LineNo": 1}]),
        ("Order", "UPDATE", [{"OrderNo": 1003}]),
    ]


def test_an_invoice_and_its_payment_are_told_of_by_the_tables_that_they_touch(nxt: NxtCompany) -> None:
    nxt.hook("customerTransaction", "openCustomerEntry")
    number = nxt.vendor.people.invoice_order(1001)
    nxt.vendor.people.pay(number)
    assert [(table, event) for table, event, _ in told(nxt)] == [
        ("CustomerTransaction", "INSERT"),
        ("OpenCustomerEntry", "INSERT"),
        ("CustomerTransaction", "INSERT"),
        ("CustomerTransaction", "UPDATE"),
        ("OpenCustomerEntry", "DELETE"),
    ]


def test_nothing_is_told_of_tables_and_companies_that_nobody_chose(nxt: NxtCompany) -> None:
    nxt.hook("order")
    nxt.control("add", company=9_112_002, table="orgUnit2", fields={"orgUnit2No": 1, "name": "Nytt"})
    nxt.vendor.people.edit("product", "KM", description="Kilometer")
    assert nxt.arrived() == []


def test_subscriptions_outlive_a_reset_and_are_taken_away(nxt: NxtCompany) -> None:
    nxt.hook("order", "product")
    nxt.control("reset")
    assert [one["table"] for one in nxt.http.get("/_sandbox/webhooks").json()["webhooks"]] == ["order", "product"]
    assert nxt.http.delete("/_sandbox/webhooks").json() == {"cleared": 2}
    nxt.vendor.people.edit("product", "KM", description="Kilometer")
    assert nxt.arrived() == []


def test_what_a_receiver_refuses_is_sent_again_under_the_same_event_id(nxt: NxtCompany) -> None:
    nxt.hook("product")
    nxt.status = 500
    nxt.vendor.people.edit("product", "KM", description="Kilometer")
    assert len(nxt.arrived()) == 4
    assert len({delivery.headers["x-vwd-event-id"] for delivery in nxt.received}) == 1


def test_events_can_be_lost_doubled_and_out_of_order(nxt: NxtCompany) -> None:
    nxt.hook("product")
    nxt.control("deliveries", drop_next=1, repeat_next=1)
    for code in ("KM", "DIETT", "UTLEGG"):
        nxt.vendor.people.edit("product", code, description="Ny")
    assert [keys[0] for _, _, keys in told(nxt)] == [
        {"ProductNo": "DIETT"},
        {"ProductNo": "DIETT"},
        {"ProductNo": "UTLEGG"},
    ]
    nxt.received.clear()
    nxt.control("deliveries", reorder_next=2)
    for code in ("KM", "DIETT"):
        nxt.vendor.people.edit("product", code, description="Nyere")
    assert [keys[0] for _, _, keys in told(nxt)] == [{"ProductNo": "DIETT"}, {"ProductNo": "KM"}]


def test_an_event_reaches_a_receiver_on_this_machine_over_http() -> None:
    receiver, vendor = stand_in(), stand_in()
    with receiver.serve() as served:
        vendor.vendor.webhooks.subscribe(9_112_001, "product", f"{served.url}/hooks/nxt")
        vendor.vendor.webhooks.deliveries.change({"retries": 0})
        vendor.vendor.people.edit("product", "KM", description="Kilometer")
        assert vendor.vendor.webhooks.deliveries.wait_until_idle(10)
    assert receiver.calls() == {"POST /hooks/nxt": 1}
    vendor.vendor.close()
