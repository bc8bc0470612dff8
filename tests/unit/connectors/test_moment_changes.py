"""What changed in Moment is read to the end, and nothing slips between two pages."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handoff.connectors.moment.changes import Mark, mark_of
from handoff.connectors.paging import PageFromZero
from handoff.domain.errors import BrokenContract, RateLimited, ReconnectNeeded
from handoff.domain.master_data import CustomerCard
from handoff.ports.live import ChangedPage
from tests.unit.connectors.moment_company import Company, a_customer, a_page

START = datetime(2026, 11, 1, tzinfo=UTC)
SIZE = 500


def stamp(seconds: float) -> str:
    return (START + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")


class Table:
    """Customers that a server sorts, filters and cuts, or not, as it is told to."""

    def __init__(self, stamps: list[int], *, sorts: bool = True, filters: bool = True, bare: bool = False) -> None:
        self.rows = dict(enumerate(stamps, start=1))
        self.sorts, self.filters, self.bare = sorts, filters, bare
        self.between: list[Any] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        query, size = request.url.params, int(request.url.params["size"])
        rows = list(self.rows.items())
        if self.filters and "lastModifiedDateFrom" in query:
            since = datetime.fromisoformat(query["lastModifiedDateFrom"])
            rows = [row for row in rows if START + timedelta(seconds=row[1]) >= since]
        if self.sorts:
            rows.sort(key=lambda row: (row[1], row[0]))
        first = int(query["page"]) * size
        shown = [a_customer(number, lastModifiedDate=stamp(at)) for number, at in rows[first : first + size]]
        if self.between:
            self.between.pop(0)()
        if self.bare:
            return httpx.Response(200, json=shown)
        return a_page(*shown, pages=-(-len(rows) // size), number=int(query["page"]))


def walk(company: Company, since: datetime | None = None) -> list[ChangedPage]:
    pages = [company.tool.changed_objects("customers", since=since, page=None)]
    while (mark := pages[-1].next_page) is not None:
        assert len(pages) < 100
        pages.append(company.tool.changed_objects("customers", since=since, page=mark))
    return pages


def ids(pages: list[ChangedPage]) -> set[int]:
    return {int(card.external_id) for page in pages for card in page.cards}


def test_the_first_page_is_zero_sorted_and_of_five_hundred() -> None:
    company = Company(a_page(a_customer()))
    page = company.tool.changed_objects("customers", since=None, page=None)
    assert company.query() == {"page": "0", "size": "500", "sort": "lastModifiedDate,asc"}
    assert (page.next_page, page.latest_change) == (None, datetime(2026, 11, 2, 8, tzinfo=UTC))
    assert [type(card) for card in page.cards] == [CustomerCard]


def test_since_is_asked_for_in_whole_seconds_and_older_rows_are_dropped() -> None:
    since = START + timedelta(seconds=10, microseconds=5)
    old, new = a_customer(1, lastModifiedDate=stamp(9)), a_customer(2, lastModifiedDate=stamp(11))
    company = Company(a_page(old, new))
    page = company.tool.changed_objects("customers", since=since, page=None)
    assert company.query()["lastModifiedDateFrom"] == "2026-11-01T00:00:10Z"
    assert [card.external_id for card in page.cards] == ["2"]


@pytest.mark.parametrize("bare", [False, True])
def test_a_long_list_is_read_to_its_end_in_either_shape(bare: bool) -> None:
    table = Table([5 * n for n in range(1, 1200)], bare=bare)
    pages = walk(Company(table))
    assert ids(pages) == set(table.rows)
    assert len(pages) == 3
    assert all(isinstance(page.next_page, str) for page in pages[:-1])


def test_an_object_that_is_saved_between_pages_hides_no_other() -> None:
    table = Table([5 * n for n in range(1, 1001)])

    def save_the_first() -> None:
        table.rows[1] = 9_000

    table.between = [save_the_first]
    assert ids(walk(Company(table))) == set(table.rows)


@settings(max_examples=40, deadline=None)
@given(
    stamps=st.lists(st.integers(1, 40), min_size=0, max_size=60),
    since=st.none() | st.integers(1, 40),
    sorts=st.booleans(),
    filters=st.booleans(),
    bare=st.booleans(),
)
def test_whatever_the_server_makes_of_sort_and_filter_the_walk_ends_with_all_there_is(
    stamps: list[int], since: int | None, sorts: bool, filters: bool, bare: bool
) -> None:
    table = Table([at for at in stamps for _ in range(40)], sorts=sorts, filters=filters, bare=bare)
    at = START + timedelta(seconds=since) if since is not None else None
    expected = {number for number, seconds in table.rows.items() if since is None or seconds >= since}
    assert ids(walk(Company(table), at)) == expected


def test_more_rows_of_one_second_than_a_page_holds_are_all_read() -> None:
    table = Table([7] * 1600 + [8])
    assert ids(walk(Company(table))) == set(table.rows)


def test_a_list_with_the_newest_first_that_begins_with_rows_of_one_instant_is_read_whole() -> None:
    table = Table([9] * 600 + [8] * 600, sorts=False)
    assert ids(walk(Company(table))) == set(table.rows)


def test_one_broken_row_is_named_and_the_others_go_on() -> None:
    rows = [a_customer(1), a_customer(2, name=None), a_customer(3, countryCode="Norge"), "what", a_customer(4)]
    page = Company(a_page(*rows)).tool.changed_objects("customers", since=None, page=None)
    assert [card.external_id for card in page.cards] == ["1", "4"]
    assert [(row.external_id, row.field) for row in page.broken] == [
        ("2", "name"), ("3", "countryCode"), ("row 4", ""),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["customers", "projects", "invoices"])
@pytest.mark.parametrize("status", [403, 404])
def test_a_closed_list_is_a_failure_and_never_empty(kind: str, status: int) -> None:
    company = Company(httpx.Response(status, text="No such company"))
    with pytest.raises(ReconnectNeeded, match=f"Moment {kind} answered {status}: No such company") as caught:
        company.tool.changed_objects(kind, since=None, page=None)
    assert (caught.value.field, caught.value.status) == (kind, status)


def test_a_wait_is_a_wait_and_a_page_of_html_is_no_list() -> None:
    with pytest.raises(RateLimited):
        Company(httpx.Response(429)).tool.changed_objects("projects", since=None, page=None)
    for body in (b"<html>", b"{}", b'{"content": 1}', b"", b"[" * 100_000):
        with pytest.raises(BrokenContract):
            Company(httpx.Response(200, content=body)).tool.changed_objects("projects", since=None, page=None)


def test_an_empty_page_ends_a_list_that_promised_more() -> None:
    assert Company(a_page(pages=9)).tool.changed_objects("projects", since=None, page=None).next_page is None


INSTANTS = st.integers(0, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(st.integers(0, 10_000), st.none() | INSTANTS, st.booleans())
def test_a_mark_is_text_and_leads_back(page: int, since: datetime | None, by_number: bool) -> None:
    mark = Mark(page, since, by_number)
    assert mark_of(str(mark)) == mark
    assert re.fullmatch(r"\d+[@#]\S*", str(mark))


def test_pages_from_zero_follow_the_count_of_pages_where_there_is_one() -> None:
    decode = PageFromZero(2).decoder(int)
    assert decode(b'{"content":[1],"page":{"totalPages":2}}', None).next_page == "1"
    assert decode(b'{"content":[1],"page":{"totalPages":2}}', "1").next_page is None
    assert decode(b'{"content":[1,2]}', "4").next_page == "5"
    assert decode(b'{"content":[1],"page":null}', None).next_page is None
    assert decode(b" [1,2]", None).next_page == "1"
