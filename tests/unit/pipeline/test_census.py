"""The census: deletions and back-dated changes are found, and no list is believed when it says less than it should."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handoff.domain.errors import BrokenContract, RateLimited, ReconnectNeeded, Unreachable
from handoff.domain.staged import State
from handoff.ports import BrokenRow
from tests.builders import SEPTEMBER
from tests.unit.pipeline.counting import CensusDesk, many, on

THREE = (on("1"), on("2"), on("3", "2026-10-06"))


# ---- nothing happened ---------------------------------------------------------------------------


def test_a_census_without_news_is_one_call_and_one_request_and_no_write() -> None:
    desk = CensusDesk(*THREE)
    desk.posted()
    desk.sheet.fed = False

    result = desk.count()

    assert desk.sheet.calls == 2  # the feed, and the census
    assert desk.store.calls == {"load": 1}
    assert desk.staged.calls == {"get_many": 1}  # the feed's own, of nothing
    assert desk.passes.calls == {"load": 1}
    assert (result.unread, result.questions, result.feeds_left) == ([], [], ())
    assert not desk.needs_posting


def test_an_edit_looks_up_the_rows_of_its_bucket_only() -> None:
    desk = CensusDesk(*many(3_000))
    desk.sheet.fed = False  # a change that the feed does not show
    desk.sheet.put(on("7", hours="2.0"))
    desk.staged.inner.looked_up.clear()

    result = desk.count()

    assert len(desk.staged.inner.looked_up) < 80  # 3,000 in 64 buckets
    assert desk.record("7").version == 2
    assert result.counts["changed"] == 1
    assert desk.count().counts["changed"] == 0


def test_a_back_dated_entry_that_no_feed_showed_is_found() -> None:
    desk = CensusDesk(*THREE)
    desk.sheet.fed = False
    desk.sheet.put(on("4", "2026-10-01"))

    assert desk.count().counts["new"] == 1
    assert desk.heads()["4"] == (State.READY, "")
    assert desk.needs_posting


# ---- deletions ----------------------------------------------------------------------------------


def test_what_was_deleted_before_it_was_posted_stays_out() -> None:
    desk = CensusDesk(*THREE)
    desk.delete("2")

    result = desk.count()

    assert desk.heads()["2"] == (State.EXCLUDED, "gone")
    assert (result.counts["gone"], desk.sheet.asked) == (1, ["2"])
    assert desk.count().counts["gone"] == 0
    assert desk.sheet.asked == []


def test_what_was_deleted_after_it_was_posted_is_to_be_reversed() -> None:
    desk = CensusDesk(*THREE)
    desk.post("2")
    desk.posted()
    desk.delete("2")

    desk.count()

    assert desk.record("2").state is State.REVERSING
    assert desk.needs_posting


def test_all_deletions_are_found_within_one_census() -> None:
    desk = CensusDesk(*many(300))
    desk.delete(*(str(number) for number in range(1, 301, 12)))

    assert desk.count().counts["gone"] == 25
    assert sorted(desk.sheet.rows) == sorted(n for n, (state, _) in desk.heads().items() if state is State.READY)


def test_what_a_feed_stored_and_no_census_has_seen_is_missed_as_well() -> None:
    desk = CensusDesk(*THREE)
    desk.sheet.put(on("4"))
    desk.count(SEPTEMBER)  # a pass whose census of October came to nothing
    desk.delete("4")

    desk.count()

    assert desk.heads()["4"] == (State.EXCLUDED, "gone")


def test_a_thorough_census_looks_for_what_is_missing_though_nothing_differs() -> None:
    desk = CensusDesk(*THREE)
    desk.staged.inner.add([replace(desk.record("1"), external_id="9", revision=0)])

    assert desk.count().counts["gone"] == 0
    assert desk.count(thorough=True).counts["gone"] == 1


def test_an_entry_that_moved_to_another_month_is_not_gone() -> None:
    desk = CensusDesk(*THREE)
    desk.sheet.fed = False
    desk.sheet.put(on("2", "2026-09-30"))

    result = desk.count()

    assert (desk.record("2").version, desk.record("2").period) == (2, SEPTEMBER)
    assert (result.counts["gone"], result.counts["changed"]) == (0, 1)


def test_an_entry_that_the_list_left_out_is_asked_for_and_stays() -> None:
    desk = CensusDesk(*THREE)
    desk.sheet.hidden.add("2")

    for _ in range(2):
        assert desk.count().counts["gone"] == 0
        assert desk.sheet.asked == ["2"]
    desk.sheet.hidden.clear()
    desk.count()
    assert desk.count().counts["gone"] == 0
    assert (desk.sheet.asked, desk.heads()["2"][0]) == ([], State.READY)


@pytest.mark.parametrize("state", [State.POSTING, State.UNSURE])
def test_a_document_on_its_way_is_waited_for_before_its_entry_is_said_to_be_gone(state: State) -> None:
    desk = CensusDesk(*THREE)
    desk.staged.inner.save([replace(desk.record("2"), state=state)])
    desk.delete("2")
    desk.count()
    assert (desk.record("2").state, desk.record("2").gone_at) == (state, None)

    desk.post("2")
    desk.count()

    assert desk.record("2").state is State.REVERSING


def test_an_entry_that_is_back_after_it_was_gone_goes_its_way_again() -> None:
    desk = CensusDesk(*THREE)
    desk.delete("2")
    desk.count()
    desk.sheet.put(on("2"))

    desk.count()

    assert (desk.record("2").state, desk.record("2").gone_at) == (State.READY, None)


def test_an_entry_whose_answer_cannot_be_read_is_neither_gone_nor_forgotten() -> None:
    desk = CensusDesk(*THREE)
    desk.delete("2")
    desk.sheet.faults.append(BrokenContract("something else", field="entries"))
    assert desk.count().counts["gone"] == 0

    assert desk.count().counts["gone"] == 1


def test_a_person_who_is_faster_than_the_census_is_looked_at_again() -> None:
    desk = CensusDesk(*THREE)
    desk.delete("2")
    known = desk.record("2")
    desk.staged.told["save"] = {"2"}
    assert desk.count().counts["gone"] == 0
    assert desk.record("2").revision > known.revision  # it was written, and told as if somebody else had been faster

    desk.staged.inner.save([replace(desk.record("2"), gone_at=None, state=State.READY, reason="")])
    assert desk.count().counts["gone"] == 1


# ---- rows that move, rows that can't be read ----------------------------------------------------


def test_rows_that_vanish_while_it_walks_make_it_walk_again() -> None:
    desk = CensusDesk(*many(6))
    desk.sheet.size = 2
    desk.sheet.meanwhile = {1: lambda: desk.delete("1", "2")}

    result = desk.count()

    # 3 and 4 slid onto the page that had been read: a second walk sees them.
    assert desk.sheet.asked == ["1", "2"]
    assert result.counts["gone"] == 2


def test_when_rows_move_under_every_walk_nothing_is_said_to_be_missing() -> None:
    desk = CensusDesk(*many(6))
    desk.sheet.size = 2
    desk.delete("6")
    adding = iter(range(100, 200))
    steps = {n: (lambda: desk.sheet.put(on(str(next(adding))))) for n in range(1, 40, 2)}
    desk.sheet.meanwhile = dict(steps)

    result = desk.count()

    assert (result.counts["gone"], desk.sheet.asked) == (0, [])
    desk.sheet.meanwhile = {}
    assert desk.count().counts["gone"] == 1


def test_a_row_that_cannot_be_read_is_not_missing() -> None:
    desk = CensusDesk(*THREE)
    desk.sheet.hidden.add("2")
    desk.sheet.broken.append(BrokenRow("2", "hours", "no number"))

    assert desk.count().counts["gone"] == 0
    assert desk.sheet.asked == []


def test_while_a_row_has_no_readable_id_nobody_is_missed() -> None:
    desk = CensusDesk(*THREE)
    desk.delete("2")
    desk.sheet.broken.append(BrokenRow("row 1", "id", "no number"))
    assert (desk.count().counts["gone"], desk.sheet.asked) == (0, [])

    desk.sheet.broken.clear()
    assert desk.count().counts["gone"] == 1


def test_a_list_that_cannot_be_read_is_a_problem_until_it_can() -> None:
    desk = CensusDesk(*THREE)
    desk.sheet.list_faults.append(BrokenContract("entries answered with something else", field="entries"))

    result = desk.count()

    assert result.unread == ["harvest entries of 2026-10 (entries answered with something else)"]
    assert desk.inbox() == [("broken_contract", "Harvest's list of entries of 2026-10", [])]
    assert desk.count().unread == []
    assert desk.inbox() == []


def test_a_list_without_an_end_is_a_problem() -> None:
    desk = CensusDesk(*many(4))
    desk.sheet.size = 2
    # The same page for ever: the mark goes on, the rows do not.
    desk.sheet.meanwhile = {1: lambda: setattr(desk.sheet, "rows", {"3": on("1"), "4": on("2"), **desk.sheet.rows})}
    desk.sheet.rows = {"1": on("1"), "2": on("2"), "3": on("1"), "4": on("2")}

    assert "the same page twice" in desk.count().unread[0]


# ---- access -------------------------------------------------------------------------------------


def test_a_token_revoked_in_the_middle_of_the_census_stops_the_connection_and_loses_nothing() -> None:
    desk = CensusDesk(*many(6))
    desk.delete("1", "2")
    desk.sheet.size = 2
    desk.sheet.meanwhile = {1: lambda: desk.sheet.list_faults.append(ReconnectNeeded("Harvest refuses the token"))}

    result = desk.count()

    assert result.unread == ["harvest entries"]
    assert desk.connection.stopped == "Harvest refuses the token"
    assert {state for state, _ in desk.heads().values()} == {State.READY}
    assert desk.count().counts["gone"] == 2
    assert desk.connection.stopped == ""


def test_a_token_revoked_while_it_asks_for_the_missing_ones_makes_nothing_gone() -> None:
    desk = CensusDesk(*THREE)
    desk.delete("1", "2")
    desk.sheet.faults.append(ReconnectNeeded("the connected user is no administrator", code="not_administrator"))

    result = desk.count()

    assert (result.counts["gone"], result.unread) == (0, ["harvest entries"])
    assert desk.connection.stopped


@pytest.mark.parametrize("fault", [Unreachable("no answer"), RateLimited("wait", retry_after=15)])
def test_what_was_found_before_a_fault_is_kept_and_will_be_reversed(fault: Exception) -> None:
    desk = CensusDesk(*THREE)
    desk.post("1", "2")
    desk.posted()
    desk.delete("1", "2")
    desk.sheet.entry_faults = {"2": fault}
    with pytest.raises(type(fault)):
        desk.count()
    assert desk.record("1").state is State.REVERSING

    assert desk.count().counts["gone"] == 1
    assert desk.needs_posting


def test_nothing_is_counted_where_the_feed_could_not_be_read() -> None:
    desk = CensusDesk(*THREE)
    desk.delete("2")
    desk.sheet.feed_faults.append(BrokenContract("no list", field="entries"))

    result = desk.count()

    assert result.unread == ["harvest entries"]
    assert desk.heads()["2"] == (State.READY, "")
    assert desk.count().counts["gone"] == 1
