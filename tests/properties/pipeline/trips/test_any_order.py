"""Whatever comes in whatever order, and wherever the process dies: each milestone is told once, sent before paid."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date

from hypothesis import example, given, settings
from hypothesis import strategies as st

from handoff.domain.sales import Milestone
from handoff.domain.trips import OVER, OrderFacts, RoundTrip, TripOutcome, TripStage
from handoff.pipeline.trips.arrive import arrived
from handoff.pipeline.trips.begin import begin
from handoff.pipeline.trips.learn import seen
from handoff.pipeline.trips.sweep import resume
from handoff.ports.trips import Departure
from tests.fakes import FakeTripStore
from tests.tripping import CREDITED, INVOICE, ORDER, PAID, SENT, Crash, FakeMachine, FakeTeller, Travel


class Fuse:
    """Lets the process die before or after the next so many outside effects."""

    def __init__(self) -> None:
        self.left: int | None = None

    def burn(self) -> None:
        if self.left is None:
            return
        if self.left == 0:
            self.left = None
            raise Crash
        self.left -= 1


class FragileStore(FakeTripStore):
    def __init__(self, fuse: Fuse) -> None:
        super().__init__()
        self.fuse = fuse

    def save(self, trip: RoundTrip) -> RoundTrip:
        self.fuse.burn()
        saved = super().save(trip)
        self.fuse.burn()
        return saved


class FragileMachine(FakeMachine):
    fuse: Fuse

    def start(self, name: str, departure: Departure) -> None:
        self.fuse.burn()
        super().start(name, departure)
        self.fuse.burn()

    def succeed(self, token: str, outcome: TripOutcome) -> bool:
        self.fuse.burn()
        accepted = super().succeed(token, outcome)
        self.fuse.burn()
        return accepted


class FragileTeller(FakeTeller):
    fuse: Fuse

    def report(self, external_id: str, milestone: Milestone, *, on: date) -> None:
        self.fuse.burn()
        super().report(external_id, milestone, on=on)
        self.fuse.burn()


class Story(Travel):
    """A trip whose process may die at any effect."""

    def __init__(self) -> None:
        self.fuse = Fuse()
        super().__init__(FragileStore(self.fuse))
        self.machine = FragileMachine(lambda: self.now)
        self.machine.fuse = self.fuse
        self.fragile = FragileTeller()
        self.fragile.fuse = self.fuse
        self.teller = self.fragile

    def do(self, act: Callable[[], object], crash: int | None) -> bool:
        """Whether it went to its end."""
        self.fuse.left = crash
        with suppress(Crash):
            act()
            self.fuse.left = None
            return True
        return False

    def perform(self, event: str, crash: int | None) -> None:
        acts: dict[str, Callable[[], object]] = {
            "begin": lambda: begin(self.desk, INVOICE, ORDER),
            "sent": lambda: self.see(SENT),
            "paid": lambda: self.see(PAID),
            "credited": lambda: self.see(CREDITED),
            "night": self.look_after,
            "month": lambda: self.pass_by(days=61),
            "year": lambda: self.pass_by(days=366),
        }
        if event in acts:
            self.do(acts[event], crash)
        elif self.machine.queue:
            self.receive(event, crash)

    def look_after(self) -> None:
        self.pass_by(days=1)
        resume(self.desk)

    def see(self, facts: OrderFacts) -> None:
        seen(self.desk, INVOICE, facts)

    def receive(self, event: str, crash: int | None) -> None:
        step = self.machine.queue[0]
        if event == "lose":
            self.machine.queue.popleft()
            return
        done = self.do(lambda: arrived(self.desk, step), crash)
        if done and event == "deliver":
            self.machine.queue.popleft()

    def settle(self, facts: Sequence[OrderFacts]) -> None:
        """The passes and nights that follow, with nothing going wrong."""
        begin(self.desk, INVOICE, ORDER)
        for _ in range(4):
            for fact in facts:
                self.see(fact)
            self.deliver_all()
            self.pass_by(hours=2)
            resume(self.desk)
            self.deliver_all()


EVENTS = ("begin", "deliver", "twice", "lose", "sent", "paid", "credited", "night", "month", "year")
stories = st.lists(
    st.tuples(st.sampled_from(EVENTS), st.none() | st.integers(min_value=0, max_value=9)), min_size=1, max_size=14
)


@settings(max_examples=300)
@given(stories)
@example([("begin", None), ("deliver", None), ("paid", None), ("deliver", 2), ("deliver", None), ("deliver", 3)])
@example([("begin", 1), ("paid", None), ("night", 0), ("night", None), ("deliver", 1), ("deliver", None)])
@example([("begin", None), ("deliver", None), ("sent", 3), ("month", None), ("year", None), ("paid", None)])
def test_each_milestone_is_told_once_and_sent_before_paid(story: list[tuple[str, int | None]]) -> None:
    travel = Story()
    begun = False
    for event, crash in story:
        if event in ("begin", "sent", "paid", "credited") and not begun:
            event = "begin"  # noqa: PLW2901 - there is nothing to see of what was not ordered
        travel.perform(event, crash)
        begun = begun or travel.trips.get("invoices", INVOICE) is not None
    ended_early = begun and travel.is_over
    crashes = sum(crash is not None for _, crash in story)

    travel.settle([PAID])

    check(travel, crashes)
    if not ended_early:
        assert travel.trip.stage in OVER
        assert travel.machine.running <= crashes + sum(event == "lose" for event, _ in story)


def check(travel: Story, crashes: int) -> None:
    told = travel.teller.milestones
    assert told == sorted(told, key=[Milestone.SENT, Milestone.PAID].index), "sent is told before paid"
    assert len(told) - len(set(told)) <= crashes, "only what a crash let be forgotten is told again"
    if crashes == 0:
        assert len(told) == len(set(told))
    trip = travel.trip
    assert trip.told >= set(told)
    if trip.stage is TripStage.DONE and "invoice_credited" not in travel.codes:
        assert told[-1] is Milestone.PAID
        assert Milestone.SENT in told
    if trip.stage is TripStage.EXPIRED:
        assert "never_paid" in travel.codes


@settings(max_examples=100)
@given(st.lists(st.sampled_from(["deliver", "twice", "sent", "paid"]), max_size=16))
def test_without_crashes_an_invoice_takes_one_execution_of_seven_states(events: list[str]) -> None:
    travel = Story()
    travel.perform("begin", None)
    for event in events:
        travel.perform(event, None)
    travel.settle([PAID])

    assert travel.teller.milestones == [Milestone.SENT, Milestone.PAID]
    assert len(travel.machine.executions) == 1
    assert len(travel.machine.answers) == 4  # and two choices and the end: seven states
