"""Expenses: whatever meets whatever, each cost is one expense with its documents, and nothing is left open."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from hypothesis import given, settings
from hypothesis import strategies as st

from handoff.domain.errors import DeliveryUnknown, HandoffError, Rejected, Unreachable
from handoff.domain.staged import State
from handoff.pipeline.deliver import LEASE
from handoff.pipeline.live.expenses import fetch_span
from handoff.pipeline.live.post_expense import ABSENCE_DELAY
from tests.unit.pipeline.live.costing import PDF, TODAY, Breaks, CostDesk, Crash, a_cost

FAULTS = {"lost": DeliveryUnknown("no answer"), "unreachable": Unreachable("no route"), "crash": Crash()}
STEPS = st.one_of(
    st.tuples(st.just("book"), st.integers(1, 3)),
    st.tuples(st.just("hint"), st.integers(0, 6)),
    st.tuples(st.just("look"), st.just(0)),
    st.tuples(st.just("post"), st.just(0)),
    st.tuples(st.just("wait"), st.sampled_from([1, 31, 400, 1000])),
)
BREAKS = st.dictionaries(
    st.integers(1, 50), st.tuples(st.sampled_from(["before", "after"]), st.sampled_from(["crash"])), max_size=2
)
VENDOR = st.lists(st.sampled_from(["late", "lost", "lost_after", "crash", "unreachable", "fine"]), max_size=3)


class Story:
    """Costs are booked, told of, looked for and posted, in any order, while calls break."""

    def __init__(self) -> None:
        self.desk = CostDesk()
        self.serial = 100
        self.late: list[tuple[datetime, Callable[[], object]]] = []

    def book(self, count: int) -> None:
        """Some of them dated long ago; vouchers of two lines and one document each."""
        for _ in range(count):
            self.serial += 1
            voucher = 4000 + self.serial // 2
            back = timedelta(days=40 if self.serial % 3 == 0 and self.desk.serial() else 0)
            self.desk.erp.book(
                a_cost(serial=self.serial, voucher=voucher, text=f"cost {self.serial}", booked_on=TODAY - back)
            )
            self.desk.erp.papers["2026", voucher] = [PDF]

    def hint(self, width: int) -> None:
        for name in fetch_span(self.desk.desk(), self.serial - width, self.serial).ready:
            self.desk.post_one(int(name))

    def arrive(self) -> None:
        """What was long on its way takes effect, within the time that is waited for it."""
        for due, work in [one for one in self.late if one[0] <= self.desk.now]:
            self.late.remove((due, work))
            work()

    def wait(self, by: timedelta) -> None:
        """Time passes, and things happen in between."""
        until = self.desk.now + by
        for due in sorted(due for due, _ in self.late):
            self.desk.now = max(self.desk.now, min(due, until))
            self.arrive()
        self.desk.now = max(self.desk.now, until)

    def step(self, name: str, size: int) -> None:
        if name in ("book", "hint"):
            getattr(self, name)(size)
        elif name == "wait":
            self.wait(timedelta(seconds=size))
        else:
            getattr(self.desk, name)()


def set_faults(story: Story, call: str, outcomes: list[str]) -> None:
    """Each outcome is the next call's: `lost` before it took effect, `lost_after` once it had, `late` before it does."""
    tool = story.desk.tool
    real = getattr(tool, call)

    def broken(*args: object) -> object:
        outcome = outcomes.pop(0) if outcomes else "fine"
        if outcome in FAULTS:
            raise FAULTS[outcome]
        if outcome == "late":
            story.late.append((story.desk.now + ABSENCE_DELAY - timedelta(seconds=1), partial(real, *args)))
            raise FAULTS["lost"]
        answer = real(*args)
        if outcome == "lost_after":
            raise FAULTS["lost"]
        return answer

    setattr(tool, call, broken)


@settings(max_examples=200)
@given(st.lists(STEPS, min_size=2, max_size=10), BREAKS, VENDOR, VENDOR)
def test_each_cost_is_one_expense_with_its_document_whatever_happens(
    steps: list[tuple[str, int]], breaks: dict[int, tuple[str, str]], adding: list[str], attaching: list[str]
) -> None:
    """M4.1, M4.2, M4.8: hints, daily looks, lost answers and crashes in any order; each cost once."""
    story = Story()
    desk = story.desk
    desk.breaks = Breaks({call: (when, FAULTS[what]) for call, (when, what) in breaks.items()})
    set_faults(story, "add_expense", adding)
    set_faults(story, "attach_to_expense", attaching)
    story.book(2)
    for name, size in steps:
        with suppress(HandoffError, Crash):
            story.step(name, size)
    desk.breaks.on = False
    adding.clear()
    attaching.clear()
    for _ in range(3):
        story.wait(LEASE + ABSENCE_DELAY)
        desk.look()
        desk.post()

    booked = {cost.text: cost for cost in desk.erp.entries.values()}
    assert sorted(expense.description for expense in desk.tool.expenses.values()) == sorted(booked)
    for expense_id, expense in desk.tool.expenses.items():
        cost = booked[expense.description]
        assert desk.tool.attachments[expense_id] == [f"voucher-2026-{cost.voucher}-1.pdf"]
        assert desk.state(cost.serial) is State.POSTED
    assert (desk.postings.open(), desk.problems.open()) == ([], [])


@given(st.lists(st.sampled_from(["refused", "fine", "lost"]), max_size=8))
def test_a_refusal_never_holds_up_another_cost(outcomes: list[str]) -> None:
    """M4.1: one that is refused waits for a person, the rest goes on."""
    desk = CostDesk()
    desk.erp.book(*(a_cost(serial=serial) for serial in range(101, 105)))
    desk.look()
    answers = {"refused": Rejected("no"), "lost": DeliveryUnknown("no answer"), "fine": None}
    faults = [answers[name] for name in outcomes]
    refusals = sum(name == "refused" for name in outcomes)
    real = desk.tool.add_expense

    def add(expense: object) -> str:
        fault = faults.pop(0) if faults else None
        if fault is not None:
            raise fault
        return real(expense)  # type: ignore[arg-type]

    desk.tool.add_expense = add  # type: ignore[method-assign]
    for _ in range(8):
        desk.post()
        desk.wait(ABSENCE_DELAY + timedelta(seconds=1))

    states = [desk.state(serial) for serial in range(101, 105)]
    assert set(states) <= {State.POSTED, State.FAILED}
    assert states.count(State.FAILED) <= refusals
    assert len(desk.tool.expenses) == states.count(State.POSTED)
