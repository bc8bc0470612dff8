"""A pass over both sides, step by step: what it reads and writes, what it waits for, and what stops it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from handoff.accounting.merging import MirrorRule
from handoff.domain.capabilities import Side
from handoff.domain.errors import BrokenContract, HandoffError, RateLimited, ReconnectNeeded
from handoff.domain.pairs import Customer, Master, Project, Sighting
from handoff.domain.runs import Run, RunState
from handoff.pipeline.mirror.desk import MirrorFlow
from handoff.pipeline.mirror.perform import MirrorTools, perform_mirror
from handoff.pipeline.run_tools import RunTools
from handoff.pipeline.steps import NIGHTLY, SCHEDULE, Step, StepOutcome, first_step, run_of
from tests.fakes import FakeRunStore, FakeTenantStore
from tests.unit.pipeline.mirror.both_sides import BothSides, FakeKeeper, a_customer

ALWAYS: Callable[[], bool] = lambda: True  # noqa: E731 - a name for a time that never ends


class Passing(BothSides):
    """Both sides with the steps of a run over them."""

    report_only = False

    def __post_init__(self) -> None:
        super().__post_init__()
        self.runs, self.tenants = FakeRunStore(), FakeTenantStore()
        self.tenants.add(self.desk.integration, {})
        self.flows: list[MirrorFlow[Any]] = [self.flow]
        self.number = 0

    def tools(self) -> MirrorTools:
        calls = lambda: {"severa": self.tool.calls.total(), "nxt": self.erp.calls.total()}  # noqa: E731 - one line
        return MirrorTools(self.desk, self.flows, calls, {"severa": "Severa", "nxt": "NXT"}, self.report_only)

    def run_tools(self) -> RunTools:
        return RunTools(
            self.tenants.integration("i"), self.runs, self.passes, self.problems, self.tenants, self.clock, 1
        )

    def first(self, trigger: str = SCHEDULE) -> Step:
        self.number += 1
        return first_step(
            tenant_id="t", integration_id="i", run_id=f"run-{self.number}", flows=("customers",), trigger=trigger
        )

    def work(self, step: Step, time_left: Callable[[], bool] = ALWAYS) -> StepOutcome:
        self.wait()
        return perform_mirror(step, self.run_tools(), self.tools(), time_left)

    def run(self, trigger: str = SCHEDULE, time_left: Callable[[], bool] = ALWAYS) -> Run:
        """A whole run, as the queue would deliver its steps."""
        step: Step | None = self.first(trigger)
        slices = 0
        if step is not None and step.by_hand:
            self.runs.start(run_of(step, self.clock()))
        while step is not None:
            step = self.work(step, time_left).then
            slices += 1
            assert slices < 200
        return self.newest()

    def newest(self) -> Run:
        found = self.runs.get(f"run-{self.number}")
        assert found is not None
        return found


class Refusing(FakeKeeper):
    """A side that answers with a fault."""

    fault: HandoffError | None = None

    def listed(self, **asked: Any) -> Any:
        if self.fault is not None:
            raise self.fault
        return super().listed(**asked)


def refusing(world: Passing, side: Side, fault: HandoffError) -> Refusing:
    keeper = Refusing(side, world.clock)
    keeper.fault = fault
    flow = world.flow
    sides = {Side.TIME_TOOL: flow.time_tool, Side.ERP: flow.erp, side: keeper}
    world.flows = [MirrorFlow(flow.name, flow.what, flow.rule, sides[Side.TIME_TOOL], sides[Side.ERP])]
    return keeper


def test_a_run_looks_at_both_sides_and_settles_what_differs() -> None:
    world = Passing()
    world.tool.has(a_customer("", "Bekk Rådgivning"))

    run = world.run()

    assert run.state is RunState.DONE
    assert world.erp.named("Bekk Rådgivning").number == world.tool.named("Bekk Rådgivning").number
    assert (run.counts["new"], run.counts["created"]) == (1, 1)
    assert run.calls == {"severa": 2, "nxt": 2}


def test_report_only_looks_and_writes_nothing() -> None:
    """S10.1."""
    world = Passing()
    world.report_only = True
    world.tool.has(a_customer("", "Bekk Rådgivning"))

    run = world.run()

    assert run.state is RunState.DONE
    assert run.counts == {"fetched": 1, "new": 1}
    assert world.erp.rows == {}


def test_a_run_without_time_goes_on_page_by_page_and_batch_by_batch() -> None:
    world = Passing(erp_batch=1)
    for place in range(10):
        world.tool.has(a_customer("", f"Kunde {place}"))

    run = world.run(time_left=lambda: False)

    assert run.state is RunState.DONE
    assert len(world.erp.rows) == 10
    assert {row.says.number for row in world.erp.rows.values()} == {row.says.number for row in world.tool.rows.values()}


def test_a_vendor_that_asks_to_wait_is_asked_again_later() -> None:
    world = Passing()
    keeper = refusing(world, Side.ERP, RateLimited("slow down", retry_after=30))

    outcome = world.work(world.first())

    assert outcome == StepOutcome(wait_seconds=30)
    assert world.newest().state is RunState.WAITING
    keeper.fault = None
    assert world.work(world.first()).then is not None


def test_refused_access_stops_the_connection_and_the_run_that_answers_again_heals_it() -> None:
    world = Passing()
    keeper = refusing(world, Side.TIME_TOOL, ReconnectNeeded("Severa refused the client credentials"))

    run = world.run()

    assert (run.state, run.error) == (RunState.FAILED, "Severa refused the client credentials")
    assert world.tenants.integration("i").time_tool.stopped
    assert not world.tenants.integration("i").erp.stopped

    keeper.fault = None
    world.tool.has(a_customer())
    assert world.run().state is RunState.FAILED, "what is stopped stays so until a person asks"
    assert world.erp.rows == {}
    assert world.run(trigger="anna").state is RunState.DONE
    assert not world.tenants.integration("i").time_tool.stopped
    assert world.inbox() == []


def test_a_list_that_cant_be_read_keeps_no_other_flow_back_and_is_not_settled() -> None:
    world = Passing()
    world.tool.has(a_customer("", "Bekk Rådgivning"))
    other, healthy = world.flow, MirrorFlow("projects", "project", world.flow.rule, world.tool, world.erp)
    keeper = refusing(world, Side.ERP, BrokenContract("the answer is no list"))
    world.flows = [MirrorFlow("customers", "customer", other.rule, other.time_tool, keeper), healthy]

    run = world.run()

    assert run.state is RunState.FAILED
    assert "customers (the answer is no list)" in (run.error or "")
    assert len(world.erp.rows) == 1, "made by the flow that could be read, once"


@pytest.mark.parametrize("side", Side)
def test_a_list_that_could_not_be_read_is_told_until_it_can(side: Side) -> None:
    world = Passing()
    keeper = refusing(world, side, BrokenContract("the answer is no list"))
    world.run()
    assert len(world.inbox()) == 1

    keeper.fault = None
    world.run()

    assert world.inbox() == []


def test_whoever_asks_to_wait_is_not_asked_for_the_rest_and_nothing_counts_as_being_made() -> None:
    world = Passing(erp_batch=1)
    for place in range(5):
        world.tool.has(a_customer("", f"Kunde {place}"))
    step = world.work(world.work(world.first()).then or world.first()).then
    assert step is not None
    world.erp.faults = ["wait"] * 5
    world.calls()

    outcome = world.work(step)

    assert outcome == StepOutcome(wait_seconds=30)
    assert world.calls()["erp create"] == 1
    known: Sequence[Sighting[Customer]] = world.sightings.all("customers", Side.TIME_TOOL)
    assert not any(one.making for one in known)
    world.erp.faults = []
    world.work(step)
    assert len(world.erp.rows) == 5


def test_a_night_finds_what_is_gone() -> None:
    world = Passing()
    world.tool.has(a_customer())
    theirs = world.erp.has(a_customer())
    world.run()
    world.erp.deletes(theirs)

    assert world.run(NIGHTLY).counts["gone"] == 1
    assert world.newest().state is RunState.DONE


# ---- what projects make wanted -----------------------------------------------------------------


class Jobs:
    """Projects of a time tool, some of which are won."""

    def __init__(self, world: Passing) -> None:
        self.world = world
        self.rows: dict[str, Any] = {}

    batch_max = 1

    def has(self, id_: str, customer: str, *, won: bool) -> None:
        from handoff.ports.mirror import Listed  # noqa: PLC0415 - a row's type, nothing else

        excluded = "" if won else "its sales status is not Won"
        self.rows[id_] = Listed(id_, Project(id_, f"Job {id_}"), self.world.clock(), excluded, refers=customer)

    def listed(self, *, since: Any, page: Any) -> Any:
        from handoff.ports.mirror import ListedPage  # noqa: PLC0415 - as above

        return ListedPage([row for row in self.rows.values() if since is None or row.changed_at >= since])


def wanting() -> tuple[Passing, Jobs]:
    world = Passing()
    jobs = Jobs(world)
    rule = MirrorRule(Master.NONE, Side.ERP)
    jobs_flow: MirrorFlow[Any] = MirrorFlow("projects", "project", rule, jobs, jobs, settles=False)  # type: ignore[arg-type]
    flow = world.flow
    world.flows = [
        jobs_flow,
        MirrorFlow(
            flow.name, flow.what, flow.rule, flow.time_tool, flow.erp, "projects", "none of its projects is won"
        ),
    ]
    return world, jobs


def test_only_customers_with_a_won_project_go_and_they_go_once_one_is_won() -> None:
    """S5.3."""
    world, jobs = wanting()
    won, open_ = world.tool.has(a_customer("", "Bekk Rådgivning")), world.tool.has(a_customer("", "Åpen Sak AS"))
    jobs.has("1", won, won=True)
    jobs.has("2", open_, won=False)

    world.run()
    assert [row.says.name for row in world.erp.rows.values()] == ["Bekk Rådgivning"]
    assert world.sighting(Side.TIME_TOOL, open_).excluded == "none of its projects is won"

    world.wait()
    jobs.has("2", open_, won=True)
    world.run()
    assert sorted(row.says.name for row in world.erp.rows.values()) == ["Bekk Rådgivning", "Åpen Sak AS"]


def test_a_customer_whose_won_project_is_withdrawn_stays_and_its_changes_still_go() -> None:
    """S5.3, S5.5."""
    world, jobs = wanting()
    ours = world.tool.has(a_customer("", "Bekk Rådgivning"))
    jobs.has("1", ours, won=True)
    world.run()
    jobs.has("1", ours, won=False)
    world.tool.edits(ours, email="post@bekk.example")

    world.run()

    assert world.erp.named("Bekk Rådgivning").email == "post@bekk.example"
