"""What goes wrong while suppliers' costs go over: lost answers, refusals, rows that can't be read, changes by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from handoff.domain.errors import ReconnectNeeded
from handoff.domain.periods import Period
from handoff.domain.runs import RunState
from handoff.domain.staged import State
from handoff.wiring.billing import Billing
from tests.lumipolku import BY_HAND, NIGHTLY
from tests.supplier_costs import HARBOUR, WIND_PARK, Contractor, costs_on, worth

FEES = "POST /rest-api/v1/projectfees"
EXPENSES = {
    "expense_accounts": ["4000-7999"],
    "expense_user": "aamu.pakkasniemi@lumipolku.example.test",
    "expense_type": "HOT",
}


@pytest.mark.parametrize(
    ("chosen", "match"), [({}, FEES), (EXPENSES, "POST /rest-api/v1/projecttravelexpenses")], ids=["fee", "expense"]
)
@pytest.mark.parametrize("kind", ["lost_after_commit", "status"])
def test_a_cost_whose_answer_was_lost_is_found_by_its_key_and_not_made_twice(
    kind: str, chosen: dict[str, Any], match: str
) -> None:
    """S9.1."""
    company = Contractor(costs_on(**chosen))
    cost = company.buys()
    company.severa.fault(kind, match, **({"status": 502, "after": True} if kind == "status" else {}))
    company.a_pass()

    assert len([*company.fees(), *company.expenses()]) == 1
    assert company.record(cost).state is State.POSTED
    assert company.runs["costs"].counts["adopted"] == 1


def test_a_cost_that_was_lost_on_the_way_is_sent_again_once_it_surely_is_not_there() -> None:
    company = Contractor()
    cost = company.buys()
    company.severa.fault("status", FEES, status=503)
    company.a_pass()

    (fee,) = company.fees()
    assert worth(fee)[0] == Decimal("1250.00")
    assert company.record(cost).state is State.POSTED
    assert company.runs["costs"].counts["absent"] == 1


def test_a_connection_that_could_not_be_made_costs_nothing_but_time() -> None:
    company = Contractor()
    company.buys()
    company.severa.fault("reset_before", FEES)
    company.a_pass()
    company.later(minutes=30)
    company.a_pass(BY_HAND)

    assert len(company.fees()) == 1


def test_a_project_that_is_gone_has_no_cost_and_one_whose_costs_are_hidden_stops_severa() -> None:
    company = Contractor()
    company.buys()
    company.a_pass()
    shelf = company.shop().shelf
    (kept,) = shelf.postings.of_period(Period("2026-11"))
    assert kept.fee is not None
    costs = Billing(company.shop()).time_tool.project_fees
    found = costs.find(kept)
    assert found is not None
    assert kept.receipt is not None
    assert found.number == kept.receipt.number

    gone = replace(kept, fee=replace(kept.fee, project_id="00000000-0000-4000-8000-000000000000"))
    assert costs.find(gone) is None
    company.severa.fault("status", "GET */projectfees*", status=404)
    with pytest.raises(ReconnectNeeded):
        costs.find(kept)


def test_a_definite_no_of_severa_is_told_and_the_others_go() -> None:
    company = Contractor()
    refused, taken = company.buys(), company.buys(project=WIND_PARK, invoice="L-2")
    body = {"error": {"httpStatusCode": 400, "type": "InvalidOperation", "details": [{"message": "It is closed."}]}}
    company.severa.fault("status", FEES, status=400, body=body)
    company.a_pass()

    assert (company.record(refused).state, company.record(taken).state) == (State.FAILED, State.POSTED)
    assert company.news() == ["The time tool refused it: It is closed."]


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_right_stops_severa_and_the_cost_goes_once_it_is_given(status: int) -> None:
    company = Contractor()
    cost = company.buys()
    company.severa.fault("status", FEES, status=status, times=9)
    company.a_pass()
    assert company.runs["costs"].state is RunState.FAILED
    assert company.shop().integration.time_tool.stopped
    assert not company.shop().integration.erp.stopped
    assert company.record(cost).state is State.READY

    company.severa.faults.clear()
    company.a_pass(BY_HAND)
    company.a_pass()
    assert (len(company.fees()), company.record(cost).state) == (1, State.POSTED)


def test_a_refused_sign_in_at_the_erp_stops_it_and_what_was_posted_meanwhile_goes_after_that() -> None:
    company = Contractor()
    company.nxt.fault("status", {"path": "/*", "body": "generalLedgerTransaction"}, status=401, times=2)
    company.a_pass()
    assert company.runs["costs"].state is RunState.FAILED
    assert company.shop().integration.erp.stopped

    company.buys()
    company.a_pass(BY_HAND)
    company.a_pass()
    assert len(company.fees()) == 1


@pytest.mark.parametrize("side", ["erp", "time_tool"])
def test_being_asked_to_wait_is_waited_for(side: str) -> None:
    company = Contractor()
    company.buys()
    if side == "erp":
        company.nxt.fault("status", {"path": "/*", "body": "generalLedgerTransaction"}, status=429)
    else:
        company.severa.fault("status", FEES, status=429)
    company.a_pass()

    assert company.runs["costs"].state is RunState.DONE
    assert len(company.fees()) == 1


def test_a_row_that_cant_be_read_is_named_the_others_go_and_it_goes_once_it_is_mended() -> None:
    company = Contractor()
    broken, sound = company.buys(), company.buys(project=WIND_PARK, invoice="L-2")
    company.edits_the_ledger(broken, voucherDate=20261199)
    company.a_pass()

    (told,) = [one for one in company.news() if broken in one]
    assert "voucherDate" in told
    assert company.record(sound).state is State.POSTED
    company.edits_the_ledger(broken, voucherDate=20261110)
    company.a_pass()
    assert company.record(broken).state is State.POSTED
    assert not [one for one in company.news() if broken in one]


def test_a_ledger_that_cant_be_read_ends_the_run_and_is_over_once_it_can() -> None:
    company = Contractor()
    company.buys()
    company.nxt.fault("status", {"path": "/*", "body": "generalLedgerTransaction"}, body="<html>", status=200)
    states, told = [], []
    for _ in range(2):
        company.a_pass()
        states.append(company.runs["costs"].state)
        told.append(len(company.news()))

    assert states == [RunState.FAILED, RunState.DONE]
    assert told == [1, 0]


def test_more_rows_than_a_page_are_read_page_by_page_each_once() -> None:
    company = Contractor(nxt={"page_max": 3})
    costs = [company.buys(f"{number}.00", invoice=f"L-{number}") for number in range(1, 9)]
    company.a_pass()

    assert sorted(worth(fee)[0] for fee in company.fees()) == [Decimal(number) for number in range(1, 9)]
    assert {company.record(cost).state for cost in costs} == {State.POSTED}


def test_a_row_that_is_changed_after_it_went_over_is_told_and_what_stands_in_severa_is_left() -> None:
    company = Contractor()
    cost = company.buys("100.00")
    company.a_pass()
    company.edits_the_ledger(cost, orgUnit2=company.numbers[WIND_PARK])
    company.a_pass()

    (fee,) = company.fees()
    assert fee.project == company.projects[HARBOUR]
    (told,) = company.news()
    assert told.startswith(f"Cost {cost} of voucher ")
    assert "on project 4" in told
    assert "on project 1" in told
    assert company.record(cost).state is State.POSTED

    company.edits_the_ledger(cost, orgUnit2=company.numbers[HARBOUR])
    company.a_pass()
    assert company.news() == []


def test_a_row_that_is_changed_before_it_went_over_goes_as_it_is_then() -> None:
    company = Contractor()
    company.changes(report_only=True)
    cost = company.buys("100.00")
    company.a_pass()
    company.edits_the_ledger(cost, orgUnit2=company.numbers[WIND_PARK], text="Uusi")
    company.a_pass()
    company.goes_live()
    company.a_pass()
    company.a_pass()

    assert [fee.project for fee in company.fees()] == [company.projects[WIND_PARK]]
    assert company.record(cost).version == 2


def test_a_fee_that_is_invoiced_stays_as_it_is_when_its_cost_is_credited() -> None:
    """S9.1."""
    company = Contractor(costs_on(billable=True))
    company.buys("100.00")
    company.a_pass()
    company.severa.vendor.people.make_invoice(company.projects[HARBOUR])
    (invoiced,) = company.fees()
    assert invoiced.invoice_row_guid
    company.buys("-100.00", invoice="H-1")
    company.a_pass(NIGHTLY)

    first, credit = company.fees()
    assert (first, credit.invoice_row_guid) == (invoiced, None)
    assert worth(credit)[0] == Decimal("-100.00")
