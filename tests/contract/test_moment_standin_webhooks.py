"""The Moment stand-in tells of what was saved and finalized, to one address per type."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.moment import stand_in
from tests.contract.moment_company import HOOK, MomentCompany


@pytest.fixture
def moment() -> Iterator[MomentCompany]:
    company = MomentCompany()
    yield company
    company.close()


def test_a_finalized_invoice_is_told_with_the_ids_to_fetch_the_rest(moment: MomentCompany) -> None:
    moment.hook("invoices")
    draft = moment.rows("invoices", invoiceState="draft")[0]
    assert moment.arrived() == []
    moment.vendor.finalize(draft["id"])
    invoice = {
        "id": draft["id"],
        "invoiceNumber": 5010,
        "customer": {"id": draft["customerId"], "customerNumber": "10001"},
        "project": {"id": draft["projectId"], "projectNumber": "1"},
    }
    assert moment.arrived() == [{"event": "CREATE_NEW", "invoice": invoice}]
    assert moment.addresses == [f"{HOOK}invoices"]


def test_an_invoice_without_a_project_is_told_without_one(moment: MomentCompany) -> None:
    moment.hook("invoices")
    customer = moment.vendor.add_customer(customerNumber=None)
    invoice = moment.vendor.add_invoice(finalized=True, customerId=customer["id"])
    told = {"id": invoice["id"], "invoiceNumber": 5010}
    named = {"id": customer["id"], "customerNumber": "10009"}
    assert moment.arrived() == [{"event": "CREATE_NEW", "invoice": {**told, "customer": named}}]
    assert moment.get(f"invoices/{invoice['id']}")["projectName"] is None


def test_customers_and_projects_are_told_of_on_every_save(moment: MomentCompany) -> None:
    moment.hook("customers", "projects")
    customer = moment.post("customers", {"name": "Ny ApS"})
    moment.put(f"customers/{customer['id']}", {"name": "Ny ApS"})
    project = moment.post("projects", {"name": "Start", "customerId": customer["id"], "projectNumber": "41"})
    named = {"id": customer["id"], "customerNumber": customer["customerNumber"]}
    assert moment.arrived() == [
        {"event": "CREATE_NEW", "customer": named},
        {"event": "UPDATE", "customer": named},
        {"event": "CREATE_NEW", "project": {"id": project["id"], "projectNumber": "41", "customer": named}},
    ]
    assert moment.addresses == [f"{HOOK}customers", f"{HOOK}customers", f"{HOOK}projects"]


def test_nothing_is_told_of_deletions_refusals_and_types_that_nobody_set_up(moment: MomentCompany) -> None:
    moment.hook("customers")
    customer = moment.post("customers", {"name": "Ny ApS"})
    moment.refusal("PUT", f"customers/{customer['id']}", {"customerNumber": "10001"})
    moment.call("DELETE", f"customers/{customer['id']}")
    moment.vendor.add_project()
    moment.vendor.add_invoice(finalized=True)
    assert [body["event"] for body in moment.arrived()] == ["CREATE_NEW"]


def test_a_row_can_be_saved_unchanged_with_and_without_being_told(moment: MomentCompany) -> None:
    moment.hook("projects")
    project = moment.rows("projects")[0]
    body = {"entity": "projects", "id": project["id"]}
    moment.turn(minutes=5)
    assert moment.call("POST", "/_sandbox/touch", {**body, "announce": False}).status_code == 200
    assert moment.get(f"projects/{project['id']}") == {**project, "lastModifiedDate": "2026-11-05T12:05:00Z"}
    assert moment.arrived() == []
    moment.call("POST", "/_sandbox/touch", body)
    assert [body["event"] for body in moment.arrived()] == ["UPDATE"]
    assert moment.refusal("POST", "/_sandbox/touch", {"entity": "shoes", "id": 1})[0] == 400


def test_an_invoice_can_be_told_of_twice(moment: MomentCompany) -> None:
    moment.hook("invoices")
    assert moment.call("POST", "/_sandbox/finalize", {"invoice_number": 5002}).status_code == 200
    assert moment.call("POST", "/_sandbox/finalize", {"invoice_number": 5002}).status_code == 200
    first, second = moment.arrived()
    assert first == second
    assert first["invoice"]["invoiceNumber"] == 5002
    assert moment.refusal("POST", "/_sandbox/finalize", {"invoice_number": 9999})[0] == 404


@pytest.mark.parametrize(("told", "events"), [(False, []), (True, ["UPDATE"])])
def test_a_payment_is_told_of_only_when_that_is_switched_on(told: bool, events: list[str]) -> None:
    moment = MomentCompany(announce_invoice_changes=told)
    moment.hook("invoices")
    invoice = moment.rows("invoices", invoiceNumber=5001)[0]
    moment.put(f"invoices/{invoice['id']}", {"paymentState": "paid"})
    assert [body["event"] for body in moment.arrived()] == events
    moment.close()


def test_addresses_are_set_listed_and_taken_away(moment: MomentCompany) -> None:
    moment.hook("customers", "invoices")
    listed = moment.call("GET", "/_sandbox/webhooks").json()["webhooks"]
    assert [one["type"] for one in listed] == ["customers", "invoices"]
    assert moment.call("DELETE", "/_sandbox/webhooks", {"type": "customers"}).json() == {"cleared": 1}
    moment.post("customers", {"name": "Ny ApS"})
    assert moment.call("DELETE", "/_sandbox/webhooks").json() == {"cleared": 1}
    moment.vendor.add_invoice(finalized=True)
    assert moment.arrived() == []
    assert moment.refusal("POST", "/_sandbox/webhooks", {"type": "shoes", "url": HOOK})[0] == 400
    assert moment.refusal("POST", "/_sandbox/webhooks", {"type": "customers"})[0] == 400


def test_what_goes_wrong_with_webhooks_is_chosen_by_a_control_call(moment: MomentCompany) -> None:
    moment.hook("customers")
    asked = moment.call("POST", "/_sandbox/deliveries", {"drop_next": 1, "repeat_next": 1})
    assert asked.status_code == 200
    for name in ("Tabt", "Dobbelt", "Enkel"):
        moment.post("customers", {"name": name})
    numbers = [body["customer"]["customerNumber"] for body in moment.arrived()]
    assert numbers == ["10010", "10010", "10011"]
    shown = moment.call("GET", "/_sandbox/deliveries").json()
    assert [one["status"] for one in shown["deliveries"]] == [None, 204, 204, 204]
    assert moment.call("POST", "/_sandbox/deliveries", {"drop": 2}).status_code == 400


def test_a_webhook_reaches_a_receiver_on_this_machine_over_http() -> None:
    receiver, moment = stand_in(), stand_in()
    with receiver.serve() as served:
        moment.vendor.company.webhooks.set("customers", f"{served.url}/hooks/customers")
        moment.vendor.add_customer()
        assert moment.vendor.deliveries.wait_until_idle(10)
    (sending,) = moment.vendor.deliveries.sendings
    assert sending.status == 401  # the receiver wants a key, but it was reached
    assert receiver.calls() == {"POST /hooks/customers": 1}
    moment.vendor.close()
