"""Stage invoices: what changed in the time tool is read in full, and stored where its content or its status is news.

An invoice that was never in the chosen status is not read at all: drafts are nobody's business. Once it is known, every
change of it is looked at, in whatever status.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from handoff.domain.errors import BrokenContract, Stale
from handoff.domain.gate import Gate
from handoff.domain.periods import period_of
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.sales import FetchedInvoice, invoice_body
from handoff.domain.staged import IN_FLIGHT, IN_THE_BOOKS, Move, StagedRecord, State
from handoff.domain.time import content_hash
from handoff.pipeline.approve import note_readiness
from handoff.pipeline.billing.desk import InvoiceDesk
from handoff.pipeline.stage import BY_FETCH, following, gone, rejudged
from handoff.ports import BrokenRow, FeedCursor, PassState
from handoff.ports.sales import InvoiceHead, InvoicePage

OVERLAP = timedelta(minutes=2)
"""Vendors stamp rows a little before they can be read."""
AWAKE = frozenset({State.READY, State.FAILED, State.REVERSING})
OUTSIDE = frozenset({State.HELD, State.READY, State.FAILED})
"""Where invoices stand that may still be deleted in the time tool."""
LEAVING = frozenset({State.REVERSING})
"""Where one stands that is gone, and that an earlier version of became an order."""


def fetch_invoices(desk: InvoiceDesk, *, thorough: bool, time_left: Callable[[], bool], counts: Counter[str]) -> bool:
    """Reads what changed, page by page; whether the list's end was reached. Raises as the time tool's reads do.

    The cursor moves after its rows are stored, and not past what is on its way. What can't be read is remembered by
    its id and tried with every pass. What the overlap lists again, with the very stamp that it was read with, is read
    again by a thorough run only.
    """
    name = f"{desk.integration.time_tool.id}:{desk.flow}"
    _try_again(desk, name, counts)
    while True:
        state = desk.passes.load()
        cursor = state.cursors.get(name, FeedCursor())
        since = None if cursor.since is None else cursor.since - OVERLAP
        page = desk.drafted.changed(since=since, page=cursor.next_page)
        news = [head for head in page.rows if thorough or _name(head) not in cursor.keys]
        counts["unchanged"] += len(page.rows) - len(news)
        kept = _keep(desk, news, counts)
        broken = [*page.broken, *kept.broken]
        _told(desk, broken, counts)
        again = _advanced(cursor, page, kept.held, desk.clock())
        cursors = {name: again}
        if broken:
            cursors[_again(name)] = _remembered(state, name, {row.external_id for row in broken})
        if again != cursor or broken or kept.ready:
            _save(desk, state, cursors, ready=kept.ready)
        if again.next_page is None:
            return True
        if not time_left():
            return False


def look_for_gone(desk: InvoiceDesk, *, after: str, time_left: Callable[[], bool], counts: Counter[str]) -> str | None:
    """Asks for every known invoice that has no order yet: no list tells of deleted ones.

    Gives the invoice behind which the next slice goes on; None after the last.
    """
    known = desk.staged.every(desk.flow, period=None, states=OUTSIDE | LEAVING)
    left = sorted((record for record in known if record.external_id > after), key=lambda record: record.external_id)
    for place, record in enumerate(left):
        if place and not time_left():
            return left[place - 1].external_id
        if record.gone_at is not None:
            # Whoever found it to be gone may have died before he could say that there is something to do.
            if record.state in LEAVING:
                note_readiness(desk.passes)
        elif desk.drafted.read(record.external_id) is None:
            missing = gone(record, desk.gate, desk.clock())
            if not desk.staged.save([missing]):
                for problem in record.problems:
                    desk.problems.clear(problem, {record.external_id})
                counts["gone"] += 1
                if missing.state in LEAVING:
                    note_readiness(desk.passes)
    return None


def look_at_unreadable(desk: InvoiceDesk) -> None:
    """Asks again for every invoice that is told to be unreadable: one that can be read by now, or is gone, is none."""
    connection = desk.integration.time_tool
    for known in list(desk.problems.open()):
        ours = known.flow == connection.id and known.problem.code is ProblemCode.BROKEN_CONTRACT
        if not ours or not known.problem.subject.startswith(f"{connection.vendor} {desk.flow} "):
            continue
        for external_id in sorted(known.external_ids):
            with suppress(BrokenContract):
                desk.drafted.read(external_id)
                desk.problems.clear(known.problem, {external_id})


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
    # Set back to the chosen status: what a person was asked is answered, and it goes on as a version of its own.
    is_answered = old.state is State.FAILED and fetched.ready and not old.source_approved
    if old.hash != digest or is_answered or (old.gone_at is not None and old.standing):
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


@dataclass(slots=True)
class _Kept:
    """What became of invoices: stamps of those to be met again, those that can't be read, whether any may be ready."""

    held: list[datetime] = field(default_factory=list)
    broken: list[BrokenRow] = field(default_factory=list)
    ready: bool = False


