"""Approve: a person's word on one content hash, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from handoff.domain.errors import HandoffError, InvalidInput, NotFound, Stale
from handoff.domain.gate import GatePolicy
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.staged import Approval, ApprovedVia, StagedRecord, Standing, State
from handoff.pipeline.approve import NOTES_MAX, Answer, ApproveTools, Decision, Wish, approve, note_readiness
from handoff.ports import PassState
from tests.builders import HOURS, NOW, a_record, a_time_entry
from tests.fakes import FakePassStore, FakeProblemStore, FakeStagedStore
from tests.unit.pipeline.fetching import Crash, Watched

YES = Decision(True, "kari", NOW, "October checked")
NO = Decision(False, "kari", NOW)
UNKNOWN = Problem(ProblemCode.UNKNOWN_EMPLOYEE, "asa@fjordlys.example")


class ApproveDesk:
    """One integration's records, as a person decides about them."""

    def __init__(self, *records: StagedRecord, policy: GatePolicy | None = None) -> None:
        self.staged: Any = Watched(FakeStagedStore())
        self.problems: Any = Watched(FakeProblemStore())
        self.passes: Any = Watched(FakePassStore())
        self.policy = policy or GatePolicy()
        self.staged.inner.add(list(records))

    def decide(self, *wishes: Wish, decision: Decision = YES) -> list[Answer]:
        return approve(ApproveTools(self.staged, self.problems, self.passes, self.policy), wishes, decision)

    def record(self, external_id: str = "1001") -> StagedRecord:
        found: StagedRecord | None = self.staged.inner.get(HOURS, external_id)
        assert found is not None
        return found

    @property
    def needs_posting(self) -> bool:
        return bool(self.passes.inner.load().needs_posting)


def held(external_id: str = "1001", **changes: Any) -> StagedRecord:
    changes = {"state": State.HELD, "source_approved": False, **changes}
    return a_record(entry=a_time_entry(external_id=external_id), **changes)


def wish(record: StagedRecord) -> Wish:
    return Wish(record.flow, record.external_id, record.hash)


def only(answers: list[Answer]) -> Answer:
    (answer,) = answers
    return answer


def error_of(answers: list[Answer]) -> HandoffError:
    error = only(answers).error
    assert error is not None
    return error


# ---- yes and no --------------------------------------------------------------------------------


def test_h5_2_a_managers_yes_lets_held_hours_through() -> None:
    desk = ApproveDesk(held())

    answer = only(desk.decide(wish(held())))

    record = desk.record()
    assert (record.state, record.reason) == (State.READY, "")
    assert record.approvals == (
        Approval(record.hash, True, ApprovedVia.PERSON, "kari", NOW, "October checked"),
    )  # fmt: skip
    assert (record.history[-1].by, record.history[-1].why) == ("kari", "approved_by_person")
    assert answer.error is None
    assert answer.record is not None
    assert answer.record.state is State.READY
    assert desk.needs_posting


def test_a_managers_no_keeps_hours_out() -> None:
    desk = ApproveDesk(held(state=State.READY, source_approved=True))

    desk.decide(wish(held()), decision=NO)

    assert (desk.record().state, desk.record().reason) == (State.EXCLUDED, "rejected")
    assert not desk.needs_posting


def test_a_no_can_be_taken_back() -> None:
    desk = ApproveDesk(held())

    desk.decide(wish(held()), decision=NO)
    desk.decide(wish(held()))

    assert desk.record().state is State.READY
    assert [approval.approved for approval in desk.record().approvals] == [False, True]


def test_a_failed_record_that_is_rejected_leaves_the_inbox() -> None:
    desk = ApproveDesk(held(state=State.FAILED, source_approved=True, problems=(UNKNOWN,)))
    desk.problems.inner.report(UNKNOWN, flow=HOURS, external_ids={"1001"}, at=NOW)

    desk.decide(wish(held()), decision=NO)

    assert (desk.record().state, list(desk.problems.inner.open())) == (State.EXCLUDED, [])


