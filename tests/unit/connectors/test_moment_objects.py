"""Customers, projects and invoices of Moment, one by one, and the invoice's PDF."""

from __future__ import annotations

import base64
from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import pytest

from handoff.domain.errors import BrokenContract, ReconnectNeeded, Unreachable
from handoff.domain.invoices import AccountingState, CustomerInvoice
from handoff.domain.master_data import CustomerCard, ProjectCard
from tests.unit.connectors.moment_company import COMPANY, KEY, Company, a_customer, a_page, a_project, an_invoice

GONE = httpx.Response(404, text="No customer found")
PATHS = {"customers": a_customer, "projects": a_project, "invoices": an_invoice}


def read(kind: str, row: object, id_: str) -> Any:
    return Company(httpx.Response(200, json=row)).tool.read_object(kind, id_)


def test_a_customer_is_read_as_a_card() -> None:
    """M2.3: name, number, organisation number, e-mail, address fields, country code."""
    assert read("customers", a_customer(), "7") == CustomerCard(
        external_id="7", number="10001", name="Lyng Fyr AS", organisation_number="999888777",
        email="post@lyngfyr.example", address=("Havnegata 1",), postcode="0150", city="Oslo", country="NO",
    )  # fmt: skip


def test_a_customer_with_nothing_but_a_name_has_an_empty_card() -> None:
    card = read("customers", {"id": 7, "name": " Lyng ", "customerNumber": None}, "7")
    assert card == CustomerCard(external_id="7", number="", name="Lyng")


def test_mail_goes_where_invoices_do_when_a_customer_has_no_address_of_its_own() -> None:
    assert read("customers", a_customer(email=None), "7").email == "faktura@lyngfyr.example"


def test_a_project_is_read_as_a_card_also_without_a_number() -> None:
    """M3.4: name, number, customer number."""
    assert read("projects", a_project(), "21") == ProjectCard("21", "501", "Nytt kontor", "7", "10001")
    assert read("projects", a_project(projectNumber=None), "21").number == ""


def test_an_invoice_is_read_with_its_money_digit_by_digit() -> None:
    """M1.3: number, description, customer and project number, date, total including VAT, account number."""
    assert read("invoices", an_invoice(), "31") == CustomerInvoice(
        external_id="31", number=2001, finalized=True, accounting=AccountingState.TO_TRANSFER, description="October",
        customer_id="7", customer_number="10001", project_id="21", project_number="501",
        invoiced_on=date(2026, 11, 1), due_on=date(2026, 11, 15), currency="NOK", total=Decimal("1250.50"),
        account="3000", vat_code="3", credits=None, payment_id="2001000017",
    )  # fmt: skip
    body = b'{"id":31,"invoiceNumber":1,"invoiceType":"invoice","invoiceState":"finalized","customerNumber":"1",'
    body += (
        b'"accountingState":"toTransfer","customerId":7,"currencyCode":"NOK","totalIncludingVat":0.10000000000000001}'
    )
    found = Company(httpx.Response(200, content=body)).tool.read_object("invoices", "31")
    assert isinstance(found, CustomerInvoice)
    assert found.total == Decimal("0.10000000000000001")


def test_a_draft_has_no_number_and_a_credit_note_names_what_it_credits() -> None:
    draft = read("invoices", an_invoice(invoiceState="draft", invoiceNumber=None), "31")
    assert (draft.finalized, draft.number) == (False, None)
    note = an_invoice(invoiceType="creditNote", creditedInvoiceNumber=2001, totalIncludingVat=-1250.5)
    assert (read("invoices", note, "31").credits, read("invoices", note, "31").total) == (2001, Decimal("-1250.5"))


