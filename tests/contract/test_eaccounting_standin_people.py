"""What people at a company do in the eAccounting stand-in, by control call."""

from __future__ import annotations

import pytest

from tests.contract.eaccounting_company import EAccountingCompany


@pytest.fixture
def books() -> EAccountingCompany:
    return EAccountingCompany()


def test_a_payment_is_booked_of_all_or_of_a_part(books: EAccountingCompany) -> None:
    assert books.control("pay", invoice="2", amount="19.60").json()["RemainingAmountInvoiceCurrency"] == 900
    done = books.control("pay", invoice="2", date="2026-11-01").json()
    assert (done["RemainingAmountInvoiceCurrency"], done["PaymentDate"]) == (0, "2026-11-01")
    assert books.row("customerinvoices", filter="InvoiceNumber eq 2")["PaymentStatus"] == 0
    assert books.control("pay", invoice="2").status_code == 400
    assert books.control("pay", invoice="99").json() == {"message": "no row 99 in customerinvoices"}


def test_an_article_is_deleted_though_the_api_cannot(books: EAccountingCompany) -> None:
    article = books.named("articles", "A103")
    assert books.control("delete", resource="articles", key="A103").status_code == 200
    assert books.refusal("GET", f"articles/{article['Id']}") == (404, 3000)
    body = books.sale({**books.line(), "ArticleId": article["Id"]})
    assert books.refusal("POST", "customerinvoicedrafts", body) == (400, 3000)


def test_people_cannot_delete_a_customer_with_documents_either(books: EAccountingCompany) -> None:
    assert "dependencies" in books.control("delete", resource="customers", key="10001").json()["message"]
    assert books.control("delete", resource="customers", key="10012").status_code == 200
    assert len(books.rows("customers")) == 11


def test_rows_are_made_and_edited_by_number(books: EAccountingCompany) -> None:
    assert (
        books.control("create", resource="customers", fields=books.new_customer()).json()["CustomerNumber"] == "10013"
    )
    books.turn(seconds=1)
    edited = books.control("edit", resource="customers", key="10013", fields={"Name": "Anders", "EmailAddress": None})
    assert (edited.json()["Name"], edited.json()["ChangedUtc"]) == ("Anders", "2026-11-05T12:00:01Z")
    assert books.customer("10013")["InvoiceCity"] == "Delft"
    assert books.control("edit", resource="customers", key="10013", fields={"Name": "x" * 51}).status_code == 400
    assert books.control("edit", resource="vouchers", key="A1", fields={}).status_code == 400
    assert books.control("create", resource="vouchers", fields={}).status_code == 400
    assert books.control("create", resource="customers", fields={"Name": "x"}).status_code == 400
    assert books.control("edit", resource="planets", key="1").status_code == 400


def test_drafts_are_booked_by_people(books: EAccountingCompany) -> None:
    draft = books.rows("customerinvoicedrafts")[0]
    assert books.control("convert", draft=draft["Id"]).json()["InvoiceNumber"] == 4
    assert books.rows("customerinvoicedrafts") == []
    voucher = books.post("voucherdrafts", books.voucher())
    assert books.control("convert-voucher", draft=voucher["Id"]).json()["NumberAndNumberSeries"] == "A7"
    assert books.control("convert", draft=draft["Id"]).status_code == 400


def test_an_invoice_is_voided_by_people(books: EAccountingCompany) -> None:
    assert len(books.control("void", invoice="2").json()["CreditedBy"]) == 1
    assert books.control("void", invoice="2").status_code == 400


def test_plans_and_states_are_those_there_are(books: EAccountingCompany) -> None:
    assert books.control("plan", plan="Solo").status_code == 200
    assert books.control("plan", plan="Gold").status_code == 400
    assert books.control("company", status="asleep").status_code == 400
    assert books.control("account", number=1, fields={}).status_code == 400
    assert books.control("plan").json() == {"message": "plan is missing or unknown"}


def test_people_of_another_company_are_named_by_its_place() -> None:
    books = EAccountingCompany(companies=2)
    other = EAccountingCompany(1, house=books)
    other.control("plan", plan="Solo")
    assert (books.get("companysettings")["ProductVariant"], other.get("companysettings")["ProductVariant"]) == (5, 4)
    assert books.http.post("/_sandbox/plan", json={"company": 7, "plan": "Solo"}).status_code == 400
    assert books.http.post("/_sandbox/plan", json=[]).status_code == 400


def test_tokens_come_by_control_call_too(books: EAccountingCompany) -> None:
    books.tokens = books.control("connect", scopes=["ea:api", "ea:sales"]).json()
    assert books.rows("customers") != []
    assert books.refusal("GET", "vouchers") == (403, 4006)


def test_the_company_can_be_filled_up_for_measurements() -> None:
    books = EAccountingCompany(extra_customers=300, extra_articles=20, extra_projects=10, extra_invoices=5)
    counts = {path: len(books.rows(path)) for path in ("customers", "articles", "projects", "customerinvoices")}
    assert counts == {"customers": 312, "articles": 31, "projects": 14, "customerinvoices": 8}
