"""The question that the console asks, answered from both systems."""

from __future__ import annotations

from typing import Any

import pytest

from tests.customers import Customer
from tests.system import sample


def asked(customer: Customer, name: str) -> Any:
    return customer.system.invoke("ReconcilePeriod", sample(f"reconcile_period/{name}", fjordlys=customer.tenant_id))


def test_a_period_is_accounted_for_from_both_systems_own_answers(customer: Customer) -> None:
    posted = customer.harvest.log_approved("7.5")
    customer.harvest.log_hours("2.0")
    customer.run()
    since = customer.harvest.log_hours("1.0")
    edited = customer.harvest.log_hours("0.0")

    account = asked(customer, "october")["reconciliation"]

    assert (account["period"], account["currency"], account["agrees"]) == ("2026-10", "NOK", False)
    assert account["time_tool"]["hours"] == "10.50"
    assert (account["states"]["posted"]["hours"], account["states"]["held"]["hours"]) == ("7.50", "2.00")
    (books,) = account["books"]
    assert (books["documents"], books["ledger_documents"], books["amount"]) == (1, 1, "12000.00")
    assert {(found["code"], found["subject"]) for found in account["differences"]} == {
        ("not_fetched", since),
        ("not_fetched", edited),
    }
    assert customer.state(posted) == "posted"


def test_what_somebody_does_to_the_books_by_hand_is_found(customer: Customer) -> None:
    customer.harvest.log_approved("7.5")
    customer.run()
    customer.system.visma_net.vendor.company.project_transactions.get("PM00000001").lines.pop()  # type: ignore[union-attr]  # it is there

    account = asked(customer, "october")["reconciliation"]

    assert (account["agrees"], account["amount_difference"]) == (False, "4800.00")
    assert [found["code"] for found in account["differences"]] == ["line_differs"]


@pytest.mark.parametrize(
    ("name", "code", "field"),
    [("unknown_integration", "not_found", "integration_id"), ("no_period", "bad_period", "period")],
)
def test_a_question_that_makes_no_sense_is_answered_with_the_error(
    customer: Customer, name: str, code: str, field: str
) -> None:
    error = asked(customer, name)["error"]
    assert (error["code"], error["field"]) == (code, field)
    assert error["cure"]
