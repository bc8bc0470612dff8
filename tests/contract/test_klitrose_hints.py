"""Hints of webhooks over the real connectors: once, twice, late, out of order, and of things that are not so."""

from __future__ import annotations

from collections import Counter

import pytest

from handoff.domain.hints import HintKind
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.staged import State
from handoff.pipeline.live.answers import confirm_live, retry_live
from sandbox import klitrose
from tests.klitrose import Klitrose

VOUCHERS = "POST /journals/{journal}/vouchers"
PDF = b"%PDF-1.4\n1 0 obj\n<< >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


@pytest.fixture
def house() -> Klitrose:
    """Klitrose after its first pass."""
    house = Klitrose()
    house.a_pass()
    house.later(minutes=30)
    return house


def test_a_finalized_invoice_is_booked_with_its_pdf_as_soon_as_its_webhook_came(house: Klitrose) -> None:
    """M1.1, M1.2, M1.4"""
    before, draft = house.made("economic"), house.draft()
    invoice = house.moment.vendor.finalize(draft["id"])

    house.hint(HintKind.INVOICE, invoice["id"])

    assert house.record("invoices", invoice["id"]).state is State.POSTED
    assert len(house.booked(invoice["invoiceNumber"])) == 1
    made = house.made("economic") - before
    assert made[VOUCHERS] == 1
    assert made["POST /journals/{journal}/vouchers/{voucher}/attachment/file"] == 1
    assert sum(made.values()) <= 7


def test_webhooks_that_come_twice_late_or_out_of_order_book_an_invoice_once(house: Klitrose) -> None:
    first, second = (house.moment.vendor.finalize(house.draft(project)["id"]) for project in ("1", "2"))

    for external_id in (second["id"], first["id"], second["id"], first["id"], first["id"]):
        house.hint(HintKind.INVOICE, external_id)
    house.a_pass()

    assert len(house.booked(first["invoiceNumber"])) == 1
    assert len(house.booked(second["invoiceNumber"])) == 1


def test_a_hint_of_a_draft_books_nothing_whatever_it_says(house: Klitrose) -> None:
    """M1.1: only what is finalized."""
    before = house.made("economic")

    house.hint(HintKind.INVOICE, house.draft()["id"])

    assert house.made("economic") == before
    assert house.record("invoices", house.draft()["id"]).reason == "a draft"


def test_a_hint_of_something_that_is_not_there_is_harmless(house: Klitrose) -> None:
    before = house.made("economic")

    for kind in (HintKind.CUSTOMER, HintKind.PROJECT, HintKind.INVOICE):
        house.hint(kind, 999_999)
    house.hint(HintKind.ERP_CUSTOMER, "777>")
    house.hint(HintKind.ERP_PROJECT, ">")

    assert house.made("economic") == before
    assert not [known for known in house.problems.open() if known.problem.code is not ProblemCode.NUMBER_NOT_NUMERIC]


def test_a_changed_customer_is_one_call_and_an_unchanged_one_none(house: Klitrose) -> None:
    """M2.2"""
    customer = house.moment.vendor.company.database.rows("customers")[0]
    house.moment.vendor.change("customers", customer["id"], name="Solbær & Søn A/S", city="Nyborg")
    before = house.made("economic")

    house.hint(HintKind.CUSTOMER, customer["id"])
    assert house.made("economic") - before == Counter({"PUT /customers/{number}": 1})
    house.hint(HintKind.CUSTOMER, customer["id"])
    house.hint(HintKind.CUSTOMER, customer["id"])

    assert house.made("economic") - before == Counter({"PUT /customers/{number}": 1})
    assert house.economic.vendor.agreement.customers[10001]["name"] == "Solbær & Søn A/S"


def test_a_new_customer_with_its_project_and_invoice_arrives_whatever_the_order_of_the_webhooks(
    house: Klitrose,
) -> None:
    """M1.1, M2.1, M3.1"""
    moment = house.moment.vendor
    customer = moment.add_customer(name="Vibeholt Vin ApS", customerNumber="10042", countryCode="DK")
    project = moment.add_project(name="Kælderplan", projectNumber="42", customerId=customer["id"])
    invoice = moment.add_invoice(
        finalized=True, customerId=customer["id"], projectId=project["id"], description="Kælderplan, november"
    )

    house.hint(HintKind.INVOICE, invoice["id"])
    house.hint(HintKind.PROJECT, project["id"])
    house.hint(HintKind.CUSTOMER, customer["id"])

    assert len(house.booked(invoice["invoiceNumber"])) == 1
    assert house.record("customers", customer["id"]).state is State.POSTED
    assert house.record("projects", project["id"]).state is State.POSTED


