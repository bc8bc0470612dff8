"""Stores beside records, postings and problems, in memory, as the ports say."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from handoff.domain.capabilities import Side
from handoff.domain.errors import NotFound, Stale
from handoff.domain.master_data import Link
from handoff.domain.pairs import S, Sighting
from handoff.domain.periods import Period
from handoff.domain.posting import Posting
from handoff.domain.reconciliation import KeptReconciliation, ReconciliationSummary
from handoff.domain.reference import ReferenceData, ReferenceObject
from handoff.domain.runs import FINISHED, Run, RunState
from handoff.domain.tenancy import Connection, Integration
from handoff.domain.trips import RoundTrip
from handoff.ports import CensusPage, OpenProblem, PassState, SavedPreview
from handoff.ports.notices import Told
from tests.fake_memory import Memory

CENSUS_PERIODS = 14


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

    def __init__(
        self, memory: Memory | None = None, tenant_id: str = "t", integration_id: str = "i", flow: str = ""
    ) -> None:
        self._memory, self._flow = memory or Memory(), flow
        self._state: dict[str, PassState] = self._memory.part("pass", tenant_id, integration_id)

    def load(self) -> PassState:
        return self._state.get(self._flow, PassState())

    def save(self, state: PassState) -> PassState:
        with self._memory.lock:
            if self.load().revision != state.revision:
                raise Stale("somebody else has changed it since it was read")
            self._state[self._flow] = replace(state, revision=state.revision + 1)
            return self._state[self._flow]


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
            changes: dict[str, Any] = {"counts": _summed(run.counts, counts), "calls": _summed(run.calls, calls)}
            if run.state not in FINISHED:
                given = {"state": state, "step": step, "error": error, "finished_at": finished_at}
                changes |= {name: value for name, value in given.items() if value is not None}
            self._runs[run_id] = replace(run, **changes)

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


class FakeTripStore:
    """Round trips in memory."""

    def __init__(self, memory: Memory | None = None, tenant_id: str = "t", integration_id: str = "i") -> None:
        self._memory = memory or Memory()
        self._trips: dict[tuple[str, str], RoundTrip] = self._memory.part("trips", tenant_id, integration_id)

    def get(self, flow: str, external_id: str) -> RoundTrip | None:
        return self._trips.get((flow, external_id))

    def save(self, trip: RoundTrip) -> RoundTrip:
        with self._memory.lock:
            known = self.get(trip.flow, trip.external_id)
            if trip.revision != (0 if known is None else known.revision):
                raise Stale("somebody else has changed it since it was read")
            saved = replace(trip, revision=trip.revision + 1)
            self._trips[trip.flow, trip.external_id] = saved
            return saved

    def open(self, flow: str) -> Sequence[RoundTrip]:
        with self._memory.lock:
            return [trip for (name, _), trip in sorted(self._trips.items()) if name == flow and not trip.is_over]


class FakeSightingStore:
    """Sightings in memory."""

    def __init__(self, memory: Memory | None = None, tenant_id: str = "t", integration_id: str = "i") -> None:
        self._memory = memory or Memory()
        self._kept: dict[tuple[str, Side, str], Sighting[Any]] = self._memory.part(
            "sightings", tenant_id, integration_id
        )

    def get(self, flow: str, side: Side, ids: Collection[str]) -> Mapping[str, Sighting[S]]:
        with self._memory.lock:
            return {id_: self._kept[flow, side, id_] for id_ in ids if (flow, side, id_) in self._kept}

    def open(self, flow: str) -> Sequence[Sighting[S]]:
        found = [one for place, one in self._places() if place[0] == flow and one.is_open]
        return sorted(found, key=lambda one: (one.side.value, one.id))

    def all(self, flow: str, side: Side) -> Sequence[Sighting[S]]:
        return [one for place, one in self._places() if place[:2] == (flow, side)]

    def save(self, sightings: Sequence[Sighting[S]]) -> Sequence[Sighting[S]]:
        with self._memory.lock:
            stale = False
            for one in sightings:
                place = (one.flow, one.side, one.id)
                if one.revision == (self._kept[place].revision if place in self._kept else 0):
                    self._kept[place] = replace(one, revision=one.revision + 1)
                else:
                    stale = True
            if stale:
                raise Stale("somebody else has changed it since it was read")
            return [replace(one, revision=one.revision + 1) for one in sightings]

    def _places(self) -> list[tuple[tuple[str, Side, str], Sighting[Any]]]:
        with self._memory.lock:
            return sorted(self._kept.items())


def _summed(known: Mapping[str, int], more: Mapping[str, int] | None) -> dict[str, int]:
    sums = dict(known)
    for name, count in (more or {}).items():
        if count or name in known:
            sums[name] = sums.get(name, 0) + count
    return sums


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
