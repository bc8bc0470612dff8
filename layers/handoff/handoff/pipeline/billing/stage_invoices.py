"""Stage invoices: what changed in the time tool is read in full, and stored where its content or its status is news.

An invoice that was never in the chosen status is not read at all: drafts are nobody's business. Once it is known, every
change of it is looked at, in whatever status.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from handoff.domain.errors import BrokenContract, Stale
from handoff.domain.gate import Gate
from handoff.domain.periods import period_of
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.sales import FetchedInvoice, invoice_body
from handoff.domain.staged import IN_FLIGHT, IN_THE_BOOKS, Move, StagedRecord, State
from handoff.domain.time import content_hash
from handoff.pipeline.billing.desk import InvoiceDesk
from handoff.pipeline.stage import BY_FETCH, following, gone, rejudged
from handoff.ports import BrokenRow, FeedCursor, PassState
from handoff.ports.sales import InvoiceHead, InvoicePage

OVERLAP = timedelta(minutes=2)
"""Vendors stamp rows a little before they can be read."""
AWAKE = frozenset({State.READY, State.FAILED, State.REVERSING})
OUTSIDE = frozenset({State.HELD, State.READY, State.EXCLUDED, State.FAILED})
"""Where invoices stand that may still be deleted in the time tool."""


def fetch_invoices(desk: InvoiceDesk, *, thorough: bool, time_left: Callable[[], bool], counts: Counter[str]) -> bool:
    """Reads what changed, page by page; whether the list's end was reached. Raises as the time tool's reads do.

    The cursor moves after its rows are stored, and not past what could not be read or is on its way. What the overlap
    lists again, with the very stamp that it was read with, is read again by a thorough run only.
    """
    name = f"{desk.integration.time_tool.id}:{desk.flow}"
    while True:
        state = desk.passes.load()
        cursor = state.cursors.get(name, FeedCursor())
        since = None if cursor.since is None else cursor.since - OVERLAP
        page = desk.drafted.changed(since=since, page=cursor.next_page)
        news = [head for head in page.rows if thorough or _name(head) not in cursor.keys]
        counts["unchanged"] += len(page.rows) - len(news)
        held, ready = _keep(desk, news, counts)
        unread = _told(desk, page.broken, counts)
        again = _advanced(cursor, page, held, desk.clock(), unread=unread)
        if again != cursor or ready:
            _save(desk, state, name, again, ready=ready)
        if again.next_page is None:
            return True
        if not time_left():
            return False


def look_for_gone(desk: InvoiceDesk, *, time_left: Callable[[], bool], counts: Counter[str]) -> bool:
    """Asks for every known invoice that has no order yet: no list tells of deleted ones. Whether all were asked for."""
    for record in list(desk.staged.every(desk.flow, period=None, states=OUTSIDE)):
        if not time_left():
            return False
        if record.gone_at is None and desk.drafted.read(record.external_id) is None:
            missing = gone(record, desk.gate, desk.clock())
            if not desk.staged.save([missing]):
                for problem in record.problems:
                    desk.problems.clear(problem, {record.external_id})
                counts["gone"] += 1
    return True


def staged_invoice(
    old: StagedRecord | None, fetched: FetchedInvoice, *, flow: str, gate: Gate, now: datetime
) -> StagedRecord | None:
    """The invoice's record as it should be; None where nothing is news, or while an order of it is on its way. Pure."""
    body = invoice_body(fetched.invoice)
    digest = content_hash(body)
    if old is None:
        return _first(fetched, body, flow, gate, now)
    if old.state in IN_FLIGHT:
        return None
    if old.hash == digest and old.source_approved == fetched.ready and old.gone_at is None:
        return None
    if old.hash != digest or (old.gone_at is not None and old.standing):
        return following(old, _first(fetched, body, flow, gate, now), gate, now, by=BY_FETCH)
    seen = replace(old, source_approved=fetched.ready, gone_at=None)
    return rejudged(seen, gate, now)


def _first(fetched: FetchedInvoice, body: bytes, flow: str, gate: Gate, now: datetime) -> StagedRecord:
    bare = StagedRecord(
        flow=flow,
        external_id=fetched.invoice.external_id,
        version=1,
        hash=content_hash(body),
        body=body,
        period=period_of(fetched.invoice.invoiced_on),
        state=State.HELD,
        source_approved=fetched.ready,
        changed_at=fetched.changed_at,
    )
    verdict = gate.verdict(bare)
    reason = "" if verdict.state is State.READY else verdict.why
    move = Move(verdict.state, now, verdict.by or BY_FETCH, verdict.why)
    return replace(bare, state=verdict.state, reason=reason, history=(move,))