def test_a_customer_that_was_renumbered_by_hand_is_reported_and_not_made_a_second_time(house: Klitrose) -> None:
    """M5.1"""
    house.economic.vendor.people.renumber_customer(10002, to=20002)

    house.hint(HintKind.ERP_CUSTOMER, "10002>20002")

    (problem,) = house.open(ProblemCode.NUMBER_CHANGED)
    assert "10002" in problem.problem.message
    assert "20002" in problem.problem.message
    assert 10002 not in house.economic.vendor.agreement.customers
    house.economic.vendor.people.renumber_customer(20002, to=10002)
    house.hint(HintKind.ERP_CUSTOMER, "20002>10002")
    assert not house.open(ProblemCode.NUMBER_CHANGED)


def test_costs_that_were_booked_come_back_as_soon_as_the_day_book_tells(house: Klitrose) -> None:
    """M4.1, M4.2, M4.3, M4.9, M4.10: with their documents."""
    lines = house.economic.vendor.people.book_supplier_invoice(
        amount="1250.00", account=2770, project=1, cost_type=1, on=house.now.date(), text="Tog til Aarhus",
        supplier=501, invoice_number="F-88", attachment=PDF,
    )  # fmt: skip
    span = f"{min(line.entry for line in lines)}-{max(line.entry for line in lines)}"

    house.hint(HintKind.ENTRIES_BOOKED, span)
    house.hint(HintKind.ENTRIES_BOOKED, span)
    house.a_pass()

    (expense,) = house.moment.vendor.expenses
    assert expense["description"] == "Tog til Aarhus"
    assert len(house.moment.vendor.attachments_of(expense["id"])) == 1


def test_a_payment_is_told_to_moment_partly_and_whole(house: Klitrose) -> None:
    """M7.1"""
    people = house.economic.vendor.people
    row = next(r for r in house.moment.vendor.company.database.rows("invoices") if r["invoiceNumber"] == 5001)
    people.pay(5001, "10000.00")

    house.hint(HintKind.ENTRIES_BOOKED, "1-2")
    assert row["paymentState"] == "partlyPaid"
    people.pay(5001, "20000.00")
    house.hint(HintKind.ENTRIES_BOOKED, "1-2")

    assert row["paymentState"] == "paid"
    assert house.record("invoices", row["id"]).state is State.SETTLED


def test_without_the_plan_for_files_an_invoice_goes_through_and_the_missing_pdf_is_seen_until_confirmed() -> None:
    """M1.6"""
    house = Klitrose(plan="plus")

    house.a_pass()

    assert house.states("invoices")["posted"] == 8
    notes = house.open(ProblemCode.PDF_MISSING)
    assert sum(len(note.external_ids) for note in notes) == 8
    for note in notes:
        confirm_live(house.answers(), note.problem.id, by="Asbjørn Lyngholt", external_ids=note.external_ids)
    assert not house.open(ProblemCode.PDF_MISSING)
    assert house.states("invoices")["posted"] == 8


def test_without_the_project_module_projects_wait_for_it_and_their_invoices_for_them() -> None:
    """M3.7, M6.1"""
    house = Klitrose(project_module=False)
    house.a_pass()
    assert house.states("projects")["failed"] == 9
    (problem,) = house.open(ProblemCode.MODULE_MISSING)
    assert "module" in problem.problem.message
    assert house.states("invoices")["posted"] == 0

    house.economic.vendor.change({"project_module": True})
    retry_live(house.answers(), problem.problem.id, by="Asbjørn Lyngholt")
    house.a_pass()

    assert house.states("invoices")["posted"] == 8


def test_only_our_own_drafts_are_booked(house: Klitrose) -> None:
    """M1.2, M1.7: other people's drafts in journal 1 stay drafts."""
    drafts = [
        draft for draft in house.economic.vendor.agreement.ledger.drafts.values() if draft.journal == klitrose.JOURNAL
    ]

    assert len(drafts) == 2
    assert all("HO" not in (draft.text or "") for draft in drafts)
