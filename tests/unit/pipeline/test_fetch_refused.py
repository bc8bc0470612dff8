"""Fetch: feeds that are closed to us, and rows and pages that can't be read."""

from __future__ import annotations

import pytest

from handoff.domain.errors import BrokenContract, ReconnectNeeded
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.staged import State
from tests.builders import NOW, a_client, an_account
from tests.unit.pipeline.fetching import ACCOUNTS, CLIENTS, ENTRIES, FetchDesk, a_broken_row, a_page, once, row

# ---- refusals ----------------------------------------------------------------------------------


def test_a_feed_that_is_closed_to_us_stops_the_connection_and_the_others_are_still_read() -> None:
    desk = FetchDesk(CLIENTS, ENTRIES)
    desk.tells(ReconnectNeeded("Harvest clients answered 403", field="clients"), feed="clients")
    desk.tells(a_page(row()))

    result = desk.read()

    assert result.unread == ["harvest clients"]
    assert desk.states() == {"1001": State.READY}
    assert desk.connection.stopped == "Harvest clients answered 403"
    assert desk.inbox() == [(ProblemCode.RECONNECT_NEEDED, "Harvest clients answered 403", [])]


def test_an_account_that_is_closed_to_us_stops_at_once() -> None:
    desk = FetchDesk(CLIENTS, ENTRIES)
    desk.tells(ReconnectNeeded("the token was refused"), feed="clients")

    result = desk.read()

    assert [feed for feed, _, _ in desk.reader.reads] == ["clients"]
    assert (result.unread, result.feeds_left) == (["harvest clients"], ())
    assert desk.connection.stopped == "the token was refused"


def test_a_refusal_in_the_middle_of_a_feed_keeps_its_pages_and_lets_the_others_go_on() -> None:
    desk = FetchDesk(ENTRIES, CLIENTS)
    refusal = ReconnectNeeded("Harvest entries answered 404", field="entries")
    desk.tells(a_page(row("1"), next_page="2", total=2), refusal)
    desk.tells(a_page(objects=[a_client()], latest=NOW), feed="clients")

    desk.read()

    assert desk.states() == {"1": State.READY}
    assert (desk.cursor().since, desk.cursor().next_page) == (None, "2")
    assert desk.cursor("clients").since == NOW


def test_a_refused_feed_is_never_taken_for_an_empty_one() -> None:
    desk = FetchDesk(ACCOUNTS)
    desk.tells(a_page(objects=[an_account()]), feed="accounts")
    desk.read()
    desk.tells(ReconnectNeeded("answered 404", field="accounts"), feed="accounts")

    desk.read()

    assert set(desk.reference.inner.load().accounts) == {"3000"}


def test_the_connection_runs_again_once_all_its_feeds_answered() -> None:
    desk = FetchDesk(CLIENTS, ENTRIES)
    desk.tells(ReconnectNeeded("answered 403", field="clients"), feed="clients")
    desk.read()

    desk.read()

    assert desk.connection.stopped == ""
    assert desk.inbox() == []


def test_a_connection_refused_in_an_earlier_slice_stays_stopped_at_the_end_of_a_later_one() -> None:
    desk = FetchDesk(CLIENTS, ENTRIES)
    desk.tells(ReconnectNeeded("answered 403", field="clients"), feed="clients")
    first = desk.read(time_left=once)
    assert first.feeds_left == ("entries",)

    desk.read(feeds=first.feeds_left, unread=first.unread)

    assert desk.connection.stopped == "answered 403"
    assert [code for code, _, _ in desk.inbox()] == [ProblemCode.RECONNECT_NEEDED]


# ---- what can't be read ------------------------------------------------------------------------


def test_a_broken_row_is_reported_and_the_readable_ones_go_on() -> None:
    desk = FetchDesk()
    desk.tells(a_page(row("1"), broken=[a_broken_row("9")]))

    result = desk.read()

    subject = "harvest entries 9, field hours (Expected `decimal`, got `str`),"
    assert desk.inbox() == [(ProblemCode.BROKEN_CONTRACT, subject, ["9"])]
    assert desk.states() == {"1": State.READY}
    assert (result.counts["broken"], desk.cursor().since) == (1, None)


@pytest.mark.parametrize("pages", [1, 2])
def test_a_broken_row_is_met_again_until_it_can_be_read_and_then_the_problem_closes(pages: int) -> None:
    desk = FetchDesk()
    desk.tells(a_page(row("1"), broken=[a_broken_row("9")]))
    desk.read()
    desk.tells(a_page(row("1"), broken=[a_broken_row("9")]))
    desk.read()
    assert desk.reader.reads == [("entries", None, None)]
    assert len(desk.inbox()) == 1

    healed = [a_page(row("1"), row("9", minutes=1))]
    if pages == 2:
        healed = [a_page(row("1"), next_page="2", total=2), a_page(row("9", minutes=1), total=2)]
    desk.tells(*healed)
    desk.read()

    assert desk.inbox() == []
    assert (desk.states()["9"], desk.cursor().since) == (State.READY, row(minutes=1).changed_at)


def test_a_feed_whose_page_can_not_be_read_is_a_problem_and_the_others_are_read() -> None:
    desk = FetchDesk(ENTRIES, CLIENTS)
    desk.tells(BrokenContract("entries answered with something else than a list", field="entries"))
    desk.tells(a_page(objects=[a_client()]), feed="clients")

    result = desk.read()

    assert result.unread == ["harvest entries"]
    assert desk.inbox() == [(ProblemCode.BROKEN_CONTRACT, "harvest entries", [])]
    assert set(desk.reference.inner.load().clients) == {"301"}


@pytest.mark.parametrize("pages", [1, 2])
def test_a_feed_that_can_be_read_again_closes_its_problem_and_no_other(pages: int) -> None:
    desk = FetchDesk(ENTRIES)
    other = FetchDesk(ENTRIES)
    other.tells(BrokenContract("unreadable", field="entries_of_others"))
    desk.problems = other.problems
    other.read()
    desk.tells(BrokenContract("unreadable", field="entries"))
    desk.read()
    assert len(desk.inbox()) == 2

    desk.tells(*[a_page(row("1"), next_page="2", total=2), a_page(row("2"), total=2)][2 - pages :])
    desk.read()

    assert [subject for _, subject, _ in desk.inbox()] == ["harvest entries_of_others"]


def test_an_unreadable_page_in_the_middle_of_a_walk_is_read_again_and_costs_no_second_walk() -> None:
    desk = FetchDesk()
    desk.tells(a_page(row("1"), next_page="2", total=2), BrokenContract("unreadable", field="entries"))
    desk.read()

    desk.tells(a_page(row("2", minutes=1), total=2))
    desk.read()

    assert desk.reader.reads == [("entries", None, "2")]
    assert (desk.cursor().since, desk.inbox()) == (row(minutes=1).changed_at, [])
