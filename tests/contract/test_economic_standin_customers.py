"""The e-conomic stand-in: customers and the lists that they refer to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.contract.economic_agreement import BASE, Books, customer


@pytest.fixture
def books() -> Books:
    return Books()


def errors_of(books: Books, method: str, path: str, body: object) -> dict[str, Any]:
    answer = books.call(method, path, body)
    assert answer.status_code == 400, answer.text
    assert answer.json()["message"] == "Validation error."
    errors: dict[str, Any] = answer.json()["errors"]
    return errors


def code_of(errors: dict[str, Any], name: str) -> str:
    return str(errors[name]["errors"][0]["errorCode"])


def test_a_customer_is_created_with_links_to_what_it_refers_to(books: Books) -> None:
    answer = books.call("POST", "/customers", customer(address="Havnegade 4", zip="5000", city="Odense C"))
    assert answer.status_code == 201
    assert answer.headers["location"] == f"{BASE}/customers/10001"
    body = answer.json()
    assert body["customerGroup"] == {"customerGroupNumber": 1, "self": f"{BASE}/customer-groups/1"}
    assert body["vatZone"]["self"] == f"{BASE}/vat-zones/1"
    assert body["paymentTerms"]["self"] == f"{BASE}/payment-terms/1"
    assert body["lastUpdated"] == "2026-11-20T11:00:00Z"
    assert body["self"] == f"{BASE}/customers/10001"
    assert (body["balance"], "barred" in body) == (0, False)
    for name in ("customerGroup", "vatZone", "paymentTerms"):
        assert books.http.get(body[name]["self"]).status_code == 200


def test_a_number_is_assigned_when_none_is_given(books: Books) -> None:
    assert books.call("POST", "/customers", customer(customerNumber=None)).json()["customerNumber"] == 90_003


def test_a_number_that_is_taken_is_refused(books: Books) -> None:
    books.with_customer()
    assert "customerNumber" in errors_of(books, "POST", "/customers", customer())


@pytest.mark.parametrize("name", ["name", "currency", "customerGroup", "paymentTerms", "vatZone"])
def test_required_properties_must_have_a_value(books: Books, name: str) -> None:
    assert code_of(errors_of(books, "POST", "/customers", customer(**{name: None})), name) == "E04730"
    books.with_customer()
    assert code_of(errors_of(books, "PUT", "/customers/10001", customer(**{name: None})), name) == "E04730"


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("customerGroup", {"customerGroupNumber": 77}, "E06000"),
        ("vatZone", {"vatZoneNumber": 9}, "E06000"),
        ("paymentTerms", {}, "E04500"),
        ("layout", {"layoutNumber": 5}, "E06000"),
        ("currency", "XXX", "E06000"),
    ],
)
def test_references_must_lead_somewhere(books: Books, name: str, value: object, code: str) -> None:
    errors = errors_of(books, "POST", "/customers", customer(**{name: value}))
    assert code_of(errors, name) == code


@pytest.mark.parametrize(
    ("name", "length"),
    [("name", 255), ("address", 510), ("zip", 30), ("city", 50), ("country", 50), ("email", 255), ("ean", 13)],
)
def test_texts_have_their_lengths(books: Books, name: str, length: int) -> None:
    assert name in errors_of(books, "POST", "/customers", customer(**{name: "x" * (length + 1)}))
    assert books.call("POST", "/customers", customer(**{name: "x" * length})).status_code == 201


def test_all_faults_are_told_at_once(books: Books) -> None:
    body = customer(name=None, vatZone={"vatZoneNumber": 9}, zip="x" * 31)
    assert sorted(errors_of(books, "POST", "/customers", body)) == ["name", "vatZone", "zip"]


def test_an_explicit_null_is_refused(books: Books) -> None:
    errors = errors_of(books, "POST", "/customers", {**customer(), "email": None})
    assert code_of(errors, "email") == "E04730"


def test_a_reference_may_be_given_by_its_address(books: Books) -> None:
    zone = {"self": "https://restapi.e-conomic.com/vat-zones/2"}
    assert books.call("POST", "/customers", customer(vatZone=zone)).json()["vatZone"]["vatZoneNumber"] == 2


def test_put_replaces_the_whole_customer(books: Books) -> None:
    books.call("POST", "/customers", customer(city="Odense C", barred=True))
    books.now += timedelta(minutes=5)
    answer = books.call("PUT", "/customers/10001", customer(name="Solbær A/S"))
    assert answer.status_code == 200
    body = answer.json()
    assert (body["name"], body["lastUpdated"]) == ("Solbær A/S", "2026-11-20T11:05:00Z")
    assert not {"city", "barred"} & set(body)
    assert books.get("/customers/10001") == books.http.get("/customers/10001").json()


def test_what_was_read_can_be_written_back(books: Books) -> None:
    books.with_customer()
    read = books.http.get("/customers/10001").json()
    assert books.call("PUT", "/customers/10001", read).status_code == 200


def test_one_property_is_patched_and_outlives_a_put(books: Books) -> None:
    books.with_customer()
    patch = {"eInvoicingDisabledByDefault": True}
    assert books.call("PATCH", "/customers/10001", patch).status_code == 200
    assert books.call("PATCH", "/customers/10001", {"name": "Nyt"}).status_code == 400
    body = books.call("PUT", "/customers/10001", customer(attention={"customerContactNumber": 7})).json()
    assert (body["eInvoicingDisabledByDefault"], body["attention"]) == (True, {"customerContactNumber": 7})


def test_a_customer_that_is_not_there_is_not_found(books: Books) -> None:
    assert books.http.get("/customers/4").status_code == 404
    assert books.call("PUT", "/customers/4", customer()).status_code == 404
    assert books.call("DELETE", "/customers/4").status_code == 404


def test_a_customer_without_entries_can_be_deleted(books: Books) -> None:
    books.with_customer().with_customer(10002)
    books.with_voucher()
    assert books.call("DELETE", "/customers/10001").status_code == 400
    assert books.call("DELETE", "/customers/10002").status_code == 204
    assert books.http.get("/customers/10002").status_code == 404


def test_only_json_is_taken(books: Books) -> None:
    answer = books.http.post("/customers", content="name=x", headers={"Content-Type": "text/plain"})
    assert answer.status_code == 415


def test_the_agreement_has_what_invoices_need(books: Books) -> None:
    accounts = {row["accountNumber"]: row for row in books.get("/accounts", pagesize=1000)["collection"]}
    assert accounts[1010]["vatAccount"]["vatCode"] == "U25"
    assert accounts[3690]["barred"] is True
    assert accounts[1000]["accountType"] == "heading"
    codes = {row["vatCode"]: row["ratePercentage"] for row in books.get("/vat-accounts")["collection"]}
    assert codes == {"U25": 25, "I25": 25, "UEU": 0}
    zones = {row["vatZoneNumber"]: row for row in books.get("/vat-zones")["collection"]}
    assert zones[1]["enabledForCustomer"] is True
    assert "enabledForSupplier" not in zones[4]
    assert books.get("/currencies/dkk")["isoNumber"] == "208"
    assert books.get("/layouts")["collection"][0]["layoutNumber"] == 19
    assert books.get("/suppliers/501")["name"] == "Havtorn Teknik ApS"
    assert books.get("/invoices/booked")["collection"][0]["bookedInvoiceNumber"] == 30_001
    assert books.get("/customer-groups/1")["account"] == {"accountNumber": 5600, "self": f"{BASE}/accounts/5600"}


# What people do


def test_people_change_customers_behind_our_back(books: Books) -> None:
    books.with_customer()
    books.with_voucher()
    changes = {"barred": True, "city": "Vejle"}
    books.call("POST", "/_sandbox/customer", {"customerNumber": 10001, "changes": changes})
    assert books.get("/customers/10001")["barred"] is True
    books.call("POST", "/_sandbox/customer", {"customerNumber": 10001, "renumberTo": 20001})
    assert books.http.get("/customers/10001").status_code == 404
    assert books.drafts("customerInvoiceNumber$eq:5001")[0]["customerNumber"] == 20001
    answer = books.call("POST", "/_sandbox/customer", {"customerNumber": 20001, "delete": True})
    assert (answer.status_code, "has entries" in answer.json()["message"]) == (400, True)
    books.call("POST", "/_sandbox/customer", {"customerNumber": 90_002, "delete": True})
    assert books.http.get("/customers/90002").status_code == 404


def test_a_control_call_that_names_nothing_says_so(books: Books) -> None:
    assert books.call("POST", "/_sandbox/customer", {"customerNumber": 4, "changes": {}}).status_code == 400
    assert books.call("POST", "/_sandbox/payment", {"amount": 1}).json() == {
        "message": "customerInvoiceNumber is missing or unknown"
    }
