"""The Business NXT stand-in writes rows as if a person typed them: suggestions, references, numbers of the series."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from sandbox.business_nxt import CREDENTIALS
from tests.contract.business_nxt_company import NxtCompany, codes

VALUES = ", $values: [Associate_Input!]!"


@pytest.fixture
def nxt() -> Iterator[NxtCompany]:
    company = NxtCompany()
    yield company
    company.close()


def associates(nxt: NxtCompany, *values: dict[str, Any], fields: str = "associateNo customerNo name") -> Any:
    asked = f"associate_create(values: $values) {{ affectedRows items {{ {fields} }} }}"
    return nxt.do(asked, VALUES, values=list(values))["associate_create"]


# ---- inserts -------------------------------------------------------------------------------------


def test_null_takes_the_next_number_of_the_series_and_nothing_means_not_in_that_role(nxt: NxtCompany) -> None:
    made = associates(
        nxt,
        {"customerNo": None, "name": "Ny AS"},
        {"customerNo": None, "name": "Nyere AS"},
        {"name": "Kontakt"},
        {"employeeNo": None, "name": "Ansatt"},
        fields="customerNo employeeNo supplierNo",
    )
    assert made["affectedRows"] == 4
    assert [tuple(row.values()) for row in made["items"]] == [(10008, 0, 0), (10009, 0, 0), (0, 0, 0), (0, 5, 0)]


def test_a_row_carries_who_wrote_it_and_when(nxt: NxtCompany) -> None:
    fields = "createdByUser changedByUser createdTimestamp changedDate changedTime"
    (row,) = associates(nxt, {"name": "Ny AS"}, fields=fields)["items"]
    assert row == {
        "createdByUser": CREDENTIALS.client_id,
        "changedByUser": CREDENTIALS.client_id,
        "createdTimestamp": "2026-11-05 12:00:00.000",
        "changedDate": 20261105,
        "changedTime": 1200,
    }
    nxt.turn(minutes=30)
    nxt.do('associate_update(filter: {associateNo: {_eq: 1}}, value: {phone: "55"}) { affectedRows }')
    (old,) = nxt.items("associate", "changedTimestamp createdTimestamp", "first: 1")
    assert old == {"changedTimestamp": "2026-11-05 12:30:00.000", "createdTimestamp": None}


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"customerNo": 10001, "name": "Vårt navn"}, "Vårt navn"),
        ({"name": "Vårt navn", "customerNo": 10001}, "Tåkefjord Rederi AS"),
    ],
)
def test_values_are_typed_in_the_order_in_which_they_are_sent(
    nxt: NxtCompany, values: dict[str, object], name: str
) -> None:
    by_variable = nxt.do("order_create(values: $v) { items { name } }", ", $v: [Order_Input!]!", v=[values])
    assert by_variable["order_create"]["items"] == [{"name": name}]
    literal = ", ".join(
        f'{key}: "{value}"' if isinstance(value, str) else f"{key}: {value}" for key, value in values.items()
    )
    by_literal = nxt.do(f"order_create(values: {{{literal}}}) {{ items {{ name }} }}")
    assert by_literal["order_create"]["items"] == [{"name": name}]


@pytest.mark.parametrize(("head_first", "project"), [(True, 1002), (False, 0)])
def test_lines_take_over_what_the_head_has_by_then(nxt: NxtCompany, head_first: bool, project: int) -> None:
    lines = {"orderLines": [{"productNo": "TIMER", "quantity": 1}]}
    values = {"customerNo": 10002, **({} if head_first else lines), "orgUnit2": 1002, **(lines if head_first else {})}
    made = nxt.do("order_create(values: $v) { items { orderNo } }", ", $v: [Order_Input!]!", v=[values])
    number = made["order_create"]["items"][0]["orderNo"]
    (line,) = nxt.items("orderLine", "orgUnit2", f"filter: {{orderNo: {{_eq: {number}}}}}")
    assert line == {"orgUnit2": project}


def test_an_order_comes_with_its_lines_prices_and_the_projects_department(nxt: NxtCompany) -> None:
    values = {
        "orderDate": 20261105,
        "customerNo": 10003,
        "orgUnit2": 1003,
        "orderLines": [
            {"productNo": "TIMER", "quantity": Decimal("7.5"), "priceInCurrency": Decimal("1450.10")},
            {
                "productNo": "KM",
                "description": "Tur til Os",
                "quantity": 20,
                "priceInCurrency": 5,
                "discountPercent1": 10,
            },
            {"description": "Vennlig hilsen"},
        ],
    }
    lines = "joindown_OrderLine_via_Order { items { lineNo description amountDomestic orgUnit1 } }"
    fields = f"orderNo transactionType orderType name orgUnit1 orderSumNetDomestic {lines}"
    made = nxt.do(f"order_create(values: $v) {{ items {{ {fields} }} }}", ", $v: [Order_Input!]!", v=[values])
    (order,) = made["order_create"]["items"]
    assert (order["transactionType"], order["orderType"], order["name"]) == (1, 1, "Nattugle Forlag AS")
    assert (order["orgUnit1"], order["orderSumNetDomestic"]) == (20, Decimal("10965.75"))
    assert [tuple(line.values()) for line in order["joindown_OrderLine_via_Order"]["items"]] == [
        (1, "Konsulenttimer", Decimal("10875.75"), 20),
        (2, "Tur til Os", Decimal("90.00"), 20),
        (3, "Vennlig hilsen", Decimal("0.00"), 20),
    ]


def test_one_request_hands_a_number_on_to_what_comes_later(nxt: NxtCompany) -> None:
    done = nxt.do(
        'order_create(values: [{customerNo: 10001}]) { items { orderNo @export(as: "ono") } } '
        'orderLine_create(values: [{orderNo: $ono, productNo: "KM", quantity: 2}]) { items { orderNo lineNo } }',
        ", $ono: Int = 0",
    )
    assert done["orderLine_create"]["items"] == [{"orderNo": done["order_create"]["items"][0]["orderNo"], "lineNo": 1}]


def test_a_row_that_fails_is_told_and_the_others_are_written(nxt: NxtCompany) -> None:
    values = [{"name": "Ny AS", "customerNo": None}, {"name": "Ny to", "customerNo": 10001}, {"name": "Ny tre"}]
    asked = "associate_create(values: $values) { affectedRows items { name } }"
    answer = nxt.change(asked, VALUES, values=values)
    assert answer["data"]["useCompany"]["associate_create"] == {
        "affectedRows": 2,
        "items": [{"name": "Ny AS"}, {"name": "Ny tre"}],
    }
    (error,) = answer["errors"]
    assert error["path"] == ["useCompany", "associate_create", "values", 1, "customerNo"]
    assert error["extensions"] == {"code": "ASSIGNMENT_FAILED", "status_name": "ASSIGNMENT_FAILED"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ('associate_create(values: [{addressLine1: "%s"}])' % ("x" * 61), "addressLine1 takes 60 characters"),
        ('orgUnit7_create(values: [{orgUnit7No: "ELLEVE-TEGN"}])', "orgUnit7No takes 10 characters"),
        ('orgUnit7_create(values: [{name: "Uten nummer"}])', "orgUnit7No is needed"),
        ('orgUnit2_create(values: [{orgUnit2No: 1001, name: "Finnes"}])', "OrgUnit2 1001 exists already"),
        ("order_create(values: [{customerNo: 4}])", "4 does not exist in Associate"),
        ("order_create(values: [{orderDate: 20261105}])", "customerNo or supplierNo is needed"),
        ('orderLine_create(values: [{productNo: "KM"}])', "orderNo is needed"),
        ('order_create(values: [{customerNo: 10001, orderLines: [{productNo: "NIX"}]}])', "NIX does not exist"),
        ("order_create(values: [{customerNo: 10001, orderLines: [{lineNo: 1}, {lineNo: 1}]}])", "the same lineNo"),
        ("order_create(values: [{customerNo: 10001, orgUnit2: 7}])", "7 does not exist in OrgUnit2"),
    ],
)
def test_what_cannot_be_written_says_why_and_leaves_nothing(nxt: NxtCompany, change: str, message: str) -> None:
    before = nxt.ask("associate { totalCount } order { totalCount } orderLine { totalCount }")
    answer = nxt.change(f"{change} {{ affectedRows items {{ changedDate }} }}")
    (error,) = answer["errors"]
    assert message in error["message"]
    (result,) = answer["data"]["useCompany"].values()
    assert result == {"affectedRows": 0, "items": []}
    assert nxt.ask("associate { totalCount } order { totalCount } orderLine { totalCount }") == before


@pytest.mark.parametrize(("half", "orders"), [(False, 2), (True, 3)])
def test_an_order_whose_line_fails_may_be_there_all_the_same(half: bool, orders: int) -> None:
    nxt = NxtCompany(half_orders=half)
    lines = '[{productNo: "KM", quantity: 1, priceInCurrency: 5}, {productNo: "NIX"}]'
    answer = nxt.change(
        f"order_create(values: [{{customerNo: 10001, orderLines: {lines}}}]) {{ affectedRows items {{ orderNo }} }}"
    )
    assert answer["data"]["useCompany"]["order_create"] == {"affectedRows": 0, "items": []}
    assert codes(answer) == ["ASSIGNMENT_FAILED"]
    assert len(nxt.items("order", "orderNo")) == orders
    assert len(nxt.items("orderLine", "lineNo")) == orders


def test_a_projects_number_may_be_the_clients_or_the_next_one(nxt: NxtCompany) -> None:
    made = nxt.do(
        'orgUnit2_create(values: [{orgUnit2No: 5000, name: "A"}, {orgUnit2No: null, name: "B"}]) { items { orgUnit2No } }'
    )
    assert made["orgUnit2_create"]["items"] == [{"orgUnit2No": 5000}, {"orgUnit2No": 5001}]


def test_free_information_takes_an_hour_and_later_its_order(nxt: NxtCompany) -> None:
    fields = '{employeeNo: 2, orgUnit2: 1001, date1: 20261104, value1: 7.25, text1: "Utredning", text2: "guid-1"}'
    made = nxt.do(f"freeInformation1_create(values: [{fields}]) {{ items {{ pk value1 }} }}")
    assert made["freeInformation1_create"]["items"] == [{"pk": 1, "value1": Decimal("7.25")}]
    nxt.do('freeInformation1_update(filter: {text2: {_eq: "guid-1"}}, value: {orderNo: 1001}) { affectedRows }')
    assert nxt.items("freeInformation1", "orderNo text1") == [{"orderNo": 1001, "text1": "Utredning"}]


# ---- updates -------------------------------------------------------------------------------------


def test_an_update_changes_all_rows_that_it_means(nxt: NxtCompany) -> None:
    done = nxt.do(
        'associate_update(filter: {countryNo: {_eq: 46}}, value: {phone: "12"}) { affectedRows items { name phone } }'
    )
    assert done["associate_update"] == {"affectedRows": 1, "items": [{"name": "Trollsländan Teknik AB", "phone": "12"}]}


@pytest.mark.parametrize("value", [None, {}])
def test_an_update_without_a_filter_touches_all_rows_and_only_warns(nxt: NxtCompany, value: object) -> None:
    answer = nxt.change(
        'orgUnit2_update(filter: $f, value: {name: "Samme"}) { affectedRows }',
        ", $f: FilterExpression_OrgUnit2",
        f=value,
    )
    assert answer["data"]["useCompany"]["orgUnit2_update"] == {"affectedRows": 4}
    assert "touches all rows" in answer["extensions"]["warnings"][0]["message"]
    assert {row["name"] for row in nxt.items("orgUnit2", "name")} == {"Samme"}


def test_pairs_of_filters_and_values_are_several_updates_in_one(nxt: NxtCompany) -> None:
    done = nxt.do(
        "orgUnit2_update(filters: [{orgUnit2No: {_eq: 1001}}, {orgUnit2No: {_eq: 1003}}], "
        'values: [{name: "En"}, {name: "Tre"}]) { affectedRows items { orgUnit2No name } }'
    )
    assert done["orgUnit2_update"]["items"] == [{"orgUnit2No": 1001, "name": "En"}, {"orgUnit2No": 1003, "name": "Tre"}]
    answer = nxt.change('orgUnit2_update(filters: [{}], values: [{name: "A"}, {name: "B"}]) { affectedRows }')
    assert codes(answer) == ["BAD_ARGUMENT"]


def test_a_failed_update_shows_the_old_values_beside_the_error(nxt: NxtCompany) -> None:
    answer = nxt.change(
        "associate_update(filter: {customerNo: {_in: [10001, 10002]}}, value: {customerNo: 10001, phone: $p}) "
        "{ affectedRows items { customerNo phone } }",
        ", $p: String",
        p="77",
    )
    assert answer["data"]["useCompany"]["associate_update"] == {
        "affectedRows": 1,
        "items": [{"customerNo": 10001, "phone": "77"}, {"customerNo": 10002, "phone": ""}],
    }
    assert codes(answer) == ["ASSIGNMENT_FAILED"]


def test_keys_do_not_change_and_a_composite_ones_parts_are_not_in_the_input(nxt: NxtCompany) -> None:
    answer = nxt.change("orgUnit2_update(filter: {orgUnit2No: {_eq: 1001}}, value: {orgUnit2No: 9}) { affectedRows }")
    assert "cannot be changed" in answer["errors"][0]["message"]
    answer = nxt.change("orderLine_update(filter: {orderNo: {_eq: 1001}}, value: {lineNo: 4}) { affectedRows }")
    assert codes(answer) == ["VALUES_OF_CORRECT_TYPE"]


def test_a_line_changed_or_deleted_changes_the_orders_sum(nxt: NxtCompany) -> None:
    nxt.do("orderLine_update(filter: {orderNo: {_eq: 1001}}, value: {quantity: 2}) { affectedRows }")
    assert nxt.items("order", "orderSumNetDomestic", "first: 1") == [{"orderSumNetDomestic": Decimal("2900.00")}]
    nxt.do("orderLine_delete(filter: {orderNo: {_eq: 1001}}) { affectedRows }")
    assert nxt.items("order", "orderSumNetDomestic", "first: 1") == [{"orderSumNetDomestic": 0}]


# ---- deletes and what people do ------------------------------------------------------------------


def test_a_row_that_others_use_stays(nxt: NxtCompany) -> None:
    answer = nxt.change("associate_delete(filter: {customerNo: {_in: [10001, 10002]}}) { affectedRows }")
    assert answer["data"]["useCompany"]["associate_delete"] == {"affectedRows": 1}
    assert "Associate 10001 is used by Order" in answer["errors"][0]["message"]


def test_a_person_enters_edits_blocks_and_deletes_under_their_own_name(nxt: NxtCompany) -> None:
    row = nxt.control("add", table="associate", fields={"customerNo": None, "name": "Håndlaget AS"})["row"]
    nxt.control("edit", table="associate", key=row["associateNo"], changes={"name": "Omdøpt AS", "group3": 1})
    nxt.vendor.people.block("orgUnit2", 1001, group=3)
    given = f"filter: {{customerNo: {{_eq: {row['customerNo']}}}}}"
    (seen,) = nxt.items("associate", "name group3 changedByUser", given)
    assert seen == {"name": "Omdøpt AS", "group3": 1, "changedByUser": "solbjorg.heidal"}
    nxt.control("delete", table="order", key=1002)
    nxt.control("edit", table="orderLine", key=[1001, 1], changes={"quantity": 3})
    assert nxt.items("order", "orderNo orderSumNetDomestic") == [{"orderNo": 1001, "orderSumNetDomestic": 4350}]


@pytest.mark.parametrize(
    ("name", "body", "says"),
    [
        ("edit", {"table": "shoes", "key": 1, "changes": {}}, "table must be one of"),
        ("edit", {"table": "order", "key": 9, "changes": {}}, "There is no Order 9"),
        ("edit", {"table": "order", "key": 1001, "changes": {"shoes": 1}}, "Order has no shoes"),
        ("edit", {"table": "order", "key": 1001}, "changes is missing"),
        ("delete", {"table": "associate", "key": 1}, "is used by Order"),
        ("payment", {"invoiceNo": "9"}, "There is no invoice 9"),
        ("supplier-invoice", {"supplierNo": 9}, "There is no supplier 9"),
        ("supplier-invoice", {"dimensions": {"orgUnit2": 9}}, "There is no OrgUnit2 9"),
        ("access", {"allowed": True, "company": 9}, "company must be one of"),
        ("webhooks", {"table": "shoes", "url": "x"}, "table must be one of"),
        ("settings", {"shoes": 1}, "unknown option"),
        ("mishaps", {"kind": "timeout"}, "operation must be a field"),
    ],
)
def test_a_person_who_asks_for_the_impossible_is_told(
    nxt: NxtCompany, name: str, body: dict[str, object], says: str
) -> None:
    assert says in nxt.refused_control(name, **body)
