"""Fetch: records that somebody else moves meanwhile, and entries that change after they were posted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.staged import State
from tests.builders import HOURS, NOW, a_fetched_entry, a_record, a_time_entry
from tests.unit.pipeline.fetching import Crash, FetchDesk, a_page, row

CLOSED = Problem(ProblemCode.CLOSED_PERIOD, "2026-10")


# ---- records that somebody else moves ----------------------------------------------------------


def test_a_row_whose_record_moved_meanwhile_is_looked_at_again() -> None:
    """The post step claims the record between our reading and our writing."""
    desk = FetchDesk()
    desk.tells(a_page(row("1", minutes=-9), row("2")))
    desk.read()
    taken = desk.record("1").move(State.POSTING, by="post_records", at=NOW, why="HOX", posting_key="HOX")
    edited = row("1", hours="9", minutes=5)
    desk.tells(a_page(edited, row("2", minutes=6)))
    desk.staged.after["get_many"] = lambda: desk.staged.inner.save([taken])

    result = desk.read()

    assert (desk.record("1").state, desk.record("1").version) == (State.POSTING, 1)
    assert (result.counts["deferred"], result.counts["changed"]) == (1, 0)
    assert desk.cursor().since == edited.changed_at


def test_an_edit_on_the_way_is_taken_up_when_the_document_has_arrived() -> None:
    desk = FetchDesk()
    desk.tells(a_page(row("1")))
    desk.read()
    flying = desk.record("1").move(State.POSTING, by="post_records", at=NOW, why="HOX", posting_key="HOX")
    desk.staged.inner.save([flying])
    edited = row("1", hours="9", minutes=5)
    desk.tells(a_page(edited, row("2", minutes=50)))
    desk.read()
    assert desk.cursor().since == edited.changed_at

    arrived = desk.record("1").covers("journal", "HOX")
    desk.staged.inner.save([arrived.move(State.POSTED, by="post_records", at=NOW, why="")])
    desk.tells(a_page(edited, row("2", minutes=50)))
    desk.read()

    record = desk.record("1")
    assert (record.state, record.version, record.covered) == (State.READY, 2, {})
    assert [(standing.key, standing.version) for standing in record.standing] == [("HOX", 1)]
    assert (desk.inbox(), desk.needs_posting) == ([], True)
    assert desk.cursor().since == row(minutes=50).changed_at


def test_a_first_load_that_finds_records_already_there_compares_them() -> None:
    desk = FetchDesk()
    desk.staged.inner.add([a_record(entry=a_time_entry(external_id="1", hours="1"))])
    desk.tells(a_page(row("1"), row("2")))

    result = desk.read()

    assert (desk.record("1").version, desk.record("2").version) == (2, 1)
    assert (result.counts["new"], result.counts["changed"]) == (1, 1)


# ---- after posting -----------------------------------------------------------------------------


def a_desk_with(state: State, covered: dict[str, str]) -> FetchDesk:
    desk = FetchDesk()
    desk.tells(a_page(row("1")))
    desk.read()
    record = replace(desk.record("1"), state=state, covered=covered, posting_key="HOX")
    desk.staged.inner.save([record])
    return desk


@pytest.mark.parametrize(
    ("state", "covered"), [(State.POSTED, {"journal": "HOX"}), (State.SETTLED, {"project_transactions": "HOX"})]
)
def test_an_entry_set_back_to_what_was_posted_needs_no_correction(state: State, covered: dict[str, str]) -> None:
    desk = a_desk_with(state, covered)
    desk.tells(a_page(row("1", hours="9", approved=False)))
    desk.read()
    assert (desk.record("1").state, desk.record("1").covered) == (State.HELD, {})
    desk.tells(a_page(row("1", hours="10")))
    desk.read()

    desk.tells(a_page(row("1", approved=False)))
    result = desk.read()

    back = desk.record("1")
    assert (back.state, back.version, back.covered, back.posting_key) == (state, 4, covered, "HOX")
    assert (back.standing, back.history[0].why) == ((), "version 4: as posted in version 1")
    assert result.counts["held"] == 0


@pytest.mark.parametrize(("approved", "state"), [(True, State.READY), (False, State.HELD)])
def test_of_what_was_half_posted_when_it_was_edited_and_set_back_the_rest_needs_a_yes(
    approved: bool, state: State
) -> None:
    desk = a_desk_with(State.READY, {"project_transactions": "HOX"})
    desk.tells(a_page(row("1", hours="9")))
    desk.read()

    desk.tells(a_page(row("1", approved=approved)))
    desk.read()

    back = desk.record("1")
    assert (back.state, back.version, back.covered, back.standing) == (
        state, 3, {"project_transactions": "HOX"}, (),
    )  # fmt: skip


def test_an_entry_set_back_to_another_version_than_the_posted_one_is_a_correction_still() -> None:
    desk = a_desk_with(State.POSTED, {"journal": "HOX"})
    for hours in ("9", "10", "9"):
        desk.tells(a_page(row("1", hours=hours)))
        desk.read()

    record = desk.record("1")
    assert (record.state, record.version, [one.version for one in record.standing]) == (State.READY, 4, [1])


def test_an_edit_that_takes_an_entry_out_of_the_books_wakes_the_post_step() -> None:
    desk = a_desk_with(State.POSTED, {"journal": "HOX"})
    desk.posted()
    entry = a_time_entry(external_id="1", billable=False)
    desk.tells(a_page(a_fetched_entry(entry=entry, approved=True)))

    result = desk.read()

    assert (desk.record("1").state, desk.needs_posting, result.counts["reversing"]) == (State.REVERSING, True, 1)


@pytest.mark.parametrize("hours", ["9", "0"])
def test_a_crash_after_an_edit_was_stored_never_hides_that_there_is_something_to_correct(hours: str) -> None:
    desk = a_desk_with(State.POSTED, {"journal": "HOX"})
    desk.posted()
    desk.passes.fails["save"] = [Crash()]
    edited = a_page(row("1", hours=hours, minutes=5))
    desk.tells(edited)
    with pytest.raises(Crash):
        desk.read()

    desk.tells(edited)
    desk.read()

    assert (desk.needs_posting, desk.record("1").version) == (True, 2)


def test_an_approval_taken_back_after_posting_is_noted_and_nothing_is_left_to_post() -> None:
    desk = a_desk_with(State.POSTED, {"journal": "HOX"})
    desk.posted()
    desk.tells(a_page(row("1", approved=False)))

    desk.read()

    assert (desk.record("1").state, desk.record("1").source_approved) == (State.POSTED, False)
    assert not desk.needs_posting


def test_a_problem_goes_with_the_version_that_had_it() -> None:
    desk = FetchDesk()
    desk.tells(a_page(row("1", hours="30")))
    desk.read()
    record = desk.record("1")
    problem = replace(record, state=State.FAILED, problems=(CLOSED,))
    desk.staged.inner.save([problem])
    desk.problems.inner.report(CLOSED, flow=HOURS, external_ids={"1"}, at=NOW)

    desk.tells(a_page(row("1", hours="3")))
    desk.read()

    assert (desk.record("1").state, desk.record("1").problems) == (State.READY, ())
    assert desk.inbox() == []