@pytest.mark.parametrize("word", ["toTransfer", "transferred", "doNotTransfer"])
def test_what_is_to_happen_in_the_books_is_read(word: str) -> None:
    states = {
        "toTransfer": AccountingState.TO_TRANSFER,
        "transferred": AccountingState.TRANSFERRED,
        "doNotTransfer": AccountingState.DO_NOT_TRANSFER,
    }
    assert read("invoices", an_invoice(accountingState=word), "31").accounting is states[word]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"invoiceState": "final"}, "invoiceState"),
        ({"accountingState": None}, "invoices"),
        ({"accountingState": "later"}, "accountingState"),
        ({"invoiceType": "reminder"}, "invoiceType"),
        ({"invoiceNumber": None}, "invoiceNumber"),
        ({"totalIncludingVat": None}, "invoices"),
        ({"totalIncludingVat": 1e12}, "totalIncludingVat"),
        ({"totalIncludingVat": "NaN"}, "totalIncludingVat"),
        ({"totalIncludingVat": "-Infinity"}, "totalIncludingVat"),
        ({"invoiceType": "creditNote"}, "totalIncludingVat"),
        ({"invoiceDate": "01.11.2026"}, "invoices"),
        ({"currencyCode": None}, "invoices"),
    ],
)
def test_an_invoice_that_could_be_booked_wrongly_is_broken(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(BrokenContract) as caught:
        read("invoices", an_invoice(**changes), "31")
    assert caught.value.field == field
    assert str(next(iter(changes))) in caught.value.message or "totalIncludingVat" in caught.value.message


def test_a_country_that_is_no_code_is_broken_and_not_left_out() -> None:
    with pytest.raises(BrokenContract, match="no country code") as caught:
        read("customers", a_customer(countryCode="Norge"), "7")
    assert caught.value.field == "countryCode"


@pytest.mark.parametrize("kind", PATHS)
def test_every_kind_has_its_path_and_the_key_goes_along_as_basic(kind: str) -> None:
    company = Company(httpx.Response(200, json=PATHS[kind](9)))
    company.tool.read_object(kind, "9")
    assert company.asked == [f"GET /{kind}/9"]
    assert company.wire.requests[0].url.host == "app.moment.team"
    expected = base64.b64encode(f"apikey:{KEY}".encode()).decode()
    assert company.wire.sent("Authorization") == [f"Basic {expected}"]
    assert company.wire.sent("Accept") == ["application/json"]


def test_an_absence_is_believed_once_the_list_is_seen_to_be_open() -> None:
    company = Company(GONE, a_page(), GONE)
    assert company.tool.read_object("customers", "7") is None
    assert company.tool.read_object("customers", "8") is None
    assert company.asked == ["GET /customers/7", "GET /customers", "GET /customers/8"]
    assert company.query(1) == {"page": "0", "size": "1"}


@pytest.mark.parametrize("status", [403, 404])
def test_an_object_in_a_company_that_is_closed_to_us_is_not_gone(status: int) -> None:
    company = Company(GONE, httpx.Response(status, text="Unknown company"))
    with pytest.raises(ReconnectNeeded, match=f"customers answered {status}: Unknown company"):
        company.tool.read_object("customers", "7")


def test_an_object_that_the_keys_user_may_not_see_is_not_gone() -> None:
    with pytest.raises(ReconnectNeeded) as caught:
        Company(httpx.Response(403, text="No access")).tool.read_object("invoices", "31")
    assert caught.value.status == 403


def test_a_refused_key_is_told_in_words_that_say_why_it_may_be() -> None:
    company = Company(httpx.Response(401, text="API key is not valid"))
    with pytest.raises(ReconnectNeeded, match="API key is not valid") as caught:
        company.tool.read_object("customers", "7")
    assert all(word in caught.value.cure for word in ("expired", "revoked", "environment"))
    assert len(company.wire.requests) == 1


@pytest.mark.parametrize("id_", ["", "0", "007", "-7", "7/../8", "²", "seven", "7 "])
def test_what_can_be_no_id_is_not_asked_for(id_: str) -> None:
    company = Company(GONE)
    for call in (lambda: company.tool.read_object("customers", id_), lambda: company.tool.invoice_pdf(id_)):
        with pytest.raises(BrokenContract):
            call()
    assert company.wire.requests == []


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"<html>", b"{}", b'{"id":-1}', b"[" * 100_000, b"\xff"])
def test_an_answer_that_is_no_object_is_a_broken_contract(body: bytes) -> None:
    with pytest.raises(BrokenContract):
        Company(httpx.Response(200, content=body)).tool.read_object("projects", "21")


def test_another_object_than_the_one_asked_for_is_a_broken_contract() -> None:
    with pytest.raises(BrokenContract, match="answered with 8 for 7"):
        read("customers", a_customer(8), "7")


def test_the_pdf_of_an_invoice_is_its_bytes() -> None:
    """M1.4: the invoice's PDF is there to be transferred."""
    company = Company(httpx.Response(200, content=b"%PDF-1.7 \xff"))
    assert company.tool.invoice_pdf("31") == b"%PDF-1.7 \xff"
    assert (company.asked, company.wire.sent("Accept")) == (["GET /invoices/31/pdf"], ["application/pdf"])


def test_a_draft_has_no_pdf_and_a_page_of_html_is_none() -> None:
    assert Company(httpx.Response(404, text="draft"), a_page()).tool.invoice_pdf("31") is None
    with pytest.raises(BrokenContract, match="something else than a PDF"):
        Company(httpx.Response(200, text="<html>log in</html>")).tool.invoice_pdf("31")
    with pytest.raises(Unreachable):
        Company(httpx.Response(503)).tool.invoice_pdf("31")


def test_the_company_is_named_by_its_code_once_all_three_lists_are_open() -> None:
    company = Company(a_page())
    assert company.tool.check() == COMPANY
    assert company.asked == ["GET /customers", "GET /projects", "GET /invoices"]
    assert company.tool.calls == 3
    with pytest.raises(ReconnectNeeded, match="invoices answered 403"):
        Company(a_page(), a_page(), httpx.Response(403)).tool.check()


def test_opening_and_closing_costs_no_call_and_reads_no_key() -> None:
    company = Company(a_page())
    company.tool.close()
    assert (company.wire.requests, company.grants.log, company.tool.calls) == ([], [], 0)
