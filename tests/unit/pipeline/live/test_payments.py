"""Payments: what the ERP says is left of booked invoices is told to the time tool, once per change."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.domain.errors import DeliveryUnknown, Unreachable
from handoff.domain.invoices import PaymentState, Remainder
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.staged import StagedRecord, State
from handoff.pipeline.live.desk import INVOICES
from handoff.pipeline.live.payments import ASKED_AT_ONCE, TAKEN_BACK_WITHIN, report_payments
from tests.builders import NOW
from tests.unit.pipeline.live.costing import Breaks, CostDesk, Crash, always, an_invoice_record, refused, unreachable
from tests.unit.pipeline.live.living import an_invoice

DAY = timedelta(days=1)


def left_of(number: int, remaining: str, total: str = "12500.00") -> Remainder:
    return Remainder(number, Decimal(total), Decimal(remaining))


def booked(*remaining: str, total: str = "12500.00") -> CostDesk:
    """A desk with a booked invoice for each remainder, numbered from 20001."""
    desk = CostDesk()
    for place, left in enumerate(remaining, start=1):
        number = 20000 + place
        desk.staged.add([an_invoice_record(an_invoice(external_id=f"i{place}", number=number, total=total))])
        desk.erp.left[number] = left_of(number, left, total)
    return desk


def tell(desk: CostDesk, *, thorough: bool = False) -> Any:
    return report_payments(desk.desk(), thorough=thorough, time_left=always)


def told(desk: CostDesk) -> list[tuple[str, PaymentState, Decimal, Decimal]]:
    return [(name, payment.state, payment.paid, payment.remaining) for name, payment, _ in desk.tool.payments]


def record(desk: CostDesk, external_id: str = "i1") -> StagedRecord:
    found = desk.staged.get(INVOICES, external_id)
    assert found is not None
    return found


def test_a_paid_invoice_is_told_and_settled() -> None:
    """M7.1: payments registered in the ERP come back to the time tool."""
    desk = booked("0.00")

    tell(desk)

    assert told(desk) == [("i1", PaymentState.PAID, Decimal("12500.00"), Decimal("0.00"))]
    assert desk.tool.payments[0][2] == NOW.date()
    assert (record(desk).state, record(desk).history[-1].why) == (State.SETTLED, "paid")


def test_a_partly_paid_invoice_is_told_in_words_and_stays_open() -> None:
    """M7.1: a part of it is a payment too."""
    desk = booked("2500.00")
    tell(desk)
    assert told(desk) == [("i1", PaymentState.PARTLY_PAID, Decimal("10000.00"), Decimal("2500.00"))]
    assert record(desk).state is State.POSTED


def test_a_credit_note_that_is_settled_is_paid() -> None:
    """M7.1: of a credit note both amounts are negative."""
    desk = booked("-500.00", total="-12500.00")
    tell(desk)
    assert told(desk) == [("i1", PaymentState.PARTLY_PAID, Decimal("-12000.00"), Decimal("-500.00"))]


def test_nothing_is_told_of_an_invoice_that_nobody_has_paid() -> None:
    """M7.1: there is nothing to come back."""
    desk = booked("12500.00")
    tell(desk)
    assert (told(desk), record(desk).state) == ([], State.POSTED)


def test_the_same_is_told_once() -> None:
    """M7.1: a call is made where something changed."""
    desk = booked("2500.00")
    tell(desk)
    desk.erp.left[20001] = left_of(20001, "2500.0")  # written otherwise, and the same

    tally = tell(desk)

    assert (len(told(desk)), tally.counts["unchanged"]) == (1, 1)


def test_a_payment_that_was_taken_back_before_it_was_full_is_told() -> None:
    """M7.1: the time tool has what the ERP has."""
    desk = booked("2500.00")
    tell(desk)
    desk.erp.left[20001] = left_of(20001, "12500.00")
    tell(desk)
    assert [state for _, state, _, _ in told(desk)] == [PaymentState.PARTLY_PAID, PaymentState.UNPAID]


def test_a_paid_invoice_that_is_open_again_is_told_and_followed_again() -> None:
    """M7.1: a payment can be taken back after the invoice was settled."""
    desk = booked("0.00")
    tell(desk)
    desk.erp.left[20001] = left_of(20001, "12500.00")
    desk.wait(30 * DAY)

    tell(desk)
    assert len(told(desk)) == 1  # an ordinary look asks for open ones only

    tally = tell(desk, thorough=True)
    assert [state for _, state, _, _ in told(desk)] == [PaymentState.PAID, PaymentState.UNPAID]
    assert (record(desk).state, tally.counts["reopened"]) == (State.POSTED, 1)

    desk.erp.left[20001] = left_of(20001, "0.00")
    tell(desk)
    assert record(desk).state is State.SETTLED


def test_three_months_after_it_was_paid_an_invoice_is_not_asked_for() -> None:
    desk = booked("0.00")
    tell(desk)
    asked = len(desk.erp.asked)
    desk.wait(TAKEN_BACK_WITHIN + DAY)
    tell(desk, thorough=True)
    assert len(desk.erp.asked) == asked


def test_nobody_polls_per_invoice() -> None:
    """M7.1: two hundred are asked for at a time."""
    desk = booked(*["12500.00"] * (ASKED_AT_ONCE + 50))
    tell(desk)
    assert [len(numbers) for _, numbers in desk.erp.asked] == [200, 50]


def test_time_that_is_up_leaves_the_rest_to_the_next_slice() -> None:
    desk = booked(*["0.00"] * (ASKED_AT_ONCE + 50))
    first = report_payments(desk.desk(), thorough=False, time_left=lambda: len(told(desk)) < ASKED_AT_ONCE)
    assert (first.cut_short, len(told(desk))) == (True, 200)
    second = report_payments(desk.desk(), thorough=False, time_left=always)
    assert (second.cut_short, len(told(desk))) == (False, 250)


def test_time_that_is_up_in_the_middle_tells_no_more() -> None:
    desk, left = booked(*["0.00"] * 9), iter([True] * 3)
    first = report_payments(desk.desk(), thorough=False, time_left=lambda: next(left, False))
    assert first.cut_short
    assert len(told(desk)) == 3
    assert not tell(desk).cut_short
    assert len(told(desk)) == 9


def test_an_invoice_that_the_erp_has_not_booked_is_skipped_and_counted() -> None:
    desk = booked("0.00", "0.00")
    del desk.erp.left[20001]
    tally = tell(desk)
    assert ([name for name, *_ in told(desk)], tally.counts["not_booked"]) == (["i2"], 1)


def test_what_is_not_posted_is_not_asked_for() -> None:
    desk = CostDesk()
    for place, state in enumerate((State.READY, State.FAILED, State.EXCLUDED), start=1):
        desk.staged.add([an_invoice_record(an_invoice(external_id=f"i{place}", number=place), state)])
    tell(desk)
    assert desk.erp.asked == []


def test_a_refused_payment_is_that_invoices_problem_and_the_rest_goes_on() -> None:
    desk = booked("0.00", "0.00")
    desk.tool.faults["payment"] = [refused("the invoice is locked")]

    tally = tell(desk)

    [known] = desk.problems.open()
    assert known.problem == Problem(ProblemCode.REFUSED_BY_TIME_TOOL, "invoice 20001: the invoice is locked")
    assert (known.flow, known.external_ids) == ("payments", frozenset({"i1"}))
    assert (record(desk, "i1").state, record(desk, "i2").state) == (State.POSTED, State.SETTLED)
    assert tally.counts["failed"] == 1


def test_a_refused_payment_is_told_again_and_its_problem_ends_with_it() -> None:
    desk = booked("0.00")
    desk.tool.faults["payment"] = [refused("locked"), refused("closed")]
    tell(desk)
    tell(desk)
    assert [known.problem.subject for known in desk.problems.open()] == ["invoice 20001: closed"]

    tell(desk)

    assert (desk.problems.open(), record(desk).state) == ([], State.SETTLED)


def test_a_lost_answer_is_told_again() -> None:
    desk = booked("0.00")
    desk.tool.lost["payment"] = ["no answer"]
    assert tell(desk).counts["unsure"] == 1
    assert record(desk).state is State.POSTED
    tell(desk)
    assert (len(told(desk)), record(desk).state) == (2, State.SETTLED)


def test_a_time_tool_out_of_reach_stops_the_look() -> None:
    desk = booked("0.00")
    desk.tool.faults["payment"] = [unreachable()]
    with pytest.raises(Unreachable):
        tell(desk)
    tell(desk)
    assert record(desk).state is State.SETTLED


@given(
    st.lists(st.sampled_from(["0.00", "2500.00", "12500.00"]), min_size=1, max_size=5),
    st.dictionaries(st.integers(1, 30), st.sampled_from(["before", "after"]), max_size=3),
    st.lists(st.booleans(), max_size=4),
)
def test_the_time_tool_ends_with_what_the_erp_has_whatever_breaks(
    remainders: list[str], breaks: dict[int, str], lost: list[bool]
) -> None:
    """M7.1: crashes and lost answers leave nothing untold."""
    desk = booked("12500.00")
    desk.breaks = Breaks({call: (when, Crash()) for call, when in breaks.items()})
    desk.tool.lost["payment"] = ["no answer" for gone in lost if gone]
    for remaining in remainders:
        desk.erp.left[20001] = left_of(20001, remaining)
        try:
            tell(desk, thorough=True)
        except Crash:
            pass
        except DeliveryUnknown:
            raise AssertionError("a lost answer stopped the look") from None
    desk.breaks.on = False
    for _ in range(5):
        tell(desk, thorough=True)

    last = told(desk)[-1][3] if told(desk) else Decimal("12500.00")
    assert last == Decimal(remainders[-1])
    assert record(desk).state is (State.SETTLED if remainders[-1] == "0.00" else State.POSTED)
