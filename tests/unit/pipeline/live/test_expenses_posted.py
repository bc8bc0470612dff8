"""Expenses: each cost becomes one expense of the time tool, with its voucher's documents."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from handoff.domain.errors import BrokenContract, DeliveryUnknown, RateLimited, ReconnectNeeded, Rejected, Unreachable
from handoff.domain.posting import DocumentKind, Posting, PostingState
from handoff.domain.problem_codes import FOR_A_PERSON, TO_BE_CONFIRMED, ProblemCode
from handoff.domain.staged import State
from handoff.pipeline.live.cost_rules import key_of
from handoff.pipeline.live.expenses import fetch_span
from handoff.pipeline.live.post_expense import ABSENCE_DELAY, post_expenses
from tests.unit.pipeline.live.costing import PDF, TODAY, CostDesk, a_cost, looked, refused, unreachable

LOST = "no answer"


def posting_of(desk: CostDesk) -> Posting:
    found = desk.postings.get(key_of(desk.desk(), desk.record()))
    assert found is not None
    return found


# ---- what is written ----------------------------------------------------------------------------


def test_description_amount_including_vat_and_date_are_carried() -> None:
    """M4.9: description, amount including VAT, invoice date."""
    desk = CostDesk()
    desk.erp.book(a_cost(text="Train to Aarhus", amount="1250.50", booked_on=TODAY - timedelta(days=1)))
    desk.look()

    desk.post()

    [expense] = desk.tool.expenses.values()
    assert (expense.description, expense.amount, expense.currency) == ("Train to Aarhus", Decimal("1250.50"), "DKK")
    assert (expense.spent_on, expense.supplier, expense.supplier_invoice) == (
        TODAY - timedelta(days=1), "Sporvejen ApS", "F-77",
    )  # fmt: skip
    assert expense.project_id == "p-12"


def test_a_cost_without_a_text_is_described_by_its_voucher() -> None:
    """M4.9: an expense has a description."""
    desk = CostDesk()
    desk.erp.book(a_cost(text="  ", voucher=4711))
    desk.look()
    desk.post()
    assert [expense.description for expense in desk.tool.expenses.values()] == ["Voucher 4711"]


def test_a_credit_goes_with_its_sign() -> None:
    """M4.9: the amount as it is booked."""
    desk = CostDesk()
    desk.erp.book(a_cost(amount="-300.00"))
    desk.look()
    desk.post()
    assert [expense.amount for expense in desk.tool.expenses.values()] == [Decimal("-300.00")]
    assert desk.state() is State.POSTED


def test_expenses_land_on_the_activity_of_the_settings_which_is_made_once() -> None:
    """M4.10: the activity is named in a setting and made or used in the project."""
    desk = CostDesk(activity="Udlæg")
    desk.erp.book(a_cost(serial=1), a_cost(serial=2))
    desk.look()

    desk.post()

    assert desk.tool.activities == {("p-12", "Udlæg"): "a-1"}
    assert {expense.activity_id for expense in desk.tool.expenses.values()} == {"a-1"}
    assert [asked[0] for asked in desk.tool.asked].count("activity") == 1


@pytest.mark.parametrize("billable", [True, False])
def test_all_of_them_are_billable_by_a_setting(billable: bool) -> None:
    """M4.11: a setting makes all of them billable."""
    desk = looked(billable=billable)
    desk.post()
    assert [expense.billable for expense in desk.tool.expenses.values()] == [billable]


def test_the_vouchers_documents_go_along_under_names_that_tell_them_apart() -> None:
    """M4.2: with attachments, when customers are invoiced."""
    desk = looked(documents=2)

    desk.post()

    assert list(desk.tool.attachments.values()) == [["voucher-2026-4001-1.pdf", "voucher-2026-4001-2.pdf"]]
    assert desk.state() is State.POSTED


def test_a_broken_accounting_year_makes_a_plain_file_name() -> None:
    """M4.2: years that run across two calendar years have a slash in their names."""
    desk = CostDesk()
    desk.erp.book(a_cost(year="2026/2027"))
    desk.erp.papers["2026/2027", 4001] = [PDF]
    desk.look()
    desk.post()
    assert list(desk.tool.attachments.values()) == [["voucher-2026-2027-4001-1.pdf"]]


def test_a_posting_is_the_log_of_what_was_written() -> None:
    desk = looked()

    tally = desk.post()

    posting = posting_of(desk)
    assert (posting.kind, posting.entity, posting.state) == (
        DocumentKind.PROJECT_EXPENSE, "moment-1", PostingState.SETTLED,
    )  # fmt: skip
    assert posting.receipt is not None
    assert (posting.receipt.number, posting.receipt.adopted, posting.settings_version) == ("e-1", False, 3)
    assert desk.record().covered == {"project_expense": posting.key}
    assert (tally.counts["written"], tally.counts["posted"]) == (1, 1)


def test_each_entry_is_written_once_when_hint_and_daily_look_meet() -> None:
    """M4.8: those not yet imported are, and no other."""
    desk = looked()
    desk.erp.book(a_cost(serial=102))
    for name in fetch_span(desk.desk(), 102, 102).ready:
        desk.post_one(int(name))
    desk.look()
    desk.post()
    desk.post_one(102)
    assert sorted(expense.key for expense in desk.tool.expenses.values()) == sorted(
        record.covered["project_expense"] for record in (desk.record(101), desk.record(102))
    )


def test_a_hint_posts_its_own_costs_and_leaves_the_others_to_the_pass() -> None:
    """M4.1: the "day book booked" webhook does not wait for what else is ready."""
    desk = looked()
    desk.erp.book(a_cost(serial=102))
    read = fetch_span(desk.desk(), 102, 102)

    post_expenses(desk.desk(), time_left=lambda: True, only=read.ready)

    assert (desk.state(101), desk.state(102)) == (State.READY, State.POSTED)
    assert post_expenses(desk.desk(), time_left=lambda: True, only=[]).counts == {}


def test_settings_that_changed_since_it_was_staged_count_when_it_is_posted() -> None:
    """M4.4: a cost whose account is not chosen any more stays out."""
    desk = looked()
    desk.set(accounts="6000")

    tally = desk.post()

    assert (desk.state(), desk.tool.expenses, tally.counts["excluded"]) == (State.EXCLUDED, {}, 1)


def test_posting_stops_when_time_is_up() -> None:
    desk = looked()
    tally = post_expenses(desk.desk(), time_left=lambda: False)
    assert (tally.cut_short, desk.state()) == (True, State.READY)


# ---- refused ------------------------------------------------------------------------------------


def test_a_refused_expense_waits_for_a_person() -> None:
    desk = looked()
    desk.tool.faults["add_expense"] = [refused("the project is closed")]

    desk.post()

    assert (desk.state(), posting_of(desk).state) == (State.FAILED, PostingState.REFUSED)
    assert desk.codes() == [ProblemCode.REFUSED_BY_TIME_TOOL]
    assert ProblemCode.REFUSED_BY_TIME_TOOL in FOR_A_PERSON
    desk.post()
    assert desk.tool.expenses == {}


def test_a_person_who_mended_it_has_it_sent_again() -> None:
    desk = looked()
    desk.tool.faults["add_expense"] = [refused("one"), refused("another")]
    desk.post()
    desk.post_one()
    assert [known.problem.subject for known in desk.problems.open()] == ["another"]

    desk.post_one()

    assert (desk.state(), desk.problems.open(), len(desk.tool.expenses)) == (State.POSTED, [], 1)


def test_a_refused_activity_fails_the_cost_before_anything_is_claimed() -> None:
    """M4.10: where the activity can't be made, a person is told."""
    desk = looked()
    desk.tool.faults["activity"] = [refused("activities are locked"), refused("still locked")]
    desk.post()
    desk.post_one()
    assert (desk.state(), desk.codes()) == (State.FAILED, [ProblemCode.REFUSED_BY_TIME_TOOL])
    assert desk.postings.open() == []


