"""A run of one integration, step by step: what it reads, what it posts, and what it says about itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from handoff.domain.gate import GatePolicy
from handoff.domain.runs import Run
from handoff.pipeline.perform import GateTools, perform_fetch, perform_post
from handoff.pipeline.run_tools import RunTools
from handoff.pipeline.steps import SCHEDULE, Step, StepName, StepOutcome, run_of
from handoff.ports import PassState
from tests.builders import HOURS, NOW, a_fetched_entry, a_time_entry
from tests.fakes import FakeRunStore
from tests.unit.pipeline.fetching import ALWAYS, CLIENTS, ENTRIES, FetchDesk
from tests.unit.pipeline.planning import PROJECT
from tests.unit.pipeline.posting import PostDesk


class RunDesk:
    """A run of one integration: what it reads, what it posts, and what it says about itself."""

    def __init__(self) -> None:
        self.reading = FetchDesk(CLIENTS, ENTRIES)
        self.posting = PostDesk(PROJECT)
        self.posting.staged, self.posting.problems = self.reading.staged, self.reading.problems
        self.runs = FakeRunStore()
        self.gate = GateTools(GatePolicy(), 1)
        self.passes: Any = self.reading.passes
        self.passes.inner.save(PassState(gated_with=1))

    def step(self, name: StepName, **fields: Any) -> Step:
        step = Step(
            **{
                "tenant_id": "fjordlys", "integration_id": "i", "run_id": "run-1", "name": name, "flows": (HOURS,),
                "trigger": SCHEDULE, **fields,
            }
        )  # fmt: skip
        if not step.opens_run or step.by_hand:
            self.runs.start(run_of(step, NOW))
        return step

    def run_tools(self) -> RunTools:
        reading = self.reading
        return RunTools(
            reading.tenants.integration("i"), self.runs, self.passes, reading.problems, reading.tenants, lambda: NOW,
            self.gate.settings_version,
        )  # fmt: skip

    def fetch(self, time_left: Callable[[], bool] = ALWAYS, **fields: Any) -> StepOutcome:
        step = self.step(fields.pop("name", StepName.FETCH_TIME_TOOL), **fields)
        self.reading.forget_calls()
        return perform_fetch(step, self.run_tools(), self.reading.tools(), time_left)

    def post(self, **fields: Any) -> StepOutcome:
        step = self.step(StepName.POST, **fields)
        self.passes.calls.clear()
        self.reading.staged.calls.clear()
        self.posting.passes += 1
        return perform_post(step, self.run_tools(), self.posting.tools(), self.gate)

    def needs_posting(self) -> None:
        self.passes.inner.save(replace(self.passes.inner.load(), needs_posting=True))

    @property
    def run(self) -> Run:
        found = self.runs.get("run-1")
        assert found is not None
        return found

    @property
    def state(self) -> PassState:
        found: PassState = self.passes.inner.load()
        return found


def ready(*external_ids: str) -> RunDesk:
    """Something to post, and noted so."""
    desk = RunDesk()
    desk.posting.ready(*external_ids)
    desk.needs_posting()
    return desk


def row(external_id: str = "1001") -> Any:
    return a_fetched_entry(entry=a_time_entry(external_id=external_id), approved=True, changed_at=NOW)