def test_a_failed_record_that_is_approved_as_well_still_waits_for_its_cause() -> None:
    desk = ApproveDesk(held(state=State.FAILED, source_approved=True, problems=(UNKNOWN,)))
    desk.problems.inner.report(UNKNOWN, flow=HOURS, external_ids={"1001"}, at=NOW)

    desk.decide(wish(held()))

    assert (desk.record().state, desk.record().problems) == (State.FAILED, (UNKNOWN,))
    assert len(desk.problems.inner.open()) == 1


def test_a_running_timer_stays_held_with_the_yes_noted() -> None:
    running = a_record(entry=a_time_entry(running=True), state=State.HELD, source_approved=False)
    desk = ApproveDesk(running)

    assert error_free(desk.decide(wish(running)))

    assert (desk.record().state, len(desk.record().approvals)) == (State.HELD, 1)
    assert not desk.needs_posting


def error_free(answers: list[Answer]) -> bool:
    return all(answer.error is None for answer in answers)


# ---- what can't be decided ---------------------------------------------------------------------


def test_h5_1_a_yes_to_content_that_has_changed_since_is_refused() -> None:
    desk = ApproveDesk(replace(held(), version=2))

    error = error_of(desk.decide(Wish(HOURS, "1001", "0" * 24)))

    assert isinstance(error, InvalidInput)
    assert (error.code, error.field) == ("hash_mismatch", "hash")
    assert "version 2" in error.message
    assert desk.record().approvals == ()


def test_a_record_nobody_knows_can_not_be_decided() -> None:
    error = error_of(ApproveDesk().decide(Wish(HOURS, "1001", "x")))

    assert isinstance(error, NotFound)
    assert error.field == "external_id"


@pytest.mark.parametrize("state", [State.POSTING, State.UNSURE, State.REVERSING, State.POSTED, State.SETTLED])
def test_what_is_in_the_books_or_on_its_way_there_can_not_be_decided_any_more(state: State) -> None:
    desk = ApproveDesk(held(state=state))

    error = error_of(desk.decide(wish(held()), decision=NO))

    assert (error.code, error.field) == ("already_posted", "external_id")
    assert (desk.record().state, desk.record().approvals) == (state, ())


@pytest.mark.parametrize(("decision", "to"), [(YES, State.READY), (NO, State.REVERSING)])
def test_a_correction_is_decided_on_by_itself(decision: Decision, to: State) -> None:
    """A yes lets the new version take the old one's place; a no takes the old one out of the books."""
    edited = replace(held(version=2), standing=(Standing("journal", "HOX", 1, "an earlier content"),))
    desk = ApproveDesk(edited)

    desk.decide(wish(held()), decision=decision)

    assert (desk.record().state, desk.record().standing) == (to, edited.standing)
    assert desk.needs_posting


@pytest.mark.parametrize("decision", [YES, NO])
def test_what_is_gone_from_the_time_tool_can_not_be_decided_any_more(decision: Decision) -> None:
    desk = ApproveDesk(replace(held(state=State.EXCLUDED), gone_at=NOW))

    error = error_of(desk.decide(wish(held()), decision=decision))

    assert (error.code, error.field) == ("gone", "external_id")
    assert (desk.record().state, desk.record().approvals) == (State.EXCLUDED, ())


def test_approvals_by_a_person_may_not_count_here() -> None:
    desk = ApproveDesk(held(), policy=GatePolicy(counts=frozenset({ApprovedVia.TIME_TOOL})))

    with pytest.raises(InvalidInput) as refusal:
        desk.decide(wish(held()))

    assert (refusal.value.code, refusal.value.field) == ("person_approvals_off", "decision")
    assert desk.record().state is State.HELD


def test_each_wish_is_answered_by_itself_and_in_order() -> None:
    desk = ApproveDesk(held("1"), held("2", state=State.POSTED), held("3"))
    wishes = [wish(held("3")), Wish(HOURS, "9", "x"), wish(held("2")), wish(held("1")), wish(held("3"))]

    answers = desk.decide(*wishes)

    assert [answer.wish for answer in answers] == wishes[:4]
    assert [answer.error and answer.error.code for answer in answers] == [None, "not_found", "already_posted", None]
    assert len(desk.record("3").approvals) == 1


