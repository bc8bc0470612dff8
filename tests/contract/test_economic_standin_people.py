"""The e-conomic stand-in: what its people do, by control call."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.contract.economic_agreement import BOOKED, DOCUMENTS, PROJECTS, Books, project


@pytest.fixture
def books() -> Books:
    books = Books().with_customer()
    books.call("POST", f"{PROJECTS}/projects", project())
    return books


def test_a_supplier_invoice_is_booked_with_project_cost_type_and_file(books: Books) -> None:
    body = {"amount": "500.00", "account": 3620, "project": 1, "costType": 3, "date": "2026-11-19", "attachment": True}
    told = books.call("POST", "/_sandbox/supplier-invoice", {**body, "text": "Licens", "invoiceNumber": "H-77"}).json()
    lines = books.booked(f"voucherNumber$eq:{told['voucherNumber']}")
    assert [line["entryNumber"] for line in lines] == told["entryNumbers"]
    assert (lines[0]["supplierNumber"], lines[0]["supplierInvoiceNumber"], lines[0]["type"]) == (501, "H-77", 3)
    assert (lines[1]["projectNumber"], lines[1]["amount"], lines[1]["text"]) == (1, 400, "Licens")
    assert lines[1]["date"] == "2026-11-19T00:00:00"
    (document,) = books.get(DOCUMENTS, filter=f"voucherNumber$eq:{told['voucherNumber']}")["items"]
    assert books.http.get(f"{DOCUMENTS}/{document['number']}/pdf").content.startswith(b"%PDF")


def test_a_credit_note_of_a_supplier_turns_the_signs(books: Books) -> None:
    lines = books.people.book_supplier_invoice(amount="-125.00")
    assert [line.amount for line in lines] == [Decimal("125.00"), Decimal("-100.00"), Decimal("-25.00")]


@pytest.mark.parametrize("body", [{"project": 9}, {"account": 1}, {"supplier": 1}, {"date": "2031-01-01"}])
def test_an_invoice_that_names_nothing_is_refused(books: Books, body: dict[str, object]) -> None:
    assert books.call("POST", "/_sandbox/supplier-invoice", body).status_code == 400
    assert books.get(f"{BOOKED}/count") == 0


def test_a_payment_needs_a_booked_invoice(books: Books) -> None:
    answer = books.call("POST", "/_sandbox/payment", {"customerInvoiceNumber": 1, "amount": 1})
    assert answer.json() == {"message": "no booked invoice 1"}


def test_a_draft_of_somebody_else_comes_moves_and_goes(books: Books) -> None:
    made = books.call("POST", "/_sandbox/draft", {"journal": 1, "amount": "75.50", "text": "Frimærker"}).json()
    (draft,) = books.drafts(f"entryNumber$eq:{made['entryNumber']}")
    assert (draft["text"], draft["amount"], draft["journalNumber"]) == ("Frimærker", Decimal("75.50"), 1)
    moved = books.call("POST", "/_sandbox/move-draft", {"entryNumber": made["entryNumber"], "journal": 2}).json()
    assert moved["voucherNumber"] == 70_001
    assert books.call("POST", "/_sandbox/book", {"journal": 2}).status_code == 200
    assert books.get(f"{BOOKED}/count") == 2
    again = books.call("POST", "/_sandbox/draft", {}).json()
    books.call("POST", "/_sandbox/delete-draft", {"entryNumber": again["entryNumber"]})
    assert books.drafts(f"entryNumber$eq:{again['entryNumber']}") == []


def test_a_journal_that_people_cannot_book_says_why(books: Books) -> None:
    answer = books.call("POST", "/_sandbox/book", {"journal": 1})
    assert (answer.status_code, "does not balance" in answer.json()["message"]) == (400, True)


def test_a_year_closes_and_opens_again(books: Books) -> None:
    books.call("POST", "/_sandbox/close", {"year": "2026"})
    assert books.get("/accounting-years/2026")["closed"] is True
    books.call("POST", "/_sandbox/close", {"year": "2026", "closed": False})
    assert "closed" not in books.get("/accounting-years/2026")
    books.call("POST", "/_sandbox/close", {"year": "2026", "period": 2})
    periods = books.get("/accounting-years/2026/periods")["collection"]
    assert [period["periodNumber"] for period in periods if period.get("closed")] == [2]
    assert books.call("POST", "/_sandbox/close", {"year": "2026", "period": 13}).status_code == 400
