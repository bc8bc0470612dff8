"""Writing to the Moment stand-in: partial updates, refusals, invoices and their payment, deletion."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from tests.contract.moment_company import MomentCompany


@pytest.fixture
def moment() -> Iterator[MomentCompany]:
    company = MomentCompany()
    yield company
    company.close()


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_an_update_changes_only_what_was_sent(moment: MomentCompany, method: str) -> None:
    before = moment.rows("customers")[0]
    moment.turn(hours=1)
    response = moment.call(method, f"customers/{before['id']}", {"city": "Nyborg"})
    assert response.status_code == 200
    after = moment.get(f"customers/{before['id']}")
    assert after == {**before, "city": "Nyborg", "lastModifiedDate": "2026-11-05T13:00:00Z"} == response.json()


def test_what_the_vendor_keeps_itself_may_be_sent_back_and_is_passed_over(moment: MomentCompany) -> None:
    before = moment.rows("projects")[0]
    moment.put(f"projects/{before['id']}", {**before, "customerName": "Somebody Else", "companyId": 1})
    after = moment.get(f"projects/{before['id']}")
    assert (after["customerName"], after["companyId"]) == (before["customerName"], before["companyId"])


def test_a_new_customer_gets_the_next_number_and_a_taken_one_is_refused(moment: MomentCompany) -> None:
    made = moment.post("customers", {"name": "Ny ApS"})
    assert (made["customerNumber"], made["countryCode"]) == ("10009", None)
    taken = {"name": "Kopi ApS", "customerNumber": "10001"}
    assert moment.refusal("POST", "customers", taken) == (409, "customerNumber 10001 is taken.")
    assert moment.refusal("PUT", f"customers/{made['id']}", {"customerNumber": "10001"})[0] == 409
    assert moment.put(f"customers/{made['id']}", {"customerNumber": "10009"})["customerNumber"] == "10009"


def test_a_rename_shows_wherever_the_name_is_copied(moment: MomentCompany) -> None:
    customer = moment.rows("customers", customerNumber="10001")[0]
    moment.put(f"customers/{customer['id']}", {"name": "Solbær og Søn A/S"})
    assert {row["customerName"] for row in moment.rows("projects", customerId=customer["id"])} == {"Solbær og Søn A/S"}


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({}, "name is required."),
        ({"name": ""}, "name is required."),
        ({"name": 7}, "name must be a text."),
        ({"name": "A", "shoeSize": 44}, "Unknown field: shoeSize"),
        (["name"], "The body must be a JSON object."),
    ],
)
def test_a_customer_that_makes_no_sense_is_refused_in_words(moment: MomentCompany, body: object, text: str) -> None:
    assert moment.refusal("POST", "customers", body) == (400, text)


def test_a_body_that_is_no_json_is_refused_in_plain_text(moment: MomentCompany) -> None:
    response = moment.http.post("/api/1.0/companies/klitrose/customers", content=b"{name")
    assert (response.status_code, response.text) == (400, "The body is not valid JSON.")


@pytest.mark.parametrize(
    ("entity", "wrong"),
    [
        ("projects", {"customerId": 1}),
        ("projects", {"customerId": True}),
        ("projectExtensions", {"projectExtensionState": "half"}),
        ("invoices", {"invoiceDate": "1.11.2026"}),
        ("invoices", {"totalIncludingVat": "1000"}),
    ],
)
def test_a_field_is_held_against_its_kind(moment: MomentCompany, entity: str, wrong: dict[str, object]) -> None:
    row = moment.rows(entity, sort="id,desc")[0]
    assert moment.refusal("PUT", f"{entity}/{row['id']}", wrong)[0] == 400


def test_an_activity_is_made_in_a_project(moment: MomentCompany) -> None:
    project = moment.rows("projects")[0]
    made = moment.post("projectExtensions", {"name": "Udlæg", "projectId": project["id"]})
    assert (made["projectExtensionState"], made["projectName"]) == ("open", project["name"])
    assert made in moment.rows("projectExtensions", projectId=project["id"])


# deletion


def test_a_deleted_row_is_gone_and_one_that_others_need_stays(moment: MomentCompany) -> None:
    made = moment.post("customers", {"name": "Kort Ophold ApS"})
    assert moment.call("DELETE", f"customers/{made['id']}").status_code == 204
    assert moment.refusal("GET", f"customers/{made['id']}")[0] == 404
    assert moment.refusal("DELETE", f"customers/{made['id']}")[0] == 404
    needed = moment.rows("customers")[0]
    assert moment.refusal("DELETE", f"customers/{needed['id']}") == (409, "The object is used by projects.")


def test_a_draft_can_be_deleted_and_a_finalized_invoice_cannot(moment: MomentCompany) -> None:
    draft = moment.rows("invoices", invoiceState="draft")[0]
    assert moment.call("DELETE", f"invoices/{draft['id']}").status_code == 204
    finalized = moment.rows("invoices", invoiceState="finalized")[0]
    assert moment.refusal("DELETE", f"invoices/{finalized['id']}")[0] == 409


# invoices


def test_finalizing_gives_the_draft_its_number_and_what_remains_to_pay(moment: MomentCompany) -> None:
    draft = moment.rows("invoices", invoiceState="draft")[0]
    assert moment.call("POST", "/_sandbox/finalize", {"id": draft["id"]}).json()["invoiceNumber"] == 5010
    invoice = moment.get(f"invoices/{draft['id']}")
    assert (invoice["invoiceState"], invoice["paymentState"], invoice["paymentId"]) == (
        "finalized",
        "unpaid",
        "990000005010",
    )
    assert invoice["remainingAmount"] == invoice["totalIncludingVat"]
    assert invoice["lastModifiedDate"] == "2026-11-05T12:00:00Z"
    assert moment.refusal("POST", "/_sandbox/finalize", {"id": draft["id"]})[0] == 409
    assert moment.refusal("POST", "/_sandbox/finalize", {})[0] == 400
    assert moment.refusal("POST", "/_sandbox/finalize", {"id": 1})[0] == 404


def test_a_finalized_invoice_takes_its_payment_and_nothing_else(moment: MomentCompany) -> None:
    invoice = moment.rows("invoices", invoiceNumber=5001)[0]
    path = f"invoices/{invoice['id']}"
    partly = {"paymentState": "partlyPaid", "paidAmount": 10000, "remainingAmount": 20000}
    assert moment.put(path, partly)["remainingAmount"] == 20000
    paid = {"paymentState": "paid", "paidAmount": 30000, "remainingAmount": 0, "paidDate": "2026-11-04"}
    assert paid.items() <= moment.put(path, paid).items()
    assert moment.refusal("PUT", path, {**paid, "description": "Andet"}) == (
        409,
        "The invoice is finalized: description cannot be changed.",
    )
    assert moment.refusal("PUT", path, {"invoiceState": "draft"})[0] == 409
    assert moment.refusal("PUT", path, {"paymentState": "lost"})[0] == 400


def test_a_draft_can_be_changed_and_takes_no_payment(moment: MomentCompany) -> None:
    draft = moment.rows("invoices", invoiceState="draft")[0]
    path = f"invoices/{draft['id']}"
    assert moment.put(path, {"accountingState": "doNotTransfer"})["accountingState"] == "doNotTransfer"
    changed = moment.put(path, {"totalExcludingVat": 80})
    assert (changed["totalVat"], changed["totalIncludingVat"]) == (20, 100)
    assert moment.refusal("PUT", path, {"paymentState": "paid"})[0] == 409
    assert moment.refusal("PUT", path, {"invoiceNumber": 7})[0] == 409


def test_the_pdf_of_a_finalized_invoice_can_be_had_and_a_draft_has_none(moment: MomentCompany) -> None:
    invoice = moment.rows("invoices", invoiceNumber=5001)[0]
    response = moment.call("GET", f"invoices/{invoice['id']}/pdf")
    assert response.headers["content-type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-")
    assert b"Faktura 5001" in response.content
    assert int(response.content.rsplit(b"startxref\n", 1)[1].split()[0]) == response.content.index(b"xref\n0")
    draft = moment.rows("invoices", invoiceState="draft")[0]
    assert moment.refusal("GET", f"invoices/{draft['id']}/pdf")[0] == 404


@pytest.mark.parametrize(
    ("sent", "net", "gross"),
    [
        ({}, "1000.00", "1250.00"),
        ({"totalIncludingVat": Decimal("99.95")}, "79.96", "99.95"),
        ({"totalExcludingVat": Decimal("200"), "totalVat": Decimal(0)}, "200.00", "200.00"),
        ({"totalIncludingVat": Decimal("-250"), "totalVat": Decimal("-50")}, "-200.00", "-250.00"),
    ],
)
def test_an_invoice_made_by_a_test_adds_up(
    moment: MomentCompany, sent: dict[str, object], net: str, gross: str
) -> None:
    invoice = moment.vendor.add_invoice(finalized=True, invoiceNumber=777, **sent)
    shown = moment.get(f"invoices/{invoice['id']}")
    assert (shown["totalExcludingVat"], shown["totalIncludingVat"]) == (Decimal(net), Decimal(gross))
    assert shown["totalVat"] == Decimal(gross) - Decimal(net)
    assert shown["invoiceNumber"] == 777


# time


def test_a_user_of_several_roles_must_say_which(moment: MomentCompany) -> None:
    roles = moment.rows("projectMemberships")
    record = {
        "projectId": roles[0]["projectId"],
        "projectExtensionId": moment.rows("projectExtensions", projectId=roles[0]["projectId"])[0]["id"],
        "userAccountId": roles[0]["userAccountId"],
        "timeRecordDate": "2026-11-04",
        "minutes": 90,
    }
    assert moment.refusal("POST", "timeRecords", record) == (400, "User has more than one role on the project")
    assert moment.post("timeRecords", {**record, "projectMembershipId": roles[1]["id"]})["minutes"] == 90
    assert moment.refusal("POST", "timeRecords", {**record, "projectMembershipId": roles[2]["id"]})[0] == 400


def test_locked_time_stays_locked(moment: MomentCompany) -> None:
    user = next(row for row in moment.rows("userAccounts") if row["timeLockDate"])
    activity = moment.rows("projectExtensions")[0]
    record = {"projectId": activity["projectId"], "projectExtensionId": activity["id"], "userAccountId": user["id"]}
    assert moment.refusal("POST", "timeRecords", {**record, "timeRecordDate": "2026-09-30", "minutes": 60})[0] == 400
    made = moment.post("timeRecords", {**record, "timeRecordDate": "2026-10-01", "minutes": 60})
    assert moment.refusal("PUT", f"timeRecords/{made['id']}", {"timeRecordDate": "2026-09-30"})[0] == 400