def test_wishes_of_several_flows_go_to_their_own_records() -> None:
    expenses = held(flow="expenses")
    desk = ApproveDesk(held(), expenses)

    desk.decide(wish(expenses))

    assert desk.record().state is State.HELD
    assert desk.staged.inner.get("expenses", "1001").state is State.READY


def test_a_record_that_changes_at_that_very_moment_is_told_as_stale() -> None:
    desk = ApproveDesk(held("1"), held("2"))
    desk.staged.after["get_many"] = lambda: desk.staged.inner.save([desk.record("1")])

    answers = desk.decide(wish(held("1")), wish(held("2")))

    assert isinstance(answers[0].error, Stale)
    assert (desk.record("1").state, desk.record("2").state) == (State.HELD, State.READY)


# ---- the next pass is told ---------------------------------------------------------------------


def test_a_person_whose_request_died_decides_again_and_all_is_well() -> None:
    desk = ApproveDesk(held())
    desk.passes.fails["save"] = [Crash()]
    with pytest.raises(Crash):
        desk.decide(wish(held()))
    assert (desk.record().state, desk.needs_posting) == (State.HELD, False)

    desk.decide(wish(held()))

    assert (desk.record().state, desk.needs_posting) == (State.READY, True)


def test_the_next_pass_is_told_of_what_is_to_be_posted_before_it_is_stored() -> None:
    desk = ApproveDesk(held())
    told: list[bool] = []
    desk.staged.before["save"] = lambda: told.append(desk.needs_posting)

    desk.decide(wish(held()))

    assert told == [True]
    assert desk.passes.calls["save"] == 2


def test_a_rejection_that_dies_before_it_is_stored_leaves_the_failure_in_the_inbox() -> None:
    desk = ApproveDesk(held(state=State.FAILED, source_approved=True, problems=(UNKNOWN,)))
    desk.problems.inner.report(UNKNOWN, flow=HOURS, external_ids={"1001"}, at=NOW)
    desk.staged.fails["save"] = [Crash()]

    with pytest.raises(Crash):
        desk.decide(wish(held()), decision=NO)

    assert (desk.record().state, len(desk.problems.inner.open())) == (State.FAILED, 1)


def test_a_pass_at_work_sees_that_it_must_look_again_even_if_it_was_told_before() -> None:
    passes = FakePassStore()
    seen = passes.save(PassState(needs_posting=True))

    note_readiness(passes)

    assert passes.load().needs_posting
    assert passes.load().revision > seen.revision


def test_readiness_is_noted_though_others_write_at_the_same_time() -> None:
    passes = Watched(FakePassStore(), fails={"save": [Stale("taken")] * (NOTES_MAX - 1)})

    note_readiness(passes)

    assert passes.inner.load().needs_posting


def test_readiness_that_can_not_be_noted_is_an_error_and_not_silence() -> None:
    passes = Watched(FakePassStore(), fails={"save": [Stale("taken")] * NOTES_MAX})

    with pytest.raises(Stale):
        note_readiness(passes)


# ---- a yes after a no --------------------------------------------------------------------------


def test_what_was_taken_back_after_a_no_begins_anew_with_a_yes() -> None:
    """Its own version's documents are written and reversed: under their keys nothing is posted again."""
    desk = ApproveDesk(replace(held(state=State.EXCLUDED), reason="rejected", reversals={"OLD": "ITS-REVERSAL"}))

    answer = only(desk.decide(wish(desk.record())))

    assert answer.record is not None
    record = desk.record()
    assert (record.version, record.state, record.reversals) == (2, State.READY, {"OLD": "ITS-REVERSAL"})
    assert record.approvals[-1].by == "kari"
    assert [one.version for one in desk.staged.inner.versions(HOURS, "1001")] == [1, 2]
    assert desk.needs_posting


def test_a_yes_to_what_somebody_changed_at_that_moment_is_stale_there_too() -> None:
    desk = ApproveDesk(replace(held(state=State.EXCLUDED), reason="rejected", reversals={"OLD": "ITS-REVERSAL"}))
    desk.staged.before["replace"] = lambda: desk.staged.inner.save([desk.record()])

    answer = only(desk.decide(wish(desk.record())))

    assert isinstance(answer.error, Stale)
    assert desk.record().version == 1
