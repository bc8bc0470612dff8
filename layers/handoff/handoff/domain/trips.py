"""The way of an invoice's state back into the time tool: what is known of it, what was told, and what is waited for.

    begun ──► waiting_sent ──► telling_sent ──► waiting_paid ──► telling_paid ──► done
                   │                                 │
                   ├── order gone ───────────────────┼── order gone, invoice credited ──► done, with a problem
                   └── a year is up ─────────────────┴──────────────────────────────────► expired, with a problem

Every step is an answer to a task of the state machine, by the task's token. What is known stands in here before the
machine is woken: a fact that comes before the machine waits for it is met there, and none is lost with a token.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from hashlib import blake2b

from handoff.domain.sales import Milestone, OrderState

LIFETIME = timedelta(days=365)
"""How long an invoice is followed."""


class TripTask(StrEnum):
    """What the state machine asks for, one message each; in the order in which an execution may ask it."""

    WAIT_SENT = "wait_sent"
    TELL_SENT = "tell_sent"
    WAIT_PAID = "wait_paid"
    TELL_PAID = "tell_paid"
    TELL_EXPIRED = "tell_expired"


class TripOutcome(StrEnum):
    """What a task is answered with; the state machine chooses its next state by it.

    `sent_before` says that the time tool knows already, `renewed` and `superseded` that another execution goes on.
    """

    SENT = "sent"
    SENT_BEFORE = "sent_before"
    PAID = "paid"
    CREDITED = "credited"
    GONE = "gone"
    EXPIRED = "expired"
    TOLD = "told"
    REFUSED = "refused"
    RENEWED = "renewed"
    SUPERSEDED = "superseded"


class TripStage(StrEnum):
    """Where a round trip stands."""

    WAITING_SENT = "waiting_sent"
    TELLING_SENT = "telling_sent"
    WAITING_PAID = "waiting_paid"
    TELLING_PAID = "telling_paid"
    DONE = "done"
    EXPIRED = "expired"


OVER = frozenset({TripStage.DONE, TripStage.EXPIRED})
STAGE_OF = {
    TripTask.WAIT_SENT: TripStage.WAITING_SENT,
    TripTask.TELL_SENT: TripStage.TELLING_SENT,
    TripTask.WAIT_PAID: TripStage.WAITING_PAID,
    TripTask.TELL_PAID: TripStage.TELLING_PAID,
}
"""Where a trip stands whose task that is; the end of a wait leaves it where it was."""
WAITS = frozenset({TripTask.WAIT_SENT, TripTask.WAIT_PAID})
MILESTONE_OF = {TripTask.TELL_SENT: Milestone.SENT, TripTask.TELL_PAID: Milestone.PAID}


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """How far an order is known to have come: nothing that was known is taken back, but for amounts.

    `credited` says that all of the invoice was credited, `gone` that the ERP has neither the order nor its invoice.
    `invoice` is the ERP's number of it, `total` and `outstanding` its amounts with VAT, as they were last told.
    """

    sent_on: date | None = None
    paid_on: date | None = None
    credited: bool = False
    gone: bool = False
    invoice: str = ""
    total: Decimal = Decimal(0)
    outstanding: Decimal = Decimal(0)

    @classmethod
    def of(cls, state: OrderState | None, *, today: date) -> OrderFacts:
        """What the ERP's answer comes to; None where it has no such order any more."""
        if state is None:
            return cls(gone=True)
        if not state.is_invoiced:
            return cls()
        paid_on = (state.paid_on or today) if state.is_settled else None
        if state.is_credited and state.paid_on is None:
            paid_on = None
        return cls(
            sent_on=state.invoiced_on or today,
            paid_on=paid_on,
            credited=state.is_credited,
            invoice=state.invoice,
            total=state.total,
            outstanding=state.outstanding,
        )

    def with_(self, news: OrderFacts) -> OrderFacts:
        """Both together; the day that was known first stays, and of amounts the newest."""
        amounts = news if news.invoice else self
        return OrderFacts(
            self.sent_on or news.sent_on,
            self.paid_on or news.paid_on,
            self.credited or news.credited,
            self.gone or news.gone,
            amounts.invoice,
            amounts.total,
            amounts.outstanding,
        )

    @property
    def is_sent(self) -> bool:
        """Whether there was an invoice: whatever is paid or credited was sent."""
        return bool(self.sent_on or self.paid_on or self.credited)

    def day_of(self, milestone: Milestone) -> date | None:
        """When it was reached, as far as that is known."""
        return self.paid_on if milestone is Milestone.PAID else self.sent_on or self.paid_on


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """One invoice's way back; `external_id` is the invoice's in the time tool, `order` the ERP's number.

    `token` answers the machine's open `task`, and is shown nowhere: whoever has it can answer. Without one, a message
    with the next is awaited since `since`. `told` was told, `refused` the time tool would not have. `generation` counts
    the executions; what an older one asks is of no account.
    """

    flow: str
    external_id: str
    order: str
    started_at: datetime
    since: datetime
    stage: TripStage = TripStage.WAITING_SENT
    token: str = field(default="", repr=False)
    task: TripTask | None = None
    known: OrderFacts = OrderFacts()
    told: frozenset[Milestone] = frozenset()
    refused: frozenset[Milestone] = frozenset()
    generation: int = 1
    revision: int = 0

    @property
    def is_over(self) -> bool:
        """Whether nothing is waited for any more."""
        return self.stage in OVER

    @property
    def settled(self) -> frozenset[Milestone]:
        """What need not be told: it was, or the time tool will not have it."""
        return self.told | self.refused

    def is_late(self, now: datetime) -> bool:
        """Whether it was followed for as long as an invoice is."""
        return now - self.started_at >= LIFETIME

    def is_past(self, task: TripTask, generation: int) -> bool:
        """Whether the machine has gone on since it asked that: an execution never goes back."""
        order = list(TripTask)
        if generation != self.generation or self.task is None:
            return generation < self.generation
        return order.index(task) < order.index(self.task)

    def answer_to(self, task: TripTask, now: datetime) -> TripOutcome | None:
        """What a wait is answered with by what is known; None while nothing answers it."""
        known = self.known
        if task is TripTask.WAIT_SENT and known.is_sent:
            return TripOutcome.SENT_BEFORE if Milestone.SENT in self.settled else TripOutcome.SENT
        if task is TripTask.WAIT_PAID and (known.paid_on or known.credited):
            return TripOutcome.PAID if known.paid_on else TripOutcome.CREDITED
        if known.gone:
            return TripOutcome.GONE
        return TripOutcome.EXPIRED if self.is_late(now) else None

    def asked(self, task: TripTask, token: str, now: datetime) -> RoundTrip:
        """With the machine's newest question."""
        return replace(self, task=task, token=token, since=now, stage=STAGE_OF.get(task, self.stage))

    def answered(self, now: datetime, *, stage: TripStage | None = None) -> RoundTrip:
        """With its question answered."""
        return replace(self, token="", since=now, stage=stage or self.stage)

    def renewed(self, now: datetime) -> RoundTrip:
        """On its next execution; what is known and told stays."""
        return replace(
            self, generation=self.generation + 1, token="", task=None, since=now, stage=TripStage.WAITING_SENT
        )


def execution_name(tenant_id: str, integration_id: str, trip: RoundTrip) -> str:
    """Names the execution of a trip's generation: starting it twice starts it once."""
    words = (tenant_id, integration_id, trip.flow, trip.external_id, trip.order, str(trip.generation))
    return blake2b("\0".join(words).encode(), digest_size=20).hexdigest()
