"""Stage purchases: what was posted in the ERP since the last look, stored as records on their way into the time tool.

The ledger only grows, and its rows are read by what was stamped since. A batch that is posted stamps its rows before
others can read them, so each look begins a while before the last one ended; a thorough one some days before. A row that
was changed although it is in the time tool already is told to a person: what stands there may be invoiced.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import msgspec

from handoff.domain.errors import Stale
from handoff.domain.gate import Gate
from handoff.domain.periods import period_of
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.purchases import Purchase, purchase_body, purchase_from, purchase_hash
from handoff.domain.staged import IN_FLIGHT, IN_THE_BOOKS, Move, StagedRecord, State
from handoff.domain.tenancy import Connection
from handoff.pipeline.stage import following
from handoff.pipeline.steps import Clock
from handoff.ports import BrokenRow, FeedCursor, PassState, PassStore, ProblemStore, StagedStore
from handoff.ports.purchases import ListedPurchase, PurchaseFeed, PurchasePage

BY_PURCHASES = "erp"
"""Who moves a record because of what the ERP said."""
OVERLAP = timedelta(hours=1)
"""How long a batch may take to be posted, from its first stamp until its rows can be read."""
THOROUGH_OVERLAP = timedelta(days=7)
"""How far back a thorough look goes beyond that."""
AWAKE = frozenset({State.READY, State.FAILED})


@dataclass(frozen=True, slots=True)
class CostDesk:
    """One integration's tools for purchases.

    `unit` is the number of the ERP's unit that stands for projects; with another one, or another start, everything is
    read anew. `believed` gives the ids of problems that a person has said are none, `calls` those made by vendor.
    """

    connection: Connection
    flow: str
    purchases: PurchaseFeed
    starts_on: date
    unit: int
    currency: str
    gate: Gate
    staged: StagedStore
    problems: ProblemStore
    passes: PassStore
    believed: Callable[[str], Collection[str]]
    clock: Clock
    calls: Callable[[], Mapping[str, int]]

    @property
    def feed(self) -> str:
        """What the walk through the ledger is remembered by."""
        return f"{self.connection.id}:{self.flow}:{self.unit}:{self.starts_on}"


@dataclass(slots=True)
class _Kept:
    """What storing a page came to: stamps of rows to be met again, and whether any record may be posted."""

    held: list[datetime] = field(default_factory=list)
    ready: bool = False

    def meet_again(self, row: ListedPurchase) -> None:
        if row.changed_at is not None:
            self.held.append(row.changed_at)


def fetch_purchases(desk: CostDesk, *, thorough: bool, time_left: Callable[[], bool], counts: Counter[str]) -> bool:
    """Reads what was posted, page by page; whether the list's end was reached. Raises as the ERP's reads do.

    The cursor moves after its rows are stored, and not past what could not be read or is on its way.
    """
    while True:
        state = desk.passes.load()
        cursor = state.cursors.get(desk.feed, FeedCursor())
        since = None if cursor.since is None else cursor.since - (THOROUGH_OVERLAP if thorough else OVERLAP)
        page = desk.purchases.posted(starts_on=desk.starts_on, since=since, page=cursor.next_page)
        kept = _keep(desk, page.rows, counts)
        _tell_broken(desk, page.broken, counts)
        again = advanced(cursor, page, kept.held, now=desk.clock())
        if cursor.troubled and again.walked and not again.troubled:
            _close_broken(desk)
        if again != cursor or kept.ready:
            _save(desk, state, again, ready=kept.ready)
        if page.next_page is None:
            return True
        if not time_left():
            return False


def advanced(cursor: FeedCursor, page: PurchasePage, held: Iterable[datetime], *, now: datetime) -> FeedCursor:
    """The cursor after a page: further on the walk, or at its end, never past what must be met again. Pure."""
    first = cursor.next_page is None
    began = now if first else cursor.began or now
    high = max(filter(None, (None if first else cursor.high_water, page.latest_change)), default=None)
    hold = min(filter(None, (None if first else cursor.hold, *held)), default=None)
    broken = (0 if first else cursor.broken) + len(page.broken)
    troubled = cursor.troubled or bool(page.broken)
    if page.next_page is not None:
        return FeedCursor(cursor.since, page.next_page, high, hold=hold, began=began, broken=broken, troubled=troubled)
    proven = None if broken else min(filter(None, (high, hold, began if high else None)), default=None)
    since = max(filter(None, (proven, cursor.since)), default=None)
    return FeedCursor(since=since, walked=True, troubled=broken > 0)


def _keep(desk: CostDesk, rows: Sequence[ListedPurchase], counts: Counter[str]) -> _Kept:
    """Stores what is news of a page."""
    kept, by_id = _Kept(), {row.purchase.external_id: row for row in rows}
    known = desk.staged.get_many(desk.flow, list(by_id)) if by_id else {}
    news: list[ListedPurchase] = []
    for external_id, row in by_id.items():
        counts["fetched"] += 1
        old = known.get(external_id)
        same = old is not None and old.hash == purchase_hash(row.purchase)
        if old is not None and old.state in IN_THE_BOOKS:
            counts["unchanged" if same else "changed_after_posting"] += 1
            _compare(desk, old, row.purchase)
        elif same:
            counts["unchanged"] += 1
            # Whoever stored it may have died before he noted that something is ready.
            kept.ready = kept.ready or (old is not None and old.state is State.READY)
        elif old is not None and old.state in IN_FLIGHT:
            kept.meet_again(row)
        else:
            news.append(row)
    named = _named(desk, news)
    fresh = [_first(desk, row) for row in named if row.purchase.external_id not in known]
    taken = desk.staged.add(fresh) if fresh else ()
    for record in fresh:
        if record.external_id not in taken:
            _count(record, kept, counts, "new")
    for row in named:
        old = known.get(row.purchase.external_id)
        if old is not None or row.purchase.external_id in taken:
            _replace(desk, old, row, kept, counts)
    return kept


def _named(desk: CostDesk, rows: Sequence[ListedPurchase]) -> list[ListedPurchase]:
    """The purchases with their suppliers' names, which the ledger does not have."""
    names = desk.purchases.suppliers({row.purchase.supplier for row in rows}) if rows else {}
    return [
        replace(
            row,
            purchase=msgspec.structs.replace(row.purchase, supplier_name=names.get(row.purchase.supplier, "")),
        )
        for row in rows
    ]