def test_an_activity_whose_answer_was_lost_is_waited_for() -> None:
    """M4.10: it would be made twice."""
    desk = looked()
    desk.tool.faults["activity"] = [DeliveryUnknown(LOST)]
    tally = desk.post()
    assert tally.wait_seconds >= ABSENCE_DELAY.total_seconds()
    assert desk.state() is State.READY
    desk.post()
    assert desk.state() is State.POSTED


def test_a_refused_document_is_a_note_and_the_expense_stands() -> None:
    """M4.2: a document that is too large is named, and the others go along."""
    desk = looked(documents=2)
    desk.tool.faults["attach"] = [Rejected("larger than 20 MB")]

    tally = desk.post()

    assert (desk.state(), desk.codes()) == (State.POSTED, [ProblemCode.ATTACHMENT_REFUSED])
    [note] = desk.problems.open()
    assert note.problem.message == (
        "The expense stands, but without a document: voucher-2026-4001-1.pdf: larger than 20 MB"
    )
    assert desk.record().problems == (note.problem,)
    assert ProblemCode.ATTACHMENT_REFUSED in TO_BE_CONFIRMED
    assert list(desk.tool.attachments.values()) == [["voucher-2026-4001-2.pdf"]]
    assert (tally.counts["documents"], tally.counts["refused_documents"]) == (1, 1)


# ---- answers that are lost ----------------------------------------------------------------------


def test_a_lost_answer_is_asked_for_and_adopted() -> None:
    desk = looked(documents=1)
    desk.tool.lost["add_expense"] = [LOST]

    tally = desk.post()

    assert (desk.state(), len(desk.tool.expenses), tally.counts["adopted"]) == (State.POSTED, 1, 1)
    assert list(desk.tool.attachments.values()) == [["voucher-2026-4001-1.pdf"]]


