"""Reconcile: every hour of a period is accounted for, and whatever differs in the time tool is named."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from handoff.domain.periods import Period
from handoff.domain.staged import State
from handoff.ports import BrokenRow
from tests.builders import (
    NOW,
    a_client,
    a_financial_period,
    a_record,
    a_time_entry,
    reference_data,
)
from tests.unit.pipeline.planning import JOURNAL, PROJECT
from tests.unit.pipeline.reconciling import Account, an_entry

ZERO = Decimal(0)
NOVEMBER = Period("2026-11")


# ---- all is well -------------------------------------------------------------------------------


def test_every_hour_of_the_period_is_under_one_heading_and_the_books_agree() -> None:
    account = Account()
    account.logged(an_entry("1"), an_entry("2", hours="2.5"))
    account.post()
    account.logged(an_entry("3"), state=State.HELD)
    account.logged(an_entry("4"), state=State.EXCLUDED)
    account.logged(an_entry("5"), state=State.FAILED)
    account.logged(an_entry("6"), state=State.READY)
    account.logged(an_entry("7"), state=State.UNSURE)

    report = account.reconciled()

    assert report.agrees
    assert (report.time_tool.records, report.time_tool.hours) == (7, Decimal("47.5"))
    assert {name: (part.records, part.hours) for name, part in report.states.items()} == {
        "held": (1, Decimal("7.5")),
        "excluded": (1, Decimal("7.5")),
        "failed": (1, Decimal("7.5")),
        "posted": (2, Decimal("10.0")),
        "on_the_way": (2, Decimal("15.0")),
    }
    (books,) = report.books
    assert (books.kind, books.documents) == (PROJECT, 1)
    assert (books.hours, books.amount) == (Decimal(10), Decimal(12500))
    assert (books.ledger_documents, books.ledger_hours, books.ledger_amount) == (1, Decimal(10), Decimal(12500))
    assert (report.hours_difference, report.amount_difference, report.at) == (ZERO, ZERO, NOW)


def test_value_is_told_by_currency_at_the_time_tools_own_rates() -> None:
    account = Account()
    account.reference = reference_data(clients=[a_client(), a_client(id="302", currency="EUR")])
    account.logged(
        an_entry("1", hours="1"), an_entry("2", hours="1.005", client_id="302", rate="99.99"),
        an_entry("3", client_id="309", hours="2", rate="10"), a_time_entry(external_id="4", billable=False),
        state=State.HELD,
    )  # fmt: skip

    assert account.reconciled().time_tool.value == {"NOK": Decimal("1270.00"), "EUR": Decimal("100.49")}


def test_both_kinds_are_compared_each_with_its_own_books() -> None:
    account = Account(PROJECT, JOURNAL)
    account.logged(an_entry("1"))
    account.post()

    report = account.reconciled()

    assert report.agrees
    assert [(books.kind, books.hours, books.ledger_amount) for books in report.books] == [
        ("project_transactions", Decimal("7.5"), Decimal(9375)), ("journal", ZERO, Decimal(9375)),
    ]  # fmt: skip


def test_a_kind_without_documents_on_either_side_is_left_out() -> None:
    account = Account(PROJECT, JOURNAL)
    account.desk.kinds = (PROJECT,)
    account.logged(an_entry("1"))
    account.post()

    assert [books.kind for books in account.reconciled().books] == [PROJECT]


def test_work_of_a_closed_month_is_named_in_both_months() -> None:
    account = Account(closed_period="next_open")
    account.reference = reference_data(
        financial_periods=[a_financial_period(open=False), a_financial_period(period="2026-11")]
    )
    account.logged(an_entry("1"))
    account.post()

    october, november = account.reconciled(), account.reconciled(NOVEMBER)

    assert (october.posted_elsewhere, october.from_elsewhere, october.agrees) == (Decimal("7.5"), ZERO, True)
    assert (november.posted_elsewhere, november.from_elsewhere, november.agrees) == (ZERO, Decimal("7.50"), True)
    assert (november.time_tool.hours, november.books[0].hours) == (ZERO, Decimal("7.50"))


# ---- the time tool has something else ----------------------------------------------------------


def test_an_entry_that_was_not_fetched_yet_is_named() -> None:
    account = Account()
    account.month.entries.append(an_entry("1"))

    report = account.reconciled()

    assert account.differences() == [("not_fetched", "1", "not staged yet", "7.5 h")]
    assert (report.hours_difference, report.agrees) == (Decimal("7.5"), False)


def test_an_entry_edited_since_it_was_fetched_is_named() -> None:
    account = Account()
    account.logged(an_entry("1"))
    account.month.entries = [an_entry("1", hours="8")]

    assert account.differences() == [("edited_since_fetch", "1", "7.5 h", "8 h")]
    assert account.reconciled().hours_difference == Decimal("0.5")


def test_an_entry_that_is_gone_from_the_time_tool_is_named_with_its_state() -> None:
    account = Account()
    account.logged(an_entry("1"))
    account.post()
    account.month.entries.clear()

    assert account.differences() == [("gone_from_time_tool", "1", "7.5 h posted", "nothing")]
    assert account.reconciled().hours_difference == Decimal("-7.5")


def test_a_row_that_can_not_be_read_is_named() -> None:
    account = Account()
    account.month.broken.append(BrokenRow("9", "hours", "Expected `decimal`, got `str`"))

    assert account.differences() == [("broken_contract", "9", "a readable hours", "Expected `decimal`, got `str`")]


def test_an_entry_that_moved_to_another_month_before_it_was_posted_is_that_months_business() -> None:
    account = Account()
    account.logged(an_entry("1"), state=State.HELD)
    moved = a_record(entry=an_entry("1", spent_on="2026-11-02"), state=State.HELD, version=2)
    account.desk.staged.inner.replace(account.desk.record("1"), moved)
    account.month.entries = [an_entry("1", spent_on="2026-11-02")]

    assert account.differences() == []
    assert account.reconciled().agrees
    assert (account.reconciled(NOVEMBER).agrees, account.reconciled(NOVEMBER).time_tool.records) == (True, 1)


def test_an_entry_that_moved_to_another_month_after_it_was_posted_is_named() -> None:
    account = Account()
    account.logged(an_entry("1"))
    account.post()
    account.edited("1", spent_on="2026-11-02", hours="3")

    assert account.differences() == [("changed_after_posting", "1", "3 h in 2026-11", "7.5 h in the books")]
    assert account.reconciled().hours_difference == 0
    assert account.reconciled(NOVEMBER).states["failed"].records == 1


# ---- changed after posting ---------------------------------------------------------------------


def test_an_entry_edited_after_posting_is_named_with_both_contents() -> None:
    account = Account()
    account.logged(an_entry("1"), an_entry("2"))
    account.post()
    account.edited("1", hours="9")

    assert account.differences() == [
        ("changed_after_posting", "1", "9 h in the time tool", "7.5 h in the books"),
    ]  # fmt: skip


def test_an_entry_edited_again_and_again_is_named_once() -> None:
    account = Account()
    account.logged(an_entry("1"))
    account.post()
    posted = account.desk.record("1")
    account.edited("1", hours="9")
    back = replace(posted, version=3, revision=account.desk.record("1").revision)  # set back, then edited again
    account.desk.staged.inner.replace(account.desk.record("1"), back)
    account.edited("1", hours="10")

    assert account.differences() == [
        ("changed_after_posting", "1", "10 h in the time tool", "7.5 h in the books"),
    ]  # fmt: skip


def test_an_entry_whose_first_of_two_documents_was_written_is_in_the_books_as_well() -> None:
    account = Account(PROJECT, JOURNAL)
    account.desk.kinds = (PROJECT,)
    account.logged(an_entry("1"))
    account.post()
    half = replace(account.desk.record("1"), state=State.READY)
    account.desk.put(half)
    account.edited("1", hours="9")

    assert [code for code, *_ in account.differences()] == ["changed_after_posting"]


def test_an_entry_set_back_to_what_was_posted_is_no_difference() -> None:
    account = Account()
    account.logged(an_entry("1"))
    account.post()
    posted = account.desk.record("1")
    account.edited("1", hours="9")
    back = replace(posted, version=3, revision=account.desk.record("1").revision)
    account.desk.staged.inner.replace(account.desk.record("1"), back)
    account.month.entries = [an_entry("1")]

    assert account.reconciled().agrees
