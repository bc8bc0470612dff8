"""The e-conomic stand-in: draft entries, booking, booked entries, payments."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.contract.economic_agreement import BOOKED, JOURNALS, VOUCHERS, Books, invoice, project, voucher

BOOK = f"{JOURNALS}/journals/1/bookdraftentries"


@pytest.fixture
def books() -> Books:
    return Books().with_customer()


def entry_of(books: Books, number: int) -> int:
    return int(books.drafts(f"voucherNumber$eq:{number}")[0]["entryNumber"])


def test_a_voucher_becomes_a_draft_and_then_three_booked_lines(books: Books) -> None:
    number = books.with_voucher()
    (draft,) = books.drafts("customerInvoiceNumber$eq:5001")
    assert (draft["entryTypeNumber"], draft["journalNumber"], draft["voucherNumber"]) == (10, 1, number)
    answer = books.call("POST", BOOK, {"entryNumbers": [draft["entryNumber"]]})
    assert answer.status_code == 200
    (told,) = answer.json()["bookedEntries"]
    assert told["draftEntryNumber"] == draft["entryNumber"]
    assert told["voucherNumber"] == number
    lines = books.booked(f"voucherNumber$eq:{number}")
    assert [(line["accountNumber"], line["amount"], line["remainder"]) for line in lines] == [
        (5600, Decimal("30000.00"), Decimal("30000.00")),
        (1010, Decimal("-24000.00"), 0),
        (6902, Decimal("-6000.00"), 0),
    ]
    assert [line.get("customerInvoiceNumber") for line in lines] == [5001, None, None]
    assert {line["type"] for line in lines} == {10}
    assert told["entryNumber"] == lines[0]["entryNumber"]
    assert books.drafts("customerInvoiceNumber$eq:5001") == []


def test_chosen_entries_are_booked_and_other_peoples_drafts_stay(books: Books) -> None:
    theirs = {draft["entryNumber"] for draft in books.drafts("journalNumber$eq:1")}
    number = books.with_voucher()
    books.call("POST", BOOK, {"entryNumbers": [entry_of(books, number)]})
    assert len(theirs) == 2
    assert {draft["entryNumber"] for draft in books.drafts("journalNumber$eq:1")} == theirs


def test_the_whole_journal_is_refused_for_somebodys_unbalanced_draft(books: Books) -> None:
    number = books.with_voucher()
    answer = books.call("POST", f"{JOURNALS}/journals/1/book")
    assert (answer.status_code, answer.json()["errorCode"]) == (400, "VoucherNotBalanced")
    assert books.booked() == []
    assert entry_of(books, number)


def test_booking_is_all_or_nothing(books: Books) -> None:
    good = entry_of(books, books.with_voucher())
    bad = entry_of(books, books.with_voucher(contraAccount=None, contraVatAccount=None, customerInvoiceNumber=5002))
    answer = books.call("POST", BOOK, {"entryNumbers": [good, bad]})
    assert (answer.status_code, answer.json()["errorCode"]) == (400, "VoucherNotBalanced")
    assert books.booked() == []


@pytest.mark.parametrize("entries", [[], [999]])
def test_no_entry_and_an_unknown_entry_are_not_found(books: Books, entries: list[int]) -> None:
    answer = books.call("POST", BOOK, {"entryNumbers": entries})
    assert (answer.status_code, answer.json()["errorCode"]) == (400, "JournalEntryNotFound")


def test_an_entry_is_booked_once(books: Books) -> None:
    entry = entry_of(books, books.with_voucher())
    assert books.call("POST", BOOK, {"entryNumbers": [entry]}).status_code == 200
    assert books.call("POST", BOOK, {"entryNumbers": [entry]}).json()["errorCode"] == "JournalEntryNotFound"
    assert len(books.booked("customerInvoiceNumber$eq:5001")) == 1


def test_a_period_that_was_closed_in_between_refuses_the_booking(books: Books) -> None:
    entry = entry_of(books, books.with_voucher())
    books.people.close("2026", 11)
    answer = books.call("POST", BOOK, {"entryNumbers": [entry]})
    assert answer.json()["errorCode"] == "JournalEntryDateInClosedAccountingPeriod"
    books.people.close("2026", 11, closed=False)
    assert books.call("POST", BOOK, {"entryNumbers": [entry]}).status_code == 200


def test_an_empty_journal_cannot_be_booked() -> None:
    answer = Books(others_drafts=False).call("POST", f"{JOURNALS}/journals/1/book")
    assert (answer.status_code, answer.json()["errorCode"]) == (400, "JournalEntryNotFound")


def test_a_draft_is_deleted_by_its_version_only(books: Books) -> None:
    (draft,) = books.drafts(f"voucherNumber$eq:{books.with_voucher()}")
    body = {name: draft[name] for name in ("journalNumber", "voucherNumber", "entryNumber")}
    path = f"{JOURNALS}/draft-entries"
    assert books.call("DELETE", path, body).status_code == 400
    assert books.call("DELETE", path, {**body, "objectVersion": "AAAA"}).status_code == 409
    assert books.call("DELETE", path, {**body, "objectVersion": draft["objectVersion"]}).status_code == 204
    assert books.call("DELETE", path, {**body, "objectVersion": draft["objectVersion"]}).status_code == 404


def test_a_draft_moved_by_a_person_keeps_its_text_and_changes_its_voucher_number(books: Books) -> None:
    number = books.with_voucher(text="Energiplan #5001")
    moved = books.people.move_draft(entry_of(books, number), 2)
    assert moved.voucher != number
    (draft,) = books.drafts("text$like:#5001")
    assert (draft["journalNumber"], draft["voucherNumber"]) == (2, moved.voucher)


def test_a_project_stands_on_the_revenue_of_a_finance_voucher_beside_the_invoice(books: Books) -> None:
    books.call("POST", "/projectsapi/v1.1.0/projects", project())
    revenue = {"account": {"accountNumber": 1010}, "vatAccount": {"vatCode": "U25"}, "project": {"projectNumber": 1}}
    body = voucher()
    body["entries"] = {
        "manualCustomerInvoices": [invoice(contraAccount=None, contraVatAccount=None)],
        "financeVouchers": [{**revenue, "amount": -30000.00, "date": "2026-11-20", "text": "Energiplan"}],
    }
    answer = books.call("POST", VOUCHERS, body)
    number = answer.json()[0]["voucherNumber"]
    entries = [draft["entryNumber"] for draft in books.drafts(f"voucherNumber$eq:{number}")]
    assert books.call("POST", BOOK, {"entryNumbers": entries}).status_code == 200
    (line,) = books.booked("projectNumber$eq:1")
    assert (line["accountNumber"], line["amount"]) == (1010, Decimal("-24000.00"))


def test_payments_lower_what_is_open_on_the_invoice(books: Books) -> None:
    books.call("POST", BOOK, {"entryNumbers": [entry_of(books, books.with_voucher())]})
    assert books.people.pay(5001, "10000.00") == Decimal("20000.00")
    answer = books.call("POST", "/_sandbox/payment", {"customerInvoiceNumber": 5001, "amount": "20000.00"})
    assert answer.json() == {"remainder": 0.0}
    (line,) = books.booked("customerInvoiceNumber$eq:5001$and:type$eq:10")
    assert line["remainder"] == 0
    assert len(books.booked("type$eq:2$and:customerInvoiceNumber$eq:5001")) == 2


def test_a_supplier_invoice_of_a_person_carries_its_cost_type_on_rest_only(books: Books) -> None:
    books.call("POST", "/projectsapi/v1.1.0/projects", project())
    lines = books.people.book_supplier_invoice(
        amount="1250.00", account=2770, project=1, cost_type=2, on=date(2026, 11, 18), attachment=True
    )
    assert [(line.account, line.amount) for line in lines] == [
        (6800, Decimal("-1250.00")),
        (2770, Decimal("1000.00")),
        (6903, Decimal("250.00")),
    ]
    (flat,) = books.booked("projectNumber$eq:1$and:date$gte:2026-11-18$and:accountNumber$in:[2210,2770]")
    assert "costTypeNumber" not in flat
    page = books.get("/accounting-years/2026/entries", filter="project.projectNumber$eq:1")
    (row,) = page["collection"]
    assert (row["costType"]["costTypeNumber"], row["entryType"]) == (2, "supplierInvoice")
    assert row["entryNumber"] == flat["entryNumber"]


def book_all(books: Books, entries: dict[str, object]) -> list[dict[str, Any]]:
    """Puts a voucher with these entries into journal 1 and books it; its lines."""
    answer = books.call("POST", VOUCHERS, {**voucher(), "entries": entries})
    assert answer.status_code == 201, answer.text
    number = answer.json()[0]["voucherNumber"]
    chosen = [draft["entryNumber"] for draft in books.drafts(f"voucherNumber$eq:{number}")]
    assert books.call("POST", BOOK, {"entryNumbers": chosen}).status_code == 200
    return books.booked(f"voucherNumber$eq:{number}")


def test_a_supplier_invoice_put_in_by_an_app_is_negative_for_a_purchase(books: Books) -> None:
    entry = {
        "supplier": {"supplierNumber": 502},
        "supplierInvoiceNumber": "T-9",
        "amount": -250.00,
        "date": "2026-11-20",
        "contraAccount": {"accountNumber": 3620},
        "contraVatAccount": {"vatCode": "I25"},
        "costType": {"costTypeNumber": 3},
    }
    lines = book_all(books, {"supplierInvoices": [entry]})
    assert [(line["accountNumber"], line["amount"]) for line in lines] == [(6800, -250), (3620, 200), (6903, 50)]
    assert lines[0]["supplierInvoiceNumber"] == "T-9"


def test_a_credit_note_is_a_negative_customer_invoice(books: Books) -> None:
    lines = book_all(books, {"manualCustomerInvoices": [invoice(amount=-3000.00)]})
    assert [(line["amount"], line["remainder"]) for line in lines] == [(-3000, -3000), (2400, 0), (600, 0)]


def test_a_payment_put_in_by_an_app_is_set_off_against_the_invoice(books: Books) -> None:
    book_all(books, {"manualCustomerInvoices": [invoice()]})
    entry = {
        "customer": {"customerNumber": 10001},
        "customerInvoiceNumber": 5001,
        "amount": -30000.00,
        "date": "2026-11-21",
        "contraAccount": {"accountNumber": 5820},
    }
    payment = book_all(books, {"customerPayments": [entry]})
    assert [(line["accountNumber"], line["remainder"], line["type"]) for line in payment] == [
        (5600, 0, 2),
        (5820, 0, 2),
    ]
    assert books.booked("customerNumber$eq:10001$and:remainder$ne:0") == []


def test_serial_numbers_rise_and_can_be_asked_for(books: Books) -> None:
    first = books.people.book_supplier_invoice()
    second = books.people.book_supplier_invoice()
    numbers = [line.entry for line in first + second]
    assert numbers == sorted(set(numbers))
    later = books.booked(f"entryNumber$gt:{first[-1].entry}")
    assert [line["entryNumber"] for line in later] == [line.entry for line in second]
    assert books.get(f"{BOOKED}/count") == len(numbers)
