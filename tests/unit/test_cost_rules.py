"""Which costs go over, and what they are worth: accounts, voucher types, start, markup, products, expenses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest

from handoff.accounting.account_spans import is_span, takes
from handoff.accounting.cost_rules import CostGate, CostRules
from handoff.console.words import sentence_of
from handoff.domain.purchases import ExpenseOf, Purchase, purchase_from, purchase_hash
from handoff.domain.staged import State
from handoff.integrations.billing_settings import BillingSettings
from handoff.integrations.cost_settings import COSTS
from handoff.integrations.kind_settings import SettingsRefused, read_as
from tests.purchasing import a_cost_record, a_purchase

ALL = CostGate(("4000-7999",))
ON = {"on": True, "starts_on": "2026-11-01"}


@pytest.mark.parametrize(
    ("gate", "purchase", "state", "why"),
    [
        (ALL, a_purchase(), State.READY, "posted_in_the_ledger"),
        (ALL, a_purchase("-100.00"), State.READY, "posted_in_the_ledger"),
        (ALL, a_purchase(account=2400), State.EXCLUDED, "account_not_chosen"),
        (ALL, a_purchase(account=8000), State.EXCLUDED, "account_not_chosen"),
        (CostGate(("4300", "5000-5999")), a_purchase(account=4300), State.READY, "posted_in_the_ledger"),
        (CostGate(("4300", "5000-5999")), a_purchase(account=4301), State.EXCLUDED, "account_not_chosen"),
        (CostGate(()), a_purchase(), State.EXCLUDED, "account_not_chosen"),
        (CostGate(("4300",), frozenset({2, 5})), a_purchase(voucher_type=5), State.READY, "posted_in_the_ledger"),
        (CostGate(("4300",), frozenset({5})), a_purchase(), State.EXCLUDED, "voucher_type_not_chosen"),
        (CostGate(("4300",), starts_on=date(2026, 11, 10)), a_purchase(), State.READY, "posted_in_the_ledger"),
        (CostGate(("4300",), starts_on=date(2026, 11, 11)), a_purchase(), State.EXCLUDED, "booked_before_start"),
    ],
)
def test_a_purchase_goes_or_stays_out_with_its_reason(
    gate: CostGate, purchase: Purchase, state: State, why: str
) -> None:
    """S9.3."""
    record = a_cost_record(purchase)
    found = gate.verdict(record)
    assert (found.state, found.why) == (state, why)
    assert gate.takes_back(record) is False


@pytest.mark.parametrize("reason", ["account_not_chosen", "voucher_type_not_chosen", "booked_before_start"])
def test_every_reason_has_a_sentence(reason: str) -> None:
    record = a_cost_record(state=State.READY).move(State.EXCLUDED, by="erp", at=a_cost_record().changed_at, why=reason)
    assert sentence_of(record).startswith("Stays out: ")
    assert reason not in sentence_of(record)


@pytest.mark.parametrize(
    ("rules", "amount", "price"),
    [
        (CostRules(), "100.00", "0"),
        (CostRules(markup=Decimal(10)), "100.00", "0"),
        (CostRules(billable=True), "100.00", "100.00"),
        (CostRules(billable=True, markup=Decimal(10)), "0.05", "0.06"),
        (CostRules(billable=True, markup=Decimal("12.5")), "99.99", "112.49"),
        (CostRules(billable=True, markup=Decimal("12.5")), "-99.99", "-112.49"),
    ],
)
def test_what_customers_pay_is_the_cost_and_the_markup_to_the_cent(rules: CostRules, amount: str, price: str) -> None:
    """S9.2."""
    assert rules.price(Decimal(amount), "EUR") == Decimal(price)


def test_a_price_has_no_cents_where_the_currency_has_none() -> None:
    assert CostRules(billable=True, markup=Decimal("12.5")).price(Decimal(100), "ISK") == Decimal(113)


def test_the_narrowest_span_that_has_the_account_gives_the_product() -> None:
    rules = CostRules(product="A", products={"4000-4999": "C", "4300": "B"})
    found = [rules.product_of(a_purchase(account=account)) for account in (4300, 4301, 5000)]
    assert found == ["B", "C", "A"]


def test_only_chosen_accounts_become_an_expense() -> None:
    """S9.1."""
    whose = ExpenseOf("aamu@lumipolku.example", "HOT")
    rules = CostRules(expense_accounts=("7100-7199",), expense=whose)
    assert rules.expense_of(a_purchase(account=7150)) == whose
    assert rules.expense_of(a_purchase(account=7200)) is None
    assert CostRules().expense_of(a_purchase(account=7150)) is None


@pytest.mark.parametrize(
    ("text", "fits"),
    [("4000", True), ("4000-4999", True), ("4000-4000", True), ("4999-4000", False), ("x", False), ("4000-", False)],
)
def test_a_span_is_an_account_or_two_in_their_order(text: str, fits: bool) -> None:
    assert is_span(text) is fits


def test_both_ends_of_a_span_count_in() -> None:
    assert [account for account in (3999, 4000, 4999, 5000) if takes(["4000-4999"], account)] == [4000, 4999]


def test_a_renamed_supplier_is_no_other_content_and_an_amount_is_the_same_with_more_digits() -> None:
    one = a_purchase(supplier_name="Routakorpi Oy")
    assert purchase_hash(one) == purchase_hash(a_purchase())
    assert purchase_hash(a_purchase("100.01")) != purchase_hash(a_purchase())
    assert purchase_from(a_cost_record(one).body) == one


# ---- settings ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chosen", "code"),
    [
        ({"on": True}, "starts_on_missing"),
        ({**ON, "accounts": []}, "too_short"),
        ({**ON, "accounts": ["5-4"]}, "no_account"),
        ({**ON, "expense_accounts": ["7100"]}, "expense_user_missing"),
        ({**ON, "expense_accounts": ["7100"], "expense_user": "a@b.example"}, "expense_user_missing"),
        ({**ON, "markup": -1}, "greater_than_equal"),
        ({**ON, "products": {"x": "A"}}, "no_account"),
    ],
)
def test_settings_that_make_no_sense_are_refused(chosen: Mapping[str, object], code: str) -> None:
    with pytest.raises(SettingsRefused) as refused:
        read_as(BillingSettings, {"costs": chosen})
    assert [fault.code for fault in refused.value.faults] == [code]


def test_costs_are_off_and_need_nothing_until_they_are_switched_on() -> None:
    settings = read_as(BillingSettings, {})
    assert settings.flows_on((COSTS,)) == ()
    assert settings.gate_of(COSTS) == CostGate(("4000-7999",))


def test_accounts_and_types_are_written_as_people_write_them() -> None:
    """S9.3."""
    settings = read_as(BillingSettings, {"costs": {**ON, "accounts": "4000-4999, 6700", "voucher_types": "2; 5"}})
    assert settings.gate_of(COSTS) == CostGate(("4000-4999", "6700"), frozenset({2, 5}), date(2026, 11, 1))
