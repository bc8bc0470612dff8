"""Reference data: real store and fake behave the same; what did not change is neither written nor read twice."""

from __future__ import annotations

from dataclasses import fields, replace
from random import Random
from typing import Any

import pytest

from handoff.domain.reference import REFERENCE_KINDS, ReferenceData
from tests.builders import (
    a_client,
    a_financial_period,
    a_ledger_project,
    a_ledger_task,
    a_project,
    an_account,
    reference_data,
)
from tests.contract.storage.worlds import DynamoWorld, World, at_once

THE_WORLD = reference_data()


def put_all(world: World, data: ReferenceData) -> None:
    for kind in REFERENCE_KINDS:
        world.reference().put(kind, list(getattr(data, kind).values()))


def test_every_kind_comes_back_as_it_was(world: World) -> None:
    assert {field.name for field in fields(ReferenceData)} == set(REFERENCE_KINDS)
    put_all(world, THE_WORLD)
    assert world.reference().load() == THE_WORLD


def test_nothing_is_known_before_the_first_pass(world: World) -> None:
    assert world.reference().load() == ReferenceData()


def test_only_what_is_new_or_changed_counts(world: World) -> None:
    assert world.reference().put("clients", [a_client(id="1"), a_client(id="2")]) == 2
    assert world.reference().put("clients", [a_client(id="2"), a_client(id="3")]) == 1
    assert world.reference().put("clients", [a_client(id="2", name="Nytt navn AS")]) == 1
    assert world.reference().put("clients", []) == 0
    assert world.reference().load().clients == {
        "1": a_client(id="1"),
        "2": a_client(id="2", name="Nytt navn AS"),
        "3": a_client(id="3"),
    }


def test_what_is_missing_from_a_whole_list_is_gone(world: World) -> None:
    world.reference().put("accounts", [an_account(number="3000"), an_account(number="3010")])
    world.reference().put("clients", [a_client()])
    assert world.reference().replace("accounts", [an_account(number="3000"), an_account(number="3020")]) == 2
    assert set(world.reference().load().accounts) == {"3000", "3020"}
    assert world.reference().replace("accounts", []) == 2
    assert world.reference().load() == ReferenceData(clients={"301": a_client()})


def test_workers_who_change_one_kind_at_once_lose_nothing(world: World) -> None:
    at_once(lambda place: world.reference().put("clients", [a_client(id=str(place))]), 4)
    assert set(world.reference().load().clients) == {"0", "1", "2", "3"}


def test_another_tenant_sees_nothing(world: World) -> None:
    put_all(world, THE_WORLD)
    assert world.reference(tenant_id="another-tenant").load() == ReferenceData()


def many_projects(count: int) -> list[Any]:
    # Names without repetition, which compress badly: the worst a real list can be.
    chance = Random(7)  # noqa: S311 - test data

    def name() -> str:
        return "".join(chance.choices("abcdefghijklmnopqrstuvwxyzæøå ", k=60))

    return [
        a_ledger_project(
            number=str(n), name=name(), tasks=tuple(a_ledger_task(number=str(t), name=name()) for t in range(5))
        )
        for n in range(count)
    ]


def test_a_kind_that_needs_several_parts_is_read_whole_and_leaves_nothing_behind(dynamo: DynamoWorld) -> None:
    projects = many_projects(2_500)
    store = dynamo.reference()
    store.put("ledger_projects", projects)
    assert len(dynamo.reference().load().ledger_projects) == 2_500
    store.put("ledger_projects", [replace(projects[0], open=False)])
    assert dynamo.reference().load().ledger_projects["0"].open is False
    store.replace("ledger_projects", projects[:3])
    assert len(dynamo.reference().load().ledger_projects) == 3
    pk = f"{dynamo.tenant_id}#hours-no#reference"
    assert len(list(dynamo.table.query(pk))) == 1


def test_a_thousand_projects_with_tasks_are_read_with_one_request(dynamo: DynamoWorld) -> None:
    tasks = tuple(a_ledger_task(number=str(n), name=f"Fase {n}") for n in range(5))
    projects = [a_ledger_project(number=f"P{n}", name=f"Prosjekt {n}", tasks=tasks) for n in range(1_000)]
    dynamo.reference().put("ledger_projects", projects)
    put_all(dynamo, replace(THE_WORLD, ledger_projects={}))
    dynamo.meter.reset()
    assert len(dynamo.reference().load().ledger_projects) == 1_000
    assert dynamo.meter.requests == {"Query": 1}


def test_a_pass_over_lists_that_did_not_change_is_one_read_and_no_write(dynamo: DynamoWorld) -> None:
    put_all(dynamo, THE_WORLD)
    store = dynamo.reference()
    dynamo.meter.reset()
    for kind in REFERENCE_KINDS:
        assert store.replace(kind, list(getattr(THE_WORLD, kind).values())) == 0
    assert dynamo.meter.requests == {"Query": 1}


def test_an_empty_list_of_changes_asks_nothing(dynamo: DynamoWorld) -> None:
    assert dynamo.reference().put("clients", []) == 0
    assert dynamo.meter.total == 0


@pytest.mark.parametrize("kind", sorted(REFERENCE_KINDS))
def test_a_kind_is_stored_under_its_own_name(world: World, kind: str) -> None:
    objects = list(getattr(THE_WORLD, kind).values())
    world.reference().put(kind, objects)
    loaded = world.reference().load()
    assert getattr(loaded, kind) == getattr(THE_WORLD, kind)
    assert sum(len(getattr(loaded, other)) for other in REFERENCE_KINDS) == len(objects)


def test_kinds_with_like_names_are_kept_apart(world: World) -> None:
    world.reference().put("projects", [a_project(id="1")])
    world.reference().put("ledger_projects", [a_ledger_project(number="1")])
    world.reference().replace("projects", [])
    assert set(world.reference().load().ledger_projects) == {"1"}
    assert world.reference().put("financial_periods", [a_financial_period()]) == 1
    assert world.reference().put("financial_periods", [a_financial_period(open=False)]) == 1


def test_the_keys_of_a_kind_are_those_of_what_was_stored(world: World) -> None:
    store = world.reference()

    assert set(store.keys("accounts")) == set()
    store.put("accounts", [an_account(), an_account(number="1530")])

    assert set(store.keys("accounts")) == set(world.reference().keys("accounts")) == {"3000", "1530"}


def test_only_what_is_to_be_kept_is_kept(world: World) -> None:
    world.reference().put("accounts", [an_account(), an_account(number="1530"), an_account(number="1540")])

    assert world.reference().keep_only("accounts", {"3000", "9999"}) == 2
    assert set(world.reference().keys("accounts")) == {"3000"}
    assert world.reference().keep_only("accounts", {"3000"}) == 0
