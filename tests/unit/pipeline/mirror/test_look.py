"""Looks: every page is noted before the cursor passes it, nothing changes behind a walk unseen, and gone is gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from handoff.domain.capabilities import Side
from handoff.domain.pairs import Customer, Sighting
from handoff.pipeline.mirror.look import WALK_LIFE, look
from handoff.ports import BrokenRow
from handoff.ports.mirror import ListedPage
from tests.unit.pipeline.mirror.both_sides import FLOW, PAGE, BothSides, a_customer


def looked(
    world: BothSides, *, whole: bool = False, time_left: Callable[[], bool] = lambda: True
) -> tuple[bool, Counter[str]]:
    counts: Counter[str] = Counter()
    finished = look(world.desk, world.flow, Side.ERP, whole=whole, time_left=time_left, counts=counts)
    return finished, counts


def known(world: BothSides) -> dict[str, bool]:
    """The names of all that is known of the ERP, and whether it is gone."""
    found: Sequence[Sighting[Customer]] = world.sightings.all(FLOW, Side.ERP)
    return {one.says.name: one.gone for one in found}


def a_world(customers: int) -> BothSides:
    world = BothSides()
    for place in range(customers):
        world.erp.has(a_customer(str(500 + place), f"Kunde {place}"))
    world.wait()
    return world


def test_a_list_is_read_page_by_page_to_its_end() -> None:
    world = a_world(2 * PAGE + 1)

    assert looked(world) == (True, Counter(fetched=7, new=7, gone=0))
    assert world.calls() == {"erp listed": 3}


def test_a_walk_goes_on_where_it_stopped() -> None:
    world = a_world(2 * PAGE + 1)

    assert looked(world, time_left=lambda: False)[0] is False
    assert len(known(world)) == PAGE
    assert looked(world) == (True, Counter(fetched=4, new=4, gone=0))


def test_the_next_look_asks_only_for_what_changed() -> None:
    world = a_world(2 * PAGE)
    looked(world)
    world.wait()
    world.erp.edits("e5", email="ny@fjell.example")

    assert looked(world)[1]["changed"] == 1
    assert looked(world)[1] == Counter(fetched=1, unchanged=1)


def test_what_changes_behind_a_walk_is_met_by_the_next_one() -> None:
    world = a_world(2 * PAGE)
    looked(world, time_left=lambda: False)
    world.wait()
    world.erp.edits("e1", email="bak@fjell.example")
    world.wait()
    world.erp.edits("e5", email="foran@fjell.example")
    looked(world)
    world.wait()

    looked(world)

    says = [world.sighting(Side.ERP, id_).says.email for id_ in ("e1", "e5")]
    assert says == ["bak@fjell.example", "foran@fjell.example"]


def test_a_whole_walk_finds_what_is_gone_and_what_is_back() -> None:
    world = a_world(PAGE + 1)
    looked(world)
    row = world.erp.rows.pop("e2")
    assert looked(world)[1]["gone"] == 0
    world.wait()

    assert looked(world, whole=True)[1]["gone"] == 1
    assert known(world)["Kunde 1"]

    world.erp.rows["e2"] = row
    looked(world, whole=True)
    assert not known(world)["Kunde 1"]


def test_what_is_noted_while_a_whole_walk_is_under_way_is_not_taken_for_gone() -> None:
    world = a_world(2 * PAGE)
    looked(world)
    world.wait()
    looked(world, whole=True, time_left=lambda: False)
    world.wait()
    row = world.erp.rows.pop(world.erp.has(a_customer("900", "Ny Kunde")))
    world.erp.rows["e0"] = replace(row, id="e0")  # where the walk has passed already
    looked(world)  # another run's look notes it

    looked(world, whole=True)

    assert not known(world)["Ny Kunde"]


def test_a_whole_walk_that_was_left_lying_begins_anew() -> None:
    world = a_world(2 * PAGE)
    looked(world)
    world.wait()
    looked(world, whole=True, time_left=lambda: False)
    world.at += WALK_LIFE + timedelta(minutes=1)
    world.calls()

    looked(world, whole=True)

    assert world.calls() == {"erp listed": 2}


def test_a_row_that_cant_be_read_is_told_and_holds_the_cursor_until_it_can() -> None:
    world = a_world(2)
    broken = [BrokenRow("e9", "name", "is missing")]
    listed = world.erp.listed

    def with_broken(**asked: Any) -> ListedPage[Customer]:
        return replace(listed(**asked), broken=tuple(broken))

    world.erp.listed = with_broken  # type: ignore[method-assign]

    looked(world)
    (sentence,) = world.inbox()
    assert "e9" in sentence
    world.wait()
    assert looked(world)[1]["fetched"] == 2, "nothing is proven yet: all of it is read again"

    broken.clear()
    world.erp.edits("e1", email="ny@fjell.example")
    assert looked(world)[1]["fetched"] == 2
    assert world.inbox() == []
    assert looked(world)[1]["fetched"] == 1, "by now all is proven but the newest"
