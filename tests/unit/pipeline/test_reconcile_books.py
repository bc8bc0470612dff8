"""Reconcile: every document we posted is in the books once, line by line."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from handoff.domain.posting import DocumentKind
from handoff.domain.staged import State
from handoff.ports import LedgerLine
from tests.fakes import FakePostingStore
from tests.unit.pipeline.planning import JOURNAL
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


def test_h5_3_a_document_that_is_in_the_books_twice_is_named() -> None:
    account = posted_account()
    account.ledger.documents.append(replace(account.ledger.documents[0], number="PT000002"))

    assert account.differences() == [("document_twice", account.desk.posting().key, "PT000001", "PT000002")]
    assert account.reconciled().amount_difference == 18750


def test_a_document_with_a_key_that_is_none_of_ours_is_named() -> None:
    account = posted_account()
    account.ledger.documents.append(replace(account.ledger.documents[0], key="HOX", number="PT000009"))

    assert account.differences() == [("unknown_document", "HOX", "not posted by us", "PT000009")]


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
