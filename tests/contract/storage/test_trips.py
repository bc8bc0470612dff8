"""Round trips: real store and fake behave the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from handoff.domain.errors import InvalidInput, Stale
from handoff.domain.sales import Milestone
from handoff.domain.trips import OrderFacts, RoundTrip, TripStage, TripTask
from tests.builders import NOW
from tests.contract.storage.worlds import DynamoWorld, World

TRIP = RoundTrip("invoices", "a #1%", "2041", NOW, NOW)
TOKEN = "AQB8" * 200  # AWS's tokens have up to a thousand letters
FULL = replace(
    TRIP,
    stage=TripStage.TELLING_PAID,
    token=TOKEN,
    task=TripTask.TELL_PAID,
    known=OrderFacts(
        date(2026, 10, 5),
        date(2026, 11, 2),
        credited=True,
        gone=True,
        invoice="10007",
        total=Decimal("125.50"),
        outstanding=Decimal("25.50"),
    ),
    told=frozenset({Milestone.SENT}),
    refused=frozenset({Milestone.PAID}),
    generation=3,
)


@pytest.mark.parametrize("trip", [TRIP, FULL])
def test_a_trip_comes_back_as_it_was_one_revision_further(world: World, trip: RoundTrip) -> None:
    saved = world.trips().save(trip)

    assert saved == replace(trip, revision=1)
    assert world.trips().get("invoices", "a #1%") == saved
    assert world.trips().get("credits", "a #1%") is None
    assert world.trips().get("invoices", "a") is None


def test_whoever_is_late_loses(world: World) -> None:
    first = world.trips().save(TRIP)
    second = world.trips().save(replace(first, token="new"))

    for late in (TRIP, replace(first, token="old")):
        with pytest.raises(Stale):
            world.trips().save(late)

    assert world.trips().get("invoices", "a #1%") == second


def test_open_are_those_that_are_not_over_in_order(world: World) -> None:
    store = world.trips()
    kept = [store.save(replace(TRIP, external_id=name)) for name in ("c", "a", "b#2", "d", "e")]
    store.save(replace(TRIP, flow="credits"))
    store.save(replace(kept[3], stage=TripStage.DONE))
    store.save(replace(kept[4], stage=TripStage.EXPIRED))

    assert [trip.external_id for trip in store.open("invoices")] == ["a", "b#2", "c"]
    assert [trip.external_id for trip in store.open("credits")] == ["a #1%"]


def test_a_trip_may_begin_again(world: World) -> None:
    over = world.trips().save(replace(TRIP, stage=TripStage.DONE))
    world.trips().save(replace(over, order="2077", stage=TripStage.WAITING_SENT))
    assert [trip.order for trip in world.trips().open("invoices")] == ["2077"]


def test_more_open_trips_than_a_request_takes_are_read(world: World) -> None:
    for place in range(130):
        world.trips().save(replace(TRIP, external_id=f"{place:03}"))
    assert [trip.external_id for trip in world.trips().open("invoices")] == [f"{place:03}" for place in range(130)]


def test_another_tenant_sees_none(world: World) -> None:
    world.trips().save(TRIP)
    assert list(world.trips("another").open("invoices")) == []
    assert world.trips("another").get("invoices", "a #1%") is None


def test_what_can_be_no_id_is_refused(dynamo: DynamoWorld) -> None:
    with pytest.raises(InvalidInput):
        dynamo.trips().get("in#voices", "a")
    with pytest.raises(InvalidInput):
        dynamo.trips().get("invoices", "")
