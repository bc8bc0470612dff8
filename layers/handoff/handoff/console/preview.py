"""A preview: what a run started now would write, made from stored records and written nowhere."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from handoff.console.place import Place
from handoff.domain.gate import GatePolicy
from handoff.domain.periods import Period
from handoff.domain.posting import Posting
from handoff.domain.problem_codes import FOR_A_PERSON
from handoff.domain.problems import Problem
from handoff.domain.staged import StagedRecord, State
from handoff.pipeline.preview import PreviewTools, digest_of, preview
from handoff.pipeline.stage import rejudged
from handoff.ports import OpenProblem, ReadsRecords, SavedPreview

_MOVED_BY_THE_GATE = (State.HELD, State.READY, State.EXCLUDED, State.FAILED)


def make_preview(place: Place, flows: Sequence[str], period: Period | None) -> SavedPreview:
    """The documents of all flows in the order a run would write them, and what would fail."""
    now, policy = place.desk.clock(), place.hours().to_policy()
    documents: list[Posting] = []
    problems: list[OpenProblem] = []
    for flow in flows:
        planning = place.desk.planning(place.integration, flow)
        tools = PreviewTools(_records(place, now), place.stores.postings, planning.plan, planning.kinds, policy)
        shown = preview(tools, flow=flow, period=period)
        documents += shown.documents
        problems += _by_cause(shown.problems, flow, now)
    return SavedPreview(digest_of(documents), documents, problems)


def _records(place: Place, now: datetime) -> ReadsRecords:
    """The records as a run would find them: one that follows new settings judges them all again first."""
    version, _ = place.saved_settings()
    if place.stores.passes.load().gated_with == version:
        return place.stores.staged
    return Regated(place.stores.staged, place.hours().to_policy(), now)


@dataclass(frozen=True, slots=True)
class Regated:
    """Staged records as the gate would judge them now; the store keeps them as they are."""

    staged: ReadsRecords
    policy: GatePolicy
    now: datetime

    def every(
        self, flow: str, *, period: Period | None, states: Collection[State], archived: bool = False
    ) -> Iterator[StagedRecord]:
        """All records that would be in one of the states."""
        asked = {*states, *_MOVED_BY_THE_GATE} if states else ()
        for record in self.staged.every(flow, period=period, states=asked, archived=archived):
            judged = self._judged(record)
            if not states or judged.state in states:
                yield judged

    def _judged(self, record: StagedRecord) -> StagedRecord:
        for_a_person = any(problem.code in FOR_A_PERSON for problem in record.problems)
        if record.state not in _MOVED_BY_THE_GATE or for_a_person:
            return record
        return rejudged(record, self.policy, self.now)


def _by_cause(found: Sequence[tuple[StagedRecord, tuple[Problem, ...]]], flow: str, now: datetime) -> list[OpenProblem]:
    """The problems as the inbox would group them, the widest first."""
    behind: dict[Problem, set[str]] = {}
    for record, problems in found:
        for problem in problems:
            behind.setdefault(problem, set()).add(record.external_id)
    causes = [OpenProblem(problem, flow, frozenset(ids), now) for problem, ids in behind.items()]
    return sorted(causes, key=lambda cause: (-len(cause.external_ids), cause.problem.id))
