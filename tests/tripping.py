"""Round trips in memory: a state machine that asks by messages, a time tool that can fail, and a clock to turn."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from handoff.domain.errors import HandoffError
from handoff.domain.sales import Milestone
from handoff.domain.tenancy import Connection, Integration
from handoff.domain.trips import OVER, OrderFacts, RoundTrip, TripOutcome, TripStage, TripTask
from handoff.pipeline.trips.arrive import arrived
from handoff.pipeline.trips.begin import begin
from handoff.pipeline.trips.desk import TripDesk
from handoff.pipeline.trips.learn import seen
from handoff.pipeline.trips.sweep import Swept, resume
from handoff.pipeline.trips.trip_step import TripStep
from handoff.ports.trips import Departure, TripStore
from tests.builders import NOW
from tests.fakes import FakeProblemStore, FakeTripStore, Memory

FLOW = "invoices"
INVOICE, ORDER = "inv-1", "2041"
TIME_TOOL = Connection(id="severa-1", vendor="severa", account="org", name="Lumipolku")
ERP = Connection(id="nxt-1", vendor="business_nxt", account="1", name="Lumipolku Oy")
INTEGRATION = Integration(id="both", kind="severa-business", name="Both", time_tool=TIME_TOOL, erp=ERP)

SENT = OrderFacts(sent_on=date(2026, 10, 5))
PAID = OrderFacts(sent_on=date(2026, 10, 5), paid_on=date(2026, 11, 2))
CREDITED = OrderFacts(sent_on=date(2026, 10, 5), credited=True)
GONE = OrderFacts(gone=True)

LIMIT = {
    TripTask.WAIT_SENT: timedelta(days=60),
    TripTask.WAIT_PAID: timedelta(days=300),
}
TELLING = timedelta(days=2)


class Crash(BaseException):
    """The process dies here: nothing catches it."""


@dataclass
class Execution:
    """One execution: the task it waits at, the token that answers it, and the states it has entered."""

    departure: Departure
    task: TripTask | None = None
    token: str = ""
    since: datetime = NOW
    states: list[str] = field(default_factory=list)


AFTER: dict[tuple[TripTask, str], TripTask | None] = {
    (TripTask.WAIT_SENT, TripOutcome.SENT): TripTask.TELL_SENT,
    (TripTask.WAIT_SENT, TripOutcome.SENT_BEFORE): TripTask.WAIT_PAID,
    (TripTask.WAIT_SENT, TripOutcome.EXPIRED): TripTask.TELL_EXPIRED,
    (TripTask.WAIT_PAID, TripOutcome.PAID): TripTask.TELL_PAID,
    (TripTask.WAIT_PAID, TripOutcome.EXPIRED): TripTask.TELL_EXPIRED,
}
"""What the definition does with an outcome; a test holds it against the file."""


class FakeMachine:
    """The state machine in memory: its messages lie in `queue` until they are delivered."""

    def __init__(self, clock: Callable[[], datetime] = lambda: NOW) -> None:
        self.executions: dict[str, Execution] = {}
        self.queue: deque[TripStep] = deque()
        self.beats: list[str] = []
        self.answers: list[tuple[TripTask, TripOutcome]] = []
        self._clock = clock
        self._tokens = 0

    def start(self, name: str, departure: Departure) -> None:
        if name not in self.executions:
            self.executions[name] = Execution(departure)
            self._ask(self.executions[name], TripTask.WAIT_SENT)

    def succeed(self, token: str, outcome: TripOutcome) -> bool:
        execution = self._waiting(token)
        if execution is None:
            return False
        assert execution.task is not None
        self.answers.append((execution.task, outcome))
        after = TripTask.WAIT_PAID if execution.task is TripTask.TELL_SENT else None
        self._ask(execution, AFTER.get((execution.task, outcome), after))
        return True

    def beat(self, token: str) -> bool:
        self.beats.append(token)
        return self._waiting(token) is not None

    def is_running(self, name: str) -> bool:
        return name in self.executions and self.executions[name].task is not None

    def time_out(self) -> None:
        """Ends what has waited for longer than its task may."""
        for execution in list(self.executions.values()):
            limit = LIMIT.get(execution.task, TELLING) if execution.task else None
            if limit is not None and self._clock() - execution.since >= limit:
                self._ask(execution, TripTask.TELL_EXPIRED if execution.task in LIMIT else None)

    def die(self) -> None:
        """All executions are gone, with their tokens."""
        for execution in self.executions.values():
            execution.task, execution.token = None, ""

    @property
    def running(self) -> int:
        return sum(execution.task is not None for execution in self.executions.values())

    def _waiting(self, token: str) -> Execution | None:
        found = (one for one in self.executions.values() if token and one.token == token)
        return next(found, None)

    def _ask(self, execution: Execution, task: TripTask | None) -> None:
        execution.task, execution.since, execution.token = task, self._clock(), ""
        if task is None:
            return
        self._tokens += 1
        execution.token = f"token-{self._tokens}"
        to = execution.departure
        self.queue.append(
            TripStep(
                tenant_id=to.tenant_id,
                integration_id=to.integration_id,
                flow=to.flow,
                external_id=to.external_id,
                generation=to.generation,
                task=task,
                token=execution.token,
            )
        )


@dataclass
class FakeTeller:
    """The time tool: what it was told, in order, and the status that came of it; it never goes back."""

    told: list[tuple[str, Milestone, date]] = field(default_factory=list)
    fault: HandoffError | None = None

    def report(self, external_id: str, milestone: Milestone, *, on: date) -> None:
        if self.fault is not None:
            raise self.fault
        self.told.append((external_id, milestone, on))

    @property
    def milestones(self) -> list[Milestone]:
        return [milestone for _, milestone, _ in self.told]


class Travel:
    """Everything that round trips are worked with, in memory."""

    def __init__(self, trips: TripStore | None = None) -> None:
        self.now = NOW
        memory = Memory()
        self.trips = trips or FakeTripStore(memory)
        self.problems = FakeProblemStore(memory)
        self.machine = FakeMachine(lambda: self.now)
        self.teller = FakeTeller()
        self.integration = INTEGRATION

    @property
    def desk(self) -> TripDesk:
        return TripDesk(
            "t", self.integration, FLOW, self.trips, self.machine, self.problems, lambda: self.teller, lambda: self.now
        )

    @property
    def trip(self) -> RoundTrip:
        found = self.trips.get(FLOW, INVOICE)
        assert found is not None
        return found

    @property
    def codes(self) -> list[str]:
        return [known.problem.code.value for known in self.problems.open()]

    @property
    def is_over(self) -> bool:
        return self.trip.stage in OVER

    def deliver(self) -> TripStep:
        """The oldest message, worked; it stays in the queue where that fails."""
        step = self.machine.queue[0]
        arrived(self.desk, step)
        self.machine.queue.popleft()
        return step

    def deliver_all(self) -> TripStage:
        """All messages, worked; gives where the trip stands then."""
        while self.machine.queue:
            self.deliver()
        return self.trip.stage

    def pass_by(self, **time: float) -> None:
        """Lets time go by, and tasks run out."""
        self.now += timedelta(**time)
        self.machine.time_out()

    def night(self) -> Swept:
        """The next night's sweep, and the messages it led to."""
        self.pass_by(days=1)
        swept = resume(self.desk)
        self.deliver_all()
        return swept


def an_order() -> Travel:
    """A trip that has just begun."""
    travel = Travel()
    begin(travel.desk, INVOICE, ORDER)
    return travel


def on_the_way_to_paid(travel: Travel) -> None:
    """Has the time tool told that it was sent."""
    travel.deliver_all()
    seen(travel.desk, INVOICE, SENT)
    travel.deliver_all()
