"""Allocation: parts add up, nobody is more than a step from a fair share, no order matters."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from handoff.accounting.allocation import AllocationRule, Allocations, Shares, allocate, allocation_conflicts
from handoff.accounting.matching import Coordinates, Match
from handoff.domain.money import minor_unit

STEP = Decimal("0.01")


def shares(**weights: str) -> Shares:
    return tuple((name, Decimal(weight)) for name, weight in weights.items())


def parts(whole: str, weights: Shares, step: Decimal = STEP) -> dict[str, str]:
    return {name: str(part) for name, part in allocate(Decimal(whole), weights, step)}


def test_a_whole_that_divides_evenly_is_divided_evenly() -> None:
    assert parts("7.50", shares(oslo="60", bergen="40")) == {"bergen": "3.00", "oslo": "4.50"}


def test_the_step_left_over_goes_to_the_largest_remainder() -> None:
    assert parts("100.00", shares(a="1", b="1", c="1.5")) == {"a": "28.57", "b": "28.57", "c": "42.86"}


def test_equal_remainders_are_settled_by_name() -> None:
    assert parts("0.01", shares(b="1", a="1")) == {"a": "0.01", "b": "0.00"}
    assert parts("10.00", shares(c="1", b="1", a="1")) == {"a": "3.34", "b": "3.33", "c": "3.33"}


def test_a_negative_whole_is_the_mirror_of_a_positive_one() -> None:
    assert parts("-10.00", shares(a="1", b="1", c="1")) == {"a": "-3.34", "b": "-3.33", "c": "-3.33"}


def test_a_whole_of_nothing_gives_parts_of_nothing() -> None:
    assert parts("0.00", shares(a="1", b="2")) == {"a": "0.00", "b": "0.00"}
    assert parts("0", shares(a="1", b="2")) == {"a": "0.00", "b": "0.00"}


def test_a_negative_crumb_leaves_no_negative_zero() -> None:
    assert parts("-0.01", shares(a="1", b="1")) == {"a": "-0.01", "b": "0.00"}


def test_a_currency_without_minor_units_is_split_in_whole_units() -> None:
    assert parts("100", shares(a="1", b="1", c="1"), minor_unit("ISK")) == {"a": "34", "b": "33", "c": "33"}


def test_weights_of_zero_get_nothing() -> None:
    assert parts("1.00", shares(a="0", b="3")) == {"a": "0.00", "b": "1.00"}


@pytest.mark.parametrize(
    ("whole", "weights", "fault"),
    [
        ("0.005", shares(a="1", b="1"), "whole steps"),
        ("1", (), "weights"),
        ("1", shares(a="-1", b="2"), "weights"),
        ("1", shares(a="0", b="0"), "weight"),
        ("1", (("a", Decimal("NaN")),), "weights"),
        ("1", (("a", Decimal(1)), ("a", Decimal(2))), "two shares"),
    ],
)
def test_what_cannot_be_split_is_refused(whole: str, weights: Shares, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        allocate(Decimal(whole), weights, STEP)


def test_h2_5_the_most_specific_rule_gives_the_cost_centres() -> None:
    rules = Allocations(
        [
            AllocationRule("oslo", Match(), shares(oslo="1")),
            AllocationRule("bergen", Match(role="Bergen"), shares(bergen="1")),
            AllocationRule("joint", Match(project="NB1"), shares(oslo="60", bergen="40")),
        ]
    )
    at = Coordinates.of(project=("NB1",), role=("Bergen",))

    assert rules.shares(at, date(2026, 10, 5)).rule_id == "joint"
    assert rules.shares(Coordinates.of(role=("Bergen",)), date(2026, 10, 5)).value == shares(bergen="1")
    assert [(lost.rule_id, lost.why) for lost in rules.lost(at, date(2026, 10, 5))] == [
        ("bergen", "less specific than joint"),
        ("oslo", "less specific than joint"),
    ]


def test_two_rules_for_the_same_work_conflict() -> None:
    first = AllocationRule("a", Match(client="X"), shares(oslo="1"))
    second = AllocationRule("b", Match(client="x"), shares(oslo="1"))

    assert allocation_conflicts([first, second]) == (("a", "b"),)


def test_shares_written_in_another_order_say_the_same() -> None:
    first = AllocationRule("a", Match(role="A"), shares(oslo="1", bergen="2"))
    second = AllocationRule("b", Match(role="B"), shares(bergen="2", oslo="1"))

    assert Allocations([first, second]).shares(Coordinates.of(role=("A", "B")), date(2026, 10, 5)).tied == ()
