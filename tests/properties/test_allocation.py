"""Parts add up, nobody is more than a step from a fair share, no order matters: of any weights whatever."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from handoff.accounting.allocation import allocate
from handoff.domain.money import HOUR_STEP

STEP = Decimal("0.01")


wholes = st.integers(-(10**12), 10**12).map(lambda steps: steps * HOUR_STEP)
weights = st.dictionaries(
    st.text(min_size=1, max_size=4),
    st.decimals(min_value=0, max_value=100_000, places=4),
    min_size=1,
    max_size=8,
).filter(lambda drawn: any(drawn.values()))


@given(wholes, weights)
def test_parts_always_add_up_to_the_whole(whole: Decimal, drawn: dict[str, Decimal]) -> None:
    assert sum(part for _, part in allocate(whole, tuple(drawn.items()), STEP)) == whole


@given(wholes, weights, st.randoms(use_true_random=False))
def test_the_order_of_shares_never_matters(whole: Decimal, drawn: dict[str, Decimal], random: Random) -> None:
    shuffled = list(drawn.items())
    random.shuffle(shuffled)

    assert allocate(whole, tuple(shuffled), STEP) == allocate(whole, tuple(drawn.items()), STEP)


@given(wholes, weights)
def test_nobody_is_more_than_one_step_from_the_exact_share(whole: Decimal, drawn: dict[str, Decimal]) -> None:
    total = sum(map(Fraction, drawn.values()))
    for name, part in allocate(whole, tuple(drawn.items()), STEP):
        exact = Fraction(whole) * Fraction(drawn[name]) / total
        assert abs(Fraction(part) - exact) < Fraction(STEP)


@given(wholes, weights, st.integers(1, 1000))
def test_only_proportions_count(whole: Decimal, drawn: dict[str, Decimal], factor: int) -> None:
    scaled = tuple((name, weight * factor) for name, weight in drawn.items())

    assert allocate(whole, scaled, STEP) == allocate(whole, tuple(drawn.items()), STEP)
