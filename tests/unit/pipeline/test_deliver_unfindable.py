"""Deliver: a kind of document that the ERP can't be asked for is never sent twice by a machine."""

from __future__ import annotations

import pytest

from handoff.domain.errors import DeliveryUnknown, Rejected, Unreachable
from handoff.domain.posting import PostingState
from handoff.domain.problem_codes import NOT_RETRIED, ProblemCode
from handoff.domain.staged import State
from handoff.pipeline.deliver import LEASE, absent, outcome_unknown
from tests.unit.pipeline.fetching import Crash
from tests.unit.pipeline.posting import ABSENCE, PostDesk

LOST = DeliveryUnknown("no answer")


def a_desk(*names: str) -> PostDesk:
    desk = PostDesk()
    desk.erp.findable = False
    desk.ready(*(names or ("1", "2")))
    return desk


@pytest.mark.parametrize("written", [True, False])
def test_a_lost_answer_is_asked_of_a_person_and_the_document_is_never_sent_again(written: bool) -> None:
    desk = a_desk()
    desk.erp.answers.append((LOST, "written") if written else LOST)

    for _ in range(3):
        desk.post()
        desk.wait(10 * ABSENCE)

    assert (desk.erp.sent, desk.erp.asked) == ([["1", "2"]], [])
    assert desk.posting().state is PostingState.UNSURE
    assert desk.states() == {"1": State.UNSURE, "2": State.UNSURE}
    posting = desk.posting()
    about = f"Document {posting.key} (Hours 2026-10: 15.00 h, 18750.00 NOK)"
    assert desk.inbox() == [(ProblemCode.OUTCOME_UNKNOWN, about, ["1", "2"])]


def test_nothing_is_waited_for_and_the_pass_goes_on_with_the_others() -> None:
    desk = a_desk("1")
    desk.erp.answers.append(LOST)
    desk.post()
    desk.ready("2")

    assert desk.post()

    assert desk.tally.wait_seconds is None
    assert desk.states() == {"1": State.UNSURE, "2": State.POSTED}


def test_a_worker_that_died_may_have_sent_it() -> None:
    desk = a_desk("1")
    desk.erp.answers.append((Crash(), "written"))
    with pytest.raises(Crash):
        desk.post()
    desk.wait(LEASE + ABSENCE)

    desk.post()
    desk.post()

    assert (len(desk.erp.sent), desk.record("1").state, desk.posting().state) == (1, State.UNSURE, PostingState.UNSURE)
    assert [code for code, *_ in desk.inbox()] == [ProblemCode.OUTCOME_UNKNOWN]


def test_a_problem_that_could_not_be_told_is_told_by_the_next_pass() -> None:
    desk = a_desk("1")
    desk.erp.answers.append(LOST)
    desk.problems.fails["report"] = [Crash()]
    with pytest.raises(Crash):
        desk.post()
    assert desk.inbox() == []

    desk.post()

    assert [code for code, *_ in desk.inbox()] == [ProblemCode.OUTCOME_UNKNOWN]
    assert len(desk.erp.sent) == 1


def test_what_was_surely_not_sent_or_refused_needs_no_person_to_look() -> None:
    desk = a_desk("1")
    desk.erp.answers.append(Unreachable("no"))
    with pytest.raises(Unreachable):
        desk.post()
    assert desk.inbox() == []

    desk.erp.answers.append(Rejected("No."))
    desk.post()

    assert [code for code, *_ in desk.inbox()] == [ProblemCode.REFUSED_BY_ERP]


def test_once_a_person_said_that_it_is_not_there_it_is_planned_and_sent_anew() -> None:
    desk = a_desk("1")
    desk.erp.answers.append(LOST)
    desk.post()

    absent(desk.tools(), desk.posting(), desk.tally)
    desk.post()

    assert (desk.record("1").state, desk.in_the_books()) == (State.POSTED, ["1"])


def test_the_question_is_not_one_to_be_tried_again() -> None:
    desk = a_desk("1")
    desk.erp.answers.append(LOST)
    desk.post()

    assert outcome_unknown(desk.posting()).code in NOT_RETRIED
    assert outcome_unknown(desk.posting()).message.endswith("and the ERP can't be asked for it.")
