"""Work: one delivery of a step from the queue, from its message to the next one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from handoff.domain.errors import HandoffError
from handoff.domain.tenancy import Integration
from handoff.pipeline.steps import Queues, Step, StepOutcome, next_run

TimeLeft = Callable[[], bool]

DELIVERIES_MAX = 7
"""One less than the queues' redrive limit: a run that can't go on ends with a reason, not in silence."""


class NotYet(HandoffError):
    """The step has to be repeated later: its message stays in the queue, hidden until then."""

    default_code = "not_yet"
    default_cure = "Nothing: the queue delivers the step again."


class SourceQueue(Protocol):
    """The queue a message came from."""

    def postpone(self, receipt_handle: str, seconds: int) -> None:
        """Hides a message that was received for that long; others of its group wait behind it."""
        ...


class Performer(Protocol):
    """A step's use case with a tenant's tools built in."""

    @property
    def integration(self) -> Integration:
        """The integration the step is for."""
        ...

    def perform(self, step: Step, time_left: TimeLeft) -> StepOutcome:
        """Works one slice."""
        ...

    def give_up(self, step: Step, why: str) -> None:
        """Ends the step's run with a reason."""
        ...


@dataclass(frozen=True, slots=True)
class Delivery:
    """A step as the queue delivered it, for the `count`th time."""

    step: Step
    receipt_handle: str
    count: int


def work(
    delivery: Delivery,
    *,
    performer: Performer,
    queues: Queues,
    source: SourceQueue,
    time_left: TimeLeft,
) -> StepOutcome:
    """Performs a delivered step and queues what follows, at a run's end the next run; raises NotYet when it must be
    repeated."""
    outcome = performer.perform(delivery.step, time_left)
    if outcome.wait_seconds is None:
        following = outcome.then or next_run(delivery.step)
        if following is not None:
            queues.send(following, performer.integration)
        return outcome
    if delivery.count >= DELIVERIES_MAX:
        performer.give_up(delivery.step, "the vendor asked to wait too often; the next run goes on from here")
        if (following := next_run(delivery.step)) is not None:
            queues.send(following, performer.integration)
        return outcome
    source.postpone(delivery.receipt_handle, outcome.wait_seconds)
    raise NotYet(f"{delivery.step.name} goes on in {outcome.wait_seconds} s")
