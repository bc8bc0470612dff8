"""Invoices in e-conomic against the stand-in: drafted, found, booked, and what is left of them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from handoff.domain.errors import DeliveryUnknown, Rejected
from handoff.domain.invoices import ErpInvoice, PaymentState, Remainder, payment_of
from tests.contract.economic_erp import BOOKING, KEY, OTHER_KEY, PDF, VOUCHERS, Agreement, a_document

TOTAL = Decimal("1250.00")


@pytest.fixture
def agreement() -> Agreement:
    agreement = Agreement().with_customer().with_project()
    agreement.seen()
    return agreement


def accounts_of(agreement: Agreement, voucher: int) -> dict[int, Decimal]:
    return {
        line.account: line.amount for line in agreement.vendor.vendor.agreement.ledger.lines if line.voucher == voucher
    }


def drafts(agreement: Agreement) -> list[str]:
    return [draft.text or "" for draft in agreement.vendor.vendor.agreement.ledger.drafts.values()]


def test_an_invoice_is_drafted_given_its_pdf_and_booked(agreement: Agreement) -> None:
    """M1.2, M1.3, M1.4: number, text, customer, dates, total and account; the PDF on it; posted in the journal."""
    document, invoices = a_document(), agreement.erp.invoices
    assert invoices.find(document) is None
    draft = invoices.create(document)
    assert draft == ErpInvoice(ours=True, booked=False, journal=1, year="2026", voucher=50_003, entries=draft.entries)
    assert len(draft.entries) == 1
    assert not invoices.has_pdf(draft)
    invoices.attach(draft, PDF)
    assert invoices.has_pdf(draft)
    booked = invoices.book(draft)
    assert (booked.booked, booked.entries, booked.voucher) == (True, (), draft.voucher)
    assert invoices.has_pdf(booked)
    assert accounts_of(agreement, booked.voucher) == {5600: TOTAL, 1010: Decimal(-1000), 6902: Decimal(-250)}
    (line,) = (line for line in agreement.vendor.vendor.agreement.ledger.lines if line.customer)
    assert (line.customer, line.customer_invoice, line.on, line.due_on) == (
        10001, 5001, date(2026, 11, 20), date(2026, 12, 4),
    )  # fmt: skip
    assert line.text == f"Energiplan {KEY}"


def test_from_nothing_to_booked_with_pdf_is_seven_calls(agreement: Agreement) -> None:
    document, invoices = a_document(), agreement.erp.invoices
    assert invoices.find(document) is None
    draft = invoices.create(document)
    invoices.attach(draft, PDF)
    invoices.book(draft)
    assert agreement.seen() == {
        "GET /journalsapi/{version}/draft-entries": 2,
        "GET /bookedEntriesapi/{version}/booked-entries": 1,
        "GET /accounting-years": 1,
        "POST /journals/{journal}/vouchers": 1,
        "POST /journals/{journal}/vouchers/{voucher}/attachment/file": 1,
        "POST /journalsapi/{version}/journals/{number}/bookdraftentries": 1,
    }


def test_an_invoice_with_a_project_is_one_voucher_of_two_entries_that_balance(agreement: Agreement) -> None:
    """M1.3: the project number too."""
    booked = agreement.booked(a_document(project=1001))
    assert accounts_of(agreement, booked.voucher) == {5600: TOTAL, 1010: Decimal(-1000), 6902: Decimal(-250)}
    lines = [line for line in agreement.vendor.vendor.agreement.ledger.lines if line.voucher == booked.voucher]
    assert {line.account: line.project for line in lines} == {5600: None, 1010: 1001, 6902: None}
    assert all(KEY in (line.text or "") for line in lines)


@pytest.mark.parametrize("project", [None, 1001])
def test_a_credit_note_is_the_same_with_a_negative_amount(agreement: Agreement, project: int | None) -> None:
    booked = agreement.booked(a_document(total=-TOTAL, project=project))
    assert accounts_of(agreement, booked.voucher) == {5600: -TOTAL, 1010: Decimal(1000), 6902: Decimal(250)}


def test_without_a_vat_code_the_account_is_posted_as_it_is(agreement: Agreement) -> None:
    booked = agreement.booked(a_document(account=5820, vat_code="", project=None, due_on=None))
    assert accounts_of(agreement, booked.voucher) == {5600: TOTAL, 5820: -TOTAL}


@pytest.mark.parametrize("project", [None, 1001])
def test_without_a_vat_code_the_one_of_the_account_is_sent(agreement: Agreement, project: int | None) -> None:
    """M1.3: the total includes VAT, whoever knows how much of it."""
    booked = agreement.booked(a_document(vat_code="", project=project))
    assert accounts_of(agreement, booked.voucher) == {5600: TOTAL, 1010: Decimal(-1000), 6902: Decimal(-250)}
    agreement.seen()
    agreement.booked(a_document(key=OTHER_KEY, number=5002, vat_code="", project=project))
    assert not [call for call in agreement.seen() if call.startswith("GET /accounts")], "it is asked once"


def test_a_copy_of_our_draft_that_somebody_made_is_theirs(agreement: Agreement) -> None:
    """M1.7: our text is on it, and nobody asked us to book it."""
    agreement.erp.invoices.create(a_document(project=1001))
    theirs = agreement.people.leave_draft(text=f"Energiplan {KEY}")
    found = agreement.erp.invoices.find(a_document(project=1001))
    assert found is not None
    assert len(found.entries) == 2
    assert theirs.entry not in found.entries


def test_only_our_own_entries_are_booked(agreement: Agreement) -> None:
    """M1.7: journal 1, where other people's drafts stay what they are."""
    theirs = drafts(agreement)
    assert len(theirs) == 2
    agreement.booked(a_document(project=1001))
    assert drafts(agreement) == theirs


