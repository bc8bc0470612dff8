"""Dispatch: the hourly and the nightly run of every integration that is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from handoff.pipeline.dispatch import dispatch, trigger_of
from handoff.pipeline.steps import NIGHTLY, SCHEDULE, Queues, Step, StepName
from tests.builders import HOURS, NOW
from tests.fakes import FakeQueue
from tests.unit.pipeline.fetching import an_integration

BERGEN = replace(an_integration(), id="bergen")


def dispatched(*moments: datetime, trigger: str = SCHEDULE) -> list[tuple[str, Step]]:
    """Group and step of every message after dispatching at those moments."""
    now = [NOW]
    queues = Queues(FakeQueue(lambda: now[0]), FakeQueue(lambda: now[0]))
    for moment in moments:
        now[0] = moment
        runs = ((HOURS,),)
        due = [("fjordlys", an_integration(), runs), ("fjordlys", BERGEN, runs), ("nord", BERGEN, runs)]
        assert dispatch(due, queues=queues, now=moment, trigger=trigger) == 3
    messages = []
    while message := queues.fetch.take():  # type: ignore[attr-defined]  # of the fakes
        messages.append((message.group, Step.model_validate_json(message.body)))
    assert queues.post.take() is None  # type: ignore[attr-defined]  # of the fakes
    return messages


def test_h3_2_every_integration_that_is_due_gets_a_run_that_begins_with_the_erps_lists() -> None:
    messages = dispatched(NOW)

    assert [group for group, _ in messages] == ["fjordlys.visma-1", "fjordlys.visma-1", "nord.visma-1"]
    first = messages[0][1]
    assert first == Step(
        tenant_id="fjordlys", integration_id="i", run_id="20261020T080000Z-hourly", name=StepName.FETCH_ERP,
        flows=(HOURS,), trigger="schedule",
    )  # fmt: skip
    assert first.opens_run
    assert not first.by_hand


def test_a_schedule_that_fires_twice_adds_nothing() -> None:
    assert len(dispatched(NOW, NOW + timedelta(seconds=20))) == 3


def test_h3_2_the_next_hour_is_another_run() -> None:
    runs = {step.run_id for _, step in dispatched(NOW, NOW + timedelta(hours=1))}

    assert runs == {"20261020T080000Z-hourly", "20261020T090000Z-hourly"}


def test_a_nightly_run_has_a_name_of_its_own_and_looks_at_all_that_is_open() -> None:
    _, step = dispatched(NOW, trigger=NIGHTLY)[0]

    assert (step.run_id, step.trigger) == ("20261020T080000Z-nightly", "nightly")
    assert step.thorough
    assert step.reconciles
    assert not step.by_hand


def test_a_schedule_that_does_not_say_nightly_is_the_hourly_one() -> None:
    assert trigger_of({"trigger": "nightly"}) == NIGHTLY
    assert trigger_of({"source": "aws.scheduler", "detail": "{}"}) == SCHEDULE