def _first(desk: CostDesk, row: ListedPurchase) -> StagedRecord:
    now, purchase = desk.clock(), row.purchase
    bare = StagedRecord(
        flow=desk.flow,
        external_id=purchase.external_id,
        version=1,
        hash=purchase_hash(purchase),
        body=purchase_body(purchase),
        period=period_of(purchase.booked_on),
        state=State.HELD,
        source_approved=True,  # it is posted: whoever may do that has approved it
        changed_at=row.changed_at or now,
    )
    verdict = desk.gate.verdict(bare)
    reason = "" if verdict.state is State.READY else verdict.why
    move = Move(verdict.state, now, verdict.by or BY_PURCHASES, verdict.why)
    return replace(bare, state=verdict.state, reason=reason, history=(move,))


def _replace(desk: CostDesk, old: StagedRecord | None, row: ListedPurchase, kept: _Kept, counts: Counter[str]) -> None:
    """Another content of a record that is not in the time tool: its next version."""
    if old is None:  # somebody stored it meanwhile
        kept.meet_again(row)
        return
    new = following(old, _first(desk, row), desk.gate, desk.clock(), by=BY_PURCHASES)
    try:
        desk.staged.replace(old, new)
    except Stale:
        kept.meet_again(row)
        return
    for problem in old.problems:
        desk.problems.clear(problem, {old.external_id})
    _count(new, kept, counts, "changed")


def _count(record: StagedRecord, kept: _Kept, counts: Counter[str], what: str) -> None:
    counts[what] += 1
    counts[record.state.value] += 1
    kept.ready = kept.ready or record.state in AWAKE


def _compare(desk: CostDesk, record: StagedRecord, now: Purchase) -> None:
    """Tells a person where the ERP says something else by now than the time tool has; closes what is over."""
    then = purchase_from(record.body)
    told = f"{_words(then, desk.currency)} when it went over, and {_words(now, desk.currency)} now"
    changed = Problem(ProblemCode.COST_CHANGED, f"Cost {record.external_id} of voucher {now.voucher} was {told}")
    differs = record.hash != purchase_hash(now) and changed.id not in desk.believed(desk.flow)
    stays = tuple(one for one in record.problems if one.code is not changed.code)
    wanted = (*stays, changed) if differs else stays
    if wanted == record.problems:
        return
    for problem in record.problems:
        if problem not in wanted:
            desk.problems.clear(problem, {record.external_id})
    if differs:
        desk.problems.report(changed, flow=desk.flow, external_ids={record.external_id}, at=desk.clock())
    desk.staged.save([replace(record, problems=wanted)])


def _words(purchase: Purchase, currency: str) -> str:
    said = f"{purchase.amount} {currency} on project {purchase.project}, account {purchase.account}"
    return f"{said}, of {purchase.booked_on}, '{purchase.text}', invoice '{purchase.supplier_invoice}'"


def _about(desk: CostDesk, row: BrokenRow) -> str:
    return f"{desk.connection.vendor} {desk.flow} {row.external_id}, field {row.field} ({row.fault}),"


def _tell_broken(desk: CostDesk, broken: Iterable[BrokenRow], counts: Counter[str]) -> None:
    """Tells the inbox of rows that can't be read."""
    for row in broken:
        problem = Problem(ProblemCode.BROKEN_CONTRACT, _about(desk, row))
        desk.problems.report(problem, flow=desk.connection.id, external_ids={row.external_id}, at=desk.clock())
        counts["broken"] += 1


def _close_broken(desk: CostDesk) -> None:
    """Closes what was told of rows, now that all of them were read."""
    begins = f"{desk.connection.vendor} {desk.flow} "
    for known in list(desk.problems.open()):
        of_rows = known.flow == desk.connection.id and known.problem.code is ProblemCode.BROKEN_CONTRACT
        if of_rows and known.problem.subject.startswith(begins):
            desk.problems.close(known.problem.id)


def _save(desk: CostDesk, state: PassState, cursor: FeedCursor, *, ready: bool) -> None:
    """The cursor, which no other step writes, in place of those of other starts; what others noted is kept."""

    def noted(state: PassState) -> PassState:
        return replace(state, cursors={desk.feed: cursor}, needs_posting=state.needs_posting or ready)

    try:
        desk.passes.save(noted(state))
    except Stale:
        desk.passes.save(noted(desk.passes.load()))
