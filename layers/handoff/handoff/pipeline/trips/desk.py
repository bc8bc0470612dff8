"""What round trips are worked with: one integration's trips, the machine, and its way to the time tool."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.tenancy import Integration
from handoff.domain.trips import RoundTrip, execution_name
from handoff.pipeline.steps import Clock
from handoff.ports import ProblemStore
from handoff.ports.trips import Departure, RoundTripMachine, Teller, TripStore

ATTEMPTS_MAX = 5
"""How often a change is made anew where somebody was faster."""
MESSAGE_MAX = timedelta(hours=1)
"""A message that has not come after so long is taken for lost."""


@dataclass(frozen=True, slots=True)
class TripDesk:
    """One flow of one integration; `teller` is opened when there is something to tell.

    While `silent` says so nothing is told: what is known is kept until the settings let it go. It is asked when
    there is something to tell.
    """

    tenant_id: str
    integration: Integration
    flow: str
    trips: TripStore
    machine: RoundTripMachine
    problems: ProblemStore
    teller: Callable[[], Teller]
    clock: Clock
    silent: Callable[[], bool] = lambda: False

    @property
    def may_tell(self) -> bool:
        """Whether the time tool may be told of anything now."""
        return not self.silent() and not self.integration.time_tool.stopped

    @property
    def now(self) -> datetime:
        """The present instant."""
        return self.clock()

    def name_of(self, trip: RoundTrip) -> str:
        """What its execution is called."""
        return execution_name(self.tenant_id, self.integration.id, trip)

    def start(self, trip: RoundTrip) -> None:
        """Starts the execution of its generation; harmless where that was done before."""
        # Behind the other work of the entity, as hints are: passes and answers change the same trips.
        group = f"{self.tenant_id}.{self.integration.erp.id}"
        departure = Departure(self.tenant_id, self.integration.id, trip.flow, trip.external_id, trip.generation, group)
        self.machine.start(self.name_of(trip), departure)

    def renew(self, trip: RoundTrip) -> RoundTrip:
        """Lets it go on in another execution; raises Stale."""
        renewed = self.trips.save(trip.renewed(self.now))
        self.start(renewed)
        return renewed

    def report(self, trip: RoundTrip, code: ProblemCode, what: str = "") -> None:
        """A problem of its invoice, in the inbox."""
        subject = f"{trip.order}: {what}" if what else trip.order
        self.problems.report(Problem(code, subject), flow=trip.flow, external_ids={trip.external_id}, at=self.now)
