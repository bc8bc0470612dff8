"""Fetch: read one bounded slice of a connection's feeds, stage it, then move the cursor; at its end, the census.

Rows are stored before the cursor that passes them. A walk that saw rows move under it (the vendor's
count changed between pages) is walked again before its cursor counts as proven. A feed with rows that
can't be read keeps its cursor: the readable rows go on, the others are met again on the next pass.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from handoff.domain.errors import BrokenContract, ReconnectNeeded, Stale
from handoff.domain.periods import Period
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.pipeline.census import Census, is_census, name_of_census
from handoff.pipeline.cursor import advanced, check_end
from handoff.pipeline.keep import FetchTools, Kept, keep_deleted, keep_rows, report_too_large
from handoff.pipeline.lists import keep_list, keys_of
from handoff.ports import (
    FeedCursor,
    FeedInfo,
    FeedPage,
    PassState,
    since_with_overlap,
)

OVERLAP = timedelta(minutes=2)
"""Vendors stamp rows a little before they can be read."""
OF_A_FEED = (ProblemCode.BROKEN_CONTRACT, ProblemCode.RECORD_TOO_LARGE, ProblemCode.UNUSUAL_ANSWER)
"""Problems that the first walk closes that reads everything."""
TimeLeft = Callable[[], bool]
"""Says whether another page still fits into this invocation."""


@dataclass(slots=True)
class FetchResult:
    """What a slice did; `feeds_left` are still to be read, `unread` says which could not be.

    `questions` are what a person should look at although all could be read. `state` is the pass state as the
    slice left it.
    """

    feeds_left: tuple[str, ...] = ()
    unread: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    state: PassState = field(default_factory=PassState)


def fetch_slice(
    tools: FetchTools,
    *,
    flow: str,
    feeds: Sequence[str] | None,
    time_left: TimeLeft,
    periods: Sequence[Period] = (),
    thorough: bool = False,
    result: FetchResult | None = None,
    by_hand: bool = False,
) -> FetchResult:
    """Reads feeds until they are at their end or `time_left` says stop; then the censuses of `periods`.

    Raises Unreachable and RateLimited with all finished pages kept, and counted in the `result` that was
    given. A feed that is refused (401, 403, 404) stops the connection, one whose pages can't be read at all
    is a problem: either is named in `unread`, and the other feeds are still read. A `result` that names some
    already is of a walk that goes on. `feeds` are those that an earlier slice left, with the censuses; a
    `thorough` census looks for what is missing even where nothing seems to have changed.
    """
    result = result or FetchResult()
    infos = {info.name: info for info in tools.reader.feeds}
    wanted = [*infos, *map(name_of_census, periods)] if feeds is None else feeds
    left = [name for name in wanted if name in infos or is_census(name)]
    census = Census(tools, tools.census, flow, time_left, thorough=thorough) if tools.census else None
    result.state = tools.passes.load()
    whole = True
    while left:
        try:
            if left[0] in infos:
                at_end = _read_feed(
                    tools, _Walk(infos[left[0]], flow, result.counts, result.questions, time_left), result
                )
            else:
                at_end = census is None or _count(tools, census, left, result, whole=whole)
        except _Closed:
            return result
        if not at_end:
            break
        left.pop(0)
        whole = False
        if not time_left():
            break
    result.feeds_left = tuple(left)
    if not left and not result.unread:
        _heal(tools, result.state, by_hand=by_hand)
    return result


class _Closed(Exception):
    """Not one feed is closed to us, but the account."""


def _read_feed(tools: FetchTools, walk: _Walk, result: FetchResult) -> bool:
    """Whether the feed is done with, read to its end or not readable; the slice's state moves on."""
    try:
        result.state, at_end = _walk(tools, walk, result.state)
    except (ReconnectNeeded, BrokenContract) as fault:
        result.unread.append(f"{tools.connection.vendor} {walk.info.name}")
        _refused(tools, result, fault)
        return True
    return at_end


