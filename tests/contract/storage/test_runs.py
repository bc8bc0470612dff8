"""Runs: real store and fake behave the same."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from handoff.domain.errors import NotFound
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.runs import Run, RunState
from handoff.ports import OpenProblem, SavedPreview
from handoff.storage import tables
from tests.builders import HOURS, NOW, OCTOBER, a_posting, a_record, a_time_entry
from tests.contract.storage.worlds import INTEGRATION, DynamoWorld, World, at_once


def a_run(run_id: str = "run-1") -> Run:
    return Run(
        id=run_id,
        integration_id=INTEGRATION,
        state=RunState.QUEUED,
        trigger="kari",
        started_at=NOW,
        flows=(HOURS,),
        period=OCTOBER,
        step="fetch_erp",
        counts={"fetched": 3},
        calls={"harvest": 1},
    )


def the_run(world: World) -> Run:
    run = world.runs().get("run-1")
    assert run is not None
    return run


def test_a_run_comes_back_as_it_was(world: World) -> None:
    assert world.runs().start(a_run()) is True
    assert the_run(world) == a_run()
    assert world.runs().get("run-2") is None


def test_a_run_is_started_once(world: World) -> None:
    started = at_once(lambda _: world.runs().start(a_run()))
    assert sum(started) == 1
    world.runs().add("run-1", counts={"posted": 5})
    assert world.runs().start(a_run()) is False
    assert the_run(world).counts["posted"] == 5


def test_counts_are_added_and_the_rest_is_set(world: World) -> None:
    world.runs().start(a_run())
    world.runs().add(
        "run-1", counts={"fetched": 2, "new": 1}, calls={"harvest": 2}, state=RunState.RUNNING, step="post"
    )
    world.runs().add("run-1", counts={"fetched": 5}, calls={"visma_net": 4})
    run = the_run(world)
    assert run.counts == {"fetched": 10, "new": 1}
    assert run.calls == {"harvest": 3, "visma_net": 4}
    assert (run.state, run.step) == (RunState.RUNNING, "post")


def test_sixteen_workers_lose_no_count(world: World) -> None:
    world.runs().start(a_run())
    at_once(lambda place: world.runs().add("run-1", counts={"posted": place}, calls={"harvest": 1}))
    assert the_run(world).counts["posted"] == sum(range(16))
    assert the_run(world).calls["harvest"] == 17


def test_a_finished_run_stays_as_it_finished_but_for_late_counts(world: World) -> None:
    world.runs().start(a_run())
    end = NOW + timedelta(minutes=2)
    world.runs().add("run-1", state=RunState.FAILED, error="Harvest refuses the token", finished_at=end)
    world.runs().add("run-1", state=RunState.RUNNING, step="post", finished_at=NOW, counts={"posted": 1})
    world.runs().add("run-1", state=RunState.DONE, error="")
    run = the_run(world)
    assert (run.state, run.error, run.finished_at, run.step) == (
        RunState.FAILED,
        "Harvest refuses the token",
        end,
        "fetch_erp",
    )
    assert run.counts["posted"] == 1


def test_adding_nothing_changes_nothing(world: World) -> None:
    world.runs().start(a_run())
    world.runs().add("run-1", counts={"posted": 0}, calls={})
    assert the_run(world) == a_run()


def test_a_run_that_is_not_there_cannot_be_added_to(world: World) -> None:
    with pytest.raises(NotFound):
        world.runs().add("run-1", counts={"posted": 1})
    with pytest.raises(NotFound):
        world.runs().add("run-1", state=RunState.DONE)
    assert world.runs().get("run-1") is None


def test_a_preview_is_kept_as_it_was_shown(world: World) -> None:
    employee = OpenProblem(Problem(ProblemCode.UNKNOWN_EMPLOYEE, "per@fjordlys.example"), HOURS, frozenset("12"), NOW)
    shown = SavedPreview("abc123", [a_posting(), a_posting(records=[a_record(version=2)])], [employee])
    world.runs().save_preview("run-1", digest=shown.digest, documents=shown.documents, problems=shown.problems)
    assert world.runs().preview("run-1") == shown
    assert world.runs().preview("run-2") is None


def test_a_preview_of_nothing_is_a_preview(world: World) -> None:
    world.runs().save_preview("run-1", digest="0", documents=[], problems=[])
    assert world.runs().preview("run-1") == SavedPreview("0", [], [])


def test_another_tenant_sees_nothing(world: World) -> None:
    world.runs().start(a_run())
    world.runs().save_preview("run-1", digest="0", documents=[], problems=[])
    other = world.runs(tenant_id="another-tenant")
    assert other.get("run-1") is None
    assert other.preview("run-1") is None


def test_a_large_preview_is_kept_in_parts(dynamo: DynamoWorld) -> None:
    chance = Random(7)  # noqa: S311 - test data
    names = [chance.randbytes(16).hex() for _ in range(12_000)]
    document = a_posting(records=[a_record(entry=a_time_entry(external_id=name, notes=name)) for name in names])
    dynamo.runs().save_preview("run-1", digest="abc", documents=[document], problems=[])
    kept = dynamo.runs().preview("run-1")
    assert kept is not None
    assert kept.documents == [document]
    assert len(list(dynamo.table.query(runs_pk(dynamo)))) > 1


def test_runs_go_after_a_year_and_previews_after_a_week(dynamo: DynamoWorld) -> None:
    dynamo.runs().start(a_run())
    dynamo.runs().save_preview("run-1", digest="0", documents=[], problems=[])
    ends = {item["sk"]["S"]: int(item["expires_at"]["N"]) for item in dynamo.table.query(runs_pk(dynamo))}
    assert ends == {
        "R#run-1": int((NOW + timedelta(days=400)).timestamp()),
        "V#run-1#000": int((NOW + timedelta(days=7)).timestamp()),
    }


def runs_pk(world: DynamoWorld) -> str:
    return tables.integration_pk(world.tenant_id, INTEGRATION, "runs")
