"""Look: what a hint told of is read again from its vendor, staged, and moved on as far as it can go.

The order matters to no one but the object itself: hints of one entity are worked one after the other, and each reads
what is true now. What a hint could not finish is left in its place, and the next pass finds it there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress

from handoff.domain.errors import NotKnownYet, Rejected
from handoff.domain.hints import Hint, HintKind
from handoff.domain.staged import IN_FLIGHT, StagedRecord, State
from handoff.pipeline.deliver import Tally
from handoff.pipeline.live.book import book
from handoff.pipeline.live.desk import BY_LIVE, CUSTOMERS, INVOICES, PROJECTS, LiveDesk
from handoff.pipeline.live.erp_side import renumbered
from handoff.pipeline.live.expenses import fetch_span
from handoff.pipeline.live.mirror import mirror
from handoff.pipeline.live.payments import report_payments
from handoff.pipeline.live.post_expense import post_expenses
from handoff.pipeline.live.stage import stage_card, stage_gone
from handoff.pipeline.live.waiting import waiting_for

Move = Callable[[LiveDesk, StagedRecord], StagedRecord]

MOVES: Mapping[str, Move] = {CUSTOMERS: mirror, PROJECTS: mirror, INVOICES: book}
"""How a record of each flow gets to the other side."""
OBJECTS = {HintKind.CUSTOMER: CUSTOMERS, HintKind.PROJECT: PROJECTS, HintKind.INVOICE: INVOICES}
ERP_OBJECTS = {HintKind.ERP_CUSTOMER: CUSTOMERS, HintKind.ERP_PROJECT: PROJECTS}
TO_BE_MOVED = frozenset({State.READY, *IN_FLIGHT})
TO_BE_MIRRORED = frozenset({State.READY, State.FAILED})
"""What failed for something that may be mended by now is tried again; mirroring leaves the rest to a person."""


def look(desk: LiveDesk, hint: Hint, time_left: Callable[[], bool] = lambda: True) -> None:
    """Follows a hint; raises what the vendors' calls raise, with all that was done kept."""
    if hint.kind in OBJECTS:
        look_at(desk, OBJECTS[hint.kind], hint.subject)
    elif hint.kind in ERP_OBJECTS:
        old, _, new = hint.subject.partition(">")
        with suppress(Rejected):  # a module that is not switched on: every record of the flow says so
            renumbered(desk, ERP_OBJECTS[hint.kind], _number(old), _number(new))
    elif hint.kind is HintKind.ENTRIES_BOOKED:
        first, _, last = hint.subject.partition("-")
        _booked(desk, int(first), int(last), time_left)


def look_at(desk: LiveDesk, flow: str, external_id: str) -> None:
    """Reads an object again from the time tool, and moves it on."""
    known = desk.staged.get(flow, external_id)
    if known is not None and known.state in IN_FLIGHT:
        known = move_on(desk, known)  # first, so that a change is never taken for what is on its way
    card = desk.time_tool.read_object(flow, external_id)
    record = stage_gone(desk, flow, external_id) if card is None else stage_card(desk, flow, card, by=BY_LIVE)
    if record is not None:
        move_on(desk, record)


def move_on(desk: LiveDesk, record: StagedRecord) -> StagedRecord:
    """The record, moved to the other side if it is to be moved; then what waited for it."""
    states = TO_BE_MOVED if record.flow == INVOICES else TO_BE_MIRRORED
    if record.state not in states or record.flow not in MOVES:
        return record
    moved = MOVES[record.flow](desk, record)
    if moved.state is State.POSTED and moved.flow in (CUSTOMERS, PROJECTS):
        waiting_for(desk, moved.flow, moved.external_id)
    return moved


def _booked(desk: LiveDesk, first: int, last: int, time_left: Callable[[], bool]) -> None:
    """Entries were booked in the ERP: costs among them, or payments."""
    if desk.settings.expenses.on:
        ready = fetch_span(desk, first, last).ready
        _raise_waiting(post_expenses(desk, time_left=time_left, only=ready))
    if desk.settings.payments.on:
        report_payments(desk, thorough=False, time_left=time_left)


def _raise_waiting(tally: Tally) -> None:
    if tally.wait_seconds is not None:
        raise NotKnownYet("the time tool may still write the expense", retry_after=tally.wait_seconds)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None
