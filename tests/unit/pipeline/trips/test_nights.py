"""Nights and years of an invoice's way back: what is lost is replaced, and what never ends is ended."""

from __future__ import annotations

import pytest

from handoff.domain.errors import Unreachable
from handoff.domain.sales import Milestone
from handoff.domain.trips import RoundTrip, TripOutcome, TripStage, TripTask
from handoff.pipeline.trips.arrive import arrived
from handoff.pipeline.trips.begin import begin
from handoff.pipeline.trips.learn import seen
from handoff.pipeline.trips.sweep import resume
from tests.tripping import FLOW, INVOICE, ORDER, PAID, SENT, Travel, an_order, on_the_way_to_paid

BOTH = [Milestone.SENT, Milestone.PAID]


@pytest.fixture
def travel() -> Travel:
    """An order that was just made."""
    return an_order()


# ---- nights --------------------------------------------------------------------------------------


def test_a_trip_that_waits_is_given_a_sign_of_life_and_nothing_else(travel: Travel) -> None:
    travel.deliver_all()
    before = travel.trip
    assert travel.night().counts == {"trips": 1, "waiting": 1}
    assert travel.trip == before
    assert travel.machine.beats == [before.token]


def test_an_execution_that_was_never_started_is_started_at_night() -> None:
    travel = Travel()
    travel.trips.save(RoundTrip(FLOW, INVOICE, ORDER, travel.now, travel.now))
    assert travel.night().counts == {"trips": 1, "renewed": 1}
    assert travel.trip.stage is TripStage.WAITING_SENT
    assert travel.trip.token


def test_an_execution_that_died_is_replaced_and_nothing_is_told_twice(travel: Travel) -> None:
    on_the_way_to_paid(travel)
    travel.machine.die()
    assert travel.night().counts == {"trips": 1, "renewed": 1}
    assert (travel.trip.stage, travel.trip.generation) == (TripStage.WAITING_PAID, 2)

    seen(travel.desk, INVOICE, PAID)
    travel.deliver_all()
    assert travel.teller.milestones == BOTH


def test_news_of_a_dead_execution_starts_the_next_one_at_once(travel: Travel) -> None:
    on_the_way_to_paid(travel)
    travel.machine.die()
    seen(travel.desk, INVOICE, PAID)
    travel.deliver_all()
    assert travel.teller.milestones == BOTH
    assert travel.trip.stage is TripStage.DONE


def test_a_message_that_is_lost_is_missed_after_an_hour(travel: Travel) -> None:
    travel.machine.queue.clear()
    assert resume(travel.desk).counts == {"trips": 1, "awaited": 1}
    travel.pass_by(minutes=61)
    assert resume(travel.desk).counts == {"trips": 1, "renewed": 1}

    seen(travel.desk, INVOICE, PAID)
    travel.deliver_all()
    assert travel.teller.milestones == BOTH


def test_an_execution_that_was_taken_for_lost_is_ended_by_its_own_message(travel: Travel) -> None:
    late = travel.machine.queue.popleft()
    travel.night()
    assert travel.machine.running == 2

    arrived(travel.desk, late)

    assert travel.machine.running == 1
    assert travel.machine.answers == [(TripTask.WAIT_SENT, TripOutcome.SUPERSEDED)]


def test_what_could_not_be_told_all_day_is_told_at_night(travel: Travel) -> None:
    travel.deliver_all()
    seen(travel.desk, INVOICE, SENT)
    travel.teller.fault = Unreachable("away")
    with pytest.raises(Unreachable):
        travel.deliver()
    travel.machine.queue.clear()  # delivered too often
    assert travel.night().counts == {"trips": 1, "put_off": 1}

    travel.teller.fault = None
    travel.pass_by(hours=12)
    assert resume(travel.desk).counts == {"trips": 1, "woken": 1}
    assert travel.teller.milestones == [Milestone.SENT]


def test_a_sweep_goes_on_where_its_time_was_up(travel: Travel) -> None:
    for name in ("inv-2", "inv-3"):
        begin(travel.desk, name, f"order of {name}")
    travel.deliver_all()
    left = iter([True, True, False])

    first = resume(travel.desk, time_left=lambda: next(left))
    assert (first.counts, first.left_at) == ({"trips": 2, "waiting": 2}, "inv-2")
    second = resume(travel.desk, after="inv-2")
    assert (second.counts, second.left_at) == ({"trips": 1, "waiting": 1}, None)


# ---- a year --------------------------------------------------------------------------------------


def test_an_invoice_that_is_never_paid_is_a_problem_after_a_year(travel: Travel) -> None:
    on_the_way_to_paid(travel)
    for _ in range(364):
        travel.night()
    assert travel.codes == []
    assert len(travel.machine.executions) == 2  # an execution lives for less than a year

    travel.night()

    assert (travel.trip.stage, travel.codes) == (TripStage.EXPIRED, ["never_paid"])
    assert travel.machine.running == 0
    assert travel.teller.milestones == [Milestone.SENT]


def test_an_order_that_is_never_invoiced_ends_after_a_year_too(travel: Travel) -> None:
    for _ in range(366):
        travel.night()
    assert (travel.trip.stage, travel.codes, travel.teller.told) == (TripStage.EXPIRED, ["never_paid"], [])
    assert travel.machine.running == 0


def test_a_payment_that_comes_with_the_end_of_the_wait_is_told(travel: Travel) -> None:
    on_the_way_to_paid(travel)
    travel.pass_by(days=300)
    (late,) = travel.machine.queue
    assert late.task is TripTask.TELL_EXPIRED

    seen(travel.desk, INVOICE, PAID)
    travel.deliver_all()

    assert travel.teller.milestones == BOTH
    assert (travel.trip.stage, travel.codes) == (TripStage.DONE, [])


def test_a_task_that_nobody_looks_after_ends_and_the_trip_goes_on_when_somebody_does(travel: Travel) -> None:
    on_the_way_to_paid(travel)
    seen(travel.desk, INVOICE, PAID)
    travel.machine.queue.clear()
    travel.pass_by(days=3)  # the machine has given up telling
    assert travel.machine.running == 0

    travel.night()

    assert travel.teller.milestones == BOTH
    assert travel.trip.stage is TripStage.DONE
