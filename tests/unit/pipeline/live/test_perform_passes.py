"""What a thorough pass brings in order: settings that changed, and problems that are over."""

from __future__ import annotations

from dataclasses import replace

from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.staged import State
from handoff.pipeline.live.desk import INVOICES, LiveDesk
from handoff.pipeline.live.perform import perform_live
from handoff.pipeline.run_tools import RunTools
from handoff.pipeline.steps import NIGHTLY, Step, StepName, first_step, run_of
from tests.builders import NOW
from tests.fakes import FakeRunStore
from tests.unit.pipeline.live.booking import BookDesk
from tests.unit.pipeline.live.living import ECONOMIC, MOMENT, TENANT


def post(desk: LiveDesk) -> None:
    """The last step of a night's pass."""
    runs = FakeRunStore()
    step: Step = first_step(
        tenant_id=TENANT, integration_id="live-dk", run_id="r", flows=(INVOICES,), trigger=NIGHTLY
    ).model_copy(update={"name": StepName.POST})
    runs.start(run_of(step, NOW))
    tools = RunTools(
        desk.integration, runs, desk.passes, desk.problems, desk.tenants, desk.clock, desk.settings_version
    )
    perform_live(step, tools, desk, lambda: True)


def test_an_invoice_goes_once_the_setting_that_kept_it_out_is_taken_back() -> None:
    world = BookDesk({"payments": {"on": False}})
    record = world.ready()
    assert not world.desk.staged.save([record.move(State.EXCLUDED, by="x", at=NOW, why="before the start")])
    post(replace(world.desk, settings_version=4))
    assert world.record().state is State.POSTED
    assert len(world.journal.vouchers) == 1


def test_what_is_switched_off_waits_for_nobody() -> None:
    world = BookDesk({"payments": {"on": False}, "invoices": {"on": False}})
    world.ready()
    post(world.desk)
    assert (world.record().state, world.record().reason) == (State.EXCLUDED, "switched off")


def test_a_pass_that_read_everything_ends_what_could_not_be_read() -> None:
    world = BookDesk({"payments": {"on": False}})
    unread = Problem(ProblemCode.BROKEN_CONTRACT, "customer c1 (no list)")
    row = Problem(ProblemCode.BROKEN_CONTRACT, "moment customers c9, field name (too long),")
    world.desk.problems.report(unread, flow=MOMENT.id, external_ids=(), at=NOW)
    world.desk.problems.report(row, flow=MOMENT.id, external_ids={"c9"}, at=NOW)
    post(world.desk)
    assert [known.problem for known in world.desk.problems.open()] == [row]


def test_a_refusal_that_never_stopped_its_connection_is_over_when_both_sides_answer() -> None:
    world = BookDesk({"payments": {"on": False}})
    refusal = Problem(ProblemCode.RECONNECT_NEEDED, "Visma e-conomic is closed to us")
    world.desk.problems.report(refusal, flow=ECONOMIC.id, external_ids=(), at=NOW)
    post(world.desk)
    assert world.desk.problems.open() == []
