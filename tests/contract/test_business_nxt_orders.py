"""Sales orders in Business NXT: written once with their lines, found by their key, read back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest

from handoff.domain.errors import BrokenContract, InvalidInput, Rejected
from handoff.domain.periods import Period
from handoff.domain.posting import DocumentKind, check_balance
from handoff.domain.sales import UnitChoices
from tests.contract.business_nxt_erp import NxtErp
from tests.contract.business_nxt_orders import (
    KEY,
    OTHER_KEY,
    a_credit_note,
    a_line,
    altered,
    an_order,
    head,
    keyed,
    lines,
    orders_of,
    sent,
)

NOVEMBER = Period("2026-11")
UNDATED = {"external_id": "text-1", "item": "", "quantity": Decimal(0), "unit_price": Decimal(0)}


@pytest.fixture
def nxt() -> Iterator[NxtErp]:
    company = NxtErp()
    yield company
    company.close()


def key_of(number: int) -> str:
    return f"HO{number:016d}".translate(str.maketrans("0189", "ABCD"))


# ---- written -------------------------------------------------------------------------------------


def test_an_order_stands_in_the_erp_as_it_was_planned(nxt: NxtErp) -> None:
    """S8.2."""
    says = {"our_reference": "Aamu P", "your_reference": "Hilja\nKuura", "order_reference": "PO 4500"}
    posting = altered(an_order(), **says)
    check_balance(posting)
    receipt = orders_of(nxt).send(posting)
    assert (receipt.number, receipt.at, receipt.adopted) == ("1003", nxt.now, False)
    row = head(nxt, receipt.number)
    assert (row["orderDate"], row["transactionType"], row["orderType"], row["customerNo"]) == (20261104, 1, 1, 10001)
    assert (row["ourReference"], row["yourReference"], row["customerOrSupplierOrderNo"]) == (
        "Aamu P", "Hilja Kuura", "PO 4500",
    )  # fmt: skip
    assert (row["information1"], row["information6"], row["currencyNo"]) == ("Invoice 7001", KEY, 0)
    assert (row["orgUnit1"], row["orgUnit2"], row["orderPreferences"], row["invoiceReference"]) == (20, 1001, 0, "")
    assert row["orderSumNetDomestic"] == Decimal("10875.00")
    (line,) = lines(nxt, receipt.number)
    assert (line["productNo"], line["description"]) == ("TIMER", "Rådgivning i oktober")
    assert (line["quantity"], line["priceInCurrency"]) == (Decimal("7.5"), Decimal("1450.00"))
    assert (line["orgUnit1"], line["orgUnit2"], line["transactionInformation1"]) == (20, 1001, "row-1")


def test_an_order_is_one_call_and_the_currencies_once(nxt: NxtErp) -> None:
    orders = orders_of(nxt)
    nxt.calls()
    orders.send(an_order())
    assert nxt.calls() == 2
    orders.send(an_order(key=OTHER_KEY))
    assert nxt.calls() == 1


def test_two_lines_with_the_same_product_are_two_lines_in_their_order(nxt: NxtErp) -> None:
    """S8.2."""
    number = sent(nxt, an_order(a_line(), a_line(external_id="row-2", text="Samme", quantity=Decimal(1))))
    assert [(line["lineNo"], line["transactionInformation1"], line["description"]) for line in lines(nxt, number)] == [
        (1, "row-1", "Rådgivning i oktober"), (2, "row-2", "Samme"),
    ]  # fmt: skip


def test_lines_have_projects_and_departments_of_their_own_or_those_of_the_order(nxt: NxtErp) -> None:
    """S8.2."""
    other = a_line(external_id="row-2", project="1003", department="10")
    plain = a_line(external_id="row-3", project="", department="")
    number = sent(nxt, an_order(a_line(), other, plain))
    assert [(line["orgUnit2"], line["orgUnit1"]) for line in lines(nxt, number)] == [(1001, 20), (1003, 10), (1001, 20)]


def test_a_department_that_nobody_says_is_the_one_that_the_project_suggests(nxt: NxtErp) -> None:
    number = sent(nxt, an_order(a_line(department=""), department=""))
    assert (head(nxt, number)["orgUnit1"], lines(nxt, number)[0]["orgUnit1"]) == (10, 10)


def test_units_from_the_seventh_on_have_texts_for_numbers(nxt: NxtErp) -> None:
    units = UnitChoices(department_unit=7, project_unit=2)
    posting = an_order(a_line(department="INTERN"), department="INTERN")
    number = orders_of(nxt, units).send(posting).number
    assert (head(nxt, number)["orgUnit7"], lines(nxt, number)[0]["orgUnit7"]) == ("INTERN", "INTERN")


def test_a_line_without_a_product_is_a_text(nxt: NxtErp) -> None:
    number = sent(nxt, an_order(a_line(), a_line(**{**UNDATED, "text": "Timer i oktober"})))
    text = lines(nxt, number)[1]
    assert (text["productNo"], text["description"], text["quantity"]) == ("", "Timer i oktober", 0)


def test_an_order_in_another_currency_names_it(nxt: NxtErp) -> None:
    number = sent(nxt, altered(an_order(), currency="EUR"))
    assert (head(nxt, number)["currencyNo"], lines(nxt, number)[0]["currencyNo"]) == (978, 978)
    assert list(orders_of(nxt).currencies()) == ["EUR", "NOK", "SEK"]


def test_a_credit_note_is_an_order_of_its_own_that_names_what_it_credits(nxt: NxtErp) -> None:
    """S8.2."""
    invoice = nxt.people.invoice_order(int(sent(nxt)))
    number = sent(nxt, a_credit_note(invoice))
    assert (head(nxt, number)["orderPreferences"], head(nxt, number)["invoiceReference"]) == (2, invoice)
    assert lines(nxt, number)[0]["quantity"] == Decimal("7.5")
    credit = nxt.people.invoice_order(int(number))
    rows = {row["invoiceNo"]: row for row in nxt.people._company.rows("customerTransaction").all()}
    assert (rows[credit]["amountDomestic"], rows[credit]["outstandingAmountDomestic"]) == (Decimal("-13593.75"), 0)
    assert rows[invoice]["outstandingAmountDomestic"] == 0


# ---- refused before it is sent -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("says", "line", "code"),
    [
        ({"currency": "USD"}, {}, "unknown_currency"),
        ({"customer": "K-1"}, {}, "number_unfit"),
        ({"project": "P1001"}, {}, "number_unfit"),
        ({}, {"department": "Oslo"}, "number_unfit"),
        ({}, {"item": ""}, "item_missing"),
    ],
)
def test_what_no_column_takes_is_refused_in_words_and_nothing_is_sent(
    nxt: NxtErp, says: dict[str, str], line: dict[str, str], code: str
) -> None:
    with pytest.raises(Rejected) as caught:
        orders_of(nxt).send(an_order(a_line(**line), **says))
    assert (caught.value.code, keyed(nxt)) == (code, 0)
    assert caught.value.cure


def test_units_that_there_are_none_of_are_refused_at_once(nxt: NxtErp) -> None:
    with pytest.raises(InvalidInput):
        orders_of(nxt, UnitChoices(department_unit=13, project_unit=2))


# ---- found ---------------------------------------------------------------------------------------


def test_an_order_is_found_by_its_key_with_one_call_until_it_is_deleted(nxt: NxtErp) -> None:
    orders, posting = orders_of(nxt), an_order()
    assert orders.find(posting) is None
    number = orders.send(posting).number
    nxt.calls()
    found = orders_of(nxt).find(posting)
    assert found is not None
    assert (found.number, found.adopted, nxt.calls()) == (number, True, 1)
    assert orders.find(an_order(key=OTHER_KEY)) is None
    assert orders.find(an_order(key=KEY.lower())) is None
    nxt.company.control("delete", table="order", key=int(number))
    assert orders.find(posting) is None


def test_an_order_whose_text_or_lines_a_person_changed_is_found_all_the_same(nxt: NxtErp) -> None:
    number = sent(nxt)
    nxt.company.control("edit", table="order", key=int(number), changes={"information1": "Annet"})
    nxt.company.control("edit", table="orderLine", key=[int(number), 1], changes={"quantity": 1})
    nxt.people.invoice_order(int(number))
    found = orders_of(nxt).find(an_order())
    assert found is not None
    assert found.number == number


def test_of_two_orders_with_one_key_the_first_is_the_one(nxt: NxtErp) -> None:
    numbers = [sent(nxt) for _ in range(2)]
    found = orders_of(nxt).find(an_order())
    assert found is not None
    assert found.number == min(numbers)


def test_an_order_that_lacks_a_line_is_not_adopted(nxt: NxtErp) -> None:
    number = sent(nxt)
    with pytest.raises(BrokenContract, match=f"order {number}") as caught:
        orders_of(nxt).find(an_order(a_line(), a_line(external_id="row-2")))
    assert caught.value.code == "half_order"


def test_orders_can_be_asked_for_and_not_taken_back_and_a_lost_one_may_come_late(nxt: NxtErp) -> None:
    orders = orders_of(nxt)
    assert (orders.findable, orders.reversible, orders.absence_delay) == (True, False, timedelta(seconds=2))


# ---- read back -----------------------------------------------------------------------------------


def test_the_orders_of_a_month_are_ours_with_what_their_lines_come_to_now(nxt: NxtErp) -> None:
    first = sent(nxt, an_order(a_line(), a_line(external_id="row-2", quantity=Decimal(1))))
    note = sent(nxt, a_credit_note())
    sent(nxt, an_order(key=key_of(1), ordered_on=date(2026, 10, 31)))
    sent(nxt, an_order(key=key_of(2), ordered_on=date(2026, 12, 1)))
    foreign = sent(nxt, an_order(key=key_of(3)))
    nxt.company.control("edit", table="order", key=int(foreign), changes={"information6": "HOUSE"})
    nxt.people.edit("orderLine", (int(first), 2), discountPercent1=Decimal(50))
    nxt.people.invoice_order(int(first))
    found = list(orders_of(nxt).documents_of(NOVEMBER))
    assert [(one.key, one.number, one.status, one.kind, one.period) for one in found] == [
        (KEY, first, "invoiced", DocumentKind.SALES_ORDER, NOVEMBER),
        (OTHER_KEY, note, "open", DocumentKind.SALES_ORDER, NOVEMBER),
    ]  # fmt: skip
    told = [(line.external_id, line.hours, line.amount) for one in found for line in one.lines]
    assert told == [("", Decimal(0), Decimal("11600.00")), ("", Decimal(0), Decimal("-10875.00"))]


def test_many_orders_of_a_month_are_read_page_by_page(nxt: NxtErp) -> None:
    numbers = [sent(nxt, an_order(a_line(), a_line(external_id="b"), key=key_of(place))) for place in range(7)]
    nxt.company.control("settings", page_max=3)
    found = list(orders_of(nxt).documents_of(NOVEMBER))
    assert [one.number for one in found] == numbers
    assert {line.amount for one in found for line in one.lines} == {Decimal("21750.00")}


def test_a_month_without_orders_is_one_call(nxt: NxtErp) -> None:
    nxt.calls()
    assert list(orders_of(nxt).documents_of(NOVEMBER)) == []
    assert nxt.calls() == 1
