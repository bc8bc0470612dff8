"""Money: one currency, decimals, halves away from zero."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.domain.money import HOUR_STEP, Money, minor_unit, round_to


def test_two_currencies_do_not_add_up() -> None:
    with pytest.raises(ValueError, match="can't add EUR to NOK"):
        Money(Decimal(1), "NOK") + Money(Decimal(1), "EUR")


def test_one_currency_adds_up_exactly() -> None:
    assert Money(Decimal("0.10"), "NOK") + Money(Decimal("0.20"), "NOK") == Money(Decimal("0.30"), "NOK")


@pytest.mark.parametrize(("currency", "unit"), [("NOK", "0.01"), ("EUR", "0.01"), ("ISK", "1"), ("JPY", "1")])
def test_each_currency_has_its_smallest_amount(currency: str, unit: str) -> None:
    assert minor_unit(currency) == Decimal(unit)


@pytest.mark.parametrize(
    ("value", "rounded"),
    [("0.005", "0.01"), ("0.0049", "0.00"), ("-0.005", "-0.01"), ("2.675", "2.68"), ("7.5", "7.50")],
)
def test_halves_are_rounded_away_from_zero(value: str, rounded: str) -> None:
    assert str(round_to(Decimal(value), HOUR_STEP)) == rounded


def test_money_is_rounded_to_what_can_be_paid() -> None:
    assert Money(Decimal("10.125"), "NOK").rounded() == Money(Decimal("10.13"), "NOK")
    assert Money(Decimal("10.5"), "ISK").rounded() == Money(Decimal(11), "ISK")


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=6), st.sampled_from(["NOK", "ISK"]))
def test_rounding_moves_an_amount_by_half_a_unit_at_most(amount: Decimal, currency: str) -> None:
    rounded = Money(amount, currency).rounded()

    assert abs(rounded.amount - amount) <= minor_unit(currency) / 2
    assert rounded.rounded() == rounded
