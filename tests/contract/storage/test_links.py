"""Links: real store and fake behave the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handoff.domain.errors import Stale
from handoff.domain.master_data import Link
from handoff.storage import tables
from handoff.storage.dynamo import text
from handoff.storage.packing import document
from tests.contract.storage.worlds import INTEGRATION, DynamoWorld, World, at_once

FORM = b'{"customerNumber":1001,"name":"Strandby Kaffe ApS"}\x00\xff'
LINK = Link("customers", "c1", 1001, "wanted", "print", FORM)


def test_a_link_comes_back_by_both_its_names_one_revision_further(world: World) -> None:
    saved = world.links().save(LINK)
    assert saved == replace(LINK, revision=1)
    assert world.links().get("customers", "c1") == saved
    assert world.links().numbered("customers", 1001) == saved


def test_what_is_not_linked_is_none(world: World) -> None:
    world.links().save(LINK)
    assert world.links().get("customers", "c2") is None
    assert world.links().numbered("customers", 1002) is None
    assert world.links().get("projects", "c1") is None
    assert world.links().numbered("projects", 1001) is None


def test_a_long_form_comes_back_as_it_was(world: World) -> None:
    link = replace(LINK, form=bytes(range(256)) * 40)
    world.links().save(link)
    found = world.links().get("customers", "c1")
    assert found is not None
    assert found.form == link.form


def test_a_link_that_changed_meanwhile_is_not_overwritten(world: World) -> None:
    first = world.links().save(LINK)
    second = world.links().save(replace(first, wanted="other"))
    with pytest.raises(Stale):
        world.links().save(replace(first, number=1002))
    with pytest.raises(Stale):
        world.links().save(replace(LINK, number=1003))
    assert world.links().get("customers", "c1") == second
    assert world.links().numbered("customers", 1001) == second
    assert world.links().numbered("customers", 1002) is None


def test_a_number_is_whose_link_took_it_last(world: World) -> None:
    world.links().save(LINK)
    second = world.links().save(replace(LINK, external_id="c0", number=1002))
    took = world.links().save(replace(second, number=1001))
    assert world.links().numbered("customers", 1001) == took


def test_a_link_with_a_new_number_is_not_found_by_its_old_one(world: World) -> None:
    first = world.links().save(LINK)
    moved = world.links().save(replace(first, number=1002))
    assert world.links().numbered("customers", 1002) == moved
    assert world.links().numbered("customers", 1001) is None


def test_a_number_that_went_from_one_to_another_is_the_other_ones(world: World) -> None:
    first = world.links().save(LINK)
    world.links().save(replace(first, number=1002))
    other = world.links().save(replace(LINK, external_id="c#2%"))
    assert world.links().numbered("customers", 1001) == other


def test_all_links_of_a_flow_are_told_and_no_others(world: World) -> None:
    for place in range(3):
        world.links().save(replace(LINK, external_id=f"c{place}", number=1000 + place))
    world.links().save(replace(LINK, flow="projects", external_id="p1", number=501))
    assert sorted(link.external_id for link in world.links().all("customers")) == ["c0", "c1", "c2"]
    assert [link.number for link in world.links().all("projects")] == [501]


def test_of_sixteen_that_make_the_same_link_one_wins(world: World) -> None:
    def saved(place: int) -> bool:
        try:
            world.links().save(replace(LINK, wanted=str(place)))
        except Stale:
            return False
        return True

    winners = at_once(saved)
    assert sum(winners) == 1
    found = world.links().numbered("customers", 1001)
    assert found is not None
    assert found.wanted == str(winners.index(True))


def test_another_tenant_sees_nothing(world: World) -> None:
    world.links().save(LINK)
    assert world.links(tenant_id="another-tenant").get("customers", "c1") is None
    assert world.links(tenant_id="another-tenant").numbered("customers", 1001) is None
    assert list(world.links(tenant_id="another-tenant").all("customers")) == []


def test_a_number_whose_link_was_never_written_is_nobodys_until_it_is(dynamo: DynamoWorld) -> None:
    pk = tables.integration_pk(dynamo.tenant_id, INTEGRATION, "links")
    sk = tables.link_number_sk("customers", 1001)
    dynamo.table.put({"pk": text(pk), "sk": text(sk), "d": document(b"c1")})
    assert dynamo.links().numbered("customers", 1001) is None
    saved = dynamo.links().save(LINK)
    assert dynamo.links().numbered("customers", 1001) == saved