def _keep(desk: InvoiceDesk, heads: Sequence[InvoiceHead], counts: Counter[str]) -> _Kept:
    """Stores what is news of a page's invoices."""
    known = desk.staged.get_many(desk.flow, [head.id for head in heads])
    kept = _Kept()
    for head in heads:
        counts["fetched"] += 1
        old = known.get(head.id)
        if not head.ready and old is None:
            continue
        if head.closed and old is not None and old.state in IN_THE_BOOKS:
            counts["unchanged"] += 1  # it is what we told ourselves, and nobody edits what is closed
            continue
        try:
            fetched = desk.drafted.read(head.id)
        except BrokenContract as broken:
            kept.broken.append(BrokenRow(head.id, broken.field or "invoice", broken.message))
            continue
        if fetched is None:
            continue  # deleted since the list was read: the nightly look finds it
        if not _took(desk, old, fetched, kept, counts):
            kept.held.append(head.changed_at)
    return kept


def _took(
    desk: InvoiceDesk, old: StagedRecord | None, fetched: FetchedInvoice, kept: _Kept, counts: Counter[str]
) -> bool:
    """Stores an invoice as it is now; False where it has to be met again: it is on its way, or somebody was faster."""
    kept.ready = kept.ready or (old is not None and old.state in AWAKE)
    if old is not None and old.state in IN_FLIGHT:
        return False
    new = staged_invoice(old, fetched, flow=desk.flow, gate=desk.gate, now=desk.clock())
    if new is None:
        counts["unchanged"] += 1
        return True
    if not _stored(desk, old, new, counts):
        return False
    kept.ready = kept.ready or new.state in AWAKE
    return True


def _try_again(desk: InvoiceDesk, name: str, counts: Counter[str]) -> None:
    """Reads what could not be read before; what can be is stored, and its problem closed."""
    state = desk.passes.load()
    ids = state.cursors.get(_again(name), FeedCursor()).keys
    if not ids:
        return
    known, kept, left = desk.staged.get_many(desk.flow, ids), _Kept(), []
    for external_id in ids:
        try:
            fetched = desk.drafted.read(external_id)
        except BrokenContract:
            left.append(external_id)
            continue
        old = known.get(external_id)
        wanted = fetched is not None and (fetched.ready or old is not None)
        if fetched is not None and wanted and not _took(desk, old, fetched, kept, counts):
            left.append(external_id)
            continue
        for problem in desk.problems.open():
            if problem.flow == desk.integration.time_tool.id and external_id in problem.external_ids:
                desk.problems.clear(problem.problem, {external_id})
    _save(desk, state, {_again(name): FeedCursor(keys=tuple(left))}, ready=kept.ready)


def _again(name: str) -> str:
    return f"{name}:again"


def _remembered(state: PassState, name: str, ids: Iterable[str]) -> FeedCursor:
    """The ids of what can't be read, with those that were known before."""
    before = state.cursors.get(_again(name), FeedCursor()).keys
    return FeedCursor(keys=tuple(dict.fromkeys((*before, *sorted(ids)))))


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


def _told(desk: InvoiceDesk, broken: Iterable[BrokenRow], counts: Counter[str]) -> None:
    """Tells the inbox of invoices that can't be read."""
    for row in broken:
        vendor = desk.integration.time_tool.vendor
        about = f"{vendor} {desk.flow} {row.external_id}, field {row.field} ({row.fault}),"
        problem = Problem(ProblemCode.BROKEN_CONTRACT, about)
        connection = desk.integration.time_tool.id
        desk.problems.report(problem, flow=connection, external_ids={row.external_id}, at=desk.clock())
        counts["broken"] += 1


def _name(head: InvoiceHead) -> str:
    """Names what was read: the invoice as it was at that stamp."""
    said = "ready" if head.ready else "closed" if head.closed else ""
    return f"{head.id}#{said}@{head.changed_at.isoformat()}"


def _advanced(cursor: FeedCursor, page: InvoicePage, held: Sequence[datetime], now: datetime) -> FeedCursor:
    """The cursor after a page: further on the walk, or at its end, never past what must be met again. Pure."""
    first = cursor.next_page is None
    began = now if first else cursor.began or now
    latest = None if page.latest_change is None else min(page.latest_change, began)
    high = max(filter(None, (cursor.high_water, latest)), default=None)
    hold = min(filter(None, (cursor.hold, *held)), default=None)
    # Until the next walk is through, what this one has read stands beside what the last one has.
    met = {_name(head): head.changed_at for head in page.rows if head.changed_at not in held}
    if page.next_page is not None:
        keys = _within((*cursor.keys, *met), high)
        return replace(cursor, next_page=page.next_page, high_water=high, hold=hold, began=began, keys=keys)
    proven = min(filter(None, (high, hold)), default=None)
    since = cursor.since if proven is None else max(filter(None, (proven, cursor.since)))
    return FeedCursor(since=since, walked=True, keys=_within((*cursor.keys, *met), high))


def _within(names: Iterable[str], high: datetime | None) -> tuple[str, ...]:
    """Those that the overlap may list again: so many are few, however long the list is."""
    return tuple(name for name in dict.fromkeys(names) if high is None or _stamp(name) >= high - OVERLAP)


def _stamp(name: str) -> datetime:
    return datetime.fromisoformat(name.rpartition("@")[2])


def _save(desk: InvoiceDesk, state: PassState, cursors: Mapping[str, FeedCursor], *, ready: bool) -> None:
    """The cursors, which no other step writes; what others noted meanwhile is kept."""

    def noted(state: PassState) -> PassState:
        return replace(state, cursors={**state.cursors, **cursors}, needs_posting=state.needs_posting or ready)

    try:
        desk.passes.save(noted(state))
    except Stale:
        desk.passes.save(noted(desk.passes.load()))
