"""Deliver: one document exactly once, whatever breaks on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from handoff.domain.errors import (
    BrokenContract,
    DeliveryUnknown,
    HandoffError,
    RateLimited,
    ReconnectNeeded,
    Unbalanced,
    Unreachable,
)
from handoff.domain.posting import PostingState
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.staged import State, ref_of
from handoff.pipeline.deliver import LEASE, Tally, deliver
from tests.builders import NOW
from tests.unit.pipeline.planning import JOURNAL, PROJECT
from tests.unit.pipeline.posting import ABSENCE, PostDesk

LOST = DeliveryUnknown("no answer")
SECOND = timedelta(seconds=1)
NOT_SENT = [
    Unreachable("can't be reached"),
    RateLimited("wait", retry_after=30),
    ReconnectNeeded("answered 403", field="documents"),
]


# ---- sent and answered -------------------------------------------------------------------------


def test_a_document_is_claimed_sent_and_settled_and_its_records_are_posted() -> None:
    desk = PostDesk()
    records = desk.ready("1", "2")

    desk.deliver(*records)

    posting = desk.posting()
    assert (posting.state, posting.lease_until, posting.run_id) == (PostingState.SETTLED, None, "run-1")
    assert posting.receipt is not None
    assert (posting.receipt.number, posting.receipt.adopted) == ("PT000001", False)
    assert desk.states() == {"1": State.POSTED, "2": State.POSTED}
    record = desk.record("1")
    assert (record.covered, record.posting_key) == ({PROJECT: posting.key}, posting.key)
    assert [(move.to, move.by, move.why) for move in record.history] == [
        (State.POSTING, "post_records", posting.key),
        (State.POSTED, "post_records", "project_transactions PT000001"),
    ]
    assert desk.counts == {"documents": 1, "posted": 2}
    assert desk.tally.wait_seconds is None


def test_the_posting_and_its_records_are_on_their_way_before_anything_is_sent() -> None:
    desk = PostDesk()
    seen: list[object] = []
    desk.erp.before_send.append(lambda: seen.extend([desk.posting(), desk.record()]))

    desk.deliver(*desk.ready())

    posting, record = seen
    assert (posting.state, posting.lease_until) == (PostingState.CLAIMED, NOW + LEASE)  # type: ignore[attr-defined]  # of the fakes
    assert (record.state, record.posting_key) == (State.POSTING, posting.key)  # type: ignore[attr-defined]  # of the fakes


def test_a_posted_document_is_not_sent_again() -> None:
    desk = PostDesk()
    records = desk.ready()
    desk.deliver(*records)

    desk.deliver(*records)

    assert len(desk.erp.sent) == 1
    assert desk.counts == {}


def test_a_failed_record_that_is_claimed_leaves_the_inbox() -> None:
    desk = PostDesk()
    problem = Problem(ProblemCode.UNKNOWN_EMPLOYEE, "asa@fjordlys.example")
    failed = desk.put(replace(desk.ready()[0], state=State.FAILED, problems=(problem,)))
    desk.problems.inner.report(problem, flow="hours", external_ids={"1001"}, at=NOW)

    desk.deliver(failed)

    assert (desk.record().state, desk.record().problems, desk.inbox()) == (State.POSTED, (), [])


def test_an_unbalanced_document_is_never_sent() -> None:
    desk = PostDesk()
    records = desk.ready()
    posting = replace(desk.document(*records), amount=desk.document(*records).amount + 1)

    with pytest.raises(Unbalanced):
        deliver(desk.tools(), posting, records, Tally())

    assert desk.erp.sent == []


# ---- records that changed between reading and claiming -----------------------------------------


def test_a_record_that_changed_meanwhile_leaves_the_posting_before_it_is_sent() -> None:
    desk = PostDesk()
    records = desk.ready("1", "2", "3")
    desk.put(records[1].move(State.HELD, by="time_tool", at=NOW, why="not_approved"))

    desk.deliver(*records)

    posting = desk.posting()
    assert posting.key == desk.document(*records).key
    assert posting.records == (ref_of(records[0]), ref_of(records[2]))
    assert (posting.hours, posting.amount) == (Decimal(15), Decimal(18750))
    assert [line.external_id for line in posting.project_lines] == ["1", "3"]
    assert desk.erp.sent == [["1", "3"]]
    assert desk.states() == {"1": State.POSTED, "2": State.HELD, "3": State.POSTED}
    assert desk.tally.wait_seconds == 1


def test_a_posting_that_all_records_left_is_abandoned_and_nothing_is_sent() -> None:
    desk = PostDesk()
    records = desk.ready("1", "2")
    for record in records:
        desk.put(record.move(State.HELD, by="time_tool", at=NOW, why="not_approved"))

    desk.deliver(*records)

    assert (desk.erp.sent, desk.posting().state) == ([], PostingState.ABANDONED)


def test_records_that_make_no_document_without_those_that_left_are_set_free() -> None:
    desk = PostDesk()
    records = desk.ready("1", "2")
    posting = desk.document(*records)
    desk.put(records[0].move(State.HELD, by="time_tool", at=NOW, why="not_approved"))
    desk.settings = {"rate_card": []}  # nothing has an account any more

    deliver(desk.tools(), posting, records, desk.tally)

    assert (desk.states()["2"], desk.posting().state) == (State.READY, PostingState.ABANDONED)
    assert (desk.erp.sent, desk.tally.wait_seconds) == ([], 1)


def test_a_claim_whose_answer_was_lost_in_our_own_store_is_still_ours() -> None:
    """The write was made; the client's second try met the first and was told that it is stale."""
    desk = PostDesk()
    records = desk.ready("1", "2")
    desk.staged.told["save"] = {"1"}

    desk.deliver(*records)

    assert desk.erp.sent == [["1", "2"]]
    assert desk.states() == {"1": State.POSTED, "2": State.POSTED}


