"""Perform: a vendor's fault becomes the run's next move, and nothing that was read goes uncounted."""

from __future__ import annotations

import pytest

from handoff.domain.errors import (
    BrokenContract,
    HandoffError,
    RateLimited,
    ReconnectNeeded,
    Stale,
    Unreachable,
)
from handoff.domain.gate import GatePolicy
from handoff.domain.runs import RunState
from handoff.pipeline.perform import (
    STALE_WAIT_SECONDS,
    UNREACHABLE_WAIT_SECONDS,
    GateTools,
)
from handoff.pipeline.steps import SCHEDULE, StepName, StepOutcome
from tests.builders import NOW
from tests.unit.pipeline.fetching import a_page
from tests.unit.pipeline.running import RunDesk, row

ANNA = "anna"


# ---- reading -----------------------------------------------------------------------------------


def test_the_first_step_opens_its_run_and_the_last_fetch_leads_to_the_posting() -> None:
    desk = RunDesk()

    outcome = desk.fetch(name=StepName.FETCH_ERP)

    assert outcome.then == desk.step(StepName.FETCH_TIME_TOOL)
    assert (desk.run.state, desk.run.step, desk.run.trigger) == (RunState.RUNNING, "fetch_erp", SCHEDULE)
    desk.reading.tells(a_page(row()))
    assert desk.fetch().then == desk.step(StepName.POST)


def test_h3_2_a_scheduled_run_that_found_nothing_new_ends_after_reading() -> None:
    desk = RunDesk()

    assert desk.fetch() == StepOutcome()

    assert (desk.run.state, desk.run.step, desk.run.finished_at) == (RunState.DONE, "fetch_time_tool", NOW)


def test_a_run_goes_on_to_the_posting_if_something_is_noted_settings_are_new_or_a_person_asks() -> None:
    noted, renewed, asked = RunDesk(), RunDesk(), RunDesk()
    noted.needs_posting()
    renewed.gate = GateTools(GatePolicy(), 2)

    assert noted.fetch().then == noted.step(StepName.POST)
    assert renewed.fetch().then == renewed.step(StepName.POST)
    assert asked.fetch(trigger=ANNA).then == asked.step(StepName.POST, trigger=ANNA)


def test_what_a_slice_read_is_counted_with_the_calls_it_took() -> None:
    desk = RunDesk()
    desk.reading.tells(a_page(row("1"), row("2")))

    desk.fetch()

    assert desk.run.counts == {"fetched": 2, "new": 2, "ready": 2}
    assert desk.run.calls == {"harvest": 2}
    assert (desk.run.state, desk.run.step) == (RunState.RUNNING, "fetch_time_tool")


def test_a_slice_that_runs_out_of_time_asks_for_its_own_continuation() -> None:
    desk = RunDesk()

    outcome = desk.fetch(time_left=lambda: False)

    assert outcome.then == desk.step(StepName.FETCH_TIME_TOOL, feeds=("entries",), slice=1)
    assert outcome.wait_seconds is None


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        (RateLimited("wait", retry_after=42), 42),
        (Unreachable("no answer"), UNREACHABLE_WAIT_SECONDS),
        (Stale("taken"), STALE_WAIT_SECONDS),
    ],
)
def test_a_fault_that_passes_repeats_the_step_and_what_was_read_before_it_is_counted(
    fault: HandoffError, seconds: int
) -> None:
    desk = RunDesk()
    desk.reading.tells(a_page(row("1"), next_page="2"), fault)

    assert desk.fetch() == StepOutcome(wait_seconds=seconds)

    assert (desk.run.state, desk.run.counts["fetched"], desk.run.calls) == (RunState.WAITING, 1, {"harvest": 3})


@pytest.mark.parametrize(
    "fault", [ReconnectNeeded("answered 403", field="clients"), BrokenContract("no list", field="clients")]
)
def test_a_feed_that_can_not_be_read_leaves_the_rest_read_and_the_run_posts_nothing(fault: HandoffError) -> None:
    desk = RunDesk()
    desk.reading.tells(fault, feed="clients")
    desk.reading.tells(a_page(row()))

    assert desk.fetch() == StepOutcome()

    assert (desk.run.state, desk.run.error) == (RunState.FAILED, "could not read harvest clients")
    assert desk.run.finished_at == NOW
    assert (desk.run.counts["fetched"], desk.run.calls) == (1, {"harvest": 2})


def test_an_erp_whose_lists_can_not_be_read_still_lets_the_time_tool_be_read() -> None:
    desk = RunDesk()
    desk.reading.tells(ReconnectNeeded("answered 403", field="clients"), feed="clients")

    outcome = desk.fetch(name=StepName.FETCH_ERP)

    assert outcome.then == desk.step(StepName.FETCH_TIME_TOOL, unread=("harvest clients",))


def test_h5_3_nothing_is_posted_on_lists_that_could_not_be_read() -> None:
    desk = RunDesk()
    desk.reading.tells(a_page(row()))

    assert desk.fetch(unread=("visma_net items",)) == StepOutcome()

    assert (desk.run.state, desk.run.error) == (RunState.FAILED, "could not read visma_net items")
    assert desk.run.counts["ready"] == 1


def test_what_could_not_be_read_is_passed_on_from_slice_to_slice() -> None:
    desk = RunDesk()
    desk.reading.tells(ReconnectNeeded("answered 403", field="clients"), feed="clients")

    outcome = desk.fetch(time_left=lambda: False)

    assert outcome.then is not None
    assert (outcome.then.feeds, outcome.then.unread) == (("entries",), ("harvest clients",))
    assert desk.fetch(feeds=("entries",), unread=outcome.then.unread, trigger=ANNA) == StepOutcome()
    assert desk.reading.connection.stopped == "answered 403"


def test_a_stopped_connection_is_not_tried_by_a_schedule() -> None:
    desk = RunDesk()
    desk.reading.tenants.stop_connection("i", "harvest-1", "answered 403")

    assert desk.fetch() == StepOutcome()

    assert desk.reading.reader.reads == []
    assert (desk.run.state, desk.run.error) == (RunState.FAILED, "could not read harvest (answered 403)")


def test_a_stopped_connection_is_tried_by_hand_and_runs_again_when_all_feeds_answer() -> None:
    desk = RunDesk()
    desk.reading.tenants.stop_connection("i", "harvest-1", "answered 403")

    outcome = desk.fetch(trigger=ANNA)

    assert outcome.then == desk.step(StepName.POST, trigger=ANNA)
    assert desk.reading.connection.stopped == ""


# ---- questions ---------------------------------------------------------------------------------


def test_a_run_that_leaves_a_question_posts_and_ends_as_questioned() -> None:
    desk = RunDesk()
    quiet = "Harvest has less than a quarter of its usual entries for Monday 2026-10-19 (2, where 12 are usual)"

    assert desk.fetch(questions=(quiet,)) == StepOutcome()

    assert (desk.run.state, desk.run.error, desk.run.finished_at) == (RunState.QUESTIONED, quiet, NOW)


def test_questions_travel_with_the_run_to_its_end() -> None:
    desk = RunDesk()
    desk.reading.tells(a_page(row()))

    outcome = desk.fetch(questions=("why so few?",))

    assert outcome.then is not None
    assert (outcome.then.name, outcome.then.questions) == (StepName.POST, ("why so few?",))
    desk.post(questions=("why so few?",))
    assert (desk.run.state, desk.run.error) == (RunState.QUESTIONED, "why so few?")
