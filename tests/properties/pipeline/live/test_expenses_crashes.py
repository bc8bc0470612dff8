"""Expenses whose worker died: at whatever call, there is one expense with its documents."""

from __future__ import annotations

from datetime import date

import pytest

from handoff.domain.staged import State
from handoff.pipeline.deliver import LEASE
from handoff.pipeline.live.post_expense import ABSENCE_DELAY
from tests.unit.pipeline.live.costing import PDF, Breaks, CostDesk, Crash, a_cost, looked

LOST = "no answer"


def test_while_a_lease_lives_somebody_is_at_work() -> None:
    desk = looked()
    crash_at_send(desk)
    tally = desk.post()
    assert 0 < tally.wait_seconds <= LEASE.total_seconds() + 1
    assert desk.tool.expenses == {}


def crash_at_send(desk: CostDesk) -> None:
    desk.tool.faults["add_expense"] = [Crash()]  # type: ignore[list-item]
    with pytest.raises(Crash):
        desk.post()


def test_after_a_crash_before_sending_it_is_sent_once_the_lease_and_the_delay_are_over() -> None:
    desk = looked()
    crash_at_send(desk)
    desk.wait(LEASE + ABSENCE_DELAY)
    desk.post()
    assert (desk.state(), len(desk.tool.expenses)) == (State.POSTED, 1)


def test_at_whatever_call_the_worker_dies_there_is_one_expense_with_its_documents() -> None:
    """M4.1, M4.2: each cost once, with its documents."""
    for when in ("before", "after"):
        for call in range(1, 40):
            desk = CostDesk(starts_on=date(2026, 1, 1))
            desk.erp.book(a_cost(), a_cost(serial=102, text="Hotel"))
            desk.erp.papers["2026", 4001] = [PDF, PDF]
            desk.breaks = Breaks({call: (when, Crash())})
            for _ in range(4):
                try:
                    desk.look()
                    desk.post()
                except Crash:
                    pass
                desk.wait(LEASE + ABSENCE_DELAY)
            names = ["voucher-2026-4001-1.pdf", "voucher-2026-4001-2.pdf"]
            assert sorted(e.description for e in desk.tool.expenses.values()) == ["Hotel", "Train to Aarhus"], call
            assert list(desk.tool.attachments.values()) == [names, names], call
            assert (desk.state(101), desk.state(102)) == (State.POSTED, State.POSTED), call
            assert desk.postings.open() == [], call
    assert desk.breaks.calls > 40
