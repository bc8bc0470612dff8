"""The Business NXT stand-in gives rows by filter, in order, page by page, with what they belong to."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from tests.contract.business_nxt_company import NxtCompany, codes


@pytest.fixture
def nxt() -> Iterator[NxtCompany]:
    company = NxtCompany()
    yield company
    company.close()


def numbers(nxt: NxtCompany, condition: str) -> list[int]:
    given = f"filter: {{_and: [{{customerNo: {{_gt: 0}}}}, {condition}]}}"
    return [row["customerNo"] - 10_000 for row in nxt.items("associate", "customerNo", given)]


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("{customerNo: {_eq: 10002}}", [2]),
        ("{customerNo: {_not_eq: 10002}}", [1, 3, 4, 5, 6, 7]),
        ("{customerNo: {_gte: 10006}}", [6, 7]),
        ("{customerNo: {_gt: 10001, _lt: 10004}}", [2, 3]),
        ("{customerNo: {_lte: 10001}}", [1]),
        ("{customerNo: {_in: [10003, 10001, 99]}}", [1, 3]),
        ("{customerNo: {_in: []}}", []),
        ("{customerNo: {_not_in: [10001, 10002, 10003]}}", [4, 5, 6, 7]),
        ("{customerNo: {_between: {from: 10002, to: 10004}}}", [2, 3, 4]),
        ("{customerNo: {_not_between: {from: 10002, to: 10006}}}", [1, 7]),
        ('{name: {_like: "Tå%"}}', [1]),
        ('{name: {_like: "%AS"}}', [1, 2, 3]),
        ('{name: {_like: "_y%"}}', [7]),
        ('{name: {_eq: "hønseby KOMMUNE"}}', [6]),
        ('{companyNo: {_eq: ""}}', [7]),
        ('{_or: [{customerNo: {_eq: 10001}}, {postalArea: {_eq: "OSLO"}}]}', [1, 3]),
        ("{countryNo: {_eq: 47}, group3: {_eq: 1}}", [6]),
        ("{}", [1, 2, 3, 4, 5, 6, 7]),
    ],
)
def test_a_filter_keeps_the_rows_that_it_means(nxt: NxtCompany, condition: str, found: list[int]) -> None:
    assert numbers(nxt, condition) == found


def test_case_counts_where_an_installation_says_so() -> None:
    nxt = NxtCompany(ignores_case=False)
    assert numbers(nxt, '{name: {_eq: "hønseby KOMMUNE"}}') == []
    assert numbers(nxt, '{name: {_like: "%kommune"}}') == []


def test_nothing_compares_with_null_and_a_null_filter_is_none(nxt: NxtCompany) -> None:
    assert numbers(nxt, "{customerNo: {_eq: null}}") == []
    rows = nxt.ask("associate(filter: $f) { totalCount }", ", $f: FilterExpression_Associate", f=None)
    assert rows["associate"]["totalCount"] == 14


def test_rows_of_long_ago_have_no_timestamps_and_are_missed_by_a_filter_on_them(nxt: NxtCompany) -> None:
    old, new = nxt.items(
        "associate",
        "createdTimestamp changedTimestamp changedDate changedTime changedDateTime changedByUser",
        "filter: {customerNo: {_in: [10001, 10007]}}",
    )
    assert (old["createdTimestamp"], old["changedTimestamp"]) == (None, None)
    assert (old["changedDate"], old["changedTime"], old["changedDateTime"]) == (
        20230502, 915, "2023-05-02 09:15:00.000",
    )  # fmt: skip
    assert (new["changedTimestamp"], new["changedByUser"]) == ("2026-10-05 08:30:12.798", "import")
    since = 'changedTimestamp: {_gte: "2026-01-01 00:00:00"}'
    assert numbers(nxt, f"{{{since}}}") == [7]
    assert numbers(nxt, '{changedTimestamp: {_lt: "2026-01-01T00:00:00"}}') == []


def test_timestamps_can_be_asked_by_a_variable(nxt: NxtCompany) -> None:
    found = nxt.ask(
        "orgUnit2(filter: {changedTimestamp: {_gt: $since}}) { items { orgUnit2No } }",
        ", $since: DateTime",
        since="2026-10-05 08:30:12.797",
    )
    assert found["orgUnit2"]["items"] == [{"orgUnit2No": 1004}]


def test_rows_are_sorted_by_several_columns(nxt: NxtCompany) -> None:
    given = "filter: {customerNo: {_gt: 0}}, orderBy: [{countryNo: DESC}, {customerNo: DESC}], first: 4"
    assert [row["customerNo"] for row in nxt.items("associate", "customerNo", given)] == [10006, 10004, 10003, 10002]
    by_time = nxt.items("associate", "customerNo", "orderBy: [{changedTimestamp: DESC}], first: 1")
    assert by_time == [{"customerNo": 10007}]  # nulls are lowest


def pages(nxt: NxtCompany, table: str, arguments: str) -> dict[str, Any]:
    info = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
    return dict(nxt.ask(f"{table}({arguments}) {{ totalCount {info} items {{ orgUnit2No }} }}")[table])


def test_pages_follow_each_other_by_cursors(nxt: NxtCompany) -> None:
    first = pages(nxt, "orgUnit2", "first: 3")
    assert [row["orgUnit2No"] for row in first["items"]] == [1001, 1002, 1003]
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (4, True)
    second = pages(nxt, "orgUnit2", f'first: 3, after: "{first["pageInfo"]["endCursor"]}"')
    assert [row["orgUnit2No"] for row in second["items"]] == [1004]
    assert (second["pageInfo"]["hasNextPage"], second["pageInfo"]["hasPreviousPage"]) == (False, True)
    back = pages(nxt, "orgUnit2", f'last: 2, before: "{second["pageInfo"]["startCursor"]}"')
    assert [row["orgUnit2No"] for row in back["items"]] == [1002, 1003]


def test_rows_can_be_skipped_and_an_empty_page_has_no_cursors(nxt: NxtCompany) -> None:
    assert [row["orgUnit2No"] for row in pages(nxt, "orgUnit2", "first: 2, skip: 1")["items"]] == [1002, 1003]
    empty = pages(nxt, "orgUnit2", "skip: 9")
    assert (empty["items"], empty["pageInfo"]["endCursor"], empty["totalCount"]) == ([], None, 4)


@pytest.mark.parametrize("arguments", ["first: 0", "last: -1", "first: 1, skip: 0", 'first: 1, after: "here"'])
def test_a_page_that_cannot_be_is_an_error(nxt: NxtCompany, arguments: str) -> None:
    answer = nxt.send(f"query($cid: Int!) {{ useCompany(no: $cid) {{ orgUnit2({arguments}) {{ totalCount }} }} }}")
    assert (answer["data"], codes(answer)) == ({"useCompany": {"orgUnit2": None}}, ["BAD_ARGUMENT"])
    assert answer["errors"][0]["path"] == ["useCompany", "orgUnit2"]


def test_a_page_has_a_largest_size_and_says_that_more_comes() -> None:
    nxt = NxtCompany(page_max=2)
    for asked in ("first: 4", "skip: 1"):
        page = pages(nxt, "orgUnit2", asked)
        assert (len(page["items"]), page["pageInfo"]["hasNextPage"]) == (2, True)


def test_a_row_that_leaves_the_list_lets_the_next_page_miss_another(nxt: NxtCompany) -> None:
    cursor = pages(nxt, "orgUnit2", "first: 2")["pageInfo"]["endCursor"]
    nxt.do("orgUnit2_delete(filter: {orgUnit2No: {_eq: 1002}}) { affectedRows }")
    left = pages(nxt, "orgUnit2", f'first: 2, after: "{cursor}"')
    assert [row["orgUnit2No"] for row in left["items"]] == [1004]


def test_days_are_numbers_with_a_twin_that_is_a_date(nxt: NxtCompany) -> None:
    (order,) = nxt.items("order", "orderDate orderDateAsDate dueDate dueDateAsDate", "first: 1")
    assert order == {"orderDate": 20261005, "orderDateAsDate": "2026-10-05", "dueDate": 0, "dueDateAsDate": None}
    nxt.do("order_update(filter: {orderNo: {_eq: 1001}}, value: {dueDate: 20261399}) { affectedRows }")
    (order,) = nxt.items("order", "dueDate dueDateAsDate", "first: 1")
    assert order == {"dueDate": 20261399, "dueDateAsDate": None}


def test_rows_lead_to_what_they_belong_to(nxt: NxtCompany) -> None:
    (order,) = nxt.items(
        "order",
        "joinup_Associate_via_Customer { name joinup_Country { name } } "
        "joindown_OrderLine_via_Order(first: 5) { totalCount items { quantity joinup_Product { description } } }",
        "filter: {orderNo: {_eq: 1001}}",
    )
    assert order["joinup_Associate_via_Customer"] == {
        "name": "Tåkefjord Rederi AS",
        "joinup_Country": {"name": "Norge"},
    }
    lines = order["joindown_OrderLine_via_Order"]
    product = {"joinup_Product": {"description": "Konsulenttimer"}}
    assert lines == {"totalCount": 1, "items": [{"quantity": Decimal("12.5"), **product}]}
    (line,) = nxt.items("orderLine", "joinup_Order { orderDate } joinup_Unit { description }", "first: 1")
    assert line == {"joinup_Order": {"orderDate": 20261005}, "joinup_Unit": None}


def test_dimensions_above_the_sixth_have_numbers_that_are_texts(nxt: NxtCompany) -> None:
    given = 'filter: {orgUnit7No: {_in: ["REISE-NO"]}}'
    assert nxt.items("orgUnit7", "orgUnit7No name", given) == [{"orgUnit7No": "REISE-NO", "name": "Reise i Norge"}]
    answer = nxt.send(
        "query($cid: Int!) { useCompany(no: $cid) { orgUnit7(filter: {orgUnit7No: {_eq: 7}}) { totalCount } } }"
    )
    assert codes(answer) == ["VALUES_OF_CORRECT_TYPE"]


def test_a_company_can_be_filled_for_measurements() -> None:
    nxt = NxtCompany(customers=120, projects=60, products=30, employees=20)
    counts = nxt.ask(
        "customers: associate(filter: {customerNo: {_gt: 0}}) { totalCount } "
        "employees: associate(filter: {employeeNo: {_gt: 0}}) { totalCount } "
        "orgUnit2 { totalCount } product { totalCount }"
    )
    assert {name: table["totalCount"] for name, table in counts.items()} == {
        "customers": 127, "employees": 24, "orgUnit2": 64, "product": 35,
    }  # fmt: skip
