"""Look: what one side's list says, noted as sightings, page by page.

A page is noted before the cursor passes it; a row that can't be read holds the cursor and is met again. A walk through
the whole list also finds what is gone: it is marked, shown, and never deleted on the other side.
"""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Generic

from handoff.domain.capabilities import Side
from handoff.domain.pairs import S, Shared, Sighting
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.pipeline.mirror.desk import MirrorDesk, MirrorFlow
from handoff.ports import BrokenRow, FeedCursor, since_with_overlap
from handoff.ports.mirror import Listed, ListedPage

OVERLAP = timedelta(minutes=2)
"""Vendors stamp rows a little before they can be read."""
CLOCKS_APART = timedelta(minutes=15)
"""So far a vendor's clock may be from ours."""
WALK_LIFE = timedelta(hours=2)
"""A walk through everything that is older begins anew: too much has changed on the pages that it has passed."""
_ALL = ":all"


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
    walk = _Walk(desk, flow, side, whole)
    while True:
        cursor = walk.cursor()
        page = flow.at(side).listed(since=walk.since(), page=cursor.next_page)
        _note(desk, flow, side, page.rows, counts)
        _report_broken(desk, flow, side, page.broken)
        after = _moved(cursor, page, keeps_keys=walk.whole)
        ended, clean = page.next_page is None, not after.troubled
        if ended and clean:
            _close_broken(desk, flow, side)
            if walk.whole:
                counts["gone"] += _mark_gone(desk, flow, side, after)
        walk.save(after, ended=ended)
        if ended:
            return True
        if not time_left():
            return False


@dataclass(slots=True)
class _Walk(Generic[S]):
    """One walk through a list: through what changed, or through everything, each with a cursor of its own."""

    desk: MirrorDesk
    flow: MirrorFlow[S]
    side: Side
    whole: bool

    def __post_init__(self) -> None:
        known = self._known()
        self.whole = self.whole or known.since is None or known.last != self.flow.chosen

    @property
    def _name(self) -> str:
        return f"{self.desk.connection(self.side).id}:{self.flow.name}"

    def _known(self) -> FeedCursor:
        """Up to which change the list is proven, and the walk through what changed since."""
        return self.desk.passes.load().cursors.get(self._name, FeedCursor())

    def since(self) -> datetime | None:
        """From when on changes are asked for; None for everything."""
        return None if self.whole else since_with_overlap(self._known().since, OVERLAP)

    def cursor(self) -> FeedCursor:
        """Where the walk stands."""
        name = self._name + _ALL if self.whole else self._name
        cursor, now = self.desk.passes.load().cursors.get(name, FeedCursor()), self.desk.clock()
        if cursor.next_page is None or cursor.began is None or cursor.began < now - WALK_LIFE:
            return FeedCursor(since=cursor.since, began=now, last=cursor.last)
        return cursor

    def save(self, cursor: FeedCursor, *, ended: bool) -> None:
        """Keeps where the walk stands; what it has proven, once it has ended with nothing that could not be read.

        Whatever changed behind a walk while it was under way has a stamp of after its beginning: no more is proven. As
        much is, but for clocks that differ: a list whose rows all have one old stamp is not read anew on each pass.
        """
        state = self.desk.passes.load()
        cursors = dict(state.cursors)
        if not ended:
            cursors[self._name + _ALL if self.whole else self._name] = cursor
        else:
            known = cursors.get(self._name, FeedCursor())
            proven = known.since if cursor.troubled else _later(known.since, _proven(cursor))
            cursors.pop(self._name + _ALL, None) if self.whole else None
            cursors[self._name] = FeedCursor(since=proven, walked=True, last=self.flow.chosen)
        if cursors != state.cursors:
            self.desk.passes.save(replace(state, cursors=cursors))


def _note(desk: MirrorDesk, flow: MirrorFlow[S], side: Side, rows: Sequence[Listed[S]], counts: Counter[str]) -> None:
    known: Mapping[str, Sighting[S]] = desk.sightings.get(flow.name, side, [row.id for row in rows])
    seen: list[Sighting[S]] = []
    for row in _judged(desk, flow, side, rows, known):
        before = known.get(row.id)
        after = noted(before or Sighting(flow.name, side, row.id, row.says), row, desk.clock())
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


def noted(known: Sighting[S], row: Listed[S], at: datetime) -> Sighting[S]:
    """The sighting with what a row says; a stamp alone is no news, but of what was never noted before."""
    seen = replace(known, says=row.says, excluded=row.excluded, blocked=row.blocked, gone=False, refers=row.refers)
    if seen == known and known.noted_at is not None:
        return known
    return replace(seen, changed_at=row.changed_at, noted_at=at)


def _mark_gone(desk: MirrorDesk, flow: MirrorFlow[S], side: Side, walk: FeedCursor) -> int:
    """Marks what the whole list does not have; what was noted since the walk began may lie behind it."""
    known: Sequence[Sighting[S]] = desk.sightings.all(flow.name, side)
    here, began = set(walk.keys), walk.began
    missing = [
        replace(one, gone=True)
        for one in known
        if _short(one.id) not in here
        and not one.gone
        and (one.noted_at is None or began is None or one.noted_at < began)
    ]
    if missing:
        desk.sightings.save(missing)
    return len(missing)


def _short(object_id: str) -> str:
    """An id in eight signs: all ids of a walk are kept in one item."""
    return b64encode(blake2b(object_id.encode(), digest_size=6).digest()).decode()


def _moved(cursor: FeedCursor, page: ListedPage[S], *, keeps_keys: bool) -> FeedCursor:
    """The cursor after a page."""
    return replace(
        cursor,
        next_page=page.next_page,
        high_water=_later(cursor.high_water, page.latest_change),
        troubled=cursor.troubled or bool(page.broken),
        keys=(*cursor.keys, *(_short(row.id) for row in page.rows)) if keeps_keys else (),
    )


def _later(known: datetime | None, seen: datetime | None) -> datetime | None:
    return seen if known is None or (seen is not None and seen > known) else known


def _proven(walk: FeedCursor) -> datetime | None:
    """Up to which change a clean walk is proven."""
    by_time = None if walk.began is None else walk.began - CLOCKS_APART
    return _later(_earlier(walk.high_water, walk.began), by_time)


def _earlier(one: datetime | None, another: datetime | None) -> datetime | None:
    return min((at for at in (one, another) if at is not None), default=None) if one is not None else None


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
