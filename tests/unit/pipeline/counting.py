"""A time tool whose entries can be deleted, and a census of them, in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from handoff.domain.periods import Period, period_of
from handoff.domain.staged import StagedRecord, State
from handoff.domain.time import FetchedEntry
from handoff.pipeline.fetch import FetchResult, fetch_slice
from handoff.pipeline.keep import CensusTools, FetchTools
from handoff.ports import BrokenRow, FeedInfo, FeedPage
from tests.builders import HOURS, NOW, OCTOBER, a_fetched_entry, a_time_entry
from tests.fakes import FakeCensusStore, FakeStagedStore
from tests.unit.pipeline.fetching import ALWAYS, ENTRIES, FetchDesk, Watched

PAGE = 2_000


def on(external_id: str, day: str = "2026-10-05", *, hours: str = "7.5", approved: bool = True) -> FetchedEntry:
    """An entry on a day."""
    entry = a_time_entry(external_id=external_id, spent_on=day, hours=hours)
    return a_fetched_entry(entry=entry, approved=approved, changed_at=NOW)


@dataclass(slots=True)
class Sheet:
    """Everything the time tool has; `meanwhile` happens after so many pages, `faults` are raised in an entry's place."""

    rows: dict[str, FetchedEntry] = field(default_factory=dict)
    size: int = PAGE
    broken: list[BrokenRow] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)
    faults: list[Exception] = field(default_factory=list)
    entry_faults: dict[str, Exception] = field(default_factory=dict)
    feed_faults: list[Exception] = field(default_factory=list)
    list_faults: list[Exception] = field(default_factory=list)
    meanwhile: dict[int, Callable[[], object]] = field(default_factory=dict)
    calls: int = 0
    pages: int = 0
    asked: list[str] = field(default_factory=list)
    feeds: tuple[FeedInfo, ...] = (ENTRIES,)
    fed: bool = True

    def put(self, *entries: FetchedEntry) -> None:
        self.rows.update((row.entry.external_id, row) for row in entries)

    def read(self, feed: str, *, since: datetime | None, page: str | None) -> FeedPage:
        self.calls += 1
        if self.feed_faults:
            raise self.feed_faults.pop(0)
        rows = [row for row in self.rows.values() if self.fed]
        return FeedPage(rows, (), (), None, len(rows), max((row.changed_at for row in rows), default=None))

    def entries_between(self, first: date, last: date) -> Iterator[FeedPage]:
        start = 0
        while True:
            self.calls += 1
            if self.list_faults:
                raise self.list_faults.pop(0)
            found = [r for n, r in self.rows.items() if first <= r.entry.spent_on <= last and n not in self.hidden]
            some = found[start : start + self.size]
            start += self.size
            more = str(start) if start < len(found) else None
            total = len(found) + len(self.broken)
            yield FeedPage(some, (), () if more else self.broken, more, total, None)
            self.pages += 1
            self.meanwhile.pop(self.pages, lambda: None)()
            if more is None:
                return

    def entry(self, external_id: str) -> FetchedEntry | None:
        self.calls += 1
        self.asked.append(external_id)
        if self.faults:
            raise self.faults.pop(0)
        if external_id in self.entry_faults:
            raise self.entry_faults.pop(external_id)
        return self.rows.get(external_id)


class Recording(FakeStagedStore):
    """Keeps whose records were looked up."""

    def __init__(self) -> None:
        super().__init__()
        self.looked_up: list[str] = []

    def get_many(self, flow: str, external_ids: Sequence[str]) -> Mapping[str, StagedRecord]:
        self.looked_up += external_ids
        return super().get_many(flow, external_ids)


class CensusDesk(FetchDesk):
    """A time tool that was read and counted once; `count` is a later pass of the same month."""

    def __init__(self, *entries: FetchedEntry) -> None:
        super().__init__()
        self.staged = Watched(Recording())
        self.sheet = Sheet()
        self.sheet.put(*entries)
        self.store: Any = Watched(FakeCensusStore())
        if entries:
            self.count(OCTOBER)
            self.sheet.calls = self.sheet.pages = 0

    def tools(self) -> FetchTools:
        census = CensusTools(self.sheet, self.store)
        return replace(super().tools(), reader=self.sheet, census=census)

    def count(
        self,
        *periods: Period,
        feeds: tuple[str, ...] | None = None,
        time_left: Callable[[], bool] = ALWAYS,
        thorough: bool = False,
        result: FetchResult | None = None,
    ) -> FetchResult:
        self.forget_calls()
        self.store.calls.clear()
        self.sheet.asked.clear()
        return fetch_slice(
            self.tools(), flow=HOURS, feeds=feeds, time_left=time_left, thorough=thorough, result=result,
            periods=periods or (period_of(self.now.date()),),
        )  # fmt: skip

    def delete(self, *external_ids: str) -> None:
        for name in external_ids:
            del self.sheet.rows[name]

    def post(self, *external_ids: str) -> None:
        """These are in the books."""
        for name in external_ids:
            record = replace(self.record(name), state=State.POSTED, covered={"project_transactions": "key-1"})
            assert not self.staged.inner.save([record])

    def heads(self) -> dict[str, tuple[State, str]]:
        found: list[StagedRecord] = [*self.staged.inner.every(HOURS, period=None, states=())]
        return {record.external_id: (record.state, record.reason) for record in found}


def many(count: int, day: str = "2026-10-05", first: int = 1) -> list[FetchedEntry]:
    return [on(str(number), day) for number in range(first, first + count)]
