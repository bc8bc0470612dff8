"""Costs on Severa's projects: made, found by their key, listed by month; and what the health check says of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from handoff.domain.errors import BrokenContract, DeliveryUnknown, Rejected, Unreachable
from handoff.domain.periods import Period
from handoff.domain.posting import ZERO, DocumentKind, Posting, posting_key
from handoff.domain.purchases import ExpenseOf, ProjectFee
from handoff.ports.live import ToolNeeds
from tests.contract.severa_account import Account
from tests.contract.severa_organisation import NOON

KIND = DocumentKind.PROJECT_FEE
AAMU = ExpenseOf("aamu.pakkasniemi@lumipolku.example.test", "HOT")
CODES = ("rights_fees", "rights_to_write_fees", "rights_travels", "rights_to_write_travels")


@pytest.fixture
def account() -> Account:
    return Account()


def a_posting(account: Account, *, number: int = 4, cost: str = "100.00", **other: Any) -> Posting:
    """A cost on a project, whose key says what it is of."""
    guid = next(row["guid"] for row in account.rows("projects") if row["number"] == number)
    key = posting_key("t", "severa", "costs", KIND, [], reversal=bool(other.get("name")))
    dull: dict[str, Any] = {
        "name": "L-1, Routakorpi",
        "text": "Laituri",
        "billable": False,
        "price": ZERO,
        "currency": "EUR",
    }
    fee = ProjectFee(key=key, project_id=guid, spent_on=date(2026, 11, 3), cost=Decimal(cost), **{**dull, **other})
    return Posting(
        key=key,
        kind=KIND,
        entity="severa",
        flow="costs",
        period=Period("2026-11"),
        posted_on=fee.spent_on,
        currency="EUR",
        text="a cost",
        records=(),
        hours=ZERO,
        amount=fee.cost,
        fee=fee,
    )


def test_a_fee_is_one_call_and_is_found_by_its_key(account: Account) -> None:
    """S9.1."""
    posting, costs = a_posting(account), account.tool.project_fees
    assert costs.find(posting) is None
    before = account.tool.calls
    receipt = costs.send(posting)
    assert account.tool.calls == before + 1
    found = costs.find(posting)
    assert found is not None
    assert found.number == receipt.number
    assert (costs.findable, costs.reversible) == (True, False)


def test_an_amount_is_sent_digit_by_digit_and_a_long_text_keeps_its_key(account: Account) -> None:
    posting = a_posting(account, cost="1234567.89", text="x" * 400, name="y" * 400)
    receipt = account.tool.project_fees.send(posting)
    row: Any = account.people.row("projectfees", receipt.number)
    assert row.unit_cost.amount == Decimal("1234567.89")
    assert row.description.endswith(posting.key)
    assert len(row.name) == 100
    assert account.tool.project_fees.find(posting) is not None


def test_a_fee_and_an_expense_are_looked_for_where_they_would_be(account: Account) -> None:
    fee, expense = a_posting(account), a_posting(account, expense=AAMU)
    account.tool.project_fees.send(fee)
    assert account.tool.project_fees.find(expense) is None
    account.tool.project_fees.send(expense)
    assert account.tool.project_fees.find(expense) is not None


def test_what_a_cost_refers_to_is_looked_up_once(account: Account) -> None:
    costs = account.tool.project_fees
    costs.send(a_posting(account, expense=AAMU))
    before = account.tool.calls
    costs.send(a_posting(account, expense=AAMU))
    assert account.tool.calls == before + 1


def test_a_key_is_found_among_many_costs_of_a_project(account: Account) -> None:
    posting = a_posting(account)
    account.tool.project_fees.send(posting)
    assert posting.fee is not None
    for number in range(120):
        account.people.create("projectfees", project={"guid": posting.fee.project_id}, name=f"{number}", quantity=1)
    assert account.tool.project_fees.find(posting) is not None


def test_a_months_costs_are_those_with_a_key_and_a_day_of_it(account: Account) -> None:
    fee, expense = a_posting(account), a_posting(account, expense=AAMU, name="other")
    for posting in (fee, expense):
        account.tool.project_fees.send(posting)
    listed = list(account.tool.project_fees.documents_of(Period("2026-11")))
    assert {(one.key, one.kind, one.lines[0].amount) for one in listed} == {
        (posting.key, KIND, Decimal(100)) for posting in (fee, expense)
    }
    assert list(account.tool.project_fees.documents_of(Period("2026-10"))) == []


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"product": "NONE"}, "no_such_product"),
        ({"expense": ExpenseOf("nobody@example.test", "HOT")}, "no_such_user"),
        ({"expense": ExpenseOf(AAMU.user, "NONE")}, "no_such_type"),
    ],
)
def test_what_is_not_there_is_a_no_before_anything_is_written(
    account: Account, other: dict[str, Any], code: str
) -> None:
    before = len(account.people.rows("projectfees")), len(account.people.rows("projecttravelexpenses"))
    with pytest.raises(Rejected) as refused:
        account.tool.project_fees.send(a_posting(account, **other))
    assert refused.value.code == code
    assert (len(account.people.rows("projectfees")), len(account.people.rows("projecttravelexpenses"))) == before


def test_a_look_up_that_cant_be_read_means_that_nothing_was_sent(account: Account) -> None:
    account.stand_in.fault("status", "GET */products*", status=200, body="<html>")
    with pytest.raises(Unreachable):
        account.tool.project_fees.send(a_posting(account, product="ALI-1"))


@pytest.mark.parametrize("body", ["<html>", [], [{"name": "no guid"}]])
def test_an_answer_that_says_nothing_means_that_it_may_be_there(account: Account, body: object) -> None:
    account.stand_in.fault("status", "POST */projectfees", status=201, body=body, after=True)
    posting = a_posting(account)
    with pytest.raises(DeliveryUnknown):
        account.tool.project_fees.send(posting)
    assert account.tool.project_fees.find(posting) is not None


def test_a_row_that_cant_be_read_might_be_the_one(account: Account) -> None:
    account.stand_in.fault("status", "GET */projectfees*", status=200, body=[{"name": "no guid"}])
    with pytest.raises(BrokenContract):
        account.tool.project_fees.find(a_posting(account))


def test_the_health_check_knows_the_rights_that_costs_need(account: Account) -> None:
    """S9.1."""
    wanted = ToolNeeds(fees=True, expenses=True)
    found = {one.code: one.ok for one in account.tool.health(today=NOON.date(), needs=wanted)}
    assert {code: found[code] for code in CODES} == dict.fromkeys(CODES, True)
    none = {one.code for one in account.tool.health(today=NOON.date())}
    assert not none & set(CODES)
    fees = {one.code for one in account.tool.health(today=NOON.date(), needs=ToolNeeds(fees=True))}
    assert fees & set(CODES) == {"rights_fees", "rights_to_write_fees"}


def test_the_health_check_names_the_scopes_that_are_missing() -> None:
    account = Account(scopes=["settings:read", "users:read", "customers:read", "projects:read"])
    wanted = ToolNeeds(fees=True, expenses=True)
    found = {one.code: one for one in account.tool.health(today=NOON.date(), needs=wanted)}
    assert "fees:read" in found["rights_fees"].cure
    assert "lack fees:write" in found["rights_to_write_fees"].sentence
    assert "travels:read" in found["rights_travels"].cure
    assert "lack travels:write" in found["rights_to_write_travels"].sentence
