"""Book: a refused invoice, a lost answer, a draft that people touched: taken up, never written twice."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import pytest

from handoff.domain.errors import (
    BrokenContract,
    DeliveryUnknown,
    HandoffError,
    NotKnownYet,
    RateLimited,
    ReconnectNeeded,
    Rejected,
    Unreachable,
)
from handoff.domain.posting import PostingState
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.staged import StagedRecord, State
from tests.fakes import FakeStagedStore, Memory
from tests.unit.pipeline.live.booking import SECOND, BookDesk, booked_once
from tests.unit.pipeline.live.journal import ABSENCE
from tests.unit.pipeline.live.living import INTEGRATION, TENANT

LOST = DeliveryUnknown("no answer")
NOT_SENT = [Unreachable("no"), RateLimited("wait", retry_after=30), ReconnectNeeded("role")]


# ---- a definite no -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("refused", ProblemCode.REFUSED_BY_ERP),
        ("closed_period", ProblemCode.DATE_CLOSED),
        ("no_accounting_year", ProblemCode.DATE_CLOSED),
        ("module_missing", ProblemCode.MODULE_MISSING),
    ],
)
def test_an_invoice_that_the_erp_refuses_fails_and_goes_after_a_retry(code: str, expected: ProblemCode) -> None:
    desk = BookDesk()
    desk.ready()
    desk.journal.refuses["create"] = Rejected("Account 1010 is barred", code=code)

    record = desk.book()

    assert (record.state, [problem.code for problem in record.problems]) == (State.FAILED, [expected])
    assert desk.inbox() == [(expected, frozenset({"i1"}))]
    assert (desk.posting().state, desk.posting().refusal) == (PostingState.REFUSED, "Account 1010 is barred")

    desk.journal.refuses.clear()
    desk.retried()
    desk.book()
    assert booked_once(desk)
    assert desk.inbox() == []


@pytest.mark.parametrize(
    ("code", "expected"),
    [("closed_period", ProblemCode.DATE_CLOSED), ("not_balanced", ProblemCode.REFUSED_BY_ERP)],
)
def test_a_draft_that_the_erp_won_t_book_stays_ours_and_is_taken_up(code: str, expected: ProblemCode) -> None:
    """M1.2: the next try books the same voucher; a second one is not written."""
    desk = BookDesk()
    desk.ready()
    desk.journal.refuses["book"] = Rejected("The period is closed", code=code)

    record = desk.book()
    assert (record.state, [problem.code for problem in record.problems]) == (State.FAILED, [expected])
    assert (desk.voucher().booked, desk.posting().state) == (0, PostingState.REFUSED)

    desk.quiet()
    assert (desk.voucher().booked, desk.record().state) == (0, State.FAILED)  # a person says when to try again

    desk.journal.refuses.clear()
    desk.retried()
    desk.book()
    assert booked_once(desk)
    assert len(desk.journal.documents) == 1
    assert desk.receipt().adopted


# ---- not sent ----------------------------------------------------------------------------------


@pytest.mark.parametrize("call", ["find", "create"])
@pytest.mark.parametrize("fault", NOT_SENT)
def test_what_was_surely_not_sent_is_given_up_and_begun_anew(fault: HandoffError, call: str) -> None:
    desk = BookDesk()
    desk.ready()
    desk.journal.before[call] = fault

    with pytest.raises(type(fault)):
        desk.book()
    assert (desk.posting().state, desk.record().state) == (PostingState.ABANDONED, State.READY)

    desk.later(SECOND)
    desk.book()
    assert booked_once(desk)


def test_nothing_is_written_where_the_erp_can_t_say_whether_the_number_is_free() -> None:
    desk = BookDesk()
    desk.ready()
    desk.journal.before["find"] = BrokenContract("odd")

    with pytest.raises(BrokenContract):
        desk.book()

    assert (desk.journal.vouchers, desk.record().state) == ([], State.READY)


# ---- sent, no answer ---------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [LOST, BrokenContract("odd")])
def test_a_lost_answer_is_asked_for_and_the_draft_adopted(fault: HandoffError) -> None:
    """M1.1: once, whatever happens to the answer."""
    desk = BookDesk()
    desk.ready()
    desk.journal.after["create"] = fault

    desk.book()

    assert booked_once(desk)
    assert desk.receipt().adopted
    assert desk.journal.asked == ["find", "create", "find", "has_pdf", "attach", "book"]


def test_what_is_not_there_yet_is_waited_for_and_sent_again_once_it_surely_is_not() -> None:
    desk = BookDesk()
    desk.ready()
    desk.journal.before["create"] = LOST

    with pytest.raises(NotKnownYet) as told:
        desk.book()
    assert told.value.retry_after == ABSENCE.total_seconds() + 1
    assert (desk.posting().state, desk.record().state) == (PostingState.UNSURE, State.UNSURE)

    desk.later(ABSENCE - SECOND)
    with pytest.raises(NotKnownYet) as told:
        desk.book()
    assert told.value.retry_after == 2
    assert desk.journal.vouchers == []

    desk.later(SECOND)
    desk.book()
    assert booked_once(desk)


def test_an_invoice_that_appears_late_is_adopted() -> None:
    desk = BookDesk()
    desk.ready()
    desk.journal.late = True
    desk.journal.after["create"] = LOST
    with pytest.raises(NotKnownYet):
        desk.book()

    desk.journal.arrived()
    desk.later(SECOND)
    desk.book()

    assert booked_once(desk)


def test_a_question_without_an_answer_is_asked_again() -> None:
    desk = BookDesk()
    desk.ready()
    desk.journal.after["create"] = LOST
    desk.journal.meanwhile["create"] = lambda: desk.journal.before.update(find=Unreachable("no"))
    with pytest.raises(Unreachable):
        desk.book()
    assert (desk.posting().state, desk.record().state) == (PostingState.UNSURE, State.UNSURE)

    desk.later(SECOND)
    desk.book()
    assert booked_once(desk)


def test_a_number_that_somebody_took_while_our_answer_was_lost_is_told() -> None:
    desk = BookDesk()
    desk.ready()
    desk.journal.before["create"] = LOST
    with pytest.raises(NotKnownYet):
        desk.book()
    desk.journal.typed_in(20001)

    desk.later()
    record = desk.book()

    assert [problem.code for problem in record.problems] == [ProblemCode.INVOICE_NUMBER_TAKEN]
    assert len(desk.journal.vouchers) == 1


@pytest.mark.parametrize("call", ["attach", "book"])
@pytest.mark.parametrize("fault", [LOST, BrokenContract("odd")])
def test_a_lost_answer_to_the_pdf_or_the_booking_is_asked_for(call: str, fault: HandoffError) -> None:
    desk = BookDesk()
    desk.ready()
    desk.journal.after[call] = fault
    desk.book()
    assert booked_once(desk)


@pytest.mark.parametrize("call", ["attach", "book"])
def test_what_was_not_done_after_a_lost_answer_is_done_later(call: str) -> None:
    desk = BookDesk()
    desk.ready()
    desk.journal.before[call] = LOST
    with pytest.raises(NotKnownYet):
        desk.book()
    assert (desk.posting().state, desk.voucher().booked) == (PostingState.ACCEPTED, 0)

    desk.later(SECOND)
    desk.book()
    assert booked_once(desk)


# ---- people touch the draft --------------------------------------------------------------------


def waiting_for_its_pdf() -> BookDesk:
    """A draft that stands in the ERP since the time tool can't be reached."""
    desk = BookDesk()
    desk.ready()
    desk.tool.faults.append(Unreachable("no"))
    with pytest.raises(Unreachable):
        desk.book()
    return desk


