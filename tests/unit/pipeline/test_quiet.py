"""Days of silence, one after the other: one question, asked by the first of them."""

from __future__ import annotations

from datetime import date

from handoff.domain.periods import Period
from handoff.pipeline.quiet import Question, quiet_days
from tests.builders import OCTOBER, SEPTEMBER

SUMMER = {Period("2026-08"): (20,) * 31, SEPTEMBER: (20,) * 30}


def asked(october: tuple[int, ...], today: int, *, believed: frozenset[str] = frozenset()) -> list[str]:
    """The days of October that are asked about on a day of it."""
    question = Question({**SUMMER, OCTOBER: october}, date(2026, 10, today), "Harvest", believed=lambda: believed)
    return [quiet.problem.subject[-10:] for quiet in quiet_days(question, OCTOBER)]


def test_a_silence_of_some_days_is_asked_about_once_by_its_first_day() -> None:
    assert asked((20, 20, 20, 1, 0, 0, 2, 20, *(0,) * 23), today=9) == ["2026-10-04"]


def test_a_silence_that_goes_on_after_a_person_has_believed_its_first_day_is_asked_about_again() -> None:
    silence = (20, 20, 20, 1, 0, *(0,) * 26)
    question = Question({**SUMMER, OCTOBER: silence}, date(2026, 10, 6), "Harvest")
    (first,) = quiet_days(question, OCTOBER)

    assert asked(silence, today=6, believed=frozenset({first.problem.id})) == ["2026-10-05"]


def test_two_quiet_days_with_work_in_between_are_two_questions() -> None:
    assert asked((20, 20, 1, 20, 1, 20, 20, *(0,) * 24), today=8) == ["2026-10-03", "2026-10-05"]
