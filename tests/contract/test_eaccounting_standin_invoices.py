"""Invoices of the eAccounting stand-in: booked at once, paid, voided, mailed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.contract.eaccounting_company import EAccountingCompany

DRAFTS, INVOICES = "customerinvoicedrafts", "customerinvoices"


@pytest.fixture
def books() -> EAccountingCompany:
    return EAccountingCompany()


def payment(books: EAccountingCompany, amount: object, kind: int = 2, **changed: object) -> dict[str, object]:
    body = {"CompanyBankAccountId": books.row("bankaccounts")["Id"], "PaymentDate": "2026-11-05"}
    return {**body, "PaymentAmount": amount, "PaymentCurrency": "EUR", "PaymentType": kind, **changed}


# booked at once


def test_an_invoice_is_booked_by_its_post_and_needs_less_than_a_draft(books: EAccountingCompany) -> None:
    row = {"ArticleId": books.named("articles", "A101")["Id"], "Quantity": 2}
    body = {"CustomerId": books.customer("10002")["Id"], "Rows": [row, {"Text": "Dank u"}]}
    invoice = books.post(INVOICES, body)
    assert (invoice["InvoiceNumber"], invoice["TotalAmount"], invoice["DueDate"]) == (
        4,
        Decimal("290.40"),
        "2026-11-19",
    )
    assert [line["IsTextRow"] for line in invoice["Rows"]] == [False, True]
    assert (invoice["Rows"][0]["AmountNoVat"], invoice["Rows"][0]["PercentVat"]) == (240, Decimal("0.21"))
    assert books.get(f"{INVOICES}/{invoice['Id']}") == invoice
    assert "IsSent" not in invoice
    assert books.get("companysettings")["NextCustomerInvoiceNumber"] == 5
    for name in ("CustomerId", "Rows"):
        assert books.refusal("POST", INVOICES, {**body, name: None}) == (400, 2000)


def test_the_same_post_twice_is_two_invoices(books: EAccountingCompany) -> None:
    body = books.sale()
    assert [books.post(INVOICES, body)["InvoiceNumber"] for _ in range(2)] == [4, 5]


def test_a_draft_can_be_booked_by_an_invoice_that_names_it(books: EAccountingCompany) -> None:
    draft = books.post(DRAFTS, books.sale(YourReference="Anna"))
    invoice = books.post(INVOICES, {"CreatedFromDraftId": draft["Id"], "YourReference": "Bea"})
    assert (invoice["YourReference"], invoice["CreatedFromDraftId"]) == ("Anna", draft["Id"])
    assert books.refusal("POST", INVOICES, {"CreatedFromDraftId": draft["Id"]}) == (400, 3000)


def test_a_credit_invoice_is_negative(books: EAccountingCompany) -> None:
    credit = books.post(INVOICES, books.sale(IsCreditInvoice=True))
    assert (credit["TotalAmount"], credit["RemainingAmount"], credit["TotalVatAmount"]) == (-121, -121, -21)
    voucher = books.voucher_of(credit)
    assert (voucher["VoucherType"], voucher["Rows"][0]["CreditAmount"]) == (15, 121)


def test_a_customer_knows_its_last_invoice_and_what_it_owes(books: EAccountingCompany) -> None:
    before = books.customer("10004")
    books.post(INVOICES, books.sale(customer="10004"))
    after = books.customer("10004")
    assert (after["UnpaidInvoicesAmount"], after["LastInvoiceDate"]) == (121, "2026-11-05")
    assert after["ChangedUtc"] == before["ChangedUtc"]


def test_terms_of_the_current_month_count_from_its_end(books: EAccountingCompany) -> None:
    terms = books.named("termsofpayments", "Einde maand 30 dagen", "Name")["Id"]
    assert books.post(INVOICES, books.sale(TermsOfPaymentId=terms))["DueDate"] == "2026-12-30"
    assert books.post(INVOICES, books.sale(DueDate="2027-01-01"))["DueDate"] == "2027-01-01"


def test_a_payment_reference_is_there_where_the_company_uses_one(books: EAccountingCompany) -> None:
    assert books.post(INVOICES, books.sale())["PaymentReferenceNumber"] == ""
    books.people.change_settings(UsesPaymentReferenceNumber=True)
    assert books.post(INVOICES, books.sale())["PaymentReferenceNumber"] == "50"


# payments


def test_a_payment_takes_from_what_remains_until_the_invoice_is_paid(books: EAccountingCompany) -> None:
    invoice = books.post(INVOICES, books.sale())
    path = f"{INVOICES}/{invoice['Id']}"
    sent = payment(books, 100, kind=1, Reference="bank 1")
    assert books.post(f"{path}/payments", sent)["Reference"] == "bank 1"
    partly = books.get(path)
    assert (partly["RemainingAmount"], partly["PaymentStatus"]) == (21, 1)
    assert partly["PaymentDate"] == "2026-11-05T00:00:00Z"  # set although only a part is paid
    assert books.refusal("POST", f"{path}/payments", payment(books, 20)) == (400, 2000)
    books.post(f"{path}/payments", payment(books, 21))
    paid = books.get(path)
    assert (paid["RemainingAmount"], paid["PaymentStatus"]) == (0, 0)
    assert books.customer()["UnpaidInvoicesAmount"] == 0
    assert [row["VoucherType"] for row in books.rows("vouchers")][-2:] == [5, 5]


def test_what_is_not_paid_in_time_is_overdue(books: EAccountingCompany) -> None:
    invoice = books.post(INVOICES, books.sale())
    path = f"{INVOICES}/{invoice['Id']}"
    books.turn(days=30)
    books.tokens = books.vendor.connect()
    assert books.get(path)["PaymentStatus"] == 1
    books.turn(days=1)
    books.tokens = books.vendor.connect()
    assert books.get(path)["PaymentStatus"] == 2
    assert {row["Id"] for row in books.rows(INVOICES, filter="PaymentStatus eq 2")} >= {invoice["Id"]}


def test_a_payment_can_round(books: EAccountingCompany) -> None:
    invoice = books.post(INVOICES, books.sale(books.line(UnitPrice=Decimal("100.33"))))
    assert invoice["TotalAmount"] == Decimal("121.40")
    path = f"{INVOICES}/{invoice['Id']}"
    assert books.refusal("POST", f"{path}/payments", payment(books, 120, kind=3)) == (400, 2000)
    books.post(f"{path}/payments", payment(books, 121, kind=3))
    assert books.get(path)["PaymentStatus"] == 0
    rows = books.rows("vouchers")[-1]["Rows"]
    assert [(row["AccountNumber"], row["DebitAmount"], row["CreditAmount"]) for row in rows] == [
        (1100, 121, 0),
        (1300, 0, Decimal("121.40")),
        (4910, Decimal("0.40"), 0),
    ]


@pytest.mark.parametrize(
    "changed",
    [
        {"PaymentDate": "2026-11-06"},
        {"PaymentAmount": 122},
        {"PaymentAmount": -1, "PaymentType": 1},
        {"PaymentCurrency": "SEK"},
        {"PaymentType": 5},
        {"CompanyBankAccountId": None},
        {"BankFeeAmount": -1},
    ],
)
def test_a_payment_that_does_not_fit_is_refused(books: EAccountingCompany, changed: dict[str, object]) -> None:
    invoice = books.post(INVOICES, books.sale())
    body = {**payment(books, 121), **changed}
    assert books.refusal("POST", f"{INVOICES}/{invoice['Id']}/payments", body) == (400, 2000)
    assert books.get(f"{INVOICES}/{invoice['Id']}")["RemainingAmount"] == 121


def test_a_foreign_invoice_is_paid_in_its_currency(books: EAccountingCompany) -> None:
    invoice = books.post(INVOICES, books.sale(books.line(UnitPrice=Decimal("333.33")), customer="10008"))
    path = f"{INVOICES}/{invoice['Id']}"
    books.post(f"{path}/payments", payment(books, Decimal("100.00"), kind=1, PaymentCurrency="NOK"))
    assert books.get(path)["RemainingAmountInvoiceCurrency"] == Decimal("233.33")
    books.post(f"{path}/payments", payment(books, Decimal("233.33"), PaymentCurrency="NOK"))
    paid = books.get(path)
    assert (paid["RemainingAmount"], paid["RemainingAmountInvoiceCurrency"]) == (0, 0)


# what else can be done with an invoice


def test_a_voided_invoice_is_credited_and_both_are_settled(books: EAccountingCompany) -> None:
    invoice = books.post(INVOICES, books.sale(books.line("A104"), books.line()))
    voided = books.json(books.call("POST", f"{INVOICES}/{invoice['Id']}/void"), 200)
    credit = books.get(f"{INVOICES}/{voided['CreditedBy'][0]['CreditInvoiceId']}")
    assert (credit["InvoiceNumber"], credit["TotalAmount"]) == (5, -invoice["TotalAmount"])
    assert (credit["ReferringInvoiceId"], credit["RemainingAmount"], voided["RemainingAmount"]) == (invoice["Id"], 0, 0)
    assert books.customer()["UnpaidInvoicesAmount"] == 0
    for one in (voided, credit, books.rows(INVOICES)[0]):
        assert books.refusal("POST", f"{INVOICES}/{one['Id']}/void") == (400, 4002)


def test_an_invoice_is_mailed_to_the_customers_address_unless_another_is_named(books: EAccountingCompany) -> None:
    invoice = books.post(INVOICES, books.sale())
    path = f"{INVOICES}/{invoice['Id']}/email"
    assert books.call("POST", path, {"Email": "", "Subject": ""}).status_code == 200
    assert (
        books.call("POST", path, {"Email": "b@c.example.test", "CcRecipients": ["d@e.example.test"]}).status_code == 200
    )
    mails = books.vendor.company.mails
    assert [mail["to"] for mail in mails] == ["crediteuren@molenwiek.example.test", "b@c.example.test"]
    assert mails[0]["subject"] == "Invoice from Stroomlijn Ontwerp BV"
    assert books.refusal("POST", path, {"CcRecipients": ["a@b.example.test"] * 6}) == (400, 2000)
    silent = books.post(INVOICES, books.sale(customer="10005"))
    assert books.refusal("POST", f"{INVOICES}/{silent['Id']}/email", {}) == (400, 2000)


def test_only_an_overdue_invoice_is_reminded_of(books: EAccountingCompany) -> None:
    overdue, fresh = books.rows(INVOICES)[1], books.post(INVOICES, books.sale())
    assert books.call("POST", f"{INVOICES}/{overdue['Id']}/paymentreminders", {"EmailDetails": {}}).status_code == 200
    assert books.get(f"{INVOICES}/{overdue['Id']}")["PaymentReminderIssued"] is True
    assert books.refusal("POST", f"{INVOICES}/{fresh['Id']}/paymentreminders", {}) == (400, 4002)


def test_a_pdf_has_a_temporary_address_or_comes_as_bytes(books: EAccountingCompany) -> None:
    invoice = books.rows(INVOICES)[0]
    assert books.get(f"{INVOICES}/{invoice['Id']}/pdf")["Url"].endswith(".pdf")
    answer = books.call("GET", f"{INVOICES}/{invoice['Id']}/print")
    assert (answer.headers["content-type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
