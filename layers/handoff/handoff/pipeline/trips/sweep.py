"""Sweep: every night, all round trips that are under way. No vendor is asked for news of them.

A sweep is a sign of life as well: tasks that nobody has looked after for a month end by themselves, so that nothing is
left waiting of an integration that is switched off.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from handoff.domain.errors import (
    BrokenContract,
    DeliveryUnknown,
    InvalidInput,
    RateLimited,
    Stale,
    Unreachable,
)
from handoff.domain.trips import MILESTONE_OF, RoundTrip
from handoff.pipeline.trips.advance import advance
from handoff.pipeline.trips.desk import MESSAGE_MAX, TripDesk

LATER = (RateLimited, Unreachable, DeliveryUnknown, BrokenContract, InvalidInput, Stale)
"""What leaves a trip to the next night, or to whoever was faster."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did: how many trips it looked at and what became of them; `left_at` is where to go on, or None."""

    counts: Mapping[str, int]
    left_at: str | None = None


def resume(desk: TripDesk, *, after: str = "", time_left: Callable[[], bool] = lambda: True) -> Swept:
    """Looks after the trips behind `after`: whatever is due is done, and an execution that is lost is replaced.

    Raises ReconnectNeeded, which stops the time tool's connection; trips are looked after whether it is stopped or not,
    and told of only while it is not.
    """
    counts: Counter[str] = Counter()
    place = after
    for trip in desk.trips.open(desk.flow):
        if trip.external_id <= after:
            continue
        if not time_left():
            return Swept(counts, place)
        place = trip.external_id
        counts["trips"] += 1
        try:
            counts[_look_after(desk, trip)] += 1
        except LATER:
            counts["put_off"] += 1
    return Swept(+counts)


def _look_after(desk: TripDesk, trip: RoundTrip) -> str:
    if not trip.token:
        return _await_message(desk, trip)
    alive = desk.machine.beat(trip.token)
    if trip.task in MILESTONE_OF and not desk.may_tell:
        return "stopped"
    after = advance(desk, trip)
    if after == trip and not alive:
        # Nothing is due, and the question is none any more: it was answered, or ended with its execution.
        return _await_message(desk, desk.trips.save(trip.answered(desk.now)))
    if after.generation > trip.generation:
        return "renewed"
    return "woken" if after != trip else "waiting"


def _await_message(desk: TripDesk, trip: RoundTrip) -> str:
    """A message with the next token is on its way, unless its execution was never started, is dead, or it was lost."""
    if desk.now - trip.since < MESSAGE_MAX and desk.machine.is_running(desk.name_of(trip)):
        return "awaited"
    desk.renew(trip)
    return "renewed"
