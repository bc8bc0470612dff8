"""Retry: a person says that a cause is mended; its records go where the gate sends them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from handoff.domain.errors import InvalidInput, NotFound, Stale
from handoff.domain.gate import GatePolicy
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.staged import StagedRecord, Standing, State
from handoff.pipeline.retry import RetryTools, retry, retry_all
from handoff.ports import OpenProblem
from tests.builders import HOURS, NOW, a_record, a_time_entry
from tests.fakes import FakePassStore, FakeProblemStore, FakeStagedStore
from tests.unit.pipeline.fetching import Crash, Watched

REFUSED = Problem(ProblemCode.REFUSED_BY_ERP, "Project NB1 is completed")
UNKNOWN = Problem(ProblemCode.UNKNOWN_EMPLOYEE, "asa@fjordlys.example")
GONE = Problem(ProblemCode.DOCUMENT_GONE, "Document PT1 (HOX) was posted with 1 entries")


class RetryDesk:
    """An inbox with failed records behind it."""

    def __init__(self, *records: StagedRecord, policy: GatePolicy | None = None) -> None:
        self.staged: Any = Watched(FakeStagedStore())
        self.problems: Any = Watched(FakeProblemStore())
        self.passes: Any = Watched(FakePassStore())
        self.policy = policy or GatePolicy()
        self.staged.inner.add(list(records))
        for record in records:
            for problem in record.problems:
                self.shows(problem, record.external_id)

    def shows(self, problem: Problem, *external_ids: str, flow: str = HOURS) -> None:
        self.problems.inner.report(problem, flow=flow, external_ids=set(external_ids), at=NOW)

    def retry(self, problem: Problem) -> OpenProblem:
        tools = RetryTools(self.staged, self.problems, self.passes, self.policy, lambda: NOW)
        return retry(tools, problem.id, by="kari")

    def states(self) -> dict[str, State]:
        return {r.external_id: r.state for r in self.staged.inner.every(HOURS, period=None, states=())}

    def inbox(self) -> list[tuple[Problem, list[str]]]:
        return [(known.problem, sorted(known.external_ids)) for known in self.problems.inner.open()]

    @property
    def needs_posting(self) -> bool:
        return bool(self.passes.inner.load().needs_posting)


def failed(external_id: str = "1", *problems: Problem, project_id: str = "401") -> StagedRecord:
    entry = a_time_entry(external_id=external_id, project_id=project_id)
    return a_record(entry=entry, state=State.FAILED, problems=problems or (REFUSED,))


def test_every_record_behind_the_problem_is_freed_for_the_next_pass() -> None:
    desk = RetryDesk(failed("1"), failed("2"), failed("3", UNKNOWN))

    known = desk.retry(REFUSED)

    assert (known.problem, sorted(known.external_ids)) == (REFUSED, ["1", "2"])
    assert desk.states() == {"1": State.READY, "2": State.READY, "3": State.FAILED}
    move = desk.staged.inner.get(HOURS, "1").history[-1]
    assert (move.by, move.why) == ("kari", "retried: refused_by_erp")
    assert desk.inbox() == [(UNKNOWN, ["3"])]
    assert desk.needs_posting


def test_a_freed_record_leaves_its_other_problems_as_well() -> None:
    desk = RetryDesk(failed("1", REFUSED, UNKNOWN), failed("2", UNKNOWN))

    desk.retry(REFUSED)

    assert desk.inbox() == [(UNKNOWN, ["2"])]


def test_h5_1_a_record_goes_where_the_gate_sends_it_by_now() -> None:
    policy = GatePolicy(excluded_project_ids=frozenset({"402"}))
    desk = RetryDesk(failed("1"), failed("2", project_id="402"), policy=policy)

    desk.retry(REFUSED)

    assert desk.states() == {"1": State.READY, "2": State.EXCLUDED}
    assert desk.inbox() == []


@pytest.mark.parametrize(("project_id", "to"), [("401", State.READY), ("402", State.REVERSING)])
def test_a_correction_that_was_held_up_goes_on_where_the_gate_sends_it_by_now(project_id: str, to: State) -> None:
    standing = (Standing("journal", "HOX", 1, "an earlier content"),)
    stuck = replace(failed("1", GONE, project_id=project_id), standing=standing)
    desk = RetryDesk(stuck, policy=GatePolicy(excluded_project_ids=frozenset({"402"})))

    desk.retry(GONE)

    assert (desk.states(), desk.inbox()) == ({"1": to}, [])
    assert desk.staged.inner.get(HOURS, "1").standing == standing
    assert desk.needs_posting


def test_a_problem_that_nothing_stands_behind_any_more_can_always_be_closed() -> None:
    desk = RetryDesk(a_record(entry=a_time_entry(external_id="1"), state=State.POSTED))
    desk.shows(GONE, "1")

    desk.retry(GONE)

    assert (desk.inbox(), desk.states()) == ([], {"1": State.POSTED})


def test_records_that_moved_on_are_taken_off_the_problem_and_left_where_they_are() -> None:
    desk = RetryDesk(failed("1"), failed("2", UNKNOWN), a_record(entry=a_time_entry(external_id="3")))
    desk.shows(REFUSED, "2", "3", "gone")

    desk.retry(REFUSED)

    assert desk.states() == {"1": State.READY, "2": State.FAILED, "3": State.READY}
    assert desk.inbox() == [(UNKNOWN, ["2"])]


def test_a_record_that_is_failing_at_this_very_moment_is_not_taken_off_the_problem() -> None:
    """The inbox is told first, then the record fails."""
    desk = RetryDesk(a_record(entry=a_time_entry(external_id="1"), state=State.POSTING))
    desk.shows(REFUSED, "1")

    desk.retry(REFUSED)

    assert desk.inbox() == [(REFUSED, ["1"])]


def test_a_problem_nobody_knows_is_not_found() -> None:
    with pytest.raises(NotFound):
        RetryDesk().retry(REFUSED)


def test_a_connection_is_tried_by_a_run_and_its_problem_stays_until_all_feeds_answer() -> None:
    desk = RetryDesk()
    reconnect = Problem(ProblemCode.RECONNECT_NEEDED, "answered 403")
    desk.shows(reconnect, flow="harvest-1")

    assert desk.retry(reconnect).problem == reconnect

    assert desk.inbox() == [(reconnect, [])]


def test_a_feed_with_a_row_that_can_not_be_read_is_tried_by_a_run() -> None:
    desk = RetryDesk()
    broken = Problem(ProblemCode.BROKEN_CONTRACT, "harvest entries 9, field hours,")
    desk.shows(broken, "9", flow="harvest-1")

    desk.retry(broken)

    assert desk.inbox() == [(broken, ["9"])]
    assert desk.needs_posting


def test_a_record_that_changes_at_that_very_moment_stays_in_the_inbox() -> None:
    desk = RetryDesk(failed("1"), failed("2"))
    desk.staged.after["get_many"] = lambda: desk.staged.inner.save([desk.staged.inner.get(HOURS, "1")])

    desk.retry(REFUSED)

    assert desk.states() == {"1": State.FAILED, "2": State.READY}
    assert desk.inbox() == [(REFUSED, ["1"])]


@pytest.mark.parametrize("breaks", [("staged", "save"), ("problems", "clear")])
def test_a_retry_that_died_half_way_can_be_repeated_and_the_next_pass_is_told(breaks: tuple[str, str]) -> None:
    desk = RetryDesk(failed("1"), failed("2"))
    store, method = breaks
    getattr(desk, store).fails[method] = [Crash()]
    with pytest.raises(Crash):
        desk.retry(REFUSED)
    assert desk.needs_posting

    desk.retry(REFUSED)

    assert (desk.states(), desk.inbox()) == ({"1": State.READY, "2": State.READY}, [])


def test_a_pass_state_that_keeps_changing_refuses_before_anything_is_freed() -> None:
    desk = RetryDesk(failed("1"))
    desk.passes.fails["save"] = [Stale("taken")] * 9

    with pytest.raises(Stale):
        desk.retry(REFUSED)

    assert desk.states() == {"1": State.FAILED}


# ---- some of the records, and all problems of a kind -------------------------------------------


def test_only_the_records_that_are_named_are_freed() -> None:
    desk = RetryDesk(failed("1"), failed("2"))
    tools = RetryTools(desk.staged, desk.problems, desk.passes, desk.policy, lambda: NOW)

    retry(tools, REFUSED.id, by="kari", external_ids={"2"})

    assert desk.states() == {"1": State.FAILED, "2": State.READY}
    assert desk.inbox() == [(REFUSED, ["1"])]
    with pytest.raises(NotFound):
        retry(tools, REFUSED.id, by="kari", external_ids={"3"})


def test_all_problems_of_a_kind_are_freed_and_no_others() -> None:
    other = Problem(ProblemCode.REFUSED_BY_ERP, "Project LY1 is completed")
    desk = RetryDesk(failed("1"), failed("2", other), failed("3", UNKNOWN))
    tools = RetryTools(desk.staged, desk.problems, desk.passes, desk.policy, lambda: NOW)

    known = retry_all(tools, ProblemCode.REFUSED_BY_ERP, by="kari")

    assert {one.problem for one in known} == {REFUSED, other}
    assert desk.states() == {"1": State.READY, "2": State.READY, "3": State.FAILED}
    assert retry_all(tools, ProblemCode.CLOSED_PERIOD, by="kari") == []


def test_a_problem_of_the_kind_that_goes_with_another_is_passed_over() -> None:
    other = Problem(ProblemCode.REFUSED_BY_ERP, "Project LY1 is completed")
    last = Problem(ProblemCode.REFUSED_BY_ERP, "Project NB2 is completed")
    desk = RetryDesk(failed("1", REFUSED, other), failed("2", last))
    tools = RetryTools(desk.staged, desk.problems, desk.passes, desk.policy, lambda: NOW)

    known = retry_all(tools, ProblemCode.REFUSED_BY_ERP, by="kari")

    assert len(known) == 2
    assert (desk.states(), desk.inbox()) == ({"1": State.READY, "2": State.READY}, [])


def test_a_problem_of_the_kind_that_somebody_else_closes_meanwhile_is_passed_over() -> None:
    other = Problem(ProblemCode.REFUSED_BY_ERP, "Project LY1 is completed")
    desk = RetryDesk(failed("1"), failed("2", other))
    desk.problems.after["open"] = lambda: desk.problems.inner.close(REFUSED.id)
    tools = RetryTools(desk.staged, desk.problems, desk.passes, desk.policy, lambda: NOW)

    assert [one.problem for one in retry_all(tools, ProblemCode.REFUSED_BY_ERP, by="kari")] == [other]
    assert desk.states() == {"1": State.FAILED, "2": State.READY}


@pytest.mark.parametrize("code", [ProblemCode.OUTCOME_UNKNOWN, ProblemCode.QUIET_DAY, ProblemCode.UNUSUAL_ANSWER])
def test_a_problem_that_waits_for_an_answer_is_not_tried_again(code: ProblemCode) -> None:
    desk = RetryDesk()
    problem = Problem(code, "Something to be looked at")
    desk.shows(problem)

    with pytest.raises(InvalidInput) as refusal:
        desk.retry(problem)

    assert refusal.value.code == "not_retryable"
