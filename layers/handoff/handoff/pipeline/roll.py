"""Roll: a month's entries as one walk through the time tool's list saw them, and what they are like. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from zlib import crc32

from handoff.domain.periods import Period, last_day
from handoff.domain.time import FetchedEntry, body_of, content_hash
from handoff.pipeline.cursor import check_end, most_of, name_of
from handoff.ports import FeedCursor, FeedPage

BUCKETS = 64
"""An edit costs a look-up of one in so many of the month's entries; their digests fit into one write unit."""
NO_ID = "row "
"""How a row is named whose id could not be read: it may be any of those that seem to be missing."""


@dataclass(slots=True)
class Roll:
    """A month's entries as one walk saw them; `moved` when rows moved under it."""

    rows: dict[str, FetchedEntry] = field(default_factory=dict)
    unreadable: set[str] = field(default_factory=set)
    total: int | None = None
    moved: bool = False
    cursor: FeedCursor = field(default_factory=FeedCursor)

    def add(self, page: FeedPage) -> None:
        """One page more; raises BrokenContract when the list comes to no end."""
        check_end(self.cursor, page, "entries")
        first = self.cursor.pages == 0
        self.moved = self.moved or not (first or page.total == self.total)
        self.total = page.total
        self.rows.update((row.entry.external_id, row) for row in page.entries)
        self.unreadable.update(row.external_id for row in page.broken)
        self.cursor = FeedCursor(
            next_page=page.next_page,
            pages=self.cursor.pages + 1,
            seen=self.cursor.seen + len(page.entries) + len(page.broken),
            most=most_of(self.cursor.most, page.total),
            last=name_of(page) if page.next_page is not None else "",
        )

    @property
    def is_whole(self) -> bool:
        """Whether what is not on it is not in the list: no row moved, and the ids of all were readable."""
        return not self.moved and not any(name.startswith(NO_ID) for name in self.unreadable)


def bucket_of(external_id: str) -> int:
    """The bucket an entry falls into, on every pass the same one."""
    return crc32(external_id.encode()) % BUCKETS


def digests_of(rows: Mapping[str, FetchedEntry]) -> tuple[str, ...]:
    buckets: dict[int, list[str]] = {}
    for name, row in rows.items():
        words = f"{name} {content_hash(body_of(row.entry))} {row.approved:d}"
        buckets.setdefault(bucket_of(name), []).append(words)
    digests = [_OF_NOTHING] * BUCKETS
    for place, lines in buckets.items():
        digests[place] = _digest(lines)
    return tuple(digests)


def _digest(words: Sequence[str]) -> str:
    return blake2b("\n".join(sorted(words)).encode(), digest_size=5).hexdigest()


_OF_NOTHING = _digest(())


def by_day(period: Period, rows: Collection[FetchedEntry]) -> tuple[int, ...]:
    days = [0] * last_day(period).day
    for row in rows:
        days[row.entry.spent_on.day - 1] += 1
    return tuple(days)
