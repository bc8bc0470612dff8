"""Lists of projects, employees and the like that come far short of what is known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handoff.domain.problem_codes import ProblemCode
from handoff.pipeline.fetch import fetch_slice
from handoff.pipeline.lists import Short
from handoff.ports import FeedInfo, FeedPage
from tests.builders import HOURS, an_account
from tests.unit.pipeline.fetching import ALWAYS, Crash, FetchDesk, a_broken_row, a_page

ACCOUNTS = FeedInfo("accounts", "accounts", incremental=False)
NUMBERS = [str(number) for number in range(3000, 3008)]


class AccountsDesk(FetchDesk):
    """A connection with one list, which is known from a pass before; a person may believe what is asked."""

    def __init__(self) -> None:
        super().__init__(ACCOUNTS)
        self.believed: set[str] = set()
        self.questions: list[str] = []
        self.lists(*NUMBERS)

    def lists(self, *numbers: str, broken: bool = False) -> None:
        """A pass meets these accounts on one page."""
        rows = [an_account(number=number) for number in numbers]
        self.passes_over(a_page(objects=rows, broken=[a_broken_row()] if broken else []))

    def passes_over(self, *pages: FeedPage) -> None:
        """A pass walks over these pages."""
        self.tells(*pages, feed="accounts")
        tools = replace(self.tools(), believes=self._uses)
        self.questions = fetch_slice(tools, flow=HOURS, feeds=None, time_left=ALWAYS).questions

    def says_yes(self) -> None:
        """A person confirms what is asked."""
        (asked,) = self.problems.inner.open()
        self.believed.add(asked.problem.id)
        self.problems.inner.close(asked.problem.id)

    def _uses(self, problem_id: str) -> bool:
        if problem_id not in self.believed:
            return False
        self.believed.remove(problem_id)
        return True

    @property
    def known(self) -> list[str]:
        return sorted(self.reference.inner.keys("accounts"))

    @property
    def asked(self) -> list[str]:
        """What the inbox asks; nothing else is in it."""
        found = self.problems.inner.open()
        assert {one.problem.code for one in found} <= {ProblemCode.UNUSUAL_ANSWER}
        return [one.problem.subject for one in found]


@pytest.mark.parametrize("listed", [[], NUMBERS[:3]])
def test_an_empty_or_very_short_list_is_asked_about_and_what_is_known_stays(listed: list[str]) -> None:
    desk = AccountsDesk()

    desk.lists(*listed)
    desk.lists(*listed)

    assert desk.known == NUMBERS
    (asked,) = desk.asked
    assert desk.questions == [f"{asked}."]
    assert asked.startswith(f"harvest accounts no longer has {8 - len(listed)} rows that are known here (")


def test_what_a_short_list_does_have_is_taken() -> None:
    desk = AccountsDesk()

    desk.lists("3000", "9000")

    assert desk.known == [*NUMBERS, "9000"]
    assert desk.needs_posting


def test_a_list_that_is_whole_again_ends_the_question() -> None:
    desk = AccountsDesk()
    desk.lists("3000")

    desk.lists(*NUMBERS)

    assert (desk.known, desk.asked) == (NUMBERS, [])


def test_what_a_person_believes_is_gone() -> None:
    desk = AccountsDesk()
    desk.lists("3000")
    desk.says_yes()

    desk.lists("3000")

    assert (desk.known, desk.asked) == (["3000"], [])


def test_a_yes_is_to_what_is_missing_whatever_comes_new() -> None:
    desk = AccountsDesk()
    desk.lists("3000", "9000")
    desk.says_yes()

    desk.lists("3000", "9000", "9001")

    assert (desk.known, desk.asked) == (["3000", "9000", "9001"], [])


def test_a_yes_is_to_just_these_and_another_list_is_another_question() -> None:
    desk = AccountsDesk()
    desk.lists("3000", "3001")
    (before,) = desk.problems.inner.open()
    desk.says_yes()

    desk.lists("3000")

    (after,) = desk.problems.inner.open()
    assert (desk.known, after.problem != before.problem) == (NUMBERS, True)


def test_a_yes_is_good_for_one_time() -> None:
    desk = AccountsDesk()
    desk.lists()
    desk.says_yes()
    desk.lists()
    assert desk.known == []
    desk.lists(*NUMBERS)

    desk.lists()

    assert (desk.known, len(desk.asked)) == (NUMBERS, 1)


def test_a_question_that_was_asked_right_before_a_crash_is_closed_when_the_list_is_whole() -> None:
    desk = AccountsDesk()
    desk.problems.after["report"] = dies
    with pytest.raises(Crash):
        desk.lists("3000")

    desk.lists(*NUMBERS)

    assert (desk.known, desk.asked) == (NUMBERS, [])


def test_a_question_ends_with_a_list_that_is_long_again_though_a_row_of_it_is_broken() -> None:
    desk = AccountsDesk()
    desk.lists("3000")

    desk.lists(*NUMBERS, broken=True)

    assert {one.problem.code for one in desk.problems.inner.open()} == {ProblemCode.BROKEN_CONTRACT}


# ---- lists of several pages --------------------------------------------------------------------


def dies() -> None:
    raise Crash


def pages(*parts: list[str], total: int | None = None) -> list[FeedPage]:
    last = len(parts) - 1
    return [
        a_page(
            objects=[an_account(number=number) for number in part],
            next_page=None if place == last else str(place),
            total=total,
        )
        for place, part in enumerate(parts)
    ]


def test_what_no_page_has_is_gone() -> None:
    desk = AccountsDesk()

    desk.passes_over(*pages(NUMBERS[:3], NUMBERS[3:7]))

    assert (desk.known, desk.asked, desk.cursor("accounts").keys) == (NUMBERS[:7], [], ())


def test_pages_that_come_far_short_together_are_asked_about() -> None:
    desk = AccountsDesk()

    desk.passes_over(*pages(NUMBERS[:1], NUMBERS[1:2]))

    assert (desk.known, len(desk.asked)) == (NUMBERS, 1)


def test_nothing_is_gone_where_rows_moved_under_the_walk_or_could_not_be_read() -> None:
    desk = AccountsDesk()
    first, last = pages(NUMBERS[:3], NUMBERS[3:6], total=8)
    moved = replace(last, total=7)
    desk.passes_over(*[first, moved] * 3)
    assert desk.known == NUMBERS

    desk.passes_over(replace(first, broken=[a_broken_row()]), last)
    assert desk.known == NUMBERS


def test_the_usual_changes_of_a_list_are_no_question() -> None:
    desk = AccountsDesk()

    desk.lists(*NUMBERS[2:], "9000")

    assert (desk.known, desk.asked) == ([*NUMBERS[2:], "9000"], [])


def test_rows_that_cannot_be_read_are_not_taken_for_gone() -> None:
    desk = AccountsDesk()

    desk.lists(*NUMBERS[1:], broken=True)

    assert desk.known == NUMBERS


@pytest.mark.parametrize(
    ("listed", "known", "unusual"),
    [
        (0, 0, False), (0, 1, True), (1, 2, False), (1, 3, True), (2, 4, False), (80, 100, False), (79, 100, False),
        (74, 100, True), (75, 100, False), (60, 81, True), (5, 0, False),
    ],
)  # fmt: skip
def test_how_short_a_list_may_come(listed: int, known: int, unusual: bool) -> None:
    def rows(count: int) -> set[str]:
        return {str(number) for number in range(count)}

    assert Short("x", rows(listed), rows(known)).is_unusual is unusual
