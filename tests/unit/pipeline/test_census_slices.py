"""The census: which months are counted, and how far in a slice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from handoff.domain.gate import GatePolicy
from handoff.domain.periods import FinancialPeriod, Period
from handoff.pipeline.census import periods_due
from handoff.pipeline.fetch import fetch_slice
from tests.builders import HOURS, OCTOBER, SEPTEMBER
from tests.unit.pipeline.counting import CensusDesk, many, on
from tests.unit.pipeline.fetching import once

THREE = (on("1"), on("2"), on("3", "2026-10-06"))


# ---- slices -------------------------------------------------------------------------------------


def test_a_slice_ends_between_two_months() -> None:
    desk = CensusDesk(*THREE)

    result = desk.count(OCTOBER, SEPTEMBER, feeds=("census:2026-10", "census:2026-09"), time_left=once)

    assert result.feeds_left == ("census:2026-09",)


def test_a_month_that_does_not_fit_into_two_whole_slices_is_a_problem_said_plainly() -> None:
    desk = CensusDesk(*many(6))
    desk.sheet.size = 2
    first = desk.count(time_left=once)  # the feed's last page took all the time
    second = desk.count(feeds=first.feeds_left, time_left=once)
    third = desk.count(feeds=second.feeds_left, time_left=once)

    assert [one.feeds_left for one in (first, second, third)] == [("census:2026-10",), ("census:2026-10:again",), ()]
    assert desk.inbox() == [("census_unfinished", "Harvest's list of entries of 2026-10", [])]
    assert third.questions == ["Harvest's list of entries of 2026-10 could not be compared in the time there is."]
    assert desk.count().questions == []
    assert desk.inbox() == []


def test_a_step_of_an_erp_that_names_a_census_ends() -> None:
    tools = replace(CensusDesk().tools(), census=None)

    assert fetch_slice(tools, flow=HOURS, feeds=("census:2026-10",), time_left=once).feeds_left == ()


# ---- which months -------------------------------------------------------------------------------


def the_books(desk: CensusDesk, **periods: bool) -> None:
    found = [FinancialPeriod(Period(name[1:].replace("_", "-")), is_open) for name, is_open in periods.items()]
    desk.reference.inner.put("financial_periods", found)


def test_an_hourly_pass_counts_the_present_month_and_a_thorough_one_all_that_are_open_and_the_last_three() -> None:
    desk = CensusDesk()
    the_books(
        desk, p2026_04=True, p2026_05=False, p2026_07=True, p2026_08=False, p2026_09=True, p2026_10=True, p2026_11=True
    )

    assert list(periods_due(desk.tools(), thorough=False, asked=None)) == ["2026-10"]
    assert desk.reference.calls == {}
    assert list(periods_due(desk.tools(), thorough=True, asked=None)) == [
        "2026-10", "2026-09", "2026-08", "2026-07", "2026-04",
    ]  # fmt: skip
    assert list(periods_due(desk.tools(), thorough=True, asked=Period("2026-08"))) == ["2026-10", "2026-08"]
    assert list(periods_due(desk.tools(), thorough=True, asked=OCTOBER)) == ["2026-10"]


def test_months_before_the_start_are_left_alone_and_there_are_never_more_than_twelve() -> None:
    desk = CensusDesk()
    the_books(desk, **{f"p{year}_{month:02}": True for year in (2024, 2025, 2026) for month in range(1, 13)})
    assert len(periods_due(desk.tools(), thorough=True, asked=None)) == 13

    desk.policy = GatePolicy(starts_on=date(2026, 8, 15))
    assert list(periods_due(desk.tools(), thorough=True, asked=None)) == ["2026-10", "2026-09", "2026-08"]


def test_a_step_without_a_time_tool_counts_nothing() -> None:
    desk = CensusDesk()
    assert periods_due(replace(desk.tools(), census=None), thorough=True, asked=OCTOBER) == ()