def test_somebody_elses_invoice_with_the_number_is_found_as_not_ours_and_never_booked(agreement: Agreement) -> None:
    other = a_document(key=OTHER_KEY, project=1001)
    draft = agreement.erp.invoices.create(other)
    found = agreement.erp.invoices.find(a_document())
    assert found is not None
    assert (found.ours, found.booked, found.voucher, found.entries) == (False, False, draft.voucher, ())
    with pytest.raises(Rejected) as caught:
        agreement.erp.invoices.book(found)
    assert caught.value.code == "not_ours"
    agreement.erp.invoices.book(draft)
    again = agreement.erp.invoices.find(a_document())
    assert again is not None
    assert (again.ours, again.booked) == (False, True)


def test_our_voucher_is_found_whatever_people_did_to_its_number(agreement: Agreement) -> None:
    draft = agreement.erp.invoices.create(a_document())
    moved = agreement.people.move_draft(draft.entries[0], 2)
    found = agreement.erp.invoices.find(a_document())
    assert found is not None
    assert (found.ours, found.journal, found.voucher, found.entries) == (True, 2, moved.voucher, draft.entries)
    with pytest.raises(Rejected) as caught:
        agreement.erp.invoices.book(draft)
    assert caught.value.code == "draft_changed"
    assert agreement.erp.invoices.book(found).booked


def test_what_somebody_booked_for_us_is_found_as_booked(agreement: Agreement) -> None:
    draft = agreement.erp.invoices.create(a_document())
    moved = agreement.people.move_draft(draft.entries[0], 2)
    agreement.people.book_journal(2)
    found = agreement.erp.invoices.find(a_document())
    assert found is not None
    assert (found.ours, found.booked, found.voucher) == (True, True, moved.voucher)
    assert agreement.erp.invoices.book(found) == found


def test_a_payment_that_repeats_our_text_is_no_invoice(agreement: Agreement) -> None:
    booked = agreement.booked()
    agreement.people.pay(5001, TOTAL)
    ledger = agreement.vendor.vendor.agreement.ledger
    ledger.lines[-1].text = ledger.lines[-2].text = f"Indbetaling {KEY}"
    found = agreement.erp.invoices.find(a_document())
    assert found is not None
    assert found.voucher == booked.voucher


@pytest.mark.parametrize("fault", ["lost_after_commit", "reset_before"])
def test_a_lost_answer_is_not_known_and_the_key_tells(agreement: Agreement, fault: str) -> None:
    agreement.vendor.fault(fault, f"POST {VOUCHERS}")
    document = a_document(project=1001)
    with pytest.raises(DeliveryUnknown):
        agreement.erp.invoices.create(document)
    found = agreement.erp.invoices.find(document)
    assert (found is not None) == (fault == "lost_after_commit")
    draft = found or agreement.erp.invoices.create(document)
    assert len(draft.entries) == 2
    assert agreement.erp.invoices.book(draft).booked


def test_a_lost_answer_to_the_booking_is_found_as_booked(agreement: Agreement) -> None:
    draft = agreement.erp.invoices.create(a_document())
    agreement.vendor.fault("lost_after_commit", f"POST {BOOKING}")
    with pytest.raises(DeliveryUnknown):
        agreement.erp.invoices.book(draft)
    found = agreement.erp.invoices.find(a_document())
    assert found is not None
    assert found.booked


def test_a_voucher_whose_entries_can_not_be_read_is_not_known(agreement: Agreement) -> None:
    agreement.vendor.fault("status", "GET /journalsapi/*/draft-entries", status=500)
    with pytest.raises(DeliveryUnknown):
        agreement.erp.invoices.create(a_document())
    found = agreement.erp.invoices.find(a_document())
    assert found is not None
    assert found.ours


def test_the_same_document_sent_twice_is_one_voucher(agreement: Agreement) -> None:
    first = agreement.erp.invoices.create(a_document(project=1001))
    assert agreement.erp.invoices.create(a_document(project=1001)) == first
    assert len(drafts(agreement)) == 4


def test_a_draft_that_was_deleted_is_written_anew_although_its_answer_is_remembered(agreement: Agreement) -> None:
    first = agreement.erp.invoices.create(a_document())
    agreement.people.delete_draft(first.entries[0])
    assert agreement.erp.invoices.find(a_document()) is None
    second = agreement.erp.invoices.create(a_document())
    assert second.entries != first.entries
    assert len(drafts(agreement)) == 3


