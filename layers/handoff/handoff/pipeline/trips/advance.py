"""Advance: answers what a trip's execution asks, as far as what is known allows. Taken up again, it ends the same.

The machine is answered first and the answer noted after it: what dies in between is answered once more, and the machine
says that it waits no more. Then it has gone on, or its execution has ended, and the trip goes on in another one.
"""

from __future__ import annotations

from dataclasses import replace

from handoff.domain.errors import Rejected
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.trips import MILESTONE_OF, WAITS, RoundTrip, TripOutcome, TripStage, TripTask
from handoff.pipeline.trips.desk import TripDesk

PROBLEM_OF = {TripOutcome.GONE: ProblemCode.ORDER_GONE, TripOutcome.CREDITED: ProblemCode.INVOICE_CREDITED}
"""What ends a trip and is told to people only: the time tool has no status for it."""
ENDS = frozenset(PROBLEM_OF)


def advance(desk: TripDesk, trip: RoundTrip) -> RoundTrip:
    """The trip after whatever could be done for it; raises Stale, and what the teller raises but Rejected."""
    task = trip.task
    if not trip.token or task is None or trip.is_over:
        return trip
    if task in WAITS:
        return _wake(desk, trip, task)
    if task is TripTask.TELL_EXPIRED:
        return _expire(desk, trip)
    return _tell(desk, trip, task)


def answer(desk: TripDesk, trip: RoundTrip, outcome: TripOutcome, *, stage: TripStage | None = None) -> RoundTrip:
    """Answers its open task and notes that; raises Stale.

    A task that waits no more was answered before, or its execution is dead; the trip then goes on in another one,
    unless this was its end.
    """
    accepted = desk.machine.succeed(trip.token, outcome)
    noted = trip.answered(desk.now, stage=stage)
    if accepted or noted.is_over or desk.machine.is_running(desk.name_of(trip)):
        return desk.trips.save(noted)
    return desk.renew(trip)


def _wake(desk: TripDesk, trip: RoundTrip, task: TripTask) -> RoundTrip:
    outcome = trip.answer_to(task, desk.now)
    if outcome is None:
        return trip
    if outcome in ENDS:
        desk.report(trip, PROBLEM_OF[outcome])
        return answer(desk, trip, outcome, stage=TripStage.DONE)
    return answer(desk, trip, outcome)


def _tell(desk: TripDesk, trip: RoundTrip, task: TripTask) -> RoundTrip:
    milestone = MILESTONE_OF[task]
    if milestone not in trip.settled:
        try:
            desk.teller().report(trip.external_id, milestone, on=trip.known.day_of(milestone) or desk.now.date())
        except Rejected as refusal:
            desk.report(trip, ProblemCode.STATUS_REFUSED, refusal.message)
            trip = desk.trips.save(replace(trip, refused=trip.refused | {milestone}))
        else:
            trip = desk.trips.save(replace(trip, told=trip.told | {milestone}))
    outcome = TripOutcome.TOLD if milestone in trip.told else TripOutcome.REFUSED
    return answer(desk, trip, outcome, stage=TripStage.DONE if task is TripTask.TELL_PAID else None)


def _expire(desk: TripDesk, trip: RoundTrip) -> RoundTrip:
    """The machine has waited for as long as an execution may; the trip, perhaps, has not."""
    waited_for = TripTask.WAIT_PAID if trip.stage is TripStage.WAITING_PAID else TripTask.WAIT_SENT
    if trip.answer_to(waited_for, desk.now) is not TripOutcome.EXPIRED:
        desk.machine.succeed(trip.token, TripOutcome.RENEWED)
        return desk.renew(trip)
    desk.report(trip, ProblemCode.NEVER_PAID)
    return answer(desk, trip, TripOutcome.EXPIRED, stage=TripStage.EXPIRED)
