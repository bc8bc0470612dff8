"""Announce: whoever reports a problem queues a notice first, so that none is forgotten.

The message is queued before the problem is written. A process that dies in between has its step delivered again,
which reports again; a notice that finds nothing new is not sent. The queue hands a notice over after a delay, and of
those that fall into half a delay takes one: whatever was written with it is in the store by the time it is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from handoff.domain.problems import Problem
from handoff.ports import OpenProblem, ProblemStore, Queue


class NoticeStep(BaseModel):
    """One message of the notices' queue: whose problems are to be looked at."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)  # errors are logged

    name: Literal["notice"] = "notice"
    tenant_id: str
    integration_id: str


@dataclass(slots=True)
class Announcer:
    """Queues a notice for one integration, at most one for each half of the queue's delay."""

    step: NoticeStep
    queue: Queue
    delay_seconds: int
    clock: Callable[[], datetime]
    _last: int = field(default=-1, init=False)

    def __call__(self) -> None:
        """Queues it, unless that was done just now."""
        part = int(self.clock().timestamp()) // max(1, self.delay_seconds // 2)
        if part == self._last:
            return
        group = f"{self.step.tenant_id}.{self.step.integration_id}"
        self.queue.send(self.step.model_dump_json(), group=group, dedup=f"{part}")
        self._last = part


@dataclass(frozen=True, slots=True)
class AnnouncedProblems:
    """The inbox of one integration, whose new lines are announced."""

    store: ProblemStore
    announce: Callable[[], None]

    def report(self, problem: Problem, *, flow: str, external_ids: Collection[str], at: datetime) -> None:
        """Adds records to a cause (opening it when it is new), announced before."""
        self.announce()
        self.store.report(problem, flow=flow, external_ids=external_ids, at=at)

    def clear(self, problem: Problem, external_ids: Collection[str]) -> None:
        """Takes records off a cause; a cause without records is closed."""
        self.store.clear(problem, external_ids)

    def close(self, problem_id: str) -> None:
        """Closes a cause whatever stands behind it."""
        self.store.close(problem_id)

    def get(self, problem_id: str) -> OpenProblem | None:
        """One open cause, or None."""
        return self.store.get(problem_id)

    def open(self) -> Sequence[OpenProblem]:
        """All open causes, oldest first."""
        return self.store.open()
