"""Postings: a key of exact versions, and balance before anything is sent."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import msgspec
import pytest

from handoff.domain.errors import Unbalanced
from handoff.domain.posting import (
    HOURS_KINDS,
    DocumentKind,
    JournalLine,
    Posting,
    RecordShare,
    check_balance,
    posting_key,
)
from handoff.domain.staged import RecordRef
from tests.builders import ENTITY, HOURS, TENANT, a_posting, a_project_line, a_record, a_time_entry
from tests.live_builders import an_expense_posting, an_invoice_posting

KIND = DocumentKind.PROJECT_TRANSACTIONS


def key(records: list[RecordRef], kind: DocumentKind = KIND) -> str:
    return posting_key("tenant", "entity", "hours", kind, records)


def test_a_key_is_short_and_can_be_read_aloud() -> None:
    assert re.fullmatch(r"HO[A-Z2-7]{16}", key([RecordRef("1001", 1, "aa")]))


def test_tenant_entity_flow_and_kind_are_part_of_the_key() -> None:
    records = [RecordRef("1001", 1, "aa")]
    keys = {
        posting_key("t", "e", "f", KIND, records),
        posting_key("te", "", "f", KIND, records),
        posting_key("t", "e2", "f", KIND, records),
        posting_key("t", "e", "f2", KIND, records),
        posting_key("t", "e", "f", DocumentKind.JOURNAL, records),
    }

    assert len(keys) == 5


@pytest.mark.parametrize("kind", DocumentKind)
def test_a_posting_whose_sums_agree_passes(kind: DocumentKind) -> None:
    two = [a_record(), a_record(entry=a_time_entry(external_id="1002"))]

    check_balance(a_posting(records=two, kind=kind))


def _lacking(account: str) -> Posting:
    line = msgspec.structs.replace(a_project_line(), **{account: ""})
    return replace(a_posting(), project_lines=(line,))


def _journal(debit: str, credit: str) -> Posting:
    lines = (
        JournalLine("1530", "10", Decimal(debit), Decimal(0), "debit"),
        JournalLine("3000", "10", Decimal(0), Decimal(credit), "credit"),
    )
    return replace(a_posting(kind=DocumentKind.JOURNAL), journal_lines=lines)


@pytest.mark.parametrize(
    ("posting", "fault"),
    [
        (_journal("9375.00", "9374.99"), "debits 9375.00, credits 9374.99"),
        (_journal("9000.00", "9000.00"), "lines 9000.00, amount 9375.00"),
        (_lacking("debit_account"), "lacks an account"),
        (_lacking("credit_account"), "lacks an account"),
        (replace(a_posting(), amount=Decimal("9375.01")), "amount 9375.01"),
        (replace(a_posting(), hours=Decimal("7.51")), "hours differ"),
        (replace(a_posting(), project_lines=()), "lines 0, amount 9375.00"),
        (replace(a_posting(), shares=(RecordShare("1001", Decimal("7.5"), Decimal("9374")),)), "shares"),
        (replace(a_posting(), shares=(RecordShare("1001", Decimal("7"), Decimal("9375.00")),)), "shares"),
    ],
)
def test_h5_3_a_posting_whose_sums_differ_is_never_sent(posting: Posting, fault: str) -> None:
    with pytest.raises(Unbalanced, match=fault) as refused:
        check_balance(posting)

    assert posting.key in str(refused.value)
    assert refused.value.code == "unbalanced_posting"


@pytest.mark.parametrize("posting", [an_invoice_posting(), an_expense_posting()])
def test_an_invoice_and_an_expense_are_one_amount_of_one_record(posting: Posting) -> None:
    check_balance(posting)


@pytest.mark.parametrize(
    ("posting", "fault"),
    [
        (replace(an_invoice_posting(), amount=Decimal("1.00")), "document 12500.00 DKK, amount 1.00 DKK"),
        (replace(an_invoice_posting(), currency="NOK"), "amount 12500.00 NOK"),
        (replace(an_invoice_posting(), key="HOOTHERKEY"), "the document has the key"),
        (replace(an_invoice_posting(), records=a_posting(records=[a_record(), a_record()]).records), "2 records"),
        (replace(an_invoice_posting(), shares=(RecordShare("1001", Decimal(0), Decimal(1)),)), "shares"),
        (replace(an_invoice_posting(), project_lines=a_posting().project_lines), "more than one document"),
        (replace(an_invoice_posting(), expense=an_expense_posting().expense), "more than one document"),
        (replace(an_expense_posting(), amount=Decimal("1.00")), "document 312.50 DKK, amount 1.00 DKK"),
    ],
)
def test_a_document_that_is_not_the_posting_s_is_never_sent(posting: Posting, fault: str) -> None:
    """M1.3: the total that was planned is the total that goes."""
    with pytest.raises(Unbalanced, match=fault):
        check_balance(posting)


def test_work_without_value_needs_no_accounts() -> None:
    line = msgspec.structs.replace(
        a_project_line(), amount=Decimal(0), unit_rate=Decimal(0), debit_account="", credit_account=""
    )
    share = RecordShare("1001", Decimal("7.5"), Decimal(0))

    check_balance(replace(a_posting(), amount=Decimal(0), project_lines=(line,), shares=(share,)))


def test_a_journal_with_a_negative_part_has_debits_beyond_its_value() -> None:
    lines = (
        JournalLine("1530", "10", Decimal(60), Decimal(0), ""),
        JournalLine("3000", "10", Decimal(0), Decimal(100), ""),
        JournalLine("3010", "10", Decimal(40), Decimal(0), ""),
    )
    shares = (RecordShare("1", Decimal(1), Decimal(100)), RecordShare("2", Decimal(1), Decimal(-40)))

    check_balance(
        replace(
            a_posting(kind=DocumentKind.JOURNAL),
            journal_lines=lines,
            shares=shares,
            hours=Decimal(2),
            amount=Decimal(60),
        )
    )


# ---- reversals -----------------------------------------------------------------------------------


def _reversal(kind: DocumentKind) -> Posting:
    posting = a_posting(kind=kind)
    lines = tuple(
        msgspec.structs.replace(line, hours=-line.hours, amount=-line.amount) for line in posting.project_lines
    )
    sides = tuple(JournalLine(x.account, x.cost_centre, x.credit, x.debit, x.text) for x in posting.journal_lines)
    shares = tuple(msgspec.structs.replace(s, hours=-s.hours, amount=-s.amount) for s in posting.shares)
    posting = replace(posting, project_lines=lines, journal_lines=sides, shares=shares, reversal=True)
    return replace(posting, hours=-posting.hours, amount=-posting.amount)


@pytest.mark.parametrize("kind", DocumentKind)
def test_a_reversal_balances_with_its_signs_turned(kind: DocumentKind) -> None:
    check_balance(_reversal(kind))


@pytest.mark.parametrize("kind", DocumentKind)
def test_a_reversal_whose_sums_differ_is_never_sent(kind: DocumentKind) -> None:
    with pytest.raises(Unbalanced):
        check_balance(replace(_reversal(kind), amount=Decimal("-9374.99")))


def test_a_reversal_has_another_key_than_what_it_reverses() -> None:
    refs = a_posting().records
    keys = {
        posting_key(TENANT, ENTITY, HOURS, kind, refs, reversal=reversal)
        for kind in HOURS_KINDS
        for reversal in (True, False)
    }

    assert len(keys) == 6
    assert a_posting().key in keys


def test_what_people_took_out_is_not_left_in_the_document() -> None:
    records = [a_record(entry=a_time_entry(external_id=name)) for name in ("1", "2")]
    posting = replace(a_posting(records=records), taken_out=("1",))

    assert (posting.is_left("1"), posting.is_left("2")) == (False, True)
    assert posting.left() == (Decimal("7.5"), Decimal("9375.00"))
    assert replace(posting, taken_out=()).left() == (posting.hours, posting.amount)
    assert replace(posting, taken_out=("1", "2")).left() == (Decimal(0), Decimal(0))
