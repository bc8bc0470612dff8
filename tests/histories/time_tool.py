"""A time tool in memory that fails on demand: people log, edit and delete; we read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from handoff.domain.time import FetchedEntry, TimeEntry, body_of, content_hash
from handoff.ports import FeedInfo, FeedPage
from tests.builders import a_time_entry
from tests.histories.faults import UNREAD, error_of
from tests.histories.mischief import Mischief

PAGE_SIZE = 2
FEED = "entries"


@dataclass(slots=True)
class Row:
    """An entry as the time tool has it; it can be read from `visible_at` on."""

    entry: TimeEntry
    approved: bool
    changed_at: datetime
    visible_at: datetime
    hash: str = ""
    fetched: FetchedEntry = field(init=False)

    def __post_init__(self) -> None:
        self.hash = content_hash(body_of(self.entry))
        self.fetched = FetchedEntry(self.entry, self.approved, self.changed_at)


@dataclass(slots=True)
class TimeTool:
    """Entries that people edit; one feed that pages by two, as `ReadsTimeEntries`.

    Its next link names the last row that was seen, so rows may come and go between two pages.
    """

    mischief: Mischief
    rows: dict[str, list[Row]] = field(default_factory=dict)
    calls: int = 0
    down: bool = False
    refusals: int = 0

    @property
    def feeds(self) -> Sequence[FeedInfo]:
        return [FeedInfo(FEED, "entries", incremental=True)]

    def write(self, external_id: str, *, hours: str, day: str, approved: bool, lag: timedelta) -> Row:
        """Logs or edits an entry; rows can be read a little after they are stamped."""
        project = f"40{int(external_id) % 2 + 1}"
        entry = a_time_entry(external_id=external_id, hours=hours, spent_on=day, project_id=project)
        now = self.mischief.true_now()
        row = Row(entry, approved, now, now + lag)
        self.rows.setdefault(external_id, []).append(row)
        return row

    def newest(self, external_id: str) -> Row | None:
        """The entry as people see it."""
        return self.rows[external_id][-1] if external_id in self.rows else None

    def read(self, feed: str, *, since: datetime | None, page: str | None) -> FeedPage:
        """One page of what changed."""
        self.calls += 1
        return self.mischief.call("time_tool.read", self._read, (feed, since, page))  # type: ignore[no-any-return]

    def _read(self, feed: str, since: datetime | None, page: str | None) -> FeedPage:
        fault = "reconnect" if self.down else self.mischief.fault("read")
        self.refusals += fault == "reconnect"
        if fault in UNREAD:
            return self.unread(fault, feed)
        found = [row for row in self._visible() if since is None or row.changed_at >= since]
        left = [row for row in found if page is None or row.entry.external_id > page]
        some = left[:PAGE_SIZE]
        return FeedPage(
            entries=[row.fetched for row in some],
            objects=(),
            broken=(),
            next_page=self.next_link(some) if len(left) > PAGE_SIZE else None,
            total=len(found),
            latest_change=max((row.changed_at for row in some), default=None),
        )

    def next_link(self, rows: Sequence[Row]) -> str | None:
        """Where the list goes on after these rows."""
        return rows[-1].entry.external_id

    def unread(self, fault: str, feed: str) -> FeedPage:
        """An answer that is no page."""
        raise error_of(fault, "the time tool", feed)

    def entry(self, external_id: str) -> FetchedEntry | None:
        """One entry, or None when it is gone."""
        return self.mischief.call("time_tool.entry", self._entry, (external_id,))  # type: ignore[no-any-return]

    def _entry(self, external_id: str) -> FetchedEntry | None:
        if self.down:
            raise error_of("reconnect", "the time tool", FEED)
        row = self.newest(external_id)
        return None if row is None else row.fetched

    def entries_between(self, first: date, last: date) -> Iterator[FeedPage]:
        """Every entry of some days, page by page."""
        page: str | None = None
        while True:
            answer: FeedPage = self.mischief.call("time_tool.between", self._read, (FEED, None, page))
            inside = [row for row in answer.entries if first <= row.entry.spent_on <= last]
            yield FeedPage(inside, (), (), answer.next_page, None, answer.latest_change)
            if answer.next_page is None:
                return
            page = answer.next_page

    def _visible(self) -> list[Row]:
        now, seen = self.mischief.true_now(), []
        for name in sorted(self.rows):
            for row in reversed(self.rows[name]):
                if row.visible_at <= now:
                    seen.append(row)
                    break
        return seen
