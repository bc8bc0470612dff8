"""Suppliers' costs on projects in Visma Business become costs in Severa: real connectors, both stand-ins."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from handoff.connectors.document_text import key_in
from handoff.domain.runs import RunState
from handoff.domain.staged import State
from sandbox.business_nxt.access import LUMIPOLKU_COMPANY_NO
from tests.lumipolku import BY_HAND, NIGHTLY
from tests.supplier_costs import HARBOUR, PRINTER, SUBCONTRACTED, WIND_PARK, Contractor, costs_on, worth

AAMU = "aamu.pakkasniemi@lumipolku.example.test"


def test_a_purchase_invoice_on_a_project_becomes_a_fee_that_is_only_a_cost() -> None:
    """S9.1, S9.2."""
    company = Contractor()
    cost = company.buys("1250.00")
    company.a_pass()

    (fee,) = company.fees()
    assert fee.project == company.projects[HARBOUR]
    assert (worth(fee), fee.quantity) == ((Decimal("1250.00"), Decimal(0), False), 1)
    assert fee.unit_cost.currency == "EUR"
    assert (fee.name, fee.event_date) == ("L-4711, Routakorpi Rakennus Oy", date(2026, 11, 10))
    assert fee.product_type == "Subcontracting"
    record = company.record(cost)
    assert record.state is State.POSTED
    assert key_in(fee.description) == record.posting_key
    assert fee.description.startswith("Laiturin kartoitus, voucher ")


def test_it_goes_over_once_and_a_pass_without_news_is_one_call() -> None:
    """S9.1."""
    company = Contractor()
    company.buys()
    company.a_pass()
    company.a_pass()
    assert company.runs["costs"].calls == {"business_nxt": 1}

    company.a_pass(BY_HAND)
    company.a_pass(NIGHTLY)
    assert company.runs["costs"].state is RunState.DONE
    assert len(company.fees()) == 1


def test_a_cost_is_one_call_at_severa() -> None:
    company = Contractor()
    for number in range(3):
        company.buys(invoice=f"L-{number}")
    company.a_pass()

    # The ledger, and the names of its suppliers.
    assert company.runs["costs"].calls == {"business_nxt": 2, "severa": 3}


def test_customers_are_charged_with_a_markup_where_the_settings_say_so() -> None:
    """S9.2."""
    company = Contractor(costs_on(billable=True, markup="12.5"))
    company.buys("99.99")
    company.a_pass()

    (fee,) = company.fees()
    assert worth(fee) == (Decimal("99.99"), Decimal("112.49"), True)


def test_only_chosen_accounts_and_voucher_types_go_over() -> None:
    """S9.3."""
    company = Contractor(costs_on(accounts=["4000-4399", "6700"]))
    taken = [company.buys(account=account) for account in (4000, 4399, 6700)]
    left = company.buys(account=4400)
    company.a_pass()

    assert len(company.fees()) == len(taken)
    assert (company.record(left).state, company.record(left).reason) == (State.EXCLUDED, "account_not_chosen")
    company.changes(costs=costs_on(voucher_types=[9])["costs"])
    other = company.buys()
    company.a_pass()
    assert (company.record(other).state, company.record(other).reason) == (State.EXCLUDED, "voucher_type_not_chosen")


def test_what_the_settings_take_in_later_goes_over_then() -> None:
    """S9.3."""
    company = Contractor(costs_on(accounts=["6700"]))
    cost = company.buys(account=SUBCONTRACTED)
    company.a_pass()
    assert company.fees() == []

    company.changes(costs=costs_on(accounts=["4000-4999"])["costs"])
    company.a_pass()
    assert len(company.fees()) == 1
    assert company.record(cost).state is State.POSTED


def test_a_credit_note_becomes_a_negative_cost_of_its_own_and_leaves_the_first_alone() -> None:
    """S9.1."""
    company = Contractor(costs_on(billable=True, markup=10))
    company.buys("1250.00")
    company.a_pass()
    (before,) = company.fees()
    company.buys("-250.00", invoice="H-12")
    company.a_pass()

    first, credit = company.fees()
    assert first == before
    assert worth(credit) == (Decimal("-250.00"), Decimal("-275.00"), True)


def test_what_is_on_no_project_or_no_cost_account_stays() -> None:
    """S9.1: the supplier's debt and the VAT stand in the ledger too."""
    company = Contractor()
    company.buys(project=None)
    cost = company.buys("100.00")
    journal = cost.split("-")[0]
    for row in company.ledger():
        if str(row["voucherJournalNo"]) == journal and row["accountNo"] in (2400, 2710):
            company.edits_the_ledger(f"{journal}-{row['auditNo']}", orgUnit2=company.numbers[HARBOUR])
    company.a_pass()

    assert [worth(fee)[0] for fee in company.fees()] == [Decimal("100.00")]
    kept = company.shop().shelf.staged.every("costs", period=None, states=(State.EXCLUDED,))
    assert [record.reason for record in kept] == ["account_not_chosen", "account_not_chosen"]


def test_costs_of_before_the_start_stay_and_an_earlier_start_brings_them() -> None:
    company = Contractor()
    company.buys(on=date(2026, 10, 31))
    company.buys(on=date(2026, 11, 1), invoice="L-2")
    company.a_pass()
    assert [fee.name for fee in company.fees()] == ["L-2, Routakorpi Rakennus Oy"]

    company.changes(costs=costs_on(starts_on="2026-10-01")["costs"])
    company.a_pass()
    assert len(company.fees()) == 2


