"""Invoice plan: what becomes of an invoice in the books, or everything that keeps it from them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.accounting.invoice_plan import TEXT_MAX, InvoiceRules, plan_invoice, shortcomings, voucher_text
from handoff.domain.invoices import CustomerInvoice, InvoiceDocument
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from tests.unit.pipeline.live.living import an_invoice

KEY = "HOABCDEFGHIJKLMNOP"
RULES = InvoiceRules(journal=1, vat_codes={"25": "U25"})


def planned(invoice: CustomerInvoice) -> InvoiceDocument:
    document = plan_invoice(invoice, key=KEY, customer=1001, project=501, rules=RULES)
    assert isinstance(document, InvoiceDocument)
    return document


def said(invoice: CustomerInvoice) -> list[str]:
    found = plan_invoice(invoice, key=KEY, customer=1001, project=501, rules=RULES)
    assert isinstance(found, tuple)
    return [problem.message for problem in found]


def test_an_invoice_becomes_a_voucher_with_its_own_fields() -> None:
    """M1.3, M1.7: the manual's fields, in the journal of the settings."""
    assert planned(an_invoice()) == InvoiceDocument(
        key=KEY, journal=1, number=20001, customer=1001, project=501, invoiced_on=date(2026, 10, 15),
        due_on=date(2026, 10, 29), currency="DKK", total=Decimal("12500.00"), account=1010, vat_code="U25",
        text=f"Konsulentbistand oktober, invoice 20001 {KEY}",
    )  # fmt: skip


def test_a_vat_code_without_a_row_goes_as_the_account_has_it() -> None:
    assert planned(an_invoice(vat_code="12")).vat_code == ""


def test_an_invoice_without_a_due_date_leaves_it_to_the_erp() -> None:
    assert planned(an_invoice(due_on=None)).due_on is None


@pytest.mark.parametrize(
    ("invoice", "lacks"),
    [
        (an_invoice(number=None), "a number"),
        (an_invoice(invoiced_on=None), "a date"),
        (an_invoice(account=" "), "an account"),
        (an_invoice(account="Salg"), "a numeric account (it has «Salg»)"),
        (an_invoice(account="0"), "a numeric account (it has «0»)"),
        (an_invoice(account="١٠١٠"), "a numeric account (it has «١٠١٠»)"),
        (an_invoice(currency=""), "a currency code of three letters"),
        (an_invoice(currency="kr"), "a currency code of three letters"),
        (an_invoice(total="0.00"), "a total other than 0"),
        (an_invoice(total="NaN"), "a total"),
        (an_invoice(total="10.005"), "a total of at most two decimals (it has 10.005)"),
        (an_invoice(total="10000.50", currency="ISK"), "a total in whole ISK (it has 10000.50)"),
        (an_invoice(credits=19999), "a negative total, though it credits invoice 19999"),
    ],
)  # fmt: skip
def test_what_is_missing_is_named(invoice: CustomerInvoice, lacks: str) -> None:
    (sentence,) = said(invoice)
    assert f" lacks {lacks}, without which the ERP can't book it." in sentence


@pytest.mark.parametrize("number", [0, -1, 1_000_000_000])
def test_a_number_that_the_erp_does_not_take_is_said(number: int) -> None:
    """M5.1: the number is the time tool's, and is not made to fit."""
    (problem,) = shortcomings(an_invoice(number=number))
    assert problem == Problem(ProblemCode.NUMBER_NOT_NUMERIC, f"an invoice has the number {number}")


def test_trailing_zeros_are_no_decimals() -> None:
    assert planned(an_invoice(total="10.5000")).total == Decimal("10.5")


@pytest.mark.parametrize("number", [1, 999_999_999])
def test_the_first_and_the_last_number_are_taken(number: int) -> None:
    assert planned(an_invoice(number=number)).number == number


def test_all_problems_are_told_at_once() -> None:
    broken = an_invoice(number=0, invoiced_on=None, account="", currency="", total="0")
    assert len(said(broken)) == 5


def test_a_credit_note_is_called_one_and_names_what_it_credits() -> None:
    assert planned(an_invoice(total="-10", credits=19999)).text.endswith(f"credit note 20001 of invoice 19999 {KEY}")
    assert planned(an_invoice(total="-10")).text.endswith(f"credit note 20001 {KEY}")


def test_a_description_is_put_on_one_line() -> None:
    assert planned(an_invoice(description="  To\r\nlinjer\x00\tog ")).text == f"To linjer og, invoice 20001 {KEY}"
    assert planned(an_invoice(description=" \n ")).text == f"invoice 20001 {KEY}"


@given(st.text(max_size=400), st.integers(1, 999_999_999), st.one_of(st.none(), st.integers(1, 999_999_999)))
def test_a_text_fits_and_ends_in_the_key(description: str, number: int, credited: int | None) -> None:
    """M1.3: the description as far as it fits, and always the number and the key."""
    invoice = msgspec.structs.replace(an_invoice(), description=description, number=number, credits=credited)
    text = voucher_text(invoice, KEY)
    assert len(text.encode("utf-16-le")) // 2 <= TEXT_MAX
    assert text.endswith(f" {KEY}")
    assert str(number) in text
    assert text.isprintable()
    assert text == text.strip()


@given(st.text(alphabet="abc 😀ø", min_size=300, max_size=400))
def test_a_long_description_is_cut_where_it_shows(description: str) -> None:
    text = voucher_text(msgspec.structs.replace(an_invoice(), description=description), KEY)
    if "…" in text:
        assert len(text.encode("utf-16-le")) // 2 >= TEXT_MAX - 3
        assert f"…, invoice 20001 {KEY}" in text
