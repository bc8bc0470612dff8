"""Invoices of the Severa stand-in: how they are made, what their rows are made of, and what statuses do to them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.contract.severa_organisation import SeveraOrganisation, operations, reference


@pytest.fixture
def severa() -> SeveraOrganisation:
    return SeveraOrganisation()


def project(severa: SeveraOrganisation, number: int) -> Any:
    return next(row for row in severa.rows("projects") if row["number"] == number)


def invoice_in(severa: SeveraOrganisation, status: str) -> Any:
    return severa.row("invoices", invoiceStatusGuids=severa.named("invoicestatuses", status)["guid"])


def moved(severa: SeveraOrganisation, invoice: Any, status: str) -> Any:
    guid = severa.named("invoicestatuses", status)["guid"]
    return severa.patch(f"invoices/{invoice['guid']}", status__guid=guid)


# making one


def test_an_invoice_is_made_of_what_is_approved_billable_and_not_yet_invoiced(severa: SeveraOrganisation) -> None:
    place = project(severa, 1)
    (invoice,) = severa.post("invoices", {"projects": [reference(place)], "date": "2026-11-04"})
    assert (invoice["number"], invoice["status"]["name"], invoice["dueDate"]) == (None, "Luonnos", "2026-11-18")
    (row,) = severa.rows(f"invoices/{invoice['guid']}/invoicerows")
    assert (row["rowType"], row["category"], row["code"], row["quantity"]) == ("Hours", "Hours", ["SUUN"], 6)
    (hours,) = severa.rows(f"invoicerows/{row['guid']}/workhours")
    assert (hours["invoice"]["guid"], hours["invoiceRowGuid"]) == (invoice["guid"], row["guid"])
    assert hours["isModifiable"] is False
    open_hours = severa.rows(f"projects/{place['guid']}/workhours", isBilled=False)
    assert {one["isApproved"] for one in open_hours} == {False}


def test_projects_of_one_customer_can_share_an_invoice(severa: SeveraOrganisation) -> None:
    both = [reference(project(severa, number)) for number in (1, 2)]
    (shared,) = severa.post("invoices", {"projects": both, "groupProjects": True})
    assert [one["number"] for one in shared["projects"]] == [1, 2]
    severa.delete(f"invoices/{shared['guid']}")
    assert len(severa.post("invoices", {"projects": both})) == 2


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "projects"),
        ({"projects": [{"guid": "x"}]}, "projects"),
        ({"projects": [], "date": "soon"}, "projects"),
    ],
)
def test_an_invoice_needs_projects(severa: SeveraOrganisation, body: dict[str, object], field: str) -> None:
    assert severa.refusal("POST", "invoices", body)[2] == field


def test_an_invoice_can_go_to_another_customer(severa: SeveraOrganisation) -> None:
    payer = severa.rows("customers")[2]
    body = {"projects": [reference(project(severa, 1))], "billingCustomerGuid": payer["guid"]}
    (invoice,) = severa.post("invoices", body)
    assert invoice["customer"]["name"] == "Revontuli Energia Oy"
    assert (invoice["billingCustomer"]["guid"], invoice["paymentTerm"]) == (payer["guid"], 30)


# what it says


def test_every_invoice_adds_up_from_its_rows(severa: SeveraOrganisation) -> None:
    invoices = severa.rows("invoices")
    assert len(invoices) == 6
    for invoice in invoices:
        rows = severa.rows(f"invoices/{invoice['guid']}/invoicerows")
        net = sum((row["quantity"] * row["unitPrice"]["amount"] for row in rows), Decimal(0))
        assert invoice["totalExcludingTax"]["amount"] == net
        total = invoice["totalExcludingTax"]["amount"] + invoice["totalTax"]["amount"]
        assert invoice["totalIncludingTax"]["amount"] == total
        assert {row["unitPrice"]["currencyCode"] for row in rows} == {invoice["currency"]["code"]}


def test_a_row_names_no_work_type_and_no_product_but_what_is_on_it_does(severa: SeveraOrganisation) -> None:
    invoice = invoice_in(severa, "Siirrettävä")
    rows = severa.rows(f"invoices/{invoice['guid']}/invoicerows")
    assert not {"workType", "product", "total"} & set(rows[0])
    assert {row["rowType"] for row in rows} == {"Hours", "ProjectFees", "TravelExpenses"}
    (fees,) = severa.rows(f"invoices/{invoice['guid']}/invoicerows", rowType="ProjectFees")
    assert severa.rows(f"invoicerows/{fees['guid']}/workhours") == []
    (fee,) = severa.rows(f"invoicerows/{fees['guid']}/projectfees")
    assert fee["product"]["code"] == "ALI-1"
    assert fee in severa.rows(f"invoices/{invoice['guid']}/projectfees")
    (travel,) = severa.rows(f"invoices/{invoice['guid']}/projecttravelexpenses")
    assert travel["travelExpense"]["code"] == "KM"
    kinds = {hours["workType"]["code"] for hours in severa.rows(f"invoices/{invoice['guid']}/workhours")}
    assert kinds == {"KONS", "SUUN", "PROJ"}


def test_a_pdf_needs_the_scope_of_files() -> None:
    severa = SeveraOrganisation("invoices:read files:read")
    guid = severa.rows("invoices")[0]["guid"]
    answer = severa.call("GET", f"invoices/{guid}/pdf")
    assert (answer.headers["content-type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    severa.token = severa.new_token("invoices:read")
    assert severa.refusal("GET", f"invoices/{guid}/pdf")[1] == "InsufficientApiScope"


# statuses


def test_statuses_say_what_they_mean_and_names_are_the_organisations_own(severa: SeveraOrganisation) -> None:
    statuses = {row["name"]: row for row in severa.rows("invoicestatuses")}
    assert [name for name, row in statuses.items() if row["isDefault"]] == ["Luonnos"]
    assert [name for name, row in statuses.items() if row["isSent"]] == ["Lähetetty", "Maksettu"]
    assert [name for name, row in statuses.items() if row["isPaid"]] == ["Maksettu"]
    assert [row["sortOrder"] for row in statuses.values()] == list(range(6))


def test_an_invoice_gets_its_number_in_a_status_that_has_one_and_keeps_it(severa: SeveraOrganisation) -> None:
    draft = invoice_in(severa, "Luonnos")
    ready = moved(severa, draft, "Siirrettävä")
    assert (ready["number"], ready["referenceNumber"]) == (7006, "70069")
    assert moved(severa, ready, "Luonnos")["number"] == 7006
    assert moved(severa, ready, "Siirretty")["number"] == 7006
    assert severa.row("invoices", numbers=7006)["guid"] == draft["guid"]


@pytest.mark.parametrize(("allowed", "guid", "whole"), [("/status/guid", 200, 400), ("/status", 400, 200)])
def test_how_a_status_is_named_in_a_patch_can_be_narrowed(allowed: str, guid: int, whole: int) -> None:
    severa = SeveraOrganisation(status_pointers=[allowed])
    invoice, status = invoice_in(severa, "Luonnos"), severa.named("invoicestatuses", "Siirrettävä")
    path = f"invoices/{invoice['guid']}"
    assert severa.call("PATCH", path, operations(status__guid=status["guid"])).status_code == guid
    assert severa.call("PATCH", path, operations(status={"guid": status["guid"]})).status_code == whole


def test_an_invoice_in_a_read_only_status_changes_its_status_only(severa: SeveraOrganisation) -> None:
    invoice = invoice_in(severa, "Siirretty")
    path = f"invoices/{invoice['guid']}"
    row = severa.rows(f"{path}/invoicerows")[0]
    assert severa.refusal("PATCH", path, operations(notes="lisäys"))[1] == "InvalidOperation"
    assert severa.refusal("PATCH", f"invoicerows/{row['guid']}", operations(quantity=1))[1] == "InvalidOperation"
    assert severa.refusal("DELETE", f"invoicerows/{row['guid']}")[1] == "InvalidOperation"
    assert severa.refusal("DELETE", path)[1] == "InvalidOperation"
    assert moved(severa, invoice, "Lähetetty")["status"]["isWaitingPayment"] is True


def test_a_paid_invoice_has_a_day_of_payment_that_its_settings_share(severa: SeveraOrganisation) -> None:
    sent = invoice_in(severa, "Lähetetty")
    paid = moved(severa, sent, "Maksettu")
    assert (paid["status"]["isPaid"], paid["paymentDate"]) == (True, "2026-11-05")
    settings = severa.get(f"invoices/{sent['guid']}/invoicesettings")
    assert settings["paymentDate"] == "2026-11-05"
    changed = severa.get_patched(f"invoicesettings/{settings['guid']}", paymentDate="2026-11-02")
    assert changed["paymentDate"] == "2026-11-02"  # one row, no array
    assert severa.get(f"invoices/{sent['guid']}")["paymentDate"] == "2026-11-02"
    assert sent["guid"] in [row["guid"] for row in severa.rows("invoices", paymentDateStart="2026-11-02")]


def test_status_and_day_of_payment_can_come_in_one_patch(severa: SeveraOrganisation) -> None:
    sent, paid = invoice_in(severa, "Lähetetty"), severa.named("invoicestatuses", "Maksettu")
    done = severa.patch(f"invoices/{sent['guid']}", status__guid=paid["guid"], paymentDate="2026-11-03")
    assert (done["status"]["name"], done["paymentDate"]) == ("Maksettu", "2026-11-03")


@pytest.mark.parametrize("name", ["number", "isCreditNote", "totalExcludingTax", "customer"])
def test_what_an_invoice_works_out_itself_cannot_be_patched(severa: SeveraOrganisation, name: str) -> None:
    guid = invoice_in(severa, "Luonnos")["guid"]
    assert severa.refusal("PATCH", f"invoices/{guid}", operations(**{name: 1}))[0] == 400


# taking things off


def test_a_deleted_draft_frees_what_was_on_it(severa: SeveraOrganisation) -> None:
    draft = invoice_in(severa, "Luonnos")
    on_it = severa.rows(f"invoices/{draft['guid']}/workhours")
    severa.delete(f"invoices/{draft['guid']}")
    freed = [severa.get(f"workhours/{row['guid']}") for row in on_it]
    assert {row["invoice"] for row in freed} == {row["invoiceRowGuid"] for row in freed} == {None}
    assert severa.rows("deletedworkhours") == []


def test_a_row_can_be_taken_off_as_not_billable(severa: SeveraOrganisation) -> None:
    draft = invoice_in(severa, "Luonnos")
    row = severa.rows(f"invoices/{draft['guid']}/invoicerows", rowType="Hours")[0]
    hours = severa.rows(f"invoicerows/{row['guid']}/workhours")
    assert severa.call("DELETE", f"invoicerows/{row['guid']}", setAsNonBillable=True).status_code == 204
    left = severa.get(f"workhours/{hours[0]['guid']}")
    assert (left["isBillable"], left["billableStatus"]) == (False, "RemovedFromInvoice")
    assert severa.get(f"invoices/{draft['guid']}")["totalExcludingTax"]["amount"] < draft["totalExcludingTax"]["amount"]


def test_invoiced_hours_and_costs_take_no_change_and_cannot_be_deleted(severa: SeveraOrganisation) -> None:
    invoice = invoice_in(severa, "Siirrettävä")
    for path in ("workhours", "projectfees", "projecttravelexpenses"):
        guid = severa.rows(f"invoices/{invoice['guid']}/{path}")[0]["guid"]
        assert severa.refusal("PATCH", f"{path}/{guid}", operations(quantity=1))[1] == "InvalidOperation"
        assert severa.refusal("DELETE", f"{path}/{guid}")[1] == "InvalidOperation"


def test_a_fee_can_be_put_on_an_invoice_and_taken_off(severa: SeveraOrganisation) -> None:
    draft = invoice_in(severa, "Luonnos")
    price = {"amount": 40, "currencyCode": "SEK"}
    body = {"project": reference(draft["projects"][0]), "name": "Lupamaksu", "quantity": 2, "unitPrice": price}
    (fee,) = severa.post("projectfees", {**body, "invoice": reference(draft)})
    assert fee["invoice"]["guid"] == draft["guid"]
    after = severa.get(f"invoices/{draft['guid']}")
    assert after["totalExcludingTax"]["amount"] == draft["totalExcludingTax"]["amount"] + 80
    assert severa.patch(f"projectfees/{fee['guid']}", invoice=None)["invoiceRowGuid"] is None


# credit notes


def test_a_credit_note_and_what_it_credits_name_each_other(severa: SeveraOrganisation) -> None:
    note = next(row for row in severa.rows("invoices") if row["isCreditNote"])
    credited = severa.get(f"invoices/{note['reimburseInvoice']['guid']}")
    assert credited["creditNoteInvoice"] == {"guid": note["guid"], "number": note["number"]}
    assert note["totalIncludingTax"]["amount"] == -credited["totalIncludingTax"]["amount"]


def test_what_a_credit_note_takes_back_is_listed_apart(severa: SeveraOrganisation) -> None:
    note = next(row for row in severa.rows("invoices") if row["isCreditNote"])
    assert severa.rows(f"invoices/{note['guid']}/workhours") == []
    taken = severa.rows(f"invoices/{note['guid']}/reimbursedworkhours")
    assert len(taken) == len(severa.rows(f"invoices/{note['reimburseInvoice']['guid']}/workhours"))
    assert {row["invoiceGuid"] for row in taken} == {note["guid"]}
    assert "isApproved" not in taken[0]
    row = severa.rows(f"invoices/{note['guid']}/invoicerows", rowType="ProjectFees")[0]
    assert len(severa.rows(f"invoicerows/{row['guid']}/reimbursedprojectfees")) == 1
