"""A task as a message of the queue: worked, put back, or left to the night."""

from __future__ import annotations

import pytest

from handoff.connectors.vendor import Surroundings
from handoff.domain.errors import (
    BrokenContract,
    HandoffError,
    RateLimited,
    ReconnectNeeded,
    Rejected,
    Unreachable,
)
from handoff.domain.sales import Milestone
from handoff.pipeline.perform import UNREACHABLE_WAIT_SECONDS
from handoff.pipeline.run_tools import RunTools
from handoff.pipeline.steps import StepOutcome
from handoff.pipeline.trips.arrive import perform_trip
from handoff.pipeline.trips.begin import begin
from handoff.pipeline.trips.learn import seen
from handoff.wiring.billing import Billing
from handoff.wiring.worker import MESSAGE
from handoff.wiring.workshop import Workshop
from tests.fakes import FakePassStore, FakeRunStore, FakeTenantStore, Memory, fake_shelf
from tests.tripping import INTEGRATION, INVOICE, ORDER, SENT, Travel

TITLES = {"severa": "Severa", "business_nxt": "Visma Business"}


class Worker(Travel):
    """A worker that has the message `tell_sent` before it."""

    def __init__(self) -> None:
        super().__init__()
        memory = Memory()
        self.tenants = FakeTenantStore(memory)
        self.tenants.add(INTEGRATION, {})
        self.run = RunTools(
            INTEGRATION, FakeRunStore(memory), FakePassStore(memory), self.problems, self.tenants, lambda: self.now, 1
        )
        begin(self.desk, INVOICE, ORDER)
        self.deliver()
        seen(self.desk, INVOICE, SENT)

    def work(self, fault: HandoffError | None = None) -> StepOutcome:
        self.teller.fault = fault
        return perform_trip(self.machine.queue[0], self.run, self.desk, TITLES)


@pytest.fixture
def worker() -> Worker:
    return Worker()


def test_a_message_that_is_worked_is_done(worker: Worker) -> None:
    assert worker.work() == StepOutcome()
    assert worker.teller.milestones == [Milestone.SENT]


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [(Unreachable("away"), UNREACHABLE_WAIT_SECONDS), (RateLimited("slowly", retry_after=17), 17)],
)
def test_what_passes_by_itself_puts_the_message_back(worker: Worker, fault: HandoffError, seconds: int) -> None:
    assert worker.work(fault) == StepOutcome(wait_seconds=seconds)
    assert worker.codes == []


def test_access_that_is_refused_stops_the_time_tools_connection(worker: Worker) -> None:
    assert worker.work(ReconnectNeeded("Severa refuses access")) == StepOutcome()
    assert worker.codes == ["reconnect_needed"]
    assert worker.tenants.integration(INTEGRATION.id).time_tool.stopped == "Severa refuses access"
    assert worker.trip.token


def test_an_answer_that_cant_be_read_is_a_problem_and_left_to_the_night(worker: Worker) -> None:
    assert worker.work(BrokenContract("Severa sent no status")) == StepOutcome()
    assert worker.codes == ["broken_contract"]
    assert worker.trip.token


def test_a_refusal_is_a_problem_that_a_person_confirms(worker: Worker) -> None:
    assert worker.work(Rejected("no such status")) == StepOutcome()
    assert worker.codes == ["status_refused"]


def test_a_task_is_read_as_what_it_is(worker: Worker) -> None:
    step = worker.machine.queue[0]
    assert MESSAGE.validate_json(step.model_dump_json()) == step
    assert step.token not in repr(step)


def test_the_desk_of_an_integration_calls_no_vendor_before_there_is_something_to_tell() -> None:
    memory = Memory()
    FakeTenantStore(memory).add(INTEGRATION, {})
    machine = Travel().machine

    def closed(_: object) -> Surroundings:
        raise AssertionError("no vendor is called")

    shop = Workshop(
        "t",
        INTEGRATION.id,
        shelves=lambda name: fake_shelf(memory, "t", name),
        surroundings=closed,
        machine=lambda: machine,
    )
    desk = Billing(shop).trip_desk("invoices")
    assert begin(desk, INVOICE, ORDER) == desk.trips.get("invoices", INVOICE)
    assert machine.running == 1
