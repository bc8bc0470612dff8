"""The Business NXT stand-in finishes and invoices orders, and books what customers pay and suppliers charge."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.contract.business_nxt_company import NxtCompany

GROSS = Decimal("22656.25")  # of order 1001: 12.5 hours at 1450, and a quarter of it
FINISH = "order_processings { finish(filter: {orderNo: {_eq: $ono}}) { succeeded items { orderNo finishDate } } }"
PRINT = (
    "order_reports { invoicesAndCreditNotes(filter: {orderNo: {_eq: $ono}}, returnDocuments: true, "
    "printDestination: PRINT_TO_PDF, approval: $final) { succeeded documents { name content attachments { name } } } }"
)


@pytest.fixture
def nxt() -> Iterator[NxtCompany]:
    company = NxtCompany()
    yield company
    company.close()


def printed(nxt: NxtCompany, order: int, *, final: bool = True) -> Any:
    return nxt.change(PRINT, ", $ono: Int, $final: Boolean", ono=order, final=final)


def transactions(nxt: NxtCompany, number: str) -> list[tuple[Any, ...]]:
    fields = "amountDomestic outstandingAmountDomestic creditedAmountDomestic paidLast"
    rows = nxt.items("customerTransaction", fields, f'filter: {{invoiceNo: {{_eq: "{number}"}}}}')
    return [tuple(row.values()) for row in rows]


def entries(nxt: NxtCompany) -> list[tuple[Any, ...]]:
    rows = nxt.items("openCustomerEntry", "invoiceNo outstandingAmountDomestic paidStatus")
    return [tuple(row.values()) for row in rows]


def an_order(nxt: NxtCompany, **head: object) -> int:
    lines = [{"productNo": "TIMER", "quantity": 2, "priceInCurrency": 1000}]
    values = {"customerNo": 10001, **head, "orderLines": lines}
    made = nxt.do("order_create(values: $v) { items { orderNo } }", ", $v: [Order_Input!]!", v=[values])
    return int(made["order_create"]["items"][0]["orderNo"])


# ---- finishing and invoicing ---------------------------------------------------------------------


def test_a_normal_order_must_be_finished_before_it_is_invoiced(nxt: NxtCompany) -> None:
    refused = printed(nxt, 1001)
    assert "is not finished" in refused["errors"][0]["message"]
    assert refused["data"]["useCompany"]["order_reports"]["invoicesAndCreditNotes"]["succeeded"] is False
    done = nxt.do(FINISH, ", $ono: Int", ono=1001)["order_processings"]["finish"]
    assert done == {"succeeded": True, "items": [{"orderNo": 1001, "finishDate": 20261105}]}
    answer = printed(nxt, 1001)["data"]["useCompany"]["order_reports"]["invoicesAndCreditNotes"]
    assert (answer["succeeded"], answer["documents"][0]["name"]) == (True, "100001.pdf")
    assert base64.b64decode(answer["documents"][0]["content"]).startswith(b"%PDF-")


@pytest.mark.parametrize(("needs_finish", "succeeded"), [(False, True), (True, False)])
def test_a_direct_order_is_invoiced_straight_away_unless_the_company_wants_it_finished(
    needs_finish: bool, succeeded: bool
) -> None:
    nxt = NxtCompany(direct_needs_finish=needs_finish)
    answer = printed(nxt, an_order(nxt, orderType=2))
    assert answer["data"]["useCompany"]["order_reports"]["invoicesAndCreditNotes"]["succeeded"] is succeeded


def test_a_trial_print_books_nothing(nxt: NxtCompany) -> None:
    nxt.do(FINISH, ", $ono: Int", ono=1001)
    answer = printed(nxt, 1001, final=False)["data"]["useCompany"]["order_reports"]["invoicesAndCreditNotes"]
    assert (answer["succeeded"], len(answer["documents"])) == (True, 1)
    assert nxt.items("customerTransaction", "invoiceNo") == []
    assert nxt.items("orderLine", "invoiceNo", "first: 1") == [{"invoiceNo": ""}]


def test_an_invoice_stands_on_the_lines_the_customer_and_the_ledger(nxt: NxtCompany) -> None:
    assert nxt.control("invoice-order", orderNo=1001) == {"invoiceNo": "100001"}
    line = "filter: {orderNo: {_eq: 1001}}"
    assert nxt.items("orderLine", "invoiceNo unrealisedQuantity", line) == [
        {"invoiceNo": "100001", "unrealisedQuantity": 0}
    ]
    head = nxt.items("order", "invoiceDate dueDate invoicedAmountTotalDomestic", line)
    assert head == [{"invoiceDate": 20261105, "dueDate": 20261119, "invoicedAmountTotalDomestic": Decimal("18125.0")}]
    (row,) = nxt.items("customerTransaction", "invoiceNo orderNo customerNo voucherDate amountDomestic paidStatus")
    booked = {"invoiceNo": "100001", "orderNo": 1001, "customerNo": 10001, "voucherDate": 20261105}
    assert row == {**booked, "amountDomestic": GROSS, "paidStatus": 1}
    ledger = nxt.items("generalLedgerTransaction", "accountNo postedAmountDomestic orgUnit2 year period")
    assert [row["postedAmountDomestic"] for row in ledger] == [GROSS, Decimal("-4531.25"), Decimal("-18125.0")]
    assert (ledger[2]["accountNo"], ledger[2]["orgUnit2"], ledger[2]["year"], ledger[2]["period"]) == (
        3000, 1001, 2026, 11,
    )  # fmt: skip
    assert entries(nxt) == [("100001", GROSS, 1)]


def test_what_is_invoiced_is_neither_changed_nor_deleted(nxt: NxtCompany) -> None:
    nxt.control("invoice-order", orderNo=1001)
    of_order = "filter: {orderNo: {_eq: 1001}}"
    for change in (f"orderLine_update({of_order}, value: {{quantity: 1}})", f"order_delete({of_order})"):
        assert nxt.change(f"{change} {{ affectedRows }}")["errors"]
    assert "no lines to process" in printed(nxt, 1001)["errors"][0]["message"]


def test_a_quotation_is_no_order(nxt: NxtCompany) -> None:
    assert "is no sales order" in printed(nxt, 1002)["errors"][0]["message"]


def test_an_order_that_a_person_changed_is_invoiced_as_it_is_now(nxt: NxtCompany) -> None:
    nxt.vendor.people.edit("orderLine", (1001, 1), quantity=Decimal(1))
    number = nxt.vendor.people.invoice_order(1001)
    assert transactions(nxt, number)[0][0] == Decimal("1812.50")


def test_customers_abroad_pay_no_vat(nxt: NxtCompany) -> None:
    number = nxt.vendor.people.invoice_order(an_order(nxt, customerNo=10005))
    assert transactions(nxt, number)[0][0] == 2000


# ---- paying and crediting ------------------------------------------------------------------------


def test_a_payment_is_another_row_of_the_same_number_and_closes_the_entry(nxt: NxtCompany) -> None:
    number = nxt.vendor.people.invoice_order(1001)
    nxt.turn(minutes=5)
    assert nxt.control("payment", invoiceNo=number, amount="10000.25") == {"outstanding": Decimal("12656.00")}
    assert transactions(nxt, number) == [(GROSS, Decimal("12656.00"), 0, 20261105), (Decimal("-10000.25"), 0, 0, 0)]
    assert entries(nxt) == [(number, Decimal("12656.00"), 2)]
    nxt.control("payment", invoiceNo=number, date="2026-11-10")
    assert transactions(nxt, number)[0] == (GROSS, 0, 0, 20261110)
    assert entries(nxt) == []
    (invoice, *_) = nxt.items("customerTransaction", "changedTimestamp createdTimestamp")
    assert invoice["changedTimestamp"] > invoice["createdTimestamp"]


@pytest.mark.parametrize("stays", [True, False])
def test_an_entry_settled_late_stays_until_interest_is_calculated_where_the_company_works_so(stays: bool) -> None:
    nxt = NxtCompany(late_paid_stay=stays)
    number = nxt.vendor.people.invoice_order(1001)
    nxt.vendor.people.pay(number, on=date(2026, 12, 24))
    assert entries(nxt) == ([(number, 0, 3)] if stays else [])
    assert nxt.control("interest") == {"entries": int(stays)}
    assert entries(nxt) == []


def test_a_credit_note_has_the_invoices_number_and_counts_as_credited(nxt: NxtCompany) -> None:
    number = nxt.vendor.people.invoice_order(1001)
    assert nxt.control("credit-note", invoiceNo=number) == {"outstanding": 0}
    assert transactions(nxt, number) == [(GROSS, 0, GROSS, 0), (-GROSS, 0, 0, 0)]
    assert entries(nxt) == []


def test_a_credit_order_refers_to_its_invoice(nxt: NxtCompany) -> None:
    number = nxt.vendor.people.invoice_order(1001)
    order = an_order(nxt, orderPreferences=2, invoiceReference=number)
    credit = nxt.vendor.people.invoice_order(order)
    assert transactions(nxt, credit)[0][:2] == (-2500, 0)
    assert transactions(nxt, number)[0][:3] == (GROSS, GROSS - 2500, 2500)
    assert entries(nxt) == [(number, GROSS - 2500, 2)]


# ---- suppliers -----------------------------------------------------------------------------------


def test_a_suppliers_invoice_is_a_cost_on_the_project(nxt: NxtCompany) -> None:
    nxt.control("supplier-invoice", net="1000.00", dimensions={"orgUnit2": 1002}, text="Lokal", invoiceNo="L-77")
    (row,) = nxt.items("supplierTransaction", "supplierNo invoiceNo amountDomestic orgUnit2 text")
    booked = {"supplierNo": 50001, "invoiceNo": "L-77", "orgUnit2": 1002, "text": "Lokal"}
    assert row == {**booked, "amountDomestic": Decimal("-1250.00")}
    costs = nxt.items("generalLedgerTransaction", "accountNo postedAmountDomestic", "filter: {orgUnit2: {_eq: 1002}}")
    assert costs == [{"accountNo": 4500, "postedAmountDomestic": Decimal("1000.00")}]
    nxt.vendor.people.book_supplier_invoice(net="-1000.00", dimensions={"orgUnit2": 1002}, on=date(2026, 10, 31))
    back = nxt.items("generalLedgerTransaction", "period", "filter: {postedAmountDomestic: {_eq: -1000}}")
    assert back == [{"period": 10}]


def test_a_purchase_order_is_an_order_of_another_kind(nxt: NxtCompany) -> None:
    made = nxt.do("order_create(values: [{supplierNo: 50002, transactionType: 6}]) { items { orderNo name } }")
    assert made["order_create"]["items"] == [{"orderNo": 1003, "name": "Lyngrype Hotell AS"}]


def test_postings_are_only_read(nxt: NxtCompany) -> None:
    answer = nxt.change("customerTransaction_delete { affectedRows }")
    assert answer["errors"][0]["extensions"]["code"] == "FIELDS_ON_CORRECT_TYPE"
