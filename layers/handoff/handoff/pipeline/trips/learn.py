"""Learn: what a watcher or a webhook brought to light of an order, before the machine is told."""

from __future__ import annotations

from dataclasses import replace

from handoff.domain.errors import Stale
from handoff.domain.trips import MILESTONE_OF, WAITS, OrderFacts, RoundTrip
from handoff.pipeline.trips.advance import advance
from handoff.pipeline.trips.desk import ATTEMPTS_MAX, TripDesk


def seen(desk: TripDesk, external_id: str, facts: OrderFacts) -> RoundTrip | None:
    """Notes what is new and wakes the execution that waits for it; None where no trip is under way.

    Nothing is written where nothing is new. Raises Stale; calls no vendor.
    """
    for _ in range(ATTEMPTS_MAX):
        trip = desk.trips.get(desk.flow, external_id)
        if trip is None or trip.is_over:
            return None
        known = trip.known.with_(facts)
        if known == trip.known and not _is_owed(desk, trip):
            return trip
        try:
            if known != trip.known:
                trip = desk.trips.save(replace(trip, known=known))
            # What is being told is told by its own message, which comes again until it was.
            return trip if trip.task in MILESTONE_OF else advance(desk, trip)
        except Stale:
            continue
    raise Stale("the round trip keeps changing")


def _is_owed(desk: TripDesk, trip: RoundTrip) -> bool:
    """Whether the execution waits for what is known already: whoever learned it died before he could wake it."""
    return bool(trip.token) and trip.task in WAITS and trip.answer_to(trip.task, desk.now) is not None
