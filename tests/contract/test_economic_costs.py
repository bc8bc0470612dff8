"""Booked costs in e-conomic against the stand-in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from handoff.domain.costs import BookedCost
from tests.contract.economic_erp import Agreement, a_document

SINCE = date(2026, 11, 18)


@pytest.fixture
def agreement() -> Agreement:
    agreement = Agreement().with_customer().with_project()
    agreement.seen()
    return agreement


def test_a_bill_on_a_project_becomes_a_cost_including_vat(agreement: Agreement) -> None:
    """M4.3, M4.6, M4.9: posted, with its cost type; text, amount including VAT, date."""
    lines = agreement.people.book_supplier_invoice(
        amount="999.99", project=1001, cost_type=2, text="Tog og hotel", invoice_number="H-77", on=date(2026, 11, 19)
    )
    page = agreement.erp.costs.costs_after(None, since=SINCE)
    assert page.costs == (
        BookedCost(
            serial=lines[1].entry, voucher=lines[0].voucher, year="2026", account=2210, project=1001, cost_type=2,
            text="Tog og hotel", amount=Decimal("999.99"), currency="DKK", booked_on=date(2026, 11, 19), supplier="501",
            supplier_invoice="H-77",
        ),
    )  # fmt: skip
    assert (page.highest, page.more) == (lines[1].entry, False)


def test_a_credit_note_is_a_negative_cost(agreement: Agreement) -> None:
    agreement.people.book_supplier_invoice(amount="-125.00", project=1001)
    (cost,) = agreement.erp.costs.costs_after(None, since=SINCE).costs
    assert cost.amount == Decimal("-125.00")


def test_what_is_on_no_project_is_not_read(agreement: Agreement) -> None:
    """M4.7: only expenses on a project."""
    agreement.people.book_supplier_invoice(amount="500.00", project=None)
    assert agreement.erp.costs.costs_after(None, since=SINCE).costs == ()


def test_our_own_invoices_are_no_costs(agreement: Agreement) -> None:
    agreement.booked(a_document(project=1001))
    page = agreement.erp.costs.costs_after(None, since=SINCE)
    assert page.costs == ()
    assert page.highest > 0


def test_drafts_are_no_costs(agreement: Agreement) -> None:
    """M4.3: only posted expenses."""
    draft = agreement.people.leave_draft(2, amount="80.00")
    draft.project = 1001
    assert agreement.erp.costs.costs_after(None, since=SINCE).costs == ()
    agreement.people.book_journal(2)
    (cost,) = agreement.erp.costs.costs_after(None, since=SINCE).costs
    assert (cost.amount, cost.supplier, cost.account) == (Decimal("80.00"), "", 2210)


def test_a_late_booking_with_an_old_date_comes_after_the_number(agreement: Agreement) -> None:
    """M4.8: those not yet imported are, however old their date is."""
    agreement.people.book_supplier_invoice(project=1001, text="Ny")
    first = agreement.erp.costs.costs_after(None, since=SINCE)
    agreement.people.book_supplier_invoice(project=1001, text="Gammel", on=date(2026, 2, 3))
    second = agreement.erp.costs.costs_after(first.highest, since=SINCE)
    assert [cost.text for cost in second.costs] == ["Gammel"]
    assert second.highest > first.highest
    third = agreement.erp.costs.costs_after(second.highest, since=SINCE)
    assert (third.costs, third.highest, third.more) == ((), second.highest, False)


def test_before_anything_was_booked_the_days_decide_again(agreement: Agreement) -> None:
    empty = agreement.erp.costs.costs_after(None, since=SINCE)
    assert (empty.costs, empty.highest) == ((), 0)
    agreement.people.book_supplier_invoice(project=1001, text="Gammel", on=date(2026, 2, 3))
    agreement.people.book_supplier_invoice(project=1001, text="Ny")
    assert [cost.text for cost in agreement.erp.costs.costs_after(0, since=SINCE).costs] == ["Ny"]


def test_a_span_of_numbers_is_what_a_webhook_tells(agreement: Agreement) -> None:
    spans = []
    for text in ("A", "B", "C"):
        lines = agreement.people.book_supplier_invoice(project=1001, text=text)
        spans.append((lines[0].entry, lines[-1].entry))
    page = agreement.erp.costs.costs_between(*spans[1])
    assert [cost.text for cost in page.costs] == ["B"]
    assert (page.highest, page.more) == (spans[1][1], False)


def test_many_costs_come_in_pages() -> None:
    agreement = Agreement(cursor_size=2).with_customer().with_project()
    last = [agreement.people.book_supplier_invoice(project=1001, text=f"{n}")[-1].entry for n in range(5)][-1]
    read, serial, more = [], None, True
    while more:
        page = agreement.erp.costs.costs_after(serial, since=SINCE)
        read += [cost.text for cost in page.costs]
        serial, more = page.highest, page.more
    assert read == ["0", "1", "2", "3", "4"]
    cut = agreement.erp.costs.costs_between(1, last)
    assert (len(cut.costs), cut.more) == (2, True)
    rest = agreement.erp.costs.costs_between(cut.highest + 1, last)
    assert [cost.text for cost in rest.costs] == ["2", "3"]


def test_a_pass_without_costs_is_one_call_and_the_first_one_with_costs_six(agreement: Agreement) -> None:
    agreement.erp.costs.costs_after(7, since=SINCE)
    assert sum(agreement.seen().values()) == 1
    for number in range(30):
        agreement.people.book_supplier_invoice(project=1001, text=f"{number}")
    assert len(agreement.erp.costs.costs_after(None, since=SINCE).costs) == 30
    assert agreement.seen() == {
        "GET /accounting-years": 1, "GET /accounting-years/{year}/entries": 1, "GET /self": 1, "GET /vat-accounts": 1,
        "GET /accounts": 1,
        "GET /bookedEntriesapi/{version}/booked-entries": 1,
    }  # fmt: skip
    agreement.erp.costs.costs_after(None, since=SINCE)
    assert sum(agreement.seen().values()) == 2


def test_costs_of_two_years_are_read_from_both() -> None:
    agreement = Agreement(split_years=True).with_customer().with_project()
    agreement.people.book_supplier_invoice(project=1001, cost_type=1, on=date(2026, 6, 30))
    agreement.people.book_supplier_invoice(project=1001, cost_type=3, on=date(2026, 7, 1))
    costs = agreement.erp.costs.costs_after(None, since=date(2026, 6, 1)).costs
    assert [(cost.year, cost.cost_type) for cost in costs] == [("2025/2026", 1), ("2026/2027a", 3)]


def test_the_files_of_a_cost_come_as_pdf(agreement: Agreement) -> None:
    """M4.2: with attachments."""
    agreement.people.book_supplier_invoice(project=1001, attachment=True)
    agreement.people.book_supplier_invoice(project=1001, text="Uden")
    with_file, without = agreement.erp.costs.costs_after(None, since=SINCE).costs
    (pdf,) = agreement.erp.costs.cost_documents(with_file.year, with_file.voucher)
    assert pdf.startswith(b"%PDF")
    assert agreement.erp.costs.cost_documents(without.year, without.voucher) == []
