"""A whole integration in memory: its vendors, its stores, its queues, and the people around it.

Messages are delivered as the queues do it: in order, again after a crash, and not for ever. What the wiring
does in AWS is done here by `World.perform`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from handoff.domain.errors import HandoffError, Stale
from handoff.domain.gate import GatePolicy
from handoff.domain.posting import DocumentKind, Posting
from handoff.domain.staged import StagedRecord, State
from handoff.domain.tenancy import Connection, Integration
from handoff.integrations.settings import HoursSettings
from handoff.pipeline.approve import ApproveTools, Decision, Wish, approve, note_readiness
from handoff.pipeline.deliver import PostTools
from handoff.pipeline.fetch import FetchTools
from handoff.pipeline.perform import GateTools, RunTools, give_up, perform_fetch, perform_post
from handoff.pipeline.plan import Plan, plan
from handoff.pipeline.retry import RetryTools, retry
from handoff.pipeline.steps import SCHEDULE, Queues, Step, StepName, StepOutcome, run_of
from handoff.pipeline.work import Delivery, NotYet, TimeLeft, work
from tests.builders import (
    ENTITY,
    HOURS,
    TENANT,
    a_ledger_project,
    a_project,
    reference_data,
    settings_content,
    some_settings,
)
from tests.fakes import (
    FakePassStore,
    FakePostingStore,
    FakeProblemStore,
    FakeQueue,
    FakeReferenceStore,
    FakeRunStore,
    FakeStagedStore,
    FakeTenantStore,
)
from tests.histories.mischief import Crash, Mischief, Shaky
from tests.histories.story import CHANGES, POST_AS, Action, History
from tests.histories.vendors import Erp, TimeTool

VISIBILITY = timedelta(seconds=90)
"""How long a message that was not finished stays hidden, as the template has it."""
RECEIVES_MAX = 8
"""How often the queue gives out a message before it counts as dead."""
DELIVERIES_MAX = 200
A_PERSON = "kari"
REFERENCE = reference_data(
    projects=[a_project(), a_project(id="402", code="LY1")],
    ledger_projects=[a_ledger_project(), a_ledger_project(number="LY1")],
)
_SETTINGS: dict[tuple[int, int], HoursSettings] = {
    (kinds, change): some_settings(post_as=post_as, **changed)
    for kinds, post_as in enumerate(POST_AS)
    for change, changed in enumerate(CHANGES)
}


@dataclass(slots=True)
class Message:
    """A queued step, how often it was delivered, and when it may be again."""

    step: Step
    count: int
    visible_at: datetime


class World:
    """One integration and all that happens to it; its vendor and stores may be broken ones, to see them noticed."""

    def __init__(
        self,
        history: History,
        *,
        erp: type[Erp] = Erp,
        postings: type[FakePostingStore] = FakePostingStore,
        staged: type[FakeStagedStore] = FakeStagedStore,
        passes: type[FakePassStore] = FakePassStore,
    ) -> None:
        self.history = history
        self.mischief = Mischief(self._do_meanwhile)
        self.wrongly_sent: list[str] = []
        self.refuses: set[str] = set()
        self._runs = 0
        self._change, self._version = 0, 1
        self.staged_inside, self.postings_inside, self.passes_inside = staged(), postings(), passes()
        self.problems_inside, self._runs_inside = FakeProblemStore(), FakeRunStore()
        self.staged: Any = Shaky(self.staged_inside, "staged", self.mischief)
        self.postings: Any = Shaky(self.postings_inside, "postings", self.mischief)
        self.problems: Any = Shaky(self.problems_inside, "problems", self.mischief)
        self.passes: Any = Shaky(self.passes_inside, "passes", self.mischief)
        self.runs: Any = Shaky(self._runs_inside, "runs", self.mischief)
        self.tenants = FakeTenantStore()
        self.tenants.add(_integration(), settings_content())
        self.time_tool = TimeTool(self.mischief.now, self.mischief.fault)
        self.kinds = POST_AS[history.post_as]
        delay = timedelta(seconds=history.absence_seconds)
        self.books = {
            kind: erp(kind, self.mischief.now, self.mischief.fault, self.refuses, delay, self._seen_sending)
            for kind in self.kinds
        }
        self._fetch_queue, self._post_queue = FakeQueue(self.mischief.now), FakeQueue(self.mischief.now)
        self.queues = Queues(self._fetch_queue, self._post_queue)
        self._in_flight: dict[int, Message] = {}

    # ---- what happens ------------------------------------------------------------------------------

    def live(self) -> None:
        """All that the history says, then peace: what can be mended is, and hours pass."""
        for action in self.history.actions:
            self.mischief.plan(action)
            with suppress(Crash):
                self._act(action)
        self.mischief.plan(None)
        for connection in ("harvest", "visma"):
            self.tenants.stop_connection("i", connection, "")
        self._rest(hours=4)

    def tidy(self) -> None:
        """A person tries again whatever the inbox shows."""
        if self.problems_inside.open():
            self._retry()
            self._rest(hours=1)

    def _rest(self, *, hours: int) -> None:
        for _ in range(hours):
            self.mischief.time += timedelta(hours=1)
            self._start(by_hand=False)
            self._deliver(DELIVERIES_MAX)

    def _do_meanwhile(self, action: Action) -> None:
        with suppress(Crash):
            self._act(action)

    def _act(self, action: Action) -> None:
        match action.kind:
            case "pass":
                self._start(by_hand=action.approved)
                self._deliver(action.amount)
            case "deliver":
                self._deliver(action.amount)
            case "fetch" | "post":
                self._work(self._step(StepName.POST if action.kind == "post" else StepName.FETCH_TIME_TOOL), 1)
            case "wait":
                self.mischief.time += timedelta(seconds=action.amount)
            case _:
                self._act_as_person(action)

    def _act_as_person(self, action: Action) -> None:
        match action.kind:
            case "edit":
                lag = timedelta(seconds=action.amount)
                self.time_tool.write(action.entry, hours=action.hours, approved=action.approved, lag=lag)
            case "delete":
                self.time_tool.rows.pop(action.entry, None)
            case "refuse":
                self.refuses ^= {action.entry}
            case "settings":
                self._change, self._version = action.amount, self._version + 1
                note_readiness(self.passes_inside)
            case "decide":
                _insist(lambda: self._decide(action))
            case "retry":
                _insist(self._retry)

    def _decide(self, action: Action) -> None:
        record = self.staged_inside.get(HOURS, action.entry)
        if record is None:
            return
        tools = ApproveTools(self.staged, self.problems, self.passes, self.policy)
        wish = Wish(HOURS, action.entry, record.hash)
        answers = approve(tools, [wish], Decision(action.approved, A_PERSON, self.mischief.time))
        if any(isinstance(answer.error, Stale) for answer in answers):
            raise Crash  # told that the record changed: the person looks and decides again

    def _retry(self) -> None:
        tools = RetryTools(self.staged, self.problems, self.passes, self.policy, self.mischief.now)
        for known in self.problems_inside.open():
            with suppress(HandoffError):
                retry(tools, known.problem.id, by=A_PERSON)

    # ---- runs and the queues -----------------------------------------------------------------------

    def _start(self, *, by_hand: bool) -> None:
        self.queues.send(self._step(StepName.FETCH_TIME_TOOL, by_hand=by_hand), self.integration)

    def _step(self, name: StepName, *, by_hand: bool = False) -> Step:
        self._runs += 1
        step = Step(
            tenant_id=TENANT, integration_id="i", run_id=f"run-{self._runs}", name=name, flows=(HOURS,),
            trigger=A_PERSON if by_hand else SCHEDULE,
        )  # fmt: skip
        self._runs_inside.start(run_of(step, self.mischief.time))
        return step

    def _deliver(self, deliveries: int) -> None:
        for _ in range(deliveries):
            queue = self._next_queue()
            if queue is None:
                return
            message = self._in_flight[queue]
            self.mischief.time = max(self.mischief.time, message.visible_at)
            message.count += 1
            hidden = None if message.count > RECEIVES_MAX else self._work(message.step, message.count)
            if hidden is None:
                del self._in_flight[queue]
            else:
                message.visible_at = self.mischief.time + hidden

    def _next_queue(self) -> int | None:
        """Where the message stands that may be delivered first; a queue gives out one after the other."""
        for place, queue in enumerate((self._fetch_queue, self._post_queue)):
            if place not in self._in_flight and (taken := queue.take()) is not None:
                self._in_flight[place] = Message(Step.model_validate_json(taken.body), 0, self.mischief.time)
        return min(self._in_flight, key=lambda place: self._in_flight[place].visible_at, default=None)

    def _work(self, step: Step, count: int) -> timedelta | None:
        """One delivery; how long its message stays hidden, or None when it is done with."""
        source = _Source()
        try:
            work(
                Delivery(step, "handle", count), performer=_Performer(self), queues=self.queues, source=source,
                time_left=lambda: self.mischief.fault("time_left") != "over",
            )  # fmt: skip
        except NotYet:
            return timedelta(seconds=source.seconds)
        except Crash:
            return VISIBILITY
        return None

    # ---- our side as the wiring builds it ----------------------------------------------------------

    @property
    def integration(self) -> Integration:
        return self.tenants.integration("i")

    @property
    def settings(self) -> HoursSettings:
        return _SETTINGS[self.history.post_as, self._change]

    @property
    def policy(self) -> GatePolicy:
        return self.settings.to_policy()

    def run_tools(self) -> RunTools:
        return RunTools(
            self.integration, self.runs, self.passes, self.problems, self.tenants, self.mischief.now, self._version
        )

    def perform(self, step: Step, time_left: TimeLeft) -> StepOutcome:
        """One slice of a step, with the tools that the wiring would give it."""
        if step.name is StepName.POST:
            tools = PostTools(
                self.staged, self.postings, self.problems, self.books, self.kinds, self._planner(), lambda: 0,
                time_left, step.run_id, self.mischief.now,
            )  # fmt: skip
            return perform_post(step, self.run_tools(), tools, GateTools(self.policy, self._version))
        reading = FetchTools(
            "i", self.integration.time_tool, self.time_tool, self.passes, self.staged, FakeReferenceStore(),
            self.problems, self.tenants, self.policy, self.mischief.now,
        )  # fmt: skip
        return perform_fetch(step, self.run_tools(), reading, time_left)

    def _planner(self) -> Callable[[Sequence[StagedRecord], DocumentKind], Plan]:
        rules, version = self.settings.to_rules(), self._version
        return lambda records, kind: plan(
            records, kind=kind, rules=rules, reference=REFERENCE, tenant_id=TENANT, entity=ENTITY, flow=HOURS,
            settings_version=version,
        )  # fmt: skip

    def _seen_sending(self, posting: Posting) -> None:
        """At the very moment of sending, every record is on its way, with the content that is sent."""
        self.mischief.call("erp.send", lambda: None)
        for ref in posting.records:
            record = self.staged_inside.get(HOURS, ref.external_id)
            if record is None or record.hash != ref.hash or record.state not in (State.POSTING, State.UNSURE):
                self.wrongly_sent.append(f"{ref.external_id} is sent while it is {record and record.state}")


def _insist(ask: Callable[[], None]) -> None:
    """A person whose request died sends it again."""
    try:
        ask()
    except Crash:
        ask()


@dataclass(slots=True)
class _Source:
    seconds: int = 0

    def postpone(self, receipt_handle: str, seconds: int) -> None:
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class _Performer:
    world: World

    @property
    def integration(self) -> Integration:
        return self.world.integration

    def perform(self, step: Step, time_left: TimeLeft) -> StepOutcome:
        return self.world.perform(step, time_left)

    def give_up(self, step: Step, why: str) -> None:
        give_up(step, self.world.runs, why, now=self.world.mischief.time)


def _integration() -> Integration:
    time_tool = Connection("harvest", "harvest", "1", "Harvest")
    return Integration("i", "harvest-visma-net", "Hours", time_tool, Connection("visma", "visma_net", "2", "Visma"))
