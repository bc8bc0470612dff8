"""Severa's lists as data, and where a walk through one of them stands.

Lists are of two kinds, fixed for each (Severa, REST API technical description, paging): some go on by a token in a
header, others are counted by rows. Rows are not sorted by change: one that is saved while the list is walked may
stand on a page that is behind us, so no walk claims to have seen anything newer than its own beginning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar

from handoff.connectors.feed import Feed, Rows
from handoff.connectors.http import VendorClient
from handoff.connectors.paging import FirstRow, HeaderToken, Paging, Params
from handoff.connectors.severa.assumed import PAGE_SIZE
from handoff.connectors.severa.config import TITLE
from handoff.domain.errors import BrokenContract

Out = TypeVar("Out")


class HasGuid(Protocol):
    """A row that is named."""

    guid: str


One = TypeVar("One", bound=HasGuid)

BY_TOKEN = HeaderToken(PAGE_SIZE, "pageToken", "rowCount", "NextPageToken")
BY_ROW = FirstRow(PAGE_SIZE, "firstRow", "rowCount", "guid")
PAGES_MAX = 10_000
"""A million rows: a walk that is longer goes in circles."""
_SEAM = "|"


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a walk stands: when it began, and where its list goes on."""

    began: datetime
    inner: str | None = None

    def __str__(self) -> str:
        return f"{self.began.isoformat()}{_SEAM}{self.inner or ''}"

    def onward(self, inner: str | None) -> str | None:
        """The mark of the next page, None at the end."""
        return None if inner is None else str(Mark(self.began, inner))

    def seen(self, latest: datetime | None) -> datetime | None:
        """The newest change that this walk may claim to have seen."""
        return None if latest is None else min(latest, self.began)


def mark_of(page: str | None, now: datetime) -> Mark:
    """The mark that a page ended with; a new walk begins now."""
    if page is None:
        return Mark(now)
    began, _, inner = page.partition(_SEAM)
    return Mark(datetime.fromisoformat(began), inner or None)


def instant_text(at: datetime) -> str:
    """An instant as Severa's filters take it, whole seconds, not later than it is."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def since_text(at: datetime) -> Mapping[str, str]:
    """The filter for what changed at or after an instant."""
    return {"changedSince": instant_text(at)}


def a_list(
    name: str,
    path: str,
    row: Any,
    convert: Callable[[Any], Out | None],
    paging: Paging,
    *,
    changed_at: Callable[[Any], datetime | None] | None = None,
    params: Mapping[str, str] | None = None,
) -> Feed[Any, Out]:
    """A list of the organisation."""
    return Feed(
        name=name,
        kind=name,
        path=path,
        row=row,
        id_key="guid",
        paging=paging,
        convert=convert,
        params=params or {},
        since=since_text,
        changed_at=changed_at,
    )


def every_page(
    feed: Feed[Any, Out],
    client: VendorClient,
    *,
    since: datetime | None = None,
    filters: Params | None = None,
) -> Iterator[Rows[Out]]:
    """All pages of a list; raises as `Feed.pull` does."""
    page: str | None = None
    for _ in range(PAGES_MAX):
        rows = feed.pull(client, since=since, page=page, filters=filters)
        yield rows
        page = rows.next_page
        if page is None:
            return
    raise BrokenContract(f"{TITLE} {feed.name} came to no end", field=feed.name)


def every_row(feed: Feed[Any, One], client: VendorClient, filters: Params | None = None) -> list[One]:
    """All rows of a list that is looked up, each once; raises BrokenContract when one of them can't be read."""
    found: dict[str, One] = {}
    for rows in every_page(feed, client, filters=filters):
        for broken in rows.broken:
            text = f"{TITLE} {feed.name} {broken.external_id}, field {broken.field}: {broken.fault}"
            raise BrokenContract(text, field=feed.name)
        found.update((row.guid, row) for row in rows.rows)
    return list(found.values())
