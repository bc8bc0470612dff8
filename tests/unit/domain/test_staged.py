"""Staged records: every step by the table, every approval bound to a hash."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.domain.errors import IllegalMove
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.staged import IN_FLIGHT, IN_THE_BOOKS, MOVES, Approval, ApprovedVia, Standing, State, ref_of
from tests.builders import NOW, a_record, a_time_entry

states = st.sampled_from(State)


def test_the_table_has_a_row_for_every_state() -> None:
    assert set(MOVES) == set(State)


@pytest.mark.parametrize("start", State)
@pytest.mark.parametrize("to", State)
def test_a_record_moves_as_the_table_says_and_in_no_other_way(start: State, to: State) -> None:
    record = a_record(state=start)

    if to in MOVES[start]:
        assert record.move(to, by="anna", at=NOW, why="because").state is to
    else:
        with pytest.raises(IllegalMove, match=f"from {start} to {to}"):
            record.move(to, by="anna", at=NOW, why="because")


@given(st.lists(states, max_size=30))
def test_whatever_is_tried_the_history_tells_every_step_taken(attempts: list[State]) -> None:
    record = a_record(state=State.HELD)
    for number, to in enumerate(attempts):
        before = record
        if to in MOVES[record.state]:
            record = record.move(to, by="anna", at=NOW + timedelta(minutes=number), why="because")
            assert record.history[:-1] == before.history
            assert record.history[-1].to is record.state is to
        else:
            with pytest.raises(IllegalMove):
                record.move(to, by="anna", at=NOW, why="because")
            assert record == before


def test_h5_nothing_is_posted_that_was_not_ready() -> None:
    before = {state for state, after in MOVES.items() if State.POSTING in after}

    assert before == {State.READY, State.UNSURE, State.FAILED}
    assert State.POSTING not in MOVES[State.HELD]
    assert State.POSTED not in MOVES[State.HELD]


def test_what_is_in_the_books_leaves_them_only_by_a_reversal() -> None:
    for state in IN_THE_BOOKS:
        assert MOVES[state] - IN_THE_BOOKS == {State.REVERSING}


def test_a_record_in_flight_cannot_be_sent_away_from_the_gate() -> None:
    for state in IN_FLIGHT - {State.REVERSING}:
        assert not MOVES[state] & {State.HELD, State.EXCLUDED}


def test_what_is_being_reversed_is_never_posted_before_it_is_ready_again() -> None:
    assert not MOVES[State.REVERSING] & {State.POSTING, State.UNSURE, State.POSTED, State.SETTLED}
    assert MOVES[State.REVERSED] == frozenset()


def test_a_record_tells_all_that_the_books_have_of_it_whatever_version_it_was() -> None:
    old = Standing("journal", "HO1", 1, "h1")
    record = replace(a_record(version=2, covered={"project_transactions": "HO2"}), standing=(old,))

    assert record.in_the_books() == (old, Standing("project_transactions", "HO2", 2, record.hash))


def test_what_was_taken_back_stands_no_more_and_its_reversal_is_named() -> None:
    journal, project = Standing("journal", "HO1", 1, "h1"), Standing("project_transactions", "HO2", 1, "h1")
    record = replace(a_record(version=2), standing=(journal, project))

    back = record.reversed("HO1", "HO3")

    assert (back.standing, back.reversals) == ((project,), {"HO1": "HO3"})


def test_a_record_that_is_reversed_says_why() -> None:
    record = a_record(state=State.REVERSING).move(State.REVERSED, by="post", at=NOW, why="gone")

    assert record.reason == "gone"


def test_a_move_says_who_when_and_why_and_keeps_the_reason_of_a_hold() -> None:
    record = a_record(state=State.READY).move(State.HELD, by="gate", at=NOW, why="not_approved")

    assert record.reason == "not_approved"
    assert (record.history[-1].by, record.history[-1].at, record.history[-1].why) == ("gate", NOW, "not_approved")
    assert record.move(State.READY, by="anna", at=NOW, why="approved").reason == ""


def test_problems_and_the_postings_key_belong_to_the_state_they_came_with() -> None:
    problem = Problem(ProblemCode.UNKNOWN_TASK, "Design on NB1")
    failed = a_record().move(State.FAILED, by="plan", at=NOW, why="unknown_task", problems=(problem,))

    assert failed.problems == (problem,)
    assert failed.move(State.READY, by="anna", at=NOW, why="retry").problems == ()
    assert a_record().move(State.POSTING, by="post", at=NOW, why="HOX", posting_key="HOX").posting_key == "HOX"


def test_an_approval_is_for_one_content_only() -> None:
    record = a_record()
    yes = Approval(record.hash, True, ApprovedVia.PERSON, "anna", NOW)
    no = Approval(record.hash, False, ApprovedVia.PERSON, "bo", NOW)
    edited = a_record(entry=a_time_entry(hours="8"), approvals=(yes,))

    assert a_record(approvals=(yes,)).approval() == yes
    assert a_record(approvals=(yes, no)).approval() == no
    assert edited.approval() is None


def test_a_record_knows_the_documents_that_cover_it() -> None:
    record = a_record().covers("journal", "HO1").covers("project_transactions", "HO2")

    assert record.covered == {"journal": "HO1", "project_transactions": "HO2"}


def test_a_reference_names_the_exact_version() -> None:
    record = a_record(version=3)

    assert (ref_of(record).external_id, ref_of(record).version, ref_of(record).hash) == ("1001", 3, record.hash)
