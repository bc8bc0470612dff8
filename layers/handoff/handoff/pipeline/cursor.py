"""Cursor: how far the walk through a feed has proven that nothing was missed, and whether it comes to an end. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b

from handoff.domain.errors import BrokenContract
from handoff.domain.time import FetchedEntry
from handoff.ports import FeedCursor, FeedPage

WALKS_MAX = 3
"""How often rows may move under one walk before the next pass takes over."""
PAGES_MAX = 10_000
"""Pages of a list whose vendor does not count: one that is longer goes in circles."""
AGAIN_MAX = 100
"""Rows beyond twice the vendor's count that a walk may see, since some move under it and are met again."""


def advanced(
    cursor: FeedCursor,
    page: FeedPage,
    deferred: Sequence[FetchedEntry],
    *,
    now: datetime,
    refused: int = 0,
    keys: tuple[str, ...] = (),
) -> FeedCursor:
    """The cursor after a page whose rows are stored: further on the walk, or at its end.

    `refused` rows could be read and not be kept: they count as broken, since they have to be met again; `keys`
    are those to remember for the pages that follow.
    A stamp from the future (a vendor's clock, or ours) counts as now: it must not hide later edits. On later pages
    nothing counts for more than the walk's beginning: what changed since then may stand on a page that was passed.
    """
    first_page = cursor.next_page is None
    began = now if first_page else cursor.began or now
    latest = None if page.latest_change is None else min(page.latest_change, began)
    total = page.total if first_page else cursor.total
    walk = FeedCursor(
        since=cursor.since,
        walked=cursor.walked,
        walks=cursor.walks,
        next_page=page.next_page,
        high_water=max(filter(None, (cursor.high_water, latest)), default=None),
        total=total,
        began=began,
        moved=not first_page and (cursor.moved or page.total != total),
        troubled=cursor.troubled or bool(page.broken) or refused > 0,
        broken=(0 if first_page else cursor.broken) + len(page.broken) + refused,
        pages=(0 if first_page else cursor.pages) + 1,
        seen=(0 if first_page else cursor.seen) + rows_in(page) + len(page.broken),
        most=most_of(None if first_page else cursor.most, page.total),
        last=name_of(page) if page.next_page is not None else "",
        hold=min(filter(None, (cursor.hold, *(row.changed_at for row in deferred))), default=None),
        keys=keys,
    )
    if page.next_page is not None:
        return walk
    if walk.moved and walk.walks + 1 < WALKS_MAX:
        return replace(walk, walks=walk.walks + 1, total=None, pages=0, seen=0, most=None, last="")
    return FeedCursor(since=_proven(walk), broken=walk.broken, troubled=walk.broken > 0, walked=True)


def _proven(walk: FeedCursor) -> datetime | None:
    """Up to which change a finished walk is proven; never back, and not past what must be met again."""
    if walk.moved or walk.broken:
        return walk.since
    reached = min(filter(None, (walk.high_water, walk.hold)), default=None)
    return max(filter(None, (reached, walk.since)), default=None)


def rows_in(page: FeedPage) -> int:
    """How many rows of a page could be read."""
    return len(page.entries) + len(page.objects) + len(page.gone)


def name_of(page: FeedPage) -> str:
    """A short name for exactly these rows; empty for a page without any."""
    rows = [*(row.entry.external_id for row in page.entries), *(one.key for one in page.objects), *page.gone]
    return blake2b("\0".join(rows).encode(), digest_size=6).hexdigest() if rows else ""


def most_of(most: int | None, total: int | None) -> int | None:
    """The highest count so far."""
    if most is None or total is None:
        return total if most is None else most
    return max(most, total)


def check_end(cursor: FeedCursor, page: FeedPage, what: str) -> None:
    """Raises BrokenContract for a page that shows, `cursor` being where the walk stood, that it has no end."""
    walked = cursor if cursor.next_page is not None else FeedCursor()
    most = most_of(walked.most, page.total)
    seen = walked.seen + rows_in(page) + len(page.broken)
    if walked.last and walked.last == name_of(page):
        raise BrokenContract(f"{what} gave the same page twice", field=what)
    if most is not None and seen > 2 * most + AGAIN_MAX:
        raise BrokenContract(f"{what} gave {seen} rows of {most} and came to no end", field=what)
    if walked.pages >= PAGES_MAX:
        raise BrokenContract(f"{what} came to no end", field=what)
