"""What round trips need: a store, the machine that waits, and whoever tells the time tool."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from handoff.domain.sales import Milestone
from handoff.domain.trips import RoundTrip, TripOutcome


class TripStore(Protocol):
    """The round trips of one integration of one tenant."""

    def get(self, flow: str, external_id: str) -> RoundTrip | None:
        """The trip of an invoice, or None."""
        ...

    def save(self, trip: RoundTrip) -> RoundTrip:
        """Writes it on the revision read (0: the first) and returns it with the new one; raises Stale."""
        ...

    def open(self, flow: str) -> Sequence[RoundTrip]:
        """Those that are not over, by the invoice's id."""
        ...


@dataclass(frozen=True, slots=True)
class Departure:
    """What an execution is told of its trip, and hands on with each message.

    `group` is the message group in which the worker of its connection takes them.
    """

    tenant_id: str
    integration_id: str
    flow: str
    external_id: str
    generation: int
    group: str


class RoundTripMachine(Protocol):
    """The state machine that waits: one execution per trip and generation."""

    def start(self, name: str, departure: Departure) -> None:
        """Starts an execution; one of that name that was started before is left as it is."""
        ...

    def succeed(self, token: str, outcome: TripOutcome) -> bool:
        """Answers a task; False where it waits no more: answered before, timed out, or its execution ended."""
        ...

    def beat(self, token: str) -> bool:
        """Tells a task that somebody still looks after it; False where it waits no more."""
        ...

    def is_running(self, name: str) -> bool:
        """Whether there is such an execution that has not ended."""
        ...


class Teller(Protocol):
    """Tells the time tool how far an invoice has come. `DraftedInvoices` is one."""

    def report(self, external_id: str, milestone: Milestone, *, on: date) -> None:
        """Sets the invoice's status; telling the same twice does no harm.

        Raises Unreachable, RateLimited, DeliveryUnknown, ReconnectNeeded, BrokenContract or Rejected.
        """
        ...