def _refused(tools: FetchTools, result: FetchResult, fault: ReconnectNeeded | BrokenContract) -> None:
    if isinstance(fault, ReconnectNeeded):
        _stop(tools, fault)
    else:
        _report_unreadable(tools, fault)
    result.state = tools.passes.load()  # pages before the refused one are kept
    if isinstance(fault, ReconnectNeeded) and fault.field is None:
        raise _Closed


def _count(tools: FetchTools, census: Census, left: list[str], result: FetchResult, *, whole: bool) -> bool:
    """Whether the census that stands first is done with; nothing is counted where a feed could not be read."""
    if any(name.startswith(f"{tools.connection.vendor} ") for name in result.unread):
        return True  # nothing is posted in this run: the next one counts
    name, counts = left[0], Counter[str]()
    try:
        taken = census.take(name, uncounted=result.state.uncounted, whole=whole, counts=counts)
    except ReconnectNeeded as refusal:
        result.unread.append(f"{tools.connection.vendor} entries")
        _refused(tools, result, refusal)
        return True
    finally:
        counts.pop("unchanged", None)  # the feed has counted them, on whatever pass that was
        result.counts += counts
    uncounted = result.state.uncounted and not census.covers_present(taken)
    if taken.ready or uncounted != result.state.uncounted:
        result.state = _save(tools, result.state, {}, ready=taken.ready, uncounted=uncounted)
    if taken.again is not None:
        left[0] = taken.again
        return False
    census.note(taken)
    result.unread += taken.unread
    result.questions += taken.questions
    return True


@dataclass(frozen=True, slots=True)
class _Walk:
    """One feed of one slice."""

    info: FeedInfo
    flow: str
    counts: Counter[str]
    questions: list[str]
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
        try:
            check_end(cursor, page, walk.info.name)
        except BrokenContract:  # the walk begins anew on the next pass
            _save(tools, state, {name: FeedCursor(cursor.since, walked=cursor.walked, troubled=True)}, ready=False)
            raise
        kept = _take(tools, walk, page, cursor)
        refused = len(kept.refused) + kept.missed + (kept.question is not None)
        keys = keys_of(walk.info, cursor, page)
        again = advanced(cursor, page, kept.deferred, now=tools.clock(), refused=refused, keys=keys)
        if cursor.troubled:
            _close_mended(tools, walk.info.name, again, kept)
        uncounted = state.uncounted or (kept.stored and tools.census is not None)
        if again != cursor or kept.ready or uncounted != state.uncounted:
            state = _save(tools, state, {name: again}, ready=kept.ready, uncounted=uncounted)
        if kept.question is not None:  # after the cursor: it says that there is a question to be closed
            _ask(tools, walk, kept.question)
        if again.next_page is None and not again.moved:
            return state, True
        if not walk.time_left():
            return state, False


def _save(
    tools: FetchTools,
    state: PassState,
    cursors: Mapping[str, FeedCursor],
    *,
    ready: bool,
    uncounted: bool | None = None,
) -> PassState:
    """The pass state with these cursors, which no other step writes; what others noted meanwhile is kept."""

    def noted(state: PassState) -> PassState:
        return replace(
            state,
            cursors={**state.cursors, **cursors},
            needs_posting=state.needs_posting or ready,
            uncounted=state.uncounted if uncounted is None else uncounted,
        )

    try:
        return tools.passes.save(noted(state))
    except Stale:
        return tools.passes.save(noted(tools.passes.load()))


