"""Arrive: a message of the state machine, with the token that answers it."""

from __future__ import annotations

from collections.abc import Mapping

from handoff.domain.errors import (
    BrokenContract,
    DeliveryUnknown,
    InvalidInput,
    RateLimited,
    ReconnectNeeded,
    Stale,
    Unreachable,
)
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.trips import MILESTONE_OF, RoundTrip, TripOutcome
from handoff.pipeline.connections import blamed, stop
from handoff.pipeline.perform import delay
from handoff.pipeline.run_tools import RunTools
from handoff.pipeline.steps import StepOutcome
from handoff.pipeline.trips.advance import advance
from handoff.pipeline.trips.desk import ATTEMPTS_MAX, TripDesk
from handoff.pipeline.trips.trip_step import TripStep

PASSING = (RateLimited, Unreachable, DeliveryUnknown, Stale)
"""Faults that may pass by themselves; telling the same once more does no harm, so a lost answer is one of them."""


def perform_trip(step: TripStep, run: RunTools, desk: TripDesk, titles: Mapping[str, str]) -> StepOutcome:
    """A task of the machine, worked; what can't be told now comes again, and at last is left to the night."""
    try:
        arrived(desk, step)
    except PASSING as fault:
        return StepOutcome(wait_seconds=delay(fault))
    except (BrokenContract, InvalidInput) as broken:  # a status that the settings misname is one of them
        problem = Problem(ProblemCode.BROKEN_CONTRACT, f"{step.external_id} ({broken.message})")
        run.problems.report(problem, flow=desk.integration.time_tool.id, external_ids=(), at=run.clock())
    except ReconnectNeeded as refusal:
        stop(run, blamed(desk.integration, titles, refusal), refusal)
    return StepOutcome()


def arrived(desk: TripDesk, step: TripStep) -> RoundTrip | None:
    """Keeps the token, the newest of all, and does what is due; None for what no trip waits for any more.

    Raises Stale, and what the teller raises but Rejected: the token is kept by then, and the night goes on from it.
    A time tool that is stopped, or is not to be told, is not called.
    """
    for _ in range(ATTEMPTS_MAX):
        trip = desk.trips.get(desk.flow, step.external_id)
        if trip is None or trip.is_over or trip.is_past(step.task, step.generation):
            desk.machine.succeed(step.token, TripOutcome.SUPERSEDED)
            return None
        try:
            if step.token != trip.token:
                trip = desk.trips.save(trip.asked(step.task, step.token, desk.now))
            if step.task in MILESTONE_OF and not desk.may_tell:
                return trip
            return advance(desk, trip)
        except Stale:
            continue
    raise Stale("the round trip keeps changing")
