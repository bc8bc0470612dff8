"""Feeds walk as their vendor pages, and one broken row does not stop the others."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import msgspec
import pytest

from handoff.connectors.feed import Feed, RowFault, feed_page, one_of
from handoff.connectors.paging import NextLink, PageNumber, Paging, Unpaged
from handoff.domain.errors import BrokenContract, Unreachable
from handoff.domain.projects import Task
from handoff.ports import BrokenRow
from tests.unit.connectors.vendor_fakes import BASE, NOW, Wire, a_client


class Row(msgspec.Struct):
    id: int
    name: str
    hours: Decimal = Decimal(0)
    changed_at: datetime | None = None


def to_task(row: Row) -> Task | None:
    if row.name == "not ours":
        return None
    if row.name == "senseless":
        raise RowFault("name", "makes no sense")
    row.hours.normalize()
    return Task(str(row.id), row.name, active=True)


LINKED = NextLink("things", "total_entries", {"per_page": "2"})
NUMBERED = PageNumber(2, "pageNumber", "pageSize")


def a_feed(paging: Paging = LINKED) -> Feed[Row, Task]:
    return Feed(
        name="things", kind="tasks", path="/v1/things", row=Row, id_key="id", paging=paging, convert=to_task,
        params={"kind": "a"}, since=lambda at: {"updated_since": at.isoformat()}, changed_at=lambda row: row.changed_at,
    )  # fmt: skip


def linked(*rows: object, following: str | None = None, total: int | None = 4) -> httpx.Response:
    body = {"things": rows, "links": {"next": following}, "next_page": 1, "total_entries": total}
    return httpx.Response(200, json=body)


def a_row(number: int, **fields: object) -> dict[str, Any]:
    return {"id": number, "name": f"Task {number}", "extra": {"deep": [1]}} | fields


def numbered(*rows: dict[str, Any], total: int = 3, most: int | None = 2) -> httpx.Response:
    metadata = {"totalCount": total, "maxPageSize": most}
    return httpx.Response(200, json=[row | {"metadata": metadata} for row in rows])


def ids(rows: Sequence[Task]) -> list[str]:
    return [row.id for row in rows]


def test_the_next_link_is_followed_as_given_and_the_page_numbers_beside_it_are_not() -> None:
    following = f"{BASE}/v1/things?cursor=abc%3D&per_page=2&updated_since=x"
    wire = Wire(linked(a_row(1), a_row(2), following=following), linked(a_row(3), following=None))
    client, feed = a_client(wire), a_feed()
    first = feed_page(feed, client, since=NOW, page=None)
    last = feed_page(feed, client, since=NOW, page=first.next_page)
    assert (first.next_page, last.next_page, first.total) == (following, None, 4)
    assert [ids(page.objects) for page in (first, last)] == [["1", "2"], ["3"]]  # type: ignore[arg-type]  # tasks
    assert [str(request.url) for request in wire.requests] == [
        f"{BASE}/v1/things?kind=a&updated_since=2026-11-03T09%3A00%3A00%2B00%3A00&per_page=2",
        following,
    ]


def test_a_link_that_names_its_own_page_is_refused_instead_of_walked_for_ever() -> None:
    link = f"{BASE}/v1/things?cursor=a"
    client = a_client(Wire(linked(a_row(1), following=link)))
    with pytest.raises(BrokenContract, match="names itself"):
        a_feed().pull(client, page=link)


def test_numbered_pages_go_on_until_the_count_is_read() -> None:
    wire = Wire(numbered(a_row(1), a_row(2)), numbered(a_row(3)))
    client, feed = a_client(wire), a_feed(NUMBERED)
    first = feed.pull(client)
    last = feed.pull(client, page=first.next_page)
    assert (first.next_page, last.next_page, first.total, last.total) == ("2", None, 3, 3)
    assert [request.url.params["pageNumber"] for request in wire.requests] == ["1", "2"]


@pytest.mark.parametrize(("most", "following"), [(2, "2"), (500, "2"), (None, "2"), (1, "2")])
def test_the_smaller_of_both_page_sizes_counts(most: int | None, following: str) -> None:
    assert a_feed(NUMBERED).pull(a_client(Wire(numbered(a_row(1), total=3, most=most)))).next_page == following


def test_a_list_cut_down_in_silence_is_read_to_its_end() -> None:
    feed = a_feed(PageNumber(1000, "pageNumber", "pageSize"))
    client = a_client(Wire(numbered(a_row(1), a_row(2), total=5, most=2)))
    assert [feed.pull(client, page=page).next_page for page in (None, "2", "3")] == ["2", "3", None]


def test_an_empty_numbered_list_ends_and_an_empty_later_page_has_no_count() -> None:
    client, feed = a_client(Wire(httpx.Response(200, json=[]))), a_feed(NUMBERED)
    first, later = feed.pull(client), feed.pull(client, page="2")
    assert (first.next_page, first.total, later.next_page, later.total) == (None, 0, None, None)


def test_numbered_rows_without_a_count_are_refused_since_nobody_knows_the_end() -> None:
    with pytest.raises(BrokenContract, match="metadata"):
        a_feed(NUMBERED).pull(a_client(Wire(httpx.Response(200, json=[a_row(1)]))))


def test_an_unpaged_list_is_all_there_is() -> None:
    rows = a_feed(Unpaged()).pull(a_client(Wire(httpx.Response(200, json=[a_row(1), a_row(2)]))))
    assert (len(rows.rows), rows.next_page, rows.total) == (2, None, 2)


@pytest.mark.parametrize(
    ("broken", "expected"),
    [
        ({"id": 2, "name": 7}, BrokenRow("2", "name", "Expected `str`, got `int`")),
        ({"id": 2}, BrokenRow("2", "name", "Object missing required field `name`")),
        ({"id": "two", "name": "x"}, BrokenRow("two", "id", "Expected `int`, got `str`")),
        ({"name": "x"}, BrokenRow("row 2", "id", "Object missing required field `id`")),
        ({"id": 2, "name": "x", "hours": "much"}, BrokenRow("2", "hours", "Invalid decimal string")),
        ({"id": 2, "name": "senseless"}, BrokenRow("2", "name", "makes no sense")),
        ("nonsense", BrokenRow("row 2", "", "Expected `object`, got `str`")),
    ],
)
def test_one_broken_row_is_named_and_the_others_go_on(broken: object, expected: BrokenRow) -> None:
    page = a_feed().pull(a_client(Wire(linked(a_row(1), broken, a_row(3), following=f"{BASE}/next"))))
    assert ids(page.rows) == ["1", "3"]
    assert page.broken == [expected]
    assert (page.next_page, page.total) == (f"{BASE}/next", 4)


def test_a_number_out_of_all_bounds_breaks_its_row_only() -> None:
    text = '{"things":[{"id":1,"name":"a","hours":1e9999999},{"id":2,"name":"b"}],"links":{"next":null}}'
    rows = a_feed().decode(text.encode())
    assert (ids(rows.rows), rows.broken) == (["2"], [BrokenRow("1", "", "a number out of all bounds")])


def test_a_row_with_text_that_is_no_utf8_breaks_alone() -> None:
    text = b'{"things":[{"id":1,"name":"\xff\xfe"},{"id":2,"name":"b"}],"links":{}}'
    rows = a_feed().decode(text)
    assert (ids(rows.rows), rows.broken) == (["2"], [BrokenRow("1", "", "text that can't be read")])


def test_whole_numbers_written_with_a_point_are_taken() -> None:
    rows = a_feed().decode(b'{"things":[{"id":1.0,"name":"a"},{"id":2,"name":"b"}],"links":{"next":null}}')
    assert (ids(rows.rows), list(rows.broken)) == (["1", "2"], [])


def test_rows_that_are_not_ours_are_left_out_without_a_word() -> None:
    page = a_feed().pull(a_client(Wire(linked(a_row(1), a_row(2, name="not ours")))))
    assert (ids(page.rows), list(page.broken)) == (["1"], [])


def test_the_newest_change_is_told_and_broken_rows_do_not_count() -> None:
    early, late = NOW, NOW + timedelta(hours=1)
    later = (late + timedelta(hours=1)).isoformat()
    rows = [a_row(1, changed_at=early.isoformat()), a_row(2, changed_at=late.isoformat()), a_row(3, changed_at=None)]
    client = a_client(Wire(linked(*rows), linked(*rows, {"id": 4, "changed_at": later}), linked(a_row(1))))
    assert [a_feed().pull(client).latest_change for _ in range(3)] == [late, late, None]
    assert late.tzinfo is UTC


@pytest.mark.parametrize(
    "body",
    [
        b"", b"<html>Sign in</html>", b"null", b"[]", b'{"message":"hello"}', b'{"things":{},"links":{}}',
        b'{"things":[]}', b'{"things":[{"id":1,"name":"a"}', b'{"things":' + b"[" * 100_000,
    ],
)  # fmt: skip
def test_an_answer_that_is_no_list_stops_the_feed(body: bytes) -> None:
    with pytest.raises(BrokenContract) as caught:
        a_feed().pull(a_client(Wire(httpx.Response(200, content=body))))
    assert caught.value.field == "things"


def test_a_lost_answer_of_a_feed_is_no_empty_list() -> None:
    with pytest.raises(Unreachable):
        a_feed().pull(a_client(Wire(httpx.ReadError("reset"))))


def test_a_feed_without_a_since_filter_is_read_whole() -> None:
    feed = Feed(name="x", kind="tasks", path="/x", row=Row, id_key="id", paging=Unpaged(), convert=to_task)
    wire = Wire(httpx.Response(200, json=[]))
    feed.pull(a_client(wire), since=NOW)
    assert (feed.info.incremental, str(wire.requests[0].url)) == (False, f"{BASE}/x")


def test_a_single_object_is_decoded_or_refused() -> None:
    assert one_of(json.dumps(a_row(1)).encode(), Row, what="row").id == 1
    with pytest.raises(BrokenContract, match="row answered"):
        one_of(b"[]", Row, what="row")