def test_a_lost_request_is_sent_again_only_after_the_delay() -> None:
    desk = looked()
    desk.tool.faults["add_expense"] = [DeliveryUnknown(LOST)]

    tally = desk.post()
    assert (desk.state(), posting_of(desk).state) == (State.UNSURE, PostingState.UNSURE)
    assert 0 < tally.wait_seconds <= ABSENCE_DELAY.total_seconds() + 1

    desk.wait(ABSENCE_DELAY - timedelta(seconds=5))
    desk.post()
    assert desk.tool.expenses == {}

    desk.wait(timedelta(seconds=10))
    desk.post()
    assert (desk.state(), len(desk.tool.expenses)) == (State.POSTED, 1)


def test_an_expense_that_arrives_late_is_adopted() -> None:
    desk = looked()
    desk.tool.faults["add_expense"] = [DeliveryUnknown(LOST)]
    desk.post()
    written = posting_of(desk).expense
    assert written is not None
    desk.tool.add_expense(written)

    desk.post()

    assert (desk.state(), len(desk.tool.expenses)) == (State.POSTED, 1)


def test_a_question_without_an_answer_is_asked_again() -> None:
    desk = looked()
    desk.tool.lost["add_expense"] = [LOST]
    desk.tool.faults["find_expense"] = [unreachable()]
    tally = desk.post()
    assert (desk.state(), tally.counts["unsure"]) == (State.UNSURE, 1)
    desk.post()
    assert (desk.state(), len(desk.tool.expenses)) == (State.POSTED, 1)


def test_an_unreadable_answer_to_the_write_is_no_answer() -> None:
    desk = looked()
    desk.tool.faults["add_expense"] = [BrokenContract("no id")]
    desk.post()
    assert desk.state() is State.UNSURE


def test_an_account_that_is_closed_while_unsure_stops_the_pass_and_loses_nothing() -> None:
    desk = looked()
    desk.tool.lost["add_expense"] = [LOST]
    desk.tool.faults["find_expense"] = [ReconnectNeeded("the key has ended")]
    with pytest.raises(ReconnectNeeded):
        desk.post()
    assert desk.state() is State.UNSURE
    desk.post()
    assert (desk.state(), len(desk.tool.expenses)) == (State.POSTED, 1)


@pytest.mark.parametrize("fault", [unreachable(), RateLimited("wait", retry_after=60), ReconnectNeeded("no key")])
def test_what_was_not_sent_goes_back_and_stops_the_pass(fault: Exception) -> None:
    desk = looked()
    desk.tool.faults["add_expense"] = [fault]
    with pytest.raises(type(fault)):
        desk.post()
    assert (desk.state(), posting_of(desk).state) == (State.READY, PostingState.ABANDONED)
    desk.post()
    assert (desk.state(), len(desk.tool.expenses)) == (State.POSTED, 1)


def test_a_document_whose_answer_was_lost_is_not_added_twice() -> None:
    """M4.2: the time tool may take the same file twice."""
    desk = looked(documents=2)
    desk.tool.lost["attach"] = [LOST]

    tally = desk.post()
    assert (desk.state(), posting_of(desk).state) == (State.POSTING, PostingState.ACCEPTED)
    assert tally.wait_seconds >= ABSENCE_DELAY.total_seconds()
    desk.post()
    assert len(desk.tool.attachments["e-1"]) == 1

    desk.wait(ABSENCE_DELAY)
    desk.post()
    assert desk.tool.attachments["e-1"] == ["voucher-2026-4001-1.pdf", "voucher-2026-4001-2.pdf"]
    assert desk.state() is State.POSTED


def test_documents_out_of_reach_are_taken_up_by_the_next_pass() -> None:
    """M4.2: an expense is not posted without its documents."""
    desk = looked(documents=1)
    desk.tool.faults["attachments_of"] = [unreachable()]
    with pytest.raises(Unreachable):
        desk.post()
    assert desk.state() is State.POSTING
    desk.post()
    assert (desk.state(), desk.tool.attachments["e-1"]) == (State.POSTED, ["voucher-2026-4001-1.pdf"])


def test_an_answer_that_cannot_be_read_keeps_only_its_own_cost_back() -> None:
    desk = looked(documents=1)
    desk.erp.book(a_cost(serial=102, voucher=4002))
    desk.look()
    desk.tool.faults["attachments_of"] = [BrokenContract("no list")]

    tally = desk.post()

    assert (desk.state(101), desk.state(102), tally.counts["unreadable"]) == (State.POSTING, State.POSTED, 1)
    assert desk.codes() == [ProblemCode.BROKEN_CONTRACT]
    desk.post()
    assert (desk.state(101), desk.codes()) == (State.POSTED, [])


# ---- crashes ------------------------------------------------------------------------------------
