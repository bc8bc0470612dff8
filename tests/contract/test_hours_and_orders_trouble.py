"""Hours and invoices that can't go as they are: each says why, the others go, and what is mended goes by itself."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from handoff.domain.runs import RunState
from handoff.domain.staged import State
from handoff.pipeline.retry import RetryTools, retry
from sandbox import lumipolku as house
from tests.lumipolku import BY_HAND, NIGHTLY
from tests.lumipolku_billing import BILLED, HOURS_ON, Company

PROJECT, OTHER = "Satamalogistiikka", "Tuulipuiston kannattavuus"


def with_invoices(**changes: Any) -> dict[str, Any]:
    """The settings with something else said of invoices."""
    return {**BILLED, "invoices": {**BILLED["invoices"], **changes}}


def retried(company: Company, code: str) -> None:
    """A person says that problems of a kind are mended."""
    shop = company.shop()
    settings: Any = shop.settings
    tools = RetryTools(
        shop.shelf.staged, shop.shelf.problems, shop.shelf.passes_of("invoices"), settings.gate_of("invoices"),
        company.clock,
    )  # fmt: skip
    for known in shop.shelf.problems.open():
        if known.problem.code == code:
            retry(tools, known.problem.id, by="Aamu Pakkasniemi")


# ---- hours ---------------------------------------------------------------------------------------


def test_somebody_without_a_number_gets_one_of_the_erp_and_the_hours_go_under_it() -> None:
    """S3.2."""
    company = Company(HOURS_ON)
    urho = next(row for row in company.severa.vendor.people.rows("users") if row.last_name == "Vierasmaa")
    company.works(user=urho.guid)
    company.a_pass()

    (row,) = company.rows()
    made = next(one for one in company.employees() if one["name"] == "Urho Vierasmaa")
    assert row["employeeNo"] == made["employeeNo"] != 0


def test_hours_of_somebody_who_is_not_paired_wait_and_the_others_go() -> None:
    company = Company(HOURS_ON)
    onni = next(row for row in company.severa.vendor.people.rows("users") if row.last_name == "Kelopuu")
    waiting, gone = company.works(user=onni.guid), company.works()
    company.a_pass()

    assert [row["text1"] for row in company.rows()] == [gone]
    assert company.record("hours", waiting).state is State.FAILED
    assert "104 Onni Kelopuu has no employee in the ERP yet." in company.inbox()


def test_a_project_that_loses_its_won_keeps_taking_hours_since_the_erp_has_it() -> None:
    """S6.3."""
    company = Company(HOURS_ON)
    company.severa.vendor.people.set_sales_status(company.projects[PROJECT], house.OFFER)
    company.works()
    company.a_pass()

    assert len(company.rows()) == 1


def test_rows_that_somebody_moved_to_another_month_stay_and_a_person_is_asked() -> None:
    company = Company(HOURS_ON)
    guid, _ = company.works(), company.works(hours="2")
    company.a_pass()
    first, second = company.rows()
    company.erp.delete("freeInformation2", first["pk"])
    company.erp.edit("freeInformation2", second["pk"], date1=20260930)
    company.now += timedelta(hours=1)
    company.severa.vendor.people.edit("workhours", guid, quantity=Decimal(6))
    company.a_pass()

    assert [row["pk"] for row in company.rows()] == [second["pk"]]
    assert [problem.code for problem in company.record("hours", guid).problems] == ["document_edited"]


def test_a_row_that_somebody_edited_is_not_taken_back_blindly() -> None:
    company = Company(HOURS_ON)
    guid = company.works()
    company.a_pass()
    company.erp.edit("freeInformation2", company.rows()[0]["pk"], value1=Decimal(9))
    company.severa.vendor.people.edit("workhours", guid, quantity=Decimal(6))
    company.a_pass()

    assert len(company.rows()) == 1
    assert company.record("hours", guid).state is State.FAILED
    assert any("9 h" in told and "7.5" in told for told in company.inbox())


# ---- invoices ------------------------------------------------------------------------------------


def test_a_currency_that_the_erp_lacks_holds_the_invoice_until_it_is_there() -> None:
    company = Company(BILLED)
    company.works("Laks fra not til bord")
    currency = company.currency("NOK")
    company.erp.delete("currency", currency["currencyNo"])
    invoice = company.bills("Laks fra not til bord")
    company.a_pass()

    assert company.orders() == []
    assert "The ERP has no currency NOK." in company.inbox()
    company.erp.add("currency", currencyNo=currency["currencyNo"], isoCode="NOK", name="Norjan kruunu")
    company.a_pass(BY_HAND)
    assert company.record("invoices", invoice).state is State.POSTED
    assert "The ERP has no currency NOK." not in company.inbox()


def test_a_line_without_a_code_needs_an_item_from_the_settings() -> None:
    company = Company(with_invoices(default_item=""))
    kind = next(row for row in company.severa.vendor.people.rows("worktypes") if row.code is None)
    company.works(workType={"guid": kind.guid})
    company.bills()
    company.a_pass()

    assert company.orders() == []
    assert any("Sisäinen työ" in told and "name no item" in told for told in company.inbox())
    company.changes(invoices={**BILLED["invoices"], "default_item": "LUM-1"})
    company.a_pass()
    assert len(company.orders()) == 1


def test_an_item_with_another_vat_than_the_line_is_refused_and_nothing_is_ordered() -> None:
    company = Company(with_invoices(tax_groups={"25.5": 1}))
    company.erp.add("product", productNo="KONS", description="Konsultointi", taxAndAccountingGroup=2)
    company.works()
    company.bills()
    company.a_pass()

    assert company.orders() == []
    assert any("KONS" in told for told in company.inbox())
    company.erp.edit("product", "KONS", taxAndAccountingGroup=1)
    retried(company, "refused_by_erp")
    company.a_pass(BY_HAND)
    assert len(company.orders()) == 1


def test_an_invoice_to_a_customer_that_is_not_paired_waits_and_the_others_go() -> None:
    company = Company(BILLED)
    company.works("Ny såglinje")
    waiting = company.bills("Ny såglinje")
    company.works(OTHER)
    going = company.bills(OTHER)
    company.a_pass()

    assert company.record("invoices", waiting).state is State.FAILED
    assert company.record("invoices", going).state is State.POSTED
    assert "Customer 1004 Björkskata Såg AB is not in the ERP." in company.inbox()


def test_a_credit_note_waits_until_what_it_credits_is_invoiced_and_then_names_it() -> None:
    """S8.2."""
    company = Company(BILLED)
    company.works()
    invoice = company.bills()
    company.a_pass()
    note = company.severa.vendor.people.credit(invoice)
    company.severa.vendor.people.set_invoice_status(note.guid, house.TO_TRANSFER)
    company.a_pass()
    assert len(company.orders()) == 1
    assert any("credits an invoice that has not become one in the ERP" in told for told in company.inbox())

    number = company.erp.invoice_order(company.orders()[0]["orderNo"])
    retried(company, "credited_invoice_unknown")
    company.a_pass(BY_HAND)

    assert [order["invoiceReference"] for order in company.orders()] == ["", number]


def test_a_status_that_there_is_none_of_ends_the_run_with_its_name() -> None:
    company = Company(with_invoices(ready_status="Valmis siirtoon"))
    company.works()
    company.a_pass()

    run = company.runs["invoices"]
    assert run.state is RunState.FAILED
    assert "Valmis siirtoon" in run.error
    company.changes(invoices=BILLED["invoices"])
    company.bills()
    company.a_pass()
    assert company.runs["invoices"].state is RunState.DONE
    assert not [told for told in company.inbox() if "Valmis siirtoon" in told]


@pytest.mark.parametrize("status", [house.DRAFT, house.SENT])
def test_an_invoice_in_another_status_is_nobodys_business(status: str) -> None:
    company = Company(BILLED)
    company.works()
    invoice = company.bills(status=status)
    company.a_pass()

    assert company.record("invoices", invoice) is None


def test_an_invoice_that_leaves_the_status_before_it_is_ordered_waits() -> None:
    company = Company({**BILLED, "report_only": True})
    company.works()
    invoice = company.bills()
    company.a_pass()
    assert company.record("invoices", invoice).state is State.READY
    company.severa.vendor.people.set_invoice_status(invoice, house.DRAFT)
    company.goes_live()
    company.a_pass()

    assert company.orders() == []
    assert company.record("invoices", invoice).reason == "not_in_the_chosen_status"


def test_an_invoice_that_is_deleted_before_it_is_ordered_is_found_by_night() -> None:
    company = Company({**with_invoices(ready_status=house.DRAFT), "report_only": True})
    company.works()
    invoice = company.bills(status=house.DRAFT)
    company.a_pass()
    assert company.record("invoices", invoice).state is State.READY
    company.severa.vendor.people.delete("invoices", invoice)
    company.a_pass(NIGHTLY)

    record = company.record("invoices", invoice)
    assert (record.state, record.reason) == (State.EXCLUDED, "gone")