# ---- nothing was sent --------------------------------------------------------------------------


@pytest.mark.parametrize("fault", NOT_SENT)
def test_what_was_not_sent_is_set_free_at_once_and_sent_by_the_next_try(fault: HandoffError) -> None:
    desk = PostDesk()
    records = desk.ready("1", "2")
    desk.erp.answers.append(fault)

    with pytest.raises(type(fault)):
        desk.deliver(*records)

    assert desk.posting().state is PostingState.ABANDONED
    assert desk.states() == {"1": State.READY, "2": State.READY}
    assert desk.record("1").history[-1].why == f"not sent: {fault.code}"

    desk.deliver(desk.record("1"), desk.record("2"))

    assert (desk.erp.asked, desk.in_the_books()) == ([], ["1", "2"])
    assert desk.posting().state is PostingState.SETTLED


def test_h5_1_what_was_not_sent_is_not_sent_later_without_its_approval() -> None:
    desk = PostDesk()
    desk.ready("1", "2")
    desk.erp.answers.append(NOT_SENT[0])
    with pytest.raises(Unreachable):
        desk.post()
    desk.put(desk.record("1").move(State.HELD, by="time_tool", at=NOW, why="not_approved"))

    desk.post()

    assert (desk.in_the_books(), desk.states()) == (["2"], {"1": State.HELD, "2": State.POSTED})


# ---- the answer was lost -----------------------------------------------------------------------


def test_h5_3_a_lost_answer_is_asked_for_and_the_document_adopted() -> None:
    desk = PostDesk()
    desk.erp.answers.append((LOST, "written"))

    desk.deliver(*desk.ready("1", "2"))

    posting = desk.posting()
    assert (desk.erp.sent, desk.erp.asked) == ([["1", "2"]], [posting.key])
    assert posting.receipt is not None
    assert (posting.state, posting.receipt.adopted) == (PostingState.SETTLED, True)
    assert desk.states() == {"1": State.POSTED, "2": State.POSTED}
    assert desk.counts == {"adopted": 1, "documents": 1, "posted": 2}


def test_what_the_erp_does_not_have_yet_is_unsure_and_waits_for_its_delay() -> None:
    desk = PostDesk()
    desk.erp.answers.append(LOST)

    desk.deliver(*desk.ready())

    assert (desk.posting().state, desk.record().state) == (PostingState.UNSURE, State.UNSURE)
    assert desk.posting().sent_at == NOW
    assert desk.tally.wait_seconds == ABSENCE.total_seconds() + 1
    assert desk.counts == {"unsure": 1}