def test_a_voucher_that_is_dated_back_is_found_all_the_same() -> None:
    company = Contractor()
    company.buys()
    company.a_pass()
    company.later(days=20)
    company.buys(on=date(2026, 11, 2), invoice="L-late")
    company.a_pass()

    assert company.fees()[-1].event_date == date(2026, 11, 2)


def test_a_cost_on_a_project_that_severa_does_not_have_waits_and_goes_by_itself_then() -> None:
    """S9.1."""
    company = Contractor()
    company.erp.add("orgUnit2", orgUnit2No=77, name="Asiakastietojen siirto")
    cost = company.buys(project=77)
    company.a_pass()

    assert company.fees() == []
    told = "Project 77 Asiakastietojen siirto of the ERP has none in the time tool that it is the same as."
    assert told in company.news()
    assert company.record(cost).state is State.FAILED
    people = company.severa.vendor.people
    people.edit("projects", company.projects["Asiakastietojen siirto"], number=77)
    people.win(company.projects["Asiakastietojen siirto"])
    company.a_pass()
    assert [fee.project for fee in company.fees()] == [company.projects["Asiakastietojen siirto"]]
    assert told not in company.news()
    assert company.record(cost).state is State.POSTED


def test_a_fee_is_of_the_product_that_the_settings_name_for_its_account() -> None:
    company = Contractor(costs_on(product="LUM-K", products={"4300-4399": "ALI-1"}))
    company.buys(account=4300)
    company.buys(account=5000, invoice="L-2")
    company.a_pass()

    codes = {row.guid: row.code for row in company.severa.vendor.people.rows("products")}
    assert [(codes[fee.product], fee.product_type) for fee in company.fees()] == [
        ("ALI-1", "Subcontracting"),
        ("LUM-K", "FixedFees"),
    ]
    assert {worth(fee) for fee in company.fees()} == {(Decimal(1250), Decimal(0), False)}


def test_costs_on_chosen_accounts_become_other_expenses_of_a_user_with_nothing_to_reimburse() -> None:
    """S9.1."""
    chosen = costs_on(expense_accounts=["7100-7199"], expense_user=AAMU, expense_type="HOT", billable=True)
    company = Contractor(chosen)
    company.buys("140.00", account=7130)
    company.buys("80.00", account=7200, invoice="L-2")
    company.a_pass()

    (expense,), (fee,) = company.expenses(), company.fees()
    people = company.severa.vendor.people
    (aamu,) = (row.guid for row in people.rows("users") if row.email == AAMU)
    (phase,) = (row for row in people.rows("phases") if row.guid == expense.phase)
    assert (expense.user, phase.project, expense.project) == (aamu, *[company.projects[HARBOUR]] * 2)
    assert (expense.travel_reimbursement_required, worth(expense)) == (False, (Decimal(140), Decimal(140), True))
    assert worth(fee)[0] == Decimal(80)


@pytest.mark.parametrize(
    ("chosen", "says"),
    [
        ({"product": "NONE-1"}, "Visma Severa has no product with the code 'NONE-1'"),
        (
            {"expense_accounts": ["4000-7999"], "expense_user": "nobody@lumipolku.example", "expense_type": "HOT"},
            "Visma Severa has no user with the e-mail address 'nobody@lumipolku.example'",
        ),
        (
            {"expense_accounts": ["4000-7999"], "expense_user": AAMU, "expense_type": "NONE"},
            "Visma Severa has no type of travel expense with the code 'NONE'",
        ),
    ],
)
def test_what_the_settings_name_and_severa_lacks_is_told_before_anything_is_written(
    chosen: dict[str, object], says: str
) -> None:
    company = Contractor(costs_on(**chosen))
    cost = company.buys()
    company.a_pass()

    assert [*company.fees(), *company.expenses()] == []
    assert any(one.startswith(f"The time tool refused it: {says}") for one in company.news())
    assert company.record(cost).state is State.FAILED


def test_nothing_is_written_before_the_report_was_read() -> None:
    """S10.1."""
    company = Contractor({**costs_on(), "report_only": True})
    cost = company.buys("10.00", WIND_PARK)
    company.a_pass()
    assert company.fees() == []
    assert company.record(cost).state is State.READY

    company.goes_live()
    company.a_pass()
    company.a_pass()
    assert len(company.fees()) == 1


def test_a_flow_that_is_switched_off_asks_for_nothing() -> None:
    company = Contractor({"report_only": False})
    company.buys()
    company.a_pass()

    assert company.runs["costs"].calls == {}
    assert company.fees() == []


def test_another_supplier_has_its_own_name_and_a_renamed_one_changes_nothing() -> None:
    company = Contractor()
    company.buys(supplier=PRINTER)
    company.a_pass()
    rows = company.nxt.vendor.company_of(LUMIPOLKU_COMPANY_NO).rows("associate").where("supplierNo", PRINTER)
    company.erp.edit("associate", rows[0]["associateNo"], name="Hallanmaa Oy")
    company.a_pass(NIGHTLY)

    assert [fee.name for fee in company.fees()] == ["L-4711, Hallanmaa Painotalo Ky"]
    assert company.news() == []
