"""Begin: an invoice has become an order, and from now on its state is awaited."""

from __future__ import annotations

from dataclasses import replace

from handoff.domain.trips import RoundTrip
from handoff.pipeline.trips.desk import TripDesk


def begin(desk: TripDesk, external_id: str, order: str) -> RoundTrip:
    """The round trip of an order, stored and on its way; raises Stale. The same again changes nothing.

    The trip is written first: what a crash leaves without an execution is started by the next call, or at night. An
    invoice that became another order is another trip, and the time tool is told of that one from the beginning.
    """
    known = desk.trips.get(desk.flow, external_id)
    if known is None or known.order != order:
        now = desk.now
        trip = RoundTrip(desk.flow, external_id, order, started_at=now, since=now)
        if known is not None:
            # Counted on: what the execution of the old order asks is answered as superseded.
            trip = replace(trip, generation=known.generation + 1, revision=known.revision)
        known = desk.trips.save(trip)
    if not known.is_over:
        desk.start(known)
    return known
