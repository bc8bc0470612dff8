"""The e-conomic stand-in: lists of both families, filters, sorting, years in addresses."""

from __future__ import annotations

import pytest

from tests.contract.economic_agreement import BASE, PROJECTS, Books, customer, project, voucher


@pytest.fixture
def books() -> Books:
    books = Books()
    for number in range(1, 46):
        body = customer(customerNumber=number, name=f"Kunde {number:02}", city="Odense" if number % 2 else "Faaborg")
        assert books.call("POST", "/customers", body).status_code == 201
    return books


def numbers(books: Books, filter_text: str, **query: str | int) -> list[int]:
    page = books.get("/customers", filter=filter_text, pagesize=1000, **query)
    return [row["customerNumber"] for row in page["collection"]]


def test_a_page_has_twenty_rows_and_links_until_the_last(books: Books) -> None:
    page = books.get("/customers")
    assert len(page["collection"]) == 20
    paging = page["pagination"]
    assert (paging["maxPageSizeAllowed"], paging["results"], paging["resultsWithoutFilter"]) == (1000, 47, 47)
    assert paging["nextPage"] == f"{BASE}/customers?skippages=1&pagesize=20"
    assert "previousPage" not in paging
    seen = len(page["collection"])
    while "nextPage" in page["pagination"]:
        page = books.http.get(page["pagination"]["nextPage"]).json()
        seen += len(page["collection"])
    assert seen == 47
    assert page["pagination"]["skipPages"] == 2
    assert page["pagination"]["previousPage"].endswith("skippages=1&pagesize=20")
    assert page["pagination"]["lastPage"].endswith("skippages=2&pagesize=20")


def test_the_links_keep_the_filter(books: Books) -> None:
    page = books.get("/customers", filter="city$eq:odense", pagesize=10)
    assert page["pagination"]["results"] == 23
    following = books.http.get(page["pagination"]["nextPage"]).json()
    assert {row["city"] for row in following["collection"]} == {"Odense"}


def test_a_page_is_never_larger_than_a_thousand(books: Books) -> None:
    assert books.get("/customers", pagesize=5000)["pagination"]["pageSize"] == 1000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("customerNumber$eq:7", [7]),
        ("customerNumber$gte:44$and:customerNumber$lt:46", [44, 45]),
        ("customerNumber$in:[1,3,99]", [1, 3]),
        ("customerNumber$lt:4$and:customerNumber$nin:[1,2]", [3]),
        ("name$like:kunde 0*$and:customerNumber$lte:2", [1, 2]),
        ("name$like:DE 44", [44]),
        ("name$like:kunde", list(range(1, 46))),
        ("name$like:unde", list(range(1, 46))),
        ("customerNumber$eq:1$or:customerNumber$eq:2$and:name$eq:nobody", [1]),
        ("(customerNumber$eq:1$or:customerNumber$eq:2)$and:name$eq:kunde 02", [2]),
        ("customerNumber$lte:2$and:email$eq:$null:", [1, 2]),
        ("customerNumber$lte:2$and:email$ne:$null:", []),
        ("customerNumber$lte:2$and:lastUpdated$gt:2026-11-20T11:00:00Z", []),
        ("customerNumber$lte:2$and:lastUpdated$gte:2026-11-20", [1, 2]),
        ("customerNumber$lte:2$and:barred$eq:false", [1, 2]),
    ],
)
def test_filters_select(books: Books, text: str, expected: list[int]) -> None:
    assert numbers(books, text) == expected


def test_special_characters_are_escaped(books: Books) -> None:
    books.call("PUT", "/customers/1", customer(name="A (B), C*D [E] $F"))
    assert numbers(books, "name$eq:a $(b$)$, c$*d $[e$] $$f") == [1]
    assert numbers(books, "name$like:c$*d") == [1]
    assert numbers(books, "name$like:c$*x") == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("telephone$eq:1", "Allowed fields for filtering are: address, balance"),
        ("name$in:[a,b]", "Allowed operators are"),
        ("balance$like:1", "Allowed operators are"),
        ("customerNumber$eq:x", "number is expected"),
        (f"customerNumber$in:[{','.join(map(str, range(201)))}]", "201 were sent"),
        ("lastUpdated$gt:yesterday", "moment is expected"),
    ],
)
def test_what_may_not_be_filtered_is_answered_with_a_hint(books: Books, text: str, says: str) -> None:
    answer = books.http.get("/customers", params={"filter": text})
    assert answer.status_code == 400
    assert says in answer.json()["developerHint"]


