"""The pass state: real store and fake behave the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handoff.domain.errors import Stale
from handoff.ports import FeedCursor, PassState
from tests.builders import NOW
from tests.contract.storage.worlds import World, at_once

CURSORS = {
    "harvest-1:time_entries": FeedCursor(
        since=NOW,
        next_page="https://harvest.example/v2/time_entries?cursor=abc%3D&per_page=2000",
        high_water=NOW + timedelta(microseconds=5),
        total=3_000,
        moved=True,
        walks=2,
        broken=1,
        hold=NOW - timedelta(days=1),
    ),
    "visma-net-1:accounts": FeedCursor(),
}


def test_before_the_first_pass_the_state_is_empty(world: World) -> None:
    assert world.passes().load() == PassState(cursors={}, needs_posting=False, gated_with=0, revision=0)


def test_the_state_comes_back_as_it_was_one_revision_further(world: World) -> None:
    saved = world.passes().save(PassState(CURSORS, needs_posting=True, gated_with=3))
    assert saved == PassState(CURSORS, needs_posting=True, gated_with=3, revision=1)
    assert world.passes().load() == saved
    again = world.passes().save(replace(saved, needs_posting=False))
    assert world.passes().load() == again
    assert again.revision == 2


def test_serial_numbers_are_kept_beside_the_cursors(world: World) -> None:
    saved = world.passes().save(PassState(CURSORS, serials={"economic-1:costs": 4_000_000_001}))
    assert world.passes().load() == saved
    moved = world.passes().save(replace(saved, serials={**saved.serials, "economic-1:costs:first": 7}))
    assert world.passes().load().serials == {"economic-1:costs": 4_000_000_001, "economic-1:costs:first": 7}
    assert moved.cursors == CURSORS


def test_a_pass_that_was_overtaken_is_told_so(world: World) -> None:
    read = world.passes().load()
    world.passes().save(read)
    with pytest.raises(Stale):
        world.passes().save(read)


def test_of_sixteen_writers_on_one_revision_one_wins(world: World) -> None:
    read = world.passes().save(PassState())

    def saved(place: int) -> bool:
        try:
            world.passes().save(replace(read, gated_with=place))
        except Stale:
            return False
        return True

    winners = at_once(saved)
    assert sum(winners) == 1
    assert world.passes().load().gated_with == winners.index(True)


def test_another_tenant_sees_nothing(world: World) -> None:
    world.passes().save(PassState(CURSORS))
    assert world.passes(tenant_id="another-tenant").load() == PassState()
