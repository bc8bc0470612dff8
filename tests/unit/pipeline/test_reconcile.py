"""Reconcile: every hour of a period is accounted for, and whatever differs in the time tool is named."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from handoff.domain.errors import BrokenContract
from handoff.domain.periods import Period
from handoff.domain.posting import DocumentKind
from handoff.domain.staged import State
from handoff.ports import BrokenRow, FeedPage
from tests.builders import (
    NOW,
    OCTOBER,
    a_client,
    a_fetched_entry,
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


def test_a_time_tool_that_gives_the_same_page_for_ever_breaks_its_contract() -> None:
    account = Account()
    entry = a_fetched_entry(entry=an_entry("1"))
    account.month.pages = (FeedPage([entry], (), (), str(number), 9, None) for number in range(2, 9))

    with pytest.raises(BrokenContract, match="the same page twice"):
        account.reconciled()


def test_a_time_tool_that_goes_in_circles_breaks_its_contract() -> None:
    account = Account()
    rows = [a_fetched_entry(entry=an_entry(name)) for name in ("1", "2")]
    account.month.pages = (FeedPage([rows[number % 2]], (), (), str(number), 2, None) for number in range(2, 999))

    with pytest.raises(BrokenContract, match="came to no end"):
        account.reconciled()


def test_an_entry_that_moved_to_another_month_before_it_was_posted_is_that_months_business() -> None:
    account = Account()
    account.logged(an_entry("1"), state=State.HELD)
    moved = a_record(entry=an_entry("1", spent_on="2026-11-02"), state=State.HELD, version=2)
    account.desk.staged.inner.replace(account.desk.record("1"), moved)
    account.month.entries = [an_entry("1", spent_on="2026-11-02")]

    assert account.differences() == []
    assert account.reconciled().agrees
    assert (account.reconciled(NOVEMBER).agrees, account.reconciled(NOVEMBER).time_tool.records) == (True, 1)


# ---- corrections -------------------------------------------------------------------------------


def corrections(account: Account, period: Period = OCTOBER) -> list[tuple[str, str, str, str]]:
    found = account.reconciled(period).corrections
    return [(one.code, one.subject, one.expected, one.found) for one in found]


def test_an_edit_after_posting_that_nobody_approved_is_a_correction_and_no_difference() -> None:
    account = Account()
    account.logged(an_entry("1"), an_entry("2"))
    account.post()
    account.edited("1", hours="9")

    report = account.reconciled()

    assert (report.agrees, report.differences) == (True, [])
    assert corrections(account) == [("to_be_corrected", "1", "9 h; held: not_approved", "7.50 h, 9375.00 in PT000001")]
    assert (report.states["posted"].hours, report.states["held"].hours) == (Decimal("7.5"), Decimal(9))
    assert report.books[0].hours == Decimal("15.00")


def test_an_approved_edit_waits_for_the_next_pass_and_then_for_nothing() -> None:
    account = Account()
    account.logged(an_entry("1"))
    account.post()
    account.edited("1", hours="9", approved=True)
    assert corrections(account) == [
        ("to_be_corrected", "1", "9 h; ready: the next pass reverses it", "7.50 h, 9375.00 in PT000001")
    ]

    account.post()

    assert (corrections(account), account.reconciled().agrees) == ([], True)


def test_an_entry_that_moved_to_another_month_after_it_was_posted_is_a_correction_of_both() -> None:
    account = Account()
    account.logged(an_entry("1"))
    account.post()
    account.edited("1", spent_on="2026-11-02", hours="3")

    october, november = account.reconciled(), account.reconciled(NOVEMBER)

    assert (october.agrees, november.agrees) == (True, True)
    assert corrections(account) == corrections(account, NOVEMBER) != []
    assert (october.from_elsewhere, november.posted_elsewhere) == (Decimal("7.50"), Decimal("7.50"))


@pytest.mark.parametrize("kinds", [(PROJECT,), (JOURNAL,), (PROJECT, JOURNAL)])
def test_the_books_of_a_corrected_month_are_the_net_of_its_documents(kinds: tuple[DocumentKind, ...]) -> None:
    account = Account(*kinds)
    account.logged(an_entry("1"), an_entry("2"))
    account.post()
    account.edited("1", hours="4", approved=True)
    account.post()

    report = account.reconciled()

    assert (report.agrees, report.differences, report.corrections) == (True, [], [])
    for books in report.books:
        assert (books.documents, books.ledger_documents) == (3, 3)
        assert books.amount == books.ledger_amount == Decimal("14375.00")
        assert books.hours == books.ledger_hours == (Decimal("11.50") if books.kind == PROJECT else ZERO)


def test_an_entry_edited_again_and_again_is_named_once() -> None:
    account = Account()
    account.logged(an_entry("1"))
    account.post()
    for hours in ("9", "7.5", "10"):
        account.edited("1", hours=hours)

    assert [(subject, now) for _, subject, now, _ in corrections(account)] == [("1", "10 h; held: not_approved")]
    assert account.reconciled().agrees


def test_an_entry_whose_first_of_two_documents_was_written_has_that_one_corrected() -> None:
    account = Account(PROJECT, JOURNAL)
    account.desk.kinds = (PROJECT,)
    account.logged(an_entry("1"))
    account.post()
    half = replace(account.desk.record("1"), state=State.READY)
    account.desk.put(half)
    account.edited("1", hours="9")

    assert [found for *_, found in corrections(account)] == ["7.50 h, 9375.00 in PT000001"]


def test_an_entry_that_is_gone_and_still_in_the_books_is_a_correction() -> None:
    account = Account()
    account.logged(an_entry("1"), an_entry("2"))
    account.post()
    account.gone("1")

    report = account.reconciled()

    assert (report.agrees, report.time_tool.records, report.states["posted"].records) == (True, 1, 1)
    assert corrections(account) == [
        ("to_be_corrected", "1", "nothing; reversing: the next pass reverses it", "7.50 h, 9375.00 in PT000001")
    ]


@pytest.mark.parametrize("was_posted", [True, False])
def test_an_entry_that_is_gone_for_good_counts_nowhere(was_posted: bool) -> None:
    account = Account()
    account.logged(an_entry("1"), state=State.READY if was_posted else State.HELD)
    account.post()
    account.gone("1")
    account.post()

    report = account.reconciled()

    assert (report.agrees, report.differences, report.corrections) == (True, [], [])
    assert sum(part.records for part in report.states.values()) == 0
    assert all(books.hours == books.amount == ZERO for books in report.books)


def test_an_entry_that_is_back_before_that_was_seen_is_named() -> None:
    account = Account()
    account.logged(an_entry("1"), state=State.HELD)
    account.gone("1")
    account.month.entries.append(an_entry("1"))

    assert account.differences() == [("not_fetched", "1", "gone when it was last looked for", "7.5 h")]


def test_an_entry_set_back_to_what_was_posted_is_no_difference() -> None:
    account = Account()
    account.logged(an_entry("1"))
    account.post()
    account.edited("1", hours="9")
    account.edited("1", approved=True)
    account.post()

    assert account.reconciled().agrees
    assert (account.desk.record("1").state, account.reconciled().corrections) == (State.POSTED, [])
