"""The simulation can see: with any one guard taken away it fails, and the page says where."""

from __future__ import annotations

import pytest

from tests.histories.generate import history_of
from tests.histories.proof import SEEDS_MAX, recorded, seen
from tests.histories.running import broken_promises
from tests.histories.switches import SWITCHES

RECORDED = recorded()


def test_the_page_has_every_switch_with_a_seed_among_the_first_thousand() -> None:
    assert {name: guard for name, (guard, _, _) in RECORDED.items()} == {n: s.guard for n, s in SWITCHES.items()}
    assert all(0 <= seed < SEEDS_MAX for _, seed, _ in RECORDED.values())


@pytest.mark.parametrize("name", SWITCHES)
def test_without_a_guard_its_recorded_seed_fails_and_with_it_it_does_not(name: str) -> None:
    _, seed, told = RECORDED[name]

    assert seen(SWITCHES[name], seed) == told
    assert broken_promises(history_of(seed)) == []
