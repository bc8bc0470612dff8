"""Fetch: read one bounded slice of a connection's feeds, stage it, then move the cursor.

Rows are stored before the cursor that passes them. A walk that saw rows move under it (the vendor's
count changed between pages) is walked again before its cursor counts as proven. A feed with rows that
can't be read keeps its cursor: the readable rows go on, the others are met again on the next pass.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from handoff.domain.errors import BrokenContract, ReconnectNeeded, Stale
from handoff.domain.gate import GatePolicy
from handoff.domain.problems import Problem, ProblemCode
from handoff.domain.staged import IN_THE_BOOKS, Move, StagedRecord, State
from handoff.domain.tenancy import Connection
from handoff.domain.time import FetchedEntry
from handoff.pipeline.stage import BY_FETCH, Intake, Staged, rejudged, stage
from handoff.pipeline.steps import Clock
from handoff.ports import (
    FeedCursor,
    FeedInfo,
    FeedPage,
    PassState,
    PassStore,
    ProblemStore,
    ReadsFeeds,
    ReferenceStore,
    StagedStore,
    TenantStore,
    since_with_overlap,
)

OVERLAP = timedelta(minutes=2)
"""Vendors stamp rows a little before they can be read."""
WALKS_MAX = 3
"""How often rows may move under one walk before the next pass takes over."""

TimeLeft = Callable[[], bool]
"""Says whether another page still fits into this invocation."""


@dataclass(frozen=True, slots=True)
class FetchTools:
    """What a slice works with: one connection's lists and one integration's stores."""

    integration_id: str
    connection: Connection
    reader: ReadsFeeds
    passes: PassStore
    staged: StagedStore
    reference: ReferenceStore
    problems: ProblemStore
    tenants: TenantStore
    policy: GatePolicy
    clock: Clock


@dataclass(slots=True)
class FetchResult:
    """What a slice did; `feeds_left` are still to be read, `unread` says which could not be.

    `state` is the pass state as the slice left it.
    """

    feeds_left: tuple[str, ...] = ()
    unread: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    state: PassState | None = None


def fetch_slice(
    tools: FetchTools,
    *,
    flow: str,
    feeds: Sequence[str] | None,
    time_left: TimeLeft,
    result: FetchResult | None = None,
) -> FetchResult:
    """Reads feeds until they are at their end or `time_left` says stop.

    Raises Unreachable and RateLimited with all finished pages kept, and counted in the `result` that was
    given. A feed that is refused (401, 403, 404) stops the connection, one whose pages can't be read at all
    is a problem: either is named in `unread`, and the other feeds are still read. A `result` that names some
    already is of a walk that goes on.
    """
    result = result or FetchResult()
    infos = {info.name: info for info in tools.reader.feeds}
    left = list(infos) if feeds is None else [name for name in feeds if name in infos]
    state = tools.passes.load()
    while left:
        walk = _Walk(infos[left[0]], flow, result.counts, time_left)
        try:
            state, at_end = _walk(tools, walk, state)
        except ReconnectNeeded as refusal:
            _stop(tools, refusal)
            state = tools.passes.load()  # pages before the refused one are kept
            result.unread.append(f"{tools.connection.vendor} {left[0]}")
            if refusal.field is None:  # not one feed is closed to us, but the account
                return result
            at_end = True
        except BrokenContract as broken:
            _report_unreadable(tools, broken)
            state = tools.passes.load()
            result.unread.append(f"{tools.connection.vendor} {left[0]}")
            at_end = True
        if not at_end:
            break
        left.pop(0)
        if not time_left():
            break
    result.feeds_left, result.state = tuple(left), state
    if not left and not result.unread:
        _heal(tools)
    return result


@dataclass(frozen=True, slots=True)
class _Walk:
    """One feed of one slice."""

    info: FeedInfo
    flow: str
    counts: Counter[str]
    time_left: TimeLeft


def _walk(tools: FetchTools, walk: _Walk, state: PassState) -> tuple[PassState, bool]:
    name = f"{tools.connection.id}:{walk.info.name}"
    while True:
        cursor = state.cursors.get(name, FeedCursor())
        since = since_with_overlap(cursor.since, OVERLAP) if walk.info.incremental else None
        try:
            page = tools.reader.read(walk.info.name, since=since, page=cursor.next_page)
        except BrokenContract:
            if not cursor.troubled:  # noted, so that the walk that gets past it knows of a problem to close
                _save(tools, state, {name: replace(cursor, troubled=True)}, ready=False)
            raise
        moved, deferred = _take(tools, walk, page, cursor)
        again = advanced(cursor, page, deferred, now=tools.clock())
        if cursor.troubled and not again.troubled:
            _close(tools, walk.info.name, ProblemCode.BROKEN_CONTRACT)
        if again != cursor or moved:
            state = _save(tools, state, {name: again}, ready=moved)
        if again.next_page is None and not again.moved:
            return state, True
        if not walk.time_left():
            return state, False


def _save(tools: FetchTools, state: PassState, cursors: Mapping[str, FeedCursor], *, ready: bool) -> PassState:
    """The pass state with these cursors, which no other step writes; what others noted meanwhile is kept."""

    def noted(state: PassState) -> PassState:
        return replace(state, cursors={**state.cursors, **cursors}, needs_posting=state.needs_posting or ready)

    try:
        return tools.passes.save(noted(state))
    except Stale:
        return tools.passes.save(noted(tools.passes.load()))


def _take(tools: FetchTools, walk: _Walk, page: FeedPage, cursor: FeedCursor) -> tuple[bool, Sequence[FetchedEntry]]:
    """Stores a page; says whether anything may be ready now, and which rows must be met again."""
    _report_broken(tools, walk.info, page)
    walk.counts["broken"] += len(page.broken)
    if walk.info.kind == "entries":
        walk.counts["fetched"] += len(page.entries)
        return _stage_page(tools, walk, page, first_load=cursor.since is None and not cursor.walked)
    whole = not walk.info.incremental and cursor.next_page is None and page.next_page is None
    store = tools.reference.replace if whole else tools.reference.put
    written = store(walk.info.kind, page.objects) if page.objects else 0
    walk.counts["reference"] += written
    return written > 0, ()


def _stage_page(
    tools: FetchTools, walk: _Walk, page: FeedPage, *, first_load: bool
) -> tuple[bool, Sequence[FetchedEntry]]:
    rows: Mapping[str, FetchedEntry] = {row.entry.external_id: row for row in page.entries}
    # On the first load nothing is known, so the look-up is left out: adding tells what was there.
    known = {} if first_load else tools.staged.get_many(walk.flow, list(rows))
    deferred: list[FetchedEntry] = []
    ready = False
    while rows:
        # What was ready before counts as well: a pass that stored it may have died before it could say so.
        ready = ready or any(record.state is State.READY for record in known.values())
        staged = stage(rows.values(), known, Intake(walk.flow, tools.policy, tools.clock()))
        staged.changed = [(old, _set_back(tools, old, new)) for old, new in staged.changed]
        stale = _store(tools, staged, walk.counts)
        deferred += staged.deferred
        ready = ready or any(
            r.state in (State.READY, State.FAILED) for r in _all_of(staged) if r.external_id not in stale
        )
        # Somebody moved these while we looked (or they were there before a first load): look again.
        rows = {name: rows[name] for name in stale}
        known = tools.staged.get_many(walk.flow, list(rows)) if rows else {}
    return ready, deferred


def _store(tools: FetchTools, staged: Staged, counts: Counter[str]) -> set[str]:
    stale = set(tools.staged.add(staged.new)) if staged.new else set()
    # The inbox is told before a record fails, and again when it has moved on: nothing may fail unseen.
    for old, new in staged.changed:
        _report(tools, new, [problem for problem in new.problems if problem not in old.problems])
    if staged.moved:
        stale |= set(tools.staged.save([new for _, new in staged.moved]))
    for old, new in staged.changed:
        try:
            tools.staged.replace(old, new)
        except Stale:
            stale.add(old.external_id)
    for old, new in (*staged.moved, *staged.changed):
        if old.external_id not in stale:
            _clear(tools, old, [problem for problem in old.problems if problem not in new.problems])
    for record in _all_of(staged):
        if record.external_id not in stale:
            counts[record.state.value] += 1
    counts["new"] += sum(r.external_id not in stale for r in staged.new)
    counts["changed"] += sum(o.external_id not in stale for o, _ in staged.changed)
    counts["unchanged"] += staged.unchanged
    counts["deferred"] += len(staged.deferred)
    return stale


def _all_of(staged: Staged) -> list[StagedRecord]:
    return [*staged.new, *(new for _, new in (*staged.moved, *staged.changed))]


def _set_back(tools: FetchTools, old: StagedRecord, new: StagedRecord) -> StagedRecord:
    """A posted entry that was edited and is now as posted: nothing is left to correct."""
    if new.state is not State.FAILED or old.state in IN_THE_BOOKS:
        return new
    versions = tools.staged.versions(old.flow, old.external_id)
    posted = next((v for v in reversed(versions) if v.state in IN_THE_BOOKS or v.covered), None)
    if posted is None or posted.hash != new.hash:
        return new
    why = f"version {new.version}: as posted in version {posted.version}"
    back = replace(
        new,
        state=posted.state,
        reason=posted.reason,
        problems=posted.problems,
        covered=posted.covered,
        posting_key=posted.posting_key,
        history=(Move(posted.state, tools.clock(), BY_FETCH, why),),
    )
    # Where a second kind of document is still wanted, the gate has the word on that.
    return back if posted.state in IN_THE_BOOKS else rejudged(back, tools.policy, tools.clock())


def _report(tools: FetchTools, record: StagedRecord, problems: Iterable[Problem]) -> None:
    for problem in problems:
        tools.problems.report(problem, flow=record.flow, external_ids={record.external_id}, at=tools.clock())


def _clear(tools: FetchTools, record: StagedRecord, problems: Iterable[Problem]) -> None:
    for problem in problems:
        tools.problems.clear(problem, {record.external_id})


def _report_broken(tools: FetchTools, info: FeedInfo, page: FeedPage) -> None:
    for row in page.broken:
        problem = Problem(
            ProblemCode.BROKEN_CONTRACT,
            f"{tools.connection.vendor} {info.name} {row.external_id}, field {row.field} ({row.fault}),",
        )
        tools.problems.report(problem, flow=tools.connection.id, external_ids={row.external_id}, at=tools.clock())


def advanced(cursor: FeedCursor, page: FeedPage, deferred: Sequence[FetchedEntry], *, now: datetime) -> FeedCursor:
    """The cursor after a page whose rows are stored: further on the walk, or at its end.

    A stamp from the future (a vendor's clock, or ours) counts as now: it must not hide later edits.
    """
    first_page = cursor.next_page is None
    latest = None if page.latest_change is None else min(page.latest_change, now)
    total = page.total if first_page else cursor.total
    walk = replace(
        cursor,
        next_page=page.next_page,
        high_water=max(filter(None, (cursor.high_water, latest)), default=None),
        total=total,
        moved=not first_page and (cursor.moved or page.total != total),
        troubled=cursor.troubled or bool(page.broken),
        broken=(0 if first_page else cursor.broken) + len(page.broken),
        hold=min(filter(None, (cursor.hold, *(row.changed_at for row in deferred))), default=None),
    )
    if page.next_page is not None:
        return walk
    if walk.moved and walk.walks + 1 < WALKS_MAX:
        return replace(walk, walks=walk.walks + 1, total=None)
    return FeedCursor(since=_proven(walk), broken=walk.broken, troubled=walk.broken > 0, walked=True)


def _proven(walk: FeedCursor) -> datetime | None:
    """Up to which change a finished walk is proven; never back, and not past what must be met again."""
    if walk.moved or walk.broken:
        return walk.since
    reached = min(filter(None, (walk.high_water, walk.hold)), default=None)
    return max(filter(None, (reached, walk.since)), default=None)


def _report_unreadable(tools: FetchTools, broken: BrokenContract) -> None:
    problem = Problem(ProblemCode.BROKEN_CONTRACT, f"{tools.connection.vendor} {broken.field or 'answer'}")
    tools.problems.report(problem, flow=tools.connection.id, external_ids=(), at=tools.clock())


def _stop(tools: FetchTools, refusal: ReconnectNeeded) -> None:
    problem = Problem(ProblemCode.RECONNECT_NEEDED, refusal.message)
    tools.problems.report(problem, flow=tools.connection.id, external_ids=(), at=tools.clock())
    tools.tenants.stop_connection(tools.integration_id, tools.connection.id, refusal.message)


def _heal(tools: FetchTools) -> None:
    """All feeds answered: what had stopped the connection is over."""
    if tools.connection.stopped:
        tools.tenants.stop_connection(tools.integration_id, tools.connection.id, "")
        _close(tools, "", ProblemCode.RECONNECT_NEEDED)


def _close(tools: FetchTools, feed: str, code: ProblemCode) -> None:
    for known in tools.problems.open():
        ours = known.flow == tools.connection.id and known.problem.code is code
        named = f"{tools.connection.vendor} {feed}"
        if ours and (not feed or known.problem.subject == named or known.problem.subject.startswith(f"{named} ")):
            tools.problems.close(known.problem.id)
