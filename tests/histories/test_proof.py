"""The simulations can see: with any one guard taken away they fail, and the page says where."""

from __future__ import annotations

import pytest

from tests.histories.both import generate as both_generate
from tests.histories.both import running as both_running
from tests.histories.generate import history_of
from tests.histories.live import generate as live_generate
from tests.histories.live import running as live_running
from tests.histories.proof import BOTH, HOURS, LIVE, SEEDS_MAX, Proof, recorded
from tests.histories.running import broken_promises

RECORDED = {proof.mark: recorded(proof) for proof in (HOURS, LIVE, BOTH)}


@pytest.mark.parametrize("proof", [HOURS, LIVE, BOTH], ids=lambda proof: proof.mark)
def test_the_page_has_every_switch_with_a_seed_among_the_first_thousand(proof: Proof) -> None:
    table = RECORDED[proof.mark]

    assert {name: guard for name, (guard, _, _) in table.items()} == proof.guards
    assert all(0 <= seed < SEEDS_MAX for _, seed, _ in table.values())


@pytest.mark.parametrize("name", HOURS.guards)
def test_without_a_guard_its_recorded_seed_fails_and_with_it_it_does_not(name: str) -> None:
    _, seed, told = RECORDED[HOURS.mark][name]

    assert HOURS.told(name, seed) == told
    assert broken_promises(history_of(seed)) == []


@pytest.mark.parametrize("name", LIVE.guards)
def test_without_a_live_guard_its_recorded_seed_fails_and_with_it_it_does_not(name: str) -> None:
    _, seed, told = RECORDED[LIVE.mark][name]

    assert LIVE.told(name, seed) == told
    assert live_running.broken_promises(live_generate.history_of(seed)) == []


@pytest.mark.parametrize("name", BOTH.guards)
def test_without_a_guard_of_both_sides_its_recorded_seed_fails_and_with_it_it_does_not(name: str) -> None:
    _, seed, told = RECORDED[BOTH.mark][name]

    assert BOTH.told(name, seed) == told
    assert both_running.broken_promises(both_generate.history_of(seed)) == []
