"""The state machine of round trips, as Step Functions runs it.

An execution of the same name is started once: AWS answers a second start with the first one while that runs and the
input is the same, else with `ExecutionAlreadyExists`. Both mean that it was started.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from typing import Protocol

from botocore.exceptions import ClientError

from handoff.domain.trips import TripOutcome
from handoff.ports.trips import Departure

_STARTED = "ExecutionAlreadyExists"
_MISSING = "ExecutionDoesNotExist"
_SETTLED = frozenset({"TaskDoesNotExist", "TaskTimedOut", "InvalidToken"})
"""What a token is answered with whose task waits no more."""


class StepFunctions(Protocol):
    """The calls to Step Functions that are needed here."""

    def start_execution(self, *, stateMachineArn: str, name: str, input: str) -> object: ...

    def send_task_success(self, *, taskToken: str, output: str) -> object: ...

    def send_task_heartbeat(self, *, taskToken: str) -> object: ...

    def describe_execution(self, *, executionArn: str) -> Mapping[str, object]: ...


class StateMachine:
    """One state machine."""

    def __init__(self, client: StepFunctions, arn: str) -> None:
        self._client = client
        self._arn = arn

    def start(self, name: str, departure: Departure) -> None:
        """Starts an execution; one of that name that was started before is left as it is."""
        with _unless({_STARTED}):
            self._client.start_execution(stateMachineArn=self._arn, name=name, input=json.dumps(asdict(departure)))

    def succeed(self, token: str, outcome: TripOutcome) -> bool:
        """Answers a task; False where it waits no more."""
        with _unless(_SETTLED) as answered:
            self._client.send_task_success(taskToken=token, output=json.dumps({"outcome": outcome}))
        return not answered

    def beat(self, token: str) -> bool:
        """Tells a task that somebody still looks after it; False where it waits no more."""
        with _unless(_SETTLED) as answered:
            self._client.send_task_heartbeat(taskToken=token)
        return not answered

    def is_running(self, name: str) -> bool:
        """Whether there is such an execution that has not ended."""
        status: object = None
        with _unless({_MISSING}):
            status = self._client.describe_execution(executionArn=self._execution(name))["status"]
        return status == "RUNNING"

    def _execution(self, name: str) -> str:
        """`…:stateMachine:{machine}` has its executions at `…:execution:{machine}:{name}`."""
        return f"{self._arn.replace(':stateMachine:', ':execution:', 1)}:{name}"


@contextmanager
def _unless(codes: set[str] | frozenset[str]) -> Iterator[list[str]]:
    """Takes refusals with these codes for an answer, and gives which it was."""
    met: list[str] = []
    try:
        yield met
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code not in codes:
            raise
        met.append(code)