def _take(tools: FetchTools, walk: _Walk, page: FeedPage, cursor: FeedCursor) -> Kept:
    """Stores a page; says whether anything may be ready now, and which rows must be met again."""
    _report_broken(tools, walk.info, page)
    walk.counts["broken"] += len(page.broken)
    if walk.info.kind == "gone_entries":
        walk.counts["fetched"] += len(page.gone)
        return keep_deleted(tools, walk.flow, page.gone, walk.counts)
    if walk.info.kind == "entries":
        walk.counts["fetched"] += len(page.entries)
        first_load = cursor.since is None and not cursor.walked
        kept = keep_rows(tools, walk.flow, page.entries, walk.counts, first_load=first_load)
        report_too_large(tools, walk.info.name, kept.refused)
        return kept
    listed = keep_list(tools, walk.info, cursor, page)
    walk.counts["reference"] += listed.written
    return Kept(ready=listed.written > 0, question=listed.question)


def _ask(tools: FetchTools, walk: _Walk, question: Problem) -> None:
    """Asks a person about the feed's list, in place of whatever was asked about it before."""
    _close_questions(tools, walk.info.name, but=question)
    tools.problems.report(question, flow=tools.connection.id, external_ids=(), at=tools.clock())
    walk.questions.append(question.message)


def _close_mended(tools: FetchTools, feed: str, again: FeedCursor, kept: Kept) -> None:
    """A walk that read everything ends the feed's problems, one whose list is as long as it should be its question."""
    if not again.troubled:
        _close(tools, feed, *OF_A_FEED)
    elif kept.question is None and again.next_page is None:
        _close_questions(tools, feed)


def _close_questions(tools: FetchTools, feed: str, *, but: Problem | None = None) -> None:
    for known in tools.problems.open():
        asked = known.flow == tools.connection.id and known.problem.code is ProblemCode.UNUSUAL_ANSWER
        if asked and known.problem != but and known.problem.subject.startswith(f"{tools.connection.vendor} {feed} "):
            tools.problems.close(known.problem.id)


def _report_broken(tools: FetchTools, info: FeedInfo, page: FeedPage) -> None:
    for row in page.broken:
        problem = Problem(
            ProblemCode.BROKEN_CONTRACT,
            f"{tools.connection.vendor} {info.name} {row.external_id}, field {row.field} ({row.fault}),",
        )
        tools.problems.report(problem, flow=tools.connection.id, external_ids={row.external_id}, at=tools.clock())


def _report_unreadable(tools: FetchTools, broken: BrokenContract) -> None:
    problem = Problem(ProblemCode.BROKEN_CONTRACT, f"{tools.connection.vendor} {broken.field or 'answer'}")
    tools.problems.report(problem, flow=tools.connection.id, external_ids=(), at=tools.clock())


def _stop(tools: FetchTools, refusal: ReconnectNeeded) -> None:
    problem = Problem(ProblemCode.RECONNECT_NEEDED, refusal.message)
    tools.problems.report(problem, flow=tools.connection.id, external_ids=(), at=tools.clock())
    tools.tenants.stop_connection(tools.integration_id, tools.connection.id, refusal.message)


def _heal(tools: FetchTools, state: PassState, *, by_hand: bool) -> None:
    """All feeds answered: what had stopped the connection is over.

    By hand the inbox is looked at whatever the connection says: whoever told it may have died before it stopped.
    """
    if tools.connection.stopped or by_hand:
        _close(tools, "", ProblemCode.RECONNECT_NEEDED)  # first: a connection that still stands is healed again
    if tools.connection.stopped:
        tools.tenants.stop_connection(tools.integration_id, tools.connection.id, "")
    own = [cursor for name, cursor in state.cursors.items() if name.startswith(f"{tools.connection.id}:")]
    if by_hand and not any(cursor.troubled for cursor in own):
        _close(tools, "", ProblemCode.BROKEN_CONTRACT)


def _close(tools: FetchTools, feed: str, *codes: ProblemCode) -> None:
    for known in tools.problems.open():
        ours = known.flow == tools.connection.id and known.problem.code in codes
        named = f"{tools.connection.vendor} {feed}"
        if ours and (not feed or known.problem.subject == named or known.problem.subject.startswith(f"{named} ")):
            tools.problems.close(known.problem.id)
