"""A whole integration in memory: its vendors, its stores, its queues, and the people around it.

The pipeline is the real one. What the wiring does in AWS is done here by `World.perform`.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from handoff.accounting.plan_rules import PlanRules
from handoff.domain.errors import HandoffError, IllegalMove, Unbalanced
from handoff.domain.gate import GatePolicy
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.tenancy import Connection, Integration
from handoff.integrations.settings import HoursSettings
from handoff.pipeline.approve import note_readiness
from handoff.pipeline.confirm import ConfirmTools
from handoff.pipeline.deliver import PostTools
from handoff.pipeline.documents import Sender
from handoff.pipeline.keep import CensusTools, FetchTools
from handoff.pipeline.perform import GateTools, give_up, perform_fetch, perform_post
from handoff.pipeline.plan import BoundPlan
from handoff.pipeline.run_tools import RunTools
from handoff.pipeline.steps import NIGHTLY, SCHEDULE, Queues, Step, StepName, StepOutcome, first_step, run_of
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
    FakeCensusStore,
    FakePassStore,
    FakePostingStore,
    FakeProblemStore,
    FakeReferenceStore,
    FakeRunStore,
    FakeTenantStore,
    Memory,
)
from tests.histories import people
from tests.histories.baton import Baton
from tests.histories.erp import PERIODS, Erp, ErpState
from tests.histories.mailbox import VISIBILITY, Mailbox
from tests.histories.mischief import CLOCK_MARGIN, Crash, Mischief, Shaky
from tests.histories.story import CHANGES, POST_AS, Action, History
from tests.histories.time_tool import TimeTool
from tests.histories.watch import WatchedStagedStore, Witness

DELIVERIES_MAX = 200
LIFETIME = {StepName.FETCH_ERP: 60, StepName.FETCH_TIME_TOOL: 60, StepName.POST: 180, StepName.RECONCILE: 180}
"""After how many seconds a function is killed, as the template has it."""
REFERENCE = reference_data(
    projects=[a_project(), a_project(id="402", code="LY1")],
    ledger_projects=[a_ledger_project(), a_ledger_project(number="LY1")],
)
KINDS_OF_REFERENCE = (
    "clients", "people", "projects", "tasks", "ledger_projects", "employees", "accounts", "cost_centres", "items",
    "financial_periods",
)  # fmt: skip


@cache
def settings_of(post_as: int, change: int, next_open: bool) -> tuple[HoursSettings, GatePolicy, PlanRules]:
    """Settings, and what the pipeline makes of them."""
    closed = "next_open" if next_open else "hold"
    hours = some_settings(post_as=POST_AS[post_as], closed_period=closed, **CHANGES[change])
    return hours, hours.to_policy(), hours.to_rules()


@dataclass(frozen=True, slots=True)
class Parts:
    """What a world is made of; some of it may be broken, to see it noticed."""

    erp: type[Erp] = Erp
    time_tool: type[TimeTool] = TimeTool
    staged: type[WatchedStagedStore] = WatchedStagedStore
    postings: type[FakePostingStore] = FakePostingStore
    passes: type[FakePassStore] = FakePassStore


SOUND = Parts()


class World:
    """One integration and all that happens to it."""

    def __init__(self, history: History, parts: Parts = SOUND) -> None:
        self.history = history
        self.mischief = Mischief(self._do_meanwhile)
        self._runs, self._base = 0, timedelta(0)
        self.change, self._version = 0, 1
        self.memory = Memory()
        self._build_stores(parts)
        self._tenants = FakeTenantStore(self.memory)
        self._tenants.add(_integration(), settings_content())
        self.tenants: Any = Shaky(self._tenants, "tenants", self.mischief)
        self.witness = Witness(lambda name: self.staged_inside.get(HOURS, name))
        self.staged_inside.witness = self.witness
        self.time_tool = parts.time_tool(self.mischief)
        self.kinds = POST_AS[history.post_as]
        jumps = any("jump" in (one.kind, *(other.kind for other in one.meanwhile)) for one in history.actions)
        self.erp = ErpState(self.mischief, self.witness, clock_jumps=jumps)
        delay = timedelta(seconds=history.absence_seconds)
        self.books = {
            kind: parts.erp(kind, self.erp, delay, history.findable, history.reversible) for kind in self.kinds
        }
        self.witness.books = self.books
        self.mailbox = Mailbox(self.mischief, self.work)
        self.queues = Queues(self.mailbox.fetch, self.mailbox.post)

    def _build_stores(self, parts: Parts) -> None:
        def shaky(inner: object, name: str) -> Any:
            return Shaky(inner, name, self.mischief)

        memory = self.memory
        self.staged_inside, self.postings_inside = parts.staged(memory), parts.postings(memory)
        self.passes_inside, self.problems_inside = parts.passes(memory), FakeProblemStore(memory)
        self.runs_inside, reference = FakeRunStore(memory), FakeReferenceStore(memory)
        for kind in KINDS_OF_REFERENCE:
            reference.replace(kind, list(getattr(REFERENCE, kind).values()))
        self.staged, self.postings = shaky(self.staged_inside, "staged"), shaky(self.postings_inside, "postings")
        self.problems, self.passes = shaky(self.problems_inside, "problems"), shaky(self.passes_inside, "passes")
        self.runs, self.reference = shaky(self.runs_inside, "runs"), shaky(reference, "reference")
        self.census = shaky(FakeCensusStore(memory), "census")

    # ---- what happens ------------------------------------------------------------------------------

    def live(self) -> None:
        """All that the history says, and then there is peace: faults stop, and hours pass."""
        self.go_through(self.history.actions)
        self.calm_down()

    def go_through(self, actions: Sequence[Action]) -> None:
        """Some of what the history says."""
        for action in actions:
            self.mischief.plan(action)
            with suppress(Crash):
                self.act(action)

    def calm_down(self) -> None:
        """Faults stop, and hours pass."""
        self.mischief.plan(None)
        self.erp.down = self.time_tool.down = False
        self.rest(hours=5)

    def tidy(self) -> None:
        """People deal with whatever the inbox shows."""
        for _ in range(3):
            if not self.problems_inside.open():
                return
            people.tend(self)
            self.rest(hours=3)

    def mend(self) -> None:
        """All that stood in the way is mended, and every message of old comes once more."""
        self.erp.refuses.clear()
        self.erp.periods.update(dict.fromkeys(PERIODS, True))
        if self.change:
            self._set(0)
        self.mailbox.redrive()
        people.tend(self)
        self.rest(hours=2)
        self.tidy()

    def rest(self, *, hours: int) -> None:
        """Hours of peace, with a pass each; two of them as thorough as every night's.

        What a thorough pass meets while it is on its way to the books is left to the next one.
        """
        for hour in range(hours):
            self.mischief.time += timedelta(hours=1)
            if any(known.problem.code is ProblemCode.RECONNECT_NEEDED for known in self.problems_inside.open()):
                self.start(people.A_PERSON)  # who has reconnected asks for a run
            else:
                self.start(NIGHTLY if hour in (0, hours - 2) else SCHEDULE)
            self.mailbox.deliver(DELIVERIES_MAX)

    def _do_meanwhile(self, action: Action) -> None:
        with suppress(Crash):
            self.act(action)

    def act(self, action: Action) -> None:
        """One thing that happens."""
        match action.kind:
            case "pass":
                self.start(people.A_PERSON if action.approved else SCHEDULE)
                self.mailbox.deliver(action.amount)
            case "deliver":
                self.mailbox.deliver(action.amount)
            case "redrive":
                self.mailbox.redrive()
                self.mailbox.deliver(20)
            case "fetch" | "post":
                self.work(self._step(StepName.POST if action.kind == "post" else StepName.FETCH_TIME_TOOL), 1)
            case "together":
                self._together(action)
            case "wait":
                self.mischief.time += timedelta(seconds=action.amount)
            case "jump":
                self._jump(timedelta(seconds=action.amount))
            case _:
                self._act_as_person(action)

    def _together(self, action: Action) -> None:
        self.mischief.baton = baton = Baton(action.turns)
        try:
            baton.run([lambda one=one: self._do_meanwhile(one) for one in action.meanwhile])  # type: ignore[misc]
        finally:
            self.mischief.baton = None

    def _jump(self, by: timedelta) -> None:
        """Our clock jumps; while something is on its way, no further than leases and delays have room for."""
        mischief = self.mischief
        if abs(by) <= CLOCK_MARGIN:
            mischief.skew = max(self._base - CLOCK_MARGIN, min(self._base + CLOCK_MARGIN, mischief.skew + by))
        elif not (self.postings_inside.open() or any(b.anything_unseen() for b in self.books.values())):
            mischief.skew = self._base = mischief.skew + by

    def _act_as_person(self, action: Action) -> None:
        match action.kind:
            case "edit":
                lag = timedelta(seconds=action.amount)
                row = self.time_tool.write(
                    action.entry, hours=action.hours, day=action.day, approved=action.approved, lag=lag
                )
                self.witness.logged(row)
            case "delete":
                self.time_tool.rows.pop(action.entry, None)
            case "refuse":
                self.erp.refuses ^= {action.entry}
            case "close":
                month = f"2026-{action.amount:02d}"
                self.erp.periods[month] = not self.erp.periods[month]
            case "down":
                vendor: Any = self.erp if action.entry == "visma" else self.time_tool
                vendor.down = not vendor.down
            case "settings":
                self._set(action.amount)
            case _:
                self._ask(action)

    def _ask(self, action: Action) -> None:
        match action.kind:
            case "decide":
                people.insist(lambda: people.decide(self, action))
            case "retry":
                people.insist(lambda: people.retry_what_is_shown(self))
            case "confirm":
                people.insist(lambda: people.confirm_what_is_shown(self, taken_out=action.approved))
            case "answer":
                people.insist(lambda: people.answer(self))
            case "repost":
                people.insist(lambda: people.post_anew(self, action))
            case "hand":
                people.touch(self, action)

    def _set(self, change: int) -> None:
        self.change, self._version = change, self._version + 1
        note_readiness(self.passes_inside)

    # ---- runs --------------------------------------------------------------------------------------

    def start(self, trigger: str) -> None:
        """A run begins with the ERP's lists."""
        self.queues.send(self._step(StepName.FETCH_ERP, trigger), self.integration)

    def _step(self, name: StepName, trigger: str = SCHEDULE) -> Step:
        self._runs += 1
        step = first_step(
            tenant_id=TENANT, integration_id="i", run_id=f"run-{self._runs}", flows=(HOURS,),
            trigger=trigger,
        ).model_copy(update={"name": name})  # fmt: skip
        self.runs_inside.start(run_of(step, self.mischief.time))
        return step

    def work(self, step: Step, count: int) -> datetime | None:
        """One delivery; until when its message stays hidden, or None when it is done with."""
        source, given_at = _Source(), self.mischief.time
        try:
            with self.mischief.lifetime(LIFETIME[step.name]):
                work(
                    Delivery(step, "handle", count), performer=_Performer(self), queues=self.queues, source=source,
                    time_left=lambda: self.mischief.fault("time_left") != "over",
                )  # fmt: skip
        except NotYet:
            return self.mischief.time + timedelta(seconds=source.seconds)
        except (Crash, HandoffError) as fault:
            if isinstance(fault, IllegalMove | Unbalanced):
                self.witness.broken.append(fault.message)
            return given_at + timedelta(seconds=VISIBILITY[step.name])
        return None

    # ---- our side as the wiring builds it ----------------------------------------------------------

    @property
    def standing(self) -> tuple[object, ...]:
        """What it knows of itself beside its parts: settings, runs, jumps."""
        return self.change, self._version, self._runs, self._base

    @property
    def integration(self) -> Integration:
        return self._tenants.integration("i")

    @property
    def policy(self) -> GatePolicy:
        return settings_of(self.history.post_as, self.change, self.history.next_open)[1]

    def run_tools(self) -> RunTools:
        return RunTools(
            self.integration, self.runs, self.passes, self.problems, self.tenants, self.mischief.now, self._version
        )

    def perform(self, step: Step, time_left: TimeLeft) -> StepOutcome:
        """One slice of a step, with the tools that the wiring would give it."""
        if step.name is StepName.RECONCILE:
            return StepOutcome()  # it only reads, and is not what these worlds are checked with
        if step.name is StepName.POST:
            tools = self.post_tools(step.run_id, time_left)
            return perform_post(step, self.run_tools(), tools, GateTools(self.policy, self._version))
        from_erp = step.name is StepName.FETCH_ERP
        reader: Any = self.erp if from_erp else self.time_tool
        connection = self.integration.erp if from_erp else self.integration.time_tool
        reading = FetchTools(
            "i", connection, reader, self.passes, self.staged, self.reference, self.problems, self.tenants, self.policy,
            self.mischief.now, None if from_erp else CensusTools(self.time_tool, self.census),
            lambda problem_id: self.census.use_belief(HOURS, problem_id),
        )  # fmt: skip
        refused = self.time_tool.refusals
        outcome = perform_fetch(step, self.run_tools(), reading, time_left)
        if self.time_tool.refusals > refused and not (self.integration.time_tool.stopped or self.mischief.baton):
            self.witness.broken.append("a feed that was refused passed for one without news")
        return outcome

    def post_tools(self, run_id: str, time_left: TimeLeft = lambda: True) -> PostTools:
        return PostTools(
            self.staged, self.postings, self.problems, self.books, self.kinds, self.planner(), self.policy,
            lambda: self.erp.calls, time_left, run_id, self.mischief.now,
        )  # fmt: skip

    def confirm_tools(self) -> ConfirmTools:
        return ConfirmTools(
            self.staged, self.postings, self.problems, self.passes, lambda known: self.census.believe(HOURS, known),
            self.policy, self.mischief.now,
        )  # fmt: skip

    def planner(self) -> BoundPlan:
        rules = settings_of(self.history.post_as, self.change, self.history.next_open)[2]
        return BoundPlan(rules, self.reference.load(), Sender(TENANT, ENTITY, HOURS, "NOK", self._version))


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
        give_up(step, self.world.runs, why, now=self.world.mischief.now())


def _integration() -> Integration:
    time_tool = Connection("harvest", "harvest", "1", "Harvest")
    return Integration("i", "harvest-visma-net", "Hours", time_tool, Connection("visma", "visma_net", "2", "Visma"))
