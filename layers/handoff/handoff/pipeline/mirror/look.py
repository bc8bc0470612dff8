"""Look: what one side's list says, noted as sightings, page by page.

A page is noted before the cursor passes it; a row that can't be read holds the cursor and is met again. A walk through
the whole list also finds what is gone: it is marked, shown, and never deleted on the other side.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from handoff.domain.capabilities import Side
from handoff.domain.pairs import S, Shared, Sighting
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.pipeline.mirror.desk import MirrorDesk, MirrorFlow
from handoff.ports import BrokenRow, FeedCursor, since_with_overlap
from handoff.ports.mirror import Listed, ListedPage

OVERLAP = timedelta(minutes=2)
"""Vendors stamp rows a little before they can be read."""


def look(
    desk: MirrorDesk,
    flow: MirrorFlow[S],
    side: Side,
    *,
    whole: bool,
    time_left: Callable[[], bool],
    counts: Counter[str],
) -> bool:
    """Whether the list was read to its end; False when the time ran out. Raises what the vendor's calls raise.

    `whole` walks through everything there is; the first walk always does.
    """
    name = f"{desk.connection(side).id}:{flow.name}"
    while True:
        cursor = desk.passes.load().cursors.get(name, FeedCursor())
        everything = _is_whole(cursor, whole)
        since = None if everything else since_with_overlap(cursor.since, OVERLAP)
        page = flow.at(side).listed(since=since, page=cursor.next_page)
        _note(desk, flow, side, page.rows, counts)
        _report_broken(desk, flow, side, page.broken)
        after = _moved(cursor, page, began=(cursor.began or desk.clock()) if everything else None)
        if page.next_page is None and everything and not after.troubled:
            _mark_gone(desk, flow, side, {*cursor.keys, *(row.id for row in page.rows)}, counts)
        if page.next_page is None and not after.troubled:
            _close_broken(desk, flow, side)
        _save(desk, name, replace(after, troubled=False) if page.next_page is None else after)
        if page.next_page is None:
            return True
        if not time_left():
            return False


def _is_whole(cursor: FeedCursor, whole: bool) -> bool:
    """A walk that is under way goes on as it began: one over everything has the time of its first page."""
    if cursor.next_page is not None:
        return cursor.began is not None
    return whole or cursor.since is None


def _note(desk: MirrorDesk, flow: MirrorFlow[S], side: Side, rows: Sequence[Listed[S]], counts: Counter[str]) -> None:
    known: Mapping[str, Sighting[S]] = desk.sightings.get(flow.name, side, [row.id for row in rows])
    seen: list[Sighting[S]] = []
    for row in _judged(desk, flow, side, rows, known):
        before = known.get(row.id)
        after = noted(before or Sighting(flow.name, side, row.id, row.says), row)
        counts["fetched"] += 1
        if before is None or after != before:
            seen.append(after)
        counts["new" if before is None else "unchanged" if after == before else "changed"] += 1
    if seen:
        desk.sightings.save(seen)


def _judged(
    desk: MirrorDesk, flow: MirrorFlow[S], side: Side, rows: Sequence[Listed[S]], known: Mapping[str, Sighting[S]]
) -> Sequence[Listed[S]]:
    """The rows, with the reason at those of the time tool that nothing makes wanted; whatever has its pair stays."""
    doubtful = [row for row in rows if not row.excluded and not (row.id in known and known[row.id].partner)]
    if not flow.wanted_by or side is Side.ERP or not doubtful:
        return rows
    named: Sequence[Sighting[Shared]] = desk.sightings.all(flow.wanted_by, side)
    wanted = {one.refers for one in named if not one.excluded and not one.gone}
    out = {row.id for row in doubtful if row.id not in wanted}
    return [replace(row, excluded=flow.unwanted) if row.id in out else row for row in rows]


def want(desk: MirrorDesk, flow: MirrorFlow[S]) -> int:
    """Lets those in that something makes wanted by now; how many that were.

    To be called after the flow that they are wanted by was looked at, where anything in it is new.
    """
    named: Sequence[Sighting[Shared]] = desk.sightings.all(flow.wanted_by, Side.TIME_TOOL)
    ids = {one.refers for one in named if one.refers and not one.excluded and not one.gone}
    known: Mapping[str, Sighting[S]] = desk.sightings.get(flow.name, Side.TIME_TOOL, sorted(ids))
    wanted = [replace(one, excluded="") for one in known.values() if one.excluded == flow.unwanted]
    if wanted:
        desk.sightings.save(wanted)
    return len(wanted)


def noted(known: Sighting[S], row: Listed[S]) -> Sighting[S]:
    """The sighting with what a row says; a stamp alone is no news."""
    seen = replace(known, says=row.says, excluded=row.excluded, blocked=row.blocked, gone=False, refers=row.refers)
    return known if seen == known else replace(seen, changed_at=row.changed_at)


def _mark_gone(desk: MirrorDesk, flow: MirrorFlow[S], side: Side, here: set[str], counts: Counter[str]) -> None:
    known: Sequence[Sighting[S]] = desk.sightings.all(flow.name, side)
    missing = [replace(one, gone=True) for one in known if one.id not in here and not one.gone]
    counts["gone"] += len(missing)
    if missing:
        desk.sightings.save(missing)


def _moved(cursor: FeedCursor, page: ListedPage[S], *, began: datetime | None) -> FeedCursor:
    """The cursor after a page: proven only when its walk came to an end with nothing that could not be read."""
    seen = max((at for at in (cursor.high_water, page.latest_change) if at is not None), default=None)
    troubled = cursor.troubled or bool(page.broken)
    if page.next_page is not None:
        keys = (*cursor.keys, *(row.id for row in page.rows)) if began is not None else ()
        return replace(cursor, next_page=page.next_page, high_water=seen, troubled=troubled, keys=keys, began=began)
    since = cursor.since if troubled else _later(cursor.since, seen)
    return FeedCursor(since=since, walked=True, troubled=troubled)


def _later(known: datetime | None, seen: datetime | None) -> datetime | None:
    return seen if known is None or (seen is not None and seen > known) else known


def _save(desk: MirrorDesk, name: str, cursor: FeedCursor) -> None:
    state = desk.passes.load()
    if state.cursors.get(name) != cursor:
        desk.passes.save(replace(state, cursors={**state.cursors, name: cursor}))


def _report_broken(desk: MirrorDesk, flow: MirrorFlow[S], side: Side, rows: Sequence[BrokenRow]) -> None:
    connection = desk.connection(side)
    for row in rows:
        subject = f"{connection.vendor} {flow.name} {row.external_id}, field {row.field} ({row.fault}),"
        problem = Problem(ProblemCode.BROKEN_CONTRACT, subject)
        desk.problems.report(problem, flow=connection.id, external_ids={row.external_id}, at=desk.clock())


def _close_broken(desk: MirrorDesk, flow: MirrorFlow[S], side: Side) -> None:
    connection = desk.connection(side)
    for known in list(desk.problems.open()):
        ours = known.problem.code is ProblemCode.BROKEN_CONTRACT and known.flow == connection.id
        if ours and known.problem.subject.startswith(f"{connection.vendor} {flow.name} "):
            desk.problems.close(known.problem.id)
