"""A time tool that answers as told, and everything a slice of fetching works with, in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from handoff.domain.gate import GatePolicy
from handoff.domain.reference import ReferenceObject
from handoff.domain.staged import StagedRecord, State
from handoff.domain.tenancy import Connection, Integration
from handoff.domain.time import FetchedEntry
from handoff.pipeline.fetch import FetchResult, fetch_slice
from handoff.pipeline.keep import FetchTools
from handoff.ports import BrokenRow, FeedCursor, FeedInfo, FeedPage, OpenProblem
from tests.builders import HOURS, NOW, a_fetched_entry, a_time_entry, settings_content
from tests.fakes import (
    FakePassStore,
    FakeProblemStore,
    FakeReferenceStore,
    FakeStagedStore,
    FakeTenantStore,
)

ENTRIES = FeedInfo("entries", "entries", incremental=True)
CLIENTS = FeedInfo("clients", "clients", incremental=True)
ACCOUNTS = FeedInfo("accounts", "accounts", incremental=False)
ALWAYS = lambda: True  # noqa: E731 - a function that needs no name


class Crash(BaseException):
    """The process dies here."""


def row(external_id: str = "1001", *, hours: str = "7.5", approved: bool = True, minutes: int = 0) -> FetchedEntry:
    """A row of the time tool, changed an hour ago."""
    entry = a_time_entry(external_id=external_id, hours=hours)
    changed_at = NOW - timedelta(hours=1) + timedelta(minutes=minutes)
    return a_fetched_entry(entry=entry, approved=approved, changed_at=changed_at)


def once() -> bool:
    """No time is left after the first page."""
    return False


def a_page(
    *entries: FetchedEntry,
    objects: Sequence[ReferenceObject] = (),
    broken: Sequence[BrokenRow] = (),
    next_page: str | None = None,
    total: int | None = 1,
    latest: datetime | None = None,
) -> FeedPage:
    """A page; its newest change is that of its entries where nothing else is said."""
    stamps = [entry.changed_at for entry in entries]
    return FeedPage(entries, objects, broken, next_page, total, latest or max(stamps, default=None))


def a_broken_row(external_id: str = "1009") -> BrokenRow:
    return BrokenRow(external_id, "hours", "Expected `decimal`, got `str`")


@dataclass(slots=True)
class ToldReader:
    """A connection whose feeds answer what was told, one answer a read; an error among them is raised."""

    feeds: Sequence[FeedInfo] = (ENTRIES,)
    answers: dict[str, list[FeedPage | Exception]] = field(default_factory=dict)
    reads: list[tuple[str, datetime | None, str | None]] = field(default_factory=list)
    before_read: Callable[[], None] = lambda: None

    @property
    def calls(self) -> int:
        return len(self.reads)

    def read(self, feed: str, *, since: datetime | None, page: str | None) -> FeedPage:
        self.before_read()
        self.reads.append((feed, since, page))
        answers = self.answers.get(feed)
        answer = answers.pop(0) if answers else a_page()
        if isinstance(answer, Exception):
            raise answer
        return answer

    def entries_between(self, first: date, last: date) -> Iterator[FeedPage]:
        raise AssertionError("feeds ask for changes, not for days")

    def entry(self, external_id: str) -> FetchedEntry | None:
        raise AssertionError("feeds ask for no single entry")


@dataclass(slots=True)
class Watched:
    """A store that counts which of its methods are called.

    `fails` are raised in place of a method's next calls, `before` and `after` are done once when one is called,
    and `told` is once answered in place of what was done.
    """

    inner: Any
    calls: Counter[str] = field(default_factory=Counter)
    fails: dict[str, list[BaseException]] = field(default_factory=dict)
    before: dict[str, Callable[[], object]] = field(default_factory=dict)
    after: dict[str, Callable[[], object]] = field(default_factory=dict)
    told: dict[str, object] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            self.calls[name] += 1
            if waiting := self.fails.get(name):
                raise waiting.pop(0)
            self.before.pop(name, lambda: None)()
            answer = getattr(self.inner, name)(*args, **kwargs)
            self.after.pop(name, lambda: None)()
            return self.told.pop(name, answer)

        return call


def an_integration() -> Integration:
    time_tool = Connection("harvest-1", "harvest", "1", "Harvest")
    erp = Connection("visma-1", "visma_net", "2", "Visma.net ERP")
    return Integration("i", "harvest-visma-net", "Hours", time_tool, erp)


class FetchDesk:
    """One time-tool connection with its stores; `read` reads a slice as a pass would."""

    def __init__(self, *feeds: FeedInfo) -> None:
        self.now = NOW
        self.policy = GatePolicy()
        self.reader = ToldReader(feeds or (ENTRIES,))
        self.passes: Any = Watched(FakePassStore())
        self.staged: Any = Watched(FakeStagedStore())
        self.problems: Any = Watched(FakeProblemStore())
        self.reference: Any = Watched(FakeReferenceStore())
        self.tenants = FakeTenantStore()
        self.tenants.add(an_integration(), settings_content())

    def tells(self, *answers: FeedPage | Exception, feed: str = "entries") -> None:
        """What the feed will answer, read by read; an empty page after that."""
        self.reader.answers[feed] = [*answers]

    def tools(self) -> FetchTools:
        return FetchTools(
            integration_id="i",
            connection=self.connection,
            reader=self.reader,
            passes=self.passes,
            staged=self.staged,
            reference=self.reference,
            problems=self.problems,
            tenants=self.tenants,
            policy=self.policy,
            clock=lambda: self.now,
        )

    def read(
        self, *, feeds: Sequence[str] | None = None, time_left: Callable[[], bool] = ALWAYS, unread: Iterable[str] = ()
    ) -> FetchResult:
        self.forget_calls()
        result = FetchResult(unread=[*unread])
        return fetch_slice(self.tools(), flow=HOURS, feeds=feeds, time_left=time_left, result=result)

    def forget_calls(self) -> None:
        for store in (self.passes, self.staged, self.problems, self.reference):
            store.calls.clear()
        self.reader.reads.clear()

    @property
    def connection(self) -> Connection:
        return self.tenants.integration("i").time_tool

    def cursor(self, feed: str = "entries") -> FeedCursor:
        found: FeedCursor = self.passes.inner.load().cursors.get(f"harvest-1:{feed}", FeedCursor())
        return found

    @property
    def needs_posting(self) -> bool:
        return bool(self.passes.inner.load().needs_posting)

    def posted(self) -> None:
        """The post step has looked, and left nothing."""
        self.passes.inner.save(replace(self.passes.inner.load(), needs_posting=False))

    def record(self, external_id: str = "1001") -> StagedRecord:
        found: StagedRecord | None = self.staged.inner.get(HOURS, external_id)
        assert found is not None
        return found

    def states(self) -> dict[str, State]:
        return {r.external_id: r.state for r in self.staged.inner.every(HOURS, period=None, states=())}

    def inbox(self) -> list[tuple[str, str, list[str]]]:
        """Code, subject and record ids of every open problem."""
        known: Sequence[OpenProblem] = self.problems.inner.open()
        return [(one.problem.code, one.problem.subject, sorted(one.external_ids)) for one in known]
