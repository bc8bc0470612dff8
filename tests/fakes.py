"""Stores and queues in memory, as the ports say; the contract suite holds them to what the real ones do.

Stores of one `Memory` share it, each sees its own tenant and integration: as with one table.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial

from handoff.domain.errors import InvalidInput, Stale
from handoff.domain.periods import Period
from handoff.domain.posting import OPEN_POSTINGS, Posting, PostingState
from handoff.domain.problems import Problem
from handoff.domain.staged import StagedRecord, State
from handoff.ports import OpenProblem, RecordPage
from handoff.ports.shelf import Shelf
from tests.fake_memory import Memory
from tests.fake_stores import (
    FakeCensusStore,
    FakeLinkStore,
    FakeNoticeStore,
    FakePassStore,
    FakeReconciliationStore,
    FakeReferenceStore,
    FakeRunStore,
    FakeSightingStore,
    FakeTenantStore,
    FakeTripStore,
)

__all__ = [
    "DEDUP_SECONDS",
    "FakeCensusStore",
    "FakeLinkStore",
    "FakeNoticeStore",
    "FakePassStore",
    "FakePostingStore",
    "FakeProblemStore",
    "FakeQueue",
    "FakeReconciliationStore",
    "FakeReferenceStore",
    "FakeRunStore",
    "FakeSightingStore",
    "FakeStagedStore",
    "FakeTenantStore",
    "FakeTripStore",
    "Memory",
    "Message",
    "fake_shelf",
]

DEDUP_SECONDS = 300
CLAIMABLE = frozenset({PostingState.REFUSED, PostingState.ABANDONED})


def _check_cursor(cursor: str | None, period: Period | None = None) -> None:
    if cursor is not None and (cursor.count("#") != 1 or not cursor.startswith(period or "2")):
        raise InvalidInput("the cursor is not from a page of this list", code="bad_cursor", field="cursor")


class FakeStagedStore:
    """Staged records in memory."""

    def __init__(self, memory: Memory | None = None, tenant_id: str = "t", integration_id: str = "i") -> None:
        self._memory = memory or Memory()
        self._heads: dict[tuple[str, str], StagedRecord] = self._memory.part("heads", tenant_id, integration_id)
        self._older: dict[tuple[str, str], list[StagedRecord]] = self._memory.part("older", tenant_id, integration_id)

    def get(self, flow: str, external_id: str) -> StagedRecord | None:
        return self._heads.get((flow, external_id))

    def get_many(self, flow: str, external_ids: Sequence[str]) -> Mapping[str, StagedRecord]:
        return {name: self._heads[flow, name] for name in external_ids if (flow, name) in self._heads}

    def versions(self, flow: str, external_id: str) -> Sequence[StagedRecord]:
        newest = self.get(flow, external_id)
        return [] if newest is None else [*self._older.get((flow, external_id), []), newest]

    def add(self, records: Sequence[StagedRecord]) -> Collection[str]:
        known = set()
        with self._memory.lock:
            for record in records:
                if (record.flow, record.external_id) in self._heads:
                    known.add(record.external_id)
                else:
                    self._put(record)
        return known

    def save(self, records: Sequence[StagedRecord]) -> Collection[str]:
        stale = set()
        with self._memory.lock:
            for record in records:
                stored = self.get(record.flow, record.external_id)
                if stored is None or stored.revision != record.revision:
                    stale.add(record.external_id)
                else:
                    self._put(record)
        return stale

    def replace(self, old: StagedRecord, new: StagedRecord) -> None:
        with self._memory.lock:
            stored = self.get(old.flow, old.external_id)
            if stored is None or stored.revision != old.revision:
                raise Stale("somebody else has changed it since it was read")
            self._older.setdefault((old.flow, old.external_id), []).append(old)
            self._put(replace(new, revision=old.revision))

    def _put(self, record: StagedRecord) -> None:
        self._heads[record.flow, record.external_id] = replace(record, revision=record.revision + 1)

    def page(
        self, flow: str, *, period: Period | None, states: Collection[State], limit: int, cursor: str | None
    ) -> RecordPage:
        _check_cursor(cursor, period)
        behind = (
            record
            for record in self.every(flow, period=period, states=states)
            if cursor is None or _place(record) < cursor
        )
        best = heapq.nlargest(limit + 1, behind, key=_place)
        return RecordPage(best[:limit], _place(best[limit - 1]) if len(best) > limit else None)

    def ids_of(self, flow: str, period: Period) -> Iterator[str]:
        return iter([record.external_id for record in self.every(flow, period=period, states=())])

    def every(
        self, flow: str, *, period: Period | None, states: Collection[State], archived: bool = False
    ) -> Iterator[StagedRecord]:
        with self._memory.lock:
            keys = [key for key in self._heads if key[0] == flow]
            older = [record for key in keys for record in self._older.get(key, [])] if archived else []
        for record in (*(self._heads[key] for key in keys), *older):
            if period in (None, record.period) and (not states or record.state in states):
                yield record


def _place(record: StagedRecord) -> str:
    return f"{record.period}#{record.external_id}"


class FakePostingStore:
    """Postings in memory."""

    def __init__(self, memory: Memory | None = None, tenant_id: str = "t", integration_id: str = "i") -> None:
        self._memory = memory or Memory()
        self._postings: dict[str, Posting] = self._memory.part("postings", tenant_id, integration_id)

    def claim(self, posting: Posting) -> Posting:
        with self._memory.lock:
            stored = self._postings.get(posting.key)
            if stored is not None and stored.state not in CLAIMABLE:
                return stored
            return self.save(replace(posting, revision=0 if stored is None else stored.revision))

    def save(self, posting: Posting) -> Posting:
        with self._memory.lock:
            stored = self._postings.get(posting.key)
            if posting.revision != (0 if stored is None else stored.revision):
                raise Stale("somebody else has changed it since it was read")
            saved = replace(posting, revision=posting.revision + 1)
            self._postings[posting.key] = saved
            return saved

    def get(self, key: str) -> Posting | None:
        return self._postings.get(key)

    def open(self) -> Sequence[Posting]:
        postings = [posting for posting in self._postings.values() if posting.state in OPEN_POSTINGS]
        return sorted(postings, key=_posting_place)

    def of_period(self, period: Period) -> Iterator[Posting]:
        return iter([posting for posting in self._postings.values() if posting.period == period])

    def page(self, *, limit: int, cursor: str | None) -> tuple[Sequence[Posting], str | None]:
        _check_cursor(cursor)
        behind = [posting for posting in self._postings.values() if cursor is None or _posting_place(posting) < cursor]
        best = heapq.nlargest(limit + 1, behind, key=_posting_place)
        return best[:limit], _posting_place(best[limit - 1]) if len(best) > limit else None


def _posting_place(posting: Posting) -> str:
    return f"{posting.period}#{posting.key}"


class FakeProblemStore:
    """The inbox in memory."""

    def __init__(self, memory: Memory | None = None, tenant_id: str = "t", integration_id: str = "i") -> None:
        self._memory = memory or Memory()
        self._causes: dict[str, OpenProblem] = self._memory.part("problems", tenant_id, integration_id)
        self._bare: dict[str, bool] = self._memory.part("bare problems", tenant_id, integration_id)

    def report(self, problem: Problem, *, flow: str, external_ids: Collection[str], at: datetime) -> None:
        with self._memory.lock:
            known = self._causes.get(problem.id)
            ids = frozenset(external_ids) | (known.external_ids if known else frozenset())
            self._causes[problem.id] = OpenProblem(problem, flow, ids, known.since if known else at)
            if not external_ids:
                self._bare[problem.id] = True

    def clear(self, problem: Problem, external_ids: Collection[str]) -> None:
        with self._memory.lock:
            known = self._causes.get(problem.id)
            if known is None:
                return
            left = known.external_ids - frozenset(external_ids)
            if left or problem.id in self._bare:
                self._causes[problem.id] = replace(known, external_ids=left)
            else:
                self.close(problem.id)

    def close(self, problem_id: str) -> None:
        with self._memory.lock:
            self._causes.pop(problem_id, None)
            self._bare.pop(problem_id, None)

    def get(self, problem_id: str) -> OpenProblem | None:
        return self._causes.get(problem_id)

    def open(self) -> Sequence[OpenProblem]:
        return sorted(self._causes.values(), key=lambda cause: (cause.since, cause.problem.id))


@dataclass(frozen=True, slots=True)
class Message:
    """One queued step."""

    body: str
    group: str
    dedup: str
    at: datetime


class FakeQueue:
    """A FIFO queue in memory; `take` gives the oldest message out, for good."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.messages: deque[Message] = deque()
        self._clock = clock
        self._seen: dict[tuple[str, str], datetime] = {}

    def send(self, body: str, *, group: str, dedup: str) -> None:
        now = self._clock()
        seen = self._seen.get((group, dedup))
        if seen is not None and now - seen < timedelta(seconds=DEDUP_SECONDS):
            return
        self._seen[group, dedup] = now
        self.messages.append(Message(body, group, dedup, now))

    def take(self) -> Message | None:
        return self.messages.popleft() if self.messages else None


def fake_shelf(memory: Memory, tenant_id: str, integration_id: str) -> Shelf:
    """All stores of one integration in memory."""
    of = (memory, tenant_id, integration_id)
    return Shelf(
        tenants=FakeTenantStore(memory, tenant_id),
        staged=FakeStagedStore(*of),
        postings=FakePostingStore(*of),
        problems=FakeProblemStore(*of),
        passes=FakePassStore(*of),
        passes_of=partial(FakePassStore, *of),
        census=FakeCensusStore(*of),
        runs=FakeRunStore(*of),
        reference=FakeReferenceStore(*of),
        reconciliations=FakeReconciliationStore(*of),
        links=FakeLinkStore(*of),
        sightings=FakeSightingStore(*of),
        trips=FakeTripStore(*of),
    )
