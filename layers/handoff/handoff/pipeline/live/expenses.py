"""Expenses: costs that were booked on projects in the ERP, staged on their way into the time tool.

The ERP's list of booked entries has no stamps: it is followed by its rising serial numbers, so that what is
booked late, or dated back, is found as well. Where the first look began, nothing before is brought: it takes what
is dated on the last two days, or from the start that the settings name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from handoff.domain.costs import BookedCost
from handoff.domain.errors import BrokenContract, Stale
from handoff.domain.periods import period_of
from handoff.domain.posting import OPEN_POSTINGS
from handoff.domain.staged import IN_FLIGHT, IN_THE_BOOKS, Move, StagedRecord, State
from handoff.pipeline.live.cost_rules import CostRules, body_of, cost_of, hash_of, key_of
from handoff.pipeline.live.desk import BY_LIVE, EXPENSES, LiveDesk
from handoff.ports import FeedCursor, PassState

FIRST_LOOK = timedelta(days=2)
"""How far back the first look goes where the settings name no start."""
OVERLAP = 500
"""Numbers that each look reads again: what is booked side by side may be readable out of order."""
LOOKED_AT_AGAIN = timedelta(days=60)
"""How long a cost that stays out is looked at again: its project may come into being, the settings may change."""
SPAN_PAGES_MAX = 20
"""Pages that one hint reads; what it tells of beyond is the next look's to find."""
ATTEMPTS_MAX = 5


@dataclass(slots=True)
class CostsRead:
    """What a look brought: counts by outcome, the ids of the records that may be posted, whether there is more."""

    counts: Counter[str] = field(default_factory=Counter)
    ready: list[str] = field(default_factory=list)
    cut_short: bool = False


@dataclass(frozen=True, slots=True)
class _Mark:
    """Where the feed stands: the highest number seen, and the number that the first look ended its first page at.

    What lies below `first` was there before the first look, and is nobody's business.
    """

    since: date
    serial: int | None
    first: int

    @property
    def after(self) -> int | None:
        """The number to read from."""
        return None if self.serial is None else max(self.serial - OVERLAP, self.first)


def fetch_costs(desk: LiveDesk, *, time_left: Callable[[], bool]) -> CostsRead:
    """Stages all costs that were booked since the last look; cut short, the next call goes on where this one ended.

    The cursor moves after a page's rows are stored. Raises as reads do.
    """
    read, rules, mark = CostsRead(), CostRules(desk), _mark(desk)
    after, begun_at = mark.after, mark.serial or 0
    while True:
        page = desk.erp.costs.costs_after(after, since=mark.since)
        _stage(desk, page.costs, rules, read)
        mark = _moved(desk, mark, page.highest)
        if not page.more:
            return read
        after = _risen(after, page.highest)
        if after > begun_at and not time_left():  # else the overlap would be all that a short slice ever reads
            read.cut_short = True
            return read


def fetch_span(desk: LiveDesk, first: int, last: int) -> CostsRead:
    """Stages the costs that a hint tells of by their numbers; the cursor stays where it is.

    Numbers that were there before the first look are left out, whatever the hint says.
    """
    read, rules, mark = CostsRead(), CostRules(desk), _mark(desk)
    at = max(first, mark.first + 1)
    for _ in range(SPAN_PAGES_MAX):
        if at > last:
            return read
        page = desk.erp.costs.costs_between(at, last)
        early = mark.serial is None  # before the first look its own rule counts
        costs = [cost for cost in page.costs if not early or cost.booked_on >= mark.since]
        _stage(desk, costs, rules, read)
        if not page.more:
            return read
        at = _risen(at - 1, page.highest) + 1
    read.cut_short = True
    return read


def look_again(desk: LiveDesk, *, time_left: Callable[[], bool]) -> CostsRead:
    """Judges anew the costs of the last 60 days that stay out: by the settings and projects there are now."""
    read, rules, now = CostsRead(), CostRules(desk), desk.clock()
    for record in desk.staged.every(EXPENSES, period=None, states={State.EXCLUDED}):
        if record.history[0].at < now - LOOKED_AT_AGAIN:
            continue
        if not time_left():
            read.cut_short = True
            return read
        reason = rules.reason(cost_of(record))
        if not reason:
            freed = record.move(State.READY, by=BY_LIVE, at=now, why="it is wanted now")
            if not desk.staged.save([freed]):
                read.counts["ready"] += 1
                read.ready.append(record.external_id)
        elif reason != record.reason:
            desk.staged.save([replace(record, reason=reason)])
    return read


