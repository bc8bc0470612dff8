"""The schedule's event makes every integration run, once an hour."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from handoff.storage.schedule import Schedule
from sandbox.fjordlys import INTEGRATION_ID
from tests.customers import FINISHED, Customer, Refused, take_in
from tests.polling import until
from tests.system import Json, LocalSystem, sample


@pytest.fixture
def customers(system: LocalSystem) -> Iterator[list[Customer]]:
    """Two customers on the schedule, for as long as the test takes."""
    customers = [take_in(system, scheduled=True) for _ in range(2)]
    yield customers
    for customer in customers:
        Schedule(system.table).remove(customer.tenant_id, INTEGRATION_ID)


def run_of_the_hour(customer: Customer, hours: set[str]) -> Json:
    """The run of one of these hours, once it is finished."""

    def finished() -> Json:
        for hour in hours:
            with suppress(Refused):
                run = customer.look_at(f"{hour}0000Z-hourly")
                if run["state"] in FINISHED:
                    return run
        return {}

    return until(finished, bool, what="the hourly run")


def this_hour() -> str:
    return f"{datetime.now(UTC):%Y%m%dT%H}"


def test_H3_2_every_hour_each_customers_approved_hours_are_fetched_and_posted(customers: list[Customer]) -> None:
    system = customers[0].system
    entry = customers[0].harvest.log_approved("7.5")
    hours = {this_hour()}

    assert system.invoke("DispatchSyncs", sample("dispatch_syncs/hourly")) == {"queued": len(customers)}

    for customer in customers:
        hours.add(this_hour())
        run = run_of_the_hour(customer, hours)
        assert (run["state"], run["trigger"], run["counts"]["posted"]) == ("done", "schedule", 1)
        assert customer.state(entry) == "posted"
    # Two customers with the same books: each has a document of its own, under a key of its own.
    documents = customers[0].books.documents()
    assert len({document["description"] for document in documents}) == len(customers)


def test_a_schedule_that_fires_twice_within_the_hour_makes_one_run(customers: list[Customer]) -> None:
    customer, _ = customers
    system = customer.system
    hours = {this_hour()}
    for _ in range(2):
        assert system.invoke("DispatchSyncs", sample("dispatch_syncs/hourly")) == {"queued": len(customers)}
    hours.add(this_hour())  # a second one, if the hour ended just now

    run_of_the_hour(customer, hours)
    system.come_to_rest()

    assert customer.harvest.calls()["GET /v2/time_entries"] == len(customers) * len(hours)


def test_an_hour_in_which_nothing_changed_costs_one_call_per_feed_and_no_look_at_the_records(
    customers: list[Customer],
) -> None:
    customer, _ = customers
    customer.harvest.log_approved("7.5")
    customer.run()
    before = customer.postings()
    customer.harvest.forget_calls()

    hours = {this_hour()}
    customer.system.invoke("DispatchSyncs", sample("dispatch_syncs/hourly"))
    hours.add(this_hour())
    run = run_of_the_hour(customer, hours)

    assert (run["calls"], run["counts"]) == ({"harvest": 5, "visma_net": 6}, {"fetched": 1, "unchanged": 1})
    assert customer.postings() == before
