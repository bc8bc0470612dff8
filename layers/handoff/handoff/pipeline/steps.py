"""The steps of a run as messages: a run fetches the ERP's lists, then the time tool's, then posts.

The nightly one reconciles after that.

Each step says what comes after it, so a run needs no coordinator: the queue is its memory. Steps of
one connection share a message group and are therefore worked one after the other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b
from itertools import pairwise

from pydantic import BaseModel, ConfigDict

from handoff.domain.periods import Period
from handoff.domain.runs import Run, RunState
from handoff.domain.tenancy import Integration
from handoff.ports import Queue, RunStore

Clock = Callable[[], datetime]


SCHEDULE = "schedule"
"""The trigger of runs that nobody asked for."""
NIGHTLY = "nightly"
"""The trigger of the nightly run, which looks at everything that is open and reconciles it."""


class StepName(StrEnum):
    """What a message asks for."""

    FETCH_ERP = "fetch_erp"
    FETCH_TIME_TOOL = "fetch_time_tool"
    POST = "post"
    RECONCILE = "reconcile"


_FOLLOWING = dict(pairwise(StepName))


class Step(BaseModel):
    """One message: which run, which step, which slice of it.

    `feeds` are the ones still to read, censuses among them (None: all of them); `unread` says which could not be,
    and why: such a run reads all it can, and posts nothing. `questions` are what a person should look at, and keep
    nothing from being posted.
    `trigger` says what set the run going: `schedule`, `nightly`, or a person. `periods` are the ones still to be
    reconciled (None: all that are open). `later` are the flows of the runs that follow this one, however it ends.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)  # errors are logged

    tenant_id: str
    integration_id: str
    run_id: str
    name: StepName
    flows: tuple[str, ...]
    period: Period | None = None
    trigger: str
    feeds: tuple[str, ...] | None = None
    unread: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    slice: int = 0
    periods: tuple[Period, ...] | None = None
    later: tuple[tuple[str, ...], ...] = ()

    @property
    def by_hand(self) -> bool:
        """Whether a person set the run going: it is tried even where a schedule would not."""
        return self.trigger not in (SCHEDULE, NIGHTLY)

    @property
    def thorough(self) -> bool:
        """Whether the run looks at all open periods, and not only at the present month."""
        return self.trigger != SCHEDULE

    @property
    def reconciles(self) -> bool:
        """Whether the run ends with a reconciliation."""
        return self.trigger == NIGHTLY

    @property
    def opens_run(self) -> bool:
        """Whether this is the first message of its run."""
        return self.name is StepName.FETCH_ERP and self.slice == 0


@dataclass(frozen=True, slots=True)
class StepOutcome:
    """How a slice ended: `then` is the message to send next, `wait_seconds` when to repeat this one."""

    then: Step | None = None
    wait_seconds: int | None = None


def _once(step: Step) -> str:
    """The same message has the same id. Integrations may share a connection, and so a message group."""
    words = "\0".join((step.integration_id, step.run_id, step.name, str(step.slice)))
    return blake2b(words.encode(), digest_size=20).hexdigest()


@dataclass(frozen=True, slots=True)
class Queues:
    """Where steps go."""

    fetch: Queue
    post: Queue

    def send(self, step: Step, integration: Integration) -> None:
        """Queues a step behind the others of its connection."""
        queue = self.post if step.name in (StepName.POST, StepName.RECONCILE) else self.fetch
        connection = integration.time_tool if step.name is StepName.FETCH_TIME_TOOL else integration.erp
        queue.send(
            step.model_dump_json(),
            group=f"{step.tenant_id}.{connection.id}",
            dedup=_once(step),
        )


def start_run(step: Step, *, integration: Integration, runs: RunStore | None, queues: Queues, now: datetime) -> Run:
    """Queues a run's first step; `runs` stores it at once, so that a person can watch it from now on."""
    run = run_of(step, now)
    if runs is not None:
        runs.start(run)
    queues.send(step, integration)
    return run


def run_of(step: Step, now: datetime) -> Run:
    """The run that a first step opens."""
    return Run(
        id=step.run_id,
        integration_id=step.integration_id,
        state=RunState.QUEUED,
        trigger=step.trigger,
        started_at=now,
        flows=step.flows,
        period=step.period,
    )


def first_step(
    *,
    tenant_id: str,
    integration_id: str,
    run_id: str,
    flows: tuple[str, ...],
    trigger: str,
    period: Period | None = None,
    later: tuple[tuple[str, ...], ...] = (),
) -> Step:
    """The message that opens a run: the ERP's lists first, since plans look things up in them."""
    return Step(
        tenant_id=tenant_id,
        integration_id=integration_id,
        run_id=run_id,
        name=StepName.FETCH_ERP,
        flows=flows,
        period=period,
        trigger=trigger,
        later=later,
    )


def next_run(step: Step) -> Step | None:
    """The message that opens the run after a finished one; None after the last.

    Its id is the first run's with the flow's name behind it, so that a step that is worked twice opens it once.
    """
    if not step.later:
        return None
    flows, *rest = step.later
    return first_step(
        tenant_id=step.tenant_id,
        integration_id=step.integration_id,
        run_id=f"{step.run_id.partition('.')[0]}.{flows[0]}",
        flows=flows,
        trigger=step.trigger,
        period=step.period,
        later=tuple(rest),
    )


def name_after(step: Step) -> StepName | None:
    """What follows a finished step; None after the last."""
    following = _FOLLOWING.get(step.name)
    return None if following is StepName.RECONCILE and not step.reconciles else following


def after(step: Step) -> Step | None:
    """The step that follows a finished one; None after the last."""
    name = name_after(step)
    return None if name is None else _begun(step, name)


def after_posting(step: Step) -> Step | None:
    """What is left of a run that has nothing to post, or has posted: the reconciliation of a nightly one."""
    return _begun(step, StepName.RECONCILE) if step.reconciles else None


def _begun(step: Step, name: StepName) -> Step:
    return step.model_copy(update={"name": name, "feeds": None, "slice": 0})
