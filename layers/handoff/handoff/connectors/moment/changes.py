"""What changed in Moment, page by page, though rows move to the end of the list while it is read.

Pages are numbered, and the list is sorted by change: an object that is saved between two pages goes to the end, all
behind it move up by one, and the first of the next page would never be seen. So a page in order is followed by the
first page of what changed since its last row, a second before. Where that gets nowhere (too many rows of one second, a
list that is not sorted, a filter that lets older rows through) pages are followed by number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from handoff.connectors.feed import Feed, Rows
from handoff.connectors.http import VendorClient
from handoff.connectors.moment.feeds import Stamped, instant_text
from handoff.ports.live import ChangedPage

AGAIN = timedelta(seconds=1)
_BEGINNING = datetime.min.replace(tzinfo=UTC)
_BY_CHANGE, _BY_NUMBER = "@", "#"


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a walk stands: a page of what changed since an instant."""

    page: int
    since: datetime | None
    by_number: bool = False

    def __str__(self) -> str:
        since = instant_text(self.since) if self.since else ""
        return f"{self.page}{_BY_NUMBER if self.by_number else _BY_CHANGE}{since}"


def mark_of(text: str) -> Mark:
    """The mark that a page ended with."""
    way = _BY_NUMBER if _BY_NUMBER in text else _BY_CHANGE
    number, _, since = text.partition(way)
    return Mark(int(number), datetime.fromisoformat(since) if since else None, way == _BY_NUMBER)


def changed_page(
    feed: Feed[Any, Stamped], client: VendorClient, since: datetime | None, page: str | None
) -> ChangedPage:
    """A page of what changed at or after `since`; raises as `Feed.pull` does."""
    mark = mark_of(page) if page is not None else Mark(0, since)
    rows = feed.pull(client, since=mark.since, page=str(mark.page))
    following = _after(mark, rows)
    wanted = [row for row in rows.rows if not _older(row, mark.since)]
    latest = max((row.changed_at for row in wanted if row.changed_at is not None), default=None)
    return ChangedPage([row.card for row in wanted], rows.broken, str(following) if following else None, latest)


def _older(row: Stamped, since: datetime | None) -> bool:
    return since is not None and row.changed_at is not None and row.changed_at < since


def _after(mark: Mark, rows: Rows[Stamped]) -> Mark | None:
    if rows.next_page is None:
        return None
    stamps = [row.changed_at or _BEGINNING for row in rows.rows]
    filtered = not any(_older(row, _whole_second(mark.since)) for row in rows.rows)
    stamped = bool(stamps) and stamps[0] > _BEGINNING
    if mark.by_number or not (stamped and filtered and stamps == sorted(stamps)):
        return Mark(mark.page + 1, mark.since, by_number=True)
    since = (stamps[-1] - AGAIN).replace(microsecond=0)
    # Rows that are all of one instant are in order whatever the list is sorted by: nothing follows from them.
    if stamps[0] < stamps[-1] and since > (_whole_second(mark.since) or _BEGINNING):
        return Mark(0, since)
    return Mark(mark.page + 1, mark.since)


def _whole_second(at: datetime | None) -> datetime | None:
    return None if at is None else at.replace(microsecond=0)
