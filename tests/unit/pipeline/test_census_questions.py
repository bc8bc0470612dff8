"""The census: what a person is asked before anything is believed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from handoff.domain.periods import Period
from handoff.domain.problems import Problem
from handoff.domain.staged import State
from handoff.pipeline.census import name_of_census
from tests.builders import HOURS, OCTOBER, SEPTEMBER
from tests.unit.pipeline.counting import CensusDesk, many, on


def the_problem(desk: CensusDesk) -> Problem:
    (known,) = desk.problems.inner.open()
    problem: Problem = known.problem
    return problem


# ---- far too few --------------------------------------------------------------------------------


def test_a_list_that_lost_more_than_a_few_is_a_question_and_not_believed() -> None:
    desk = CensusDesk(*many(60))
    desk.delete(*(str(number) for number in range(1, 22)))

    result = desk.count()

    (unread,) = result.unread
    assert "Harvest no longer lists 21 entries of 2026-10 that are known here" in unread
    assert "its list has 39" in unread
    assert desk.sheet.asked == []
    assert the_problem(desk).code == "unusual_answer"
    assert {state for state, _ in desk.heads().values()} == {State.READY}


def test_twenty_of_few_and_a_tenth_of_many_are_no_question() -> None:
    for known, deleted in ((40, 20), (400, 40)):
        desk = CensusDesk(*many(known))
        desk.delete(*(str(number) for number in range(1, deleted + 1)))
        assert desk.count().counts["gone"] == deleted


@pytest.mark.parametrize(("known", "asked"), [(1, False), (2, True)])
def test_an_empty_list_is_a_question_where_several_are_known(known: int, asked: bool) -> None:
    desk = CensusDesk(*many(known))
    desk.sheet.rows.clear()

    result = desk.count()

    assert bool(result.unread) is asked
    assert result.counts["gone"] == (0 if asked else 1)


def test_the_same_question_is_one_problem_and_ends_when_the_entries_are_back() -> None:
    desk = CensusDesk(*many(60))
    rows = dict(desk.sheet.rows)
    desk.sheet.rows.clear()
    desk.count()
    first = the_problem(desk)
    desk.count()
    assert the_problem(desk) == first

    desk.sheet.rows = rows
    assert desk.count().unread == []
    assert desk.inbox() == []


def test_what_a_person_believed_is_taken_out_slice_by_slice() -> None:
    desk = CensusDesk(*many(60))
    desk.post(*(str(number) for number in range(1, 61)))
    desk.delete(*(str(number) for number in range(1, 41)))
    desk.count()
    desk.store.inner.believe(HOURS, the_problem(desk).id)
    slices = 0
    left: tuple[str, ...] = (name_of_census(OCTOBER),)

    while left:
        desk.sheet.calls = 0
        result = desk.count(feeds=left, time_left=lambda: desk.sheet.calls < 16)
        assert result.unread == []
        slices, left = slices + 1, result.feeds_left
        assert slices < 5

    states = [state for state, _ in desk.heads().values()]
    assert (states.count(State.REVERSING), states.count(State.POSTED)) == (40, 20)
    assert desk.inbox() == []
    assert slices == 3


def test_another_loss_after_one_was_believed_is_another_question() -> None:
    desk = CensusDesk(*many(90))
    desk.delete(*(str(number) for number in range(1, 31)))
    desk.count()
    desk.store.inner.believe(HOURS, the_problem(desk).id)
    assert desk.count().counts["gone"] == 30

    desk.delete(*(str(number) for number in range(31, 61)))

    assert len(desk.count().unread) == 1
    assert desk.sheet.asked == []


# ---- quiet days ---------------------------------------------------------------------------------


def weeks_of_work(desk: CensusDesk, *, on_the_last: int) -> None:
    """Twelve entries every Monday, and so many on the last one; today is the day after it."""
    desk.now = datetime(2026, 10, 20, 8, tzinfo=UTC)
    number = 1000
    for weeks in range(1, 8):
        day = date(2026, 10, 19) - timedelta(weeks=weeks)
        desk.sheet.put(*many(12, day.isoformat(), number))
        number += 100
    desk.sheet.put(*many(on_the_last, "2026-10-19", 1))
    desk.count(OCTOBER, SEPTEMBER, Period("2026-08"))


def test_a_day_with_far_fewer_entries_than_its_weekday_has_is_a_question() -> None:
    desk = CensusDesk()
    weeks_of_work(desk, on_the_last=2)

    result = desk.count()

    about = "Harvest has less than a quarter of its usual entries for Monday 2026-10-19"
    assert result.questions == [f"{about} (2, where 12 are usual)"]
    assert result.unread == []
    assert desk.inbox() == [("quiet_day", about, [])]


def test_a_quiet_day_that_fills_up_closes_its_problem() -> None:
    desk = CensusDesk()
    weeks_of_work(desk, on_the_last=2)
    assert len(desk.count().questions) == 1
    desk.sheet.put(*many(5, "2026-10-19", 50))

    assert desk.count().questions == []
    assert desk.inbox() == []


def test_a_quiet_day_that_a_person_believed_is_not_asked_about_again() -> None:
    desk = CensusDesk()
    weeks_of_work(desk, on_the_last=0)
    desk.count()
    desk.store.inner.believe(HOURS, the_problem(desk).id)
    desk.sheet.put(on("1", "2026-10-19"))

    assert desk.count().questions == []
    assert desk.inbox() == []


def test_a_usual_day_and_a_small_team_are_no_question() -> None:
    desk = CensusDesk()
    weeks_of_work(desk, on_the_last=3)
    desk.count()
    assert desk.inbox() == []

    young = CensusDesk(*many(12, "2026-10-05"), *many(12, "2026-10-12", 50))
    assert young.inbox() == []  # two Mondays are no habit
