"""Perform: posting as a step of a run, in slices, with waits, and with settings that change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from handoff.domain.errors import (
    BrokenContract,
    DeliveryUnknown,
    HandoffError,
    RateLimited,
    ReconnectNeeded,
    Stale,
    Unreachable,
)
from handoff.domain.gate import GatePolicy
from handoff.domain.posting import DocumentKind, Posting, PostingState
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.runs import RunState
from handoff.domain.staged import StagedRecord, State
from handoff.pipeline.perform import (
    STALE_WAIT_SECONDS,
    UNREACHABLE_WAIT_SECONDS,
    GateTools,
    give_up,
    perform_post,
)
from handoff.pipeline.plan import Plan
from handoff.pipeline.steps import StepName, StepOutcome
from tests.builders import NOW, OCTOBER, a_posting, a_record, a_time_entry
from tests.unit.pipeline.posting import ABSENCE
from tests.unit.pipeline.running import RunDesk, ready

ANNA = "anna"
LOST = DeliveryUnknown("no answer")


# ---- posting -----------------------------------------------------------------------------------


def test_h3_2_a_scheduled_pass_that_nothing_was_made_ready_for_asks_the_store_once() -> None:
    desk = RunDesk()
    desk.posting.ready()

    assert desk.post() == StepOutcome()

    assert (desk.run.state, desk.run.finished_at) == (RunState.DONE, NOW)
    assert (desk.passes.calls, desk.reading.staged.calls) == ({"load": 1}, {})


def test_a_pass_with_something_to_post_posts_it_counts_it_and_notes_that_nothing_is_left() -> None:
    desk = ready("1", "2")

    assert desk.post() == StepOutcome()

    assert desk.posting.in_the_books() == ["1", "2"]
    assert (desk.run.state, desk.run.counts, desk.run.calls) == (
        RunState.DONE, {"documents": 1, "posted": 2}, {"visma_net": 1},
    )  # fmt: skip
    assert not desk.state.needs_posting


def test_what_another_worker_left_open_is_noted_for_the_next_pass() -> None:
    desk = ready("1")
    desk.posting.ready("2")
    left = replace(a_posting(), key="HOLEFTBYANOTHER")
    desk.posting.erp.before_send.append(lambda: desk.posting.postings.inner.claim(left))

    desk.post()

    assert desk.posting.in_the_books() == ["1", "2"]
    assert desk.state.needs_posting


def test_a_run_by_hand_posts_what_is_ready_though_nobody_noted_it() -> None:
    desk = RunDesk()
    desk.posting.ready()

    desk.post(trigger=ANNA)

    assert desk.posting.in_the_books() == ["1001"]
    assert not desk.state.needs_posting


def test_a_run_by_hand_of_one_period_leaves_the_rest_noted_for_the_next_pass() -> None:
    desk = RunDesk()
    desk.posting.ready("1")
    desk.posting.staged.inner.add([a_record(entry=a_time_entry(external_id="2", spent_on="2026-11-03"))])

    desk.post(trigger=ANNA, period=OCTOBER)

    assert desk.posting.states() == {"1": State.POSTED, "2": State.READY}
    assert desk.state.needs_posting
    desk.post(run_id="run-2")
    assert desk.posting.states()["2"] is State.POSTED


def test_whatever_a_run_by_hand_leaves_open_is_taken_up_by_the_next_scheduled_pass() -> None:
    desk = RunDesk()
    desk.posting.ready()
    desk.posting.erp.answers.append((LOST, "written"))
    desk.posting.erp.finds.append(Unreachable("no"))
    desk.post(trigger=ANNA)
    assert desk.posting.posting().state is PostingState.UNSURE

    desk.post(run_id="run-2")

    assert (desk.posting.posting().state, desk.posting.in_the_books()) == (PostingState.SETTLED, ["1001"])


@pytest.mark.parametrize(
    ("fault", "seconds"), [(RateLimited("wait", retry_after=42), 42), (Unreachable("no"), UNREACHABLE_WAIT_SECONDS)]
)
def test_a_fault_in_the_middle_repeats_the_step_and_what_was_posted_before_it_is_counted(
    fault: HandoffError, seconds: int
) -> None:
    desk = ready("1", "2", "3")
    desk.posting.settings = {"lines_per_document": 1}
    desk.posting.erp.before_send += [lambda: None, lambda: desk.posting.erp.answers.append(fault)]

    assert desk.post() == StepOutcome(wait_seconds=seconds)
    assert (desk.run.state, desk.run.counts, desk.run.calls) == (
        RunState.WAITING, {"documents": 1, "posted": 1}, {"visma_net": 2},
    )  # fmt: skip
    assert desk.post() == StepOutcome()

    assert desk.posting.in_the_books() == ["1", "2", "3"]
    assert desk.run.counts == {"documents": 3, "posted": 3}


def test_an_erp_that_is_closed_to_us_stops_its_connection_with_a_problem() -> None:
    desk = ready("1", "2")
    desk.posting.settings = {"lines_per_document": 1}
    refusal = ReconnectNeeded("Visma.net answered 403", field="project_transactions")
    desk.posting.erp.before_send += [lambda: None, lambda: desk.posting.erp.answers.append(refusal)]

    assert desk.post() == StepOutcome()

    assert (desk.run.state, desk.run.error) == (RunState.FAILED, "Visma.net answered 403")
    assert desk.run.counts == {"documents": 1, "posted": 1}
    assert desk.reading.tenants.integration("i").erp.stopped == "Visma.net answered 403"
    assert desk.reading.inbox() == [(ProblemCode.RECONNECT_NEEDED, "Visma.net answered 403", [])]
    assert desk.state.needs_posting


def test_a_document_that_is_unsure_brings_the_step_back_when_the_erp_can_be_asked() -> None:
    desk = ready("1")
    desk.posting.erp.answers.append(LOST)

    assert desk.post() == StepOutcome(wait_seconds=int(ABSENCE.total_seconds()) + 1)

    assert (desk.run.state, desk.state.needs_posting) == (RunState.WAITING, True)


def test_a_slice_that_runs_out_of_time_is_followed_by_another_at_once() -> None:
    desk = ready("1", "2")
    desk.posting.settings = {"lines_per_document": 1}
    desk.posting.time_left = lambda: len(desk.posting.erp.sent) < 1

    outcome = desk.post()

    assert outcome.then == desk.step(StepName.POST, slice=1)
    assert (desk.run.state, desk.run.counts) == (RunState.RUNNING, {"documents": 1, "posted": 1})
    assert desk.state.needs_posting
    desk.posting.time_left = lambda: True
    assert desk.post(slice=1) == StepOutcome()
    assert desk.posting.in_the_books() == ["1", "2"]


def test_a_slice_that_got_on_goes_on_at_once_though_something_has_to_wait() -> None:
    desk = ready("1", "2", "3")
    desk.posting.settings = {"lines_per_document": 1}
    desk.posting.erp.answers.append(LOST)
    desk.posting.time_left = lambda: len(desk.posting.erp.sent) < 2

    assert desk.post().then == desk.step(StepName.POST, slice=1)


def test_a_slice_that_did_not_get_on_waits_rather_than_spins() -> None:
    desk = ready("1", "2")
    desk.posting.settings = {"lines_per_document": 1}
    desk.posting.erp.answers.append(LOST)
    desk.posting.time_left = lambda: len(desk.posting.erp.sent) < 1

    assert desk.post().wait_seconds == int(ABSENCE.total_seconds()) + 1


def test_what_is_approved_while_a_pass_is_at_work_is_left_to_the_next_one() -> None:
    desk = ready("1")
    desk.posting.erp.before_send.append(desk.needs_posting)

    desk.post()

    assert desk.state.needs_posting


# ---- settings that change ----------------------------------------------------------------------


def test_new_settings_judge_all_records_again_before_anything_is_posted() -> None:
    desk = RunDesk()
    desk.posting.ready("1")
    desk.posting.staged.inner.add([a_record(entry=a_time_entry(external_id="2", project_id="402"))])
    desk.gate = GateTools(GatePolicy(excluded_project_ids=frozenset({"401"})), 2)

    desk.post()

    assert desk.posting.states()["1"] is State.EXCLUDED
    assert "1" not in desk.posting.in_the_books()
    assert (desk.state.gated_with, desk.state.needs_posting) == (2, False)


def test_records_are_judged_again_once_for_each_settings_and_not_on_every_pass() -> None:
    desk = RunDesk()
    desk.gate = GateTools(GatePolicy(), 2)
    desk.post()

    desk.post(run_id="run-2")

    assert desk.passes.calls == {"load": 1}


def test_judging_again_that_ran_out_of_time_is_begun_anew_by_the_next_slice() -> None:
    desk = ready("1")
    desk.gate = GateTools(GatePolicy(excluded_project_ids=frozenset({"401"})), 2)
    desk.posting.time_left = lambda: False

    outcome = desk.post()

    assert outcome.then == desk.step(StepName.POST, slice=1)
    assert (desk.state.gated_with, desk.posting.states()) == (1, {"1": State.READY})


def test_a_pass_state_that_somebody_else_writes_repeats_the_step() -> None:
    desk = RunDesk()
    desk.passes.fails["save"] = [Stale("taken")]

    assert desk.post(trigger=ANNA) == StepOutcome(wait_seconds=STALE_WAIT_SECONDS)


# ---- giving up ---------------------------------------------------------------------------------


def test_a_run_that_is_given_up_says_why_and_leaves_the_rest_to_the_next() -> None:
    desk = ready("1")
    step = desk.step(StepName.POST)

    give_up(step, desk.runs, "the vendor asked to wait too often", now=NOW)

    assert (desk.run.state, desk.run.error) == (RunState.FAILED, "the vendor asked to wait too often")
    assert desk.state.needs_posting


def test_a_list_that_the_plan_needs_and_that_can_t_be_read_ends_the_run_and_keeps_what_is_ready() -> None:
    desk = ready("1")
    tools = replace(desk.posting.tools(), plan=Unreadable())
    step = desk.step(StepName.POST)

    assert perform_post(step, desk.run_tools(), tools, desk.gate) == StepOutcome()

    assert (desk.run.state, desk.run.error) == (RunState.FAILED, "Severa answered with something else than a list")
    assert (desk.posting.in_the_books(), desk.state.needs_posting) == ([], True)
    (told,) = desk.reading.problems.open()
    assert told.problem.message == "A list that hours are written with came in a form that can't be read."
    assert desk.post(run_id="run-2") == StepOutcome()
    assert (desk.posting.in_the_books(), list(desk.reading.problems.open())) == (["1"], [])


class Unreadable:
    """A plan that looks something up in the time tool."""

    def __call__(self, records: Sequence[StagedRecord], kind: DocumentKind) -> Plan:
        raise BrokenContract("Severa answered with something else than a list")

    def reversals(self, records: Sequence[StagedRecord], kind: DocumentKind, originals: Mapping[str, Posting]) -> Plan:
        raise BrokenContract("Severa answered with something else than a list")