def test_a_draft_that_somebody_booked_is_adopted_as_booked_and_gets_its_pdf() -> None:
    """M1.4: a voucher that was booked by hand has its PDF all the same."""
    desk = waiting_for_its_pdf()
    desk.journal.booked_by_hand()

    desk.book()

    assert booked_once(desk)
    assert "book" not in desk.journal.asked


def test_a_draft_that_somebody_books_at_that_very_moment_is_adopted() -> None:
    desk = BookDesk()
    desk.ready()
    desk.journal.meanwhile["attach"] = desk.journal.booked_by_hand

    desk.book()

    assert booked_once(desk)


def test_a_draft_that_somebody_deleted_is_told_and_written_anew_after_a_retry() -> None:
    desk = waiting_for_its_pdf()
    key = desk.posting().key
    desk.journal.deleted()
    with pytest.raises(NotKnownYet):
        desk.book()  # it may only not be in the lists yet
    desk.later()

    record = desk.book()
    assert (record.state, [p.code for p in record.problems]) == (State.FAILED, [ProblemCode.GONE_IN_ERP])
    desk.quiet()
    assert desk.journal.vouchers == []  # a person says whether it was meant

    desk.retried()
    desk.book()
    assert booked_once(desk)
    assert (desk.posting().key, desk.voucher().text.endswith(key)) == (key, True)


def test_a_draft_that_was_moved_to_another_number_is_known_by_that() -> None:
    desk = waiting_for_its_pdf()
    desk.voucher().number = 60_001

    desk.book()

    assert booked_once(desk)
    assert desk.receipt().number == "60001"


# ---- a worker died -----------------------------------------------------------------------------


class ForgetfulStore(FakeStagedStore):
    """Writes, and tells the first write of each state as stale: the answer was lost, and the client repeated it."""

    def __init__(self, memory: Memory, *of: str) -> None:
        super().__init__(memory, *of)
        self.told: set[State] = set()

    def save(self, records: Sequence[StagedRecord]) -> Collection[str]:
        stale = set(super().save(records))
        first = {record.external_id for record in records if record.state not in self.told}
        self.told |= {record.state for record in records}
        return stale | first


def test_a_write_that_was_ours_though_the_store_says_otherwise_is_known_by_what_it_wrote() -> None:
    desk = BookDesk()
    desk.ready()
    desk.desk = replace(desk.desk, staged=ForgetfulStore(desk.memory, TENANT, INTEGRATION.id))

    desk.book()

    assert booked_once(desk)
    assert [move.to for move in desk.record().history] == [State.READY, State.POSTING, State.POSTED]


def test_a_draft_that_is_deleted_while_its_pdf_is_looked_for_is_asked_for_again() -> None:
    """M1.1: somebody deletes it between our look and our question."""
    world = BookDesk()
    world.ready()
    world.journal.after["attach"] = DeliveryUnknown("no answer")
    world.journal.refuses["has_pdf"] = Rejected("there is no such voucher", code="not_there")
    with pytest.raises(NotKnownYet):
        world.book()
    world.journal.deleted()
    world.quiet()
    assert world.record().state is State.FAILED
    assert [code for code, _ in world.inbox()] == [ProblemCode.GONE_IN_ERP]
