"""Censuses and beliefs: real store and fake behave the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from hashlib import blake2b
from typing import Any

from handoff.domain.periods import Period
from handoff.ports import CensusPage
from tests.builders import HOURS, OCTOBER, SEPTEMBER, a_record, a_time_entry
from tests.contract.storage.worlds import INTEGRATION, DynamoWorld, World

FULL = CensusPage(
    buckets=tuple(blake2b(bytes([place]), digest_size=5).hexdigest() for place in range(64)),
    days=tuple(range(100, 131)),
    problems=(),
)


def test_a_census_comes_back_as_it_was_saved(world: World) -> None:
    assert world.census().load(HOURS) == {}
    world.census().save(HOURS, OCTOBER, FULL)
    world.census().save(HOURS, SEPTEMBER, CensusPage(("", "a1"), (), ("p1", "p2")))
    world.census().save("withdrawals", SEPTEMBER, CensusPage())

    assert world.census().load(HOURS) == {OCTOBER: FULL, SEPTEMBER: CensusPage(("", "a1"), (), ("p1", "p2"))}
    assert world.census().load("withdrawals") == {SEPTEMBER: CensusPage()}


def test_a_census_that_is_saved_again_takes_the_place_of_the_old_one(world: World) -> None:
    world.census().save(HOURS, OCTOBER, FULL)
    world.census().save(HOURS, OCTOBER, CensusPage(days=(1, 2)))

    assert world.census().load(HOURS) == {OCTOBER: CensusPage(days=(1, 2))}


def test_no_more_than_the_newest_months_are_read(world: World) -> None:
    months = [Period(f"{year}-{month:02}") for year in (2025, 2026) for month in range(1, 13)]
    for period in months:
        world.census().save(HOURS, period, CensusPage(days=(1,)))

    assert sorted(world.census().load(HOURS)) == months[-14:]


def test_what_was_believed_is_believed_from_then_on(world: World) -> None:
    for problem_id in ("a1", "b2", "a1"):
        world.census().believe(HOURS, problem_id)

    assert set(world.census().believed(HOURS)) == {"a1", "b2"}
    assert set(world.census().believed("withdrawals")) == set()
    assert world.census().load(HOURS) == {}


def test_another_tenant_sees_nothing_of_it(world: World) -> None:
    world.census().save(HOURS, OCTOBER, FULL)
    world.census().believe(HOURS, "a1")

    assert world.census("annen").load(HOURS) == {}
    assert set(world.census("annen").believed(HOURS)) == set()


def test_the_ids_of_a_month_are_those_of_its_newest_versions(world: World) -> None:
    store = world.staged()
    moved = a_record(entry=a_time_entry(external_id="7#%", spent_on="2026-10-05"))
    store.add([moved, *(a_record(entry=a_time_entry(external_id=name, spent_on="2026-10-31")) for name in "12")])
    known = store.get_many(HOURS, ["7#%"])["7#%"]
    store.replace(known, a_record(entry=a_time_entry(external_id="7#%", spent_on="2026-09-30"), version=2))

    assert sorted(store.ids_of(HOURS, OCTOBER)) == ["1", "2"]
    assert list(store.ids_of(HOURS, SEPTEMBER)) == ["7#%"]


def test_a_month_is_one_small_item_and_a_year_one_request(dynamo: DynamoWorld) -> None:
    for month in range(1, 13):
        dynamo.census().save(HOURS, Period(f"2026-{month:02}"), FULL)
    dynamo.meter.reset()

    dynamo.census().save(HOURS, OCTOBER, replace(FULL, problems=("a1b2c3d4e5f6a7b8c9",) * 3))
    dynamo.census().load(HOURS)

    assert dynamo.meter.requests == {"PutItem": 1, "Query": 1}
    pk = dynamo.table.query(f"{dynamo.tenant_id}#{INTEGRATION}#census")
    sizes = [sum(len(name) + _length(value) for name, value in item.items()) for item in pk]
    assert len(sizes) == 12
    assert max(sizes) <= 1024  # one write unit; fourteen are four read units


def _length(value: Mapping[str, Any]) -> int:
    (content,) = value.values()
    return len(content)


def test_a_persons_word_is_used_once(world: World) -> None:
    store = world.census()
    store.believe(HOURS, "a1b2")

    assert [store.use_belief(HOURS, "a1b2"), store.use_belief(HOURS, "a1b2")] == [True, False]
    assert set(store.believed(HOURS)) == set()
