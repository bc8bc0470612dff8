"""Severa's hours and invoices in Visma Business: real connectors, both stand-ins, pass after pass."""

from __future__ import annotations

from decimal import Decimal

import pytest

from handoff.domain.periods import Period
from handoff.domain.runs import RunState
from handoff.domain.staged import State
from sandbox import lumipolku as house
from tests.lumipolku import BY_HAND, NIGHTLY
from tests.lumipolku_billing import BILLED, HOURS_ON, Company

# ---- hours ---------------------------------------------------------------------------------------


def test_approved_hours_become_rows_of_the_chosen_table() -> None:
    """S7.1, S7.2, S7.3."""
    company = Company(HOURS_ON)
    approved, held = company.works(description="Laituri 1"), company.works(approved=False)

    company.a_pass()

    (row,) = company.rows()
    assert row["text1"] == approved
    assert (row["employeeNo"], row["orgUnit2"], row["orgUnit1"]) == (101, 4, 100)
    assert (row["value1"], row["value2"], row["value3"]) == (Decimal("7.5"), Decimal("7.5"), Decimal(110))
    assert (row["value4"], row["date1"], row["orderNo"]) == (Decimal("825.00"), 20261110, 0)
    assert company.record("hours", approved).state is State.POSTED
    assert (company.record("hours", held).state, company.record("hours", held).reason) == (State.HELD, "not_approved")


def test_what_changes_after_it_was_written_is_taken_back_and_written_anew() -> None:
    """S7.1, S7.3."""
    company = Company(HOURS_ON)
    guid = company.works()
    company.a_pass()
    company.severa.vendor.people.edit("workhours", guid, quantity=Decimal(6))
    company.a_pass()

    assert [(row["value1"], row["value4"]) for row in company.rows()] == [
        (Decimal("7.5"), Decimal(825)),
        (Decimal("-7.5"), Decimal(-825)),
        (Decimal(6), Decimal(660)),
    ]
    assert company.record("hours", guid).version == 2


def test_hours_whose_approval_is_taken_back_are_taken_back_until_they_are_approved_again() -> None:
    """S7.3."""
    company = Company(HOURS_ON)
    guid = company.works()
    company.a_pass()
    company.severa.vendor.people.approve(guid, approved=False)
    company.a_pass()

    assert sum(row["value1"] for row in company.rows()) == 0
    record = company.record("hours", guid)
    assert (record.state, record.reason) == (State.EXCLUDED, "approval_withdrawn")
    company.severa.vendor.people.approve(guid)
    company.a_pass()
    assert [row["value1"] for row in company.rows()] == [Decimal("7.5"), Decimal("-7.5"), Decimal("7.5")]
    assert company.record("hours", guid).state is State.POSTED


def test_deleted_hours_are_taken_back() -> None:
    company = Company(HOURS_ON)
    guid = company.works()
    company.a_pass()
    company.severa.vendor.people.delete("workhours", guid)
    company.a_pass()

    assert [row["value1"] for row in company.rows()] == [Decimal("7.5"), Decimal("-7.5")]
    assert company.record("hours", guid).state is State.REVERSED


def test_hours_on_a_project_that_is_not_won_wait_for_it_and_go_by_themselves_then() -> None:
    """S6.3."""
    company = Company(HOURS_ON)
    guid = company.works("Asiakastietojen siirto")
    company.a_pass()

    assert company.rows() == []
    assert "Project 7 Asiakastietojen siirto is not in the ERP." in company.inbox()
    company.severa.vendor.people.win(company.projects["Asiakastietojen siirto"])
    company.a_pass()
    assert [row["text1"] for row in company.rows()] == [guid]
    assert "Project 7 Asiakastietojen siirto is not in the ERP." not in company.inbox()


def test_a_pass_without_changes_asks_for_hours_and_for_deleted_hours_once() -> None:
    company = Company(HOURS_ON)
    company.works()
    company.a_pass()
    company.a_pass()

    assert company.runs["hours"].calls == {"severa": 2}


def test_nothing_is_written_before_the_report_was_read() -> None:
    """S10.1."""
    company = Company({**HOURS_ON, "report_only": True})
    company.works()
    company.a_pass()

    assert company.rows() == []


def test_hours_whose_outcome_was_lost_are_written_once() -> None:
    company = Company(HOURS_ON)
    company.works()
    company.nxt.vendor.house.mishaps.add({"operation": "freeInformation2_create", "kind": "timeout", "done": True})
    company.a_pass()
    company.later(minutes=30)
    company.a_pass(BY_HAND)

    assert len(company.rows()) == 1


# ---- invoices ------------------------------------------------------------------------------------


def test_an_invoice_in_the_chosen_status_becomes_an_order_and_its_hours_get_the_number() -> None:
    """S8.1, S8.2, S7.4, S4.4, S4.5, S6.1."""
    company = Company(BILLED)
    guid = company.works()
    company.a_pass()
    draft = company.severa.vendor.people.make_invoice(company.projects["Satamalogistiikka"])
    company.a_pass()
    assert company.orders() == []
    company.severa.vendor.people.set_invoice_status(draft.guid, house.TO_TRANSFER)
    company.a_pass()

    (order,) = company.orders()
    shown = company.severa.vendor.people.shown(company.severa.vendor.people.row("invoices", draft.guid))
    assert (order["orgUnit1"], order["orgUnit2"]) == (100, 4)
    assert order["orderSumNetDomestic"] == shown["totalExcludingTax"]["amount"]
    assert company.erp.row("product", "KONS")["description"] == "Konsultointi"
    assert [row["orderNo"] for row in company.rows()] == [order["orderNo"]]
    assert company.record("hours", guid).state is State.SETTLED
    assert company.record("invoices", str(draft.guid)).state is State.POSTED


