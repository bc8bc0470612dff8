"""Stores and queues in memory, as the ports say; the contract suite holds them to what the real ones do.

Stores of one `Memory` share it, each sees its own tenant and integration: as with one table.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from threading import RLock
from typing import Any

from handoff.domain.errors import InvalidInput, NotFound, Stale
from handoff.domain.master_data import Link
from handoff.domain.periods import Period
from handoff.domain.posting import OPEN_POSTINGS, Posting, PostingState
from handoff.domain.problems import Problem
from handoff.domain.reconciliation import KeptReconciliation, ReconciliationSummary
from handoff.domain.reference import ReferenceData, ReferenceObject
from handoff.domain.runs import FINISHED, Run, RunState
from handoff.domain.staged import StagedRecord, State
from handoff.domain.tenancy import Connection, Integration
from handoff.ports import CensusPage, OpenProblem, PassState, RecordPage, SavedPreview
from handoff.ports.notices import Told
from handoff.ports.shelf import Shelf

DEDUP_SECONDS = 300
CENSUS_PERIODS = 14
CLAIMABLE = frozenset({PostingState.REFUSED, PostingState.ABANDONED})


@dataclass(slots=True)
class Memory:
    """What a table holds: one dictionary per store, tenant and integration."""

    parts: dict[tuple[str, str, str], dict[Any, Any]] = field(default_factory=dict)
    lock: RLock = field(default_factory=RLock)

    def part(self, store: str, tenant_id: str, integration_id: str = "") -> dict[Any, Any]:
        with self.lock:
            return self.parts.setdefault((store, tenant_id, integration_id), {})


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


class FakeNoticeStore:
    """The memory of notices."""

    def __init__(self, memory: Memory | None = None, tenant_id: str = "t", integration_id: str = "i") -> None:
        self._memory = memory or Memory()
        self._part: dict[str, Told] = self._memory.part("notices", tenant_id, integration_id)

    def load(self) -> Told:
        return self._part.get("told", Told())

    def save(self, told: Told) -> Told:
        with self._memory.lock:
            if self.load().revision != told.revision:
                raise Stale("somebody else has changed it since it was read")
            self._part["told"] = replace(told, causes=dict(told.causes), revision=told.revision + 1)
            return self._part["told"]


class FakeReferenceStore:
    """Reference data in memory."""

    def __init__(self, memory: Memory | None = None, tenant_id: str = "t", integration_id: str = "i") -> None:
        self._memory = memory or Memory()
        self._kinds: dict[str, dict[str, Any]] = self._memory.part("reference", tenant_id, integration_id)

    def load(self) -> ReferenceData:
        with self._memory.lock:
            return ReferenceData(**{kind: dict(objects) for kind, objects in self._kinds.items()})

    def keys(self, kind: str) -> Collection[str]:
        return self._kinds.get(kind, {}).keys()

    def put(self, kind: str, objects: Sequence[ReferenceObject]) -> int:
        return self._change(kind, {**self._kinds.get(kind, {}), **{one.key: one for one in objects}})

    def replace(self, kind: str, objects: Sequence[ReferenceObject]) -> int:
        return self._change(kind, {one.key: one for one in objects})

    def keep_only(self, kind: str, keys: Collection[str]) -> int:
        return self._change(kind, {key: one for key, one in self._kinds.get(kind, {}).items() if key in keys})

    def _change(self, kind: str, wanted: dict[str, Any]) -> int:
        with self._memory.lock:
            known = self._kinds.get(kind, {})
            self._kinds[kind] = wanted
            return sum(known.get(name) != wanted.get(name) for name in known.keys() | wanted.keys())


class FakePassStore:
    """The pass state in memory."""

    def __init__(self, memory: Memory | None = None, tenant_id: str = "t", integration_id: str = "i") -> None:
        self._memory = memory or Memory()
        self._state: dict[str, PassState] = self._memory.part("pass", tenant_id, integration_id)

    def load(self) -> PassState:
        return self._state.get("state", PassState())

    def save(self, state: PassState) -> PassState:
        with self._memory.lock:
            if self.load().revision != state.revision:
                raise Stale("somebody else has changed it since it was read")
            self._state["state"] = replace(state, revision=state.revision + 1)
            return self._state["state"]


class FakeCensusStore:
    """Censuses in memory."""

    def __init__(self, memory: Memory | None = None, tenant_id: str = "t", integration_id: str = "i") -> None:
        self._memory = memory or Memory()
        self._pages: dict[tuple[str, Period], CensusPage] = self._memory.part("census", tenant_id, integration_id)
        self._believed: dict[tuple[str, str], bool] = self._memory.part("beliefs", tenant_id, integration_id)

    def load(self, flow: str) -> Mapping[Period, CensusPage]:
        known = sorted((period for name, period in self._pages if name == flow), reverse=True)
        return {period: self._pages[flow, period] for period in known[:CENSUS_PERIODS]}

    def save(self, flow: str, period: Period, page: CensusPage) -> None:
        self._pages[flow, period] = page

    def believe(self, flow: str, problem_id: str) -> None:
        self._believed[flow, problem_id] = True

    def use_belief(self, flow: str, problem_id: str) -> bool:
        return self._believed.pop((flow, problem_id), False)

    def believed(self, flow: str) -> Collection[str]:
        return {problem_id for name, problem_id in self._believed if name == flow}


class FakeRunStore:
    """Runs in memory."""

    def __init__(self, memory: Memory | None = None, tenant_id: str = "t", integration_id: str = "i") -> None:
        self._memory = memory or Memory()
        self._runs: dict[str, Run] = self._memory.part("runs", tenant_id, integration_id)
        self._previews: dict[str, SavedPreview] = self._memory.part("previews", tenant_id, integration_id)

    def start(self, run: Run) -> bool:
        with self._memory.lock:
            return self._runs.setdefault(run.id, run) is run

    def get(self, run_id: str) -> Run | None:
        return self._runs.get(run_id)

    def add(
        self,
        run_id: str,
        *,
        counts: Mapping[str, int] | None = None,
        calls: Mapping[str, int] | None = None,
        state: RunState | None = None,
        step: str | None = None,
        error: str | None = None,
        finished_at: datetime | None = None,
    ) -> None:
        with self._memory.lock:
            run = self._runs.get(run_id)
            if run is None:
                raise NotFound(f"there is no run {run_id}", field="run")
            run = replace(run, counts=_summed(run.counts, counts), calls=_summed(run.calls, calls))
            if run.state not in FINISHED:
                given = {"state": state, "step": step, "error": error, "finished_at": finished_at}
                changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
                run = replace(run, **changes)
            self._runs[run_id] = run

    def save_preview(
        self, run_id: str, *, digest: str, documents: Sequence[Posting], problems: Sequence[OpenProblem]
    ) -> None:
        self._previews[run_id] = SavedPreview(digest, list(documents), list(problems))

    def preview(self, run_id: str) -> SavedPreview | None:
        return self._previews.get(run_id)


class FakeReconciliationStore:
    """Kept reconciliations in memory."""

    def __init__(self, memory: Memory | None = None, tenant_id: str = "t", integration_id: str = "i") -> None:
        self._memory = memory or Memory()
        self._kept: dict[tuple[str, str], KeptReconciliation] = self._memory.part(
            "reconciliations", tenant_id, integration_id
        )

    def save(self, kept: KeptReconciliation) -> None:
        self._kept[kept.account.period, kept.flow] = kept

    def get(self, flow: str, period: Period) -> KeptReconciliation | None:
        return self._kept.get((period, flow))

    def all(self) -> Sequence[ReconciliationSummary]:
        return [self._kept[place].summary for place in sorted(self._kept, reverse=True)]


class FakeLinkStore:
    """Links in memory."""

    def __init__(self, memory: Memory | None = None, tenant_id: str = "t", integration_id: str = "i") -> None:
        self._memory = memory or Memory()
        self._links: dict[tuple[str, str], Link] = self._memory.part("links", tenant_id, integration_id)
        self._owners: dict[tuple[str, int], str] = self._memory.part("link numbers", tenant_id, integration_id)

    def get(self, flow: str, external_id: str) -> Link | None:
        return self._links.get((flow, external_id))

    def numbered(self, flow: str, number: int) -> Link | None:
        link = self.get(flow, self._owners.get((flow, number), ""))
        return link if link is not None and link.number == number else None

    def save(self, link: Link) -> Link:
        with self._memory.lock:
            known = self.get(link.flow, link.external_id)
            if link.revision != (0 if known is None else known.revision):
                raise Stale("somebody else has changed it since it was read")
            if known is None or known.number != link.number:
                self._owners[link.flow, link.number] = link.external_id
            saved = replace(link, revision=link.revision + 1)
            self._links[link.flow, link.external_id] = saved
            return saved

    def all(self, flow: str) -> Iterator[Link]:
        with self._memory.lock:
            return iter([link for (name, _), link in sorted(self._links.items()) if name == flow])


def _summed(known: Mapping[str, int], more: Mapping[str, int] | None) -> dict[str, int]:
    sums = {name: known.get(name, 0) + (more or {}).get(name, 0) for name in (*known, *(more or {}))}
    return {name: count for name, count in sums.items() if count or name in known}


class FakeTenantStore:
    """A tenant in memory; `add` takes an integration in."""

    def __init__(self, memory: Memory | None = None, tenant_id: str = "t") -> None:
        self._memory = memory or Memory()
        self._integrations: dict[str, Integration] = self._memory.part("tenant", tenant_id)
        self._settings: dict[str, list[Mapping[str, object]]] = self._memory.part("settings", tenant_id)

    def add(self, integration: Integration, settings: Mapping[str, object]) -> None:
        self._integrations[integration.id] = integration
        self._settings[integration.id] = [settings]

    def integrations(self) -> Sequence[Integration]:
        return [self._integrations[name] for name in sorted(self._integrations)]

    def integration(self, integration_id: str) -> Integration:
        if integration_id not in self._integrations:
            raise NotFound(f"there is no integration {integration_id}", field="integration_id")
        return self._integrations[integration_id]

    def settings(self, integration_id: str, version: int | None = None) -> tuple[int, Mapping[str, object]]:
        versions = self._settings.get(integration_id, [])
        number = len(versions) if version is None else version
        if not 1 <= number <= len(versions):
            raise NotFound("there are no such settings", field="version")
        return number, versions[number - 1]

    def save_settings(
        self, integration_id: str, content: Mapping[str, object], *, expected: int, by: str, at: datetime
    ) -> int:
        with self._memory.lock:
            versions = self._settings.setdefault(integration_id, [])
            if len(versions) != expected:
                raise Stale(f"the settings are at version {len(versions)} by now", field="version")
            versions.append(dict(content))
            return len(versions)

    def stop_connection(self, integration_id: str, connection_id: str, why: str) -> None:
        integration = self.integration(integration_id)
        if connection_id not in (integration.time_tool.id, integration.erp.id):
            raise NotFound(f"there is no connection {connection_id}", field="connection_id")
        for name, known in self._integrations.items():
            self._integrations[name] = replace(
                known,
                time_tool=_stopped(known.time_tool, connection_id, why),
                erp=_stopped(known.erp, connection_id, why),
            )


def _stopped(connection: Connection, connection_id: str, why: str) -> Connection:
    return replace(connection, stopped=why) if connection.id == connection_id else connection


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
        census=FakeCensusStore(*of),
        runs=FakeRunStore(*of),
        reference=FakeReferenceStore(*of),
        reconciliations=FakeReconciliationStore(*of),
        links=FakeLinkStore(*of),
    )
