"""The e-conomic stand-in: journals, vouchers put into them, and what is attached."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.contract.economic_agreement import (
    BASE,
    DOCUMENTS,
    JOURNALS,
    PDF,
    PNG,
    PROJECTS,
    VOUCHERS,
    Books,
    project,
    voucher,
)


@pytest.fixture
def books() -> Books:
    return Books().with_customer()


def errors_of(books: Books, body: object) -> Any:
    answer = books.call("POST", VOUCHERS, body)
    assert answer.status_code == 400, answer.text
    return answer.json()["errors"]


def first_error(books: Books, name: str, **changes: object) -> Any:
    (entry,) = errors_of(books, voucher("2026", **changes))["entries"]["manualCustomerInvoices"]
    assert entry["arrayIndex"] == 0
    return entry[name]["errors"][0]


def test_the_answer_is_an_array_with_the_voucher(books: Books) -> None:
    answer = books.call("POST", VOUCHERS, voucher())
    assert answer.status_code == 201
    (body,) = answer.json()
    assert body["voucherNumber"] == 50_003  # two of other people were first
    assert body["accountingYear"] == {"year": "2026", "self": f"{BASE}/accounting-years/2026"}
    assert body["journal"]["journalNumber"] == 1
    assert body["attachment"] == f"{BASE}/journals/1/vouchers/2026-50003/attachment"
    (entry,) = body["entries"]["manualCustomerInvoices"]
    assert (entry["entryType"], entry["voucher"]) == ("manualCustomerInvoice", {"voucherNumber": 50_003})
    assert entry["customerInvoiceNumber"] == 5001
    assert books.http.get(body["self"]).json() == body


def test_the_invoice_number_has_two_names(books: Books) -> None:
    books.with_voucher(customerInvoiceNumber=None, customerInvoice=5002)
    assert len(books.drafts("customerInvoiceNumber$eq:5002")) == 1


def test_an_invoice_number_is_not_unique_to_the_vendor(books: Books) -> None:
    assert books.with_voucher() != books.with_voucher()


def test_several_vouchers_go_in_together_or_not_at_all(books: Books) -> None:
    answer = books.call("POST", VOUCHERS, [voucher(), voucher(customerInvoiceNumber=5002)])
    assert [row["voucherNumber"] for row in answer.json()] == [50_003, 50_004]
    errors = errors_of(books, [voucher(customerInvoiceNumber=5003), voucher(amount=1.005)])
    assert [row["arrayIndex"] for row in errors] == [1]
    assert books.drafts("customerInvoiceNumber$eq:5003") == []


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("customer", {"customerNumber": 4}, "E06000"),
        ("contraAccount", {"accountNumber": 9999}, "E06000"),
        ("contraVatAccount", {"vatCode": "X25"}, "E06000"),
        ("contraVatAccount", {}, "E04500"),
        ("currency", {"code": "XXX"}, "E06000"),
        ("amount", 10.123, "E04740"),
        ("amount", None, "E04730"),
        ("date", None, "E04730"),
        ("date", "20-11-2026", "E04730"),
        ("date", "2027-01-01", "EntryDateOutsideAccountingYear"),
        ("customerInvoiceNumber", 1_000_000_000, "E04410"),
        ("customerInvoiceNumber", "A-1", "E04410"),
        ("text", "x" * 251, "E04400"),
        ("contraAccount", {"accountNumber": 3690}, "AccountCannotBePosted"),
        ("contraAccount", {"accountNumber": 1000}, "AccountCannotBePosted"),
    ],
)
def test_what_is_wrong_with_an_entry_is_told_at_its_place(books: Books, name: str, value: object, code: str) -> None:
    assert first_error(books, name, **{name: value})["errorCode"] == code


def test_the_sentence_of_too_many_decimals_is_the_vendors(books: Books) -> None:
    error = first_error(books, "amount", amount=10.123)
    assert error["message"] == "amount scale cannot be greater then two decimal places."
    assert error["value"] == 10.123


def test_the_year_must_be_there_and_open(books: Books) -> None:
    assert errors_of(books, voucher("2031"))["accountingYear"]["errors"][0]["errorCode"] == "E06000"
    assert errors_of(books, voucher("2023/2024a"))["accountingYear"]["errors"][0]["errorCode"] == "AccountingYearClosed"
    assert errors_of(books, {**voucher(), "accountingYear": {}})["accountingYear"]["errors"][0]["errorCode"] == "E04500"
    body = {name: value for name, value in voucher().items() if name != "accountingYear"}
    assert errors_of(books, body)["accountingYear"]["errors"][0]["errorCode"] == "E04730"


def test_a_closed_period_takes_nothing(books: Books) -> None:
    books.call("POST", "/_sandbox/close", {"year": "2026", "period": 11})
    assert first_error(books, "date")["errorCode"] == "EntryDateInClosedPeriod"
    assert books.with_voucher(date="2026-12-01")


def test_a_customer_or_a_contra_account_is_needed(books: Books) -> None:
    changes: dict[str, object] = {"customer": None, "contraAccount": None}
    assert first_error(books, "customer", **changes)["errorCode"] == "E04730"


def test_a_project_on_a_customer_invoice_is_ignored_and_checked_on_a_finance_voucher(books: Books) -> None:
    books.with_voucher(project={"projectNumber": 4})
    entry = {"amount": 100, "date": "2026-11-20", "account": {"accountNumber": 2210}, "project": {"projectNumber": 4}}
    body = {**voucher(), "entries": {"financeVouchers": [entry]}}
    (found,) = errors_of(books, body)["entries"]["financeVouchers"]
    assert found["project"]["errors"][0]["errorCode"] == "E06000"
    books.call("POST", f"{PROJECTS}/projects", project(number=4))
    books.people.edit_project(4, isBarred=True)
    (found,) = errors_of(books, body)["entries"]["financeVouchers"]
    assert found["project"]["errors"][0]["errorCode"] == "EntriesNotAllowedProjectIsBarred"


def test_a_given_voucher_number_is_kept_within_the_journals_range(books: Books) -> None:
    assert books.call("POST", VOUCHERS, {**voucher(), "voucherNumber": 51_000}).json()[0]["voucherNumber"] == 51_000
    assert books.with_voucher() == 51_001
    errors = errors_of(books, {**voucher(), "voucherNumber": 70_001})
    assert errors["voucherNumber"]["errors"][0]["errorCode"] == "JournalEntryVoucherNumberNotWithinBoundaries"


def test_a_range_that_is_used_up_gives_no_number(books: Books) -> None:
    books.call("POST", "/_sandbox/journal", {"journal": 1, "lowest": 50_001, "highest": 50_002})
    errors = errors_of(books, voucher())
    assert errors["voucherNumber"]["errors"][0]["errorCode"] == "JournalEntryVoucherNumberCannotBeGenerated"


def test_a_journal_may_take_one_type_only(books: Books) -> None:
    body = {"journal": 1, "lowest": 50_001, "highest": 59_999, "restrictedTo": "financeVoucher"}
    books.call("POST", "/_sandbox/journal", body)
    assert books.get("/journals/1")["settings"]["entryTypeRestrictedTo"] == "financeVoucher"
    assert first_error(books, "entryType")["errorCode"] == "JournalEntryTypeNotAllowed"


def test_an_empty_voucher_is_refused(books: Books) -> None:
    assert "entries" in errors_of(books, {**voucher(), "entries": {"manualCustomerInvoices": []}})


def test_a_voucher_is_not_deleted_but_its_entries_are(books: Books) -> None:
    number = books.with_voucher()
    assert books.call("DELETE", f"{VOUCHERS}/2026-{number}").status_code == 405
    (draft,) = books.drafts(f"voucherNumber$eq:{number}")
    assert books.call("DELETE", f"/journals/1/entries/{draft['entryNumber']}").status_code == 204
    assert books.http.get(f"{VOUCHERS}/2026-{number}").status_code == 404


def test_entries_of_a_journal_are_listed_with_the_settings_beside_it(books: Books) -> None:
    books.with_voucher(text="Energiplan #5001")
    entries = books.get("/journals/1/entries", filter="text$like:#5001")["collection"]
    assert [entry["customer"]["customerNumber"] for entry in entries] == [10001]
    journal = books.get("/journals")["collection"][0]
    assert journal["settings"]["voucherNumbers"] == {"minimumVoucherNumber": 50_001, "maximumVoucherNumber": 59_999}
    assert len(books.get("/journals/1/vouchers")["collection"]) == 3
    assert books.get("/journals-experimental/1")["journalNumber"] == 1


def test_an_amount_in_another_currency_has_its_worth_in_the_books_own(books: Books) -> None:
    number = books.with_voucher(currency={"code": "EUR"}, amount=100, contraVatAccount={"vatCode": "UEU"})
    entry = books.drafts(f"voucherNumber$eq:{number}")[0]["entryNumber"]
    answer = books.call("POST", f"{JOURNALS}/journals/1/bookdraftentries", {"entryNumbers": [entry]})
    assert answer.status_code == 200
    debtor, revenue = books.booked(f"voucherNumber$eq:{number}")
    assert (debtor["currencyCode"], debtor["amount"], debtor["amountInBaseCurrency"]) == ("EUR", 100, 746)
    assert revenue["amountInBaseCurrency"] == -746


# What is attached


def attach(books: Books, path: str, content: bytes = PDF, method: str = "POST") -> httpx.Response:
    return books.http.request(method, path, files={"file": ("faktura.pdf", content, "application/pdf")})


def test_one_attachment_is_posted_and_pages_are_added_by_patch(books: Books) -> None:
    here = f"{VOUCHERS}/2026-{books.with_voucher()}/attachment"
    assert books.http.get(here).status_code == 404
    assert attach(books, f"{here}/file").status_code == 201
    assert books.get(here)["pages"] == 1
    assert books.http.get(f"{here}/file").content == PDF
    again = attach(books, f"{here}/file")
    assert (again.status_code, "Voucher already has attachment" in again.text) == (400, True)
    assert attach(books, f"{here}/file", PNG, "PATCH").status_code == 200
    assert books.get(here)["pages"] == 2
    assert books.http.get(f"{here}/file").content.startswith(b"%PDF")
    assert books.call("DELETE", f"{here}/file").status_code == 204
    assert attach(books, f"{here}/file", PNG, "PATCH").status_code == 201


def test_an_attachment_is_a_small_file_of_a_known_kind_in_a_form(books: Books) -> None:
    path = f"{VOUCHERS}/2026-{books.with_voucher()}/attachment/file"
    assert books.call("POST", path, {"file": "x"}).status_code == 415
    assert attach(books, path, b"hello").status_code == 400
    assert attach(books, path, PDF + b"\0" * 9 * 1024 * 1024).status_code == 400
    assert attach(books, f"{VOUCHERS}/2026-59000/attachment/file").status_code == 404
    assert attach(books, path, PNG).status_code == 201


def test_plan_plus_takes_no_attachments() -> None:
    books = Books(plan="plus").with_customer()
    answer = attach(books, f"{VOUCHERS}/2026-{books.with_voucher()}/attachment/file")
    assert (answer.status_code, answer.json()["errorCode"]) == (403, "E00550")
    assert attach(books, DOCUMENTS).status_code == 403


def test_documents_follow_the_voucher_into_the_books(books: Books) -> None:
    number = books.with_voucher()
    attach(books, f"{VOUCHERS}/2026-{number}/attachment/file")
    entry = books.drafts(f"voucherNumber$eq:{number}")[0]["entryNumber"]
    books.call("POST", f"{JOURNALS}/journals/1/bookdraftentries", {"entryNumbers": [entry]})
    page = books.get(DOCUMENTS, filter=f"voucherNumber$eq:{number}$and:accountingYear$eq:2026")
    (document,) = page["items"]
    assert (document["voucherNumber"], document["accountingYear"], document["pageCount"]) == (number, "2026", 1)
    answer = books.http.get(f"{DOCUMENTS}/{document['number']}/pdf")
    assert (answer.content, answer.headers["content-type"]) == (PDF, "application/pdf")
    assert books.call("DELETE", f"{DOCUMENTS}/{document['number']}").status_code == 204
    assert books.get(f"{DOCUMENTS}/count") == 0


def test_a_document_is_put_on_a_booked_voucher(books: Books) -> None:
    lines = books.people.book_supplier_invoice(attachment=True)
    form = {"voucherNumber": str(lines[0].voucher), "accountingYear": "2026", "note": "Side 2"}
    answer = books.http.post(DOCUMENTS, data=form, files={"file": ("bilag.pdf", PDF, "application/pdf")})
    assert answer.status_code == 200
    page = books.get(DOCUMENTS, filter=f"voucherNumber$eq:{lines[0].voucher}")
    assert [row.get("note") for row in page["items"]] == [None, "Side 2"]
    wrong = books.http.post(DOCUMENTS, data={**form, "voucherNumber": "1"}, files={"file": ("b.pdf", PDF)})
    assert wrong.status_code == 400
    assert books.http.post(DOCUMENTS, data=form, files={"file": ("b.gif", b"GIF89a")}).status_code == 400


def test_documents_of_a_deleted_draft_belong_to_nothing(books: Books) -> None:
    number = books.with_voucher()
    attach(books, f"{VOUCHERS}/2026-{number}/attachment/file")
    books.people.delete_draft(books.drafts(f"voucherNumber$eq:{number}")[0]["entryNumber"])
    assert books.get(f"{DOCUMENTS}/count", filter="voucherNumber$eq:$null:") == 1
