"""Book: whatever breaks, and wherever, there is one voucher, booked once, with its PDF, and nobody else's is touched."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handoff.domain.errors import DeliveryUnknown, HandoffError, RateLimited, Rejected, Stale, Unreachable
from handoff.domain.posting import PostingState
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.staged import State
from tests.unit.pipeline.fetching import Crash
from tests.unit.pipeline.live.booking import PDF, BookDesk
from tests.unit.pipeline.live.fuse import Fuse, fused

CALLS = (
    "links.get", "links.get", "postings.claim", "staged.save", "invoices.find", "invoices.create", "postings.save",
    "time_tool.invoice_pdf", "invoices.attach", "invoices.book", "staged.save", "postings.save",
)  # fmt: skip
"""Every call to a store and a vendor on the straight path."""
POINTS = [(place, done) for place in range(len(CALLS)) for done in (False, True)]


def a_desk_with(fuse: Fuse, **settings: object) -> BookDesk:
    """One ready invoice, in a journal where somebody else has a draft."""
    desk = BookDesk(dict(settings))
    desk.ready()
    desk.journal.typed_in(777)
    desk.desk = fused(desk.desk, fuse)
    return desk


def tries(desk: BookDesk) -> None:
    """One call, as a webhook makes it."""
    with suppress(Crash, HandoffError):
        desk.book()


def passes(desk: BookDesk, fuse: Fuse | None = None) -> None:
    """Passes until all has come to rest; what breaks on the way ends the pass and no more."""
    for _ in range(12):
        with suppress(Crash, HandoffError):
            desk.quiet(rounds=1)
    if fuse is not None:
        fuse.blows.clear()
    desk.quiet(rounds=3)


def assert_booked_once(desk: BookDesk) -> None:
    """M1.1, M1.2 and M1.4 hold, and no draft of anybody else's was booked."""
    voucher = desk.voucher()
    assert (voucher.booked, voucher.pdfs) == (1, [PDF])
    assert desk.journal.booked_entries == list(voucher.entries)
    assert (desk.record().state, desk.posting().state) == (State.POSTED, PostingState.SETTLED)
    assert desk.receipt().number == str(voucher.number)
    assert desk.record().covered == {desk.posting().kind: desk.posting().key}
    assert list(desk.desk.postings.open()) == []
    assert desk.inbox() == []


def test_the_calls_of_the_straight_path_are_all_that_can_break() -> None:
    fuse = Fuse()
    desk = a_desk_with(fuse)
    record = desk.record()
    fuse.calls.clear()
    from_here = desk.desk
    tries(desk)
    assert record.state is State.READY
    assert from_here is desk.desk
    assert tuple(fuse.calls[1:]) == CALLS  # the first is the test's own


@pytest.mark.parametrize(("place", "done"), POINTS)
def test_after_a_crash_at_any_point_there_is_one_voucher_booked_once_with_its_pdf(place: int, done: bool) -> None:
    """M1.1, M1.2, M1.4: exactly once, whatever breaks."""
    desk = a_desk_with(Fuse([(place + 1, done, Crash())]))
    tries(desk)
    passes(desk)
    assert_booked_once(desk)


@pytest.mark.parametrize(("place", "done"), POINTS)
def test_after_a_second_crash_at_any_point_of_taking_it_up_too(place: int, done: bool) -> None:
    """M1.1, M1.2, M1.4: the second try may break as well."""
    for first in (5, 6, 9, 10, 11):  # after the draft was written, and later
        desk = a_desk_with(Fuse([(first + 1, True, Crash()), (place, done, Crash())]))
        tries(desk)
        passes(desk)
        assert_booked_once(desk)


@pytest.mark.parametrize(("place", "done"), POINTS)
def test_after_a_crash_where_the_draft_can_t_be_booked_it_is_booked_after_the_retry(place: int, done: bool) -> None:
    """M1.2: a closed period first, and a crash anywhere on the way to being told."""
    desk = a_desk_with(Fuse([(place + 1, done, Crash())]))
    desk.journal.refuses["book"] = Rejected("closed", code="closed_period")
    tries(desk)
    passes(desk)
    assert (desk.record().state, desk.voucher().booked) == (State.FAILED, 0)
    assert desk.inbox() == [(ProblemCode.DATE_CLOSED, frozenset({"i1"}))]

    desk.journal.refuses.clear()
    desk.retried()
    passes(desk)
    assert_booked_once(desk)


@pytest.mark.parametrize(("place", "done"), POINTS)
def test_after_a_crash_where_the_plan_takes_no_pdf_the_note_stands(place: int, done: bool) -> None:
    """M1.6: booked once, and the missing PDF is told whatever breaks."""
    desk = a_desk_with(Fuse([(place + 1, done, Crash())]))
    desk.journal.refuses["attach"] = Rejected("not on this plan", code="attachment_refused")
    tries(desk)
    passes(desk)
    assert (desk.voucher().booked, desk.voucher().pdfs, desk.record().state) == (1, [], State.POSTED)
    assert desk.inbox() == [(ProblemCode.PDF_MISSING, frozenset({"i1"}))]
    assert [problem.code for problem in desk.record().problems] == [ProblemCode.PDF_MISSING]


@pytest.mark.parametrize(("place", "done"), POINTS)
def test_after_a_crash_where_the_number_is_taken_nothing_is_written(place: int, done: bool) -> None:
    """M5.1: an invoice that is there under the number is never doubled."""
    desk = a_desk_with(Fuse([(place + 1, done, Crash())]))
    desk.journal.typed_in(20001)
    tries(desk)
    passes(desk)
    assert (desk.record().state, len(desk.journal.vouchers)) == (State.FAILED, 2)
    assert desk.journal.booked_entries == []
    assert desk.inbox() == [(ProblemCode.INVOICE_NUMBER_TAKEN, frozenset({"i1"}))]


@pytest.mark.parametrize(("place", "done"), POINTS)
def test_after_a_crash_where_the_erp_refuses_it_the_problem_is_told(place: int, done: bool) -> None:
    desk = a_desk_with(Fuse([(place + 1, done, Crash())]))
    desk.journal.refuses["create"] = Rejected("barred")
    tries(desk)
    passes(desk)
    assert (desk.record().state, desk.inbox()) == (
        State.FAILED, [(ProblemCode.REFUSED_BY_ERP, frozenset({"i1"}))],
    )  # fmt: skip

    desk.journal.refuses.clear()
    desk.retried()
    passes(desk)
    assert_booked_once(desk)


def a_fault(kind: str) -> BaseException:
    """A new one each time: an error remembers where it was raised."""
    match kind:
        case "lost":
            return DeliveryUnknown("no answer")
        case "unreachable":
            return Unreachable("no")
        case "limited":
            return RateLimited("wait", retry_after=3)
        case "stale":
            return Stale("somebody was faster")
    return Crash()


DONE_FIRST = frozenset({"crash", "lost"})
"""What is told not to have been sent was not sent, and what is told to be stale was not written."""


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 14), st.booleans(), st.sampled_from(["crash", "lost", "unreachable", "limited", "stale"])
        ),
        max_size=5,
    )
)
def test_whatever_breaks_in_whatever_order(blows: list[tuple[int, bool, str]]) -> None:
    """M1.1, M1.2, M1.4: up to five faults of any kind, anywhere, before the call or after it was done."""
    fuse = Fuse([(gap, done and kind in DONE_FIRST, a_fault(kind)) for gap, done, kind in blows])
    desk = a_desk_with(fuse)
    tries(desk)
    passes(desk, fuse)
    assert_booked_once(desk)
