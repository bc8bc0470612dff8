"""The TimeChimp stand-in's invoices and unbilled items: what people do with them, and what the API shows of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from sandbox import wolkenkade
from sandbox.timechimp import CannotDo
from tests.contract.timechimp_bureau import TimeChimpBureau


@pytest.fixture
def bureau() -> TimeChimpBureau:
    return TimeChimpBureau()


def test_the_api_only_reads_invoices(bureau: TimeChimpBureau) -> None:
    invoice = bureau.get("invoices")[0]
    for method in ("POST", "PUT", "DELETE"):
        assert bureau.call(method, "invoices", invoice).status_code == 405
    for method in ("POST", "PUT", "DELETE"):
        assert bureau.call(method, "/invoices", invoice).status_code == 405


def test_a_concept_has_no_number_until_it_is_sent(bureau: TimeChimpBureau) -> None:
    project = bureau.named("projects", "Webwinkel")
    hours = bureau.people.log_hours(project, "2", status=2)
    made = bureau.people.make_invoice(time=[hours["id"]], on=date(2026, 11, 5), reference="PO 1")
    concept = bureau.get(f"invoices/{made['id']}")
    assert (concept["status"], concept["companyInvoiceId"], concept["reference"]) == (1, None, "PO 1")
    assert (concept["date"], concept["dueDate"]) == ("2026-11-05T00:00:00", "2026-12-05T00:00:00")
    bureau.people.send_invoice(made["id"])
    sent = bureau.get(f"invoices/{made['id']}")
    assert (sent["status"], sent["companyInvoicePrefix"], sent["companyInvoiceId"]) == (2, "2026-", 5)
    bureau.people.pay_invoice(made["id"])
    assert bureau.get(f"invoices/{made['id']}")["status"] == 3
    bureau.people.pay_invoice(made["id"], paid=False)
    assert bureau.get(f"invoices/{made['id']}")["status"] == 2


def test_an_invoice_keeps_a_copy_of_its_customer(bureau: TimeChimpBureau) -> None:
    invoice = next(row for row in bureau.get("invoices") if row["customerRelationId"] == "1001")
    bureau.people.edit("customers", invoice["customerId"], name="Andere naam", relationId="7777")
    assert bureau.get(f"invoices/{invoice['id']}") == invoice
    assert invoice["customerAddress"] == "Boekenpad 4, 8011 ZW, Zwolle"


def test_lines_are_hours_by_activity_and_rate_then_expenses_then_kilometres(bureau: TimeChimpBureau) -> None:
    project = bureau.named("projects", "Webwinkel")
    people, advice = bureau.people, bureau.named("tasks", "Advies")
    hours = [people.log_hours(project, each, status=2, taskId=advice)["id"] for each in ("2", "0.25")]
    cost = people.log_expense(project, "145", status=2, notes="Beurs", tax=9)["id"]
    trip = people.log_trip(project, "45.5", status=2)["id"]
    invoice = people.shown("invoices", people.make_invoice(time=hours, expenses=[cost], mileage=[trip]))
    lines = [
        (row["description"], row["quantity"], row["price"], row["tax"], row["total"]) for row in invoice["invoiceRows"]
    ]
    assert lines == [
        ("Advies", Decimal("2.25"), 115, 21, Decimal("258.75")),
        ("Verblijf Beurs", 1, 145, 9, 145),
        ("Kilometers", Decimal("45.5"), Decimal("0.42"), 21, Decimal("19.11")),
    ]  # fmt: skip
    assert [row["code"] for row in invoice["invoiceRows"]] == [wolkenkade.ADVICE.number, wolkenkade.COSTS.number, None]
    assert [row["index"] for row in invoice["invoiceRows"]] == [0, 1, 2]
    assert invoice["totalExTax"] == Decimal("422.86")
    assert invoice["total"] == Decimal("422.86") + Decimal("54.34") + Decimal("13.05") + Decimal("4.01")
    assert set(invoice["invoiceRows"][0]) == {
        "id", "invoiceId", "description", "quantity", "price", "tax", "total", "index", "code",
    }  # fmt: skip


def test_totals_are_in_the_companys_currency_and_in_the_invoices_own(bureau: TimeChimpBureau) -> None:
    (abroad,) = [row for row in bureau.get("invoices") if row["currency"] == "CHF"]
    assert abroad["exchangeRate"] == Decimal("1.05")
    assert abroad["totalWithoutExchangeRate"] == 575
    assert abroad["total"] == Decimal("603.75")


@pytest.mark.parametrize(
    ("project", "rate"),
    [
        ("Webwinkel", "115"),  # the activity's
        ("Jaarverslag", "110"),  # the person's contract
        ("Tuinapp", "95"),  # the project's
        ("Menukaarten", "80"),  # the customer's
    ],
)
def test_the_price_of_an_hour_follows_from_how_its_project_is_invoiced(
    bureau: TimeChimpBureau, project: str, rate: str
) -> None:
    who, task = bureau.named("users", "Lotte Zandgolf"), bureau.named("tasks", "Advies")
    hours = bureau.people.log_hours(bureau.named("projects", project), "1", status=2, userId=who, taskId=task)
    (line,) = bureau.people.make_invoice(time=[hours["id"]])["invoiceRows"]
    assert line["price"] == Decimal(rate)


def test_a_concept_that_is_deleted_lets_its_items_go(bureau: TimeChimpBureau) -> None:
    project = bureau.named("projects", wolkenkade.FIXED_PRICE_PROJECT)
    trip = bureau.people.log_trip(project, "10", status=2)["id"]
    made = bureau.people.make_invoice(mileage=[trip], projects=[project])["id"]
    assert bureau.get(f"mileage/{trip}")["status"] == 3
    assert (bureau.get(f"projects/{project}")["invoiceStatus"], bureau.get(f"projects/{project}")["invoiceId"]) == (
        3,
        made,
    )
    bureau.people.delete_invoice(made)
    assert bureau.get(f"mileage/{trip}")["status"] == 2
    assert (bureau.get(f"projects/{project}")["invoiceStatus"], bureau.get(f"projects/{project}")["invoiceId"]) == (
        0,
        None,
    )
    assert bureau.refusal("GET", f"invoices/{made}")[0] == 404


def test_a_sent_invoice_can_still_be_edited_but_not_deleted(bureau: TimeChimpBureau) -> None:
    sent = next(row for row in bureau.get("invoices") if row["status"] == 2)
    line = {"description": "Correctie", "quantity": Decimal(1), "price": Decimal(50), "tax": Decimal(21), "code": None}
    bureau.people.edit_invoice(sent["id"], [line], reference="PO 2")
    after = bureau.get(f"invoices/{sent['id']}")
    assert (after["total"], after["reference"], after["companyInvoiceId"]) == (Decimal("60.50"), "PO 2", 2)
    for refused in (
        lambda: bureau.people.delete_invoice(sent["id"]),
        lambda: bureau.people.send_invoice(sent["id"]),
        lambda: bureau.people.edit_invoice(sent["id"], colour="red"),
        lambda: bureau.people.pay_invoice(1),
    ):
        with pytest.raises(CannotDo):
            refused()


def test_a_credit_note_is_negative_and_does_not_say_what_it_credits(bureau: TimeChimpBureau) -> None:
    sent = next(row for row in bureau.get("invoices") if row["status"] == 3)
    note = bureau.people.credit_invoice(sent["id"])
    shown = bureau.get(f"invoices/{note['id']}")
    assert (shown["credit"], shown["total"], shown["status"]) == (True, -sent["total"], 1)
    assert sent["id"] not in {value for value in shown.values() if isinstance(value, int)}
    with pytest.raises(CannotDo):
        bureau.people.credit_invoice(note["id"])


def test_an_invoice_is_for_one_customer_and_for_what_is_unbilled(bureau: TimeChimpBureau) -> None:
    people = bureau.people
    one = people.log_hours(bureau.named("projects", "Webwinkel"), "1", status=2)["id"]
    other = people.log_hours(bureau.named("projects", "Tuinapp"), "1", status=2)["id"]
    with pytest.raises(CannotDo, match="one customer"):
        people.make_invoice(time=[one, other])
    people.make_invoice(time=[one])
    with pytest.raises(CannotDo, match="invoiced"):
        people.make_invoice(time=[one])
    with pytest.raises(CannotDo):
        people.make_invoice()


def test_invoices_of_a_project_are_listed_and_can_be_made_to_name_it() -> None:
    bureau = TimeChimpBureau(invoice_project=True)
    project = bureau.named("projects", "Webwinkel")
    (invoice,) = bureau.get(f"invoices/project/{project}")
    assert invoice["projectId"] == project
    assert "projectId" not in TimeChimpBureau().get("invoices")[0]
    assert bureau.refusal("GET", "invoices/project/1")[0] == 404


# unbilled items


def kinds(bureau: TimeChimpBureau, project: str) -> list[str]:
    return [one["kind"] for one in bureau.people.uninvoiced() if one["projectId"] == bureau.named("projects", project)]


def test_unbilled_are_billable_entries_and_priced_projects_until_they_are_invoiced(bureau: TimeChimpBureau) -> None:
    assert kinds(bureau, wolkenkade.FIXED_PRICE_PROJECT) == ["fixed price"]
    assert kinds(bureau, wolkenkade.BY_ACTIVITY_PRICES) == ["fixed price"]  # and none of its hours
    assert kinds(bureau, wolkenkade.OWN_PROJECT) == []
    project = bureau.named("projects", wolkenkade.FIXED_PRICE_PROJECT)
    made = bureau.people.make_invoice(projects=[project])
    assert [(row["price"], row["code"]) for row in made["invoiceRows"]] == [(4800, "ZK-01")]
    assert kinds(bureau, wolkenkade.FIXED_PRICE_PROJECT) == []


def test_a_project_priced_by_activity_costs_what_its_activities_do(bureau: TimeChimpBureau) -> None:
    project = bureau.named("projects", wolkenkade.BY_ACTIVITY_PRICES)
    made = bureau.people.make_invoice(projects=[project])
    assert made["totalExTax"] == 4000


def test_a_subscription_is_due_once_in_every_period(bureau: TimeChimpBureau) -> None:
    name = wolkenkade.SUBSCRIPTION_PROJECT
    project = bureau.named("projects", name)
    assert kinds(bureau, name) == ["subscription"]
    (line,) = bureau.people.make_invoice(projects=[project])["invoiceRows"]
    assert (line["description"], line["total"], line["code"]) == ("Onderhoud 2026-11-01", 350, "302")
    assert bureau.get(f"projects/{project}")["invoiceStatus"] == 3
    assert kinds(bureau, name) == []
    bureau.turn(days=26)  # the first of December
    assert bureau.get(f"projects/{project}")["invoiceStatus"] == 0
    assert kinds(bureau, name) == ["subscription"]


@pytest.mark.parametrize(
    ("frequency", "due_on"), [(1, date(2026, 11, 11)), (2, date(2026, 12, 1)), (3, date(2027, 1, 1)), (4, date(2027, 7, 1))]
)  # fmt: skip
def test_periods_are_weeks_months_quarters_or_years_from_the_start(
    bureau: TimeChimpBureau, frequency: int, due_on: date
) -> None:
    project = bureau.get(f"projects/{bureau.named('projects', wolkenkade.SUBSCRIPTION_PROJECT)}")
    terms = {**project["projectSubscription"], "frequency": frequency}
    bureau.put("projects", {**project, "projectSubscription": terms, "invoiceStatus": 3})
    bureau.turn(days=(due_on - bureau.now.date()).days - 1)
    assert bureau.get(f"projects/{project['id']}")["invoiceStatus"] == 3
    bureau.turn(days=1)
    assert bureau.get(f"projects/{project['id']}")["invoiceStatus"] == 0


def test_a_subscription_that_ended_is_not_due(bureau: TimeChimpBureau) -> None:
    project = bureau.get(f"projects/{bureau.named('projects', wolkenkade.SUBSCRIPTION_PROJECT)}")
    terms = {**project["projectSubscription"], "endDate": "2026-10-31T00:00:00"}
    bureau.put("projects", {**project, "projectSubscription": terms})
    assert kinds(bureau, wolkenkade.SUBSCRIPTION_PROJECT) == []


def test_a_project_is_marked_invoiced_by_a_put_unless_the_vendor_turns_out_not_to_take_it(
    bureau: TimeChimpBureau,
) -> None:
    for taking, status in ((bureau, 3), (TimeChimpBureau(puts_invoice_status=False), 0)):
        project = taking.get(f"projects/{taking.named('projects', wolkenkade.FIXED_PRICE_PROJECT)}")
        assert taking.put("projects", {**project, "invoiceStatus": 3})["invoiceStatus"] == status


# control calls


def test_people_do_through_control_calls_what_they_do_in_the_product(bureau: TimeChimpBureau) -> None:
    project = bureau.named("projects", "Webwinkel")
    hours = bureau.post("/_sandbox/hours", {"project": project, "hours": "3", "fields": {"notes": "laat"}})
    cost = bureau.post("/_sandbox/expense", {"project": project, "rate": "20.00", "status": 2})
    trip = bureau.post("/_sandbox/trip", {"project": project, "distance": "7", "status": 2})
    bureau.post("/_sandbox/status", {"entity": "time", "ids": [hours["id"]], "status": 2})
    bureau.post("/_sandbox/status", {"entity": "time", "ids": [hours["id"]], "status": -1, "extern": True})
    assert bureau.get(f"time/{hours['id']}")["statusExtern"] == -1
    listed = {(one["kind"], one["id"]) for one in bureau.get("/_sandbox/uninvoiced")["items"]}
    assert {("time", hours["id"]), ("expenses", cost["id"]), ("mileage", trip["id"])} <= listed
    items = {"time": [hours["id"]], "expenses": [cost["id"]], "mileage": [trip["id"]], "date": "2026-11-04"}
    invoice = bureau.post("/_sandbox/invoice", {**items, "header": {"reference": "PO 3"}})["id"]
    bureau.post("/_sandbox/edit-invoice", {"invoice": invoice, "header": {"notes": "Dank"}})
    assert bureau.post("/_sandbox/send-invoice", {"invoice": invoice})["companyInvoiceId"] == 5
    assert bureau.post("/_sandbox/pay-invoice", {"invoice": invoice})["status"] == 3
    note = bureau.post("/_sandbox/credit-invoice", {"invoice": invoice})["id"]
    assert bureau.post("/_sandbox/delete-invoice", {"invoice": note}) == {"deleted": note}
    made = bureau.post("/_sandbox/create", {"entity": "customers", "fields": {"name": "Nieuw B.V."}})
    renamed = bureau.post("/_sandbox/edit", {"entity": "customers", "id": made["id"], "fields": {"name": "Oud B.V."}})
    assert (renamed["name"], renamed["active"]) == ("Oud B.V.", True)
    assert bureau.post("/_sandbox/delete", {"entity": "customers", "id": made["id"]}) == {"deleted": made["id"]}
    assert bureau.post("/_sandbox/settings", {"limit": 1}) == {"changed": ["limit"]}


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("create", {"entity": "dragons"}),
        ("create", {}),
        ("edit", {"entity": "customers", "id": 1}),
        ("edit", {"entity": "tasks", "id": 501_211, "fields": {"colour": "red"}}),
        ("status", {"entity": "time", "ids": [1], "status": 2}),
        ("invoice", {"time": []}),
        ("hours", {"project": 1}),
        ("expense", {"project": 1, "rate": "much"}),
        ("settings", {"extra_hours": 7}),
        ("article", {"task": 1, "guid": None}),
        ("send-invoice", [1]),
    ],
)
def test_a_control_call_that_makes_no_sense_says_why(bureau: TimeChimpBureau, name: str, body: object) -> None:
    assert bureau.refusal("POST", f"/_sandbox/{name}", body)[0] == 400
    assert bureau.refusal("GET", "/_sandbox/rows/dragons")[0] == 400
