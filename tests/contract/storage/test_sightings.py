"""Sightings: real store and fake behave the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from handoff.domain.capabilities import Side
from handoff.domain.errors import Stale
from handoff.domain.pairs import Address, Contact, Customer, Note, NoteKind, Project, Sighting
from tests.builders import NOW
from tests.contract.storage.worlds import World

SAYS = Customer(
    "10023",
    "Fjell og Fjære AS",
    email="post@fjell.example",
    billing=Address("Kaia 1", "5003", "Bergen", "NO"),
    deliveries=(Address("Lager 2"),),
    contacts=(Contact("Kim Aas", "kim@fjell.example"),),
)
NOTE = Note(NOW, NoteKind.OVERWRITTEN, Side.ERP, "email", "gammel@fjell.example", "post@fjell.example")
SIGHTING = Sighting(
    "customers", Side.ERP, "7 #1", SAYS, changed_at=NOW, partner="c1", making=True, refused="ab", notes=(NOTE,)
)


def known(world: World, id_: str, side: Side = Side.ERP) -> Sighting[Customer] | None:
    found: Mapping[str, Sighting[Customer]] = world.sightings().get("customers", side, [id_, "other"])
    return found.get(id_)


def test_a_sighting_comes_back_as_it_was_one_revision_further(world: World) -> None:
    (saved,) = world.sightings().save([SIGHTING])

    assert saved == replace(SIGHTING, revision=1)
    assert known(world, "7 #1") == saved
    assert known(world, "7 #1", Side.TIME_TOOL) is None


def test_what_was_agreed_and_every_mark_comes_back(world: World) -> None:
    marked = replace(
        SIGHTING, agreed=Customer("1", "Old"), excluded="no e-mail address", blocked=True, gone=True, refers="c9"
    )
    world.sightings().save([marked])

    assert known(world, "7 #1") == replace(marked, revision=1)


def test_open_are_those_without_another_half_and_those_that_say_something_new(world: World) -> None:
    alone = Sighting("customers", Side.TIME_TOOL, "a", SAYS)
    changed = Sighting("customers", Side.TIME_TOOL, "b", SAYS, partner="x", agreed=Customer("1", "Old"))
    settled = Sighting("customers", Side.ERP, "c", SAYS, partner="y", agreed=SAYS)
    out = replace(alone, id="d", excluded="not won")
    world.sightings().save([alone, changed, settled, out, replace(alone, id="e", gone=True)])
    world.sightings().save([Sighting("projects", Side.TIME_TOOL, "f", Project("1", "P"))])

    found: Sequence[Sighting[Customer]] = world.sightings().open("customers")
    assert [one.id for one in found] == ["a", "b"]

    world.sightings().save([replace(found[1], agreed=SAYS)])
    left: Sequence[Sighting[Customer]] = world.sightings().open("customers")
    assert [one.id for one in left] == ["a"]


def test_all_of_one_side_are_read(world: World) -> None:
    world.sightings().save([replace(SIGHTING, id=str(place)) for place in range(60)])
    world.sightings().save([replace(SIGHTING, side=Side.TIME_TOOL)])

    found: Sequence[Sighting[Customer]] = world.sightings().all("customers", Side.ERP)
    assert {one.id for one in found} == {str(place) for place in range(60)}


def test_whoever_is_late_loses_and_the_others_are_written(world: World) -> None:
    first, second = world.sightings().save([SIGHTING, replace(SIGHTING, id="8")])
    world.sightings().save([replace(first, excluded="blocked")])

    with pytest.raises(Stale):
        world.sightings().save([replace(first, gone=True), replace(second, gone=True), replace(SIGHTING, id="9")])

    assert [getattr(known(world, id_), "gone", None) for id_ in ("7 #1", "8", "9")] == [False, True, False]
    with pytest.raises(Stale):
        world.sightings().save([SIGHTING])


def test_another_tenant_sees_none(world: World) -> None:
    world.sightings().save([SIGHTING])

    assert list(world.sightings("another").all("customers", Side.ERP)) == []
    assert list(world.sightings("another").open("customers")) == []
