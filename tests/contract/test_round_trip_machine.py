"""The definition of the round trip, run by the local AWS as it stands, with our store and a worker of our own.

The deployed worker has its own test; here whoever tells the time tool is a list, so that every state is entered.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from handoff.domain.sales import Milestone
from handoff.domain.trips import TripOutcome, TripStage
from handoff.pipeline.trips.arrive import arrived
from handoff.pipeline.trips.begin import begin
from handoff.pipeline.trips.desk import TripDesk
from handoff.pipeline.trips.learn import seen
from handoff.pipeline.trips.trip_step import TripStep
from handoff.ports.trips import Departure
from handoff.storage.machine import StateMachine
from handoff.storage.trips import DynamoTripStore
from handoff.wiring.process import utc_now
from sandbox.local.paths import ROOT
from tests.contract.conftest import Cloud
from tests.fakes import FakeProblemStore
from tests.polling import until
from tests.tripping import CREDITED, INTEGRATION, INVOICE, ORDER, PAID, SENT, FakeTeller

DEFINITION = (ROOT / "statemachines" / "invoice_round_trip.asl.json").read_text("utf-8")
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)


class Road:
    """A machine with a queue of its own, so that no other worker takes its messages."""

    def __init__(self, cloud: Cloud) -> None:
        self.aws = cloud.aws
        name = f"trips-{uuid4().hex[:12]}"
        self.queue = self.aws.sqs.create_queue(QueueName=f"{name}.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
        role = self.aws.iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
        text = DEFINITION.replace("${PostQueueUrl}", self.queue)
        made = self.aws.machines.create_state_machine(name=name, definition=text, roleArn=role)
        self.arn = str(made["stateMachineArn"])
        self.machine = StateMachine(self.aws.machines, self.arn)
        self.teller = FakeTeller()
        tenant_id = f"t{uuid4().hex[:12]}"
        self.trips = DynamoTripStore(cloud.table, tenant_id, INTEGRATION.id)
        self.desk = TripDesk(
            tenant_id=tenant_id,
            integration=INTEGRATION,
            flow="invoices",
            trips=self.trips,
            machine=self.machine,
            problems=FakeProblemStore(),
            teller=lambda: self.teller,
            clock=utc_now,
        )

    def message(self) -> dict[str, Any]:
        """The next message, taken out of the queue."""
        got: dict[str, Any] = until(self._receive, bool, what="a message of the state machine")[0]
        self.aws.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=got["ReceiptHandle"])
        return got

    def _receive(self) -> list[Any]:
        said = self.aws.sqs.receive_message(QueueUrl=self.queue, WaitTimeSeconds=1, AttributeNames=["All"])
        return list(said.get("Messages", []))

    def work(self) -> TripStep:
        step = TripStep.model_validate_json(self.message()["Body"])
        arrived(self.desk, step)
        return step

    def status(self, name: str) -> str:
        arn = f"{self.arn.replace(':stateMachine:', ':execution:')}:{name}"
        return str(self.aws.machines.describe_execution(executionArn=arn)["status"])

    def entered(self, name: str) -> list[str]:
        """The states of an execution that has come to its end."""
        until(lambda: self.status(name), lambda status: status == "SUCCEEDED", what="the end of the execution")
        arn = f"{self.arn.replace(':stateMachine:', ':execution:')}:{name}"
        events = self.aws.machines.get_execution_history(executionArn=arn, maxResults=1000)["events"]
        return [one["stateEnteredEventDetails"]["name"] for one in events if one["type"].endswith("StateEntered")]


@pytest.fixture
def road(cloud: Cloud) -> Road:
    return Road(cloud)


def test_an_invoice_goes_through_seven_states_and_is_told_sent_and_paid(road: Road) -> None:
    name = road.desk.name_of(begin(road.desk, INVOICE, ORDER))
    assert road.work().task == "wait_sent"
    seen(road.desk, INVOICE, SENT)
    assert [road.work().task for _ in range(2)] == ["tell_sent", "wait_paid"]
    seen(road.desk, INVOICE, PAID)
    assert road.work().task == "tell_paid"

    states = road.entered(name)
    assert states == ["WaitForSent", "WhenSent", "TellSent", "WaitForPaid", "WhenPaid", "TellPaid", "Done"]
    assert len(states) + 1 <= 12
    assert road.teller.told == [
        (INVOICE, Milestone.SENT, date(2026, 10, 5)),
        (INVOICE, Milestone.PAID, date(2026, 11, 2)),
    ]
    assert [trip.stage for trip in [road.trips.get("invoices", INVOICE)] if trip] == [TripStage.DONE]


def test_what_was_known_before_answers_each_wait_at_once(road: Road) -> None:
    name = road.desk.name_of(begin(road.desk, INVOICE, ORDER))
    seen(road.desk, INVOICE, CREDITED)
    assert [road.work().task for _ in range(3)] == ["wait_sent", "tell_sent", "wait_paid"]
    assert road.entered(name) == ["WaitForSent", "WhenSent", "TellSent", "WaitForPaid", "WhenPaid", "Done"]


def test_messages_stand_in_the_group_of_their_connection_under_ids_of_their_own(road: Road) -> None:
    trip = begin(road.desk, INVOICE, ORDER)
    said = road.message()["Attributes"]
    assert said["MessageGroupId"] == f"{road.desk.tenant_id}.{INTEGRATION.erp.id}"
    assert said["MessageDeduplicationId"] == f"{road.desk.name_of(trip)}.wait_sent.0"


def test_an_execution_is_started_once_and_a_task_answered_once(road: Road) -> None:
    trip = begin(road.desk, INVOICE, ORDER)
    name = road.desk.name_of(trip)
    road.desk.start(trip)
    road.machine.start(name, Departure("t", "i", "invoices", "another", 1, "t.erp"))
    assert road.machine.is_running(name)
    assert not road.machine.is_running("no such execution")

    token = json.loads(road.message()["Body"])["token"]
    assert road.machine.beat(token)
    assert road.machine.succeed(token, TripOutcome.GONE)
    assert road.entered(name) == ["WaitForSent", "WhenSent", "Done"]
    assert not road.machine.succeed(token, TripOutcome.GONE)
    assert not road.machine.beat(token)
    assert not road.machine.is_running(name)


def test_an_execution_that_ends_with_the_server_is_replaced_when_news_come(road: Road) -> None:
    first = begin(road.desk, INVOICE, ORDER)
    assert road.work().task == "wait_sent"
    waiting = road.trips.get("invoices", INVOICE)
    assert waiting is not None
    road.machine.succeed(waiting.token, TripOutcome.SUPERSEDED)  # ended, and nobody noted it
    assert road.entered(road.desk.name_of(first))[-1] == "Done"

    seen(road.desk, INVOICE, PAID)
    assert [road.work().task for _ in range(4)] == ["wait_sent", "tell_sent", "wait_paid", "tell_paid"]
    assert road.teller.milestones == [Milestone.SENT, Milestone.PAID]
    assert road.entered(road.desk.name_of(replace(first, generation=2)))[-1] == "Done"
