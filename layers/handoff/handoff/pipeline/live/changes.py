"""Changes: what the time tool says has changed since the last pass, staged page by page.

This is what heals a webhook that never came. A page is staged before the cursor passes it; a row that can't be read
or may not be replaced yet holds the cursor, and is met again on the next pass.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from handoff.domain.errors import Stale
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.staged import State
from handoff.pipeline.live.desk import BY_LIVE, LiveDesk
from handoff.pipeline.live.erp_side import Seen, look_at_erp
from handoff.pipeline.live.stage import stage_card, stage_gone
from handoff.ports import BrokenRow, FeedCursor, PassState, since_with_overlap
from handoff.ports.live import ChangedPage

OVERLAP = timedelta(minutes=2)
"""Vendors stamp rows a little before they can be read."""


def read_changes(desk: LiveDesk, flow: str, *, time_left: Callable[[], bool], counts: Counter[str]) -> bool:
    """Whether all that changed was read; False when the time ran out. Raises what the vendor's calls raise."""
    name = f"{desk.integration.time_tool.id}:{flow}"
    while True:
        cursor = desk.passes.load().cursors.get(name, FeedCursor())
        asked_at = desk.clock()
        page = desk.time_tool.changed_objects(
            flow, since=since_with_overlap(cursor.since, OVERLAP), page=cursor.next_page
        )
        held = _staged(desk, flow, page, counts, asked_at)
        _report_broken(desk, flow, page.broken)
        if not page.broken and cursor.next_page is None and page.next_page is None:
            _close_broken(desk, flow)
        _move(desk, name, cursor, page, hold=held or bool(page.broken))
        if page.next_page is None:
            return True
        if not time_left():
            return False


def _staged(desk: LiveDesk, flow: str, page: ChangedPage, counts: Counter[str], asked_at: datetime) -> bool:
    """Stages a page; whether some of it has to be met again."""
    held = False
    for listed in page.cards:
        counts["fetched"] += 1
        before = desk.staged.get(flow, listed.external_id)
        card = listed
        if before is not None and before.changed_at >= asked_at:
            # A webhook brought it while the page was on its way, which may be the older of the two.
            newest = desk.time_tool.read_object(flow, listed.external_id)
            if newest is None:
                stage_gone(desk, flow, listed.external_id)
                continue
            card = newest
        after = stage_card(desk, flow, card, by=BY_LIVE)
        if after is None:  # its last version is on its way
            counts["deferred"] += 1
            held = True
        elif before is None or before.version != after.version:
            counts["new" if before is None else "changed"] += 1
            counts["ready"] += after.state is State.READY
        else:
            counts["unchanged"] += 1
    return held


def _move(desk: LiveDesk, name: str, cursor: FeedCursor, page: ChangedPage, *, hold: bool) -> None:
    """The cursor after a page: proven only when its walk came to an end with nothing held back."""
    seen = max((at for at in (cursor.high_water, page.latest_change) if at is not None), default=None)
    troubled = cursor.troubled or hold
    if page.next_page is not None:
        after = replace(cursor, next_page=page.next_page, high_water=seen, troubled=troubled)
    else:
        since = cursor.since if troubled else _later(cursor.since, seen)
        after = FeedCursor(since=since, walked=True)
    if after != cursor:
        _save(desk, name, after)


def _later(known: datetime | None, seen: datetime | None) -> datetime | None:
    return seen if known is None or (seen is not None and seen > known) else known


def _save(desk: LiveDesk, name: str, cursor: FeedCursor) -> None:
    """Writes a cursor that no other step writes; what others noted meanwhile is kept."""

    def noted(state: PassState) -> PassState:
        return replace(state, cursors={**state.cursors, name: cursor}, needs_posting=True)

    try:
        desk.passes.save(noted(desk.passes.load()))
    except Stale:
        desk.passes.save(noted(desk.passes.load()))


def _report_broken(desk: LiveDesk, flow: str, rows: Sequence[BrokenRow]) -> None:
    for row in rows:
        subject = f"{_prefix(desk, flow)}{row.external_id}, field {row.field} ({row.fault}),"
        problem = Problem(ProblemCode.BROKEN_CONTRACT, subject)
        desk.problems.report(
            problem, flow=desk.integration.time_tool.id, external_ids={row.external_id}, at=desk.clock()
        )


def _close_broken(desk: LiveDesk, flow: str) -> None:
    for known in desk.problems.open():
        ours = known.problem.code is ProblemCode.BROKEN_CONTRACT and known.flow == desk.integration.time_tool.id
        if ours and known.problem.subject.startswith(_prefix(desk, flow)):
            desk.problems.close(known.problem.id)


def _prefix(desk: LiveDesk, flow: str) -> str:
    return f"{desk.integration.time_tool.vendor} {flow} "


def look_since(desk: LiveDesk, flow: str) -> Seen:
    """What people changed in the ERP since the last look. The first one looks at everything, where a hint was faster
    and has linked something; else there is nothing to look at."""
    name, now = f"{desk.integration.erp.id}:{flow}", desk.clock()
    cursor = desk.passes.load().cursors.get(name, FeedCursor())
    if cursor.since is not None:
        seen = look_at_erp(desk, flow, cursor.since - OVERLAP)
    else:
        seen = look_at_erp(desk, flow, None) if any(True for _ in desk.links.all(flow)) else Seen()
    _save(desk, name, FeedCursor(since=now, walked=True))
    return seen
