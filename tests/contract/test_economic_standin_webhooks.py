"""The e-conomic stand-in: webhooks of people and of apps, and what sets them off."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest

from sandbox.deliveries import Deliveries, Delivery, DeliveryOptions
from tests.contract.economic_agreement import PROJECTS, Books, customer, project

URL = "http://127.0.0.1:9/hooks/secret"
HOOKS = "/webhooksapi/v1.0.0/webhooks"
DAYBOOK = "book=[DAYBOOKNO]&from=[FROMSERIALNO]&to=[TOSERIALNO]"


class Receiver:
    """Takes down what arrives and answers with the statuses given, then 200."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.got: list[Delivery] = []

    def __call__(self, delivery: Delivery) -> int:
        self.got.append(delivery)
        return self.statuses.pop(0) if self.statuses else 200


class Told(Books):
    """An agreement whose webhooks arrive at once."""

    def __init__(self) -> None:
        self.receiver = Receiver()
        self.deliveries = Deliveries(self.receiver, DeliveryOptions(retries=3, retry_seconds=0.0))
        super().__init__(deliveries=self.deliveries)

    def bodies(self) -> list[str]:
        assert self.deliveries.wait_until_idle(5)
        return [delivery.body.decode() for delivery in self.receiver.got]


@pytest.fixture
def books() -> Iterator[Told]:
    books = Told()
    yield books
    books.deliveries.close()


def test_customers_are_told_of_with_old_and_new_number(books: Told) -> None:
    books.economic.webhooks.add("CUSTOMER_UPDATED", URL, "old=[OLDNUMBER]&new=[NEWNUMBER]")
    books.call("POST", "/customers", customer())
    books.call("PUT", "/customers/10001", customer(city="Odense C"))
    books.people.renumber_customer(10001, 20001)
    books.call("DELETE", "/customers/20001")
    assert books.bodies() == ["old=&new=10001", "old=10001&new=10001", "old=10001&new=20001", "old=20001&new="]
    assert {delivery.content_type for delivery in books.receiver.got} == {"application/x-www-form-urlencoded"}


def test_a_refused_change_is_not_told(books: Told) -> None:
    books.economic.webhooks.add("CUSTOMER_UPDATED", URL)
    books.call("POST", "/customers", customer(name=None))
    assert books.bodies() == []


def test_projects_are_told_of(books: Told) -> None:
    books.with_customer().economic.webhooks.add("PROJECT_UPDATED", URL)
    books.call("POST", f"{PROJECTS}/projects", project())
    books.people.edit_project(1, isBarred=True)
    books.call("DELETE", f"{PROJECTS}/projects/1")
    assert books.bodies() == ["old=&new=1", "old=1&new=1", "old=1&new="]


def test_a_booked_journal_is_told_with_its_serial_numbers(books: Told) -> None:
    books.economic.webhooks.add("DAYBOOK_BOOKED", URL, DAYBOOK)
    lines = books.people.book_supplier_invoice()
    (body,) = books.bodies()
    assert parse_qs(body) == {
        "book": ["2"],
        "from": [str(lines[0].entry)],
        "to": [str(lines[-1].entry)],
    }


def test_one_request_for_each_event_and_each_webhook(books: Told) -> None:
    for _ in range(2):
        books.economic.webhooks.add("CUSTOMER_UPDATED", URL)
    books.with_customer().with_customer(10002)
    assert sorted(books.bodies()) == ["old=&new=10001"] * 2 + ["old=&new=10002"] * 2


def test_the_content_type_says_nothing_about_the_text(books: Told) -> None:
    body = {"type": "CUSTOMER_UPDATED", "url": URL, "data": "a=[NEWNUMBER]", "contentType": "application/json"}
    assert books.call("POST", "/_sandbox/webhooks", body).json() == {"number": 1}
    books.with_customer()
    assert books.bodies() == ["a=10001"]
    assert books.receiver.got[0].content_type == "application/json"


def test_merge_fields_are_filled_in_the_address_too(books: Told) -> None:
    books.economic.webhooks.add("CUSTOMER_UPDATED", f"{URL}?new=[NEWNUMBER]&x=[OTHER]", "")
    books.with_customer()
    assert books.bodies() == [""]
    assert books.receiver.got[0].url == f"{URL}?new=10001&x=[OTHER]"


def test_a_receiver_that_fails_is_tried_three_times_more(books: Told) -> None:
    books.economic.webhooks.add("CUSTOMER_UPDATED", URL)
    books.receiver.statuses = [500, 500, 503]
    books.with_customer()
    assert books.bodies() == ["old=&new=10001"] * 4
    books.receiver.statuses = [500] * 5
    books.with_customer(10002)
    assert books.bodies()[4:] == ["old=&new=10002"] * 4


def test_an_unknown_type_is_refused(books: Told) -> None:
    assert books.call("POST", "/_sandbox/webhooks", {"type": "X", "url": URL}).status_code == 400


def test_what_goes_wrong_on_the_way_can_be_asked_for(books: Told) -> None:
    books.economic.webhooks.add("CUSTOMER_UPDATED", URL)
    books.call("POST", "/_sandbox/deliveries", {"drop_next": 1})
    books.with_customer().with_customer(10002)
    assert books.bodies() == ["old=&new=10002"]


# Of apps


def test_an_app_makes_one_webhook_for_each_event_type(books: Told) -> None:
    assert "CUSTOMER_UPDATED" in [row["name"] for row in books.get("/webhooksapi/v1.0.0/EventTypes")["items"]]
    body = {"eventType": "CUSTOMER_UPDATED", "name": "Handoff", "url": URL, "headers": {"X-Secret": "s"}}
    assert books.call("POST", HOOKS, body).json() == {"number": 1}
    assert books.call("POST", HOOKS, body).status_code == 400
    assert books.call("POST", HOOKS, {**body, "eventType": "NOTHING"}).status_code == 400
    assert books.call("POST", HOOKS, {**body, "headers": dict.fromkeys("abcdef", "x")}).status_code == 400
    books.with_customer()
    assert books.bodies() == ["old=&new=10001"]
    assert books.receiver.got[0].headers["X-Secret"] == "s"


def test_an_app_changes_and_deletes_its_own_and_sees_no_others(books: Told) -> None:
    books.economic.webhooks.add("CUSTOMER_UPDATED", URL)
    books.call("POST", HOOKS, {"eventType": "PROJECT_UPDATED", "url": URL})
    (mine,) = books.get(HOOKS)["items"]
    assert (mine["number"], mine["eventType"]) == (2, "PROJECT_UPDATED")
    assert books.http.get(f"{HOOKS}/1").status_code == 404
    assert books.call("PUT", HOOKS, {**mine, "url": f"{URL}/new"}).status_code == 204
    assert books.call("PUT", HOOKS, mine).status_code == 409
    assert books.get(f"{HOOKS}/2")["url"] == f"{URL}/new"
    assert books.call("DELETE", f"{HOOKS}/2").status_code == 204
    assert books.get(HOOKS)["items"] == []
    assert len(books.http.get("/_sandbox/webhooks").json()["webhooks"]) == 1
    assert books.call("DELETE", "/_sandbox/webhooks").json() == {"cleared": 1}
