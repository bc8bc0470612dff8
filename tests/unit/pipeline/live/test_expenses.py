"""Expenses: booked costs are found by their serial numbers, staged once, and judged by the settings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from handoff.domain.errors import BrokenContract, Unreachable
from handoff.domain.posting import PostingState
from handoff.domain.staged import State
from handoff.pipeline.live.desk import EXPENSES
from handoff.pipeline.live.expenses import LOOKED_AT_AGAIN, OVERLAP, fetch_costs, fetch_span, look_again
from handoff.ports import PassState
from tests.unit.pipeline.live.costing import TODAY, CostDesk, a_cost, always, refused, unreachable

DAY = timedelta(days=1)


def reasons(desk: CostDesk) -> dict[int, str]:
    records = desk.staged.every(EXPENSES, period=None, states=())
    return {int(record.external_id): record.reason for record in records}


# ---- what is found ------------------------------------------------------------------------------


def test_a_booked_cost_is_staged_under_its_serial_number_and_ready() -> None:
    """M4.1: incoming expenses are fetched from the ERP. M4.3: only booked entries are in the feed."""
    desk = CostDesk()
    desk.erp.book(a_cost(serial=101))

    read = desk.look()

    record = desk.record(101)
    assert (record.state, record.version, record.source_approved) == (State.READY, 1, True)
    assert (read.ready, dict(read.counts), read.cut_short) == (["101"], {"ready": 1}, False)


def test_the_first_look_takes_what_is_dated_on_the_last_two_days() -> None:
    """M4.8: once a day, all new expenses of the past two days."""
    desk = CostDesk()
    desk.erp.book(a_cost(serial=1, booked_on=TODAY - 3 * DAY), a_cost(serial=2, booked_on=TODAY - 2 * DAY))

    desk.look()

    assert list(reasons(desk)) == [2]


def test_costs_dated_back_and_booked_late_are_found_from_the_first_look_on() -> None:
    """M4.8: beyond the two days, whatever was not imported yet is."""
    desk = CostDesk()
    desk.erp.book(a_cost(serial=101))
    desk.look()
    desk.erp.book(a_cost(serial=102, booked_on=TODAY - 200 * DAY))
    desk.wait(10 * DAY)

    assert desk.look().ready == ["102"]
    assert desk.serial() == 102


def test_a_look_that_finds_nothing_for_days_loses_nothing_that_is_booked_meanwhile() -> None:
    """M4.8: the day of the first look is kept, so that a gap of days leaves no hole."""
    desk = CostDesk()
    desk.look()
    desk.wait(10 * DAY)
    desk.erp.book(a_cost(serial=101, booked_on=TODAY + DAY))

    assert desk.look().ready == ["101"]
    assert desk.erp.asked[-1] == ("after", None, TODAY - 2 * DAY)


def test_the_first_look_begins_at_the_start_that_the_settings_name() -> None:
    """M4.8: with a start of its own, an integration brings what is dated since."""
    desk = CostDesk(starts_on=date(2026, 1, 1))
    desk.erp.book(a_cost(serial=5, booked_on=date(2026, 1, 1)), a_cost(serial=6, booked_on=date(2025, 12, 31)))

    desk.look()

    assert list(reasons(desk)) == [5]


def test_what_is_dated_before_the_start_stays_out_with_that_reason() -> None:
    """M4.8: what a late booking dates before the start is not brought."""
    desk = CostDesk(starts_on=TODAY)
    desk.erp.book(a_cost(serial=1))
    desk.look()
    desk.erp.book(a_cost(serial=2, booked_on=TODAY - DAY))

    desk.look()

    assert reasons(desk)[2] == f"dated {TODAY - DAY}, before the start on {TODAY}"


def test_a_known_number_comes_again_without_a_write() -> None:
    """M4.8: only those not yet imported are."""
    desk = CostDesk()
    desk.erp.book(a_cost(serial=100))
    desk.look()
    desk.erp.book(a_cost(serial=101))
    desk.look()
    before = desk.record(101)

    read = desk.look()

    assert (dict(read.counts), read.ready) == ({"unchanged": 1}, [])
    assert desk.record(101) == before


def test_a_number_that_becomes_readable_behind_the_cursor_is_found_by_the_overlap() -> None:
    """M4.8: entries booked side by side may show out of order."""
    desk = CostDesk()
    desk.erp.book(a_cost(serial=1000))
    desk.look()
    desk.erp.book(a_cost(serial=1100))
    desk.look()
    desk.erp.book(a_cost(serial=1099))

    assert desk.look().ready == ["1099"]


def test_the_overlap_never_reaches_behind_the_first_look() -> None:
    """M4.8: what lay there before the first look is not brought later."""
    desk = CostDesk()
    desk.erp.book(a_cost(serial=99, booked_on=TODAY - 30 * DAY), a_cost(serial=100))
    for _ in range(3):
        desk.look()
    assert list(reasons(desk)) == [100]
    assert desk.erp.asked[-1][1] == 100
    assert OVERLAP > 100


# ---- pages, time, crashes -----------------------------------------------------------------------


def test_the_cursor_moves_after_the_rows_of_its_page_are_stored() -> None:
    desk = CostDesk()
    desk.erp.page_size = 1
    desk.erp.book(a_cost(serial=101), a_cost(serial=102, project=13))
    desk.tool.projects[13] = desk.tool.projects[12]
    desk.look()
    desk.erp.book(a_cost(serial=103, project=14), a_cost(serial=104, project=15))
    desk.tool.faults["project_numbered"] = [unreachable()]

    with pytest.raises(Unreachable):
        desk.look()
    assert desk.serial() == 102
    assert desk.look().counts["excluded"] == 2
    assert desk.serial() == 104


def test_a_look_that_is_cut_short_goes_on_where_it_ended() -> None:
    desk = CostDesk()
    desk.erp.page_size = 1
    desk.erp.book(*(a_cost(serial=serial) for serial in range(101, 106)))
    slices = 0
    while fetch_costs(desk.desk(), time_left=lambda: False).cut_short:
        slices += 1
        assert slices < 10

    assert sorted(reasons(desk)) == [101, 102, 103, 104, 105]
    assert slices == 4


def test_a_list_that_does_not_go_on_is_refused() -> None:
    desk = CostDesk()
    desk.erp.endless = True
    with pytest.raises(BrokenContract):
        desk.look()


def test_what_others_note_in_the_pass_state_meanwhile_is_kept() -> None:
    desk = CostDesk()
    desk.passes.save(PassState(needs_posting=True, serials={"another": 5}))
    desk.erp.book(a_cost(serial=101))

    desk.look()

    state = desk.passes.load()
    assert (state.needs_posting, state.serials["another"], desk.serial()) == (True, 5, 101)


# ---- what stays out -----------------------------------------------------------------------------


def test_only_costs_on_the_chosen_accounts_are_brought() -> None:
    """M4.4: accounts to fetch from are a setting; several are separated."""
    desk = CostDesk(accounts="4000-4999, 6820")
    desk.erp.book(
        a_cost(serial=1, account=4300), a_cost(serial=2, account=6820), a_cost(serial=3, account=5000),
    )  # fmt: skip
    desk.look()
    assert reasons(desk) == {1: "", 2: "", 3: "account 5000 is not among the chosen accounts"}


def test_without_chosen_accounts_all_of_them_count() -> None:
    """M4.5: none means all."""
    desk = CostDesk(accounts="")
    desk.erp.book(a_cost(serial=1, account=1), a_cost(serial=2, account=9999))
    desk.look()
    assert reasons(desk) == {1: "", 2: ""}


def test_only_the_chosen_cost_types_are_brought() -> None:
    """M4.6: cost types to import are a setting."""
    desk = CostDesk(cost_types=[2])
    desk.erp.book(a_cost(serial=1, cost_type=2), a_cost(serial=2, cost_type=3), a_cost(serial=3, cost_type=None))
    desk.look()
    assert reasons(desk) == {
        1: "",
        2: "cost type 3 is not among the chosen cost types",
        3: "an entry without one is not among the chosen cost types",
    }


def test_a_cost_on_a_project_that_the_time_tool_lacks_stays_out_and_is_looked_up_once() -> None:
    """M4.7: only expenses on a project that exists in the time tool."""
    desk = CostDesk()
    desk.erp.book(*(a_cost(serial=serial, project=13) for serial in (1, 2, 3)), a_cost(serial=4))

    desk.look()

    assert reasons(desk) == {**dict.fromkeys((1, 2, 3), "project 13 is not in Klitrose in Moment"), 4: ""}
    assert [asked for asked in desk.tool.asked if asked[0] == "project"] == [("project", 13), ("project", 12)]


def test_a_project_that_comes_into_being_frees_its_costs() -> None:
    """M4.7: the project may be made after the cost was booked."""
    desk = CostDesk()
    desk.erp.book(a_cost(serial=1, project=13))
    desk.look()
    desk.tool.projects[13] = desk.tool.projects[12]

    read = look_again(desk.desk(), time_left=always)

    assert (read.ready, desk.state(1)) == (["1"], State.READY)


def test_after_sixty_days_a_cost_that_stays_out_is_not_looked_at_again() -> None:
    """M4.7: a project is waited for, but not for ever."""
    desk = CostDesk()
    desk.erp.book(a_cost(serial=1, project=13))
    desk.look()
    desk.tool.projects[13] = desk.tool.projects[12]
    desk.wait(LOOKED_AT_AGAIN + DAY)

    assert look_again(desk.desk(), time_left=always).ready == []
    assert desk.state(1) is State.EXCLUDED


def test_another_reason_replaces_the_first() -> None:
    """M4.4: by the settings there are now."""
    desk = CostDesk(accounts="6000")
    desk.erp.book(a_cost(serial=1, account=4300, project=13))
    desk.look()
    desk.set(accounts="")

    look_again(desk.desk(), time_left=always)

    assert reasons(desk) == {1: "project 13 is not in Klitrose in Moment"}


def test_looking_again_stops_when_time_is_up() -> None:
    desk = CostDesk()
    desk.erp.book(a_cost(serial=1, project=13))
    desk.look()
    assert look_again(desk.desk(), time_left=lambda: False).cut_short


# ---- a hint's span ------------------------------------------------------------------------------


def test_a_hint_brings_its_numbers_and_leaves_the_cursor_where_it_is() -> None:
    """M4.1: the "day book booked" webhook tells of a span of numbers."""
    desk = CostDesk()
    desk.erp.book(a_cost(serial=100))
    desk.look()
    desk.erp.book(*(a_cost(serial=serial) for serial in (101, 102, 103)))

    assert fetch_span(desk.desk(), 102, 103).ready == ["102", "103"]
    assert desk.serial() == 100
    assert desk.look().ready == ["101"]


def test_a_hint_of_several_pages_is_read_to_its_end() -> None:
    desk = CostDesk()
    desk.erp.page_size = 2
    desk.erp.book(*(a_cost(serial=serial) for serial in range(1, 6)))
    assert fetch_span(desk.desk(), 1, 5).ready == ["1", "2", "3", "4", "5"]


def test_a_hint_does_not_bring_what_was_there_before_the_first_look() -> None:
    """M4.8: what a hint says is never trusted beyond what a look would bring."""
    desk = CostDesk()
    desk.erp.book(a_cost(serial=1, booked_on=TODAY - 90 * DAY), a_cost(serial=100))

    assert fetch_span(desk.desk(), 1, 10**9).ready == ["100"]
    desk.look()
    assert fetch_span(desk.desk(), 1, 10**9).counts["unchanged"] == 0
    assert list(reasons(desk)) == [100]


def test_a_span_that_is_the_wrong_way_round_reads_nothing() -> None:
    desk = CostDesk()
    assert fetch_span(desk.desk(), 9, 3).ready == []
    assert desk.erp.asked == []


# ---- changed under its number -------------------------------------------------------------------


def test_other_content_under_a_number_is_the_next_version_while_nothing_is_written() -> None:
    desk = CostDesk()
    desk.erp.book(a_cost(serial=101))
    desk.look()
    desk.tool.faults["add_expense"] = [refused()]
    desk.post()
    desk.erp.book(a_cost(serial=101, amount="99.00"))
    desk.wait(DAY)
    fetch_span(desk.desk(), 101, 101)  # behind the cursor of the first look: not read
    assert desk.record(101).version == 1

    desk.passes.save(replace(desk.passes.load(), serials={}))
    desk.look()

    assert (desk.record(101).version, desk.state(101)) == (2, State.READY)
    assert desk.problems.open() == []


def test_other_content_after_it_was_written_changes_nothing_and_is_counted() -> None:
    desk = CostDesk()
    desk.erp.book(a_cost(serial=100), a_cost(serial=101))
    desk.look()
    desk.post()
    desk.erp.book(a_cost(serial=101, amount="99.00"))
    desk.passes.save(replace(desk.passes.load(), serials={}))

    assert desk.look().counts["changed_after_posting"] == 1
    posting = desk.postings.get(desk.record(101).covered["project_expense"])
    assert posting is not None
    assert posting.state is PostingState.SETTLED


def test_a_supplier_who_is_renamed_does_not_change_the_cost() -> None:
    desk = CostDesk()
    desk.erp.book(a_cost(serial=101, supplier="Sporvejen ApS"))
    desk.look()
    desk.erp.book(a_cost(serial=101, supplier="Sporvejen Vest ApS"))
    desk.passes.save(replace(desk.passes.load(), serials={}))
    assert dict(desk.look().counts) == {"unchanged": 1}
