"""Reconcile: what people do while a night's pass runs is no defect, and the sum is plain in hours and in money."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from handoff.domain.reconciliation import Proof
from handoff.domain.staged import State
from tests.builders import NOW, a_client, a_time_entry, reference_data
from tests.unit.pipeline.reconciling import Account, an_entry

BEFORE, AFTER = NOW - timedelta(minutes=5), NOW + timedelta(minutes=5)
"""Of the moment that all entries were changed at."""


def test_the_sum_is_told_in_hours_and_in_each_currency() -> None:
    account = Account()
    account.reference = reference_data(clients=[a_client(), a_client(id="302", currency="EUR")])
    account.logged(an_entry("1"), state=State.HELD)
    account.logged(an_entry("2", hours="2", client_id="302", rate="100"), state=State.EXCLUDED)

    hours, euros, kroner = account.reconciled().proof

    nothing = {"held": Decimal(0), "excluded": Decimal(0), "failed": Decimal(0), "posted": Decimal(0)}
    nothing["on_the_way"] = Decimal(0)
    assert hours == Proof("h", Decimal("9.5"), {**nothing, "held": Decimal("7.5"), "excluded": Decimal(2)})
    assert euros == Proof("EUR", Decimal(200), {**nothing, "excluded": Decimal(200)})
    assert kroner == Proof("NOK", Decimal(9375), {**nothing, "held": Decimal(9375)})
    assert [part.difference for part in (hours, euros, kroner)] == [0, 0, 0]


def test_an_entry_whose_rate_alone_was_changed_differs_in_money() -> None:
    account = Account()
    account.logged(an_entry("1"), state=State.HELD)
    account.month.entries = [an_entry("1", rate="1300.00")]

    report = account.reconciled()

    assert account.differences() == [("edited_since_fetch", "1", "9375.00 NOK", "9750.00 NOK")]
    assert [part.difference for part in report.proof] == [0, Decimal("375.00")]
    assert not report.agrees


def test_an_entry_that_is_logged_or_edited_while_the_pass_runs_is_on_the_way() -> None:
    account = Account()
    account.logged(an_entry("1"))
    account.post()
    account.month.entries = [an_entry("1", hours="8"), an_entry("2", hours="1")]
    account.since = BEFORE

    report = account.reconciled()

    assert report.agrees
    assert (report.states["on_the_way"].hours, report.states["posted"].hours) == (Decimal(9), Decimal(0))
    account.since = AFTER
    assert [code for code, *_ in account.differences()] == ["edited_since_fetch", "not_fetched"]


def test_an_entry_that_nobody_touched_since_stays_where_it_is() -> None:
    account = Account()
    account.logged(an_entry("1"), state=State.HELD)
    account.since = BEFORE

    assert account.reconciled().states["held"].hours == Decimal("7.5")


def test_a_timer_that_runs_all_night_is_held_with_the_hours_it_shows_now() -> None:
    account = Account()
    account.logged(a_time_entry(external_id="1", hours="0.5", running=True), state=State.HELD)
    account.month.entries = [a_time_entry(external_id="1", hours="9.5", running=True)]
    account.since = AFTER

    report = account.reconciled()

    assert (report.agrees, report.states["held"].hours) == (True, Decimal("9.5"))


def test_a_timer_that_was_stopped_and_not_fetched_is_a_difference() -> None:
    account = Account()
    account.logged(a_time_entry(external_id="1", hours="0.5", running=True), state=State.HELD)
    account.month.entries = [a_time_entry(external_id="1", hours="9.5")]

    assert account.differences() == [("edited_since_fetch", "1", "0.5 h", "9.5 h")]


def test_sums_that_disagree_though_no_record_does_are_one_difference() -> None:
    account = Account()
    account.logged(an_entry("1"))
    account.post()
    report = account.reconciled()
    (books,) = report.books
    odd = replace(report, books=[replace(books, ledger_amount=Decimal(1))])

    assert (report.difference_count, report.lasting_count) == (0, 0)
    assert (odd.agrees, odd.difference_count, odd.lasting_count) == (False, 1, 1)


def test_what_the_next_pass_settles_by_itself_does_not_last() -> None:
    account = Account()
    account.month.entries = [an_entry("1")]
    report = account.reconciled()
    assert (report.difference_count, report.lasting_count) == (1, 0)

    account.logged(an_entry("2"))
    account.post()
    account.ledger.documents.clear()
    report = account.reconciled()
    assert (report.difference_count, report.lasting_count) == (2, 1)


def test_an_earlier_version_in_the_books_is_a_correction_and_its_reversal_is_counted() -> None:
    account = Account()
    account.logged(an_entry("1"))
    account.post()
    account.edited("1", hours="9")
    report = account.reconciled()
    assert (report.agrees, report.correction_count, report.states["held"].hours) == (True, 1, Decimal(9))

    account.edited("1", hours="9.5", approved=True)
    account.post()

    report = account.reconciled()
    (books,) = report.books
    assert (report.agrees, report.correction_count) == (True, 0)
    assert (books.documents, books.reversals, books.hours) == (3, 1, Decimal("9.5"))
