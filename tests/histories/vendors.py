"""A time tool and an ERP in memory that fail on demand, for histories in virtual time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from handoff.domain.errors import (
    BrokenContract,
    DeliveryUnknown,
    HandoffError,
    RateLimited,
    ReconnectNeeded,
    Rejected,
    Unreachable,
)
from handoff.domain.periods import Period
from handoff.domain.posting import DocumentKind, Posting, Receipt
from handoff.domain.time import FetchedEntry, TimeEntry, body_of, content_hash
from handoff.ports import FeedInfo, FeedPage, LedgerDocument
from tests.builders import a_time_entry
from tests.histories.mischief import Crash

PAGE_SIZE = 2
FEED = "entries"
Now = Callable[[], datetime]
Fault = Callable[[str], str]
"""Gives the fault that a call of this name is to meet, or an empty text."""


@dataclass(slots=True)
class Row:
    """An entry as the time tool has it; it can be read from `visible_at` on."""

    entry: TimeEntry
    approved: bool
    changed_at: datetime
    visible_at: datetime

    @property
    def hash(self) -> str:
        return content_hash(body_of(self.entry))


@dataclass(slots=True)
class TimeTool:
    """Entries that people edit; one feed that pages by two, as `ReadsTimeEntries`."""

    now: Now
    fault: Fault
    rows: dict[str, list[Row]] = field(default_factory=dict)
    calls: int = 0

    @property
    def feeds(self) -> Sequence[FeedInfo]:
        return [FeedInfo(FEED, "entries", incremental=True)]

    def write(self, external_id: str, *, hours: str, approved: bool, lag: timedelta) -> None:
        """Logs or edits an entry; rows can be read a little after they are stamped."""
        entry = a_time_entry(external_id=external_id, hours=hours, project_id=f"40{int(external_id) % 2 + 1}")
        row = Row(entry, approved, self.now(), self.now() + lag)
        self.rows.setdefault(external_id, []).append(row)

    def newest(self, external_id: str) -> Row | None:
        """The entry as people see it."""
        return self.rows[external_id][-1] if external_id in self.rows else None

    def read(self, feed: str, *, since: datetime | None, page: str | None) -> FeedPage:
        self.calls += 1
        match self.fault("read"):
            case "unreachable":
                raise Unreachable("the time tool can't be reached")
            case "rate_limited":
                raise RateLimited("the time tool asks to wait", retry_after=15)
            case "broken":
                raise BrokenContract("the time tool answered with something else than a list", field=feed)
            case "reconnect":
                raise ReconnectNeeded("the time tool is closed to us", field=feed)
        found = [row for row in self._visible() if since is None or row.changed_at >= since]
        start = int(page or 0)
        some = found[start : start + PAGE_SIZE]
        return FeedPage(
            entries=[FetchedEntry(row.entry, row.approved, row.changed_at) for row in some],
            objects=(),
            broken=(),
            next_page=str(start + PAGE_SIZE) if start + PAGE_SIZE < len(found) else None,
            total=len(found),
            latest_change=max((row.changed_at for row in some), default=None),
        )

    def entries_between(self, first: date, last: date) -> Iterator[FeedPage]:
        raise AssertionError("no history reconciles")

    def _visible(self) -> list[Row]:
        now = self.now()
        seen = (next((row for row in reversed(rows) if row.visible_at <= now), None) for rows in self.rows.values())
        return [row for row in seen if row is not None]


@dataclass(frozen=True, slots=True)
class Document:
    """A document in the ERP's books; `find` sees it from `visible_at` on."""

    posting: Posting
    number: str
    visible_at: datetime


@dataclass(slots=True)
class Erp:
    """The books of one kind of document, as `DocumentChannel`.

    `refuses` are the entries it says no to; a helpful one names the project. A write whose answer is lost
    may be carried out up to `absence_delay` later.
    """

    kind: DocumentKind
    now: Now
    fault: Fault
    refuses: set[str]
    absence_delay: timedelta
    on_send: Callable[[Posting], None]
    documents: list[Document] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)

    def send(self, posting: Posting) -> Receipt:
        self.on_send(posting)
        fault = self.fault("send")
        if fault in _UNSENT:
            raise _UNSENT[fault]
        bad = [share.external_id for share in posting.shares if share.external_id in self.refuses]
        if bad:
            self.refused.update(bad)
            raise Rejected(f"Project {'NB1' if int(bad[0]) % 2 == 0 else 'LY1'} takes no hours.")
        if fault == "lost_before":
            raise DeliveryUnknown("no answer")
        late = fault in ("late", "late_crash")
        # Hardly before the delay is over: until then nobody may conclude that it is absent.
        number = self._write(posting, self.now() + (self.absence_delay * 99 / 100 if late else timedelta(0)))
        if fault in ("lost_after", "late"):
            raise DeliveryUnknown("no answer")
        if fault == "late_crash":
            raise Crash
        return Receipt(number, f"https://erp.example/{number}", self.now())

    def find(self, posting: Posting) -> Receipt | None:
        fault = self.fault("find")
        if fault in _UNREAD:
            raise _UNREAD[fault]
        for document in self.documents:
            if document.posting.key == posting.key and document.visible_at <= self.now():
                return Receipt(document.number, "", self.now())
        return None

    def documents_of(self, period: Period) -> Iterator[LedgerDocument]:
        raise AssertionError("no history reconciles")

    def _write(self, posting: Posting, visible_at: datetime) -> str:
        number = f"{self.kind[:2].upper()}{len(self.documents) + 1:05d}"
        self.documents.append(Document(posting, number, visible_at))
        return number


_UNSENT: dict[str, HandoffError] = {
    "unreachable": Unreachable("the ERP can't be reached"),
    "rate_limited": RateLimited("the ERP asks to wait", retry_after=15),
    "reconnect": ReconnectNeeded("the ERP is closed to us", field="documents"),
}
_UNREAD: dict[str, HandoffError] = {**_UNSENT, "broken": BrokenContract("the ERP's list can't be read")}
