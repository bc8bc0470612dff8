"""Work: one delivery of a step, from its message to the next one."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from handoff.domain.tenancy import Integration
from handoff.pipeline.steps import SCHEDULE, Queues, Step, StepName, StepOutcome, after
from handoff.pipeline.work import DELIVERIES_MAX, Delivery, NotYet, TimeLeft, work
from tests.builders import HOURS
from tests.fakes import FakeQueue
from tests.unit.pipeline.fetching import an_integration

POSTED = Step(
    tenant_id="fjordlys", integration_id="i", run_id="run-1", name=StepName.POST, flows=(HOURS,), trigger=SCHEDULE
)
ENTRIES = POSTED.model_copy(update={"name": StepName.FETCH_TIME_TOOL})
LISTS = POSTED.model_copy(update={"name": StepName.FETCH_ERP})


@dataclass(slots=True)
class ToldPerformer:
    outcome: StepOutcome
    integration: Integration = field(default_factory=an_integration)
    performed: list[Step] = field(default_factory=list)
    given_up: list[str] = field(default_factory=list)

    def perform(self, step: Step, time_left: TimeLeft) -> StepOutcome:
        self.performed.append(step)
        assert time_left()
        return self.outcome

    def give_up(self, step: Step, why: str) -> None:
        self.given_up.append(f"{step.name}: {why}")


@dataclass(slots=True)
class Source:
    postponed: list[tuple[str, int]] = field(default_factory=list)

    def postpone(self, receipt_handle: str, seconds: int) -> None:
        self.postponed.append((receipt_handle, seconds))


class WorkDesk:
    """The queues around one delivery."""

    def __init__(self, outcome: StepOutcome) -> None:
        self.performer = ToldPerformer(outcome)
        self.source = Source()
        self.fetch, self.post = FakeQueue(), FakeQueue()

    def deliver(self, step: Step = POSTED, *, count: int = 1) -> StepOutcome:
        return work(
            Delivery(step, "handle", count), performer=self.performer, queues=Queues(self.fetch, self.post),
            source=self.source, time_left=lambda: True,
        )  # fmt: skip


def test_a_step_that_is_done_leaves_nothing_behind() -> None:
    desk = WorkDesk(StepOutcome())

    assert desk.deliver() == StepOutcome()

    assert desk.performer.performed == [POSTED]
    assert (desk.fetch.take(), desk.post.take(), desk.source.postponed) == (None, None, [])


@pytest.mark.parametrize(
    ("step", "then", "queue", "group"),
    [
        (LISTS, ENTRIES, "fetch", "fjordlys.harvest-1"),
        (ENTRIES, POSTED, "post", "fjordlys.visma-1"),
        (LISTS, LISTS.model_copy(update={"slice": 1}), "fetch", "fjordlys.visma-1"),
    ],
)
def test_what_follows_is_queued_behind_the_other_work_of_its_connection(
    step: Step, then: Step, queue: str, group: str
) -> None:
    desk = WorkDesk(StepOutcome(then=then))

    desk.deliver(step)

    message = getattr(desk, queue).take()
    assert (Step.model_validate_json(message.body), message.group) == (then, group)


def test_a_step_delivered_twice_queues_what_follows_once() -> None:
    desk = WorkDesk(StepOutcome(then=POSTED))

    desk.deliver(ENTRIES)
    desk.deliver(ENTRIES, count=2)

    assert (desk.post.take() is None, desk.post.take()) == (False, None)


def test_slices_and_integrations_of_one_connection_are_different_messages() -> None:
    desk = WorkDesk(StepOutcome(then=POSTED))
    desk.deliver(ENTRIES)
    desk.performer.outcome = StepOutcome(then=POSTED.model_copy(update={"slice": 1}))
    desk.deliver(POSTED)
    desk.performer.outcome = StepOutcome(then=POSTED.model_copy(update={"integration_id": "bergen"}))
    desk.deliver(ENTRIES)

    assert len(desk.post.messages) == 3


def test_a_step_that_has_to_wait_stays_in_the_queue_hidden_until_then() -> None:
    desk = WorkDesk(StepOutcome(wait_seconds=45))

    with pytest.raises(NotYet):
        desk.deliver(count=DELIVERIES_MAX - 1)

    assert desk.source.postponed == [("handle", 45)]
    assert desk.performer.given_up == []


def test_a_step_that_had_to_wait_too_often_ends_its_run_with_a_reason_and_not_in_silence() -> None:
    desk = WorkDesk(StepOutcome(wait_seconds=45))

    desk.deliver(count=DELIVERIES_MAX)

    assert desk.performer.given_up == [
        "post: the vendor asked to wait too often; the next run goes on from here"
    ]  # fmt: skip
    assert desk.source.postponed == []


def test_a_run_reads_the_erp_then_the_time_tool_and_then_posts() -> None:
    sliced = LISTS.model_copy(update={"feeds": ("items",), "slice": 4, "unread": ("visma_net items",)})

    following = after(sliced)

    assert following == ENTRIES.model_copy(update={"unread": ("visma_net items",)})
    assert following is not None
    assert after(following) == POSTED.model_copy(update={"unread": ("visma_net items",)})
    assert after(POSTED) is None
