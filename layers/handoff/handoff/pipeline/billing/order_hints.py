"""Order hints: what a signed webhook told of an order or of a booking is read again, and handed on to its round trip.

A hint never moves the cursor of the passes: whatever it can't tell, they find. What came in before somebody last looked
has been seen by that look, so a burst of hints is one look for its bookings and one for each of its orders.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from handoff.domain.errors import (
    BrokenContract,
    DeliveryUnknown,
    InvalidInput,
    RateLimited,
    ReconnectNeeded,
    Rejected,
    Stale,
    Unreachable,
)
from handoff.domain.hints import HintKind
from handoff.pipeline.billing.desk import InvoiceDesk
from handoff.pipeline.billing.follow_orders import ask_again, look_at_bookings
from handoff.pipeline.connections import blamed, stop
from handoff.pipeline.live.hint_step import HintStep
from handoff.pipeline.perform import delay
from handoff.pipeline.run_tools import RunTools
from handoff.pipeline.steps import StepOutcome
from handoff.ports import PassStore

PASSING = (RateLimited, Unreachable, DeliveryUnknown, Stale)
"""Faults that pass by themselves: reading again does no harm."""
LEFT_TO_THE_PASS = (BrokenContract, Rejected, InvalidInput)
"""The next pass reads the same, and tells people of it by name."""
BOOKINGS = "bookings"
REMEMBERED = timedelta(hours=1)
"""A hint is worked within minutes, or a pass has come first."""
ORDERS_REMEMBERED_MAX = 500


class Looks:
    """When the bookings, and which orders, were last looked at because of a hint: one small item."""

    def __init__(self, store: PassStore) -> None:
        self._store = store
        self._state = store.load()

    def saw(self, what: str, came_at: datetime | None) -> bool:
        """Whether what came in then was there to be seen by the last look at it."""
        looked_at = self._state.serials.get(what)
        return came_at is not None and looked_at is not None and _milliseconds(came_at) <= looked_at

    def note(self, what: str, began: datetime) -> None:
        """Remembers a look; where two note at once, one of them looks once more."""
        since = _milliseconds(began - REMEMBERED)
        known: Mapping[str, int] = {**self._state.serials, what: _milliseconds(began)}
        newest = sorted((at, name) for name, at in known.items() if at > since)[-ORDERS_REMEMBERED_MAX:]
        with suppress(Stale):
            self._state = self._store.save(replace(self._state, serials={name: at for at, name in newest}))


def perform_order_hint(
    step: HintStep, run: RunTools, desk: InvoiceDesk, looks: PassStore, time_left: Callable[[], bool]
) -> StepOutcome:
    """What a webhook told of; a connection that is stopped is left to the pass after it was mended."""
    if desk.integration.erp.stopped:
        return StepOutcome()
    try:
        _look(step, desk, Looks(looks), time_left)
    except PASSING as fault:
        return StepOutcome(wait_seconds=delay(fault))
    except ReconnectNeeded as refusal:
        stop(run, blamed(desk.integration, run.titles, refusal), refusal)
    except LEFT_TO_THE_PASS:
        pass
    return StepOutcome()


def _look(step: HintStep, desk: InvoiceDesk, looks: Looks, time_left: Callable[[], bool]) -> None:
    counts: Counter[str] = Counter()
    began = desk.clock()
    if step.kind is HintKind.ERP_BOOKING and not looks.saw(BOOKINGS, step.came_at):
        # Not by its key: the row of a payment need not name an order, and a hundred rows are read by one call as well.
        if look_at_bookings(desk, time_left=time_left, counts=counts):
            looks.note(BOOKINGS, began)
    elif step.kind in (HintKind.ERP_ORDER, HintKind.ERP_ORDER_GONE) and step.subject.isdecimal():
        name = f"{step.kind}:{step.subject}"
        is_gone = step.kind is HintKind.ERP_ORDER_GONE
        if not looks.saw(name, step.came_at) and ask_again(desk, step.subject, is_gone=is_gone, counts=counts):
            looks.note(name, began)


def _milliseconds(at: datetime) -> int:
    return int(at.astimezone(UTC).timestamp() * 1000)