@pytest.mark.parametrize("text", ["customerNumber", "(name$eq:a", "name$eq:a)", "name$eq:a(b)", "name$eq:5$", "$and:"])
def test_a_filter_that_cannot_be_read_is_refused(books: Books, text: str) -> None:
    assert books.http.get("/customers", params={"filter": text}).status_code == 400


def test_account_numbers_cannot_be_filtered_among_a_years_entries(books: Books) -> None:
    answer = books.http.get("/accounting-years/2026/entries", params={"filter": "account.accountNumber$eq:2210"})
    assert answer.status_code == 400
    assert "costType.costTypeNumber" in answer.json()["developerHint"]
    assert books.get("/accounts/2210/accounting-years/2026/entries")["collection"] == []


def test_rows_are_sorted_by_several_properties(books: Books) -> None:
    assert numbers(books, "customerNumber$lte:4", sort="city,-customerNumber") == [4, 2, 3, 1]
    assert numbers(books, "customerNumber$in:[2,10]", sort="~customerNumber") == [10, 2]
    assert books.http.get("/customers", params={"sort": "pNumber"}).status_code == 400


def test_years_are_found_by_their_address_and_written_plainly_in_bodies() -> None:
    books = Books(split_years=True)
    years = books.get("/accounting-years")["collection"]
    assert [year["year"] for year in years] == ["2024/2025", "2025/2026", "2026/2027a"]
    assert years[2]["self"] == f"{BASE}/accounting-years/2026_6_2027a"
    periods = books.http.get(years[2]["periods"]).json()["collection"]
    assert len(periods) == 12
    assert periods[0]["fromDate"] == "2026-07-01"
    assert years[0]["closed"] is True
    assert "closed" not in years[1]
    assert books.http.get("/accounting-years/2026").status_code == 404
    books.with_customer()
    answer = books.call("POST", "/journals/1/vouchers", voucher("2026/2027a"))
    assert answer.status_code == 201
    assert "/journals/1/vouchers/2026_6_2027a-" in answer.json()[0]["self"]
    assert books.http.get(answer.json()[0]["self"]).status_code == 200


# OpenAPI


@pytest.fixture
def projects() -> Books:
    books = Books(cursor_size=3).with_customer()
    for number in (5, 2, 9, 4, 7, 1, 30):
        assert books.call("POST", f"{PROJECTS}/projects", project(number=number)).status_code == 201
    return books


def test_the_cursor_leads_through_all_rows_and_is_missing_at_the_end(projects: Books) -> None:
    pages, query = [], {"filter": "number$lt:20"}
    while True:
        page = projects.get(f"{PROJECTS}/projects", **query)
        pages.append([row["number"] for row in page["items"]])
        if "cursor" not in page:
            break
        query["cursor"] = page["cursor"]
    assert pages == [[1, 2, 4], [5, 7, 9]]


def test_the_first_page_is_asked_for_without_a_cursor_or_with_nought(projects: Books) -> None:
    first = projects.get(f"{PROJECTS}/projects", cursor=0)
    assert first == projects.get(f"{PROJECTS}/projects", sort="-number")
    assert first["cursor"] == "5"
    assert isinstance(first["cursor"], str)


def test_pages_by_number_are_bare_and_at_most_a_hundred(projects: Books) -> None:
    page = projects.get(f"{PROJECTS}/projects/paged", skippages=1, pagesize=3, sort="-number")
    assert [row["number"] for row in page] == [5, 4, 2]
    assert projects.http.get(f"{PROJECTS}/projects/paged", params={"pagesize": 101}).status_code == 400
    assert (
        projects.http.get(f"{PROJECTS}/projects/paged", params={"skippages": 100, "pagesize": 100}).status_code == 400
    )
    assert projects.get(f"{PROJECTS}/projects/count", filter="number$gte:5") == 4


def test_texts_can_be_listed_where_the_service_says_so(projects: Books) -> None:
    assert projects.get(f"{PROJECTS}/projects/count", filter="name$in:[energiplan,x]") == 7
    answer = projects.http.get(f"{PROJECTS}/projects", params={"filter": "description$eq:x"})
    assert (answer.status_code, "logTimeUtc" in answer.json()) == (400, True)
