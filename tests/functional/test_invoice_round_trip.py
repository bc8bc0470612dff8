"""The deployed state machine, its queue and its worker, with each other.

No integration follows invoices on its own here: this customer's time tool drafts none. So an invoice is taken whose time
tool knew before, as when an execution is replaced: the worker keeps tokens, answers them and tells nobody. That every
state is entered where somebody is told is shown with the same definition in tests/contract.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from handoff.domain.sales import Milestone
from handoff.domain.trips import OrderFacts, RoundTrip, TripOutcome, TripStage
from handoff.pipeline.trips.begin import begin
from handoff.pipeline.trips.desk import TripDesk
from handoff.pipeline.trips.learn import seen
from handoff.pipeline.trips.sweep import resume
from handoff.ports.trips import Teller
from handoff.storage.dynamo import Table
from handoff.storage.machine import StateMachine
from handoff.storage.tenants import DynamoTenantStore
from handoff.storage.trips import DynamoTripStore
from handoff.wiring.process import utc_now
from tests.customers import Customer
from tests.fakes import FakeProblemStore
from tests.polling import until

INVOICE, ORDER = "inv-2041", "2041"
PAID = OrderFacts(date(2026, 10, 5), date(2026, 11, 2))


def nobody() -> Teller:
    raise AssertionError("the time tool was to be told")


@pytest.fixture
def desk(customer: Customer) -> TripDesk:
    """What a pass works with, beside the deployed worker."""
    aws, outputs = customer.system.running.aws, customer.system.running.outputs
    table = Table(aws.dynamodb, outputs["TableName"])
    return TripDesk(
        tenant_id=customer.tenant_id,
        integration=DynamoTenantStore(table, customer.tenant_id).integration(customer.integration_id),
        flow="invoices",
        trips=DynamoTripStore(table, customer.tenant_id, customer.integration_id),
        machine=StateMachine(aws.machines, outputs["InvoiceRoundTripArn"]),
        problems=FakeProblemStore(),
        teller=nobody,
        clock=utc_now,
    )


def met(desk: TripDesk, stage: TripStage) -> RoundTrip:
    """The trip, once the worker has brought it so far."""

    def arrived(trip: RoundTrip | None) -> bool:
        return trip is not None and trip.stage is stage and (trip.is_over or bool(trip.token))

    found = until(lambda: desk.trips.get("invoices", INVOICE), arrived, what=f"a trip that is {stage}")
    assert found is not None
    return found


def entered(customer: Customer, desk: TripDesk, trip: RoundTrip) -> list[str]:
    """The states of the trip's execution, once that has ended."""
    aws = customer.system.running.aws
    arn = customer.system.running.outputs["InvoiceRoundTripArn"].replace(":stateMachine:", ":execution:")
    execution = f"{arn}:{desk.name_of(trip)}"
    until(
        lambda: aws.machines.describe_execution(executionArn=execution)["status"],
        lambda status: status == "SUCCEEDED",
        what="the end of the execution",
    )
    events = aws.machines.get_execution_history(executionArn=execution, maxResults=1000)["events"]
    return [one["stateEnteredEventDetails"]["name"] for one in events if one["type"].endswith("StateEntered")]


def test_the_deployed_machine_asks_the_deployed_worker_and_comes_to_its_end(customer: Customer, desk: TripDesk) -> None:
    trip = begin(desk, INVOICE, ORDER)
    # The worker may have been faster; what the time tool knows is beside what it keeps.
    waiting = met(desk, TripStage.WAITING_SENT)
    desk.trips.save(replace(waiting, told=frozenset({Milestone.SENT, Milestone.PAID})))

    seen(desk, INVOICE, replace(PAID, paid_on=None))
    met(desk, TripStage.WAITING_PAID)
    assert resume(desk).counts == {"trips": 1, "waiting": 1}
    seen(desk, INVOICE, PAID)

    done = met(desk, TripStage.DONE)
    states = entered(customer, desk, trip)
    assert states == ["WaitForSent", "WhenSent", "WaitForPaid", "WhenPaid", "TellPaid", "Done"]
    assert len(states) + 1 <= 12
    assert (done.generation, done.token) == (1, "")


def test_an_execution_that_was_lost_is_replaced_and_met_by_what_is_known(customer: Customer, desk: TripDesk) -> None:
    first = begin(desk, INVOICE, ORDER)
    waiting = met(desk, TripStage.WAITING_SENT)
    told = frozenset({Milestone.SENT, Milestone.PAID})
    desk.trips.save(replace(waiting, told=told))
    desk.machine.succeed(waiting.token, TripOutcome.SUPERSEDED)
    assert entered(customer, desk, first) == ["WaitForSent", "WhenSent", "Done"]

    seen(desk, INVOICE, PAID)

    done = met(desk, TripStage.DONE)
    assert done.generation == 2
    assert entered(customer, desk, done)[-2:] == ["TellPaid", "Done"]