def test_an_unsure_document_is_never_sent_again_before_the_delay_is_over() -> None:
    desk = PostDesk()
    desk.erp.answers.append(LOST)
    desk.deliver(*desk.ready())
    desk.wait(ABSENCE - SECOND)

    desk.take_up()

    assert len(desk.erp.sent) == 1
    assert (desk.posting().state, desk.tally.wait_seconds) == (PostingState.UNSURE, 2)


def test_a_document_that_appears_late_is_adopted() -> None:
    desk = PostDesk()
    records = desk.ready()
    desk.erp.answers.append(LOST)
    desk.deliver(*records)
    desk.erp.written.append(desk.posting())
    desk.wait(ABSENCE - SECOND)

    desk.take_up()

    assert (len(desk.erp.sent), desk.record().state) == (1, State.POSTED)


def test_what_is_surely_absent_is_set_free_and_sent_again_under_the_same_key() -> None:
    desk = PostDesk()
    desk.ready("1", "2")
    desk.erp.answers.append(LOST)
    desk.post()
    key = desk.posting().key
    desk.wait(ABSENCE)

    desk.post()

    assert desk.erp.sent == [["1", "2"], ["1", "2"]]
    assert (desk.posting().key, desk.posting().state) == (key, PostingState.SETTLED)
    assert desk.in_the_books() == ["1", "2"]


def test_what_is_absent_at_once_is_looked_at_again_by_this_run() -> None:
    desk = PostDesk()
    desk.erp.absence_delay = timedelta(0)
    desk.erp.answers.append(LOST)

    desk.deliver(*desk.ready())

    assert (desk.posting().state, desk.record().state) == (PostingState.ABANDONED, State.READY)
    assert (desk.tally.counts["absent"], desk.tally.wait_seconds) == (1, 1)


@pytest.mark.parametrize(
    "fault", [Unreachable("no"), RateLimited("no", retry_after=9), LOST, BrokenContract("a broken list")]
)
def test_a_question_without_an_answer_is_asked_again_soon(fault: HandoffError) -> None:
    desk = PostDesk()
    desk.erp.answers.append(LOST)
    desk.erp.finds += [fault, fault]

    desk.deliver(*desk.ready())
    assert (desk.posting().state, desk.tally.wait_seconds) == (PostingState.UNSURE, 31)
    desk.wait(10 * ABSENCE)
    desk.take_up()

    assert (len(desk.erp.sent), desk.record().state) == (1, State.UNSURE)


def test_a_question_that_is_refused_stops_with_the_document_unsure() -> None:
    desk = PostDesk()
    desk.erp.answers.append((LOST, "written"))
    desk.erp.finds.append(NOT_SENT[2])
    with pytest.raises(ReconnectNeeded):
        desk.deliver(*desk.ready())
    assert (desk.posting().state, desk.record().state) == (PostingState.UNSURE, State.UNSURE)

    desk.take_up()

    assert (desk.in_the_books(), desk.record().state) == (["1001"], State.POSTED)


# ---- both kinds of document --------------------------------------------------------------------


def test_a_record_wanted_by_two_kinds_is_ready_again_in_between_and_posted_when_both_have_it() -> None:
    desk = PostDesk(PROJECT, JOURNAL)
    desk.ready("1", "2")
    between: list[PostingState] = []
    desk.channels[JOURNAL].before_send.append(lambda: between.extend(p.state for p in desk.all_postings()))

    desk.post()

    record = desk.record("1")
    assert [move.to for move in record.history] == [State.POSTING, State.READY, State.POSTING, State.POSTED]
    assert set(record.covered) == {PROJECT, JOURNAL}
    assert record.posting_key == record.covered[JOURNAL]
    assert desk.in_the_books() == ["1", "1", "2", "2"]
    assert [len(channel.written) for channel in desk.channels.values()] == [1, 1]
    assert PostingState.SETTLED in between


def test_h5_3_the_second_kind_is_posted_later_when_it_could_not_be_sent_and_the_first_is_not_repeated() -> None:
    desk = PostDesk(PROJECT, JOURNAL)
    desk.ready("1")
    desk.channels[JOURNAL].answers.append(NOT_SENT[0])
    with pytest.raises(Unreachable):
        desk.post()
    assert (desk.record("1").state, set(desk.record("1").covered)) == (State.READY, {PROJECT})

    desk.post()

    assert desk.record("1").state is State.POSTED
    assert [len(channel.written) for channel in desk.channels.values()] == [1, 1]
