"""An invoice's way back: every order of events ends in the time tool told once, and in that order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from handoff.domain.errors import RateLimited, Rejected, Stale, Unreachable
from handoff.domain.sales import Milestone
from handoff.domain.trips import OrderFacts, RoundTrip, TripOutcome, TripStage, TripTask
from handoff.pipeline.trips.arrive import arrived
from handoff.pipeline.trips.begin import begin
from handoff.pipeline.trips.learn import seen
from tests.fakes import FakeTripStore
from tests.tripping import (
    CREDITED,
    FLOW,
    GONE,
    INVOICE,
    ORDER,
    PAID,
    SENT,
    TIME_TOOL,
    Travel,
    an_order,
    on_the_way_to_paid,
)

BOTH = [Milestone.SENT, Milestone.PAID]


@pytest.fixture
def travel() -> Travel:
    """An order that was just made."""
    return an_order()


# ---- the ordinary way ----------------------------------------------------------------------------


def test_an_invoice_is_told_sent_and_then_paid_with_the_days_of_both(travel: Travel) -> None:
    stages = [travel.deliver_all()]
    for facts in (SENT, PAID):
        seen(travel.desk, INVOICE, facts)
        stages.append(travel.deliver_all())

    assert stages == [TripStage.WAITING_SENT, TripStage.WAITING_PAID, TripStage.DONE]
    assert travel.teller.told == [
        (INVOICE, Milestone.SENT, date(2026, 10, 5)),
        (INVOICE, Milestone.PAID, date(2026, 11, 2)),
    ]
    assert travel.machine.running == 0
    assert travel.codes == []


def test_what_is_known_before_the_machine_waits_answers_it_when_it_does(travel: Travel) -> None:
    seen(travel.desk, INVOICE, PAID)
    assert travel.machine.answers == []

    travel.deliver_all()

    assert travel.teller.milestones == BOTH
    assert travel.trip.stage is TripStage.DONE


def test_paid_that_comes_while_sent_is_being_told_waits_its_turn(travel: Travel) -> None:
    travel.deliver()
    seen(travel.desk, INVOICE, SENT)
    travel.teller.fault = Unreachable("away")
    with pytest.raises(Unreachable):
        travel.deliver()
    seen(travel.desk, INVOICE, PAID)
    travel.teller.fault = None
    travel.deliver_all()

    assert travel.teller.milestones == BOTH


def test_nothing_is_written_where_nothing_is_new(travel: Travel) -> None:
    on_the_way_to_paid(travel)
    before = travel.trip.revision

    assert seen(travel.desk, INVOICE, SENT) == travel.trip
    assert seen(travel.desk, INVOICE, OrderFacts()) == travel.trip

    assert travel.trip.revision == before


def test_an_invoice_that_no_trip_is_under_way_for_is_left_alone(travel: Travel) -> None:
    assert seen(travel.desk, "another", PAID) is None
    seen(travel.desk, INVOICE, PAID)
    travel.deliver_all()
    assert seen(travel.desk, INVOICE, GONE) is None


# ---- beginnings ----------------------------------------------------------------------------------


def test_beginning_twice_starts_one_execution(travel: Travel) -> None:
    assert begin(travel.desk, INVOICE, ORDER) == travel.trip
    assert len(travel.machine.executions) == 1
    assert len(travel.machine.queue) == 1


def test_beginning_again_after_the_end_starts_nothing(travel: Travel) -> None:
    seen(travel.desk, INVOICE, PAID)
    travel.deliver_all()
    begin(travel.desk, INVOICE, ORDER)
    assert travel.machine.running == 0


def test_an_invoice_that_became_another_order_is_told_of_that_one_from_the_beginning(travel: Travel) -> None:
    travel.deliver_all()
    seen(travel.desk, INVOICE, SENT)
    (of_the_old_order,) = travel.machine.queue
    begin(travel.desk, INVOICE, "2077")
    assert travel.trip == RoundTrip(FLOW, INVOICE, "2077", travel.now, travel.now, generation=2, revision=5)

    travel.deliver_all()

    assert of_the_old_order.task is TripTask.TELL_SENT
    assert travel.teller.told == []
    assert travel.machine.answers[1:] == [(TripTask.TELL_SENT, "superseded"), (TripTask.WAIT_PAID, "superseded")]
    assert travel.machine.running == 1


# ---- what else an order may come to ---------------------------------------------------------------


@pytest.mark.parametrize(("facts", "code"), [(CREDITED, "invoice_credited"), (GONE, "order_gone")])
def test_what_the_time_tool_has_no_status_for_is_told_to_people(travel: Travel, facts: OrderFacts, code: str) -> None:
    on_the_way_to_paid(travel)
    seen(travel.desk, INVOICE, facts)
    travel.deliver_all()

    assert travel.trip.stage is TripStage.DONE
    assert travel.teller.milestones == [Milestone.SENT]
    assert travel.codes == [code]
    assert travel.machine.running == 0


def test_an_order_that_is_gone_before_it_was_invoiced_is_told_to_people_only(travel: Travel) -> None:
    travel.deliver_all()
    seen(travel.desk, INVOICE, GONE)
    assert (travel.trip.stage, travel.codes, travel.teller.told) == (TripStage.DONE, ["order_gone"], [])


def test_an_invoice_that_is_paid_and_taken_out_of_the_list_of_orders_is_paid(travel: Travel) -> None:
    on_the_way_to_paid(travel)
    seen(travel.desk, INVOICE, replace(PAID, gone=True))
    travel.deliver_all()
    assert (travel.teller.milestones, travel.codes) == (BOTH, [])


def test_a_status_that_the_time_tool_refuses_is_a_problem_and_the_invoice_is_followed_further(travel: Travel) -> None:
    travel.deliver_all()
    seen(travel.desk, INVOICE, SENT)
    travel.teller.fault = Rejected("Severa: the status Sent is not active")
    travel.deliver()
    assert travel.codes == ["status_refused"]
    assert "2041: Severa: the status Sent is not active" in travel.problems.open()[0].problem.message

    travel.teller.fault = None
    seen(travel.desk, INVOICE, PAID)
    travel.deliver_all()

    assert travel.teller.milestones == [Milestone.PAID]
    assert travel.machine.answers[1] == (TripTask.TELL_SENT, TripOutcome.REFUSED)


# ---- messages ------------------------------------------------------------------------------------


def test_a_message_that_comes_twice_tells_once(travel: Travel) -> None:
    seen(travel.desk, INVOICE, PAID)
    while travel.machine.queue:
        step = travel.machine.queue[0]
        arrived(travel.desk, step)
        arrived(travel.desk, step)
        travel.machine.queue.popleft()
    assert travel.teller.milestones == BOTH


def test_an_old_message_does_not_take_the_place_of_a_newer_token(travel: Travel) -> None:
    old = travel.deliver()
    on_the_way_to_paid(travel)
    token = travel.trip.token

    arrived(travel.desk, old)

    assert (travel.trip.token, travel.trip.stage) == (token, TripStage.WAITING_PAID)


def test_a_message_of_a_trip_that_is_not_there_ends_its_execution(travel: Travel) -> None:
    step = travel.machine.queue.popleft()
    assert arrived(replace(travel.desk, trips=FakeTripStore()), step) is None
    assert travel.machine.answers == [(TripTask.WAIT_SENT, TripOutcome.SUPERSEDED)]


def test_a_time_tool_that_cant_be_reached_keeps_the_message_and_the_token(travel: Travel) -> None:
    travel.deliver_all()
    seen(travel.desk, INVOICE, SENT)
    travel.teller.fault = RateLimited("slowly", retry_after=30)
    with pytest.raises(RateLimited):
        travel.deliver()
    assert travel.trip.stage is TripStage.TELLING_SENT
    assert travel.trip.token

    travel.teller.fault = None
    travel.deliver_all()
    assert travel.teller.milestones == [Milestone.SENT]


def test_a_time_tool_that_is_stopped_is_not_called_and_told_when_it_runs_again(travel: Travel) -> None:
    travel.integration = replace(travel.integration, time_tool=replace(TIME_TOOL, stopped="access was withdrawn"))
    seen(travel.desk, INVOICE, SENT)
    travel.deliver_all()
    assert travel.night().counts == {"trips": 1, "stopped": 1}
    assert travel.teller.told == []

    travel.integration = replace(travel.integration, time_tool=TIME_TOOL)
    travel.night()
    assert travel.teller.milestones == [Milestone.SENT]


class Contended(FakeTripStore):
    """A store in which somebody else is faster, as often as that."""

    rivals = 0

    def save(self, trip: RoundTrip) -> RoundTrip:
        stored = self.get(trip.flow, trip.external_id)
        if self.rivals and stored is not None:
            self.rivals -= 1
            super().save(stored)
        return super().save(trip)


def test_whoever_is_too_slow_reads_again() -> None:
    store = Contended()
    travel = Travel(store)
    begin(travel.desk, INVOICE, ORDER)
    store.rivals = 1
    travel.deliver()
    store.rivals = 1
    seen(travel.desk, INVOICE, PAID)
    travel.deliver_all()
    assert travel.teller.milestones == BOTH


@pytest.mark.parametrize("meet", [lambda travel: travel.deliver(), lambda travel: seen(travel.desk, INVOICE, PAID)])
def test_whoever_is_always_too_slow_gives_up(meet: Callable[[Travel], object]) -> None:
    store = Contended()
    travel = Travel(store)
    begin(travel.desk, INVOICE, ORDER)
    store.rivals = 10
    with pytest.raises(Stale):
        meet(travel)


def test_a_token_is_not_shown(travel: Travel) -> None:
    travel.deliver_all()
    assert travel.trip.token not in repr(travel.trip)