def test_a_remembered_answer_of_a_voucher_that_was_booked_since_is_not_written_anew(agreement: Agreement) -> None:
    agreement.booked()
    again = agreement.erp.invoices.create(a_document())
    assert (again.ours, again.booked) == (True, True)
    assert len(drafts(agreement)) == 2


def test_a_closed_period_is_refused_at_the_booking_and_goes_through_once_it_is_open(agreement: Agreement) -> None:
    draft = agreement.erp.invoices.create(a_document())
    agreement.people.close("2026", 11)
    with pytest.raises(Rejected) as caught:
        agreement.erp.invoices.book(draft)
    assert caught.value.code == "closed_period"
    assert "Open the period" in caught.value.cure
    agreement.people.close("2026", 11, closed=False)
    agreement.later(minutes=5)
    assert agreement.erp.invoices.book(draft).booked


def test_a_closed_period_is_refused_before_anything_is_drafted(agreement: Agreement) -> None:
    agreement.people.close("2026", 11)
    with pytest.raises(Rejected) as caught:
        agreement.erp.invoices.create(a_document())
    assert caught.value.code == "closed_period"
    assert len(drafts(agreement)) == 2


@pytest.mark.parametrize(
    ("day", "code"), [(date(2031, 1, 1), "no_accounting_year"), (date(2023, 9, 1), "closed_period")]
)
def test_a_year_that_is_missing_or_closed_is_told_before_anything_is_sent(
    agreement: Agreement, day: date, code: str
) -> None:
    with pytest.raises(Rejected) as caught:
        agreement.erp.invoices.create(a_document(invoiced_on=day))
    assert (caught.value.code, caught.value.field) == (code, "date")
    assert "POST /journals/{journal}/vouchers" not in agreement.seen()


def test_a_year_that_was_opened_since_is_seen(agreement: Agreement) -> None:
    agreement.people.close("2026")
    with pytest.raises(Rejected):
        agreement.erp.invoices.create(a_document())
    agreement.people.close("2026", closed=False)
    assert agreement.erp.invoices.create(a_document()).year == "2026"


def test_years_under_odd_codes_are_read_and_stand_differently_in_addresses() -> None:
    agreement = Agreement(split_years=True).with_customer()
    draft = agreement.erp.invoices.create(a_document())
    assert draft.year == "2026/2027a"
    agreement.erp.invoices.attach(draft, PDF)
    assert agreement.erp.invoices.has_pdf(draft)
    booked = agreement.erp.invoices.book(draft)
    assert agreement.erp.invoices.has_pdf(booked)
    found = agreement.erp.invoices.find(a_document())
    assert found == booked


def test_a_missing_journal_is_told(agreement: Agreement) -> None:
    """M1.7: journal 1 is used and must exist."""
    with pytest.raises(Rejected):
        agreement.erp.invoices.create(a_document(journal=9))


def test_a_refusal_names_what_does_not_exist(agreement: Agreement) -> None:
    with pytest.raises(Rejected, match="does not exist") as caught:
        agreement.erp.invoices.create(a_document(customer=77))
    assert caught.value.status == 400


def test_a_long_text_keeps_its_key(agreement: Agreement) -> None:
    document = a_document(text=f"{'Rådgivning ' * 40}{KEY}", project=1001)
    draft = agreement.erp.invoices.create(document)
    texts = [text for text in drafts(agreement) if KEY in text]
    assert [len(text) <= 250 and text.endswith(KEY) for text in texts] == [True, True]
    assert agreement.erp.invoices.find(document) == draft


def test_payments_are_read_from_what_is_left(agreement: Agreement) -> None:
    """M7.1: payments registered in e-conomic come back."""
    agreement.booked(a_document(project=1001))
    agreement.booked(a_document(key=OTHER_KEY, number=5002, total=-TOTAL))
    agreement.erp.invoices.create(a_document(key="HOAAAAAAAAAAAAAAAA", number=5003))
    left = agreement.erp.invoices.remainders
    assert left([5001, 5002, 5003, 5004]) == {
        5001: Remainder(5001, TOTAL, TOTAL), 5002: Remainder(5002, -TOTAL, -TOTAL),
    }  # fmt: skip
    agreement.people.pay(5001, "250.00")
    assert payment_of(left([5001])[5001]).state is PaymentState.PARTLY_PAID
    agreement.people.pay(5001, "1000.00")
    agreement.seen()
    assert left([5001]) == {5001: Remainder(5001, TOTAL, Decimal(0))}
    assert sum(agreement.seen().values()) == 1
    assert left([]) == {}
    assert sum(agreement.seen().values()) == 0


def test_two_hundred_numbers_are_one_call(agreement: Agreement) -> None:
    agreement.booked()
    agreement.seen()
    assert list(agreement.erp.invoices.remainders(range(4900, 5100))) == [5001]
    assert sum(agreement.seen().values()) == 1


def test_how_long_a_write_may_still_come_through_is_a_setting(agreement: Agreement) -> None:
    assert agreement.erp.invoices.absence_delay == timedelta(seconds=120)
