"""The cursor of a feed: how far a walk has proven that nothing was missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from handoff.domain.errors import BrokenContract
from handoff.domain.time import FetchedEntry
from handoff.pipeline.cursor import PAGES_MAX, WALKS_MAX, advanced, check_end
from handoff.ports import FeedCursor, FeedPage, since_with_overlap
from tests.builders import NOW, a_fetched_entry
from tests.unit.pipeline.fetching import a_broken_row, a_page, row

SINCE = NOW - timedelta(days=1)
MINUTE = timedelta(minutes=1)


def at(minutes: int) -> FetchedEntry:
    return a_fetched_entry(changed_at=SINCE + minutes * MINUTE)


def walked(
    *pages: FeedPage, since: datetime | None = SINCE, deferred: Sequence[FetchedEntry] = (), now: datetime = NOW
) -> FeedCursor:
    """The cursor after all pages; the deferred rows are of the first."""
    cursor = FeedCursor(since=since)
    for place, page in enumerate(pages):
        cursor = advanced(cursor, page, () if place else deferred, now=now)
    return cursor


# ---- by example --------------------------------------------------------------------------------


def test_a_walk_to_the_end_proves_up_to_the_newest_change_it_saw() -> None:
    cursor = walked(a_page(at(5), next_page="2", total=3), a_page(at(9), at(7), total=3))

    assert cursor == FeedCursor(since=SINCE + 9 * MINUTE, walked=True)


def test_nothing_is_proven_before_the_end() -> None:
    cursor = walked(a_page(at(5), next_page="2", total=3))

    assert (cursor.since, cursor.next_page, cursor.high_water) == (SINCE, "2", SINCE + 5 * MINUTE)


def test_an_empty_answer_leaves_the_cursor_where_it_was() -> None:
    assert walked(a_page(total=0)).since == SINCE
    assert walked(a_page(total=0), since=None) == FeedCursor(walked=True)


def test_a_row_read_again_by_the_overlap_does_not_take_the_cursor_back() -> None:
    assert walked(a_page(at(-1))).since == SINCE


def test_a_change_from_the_future_counts_as_now() -> None:
    cursor = walked(a_page(at(5), latest=NOW + timedelta(days=400)))

    assert cursor.since == NOW


def test_a_row_that_has_to_be_met_again_holds_the_cursor_at_its_change() -> None:
    put_off = at(3)

    cursor = walked(a_page(put_off, at(8)), deferred=[put_off])

    assert cursor.since == put_off.changed_at


def test_a_row_put_off_on_an_early_page_is_not_forgotten_on_the_next() -> None:
    put_off = at(3)

    cursor = walked(a_page(put_off, next_page="2", total=2), a_page(at(8), total=2), deferred=[put_off])

    assert cursor.since == put_off.changed_at


def test_a_broken_row_keeps_the_cursor_and_says_so() -> None:
    cursor = walked(a_page(at(5), broken=[a_broken_row()]))

    assert (cursor.since, cursor.broken, cursor.troubled) == (SINCE, 1, True)


def test_broken_rows_of_all_pages_count_and_those_of_the_walk_before_do_not() -> None:
    bad = [a_broken_row(), a_broken_row("1010")]
    cursor = walked(a_page(at(5), broken=bad, next_page="2"), a_page(at(6), broken=bad[:1]))
    assert cursor.broken == 3

    healed = advanced(cursor, a_page(at(5), at(6)), (), now=NOW)

    assert healed == FeedCursor(since=SINCE + 6 * MINUTE, walked=True)


def test_a_walk_of_several_pages_still_knows_at_its_end_that_a_problem_is_open() -> None:
    troubled = walked(a_page(at(5), broken=[a_broken_row()]))

    halfway = advanced(troubled, a_page(at(5), next_page="2", total=2), (), now=NOW)
    assert (halfway.broken, halfway.troubled) == (0, True)

    assert not advanced(halfway, a_page(at(6), total=2), (), now=NOW).troubled


def test_a_count_that_changes_between_pages_means_that_rows_moved_and_the_walk_is_done_again() -> None:
    cursor = walked(a_page(at(5), next_page="2", total=3), a_page(at(9), total=2))

    assert (cursor.since, cursor.next_page, cursor.walks, cursor.moved) == (SINCE, None, 1, True)
    assert advanced(cursor, a_page(at(9), total=2), (), now=NOW).since == SINCE + 9 * MINUTE


def test_what_keeps_moving_is_left_to_the_next_pass_with_the_cursor_where_it_was() -> None:
    cursor = FeedCursor(since=SINCE)
    for walk in range(WALKS_MAX):
        cursor = advanced(cursor, a_page(at(5), next_page="2", total=walk), (), now=NOW)
        cursor = advanced(cursor, a_page(at(9), total=walk + 1), (), now=NOW)

    assert cursor == FeedCursor(since=SINCE, walked=True)


def test_a_feed_that_gives_no_count_never_seems_to_move() -> None:
    cursor = walked(a_page(at(5), next_page="2", total=None), a_page(at(9), total=None))

    assert cursor.since == SINCE + 9 * MINUTE


def test_a_little_before_what_is_proven_is_read_again() -> None:
    assert since_with_overlap(SINCE, MINUTE) == SINCE - MINUTE
    assert since_with_overlap(None, MINUTE) is None


def test_a_finished_walk_leaves_no_trace_of_itself_but_what_the_next_one_needs() -> None:
    cursor = walked(a_page(at(5), next_page="2", total=2), a_page(at(9), total=2))

    assert replace(cursor, since=None) == FeedCursor(walked=True)


# ---- lists without an end ----------------------------------------------------------------------


def endless(*pages: FeedPage) -> FeedCursor:
    """The cursor of a walk whose pages are looked at before they are taken."""
    cursor = FeedCursor(since=SINCE)
    for page in pages:
        check_end(cursor, page, "entries")
        cursor = advanced(cursor, page, (), now=NOW)
    return cursor


def rows(*names: str, next_page: str | None = "more", total: int | None = 3) -> FeedPage:
    return a_page(*(row(name) for name in names), next_page=next_page, total=total)


def test_exactly_the_rows_of_the_page_before_are_no_page() -> None:
    with pytest.raises(BrokenContract, match="the same page twice"):
        endless(rows("1", "2"), rows("1", "2"))
    assert endless(rows("1", "2"), rows("2", "1"), rows("3", next_page=None)).walked
    assert endless(rows(), rows(), rows("3", next_page=None)).walked


def test_a_walk_may_meet_some_rows_again_and_not_for_ever() -> None:
    with pytest.raises(BrokenContract, match="came to no end"):
        endless(*(rows(f"{n}a", f"{n}b") for n in range(100)))


def test_rows_that_are_deleted_under_a_walk_do_not_make_it_endless() -> None:
    names = [str(number) for number in range(300)]

    assert endless(rows(*names, total=301), rows("301", next_page=None, total=1)).next_page is None


def test_a_list_that_is_not_counted_ends_after_ten_thousand_pages() -> None:
    cursor = replace(FeedCursor(since=SINCE), next_page="more", pages=PAGES_MAX - 1)
    check_end(cursor, rows("1", total=None), "entries")
    with pytest.raises(BrokenContract, match="came to no end"):
        check_end(replace(cursor, pages=PAGES_MAX), rows("1", total=None), "entries")


def test_a_walk_that_begins_anew_counts_anew() -> None:
    moved = endless(rows("1", "2", total=3), rows("3", next_page=None, total=4))

    assert (moved.walks, moved.pages, moved.seen, moved.most, moved.last) == (1, 0, 0, None, "")


def test_a_row_that_was_refused_holds_the_cursor_as_a_broken_one_does() -> None:
    cursor = advanced(FeedCursor(since=SINCE), rows("1", next_page=None), (), now=NOW, refused=1)

    assert (cursor.since, cursor.broken, cursor.troubled) == (SINCE, 1, True)
