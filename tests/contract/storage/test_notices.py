"""What was told: real store and fake behave the same."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.domain.errors import Stale
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.ports.notices import Told
from tests.builders import NOW
from tests.contract.storage.worlds import DynamoWorld, World

LATER = NOW + timedelta(hours=1)


def ids(count: int) -> list[str]:
    return [Problem(ProblemCode.NUMBER_NOT_NUMERIC, f"customer {n}").id for n in range(count)]


def test_at_first_nothing_was_told(world: World) -> None:
    assert world.notices().load() == Told()


def test_what_was_told_comes_back_with_when_it_was(world: World) -> None:
    store = world.notices()
    first, second = ids(2)
    saved = store.save(Told({first: NOW, second: LATER}, LATER))
    assert saved.revision == 1
    assert store.load() == saved == Told({first: NOW, second: LATER}, LATER, 1)
    store.save(Told({second: LATER}, LATER, 1))
    assert store.load() == Told({second: LATER}, LATER, 2)


def test_a_refused_message_is_remembered_without_causes(world: World) -> None:
    store = world.notices()
    store.save(Told({}, NOW))
    assert store.load() == Told({}, NOW, 1)


def test_two_that_send_at_once_are_told_apart(world: World) -> None:
    store = world.notices()
    store.save(Told({}, NOW))
    with pytest.raises(Stale):
        store.save(Told({}, LATER))
    assert store.load().tried_at == NOW


def test_another_tenants_notices_are_not_seen(world: World) -> None:
    world.notices().save(Told({}, NOW))
    assert world.notices("another-tenant-of-ours").load() == Told()


def test_twenty_thousand_causes_fit_into_the_one_item(dynamo: DynamoWorld) -> None:
    store, told = dynamo.notices(), ids(20_001)
    store.save(Told({**dict.fromkeys(told[1:], LATER), told[0]: NOW}, LATER))
    assert set(store.load().causes) == set(told[1:])
