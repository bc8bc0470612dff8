"""Lists that go on by a header, and lists that are counted by rows and say nothing."""

from __future__ import annotations

import json

import httpx
import msgspec
import pytest

from handoff.connectors.feed import Feed
from handoff.connectors.paging import BEGUN_AGAIN_MAX, FirstRow, HeaderToken, Paging
from handoff.domain.errors import BrokenContract, Unreachable
from tests.unit.connectors.vendor_fakes import Wire, a_client

BY_ROW = FirstRow(4, "first", "count", "id")
BY_TOKEN = HeaderToken(4, "token", "count", "Next")


class Row(msgspec.Struct):
    id: str


def a_page(*ids: str, headers: dict[str, str] | None = None) -> httpx.Response:
    return httpx.Response(200, json=[{"id": one} for one in ids], headers=headers)


def walked(paging: Paging, *pages: httpx.Response) -> tuple[list[str], list[dict[str, str]]]:
    """The ids that a walk brings, and what it asked for."""
    wire = Wire(*pages)
    client = a_client(wire)
    feed = Feed("rows", "rows", "/rows", Row, "id", paging, lambda row: row.id)
    found: list[str] = []
    mark: str | None = None
    for _ in range(20):
        rows = feed.pull(client, page=mark)
        found += rows.rows
        mark = rows.next_page
        if mark is None:
            break
    return found, [dict(request.url.params) for request in wire.requests]


def test_a_token_in_a_header_leads_to_the_next_page_and_none_is_the_end() -> None:
    found, asked = walked(BY_TOKEN, a_page("a", "b", headers={"Next": "t1"}), a_page("c"))
    assert found == ["a", "b", "c"]
    assert asked == [{"count": "4"}, {"count": "4", "token": "t1"}]


def test_a_token_that_leads_nowhere_is_no_list() -> None:
    with pytest.raises(BrokenContract, match="names itself"):
        walked(BY_TOKEN, a_page("a", headers={"Next": "t1"}))


def test_each_page_begins_with_the_last_row_of_the_one_before() -> None:
    found, asked = walked(BY_ROW, a_page("a", "b", "c", "d"), a_page("d", "e"))
    assert found == ["a", "b", "c", "d", "e"]
    assert [one["first"] for one in asked] == ["0", "3"]


def test_a_list_that_ends_with_a_full_page_is_asked_once_more() -> None:
    found, asked = walked(BY_ROW, a_page("a", "b", "c", "d"), a_page("d"))
    assert (found, len(asked)) == (["a", "b", "c", "d"], 2)


def test_nothing_is_one_call() -> None:
    assert walked(BY_ROW, a_page()) == ([], [{"first": "0", "count": "4"}])


def test_a_round_number_of_rows_may_be_the_servers_own_limit() -> None:
    paging = FirstRow(100, "first", "count", "id")
    first, second = [f"r{n}" for n in range(10)], [f"r{n}" for n in range(9, 14)]
    found, asked = walked(paging, a_page(*first), a_page(*second))
    assert (len(found), len(asked)) == (14, 2)


def test_where_another_row_stands_at_the_seam_the_list_is_read_again() -> None:
    pages = [a_page("a", "b", "c", "d"), a_page("e"), a_page("b", "c", "d", "e"), a_page("e")]
    found, asked = walked(BY_ROW, *pages)
    assert set(found) == {"a", "b", "c", "d", "e"}
    assert [one["first"] for one in asked] == ["0", "3", "0", "3"]


def test_a_list_that_will_not_keep_still_is_left_for_later() -> None:
    pages = [a_page("a", "b", "c", "d"), a_page("x", "y")] * (BEGUN_AGAIN_MAX + 1)
    with pytest.raises(Unreachable, match="keeps changing"):
        walked(BY_ROW, *pages)


def test_a_broken_row_does_not_lose_the_place() -> None:
    rows = [{"id": "a"}, {"id": 7}, {"id": "c"}, {"id": "d"}]
    found, asked = walked(BY_ROW, httpx.Response(200, content=json.dumps(rows)), a_page("d"))
    assert (found, asked[1]["first"]) == (["a", "c", "d"], "3")
