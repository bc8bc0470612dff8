"""PDFs on vouchers in e-conomic against the stand-in: by plan, by size, once."""

from __future__ import annotations

import pytest

from handoff.domain.errors import Rejected
from tests.contract.economic_erp import PDF, Agreement, a_document


def attached(agreement: Agreement) -> int:
    return len(agreement.vendor.vendor.agreement.ledger.documents)


@pytest.mark.parametrize("booked", [False, True], ids=["draft", "booked"])
def test_the_plan_plus_takes_no_pdf_and_the_invoice_goes_through_without_it(booked: bool) -> None:
    """M1.6: the PDF needs plan Smart or Advanced; Plus lacks it."""
    agreement = Agreement(plan="plus").with_customer()
    invoice = agreement.booked() if booked else agreement.erp.invoices.create(a_document())
    assert not agreement.erp.invoices.has_pdf(invoice)
    with pytest.raises(Rejected) as caught:
        agreement.erp.invoices.attach(invoice, PDF)
    assert (caught.value.code, caught.value.status) == ("attachment_refused", 403)
    assert "Smart or Advanced" in caught.value.cure
    assert agreement.erp.invoices.book(invoice).booked


@pytest.mark.parametrize("plan", ["smart", "advanced"])
def test_the_other_plans_take_it_on_a_draft_and_on_a_booked_invoice(plan: str) -> None:
    """M1.4, M1.6: the PDF is saved on the invoice."""
    agreement = Agreement(plan=plan).with_customer()
    draft = agreement.erp.invoices.create(a_document())
    agreement.erp.invoices.attach(draft, PDF)
    agreement.erp.invoices.book(draft)
    late = agreement.booked(a_document(key="HOAAAAAAAAAAAAAAAA", number=5002))
    assert not agreement.erp.invoices.has_pdf(late)
    agreement.erp.invoices.attach(late, PDF)
    assert agreement.erp.invoices.has_pdf(late)
    assert attached(agreement) == 2


def test_a_pdf_that_is_there_already_stays() -> None:
    agreement = Agreement().with_customer()
    draft = agreement.erp.invoices.create(a_document())
    agreement.erp.invoices.attach(draft, PDF)
    agreement.erp.invoices.attach(draft, PDF.replace(b"Page", b"Pagf"))
    assert attached(agreement) == 1


def test_a_voucher_that_is_written_anew_under_its_old_number_gets_its_pdf_as_well() -> None:
    """M1.4: an answer of an hour ago is not taken for this one."""
    agreement = Agreement().with_customer()
    draft = agreement.erp.invoices.create(a_document())
    agreement.erp.invoices.attach(draft, PDF)
    for entry in draft.entries:
        agreement.people.delete_draft(entry)
    anew = agreement.erp.invoices.create(a_document())
    assert anew.voucher == draft.voucher
    agreement.erp.invoices.attach(anew, PDF)
    assert agreement.erp.invoices.has_pdf(anew)


def test_another_refusal_of_a_file_is_told() -> None:
    agreement = Agreement().with_customer()
    draft = agreement.erp.invoices.create(a_document())
    with pytest.raises(Rejected, match="Only files of these kinds") as caught:
        agreement.erp.invoices.attach(draft, b"no file of these kinds")
    assert caught.value.code == "refused"


def test_a_draft_that_was_moved_is_looked_up_again_before_it_gets_its_pdf() -> None:
    agreement = Agreement().with_customer()
    draft = agreement.erp.invoices.create(a_document())
    agreement.people.move_draft(draft.entries[0], 2)
    assert not agreement.erp.invoices.has_pdf(draft)
    with pytest.raises(Rejected) as caught:
        agreement.erp.invoices.attach(draft, PDF)
    assert caught.value.code == "draft_changed"
    found = agreement.erp.invoices.find(a_document())
    assert found is not None
    agreement.erp.invoices.attach(found, PDF)
    assert agreement.erp.invoices.has_pdf(found)


def test_a_pdf_that_is_too_large_is_not_sent() -> None:
    agreement = Agreement().with_customer()
    draft = agreement.erp.invoices.create(a_document())
    before = agreement.erp.calls
    with pytest.raises(Rejected, match=r"9\.1 MB") as caught:
        agreement.erp.invoices.attach(draft, PDF + b"0" * 9_100_000)
    assert caught.value.code == "attachment_too_large"
    assert agreement.erp.calls == before
