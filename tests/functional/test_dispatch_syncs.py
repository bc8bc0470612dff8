"""The schedules' events make every integration run, once an hour and once a night."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from handoff.storage.schedule import Schedule
from sandbox.fjordlys import INTEGRATION_ID
from tests.customers import FINISHED, Customer, take_in
from tests.people import keys_in
from tests.polling import until
from tests.system import Json, LocalSystem, sample


@pytest.fixture
def customers(system: LocalSystem) -> Iterator[list[Customer]]:
    """Two customers on the schedule, for as long as the test takes."""
    customers = [take_in(system, scheduled=True) for _ in range(2)]
    yield customers
    for customer in customers:
        Schedule(system.table).remove(customer.tenant_id, INTEGRATION_ID)


def by_the_schedule(customer: Customer) -> Json:
    """The customer's one run that the schedule set going, once it is finished."""

    def finished() -> list[Json]:
        runs = [customer.look_at(run_id) for run_id in customer.runs()]
        return [run for run in runs if run["trigger"] == "schedule" and run["state"] in FINISHED]

    (run,) = until(finished, bool, what="the hourly run")
    return run


def test_H3_2_every_hour_each_customers_approved_hours_are_fetched_and_posted(customers: list[Customer]) -> None:
    system = customers[0].system
    entry = customers[0].harvest.log_approved("7.5")

    assert system.invoke("DispatchSyncs", sample("dispatch_syncs/hourly")) == {"queued": len(customers)}

    for customer in customers:
        run = by_the_schedule(customer)
        assert (run["state"], run["counts"]["posted"], customer.state(entry)) == ("done", 1, "posted")
    # Two customers with the same books: each has a document of its own, under a key of its own.
    assert len(set(keys_in(customers[0].books.documents()))) == len(customers)


def test_a_schedule_that_fires_twice_at_once_makes_one_run(customers: list[Customer]) -> None:
    system = customers[0].system
    minutes = {datetime.now(UTC).minute}
    for _ in range(2):
        assert system.invoke("DispatchSyncs", sample("dispatch_syncs/hourly")) == {"queued": len(customers)}
    minutes.add(datetime.now(UTC).minute)  # a second run, if a minute ended just now

    for customer in customers:
        until(customer.runs, bool, what="the hourly run")
    system.come_to_rest()

    for customer in customers:
        assert 1 <= len(customer.runs()) <= len(minutes)


def test_an_hour_in_which_nothing_changed_costs_a_call_per_feed_and_one_for_the_census(
    customers: list[Customer],
) -> None:
    customer, _ = customers
    customer.harvest.log_approved("7.5")
    customer.run()
    before = customer.postings()

    customer.system.invoke("DispatchSyncs", sample("dispatch_syncs/hourly"))
    run = by_the_schedule(customer)

    assert (run["calls"], run["counts"]) == ({"harvest": 5 + 1, "visma_net": 6}, {"fetched": 1, "unchanged": 1})
    assert customer.postings() == before


def test_the_deployed_schedules_send_what_the_samples_say(system: LocalSystem) -> None:
    scheduler = system.running.aws.scheduler
    deployed = [scheduler.get_schedule(Name=one["Name"]) for one in scheduler.list_schedules()["Schedules"]]
    inputs = {one["ScheduleExpression"]: one["Target"].get("Input") for one in deployed}
    assert json.loads(inputs.pop("cron(0 2 * * ? *)") or "{}") == sample("dispatch_syncs/nightly")
    assert inputs == {"rate(1 hour)": None}