def _stage(desk: LiveDesk, costs: Sequence[BookedCost], rules: CostRules, read: CostsRead) -> None:
    rows = {str(cost.serial): cost for cost in costs}
    known = desk.staged.get_many(EXPENSES, list(rows)) if rows else {}
    fresh: list[StagedRecord] = []
    for external_id, cost in rows.items():
        old = known.get(external_id)
        if old is None:
            fresh.append(_first(desk, cost, rules))
        elif old.hash == hash_of(cost):
            read.counts["unchanged"] += 1
        else:
            _changed(desk, old, _first(desk, cost, rules), read)
    taken = desk.staged.add(fresh) if fresh else ()
    for record in fresh:
        if record.external_id not in taken:
            _count(read, record)


def _first(desk: LiveDesk, cost: BookedCost, rules: CostRules) -> StagedRecord:
    now, reason = desk.clock(), rules.reason(cost)
    state = State.EXCLUDED if reason else State.READY
    return StagedRecord(
        flow=EXPENSES,
        external_id=str(cost.serial),
        version=1,
        hash=hash_of(cost),
        body=body_of(cost),
        period=period_of(cost.booked_on),
        state=state,
        source_approved=True,  # it is booked: whoever may do that has approved it
        changed_at=now,
        reason=reason,
        history=(Move(state, now, BY_LIVE, reason or "booked"),),
    )


def _changed(desk: LiveDesk, old: StagedRecord, new: StagedRecord, read: CostsRead) -> None:
    """Another content under a known number: the next version, unless the time tool has the one before, or may have.

    Booked entries are not changed as a rule. One that was is named by the account of its month.
    """
    posting = desk.postings.get(key_of(desk, old))
    if old.state in IN_FLIGHT | IN_THE_BOOKS or (posting is not None and posting.state in OPEN_POSTINGS):
        read.counts["changed_after_posting"] += 1
        return
    for problem in old.problems:
        desk.problems.clear(problem, {old.external_id})
    following = replace(new, version=old.version + 1, revision=old.revision)
    desk.staged.replace(old, following)
    _count(read, following)


def _count(read: CostsRead, record: StagedRecord) -> None:
    read.counts[record.state] += 1
    if record.state is State.READY:
        read.ready.append(record.external_id)


def _risen(before: int | None, highest: int) -> int:
    if before is not None and highest <= before:
        raise BrokenContract(f"the ERP's list of costs does not go on after number {before}", field="costs")
    return highest


def feed_of(desk: LiveDesk) -> str:
    """The feed's name in the pass state."""
    return f"{desk.integration.erp.id}:costs"


def first_number(desk: LiveDesk) -> int | None:
    """The number up to which costs were there before the first look; None before it."""
    return desk.passes.load().serials.get(f"{feed_of(desk)}:first")


def _mark(desk: LiveDesk) -> _Mark:
    """Where the feed stands; the day that the first look begins at is kept, however often it comes to nothing."""
    feed, state = feed_of(desk), desk.passes.load()
    serial, first = state.serials.get(feed), state.serials.get(f"{feed}:first", 0)
    named, kept = desk.settings.expenses.starts_on, state.cursors.get(feed, FeedCursor()).since
    if named is not None:
        return _Mark(named, serial, first)
    if kept is None:
        kept = datetime.combine(desk.clock().date() - FIRST_LOOK, time(), UTC)
        since = FeedCursor(since=kept)
        _remember(desk, lambda state: replace(state, cursors={**state.cursors, feed: since}))
    return _Mark(kept.date(), serial, first)


def _moved(desk: LiveDesk, mark: _Mark, highest: int) -> _Mark:
    if highest <= (mark.serial or 0):
        return mark
    first = highest if mark.serial is None else mark.first
    feed = feed_of(desk)

    def further(state: PassState) -> PassState:
        known = state.serials
        serials = {feed: max(highest, known.get(feed, 0)), f"{feed}:first": known.get(f"{feed}:first", first)}
        return replace(state, serials={**known, **serials})

    _remember(desk, further)
    return replace(mark, serial=highest, first=first)


def _remember(desk: LiveDesk, change: Callable[[PassState], PassState]) -> None:
    """Writes a change of the pass state over whatever others noted meanwhile; raises Stale if they keep at it."""
    for _ in range(ATTEMPTS_MAX - 1):
        try:
            desk.passes.save(change(desk.passes.load()))
        except Stale:
            continue
        return
    desk.passes.save(change(desk.passes.load()))
