"""Stage one object as the time tool has it now: a new version where its content changed, and nothing written where
it did not.

What is booked is never replaced by a version that would be booked again: the new version fails and says what
changed, with what covers it kept, until it is set back or a person accepts it. A record that came into the books and
fails goes on as a version of its own, since the table of moves knows no way out of the books.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from handoff.domain.errors import InvalidInput, Stale
from handoff.domain.invoices import CustomerInvoice
from handoff.domain.periods import Period, period_of
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.staged import IN_FLIGHT, IN_THE_BOOKS, StagedRecord, State
from handoff.domain.time import content_hash
from handoff.pipeline.live.cards import card_body, card_from, invoice_from
from handoff.pipeline.live.desk import BY_LIVE, CARDS, INVOICES, LiveDesk
from handoff.pipeline.live.gate import GONE, Place, differences, place_of
from handoff.pipeline.live.record_moves import began, cleared, put, saved_one
from handoff.ports.live import Card

ACCEPTED = frozenset({ProblemCode.INVOICE_CHANGED, ProblemCode.INVOICE_GONE})
"""What a person may accept as it is."""


def stage_card(desk: LiveDesk, flow: str, card: Card, *, by: str) -> StagedRecord | None:
    """The object's record with this content, as the store has it; None while a document of it is on its way.

    None is not a failure: whoever called finishes that document first, and stages again. Raises Stale.
    """
    body = card_body(card)
    old = desk.staged.get(flow, card.external_id)
    if old is None:
        return _first(desk, flow, card, body, by)
    digest = content_hash(body)
    if old.hash == digest and old.gone_at is None:
        return rejudged(desk, old, card, by)
    if old.state in IN_FLIGHT:
        return None
    booked = _booked(desk, old)
    if booked:
        return _after_booking(desk, old, _with(desk, old, card, body), booked, by=by)
    if old.hash == digest:
        return rejudged(desk, saved_one(desk, replace(old, gone_at=None)), card, by)
    place = place_of(flow, card, desk.settings)
    cleared(desk, old)
    return put(desk, old, began(_with(desk, old, card, body), place, by=by, at=desk.clock()))


def judge_again(desk: LiveDesk, *, time_left: Callable[[], bool]) -> bool:
    """Puts every record that is not on the other side where the settings have it by now; False when the time ran out.

    No list tells of those again: nothing changed in them.
    """
    outside = {State.HELD, State.READY, State.EXCLUDED, State.FAILED}
    for flow in CARDS:
        for record in list(desk.staged.every(flow, period=None, states=outside)):
            if not time_left():
                return False
            if record.gone_at is None:
                rejudged(desk, record, card_from(flow, record.body), BY_LIVE)
    return True


def stage_gone(desk: LiveDesk, flow: str, external_id: str, *, by: str = BY_LIVE) -> StagedRecord | None:
    """The record of an object that the time tool does not have any more; None for one that we never had, or whose
    document is on its way (`desk.staged` tells which).

    Customers and projects are never deleted on the other side: of one that is there it is noted, and nothing else.
    """
    old = desk.staged.get(flow, external_id)
    if old is None or old.state in IN_FLIGHT:
        return None
    if old.gone_at is not None:
        return old
    missing = replace(old, gone_at=desk.clock())
    if flow != INVOICES and old.state in IN_THE_BOOKS:
        return saved_one(desk, missing)
    if booked := _booked(desk, old):
        problem = Problem(ProblemCode.INVOICE_GONE, f"Invoice {invoice_from(booked[-1].body).number}")
        return _failed(desk, old, replace(missing, version=old.version + 1), problem, by)
    cleared(desk, old)
    if old.state is State.EXCLUDED:
        return saved_one(desk, replace(missing, reason=GONE))
    return saved_one(desk, missing.move(State.EXCLUDED, by=by, at=desk.clock(), why=GONE))


def accept(desk: LiveDesk, record: StagedRecord, by: str) -> StagedRecord:
    """The record, booked as it is, since a person says that the books are right; raises InvalidInput or Stale."""
    if record.state is not State.FAILED or not any(problem.code in ACCEPTED for problem in record.problems):
        raise InvalidInput("there is nothing to accept", code="not_confirmable", field="problem")
    cleared(desk, _asking(record))
    at, why = desk.clock(), "accepted: the books are right as they are"
    ready = record.move(State.READY, by=by, at=at, why=why)  # the one way there; nobody sees it in between
    return saved_one(desk, ready.move(State.POSTED, by=by, at=at, why=why, problems=_beside(record)))


def _first(desk: LiveDesk, flow: str, card: Card, body: bytes, by: str) -> StagedRecord:
    at = desk.clock()
    new = StagedRecord(
        flow=flow,
        external_id=card.external_id,
        version=1,
        hash=content_hash(body),
        body=body,
        period=_period(card, period_of(at.date())),
        state=State.HELD,
        source_approved=not isinstance(card, CustomerInvoice) or card.finalized,
        changed_at=at,
    )
    record = began(new, place_of(flow, card, desk.settings), by=by, at=at)
    if desk.staged.add([record]):
        raise Stale("somebody else has stored it first", field=card.external_id)
    return replace(record, revision=1)


def _with(desk: LiveDesk, old: StagedRecord, card: Card, body: bytes) -> StagedRecord:
    """The version after `old`, with this content; what covers it stays."""
    return replace(
        old,
        version=old.version + 1,
        hash=content_hash(body),
        body=body,
        period=_period(card, old.period),
        source_approved=not isinstance(card, CustomerInvoice) or card.finalized,
        changed_at=desk.clock(),
        gone_at=None,
    )


def _period(card: Card, otherwise: Period) -> Period:
    if isinstance(card, CustomerInvoice) and card.invoiced_on is not None:
        return period_of(card.invoiced_on)
    return otherwise


def rejudged(desk: LiveDesk, record: StagedRecord, card: Card, by: str) -> StagedRecord:
    """The record where the gate puts it by now: settings may have changed. What failed or is booked stays."""
    place = place_of(record.flow, card, desk.settings)
    if record.state is State.FAILED and not record.covered and place.state is not State.READY:
        cleared(desk, record)  # it stays out by now, whatever it failed for
    elif record.state not in (State.HELD, State.READY, State.EXCLUDED):
        return record
    if record.state is place.state and record.reason == _reason(place):
        return record
    if record.state is place.state:
        return saved_one(desk, replace(record, reason=_reason(place)))
    return saved_one(desk, record.move(place.state, by=by, at=desk.clock(), why=place.why))


def _reason(place: Place) -> str:
    return place.why if place.state in (State.HELD, State.EXCLUDED) else ""


def _booked(desk: LiveDesk, record: StagedRecord) -> Sequence[StagedRecord]:
    """The versions of an invoice that were booked, or accepted as they were booked, oldest first."""
    if record.flow != INVOICES or not (record.state in IN_THE_BOOKS or record.covered):
        return ()
    if record.version == 1:
        return (record,) if record.state in IN_THE_BOOKS else ()
    return [one for one in desk.staged.versions(INVOICES, record.external_id) if one.state in IN_THE_BOOKS]


def _after_booking(
    desk: LiveDesk, old: StagedRecord, new: StagedRecord, booked: Sequence[StagedRecord], *, by: str
) -> StagedRecord:
    """The next version of a booked invoice: booked as well where the books have what it says."""
    now = invoice_from(new.body)
    changed = [differences(invoice_from(one.body), now) for one in booked]
    if "" in changed:
        cleared(desk, _asking(old))
        state = old.state if old.state in IN_THE_BOOKS else booked[-1].state
        why = "the books have what it says" if old.state in IN_THE_BOOKS else "set back to what is booked"
        posted = began(new, Place(state, why), by=by, at=desk.clock())
        return put(desk, old, replace(posted, problems=_beside(old)))
    subject = f"Invoice {invoice_from(booked[-1].body).number} changed: {changed[-1]}"
    return _failed(desk, old, new, Problem(ProblemCode.INVOICE_CHANGED, subject), by)


def _failed(desk: LiveDesk, old: StagedRecord, new: StagedRecord, problem: Problem, by: str) -> StagedRecord:
    """The new version of a booked invoice as one that asks a person; a missing PDF stays beside it."""
    desk.problems.report(problem, flow=old.flow, external_ids={old.external_id}, at=desk.clock())
    cleared(desk, replace(_asking(old), problems=tuple(one for one in _asking(old).problems if one != problem)))
    failed = began(new, Place(State.FAILED, problem.code), by=by, at=desk.clock())
    return put(desk, old, replace(failed, problems=(problem, *_beside(old))))


def _asking(record: StagedRecord) -> StagedRecord:
    """The record with only what a person is asked about it."""
    return replace(record, problems=tuple(problem for problem in record.problems if problem.code in ACCEPTED))


def _beside(record: StagedRecord) -> tuple[Problem, ...]:
    """What else stands beside a booked record."""
    return tuple(problem for problem in record.problems if problem.code not in ACCEPTED)