def _keep(desk: InvoiceDesk, heads: Sequence[InvoiceHead], counts: Counter[str]) -> tuple[list[datetime], bool]:
    """Stores what is news of a page's invoices; the stamps of those to be met again, and whether any may be ready."""
    known = desk.staged.get_many(desk.flow, [head.id for head in heads])
    held: list[datetime] = []
    ready = False
    for head in heads:
        counts["fetched"] += 1
        old = known.get(head.id)
        if not head.ready and old is None:
            continue
        if head.told and old is not None and old.state in IN_THE_BOOKS:
            counts["unchanged"] += 1  # it is what we told ourselves, and nobody edits what is sent
            continue
        try:
            fetched = desk.drafted.read(head.id)
        except BrokenContract as broken:
            held.append(head.changed_at)
            _told(desk, [BrokenRow(head.id, broken.field or "invoice", broken.message)], counts)
            continue
        if fetched is None:
            continue  # deleted since the list was read: the nightly look finds it
        ready = ready or (old is not None and old.state in AWAKE)
        if old is not None and old.state in IN_FLIGHT:
            held.append(head.changed_at)
            continue
        new = staged_invoice(old, fetched, flow=desk.flow, gate=desk.gate, now=desk.clock())
        if new is None:
            counts["unchanged"] += 1
        elif _stored(desk, old, new, counts):
            ready = ready or new.state in AWAKE
        else:
            held.append(head.changed_at)
    return held, ready


def _stored(desk: InvoiceDesk, old: StagedRecord | None, new: StagedRecord, counts: Counter[str]) -> bool:
    """Whether it was stored; somebody may have been faster."""
    if old is None:
        stale = bool(desk.staged.add([new]))
    elif new.version != old.version:
        try:
            desk.staged.replace(old, new)
            stale = False
        except Stale:
            stale = True
    else:
        stale = bool(desk.staged.save([new]))
    if stale:
        return False
    counts["new" if old is None else "changed"] += 1
    if new.state not in IN_THE_BOOKS:
        counts[new.state.value] += 1
    for problem in () if old is None else old.problems:
        if problem not in new.problems:
            desk.problems.clear(problem, {new.external_id})
    return True


def _told(desk: InvoiceDesk, broken: Iterable[BrokenRow], counts: Counter[str]) -> bool:
    """Tells the inbox of invoices that can't be read; whether there are any."""
    rows = list(broken)
    for row in rows:
        vendor = desk.integration.time_tool.vendor
        about = f"{vendor} {desk.flow} {row.external_id}, field {row.field} ({row.fault}),"
        problem = Problem(ProblemCode.BROKEN_CONTRACT, about)
        connection = desk.integration.time_tool.id
        desk.problems.report(problem, flow=connection, external_ids={row.external_id}, at=desk.clock())
        counts["broken"] += 1
    return bool(rows)


def _name(head: InvoiceHead) -> str:
    """Names what was read: the invoice as it was at that stamp."""
    return f"{head.id}@{head.changed_at.isoformat()}"


def _advanced(
    cursor: FeedCursor, page: InvoicePage, held: Sequence[datetime], now: datetime, *, unread: bool
) -> FeedCursor:
    """The cursor after a page: further on the walk, or at its end, never past what must be met again. Pure."""
    first = cursor.next_page is None
    began = now if first else cursor.began or now
    latest = None if page.latest_change is None else min(page.latest_change, began)
    high = max(filter(None, (cursor.high_water, latest)), default=None)
    hold = min(filter(None, (cursor.hold, *held)), default=None)
    broken = (0 if first else cursor.broken) + unread
    # Until the next walk is through, what this one has read stands beside what the last one has.
    met = {_name(head): head.changed_at for head in page.rows if head.changed_at not in held}
    if page.next_page is not None:
        keys = tuple(dict.fromkeys((*cursor.keys, *met)))
        return replace(
            cursor, next_page=page.next_page, high_water=high, hold=hold, began=began, broken=broken, keys=keys
        )
    proven = min(filter(None, (high, hold)), default=None)
    since = cursor.since if broken or proven is None else max(filter(None, (proven, cursor.since)))
    keys = tuple(
        name for name in dict.fromkeys((*cursor.keys, *met)) if since is None or _stamp(name) >= since - OVERLAP
    )
    return FeedCursor(since=since, walked=True, keys=keys)


def _stamp(name: str) -> datetime:
    return datetime.fromisoformat(name.rpartition("@")[2])


def _save(desk: InvoiceDesk, state: PassState, name: str, cursor: FeedCursor, *, ready: bool) -> None:
    """The cursor, which no other step writes; what others noted meanwhile is kept."""

    def noted(state: PassState) -> PassState:
        cursors = {**state.cursors, name: cursor}
        return replace(state, cursors=cursors, needs_posting=state.needs_posting or ready)

    try:
        desk.passes.save(noted(state))
    except Stale:
        desk.passes.save(noted(desk.passes.load()))
