"""Fetch: rows before the cursor, refusals that stop nothing else, and an idle pass that costs nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handoff.domain.errors import RateLimited, Stale, Unreachable
from handoff.domain.staged import State
from handoff.pipeline.cursor import WALKS_MAX
from handoff.pipeline.fetch import OVERLAP
from tests.builders import NOW, a_client, an_account
from tests.unit.pipeline.fetching import ACCOUNTS, CLIENTS, ENTRIES, Crash, FetchDesk, a_page, once, row

# ---- rows, then the cursor ---------------------------------------------------------------------


def test_the_first_load_takes_everything_and_looks_nothing_up() -> None:
    desk = FetchDesk()
    desk.tells(a_page(row("1"), row("2", approved=False), next_page="2", total=3), a_page(row("3"), total=3))

    result = desk.read()

    assert desk.reader.reads == [("entries", None, None), ("entries", None, "2")]
    assert desk.states() == {"1": State.READY, "2": State.HELD, "3": State.READY}
    assert dict(result.counts) == {
        "fetched": 3, "new": 3, "ready": 2, "held": 1, "changed": 0, "unchanged": 0, "deferred": 0, "broken": 0,
    }  # fmt: skip
    assert result.feeds_left == ()
    assert desk.staged.calls == {"add": 2}
    assert desk.needs_posting


def test_the_next_pass_asks_for_changes_since_a_little_before_the_last_one_seen() -> None:
    desk = FetchDesk()
    desk.tells(a_page(row("1"), row("2", minutes=3)))
    desk.read()

    desk.tells(a_page(row("2", minutes=3)))
    desk.read()

    assert desk.reader.reads == [("entries", row(minutes=3).changed_at - OVERLAP, None)]


def test_h3_2_an_hourly_pass_that_finds_nothing_reads_each_feed_once_and_writes_nothing() -> None:
    desk = FetchDesk(CLIENTS, ENTRIES, ACCOUNTS)
    for _ in range(2):
        desk.tells(a_page(objects=[a_client()], latest=NOW), feed="clients")
        desk.tells(a_page(row(approved=False)))
        desk.tells(a_page(objects=[an_account()]), feed="accounts")
        result = desk.read()

    assert [feed for feed, _, _ in desk.reader.reads] == ["clients", "entries", "accounts"]
    assert desk.staged.calls == {"get_many": 1}
    assert desk.passes.calls == {"load": 1}
    assert desk.problems.calls == {}
    assert (result.counts["unchanged"], result.counts["reference"]) == (1, 0)


def test_unchanged_rows_are_never_written_again() -> None:
    desk = FetchDesk()
    desk.tells(a_page(row("1"), row("2")))
    desk.read()
    revision = desk.record("1").revision

    desk.tells(a_page(row("1"), row("2", hours="9")))
    result = desk.read()

    assert desk.record("1").revision == revision
    assert (desk.record("2").version, result.counts["changed"], result.counts["unchanged"]) == (2, 1, 1)
    assert desk.staged.calls == {"get_many": 1, "replace": 1}


def test_a_crash_between_rows_and_cursor_loses_nothing_and_what_is_ready_is_still_told() -> None:
    desk = FetchDesk()
    desk.passes.fails["save"] = [Crash()]
    desk.tells(a_page(row("1"), row("2", approved=False)))
    with pytest.raises(Crash):
        desk.read()
    assert desk.states() == {"1": State.READY, "2": State.HELD}
    assert desk.cursor().since is None

    desk.tells(a_page(row("1"), row("2", approved=False)))
    result = desk.read()

    assert result.counts["new"] == 0
    assert desk.cursor().since == row().changed_at
    assert desk.needs_posting


def test_a_crash_before_the_rows_are_stored_leaves_the_cursor_before_them() -> None:
    desk = FetchDesk()
    desk.tells(a_page(row("1")))
    desk.read()
    desk.staged.fails["replace"] = [Crash()]
    desk.tells(a_page(row("1", hours="9", minutes=30)))
    with pytest.raises(Crash):
        desk.read()

    assert desk.cursor().since == row().changed_at
    desk.tells(a_page(row("1", hours="9", minutes=30)))
    desk.read()

    assert (desk.record("1").version, desk.cursor().since) == (2, row(minutes=30).changed_at)


def test_what_somebody_else_notes_in_the_pass_state_meanwhile_is_kept() -> None:
    desk = FetchDesk()
    desk.tells(a_page(row(approved=False)))
    desk.reader.before_read = lambda: desk.passes.inner.save(replace(desk.passes.inner.load(), needs_posting=True))

    desk.read()

    assert desk.needs_posting
    assert desk.cursor().since == row().changed_at


def test_a_pass_state_that_keeps_changing_repeats_the_step() -> None:
    desk = FetchDesk()
    desk.tells(a_page(row()))
    desk.passes.fails["save"] = [Stale("taken"), Stale("taken")]

    with pytest.raises(Stale):
        desk.read()


# ---- slices ------------------------------------------------------------------------------------


def test_a_slice_without_time_left_ends_after_a_page_and_the_next_one_goes_on_from_there() -> None:
    desk = FetchDesk(CLIENTS, ENTRIES)
    desk.tells(a_page(row("1"), next_page="2", total=2), a_page(row("2"), total=2))
    desk.tells(a_page(objects=[a_client()]), feed="clients")

    first = desk.read(time_left=once)
    second = desk.read(feeds=first.feeds_left, time_left=once)
    third = desk.read(feeds=second.feeds_left, time_left=once)

    assert (first.feeds_left, second.feeds_left, third.feeds_left) == (("entries",), ("entries",), ())
    assert desk.reader.reads == [("entries", None, "2")]
    assert desk.states() == {"1": State.READY, "2": State.READY}


@pytest.mark.parametrize("fault", [Unreachable("no answer"), RateLimited("wait", retry_after=30)])
def test_pages_before_a_fault_are_kept_counted_and_not_read_again(fault: Exception) -> None:
    desk = FetchDesk()
    desk.tells(a_page(row("1"), next_page="2", total=2), fault, a_page(row("2"), total=2))
    with pytest.raises(type(fault)):
        desk.read()
    assert desk.states() == {"1": State.READY}

    desk.read()

    assert desk.reader.reads == [("entries", None, "2")]
    assert desk.cursor().since == row().changed_at


def test_a_walk_whose_rows_moved_is_walked_again_before_it_proves_anything() -> None:
    desk = FetchDesk()
    desk.tells(
        a_page(row("1"), next_page="2", total=3), a_page(row("3"), total=2),
        a_page(row("1"), next_page="2", total=2), a_page(row("2", minutes=1), total=2),
    )  # fmt: skip

    result = desk.read()

    assert [page for _, _, page in desk.reader.reads] == [None, "2", None, "2"]
    assert set(desk.states()) == {"1", "2", "3"}
    assert (result.counts["new"], desk.cursor().since) == (3, row(minutes=1).changed_at)


def test_rows_that_never_stop_moving_are_left_to_the_next_pass() -> None:
    desk = FetchDesk()
    desk.tells(
        *(
            page
            for walk in range(9)
            for page in (a_page(row("1"), next_page="2", total=walk + 2), a_page(row("2"), total=1))
        )
    )

    result = desk.read()

    assert len(desk.reader.reads) == 2 * WALKS_MAX
    assert result.feeds_left == ()
    assert desk.cursor().since is None


def test_only_the_feeds_that_are_left_are_read() -> None:
    desk = FetchDesk(CLIENTS, ENTRIES)

    desk.read(feeds=["entries", "no such feed"])

    assert [feed for feed, _, _ in desk.reader.reads] == ["entries"]


# ---- reference data ----------------------------------------------------------------------------


def test_a_whole_list_replaces_what_was_there_and_a_change_may_make_records_ready() -> None:
    desk = FetchDesk(ACCOUNTS)
    desk.tells(a_page(objects=[an_account(), an_account(number="1530")]), feed="accounts")
    desk.read()
    assert desk.needs_posting
    desk.posted()

    desk.tells(a_page(objects=[an_account()]), feed="accounts")
    result = desk.read()

    assert set(desk.reference.inner.load().accounts) == {"3000"}
    assert (result.counts["reference"], desk.needs_posting) == (1, True)
    assert desk.reader.reads == [("accounts", None, None)]


def test_a_list_of_changes_adds_to_what_was_there() -> None:
    desk = FetchDesk(CLIENTS)
    desk.tells(a_page(objects=[a_client()], latest=NOW), feed="clients")
    desk.read()
    desk.tells(a_page(objects=[a_client(id="302")], latest=NOW), feed="clients")
    desk.read()

    assert set(desk.reference.inner.load().clients) == {"301", "302"}


def test_an_empty_list_is_not_believed() -> None:
    desk = FetchDesk(ACCOUNTS)
    desk.tells(a_page(objects=[an_account()]), feed="accounts")
    desk.read()
    desk.tells(a_page(total=0), feed="accounts")
    desk.read()

    assert set(desk.reference.inner.load().accounts) == {"3000"}