def test_an_order_that_is_invoiced_and_paid_makes_the_invoice_sent_and_paid() -> None:
    """S8.3, S8.4."""
    company = Company(BILLED)
    company.works()
    invoice = company.bills()
    company.a_pass()
    company.messages_arrive()
    (order,) = company.orders()
    number = company.erp.invoice_order(order["orderNo"])
    company.a_pass()
    company.messages_arrive()
    assert company.status(invoice) == house.SENT

    company.erp.pay(number, Decimal(100))
    company.a_pass()
    company.messages_arrive()
    assert company.status(invoice) == house.SENT
    company.erp.pay(number)
    company.a_pass()
    company.messages_arrive()

    assert company.status(invoice) == house.PAID
    assert company.record("invoices", invoice).state is State.SETTLED
    assert company.machine.running == 0


def test_an_order_that_is_edited_or_deleted_by_hand_is_told() -> None:
    company = Company(BILLED)
    company.works()
    first = company.bills()
    company.works("Tuulipuiston kannattavuus")
    company.bills("Tuulipuiston kannattavuus")
    company.a_pass()
    edited, deleted = (order["orderNo"] for order in company.orders())
    before = company.erp.row("order", edited)["orderSumNetDomestic"]
    company.erp.edit("orderLine", (edited, 1), priceInCurrency=Decimal(100))
    company.erp.delete("order", deleted)
    company.a_pass(NIGHTLY)
    company.messages_arrive()

    told = company.inbox()
    after = company.erp.row("order", edited)["orderSumNetDomestic"]
    assert f"Order {edited} was worth {before} EUR when it was made, and {after} EUR now." in told
    assert any(f"Order {deleted} is not in the ERP any more" in one for one in told)
    assert company.record("invoices", first).state is State.POSTED


def test_an_invoice_that_is_edited_after_it_was_ordered_asks_a_person() -> None:
    company = Company(BILLED)
    company.works()
    invoice = company.bills()
    company.a_pass()
    company.severa.vendor.people.edit("invoices", invoice, ourReference="Aamu")
    company.a_pass()

    assert company.record("invoices", invoice).state is State.FAILED
    assert len(company.orders()) == 1


def test_a_pass_without_changes_asks_each_side_once_for_invoices() -> None:
    company = Company(BILLED)
    company.works()
    company.bills()
    company.a_pass()
    company.later(hours=2)
    company.a_pass()
    company.later(hours=2)
    company.a_pass()

    assert company.runs["invoices"].calls == {"business_nxt": 1, "severa": 2}


def test_an_order_whose_answer_was_lost_is_made_once() -> None:
    company = Company(BILLED)
    company.works()
    company.nxt.vendor.house.mishaps.add({"operation": "order_create", "kind": "timeout", "done": True})
    invoice = company.bills()
    company.a_pass()
    company.later(minutes=30)
    company.a_pass(BY_HAND)

    assert len(company.orders()) == 1
    assert company.record("invoices", invoice).state is State.POSTED


@pytest.mark.parametrize("flow", ["hours", "invoices"])
def test_a_refused_sign_in_stops_the_connection_and_nothing_is_lost(flow: str) -> None:
    company = Company(BILLED)
    company.works()
    company.bills()
    company.severa.vendor.access.revoke()
    company.a_pass()
    assert company.runs[flow].state is RunState.FAILED


def test_every_night_each_hour_of_the_month_is_accounted_for() -> None:
    """S7.1."""
    company = Company(HOURS_ON)
    company.works()
    company.works(hours="2.25", approved=False)
    company.a_pass(NIGHTLY)

    assert company.runs["hours"].state is RunState.DONE
    assert company.runs["hours"].counts["reconciled"] == 1
    kept = company.shop().shelf.reconciliations.get("hours", Period("2026-11"))
    assert kept is not None
    account = kept.account
    assert (account.time_tool.hours, account.differences) == (Decimal("9.75"), [])
    assert {name: part.hours for name, part in account.states.items() if part.hours} == {
        "posted": Decimal("7.5"),
        "held": Decimal("2.25"),
    }


def test_an_order_that_was_deleted_is_made_anew_once_a_person_says_so_and_followed_like_the_first() -> None:
    """S8.2, S8.4."""
    company = Company(BILLED)
    company.works()
    invoice = company.bills()
    company.a_pass()
    company.messages_arrive()
    company.erp.delete("order", company.orders()[0]["orderNo"])
    company.a_pass(NIGHTLY)
    company.messages_arrive()
    company.severa.vendor.people.edit("invoices", invoice, ourReference="Aamu")
    company.a_pass()
    assert company.orders() == []
    company.confirms("irreversible", invoice)
    company.a_pass(BY_HAND)
    company.messages_arrive()

    (order,) = company.orders()
    company.erp.pay(company.erp.invoice_order(order["orderNo"]))
    company.a_pass()
    company.messages_arrive()
    assert company.status(invoice) == house.PAID
