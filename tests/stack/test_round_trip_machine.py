"""The state machine of round trips keeps our promises: what it costs, how long it waits, whom it asks and how."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from handoff.domain.trips import LIFETIME, TripOutcome, TripTask
from handoff.pipeline.trips.trip_step import TripStep
from handoff.ports.trips import Departure
from handoff.wiring.worker import MESSAGE
from sandbox.local import template
from sandbox.local.paths import ROOT
from tests.stack.roles import LOADED, ROLES, resource_of, statements, targets
from tests.tripping import AFTER, LIMIT, TELLING

FUNCTIONS = template.resources(LOADED, "AWS::Serverless::Function")
(MACHINE,) = template.resources(LOADED, "AWS::Serverless::StateMachine").values()
DEFINITION: dict[str, Any] = json.loads((ROOT / MACHINE["DefinitionUri"]).read_text("utf-8"))
STATES: dict[str, dict[str, Any]] = DEFINITION["States"]
TASKS = {
    TripTask(state["Arguments"]["MessageBody"]["task"]): name
    for name, state in STATES.items()
    if state["Type"] == "Task"
}
TRANSITIONS_MAX = 12
BEGINNING = "{% $states.context."


def followers(name: str) -> list[str]:
    """The states that may come after one; what is retried is entered again, and that is no ordinary case."""
    state = STATES[name]
    ways = [*state.get("Choices", ()), *state.get("Catch", ())]
    after = [way["Next"] for way in ways] + [state[key] for key in ("Next", "Default") if key in state]
    return list(dict.fromkeys(after))


def walks(name: str) -> Iterator[list[str]]:
    """Every way from a state to an end."""
    if not followers(name):
        yield [name]
    for following in followers(name):
        for rest in walks(following):
            yield [name, *rest]


WALKS = list(walks(DEFINITION["StartAt"]))


def test_an_invoice_costs_at_most_twelve_transitions_whatever_becomes_of_it() -> None:
    """The start counts as one, as each state that is entered."""
    assert max(len(walk) + 1 for walk in WALKS) <= TRANSITIONS_MAX
    assert {state for walk in WALKS for state in walk} == set(STATES)


def test_an_invoice_that_is_sent_and_paid_enters_seven_states() -> None:
    assert ["WaitForSent", "WhenSent", "TellSent", "WaitForPaid", "WhenPaid", "TellPaid", "Done"] in WALKS


def test_an_invoice_that_is_never_paid_costs_no_more() -> None:
    """One execution until its wait is over, another to the end of the year; the time tool is told of sent in one."""
    until = ["WaitForSent", "WhenSent", "TellSent", "WaitForPaid", "TellExpired", "Done"]
    after = ["WaitForSent", "WhenSent", "WaitForPaid", "WhenPaid", "TellExpired", "Done"]
    assert until in WALKS
    assert after in WALKS
    assert len(until) + len(after) <= TRANSITIONS_MAX


def test_no_way_goes_on_for_longer_than_aws_lets_an_execution_live() -> None:
    longest = max(sum(STATES[name].get("TimeoutSeconds", 0) for name in walk) for walk in WALKS)
    assert longest < LIFETIME.total_seconds()
    assert MACHINE["Type"] == "STANDARD"


@pytest.mark.parametrize("task", TripTask)
def test_every_task_waits_for_an_answer_and_for_no_longer_than_it_says(task: TripTask) -> None:
    state = STATES[TASKS[task]]
    assert state["Resource"] == "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
    assert state["TimeoutSeconds"] == LIMIT.get(task, TELLING).total_seconds()
    # A sweep each night is the sign of life.
    assert 24 * 3600 < state["HeartbeatSeconds"] < state["TimeoutSeconds"]


@pytest.mark.parametrize("task", TripTask)
def test_what_is_not_answered_in_time_ends_in_a_state_and_not_as_a_failure(task: TripTask) -> None:
    state = STATES[TASKS[task]]
    caught = {error: one["Next"] for one in state["Catch"] for error in one["ErrorEquals"]}
    late = "TellExpired" if task in LIMIT else "LeftAlone"
    assert caught == {"States.HeartbeatTimeout": "LeftAlone", "States.Timeout": late}
    # Retried is what SQS refused; a task that nobody looks after is not asked once more.
    assert state["Retry"][0] == {"ErrorEquals": ["States.HeartbeatTimeout"], "MaxAttempts": 0}
    assert [one["ErrorEquals"] for one in state["Retry"][1:]] == [["States.TaskFailed"]]


@pytest.mark.parametrize("task", TripTask)
def test_every_task_is_a_message_that_the_worker_reads_in_its_connections_group(task: TripTask) -> None:
    asked = STATES[TASKS[task]]["Arguments"]
    inputs = Departure.__annotations__
    body = {name: value for name, value in asked["MessageBody"].items() if isinstance(value, str)}
    taken = {name: f"{BEGINNING}Execution.Input.{name} %}}" for name in inputs if name != "group"}
    assert body == {**taken, "name": "trip", "task": task, "token": f"{BEGINNING}Task.Token %}}"}
    assert asked["MessageGroupId"] == f"{BEGINNING}Execution.Input.group %}}"
    assert asked["QueueUrl"] == "${PostQueueUrl}"
    assert MACHINE["DefinitionSubstitutions"] == {"PostQueueUrl": {"Ref": "PostQueue"}}
    read = MESSAGE.validate_python({**body, "generation": 1})
    assert isinstance(read, TripStep)
    assert read.task is task


def test_every_task_and_every_attempt_is_a_message_of_its_own() -> None:
    """SQS takes the same id once in five minutes: the token of a second attempt would never arrive."""
    ids = {STATES[name]["Arguments"]["MessageDeduplicationId"] for name in TASKS.values()}
    assert len(ids) == len(TripTask)
    assert all("Execution.Name" in one and "State.RetryCount" in one for one in ids)


def test_what_comes_next_is_chosen_by_the_outcome_that_was_answered() -> None:
    chosen: dict[tuple[TripTask, str], TripTask | None] = {}
    asks = {name: task for task, name in TASKS.items()}
    for task in LIMIT:
        choice = STATES[STATES[TASKS[task]]["Next"]]
        for one in choice["Choices"]:
            outcome = one["Condition"].removeprefix("{% $states.input.outcome = '").removesuffix("' %}")
            chosen[task, TripOutcome(outcome)] = asks[one["Next"]]
        assert choice["Default"] == "Done"
    assert chosen == AFTER
    assert STATES["TellSent"]["Next"] == "WaitForPaid"
    assert {STATES[name]["Next"] for name in ("TellPaid", "TellExpired")} == {"Done"}


def test_the_round_trip_of_invoices_sends_its_messages_and_nothing_else() -> None:
    (allowed,) = statements("InvoiceRoundTripRole")
    assert (allowed["Action"], resource_of(allowed["Resource"])) == ("sqs:SendMessage", "PostQueue")
    trusted = ROLES["InvoiceRoundTripRole"]["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]
    assert trusted == {"Service": "states.amazonaws.com"}


def test_whoever_reads_orders_or_works_tasks_may_wake_round_trips_and_nobody_else() -> None:
    """A pass reads what became of orders where it reads lists, and answers the tasks that wait for it there."""
    using = {role: found for role in ROLES if (found := targets(role, "states"))}
    asked = ("StartExecution", "SendTaskSuccess", "SendTaskHeartbeat", "DescribeExecution")
    allowed = {(f"states:{action}", "InvoiceRoundTrip") for action in asked}
    assert using == {"FetchChangesRole": allowed, "PostRecordsRole": allowed}
    for function in ("FetchChanges", "PostRecords"):
        assert FUNCTIONS[function]["Environment"]["Variables"]["ROUND_TRIP_ARN"] == {"Ref": "InvoiceRoundTrip"}


def test_every_way_an_execution_breaks_off_has_an_alarm() -> None:
    """One each: the local server takes no alarm on a sum of metrics."""
    alarms = template.resources(LOADED, "AWS::CloudWatch::Alarm").values()
    watched = {alarm["MetricName"] for alarm in alarms if alarm["Namespace"] == "AWS/States"}
    assert watched == {"ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"}
