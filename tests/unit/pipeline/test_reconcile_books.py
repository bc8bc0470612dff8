"""Reconcile: every document we posted is in the books once, line by line."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from handoff.domain.posting import DocumentKind, Posting, PostingState
from handoff.domain.staged import State
from handoff.ports import LedgerLine
from tests.fakes import FakePostingStore
from tests.unit.pipeline.planning import JOURNAL, PROJECT
from tests.unit.pipeline.reconciling import Account, an_entry

# ---- the books have something else -------------------------------------------------------------


def posted_account(*kinds: DocumentKind) -> Account:
    account = Account(*kinds)
    account.logged(an_entry("1"), an_entry("2"))
    account.post()
    return account


def test_a_document_that_is_missing_in_the_erp_is_named() -> None:
    account = posted_account()
    account.ledger.documents.clear()

    assert account.differences() == [("missing_document", account.desk.posting().key, "PT000001", "nothing")]
    assert account.reconciled().amount_difference == 18750


def test_a_document_written_a_moment_ago_may_be_missing_in_the_erps_list_for_a_while() -> None:
    account = posted_account()
    account.ledger.documents.clear()
    account.ledger.absence_delay = timedelta(minutes=15)

    report = account.reconciled()

    assert (report.agrees, report.lasting_count, report.books) == (True, 0, [])
    assert report.states["posted"].records == 2


def test_a_document_that_is_not_listed_when_the_delay_is_over_is_missing() -> None:
    account = posted_account()
    account.ledger.documents.clear()
    account.ledger.absence_delay = timedelta(minutes=15)
    written = account.desk.posting()
    assert written.receipt is not None
    account.desk.postings.inner.save(
        replace(written, receipt=replace(written.receipt, at=written.receipt.at - timedelta(minutes=15)))
    )

    assert [code for code, *_ in account.differences()] == ["missing_document"]


def test_a_document_written_a_moment_ago_that_is_listed_is_compared() -> None:
    account = posted_account()
    account.ledger.absence_delay = timedelta(minutes=15)
    account.ledger.documents = [replace(account.ledger.documents[0], lines=[])]

    assert {code for code, *_ in account.differences()} == {"line_differs"}


def test_h5_3_a_document_that_is_in_the_books_twice_is_named() -> None:
    account = posted_account()
    account.ledger.documents.append(replace(account.ledger.documents[0], number="PT000002"))

    assert account.differences() == [("document_twice", account.desk.posting().key, "PT000001", "PT000002")]
    assert account.reconciled().amount_difference == 18750


def test_a_document_with_a_key_that_is_none_of_ours_is_named() -> None:
    account = posted_account()
    account.ledger.documents.append(replace(account.ledger.documents[0], key="HOX", number="PT000009"))

    assert account.differences() == [("unknown_document", "HOX", "not posted by us", "PT000009")]


@pytest.mark.parametrize("state", [PostingState.CLAIMED, PostingState.UNSURE])
def test_our_own_document_that_is_not_known_to_be_written_yet_is_on_its_way(state: PostingState) -> None:
    account = posted_account()
    account.desk.postings.inner.save(replace(account.desk.posting(), state=state, receipt=None))
    for name in ("1", "2"):
        record = account.desk.record(name)
        account.desk.put(replace(record, state=State.UNSURE, covered={}))

    assert account.reconciled().agrees
    assert account.differences() == []


def test_our_own_document_that_is_written_between_the_two_reads_is_on_its_way() -> None:
    account = posted_account()
    written = account.desk.posting()
    claimed = account.desk.postings.inner.save(replace(written, state=PostingState.CLAIMED, receipt=None))
    store = account.desk.postings
    store.after["of_period"] = lambda: store.inner.save(replace(written, revision=claimed.revision))

    assert account.reconciled(postings=store).agrees
    assert account.reconciled().books[0].documents == 1


@pytest.mark.parametrize(
    "changes", [{"state": PostingState.ABANDONED}, {"state": PostingState.REFUSED}, {"period": "2026-11"}]
)
def test_our_own_document_that_should_not_be_there_is_named(changes: dict[str, Any]) -> None:
    account = posted_account()
    account.desk.postings.inner.save(replace(account.desk.posting(), **changes))

    assert ("unknown_document", "PT000001") in [(code, found) for code, _, _, found in account.differences()]


def test_documents_of_another_integration_into_the_same_company_are_left_to_it() -> None:
    account = posted_account()
    theirs = replace(account.desk.posting(), key="HOTHEIRS", revision=0)
    account.others.append(FakePostingStore())
    account.others[0].claim(theirs)
    account.ledger.documents.append(replace(account.ledger.documents[0], key="HOTHEIRS"))

    assert account.reconciled().agrees


def test_a_line_that_somebody_changed_in_the_erp_is_named() -> None:
    account = posted_account()
    document = account.ledger.documents[0]
    lines = [LedgerLine("1", Decimal("7.5"), Decimal("9000")), LedgerLine("3", Decimal(1), Decimal(10))]
    account.ledger.documents = [replace(document, lines=lines)]

    assert account.differences() == [
        ("line_differs", "PT000001 / 1", "7.50 h, 9375.00", "7.5 h, 9000"),
        ("line_differs", "PT000001 / 2", "7.50 h, 9375.00", "nothing"),
        ("line_differs", "PT000001 / 3", "nothing", "1 h, 10"),
    ]


def test_a_record_split_over_cost_centres_is_compared_as_a_whole() -> None:
    account = Account(allocations=[{"id": "both", "shares": {"10": "60", "20": "40"}}])
    account.logged(an_entry("1"))
    account.post()
    (document,) = account.ledger.documents
    account.ledger.documents = [replace(document, lines=list(reversed(document.lines)))]

    assert len(document.lines) == 2
    assert account.reconciled().agrees


def test_a_journal_with_another_amount_is_named() -> None:
    account = posted_account(JOURNAL)
    (document,) = account.ledger.documents
    account.ledger.documents = [replace(document, lines=[LedgerLine("", Decimal(0), Decimal("18750.01"))])]

    assert account.differences() == [("amount_differs", "PT000001", "18750.00", "18750.01")]


def test_a_record_that_is_posted_without_a_document_is_named() -> None:
    account = Account()
    account.logged(an_entry("1"), state=State.POSTED)

    assert account.differences() == [("not_in_any_document", "1", "7.5 h posted", "nothing")]


def test_a_document_that_is_not_accepted_counts_for_nothing() -> None:
    account = Account()
    account.logged(an_entry("1"))
    account.desk.erp.refused["1"] = "No."
    account.post()

    report = account.reconciled()

    assert (report.agrees, list(report.books)) == (True, [])
    assert report.states["failed"].records == 1


# ---- corrections -------------------------------------------------------------------------------


def corrected_account(*kinds: DocumentKind) -> Account:
    """Two posted entries, one of them corrected: three documents."""
    account = posted_account(*kinds)
    account.edited("1", hours="4", approved=True)
    account.post()
    return account


def reversal_of(account: Account) -> Posting:
    (found,) = [posting for posting in account.desk.all_postings() if posting.reversal]
    return found


@pytest.mark.parametrize("kind", [PROJECT, JOURNAL])
def test_a_reversal_that_is_missing_in_the_erp_is_named(kind: DocumentKind) -> None:
    account = corrected_account(kind)
    reversal = reversal_of(account)
    account.ledger.documents = [one for one in account.ledger.documents if one.key != reversal.key]

    assert account.differences() == [("missing_document", reversal.key, "PT000002", "nothing")]
    assert account.reconciled().amount_difference == 9375


def test_a_line_of_a_reversal_that_somebody_changed_is_named_with_its_signs() -> None:
    account = corrected_account()
    key = reversal_of(account).key
    line = [LedgerLine("1", Decimal(-1), Decimal(-1250))]
    account.ledger.documents = [replace(one, lines=line) if one.key == key else one for one in account.ledger.documents]

    assert account.differences() == [("line_differs", "PT000002 / 1", "-7.50 h, -9375.00", "-1 h, -1250")]


def test_a_reversed_journal_with_another_amount_is_named_with_its_sign() -> None:
    account = corrected_account(JOURNAL)
    key = reversal_of(account).key
    lines = [LedgerLine("", Decimal(0), Decimal(9000))]
    account.ledger.documents = [
        replace(one, lines=lines) if one.key == key else one for one in account.ledger.documents
    ]

    assert account.differences() == [("amount_differs", "PT000002", "-9375.00", "-9000")]


@pytest.mark.parametrize("kind", [PROJECT, JOURNAL])
def test_a_part_that_a_person_took_out_by_hand_is_not_expected_any_more(kind: DocumentKind) -> None:
    account = posted_account(kind)
    posting = account.desk.posting()
    (document,) = account.ledger.documents
    lines = [line for line in document.lines if line.external_id == "2"] or [
        LedgerLine("", Decimal(0), Decimal("9375.00"))
    ]
    account.ledger.documents = [replace(document, lines=lines)]
    assert account.differences() != []

    account.desk.postings.inner.save(replace(posting, taken_out=("1",)))

    (books,) = account.reconciled().books
    assert account.differences() == []
    assert (books.amount, books.ledger_amount, books.agrees) == (Decimal(9375), Decimal(9375), True)


def test_a_document_that_a_person_took_out_whole_is_not_missed() -> None:
    account = posted_account()
    account.desk.postings.inner.save(replace(account.desk.posting(), taken_out=("1", "2")))
    account.ledger.documents.clear()

    assert account.differences() == []
    assert list(account.reconciled().books) == []


def test_a_part_that_was_said_to_be_taken_out_and_is_there_is_named() -> None:
    account = posted_account()
    account.desk.postings.inner.save(replace(account.desk.posting(), taken_out=("1",)))

    assert account.differences() == [("line_differs", "PT000001 / 1", "nothing", "7.50 h, 9375.00")]


def test_documents_in_two_currencies_are_two_sums() -> None:
    account = Account()
    account.logged(an_entry("1"))
    account.post()
    abroad = account.desk.posting()
    account.desk.postings.inner.save(replace(abroad, currency="SEK"))
    account.logged(an_entry("2", hours="2"))
    account.post()

    report = account.reconciled()

    assert [(part.currency, part.hours, part.amount, part.ledger_amount) for part in report.books] == [
        ("", Decimal(2), Decimal(2500), Decimal(2500)),
        ("SEK", Decimal("7.5"), Decimal(9375), Decimal(9375)),
    ]
    assert (report.agrees, report.amount_difference) == (True, Decimal(0))
