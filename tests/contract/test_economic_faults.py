"""Whatever breaks on the way to e-conomic: one document is one booked voucher, and nobody else's draft is touched."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from handoff.domain.errors import DeliveryUnknown, HandoffError, RateLimited, Unreachable
from handoff.domain.invoices import ErpInvoice, InvoiceDocument
from tests.contract.economic_erp import BOOKING, KEY, PDF, VOUCHERS, Agreement, a_document

FAULTS = st.lists(
    st.tuples(
        st.sampled_from(["reset_before", "lost_after_commit", "status", "committed"]),
        st.sampled_from(
            [
                f"POST {VOUCHERS}",
                f"POST {BOOKING}",
                "POST /journals/*/attachment/file",
                "GET /journalsapi/*/draft-entries",
                "GET /bookedEntriesapi/*",
                "GET /accounting-years",
            ]
        ),
        st.integers(0, 2),
    ),
    max_size=8,
)
PEOPLE = st.lists(st.sampled_from(["move", "book", "nothing"]), max_size=4)
TRIES = 30


def ask_for(agreement: Agreement, faults: list[tuple[str, str, int]]) -> None:
    """Puts the faults in the way."""
    for kind, match, skip in faults:
        if kind == "committed":
            agreement.vendor.fault("status", match, status=502, body="<html>", after=True, skip=skip)
        elif kind == "status":
            agreement.vendor.fault("status", match, status=503, body="<html>", skip=skip)
        else:
            agreement.vendor.fault(kind, match, skip=skip)


def bring(agreement: Agreement, document: InvoiceDocument) -> ErpInvoice:
    """One try, as the protocol has it: look first, write only what is not there."""
    invoices = agreement.erp.invoices
    invoice = invoices.find(document) or invoices.create(document)
    if not invoices.has_pdf(invoice):
        invoices.attach(invoice, PDF)
    return invoices.book(invoice)


def meddle(agreement: Agreement, what: str) -> None:
    """Somebody handles our draft by hand."""
    ours = [d for d in agreement.vendor.vendor.agreement.ledger.drafts.values() if KEY in (d.text or "")]
    if ours and what == "move":
        agreement.people.move_draft(ours[0].entry, 2)
    elif ours and what == "book" and ours[0].journal == 2:
        agreement.people.book_journal(2)


def until_booked(agreement: Agreement, document: InvoiceDocument, people: list[str]) -> ErpInvoice | None:
    """Tries again after the known delay until it is booked."""
    hands = iter(people)
    for _ in range(TRIES):
        try:
            return bring(agreement, document)
        except (Unreachable, DeliveryUnknown, RateLimited):
            meddle(agreement, next(hands, "nothing"))
        except HandoffError as error:
            if error.code != "draft_changed":
                raise
        agreement.now += agreement.erp.invoices.absence_delay + timedelta(seconds=1)
    return None


@settings(max_examples=150, deadline=None)
@given(faults=FAULTS, people=PEOPLE)
def test_one_document_is_one_voucher_whatever_breaks_and_whoever_meddles(
    faults: list[tuple[str, str, int]], people: list[str]
) -> None:
    """M1.1, M1.2, M1.7: transferred and posted in the journal, exactly once."""
    agreement = Agreement().with_customer()
    ledger = agreement.vendor.vendor.agreement.ledger
    theirs = Counter(draft.text for draft in ledger.drafts.values())
    ask_for(agreement, faults)
    booked = until_booked(agreement, a_document(), people)
    assert booked is not None
    assert booked.booked
    assert len({line.voucher for line in ledger.lines if KEY in (line.text or "")}) == 1
    assert sum(1 for line in ledger.lines if line.customer_invoice == 5001) == 1
    assert Counter(draft.text for draft in ledger.drafts.values()) == theirs
    assert len(ledger.documents_of(booked.year, booked.voucher)) == 1


@settings(max_examples=60, deadline=None)
@given(faults=FAULTS)
def test_a_voucher_of_two_entries_is_booked_whole_whatever_breaks(faults: list[tuple[str, str, int]]) -> None:
    agreement = Agreement().with_customer().with_project()
    ledger = agreement.vendor.vendor.agreement.ledger
    ask_for(agreement, faults)
    assert until_booked(agreement, a_document(project=1001), []) is not None
    ours = [line for line in ledger.lines if KEY in (line.text or "")]
    assert sum(line.amount for line in ours) == 0
    assert sorted(line.account for line in ours) == [1010, 5600, 6902]
    assert not [draft for draft in ledger.drafts.values() if KEY in (draft.text or "")]
