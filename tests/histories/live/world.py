"""A live integration in memory: its vendors, its stores, its webhooks, and the people around it.

The use cases are the real ones. What queues and the wiring do in AWS is done here by `LiveWorld`: work of one entity is
serial, a message that was not finished comes again, and only fetching goes on beside a hint.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any

from handoff.domain.errors import HandoffError
from handoff.domain.hints import HintKind
from handoff.domain.runs import Run
from handoff.domain.tenancy import Connection, Integration
from handoff.integrations.live_settings import LiveSettings
from handoff.pipeline.live.answers import AnswerTools
from handoff.pipeline.live.desk import LiveDesk
from handoff.pipeline.live.hint_step import HintStep
from handoff.pipeline.live.perform import perform_hint, perform_live
from handoff.pipeline.run_tools import RunTools
from handoff.pipeline.steps import NIGHTLY, SCHEDULE, Step, StepName, StepOutcome, first_step
from handoff.ports.live import Card
from tests.fakes import (
    FakeLinkStore,
    FakePassStore,
    FakePostingStore,
    FakeProblemStore,
    FakeStagedStore,
    FakeTenantStore,
)
from tests.histories.live import people
from tests.histories.live.ledger import Costs, Journal, Ledger, Registry
from tests.histories.live.story import CUSTOMERS, KEPT, LOST, PROJECTS, SETTINGS, TWICE, Act, LiveHistory
from tests.histories.live.tool import Tool
from tests.histories.live.trouble import Shaken, Trouble
from tests.histories.mischief import Crash

FLOWS = ("customers", "projects", "invoices", "expenses", "payments")
AGAIN = timedelta(seconds=210)
"""After how long a message comes again whose worker died."""
RECEIVES_MAX, SLICES_MAX = 7, 80
TRIGGERS = {"": SCHEDULE, "night": NIGHTLY, "hand": f"by {people.A_PERSON}"}
MOMENT = Connection("moment-1", "moment", "klitrose", "Moment")
ECONOMIC = Connection("economic-1", "economic", "990001", "Visma e-conomic")
INTEGRATION = Integration("i", "moment-economic", "Live", MOMENT, ECONOMIC)


@cache
def settings_of(number: int) -> LiveSettings:
    """Settings by their number."""
    return LiveSettings.model_validate(SETTINGS[number])


@dataclass(frozen=True, slots=True)
class LiveParts:
    """What a world is made of; some of it may be broken, to see it noticed."""

    tool: type[Tool] = Tool
    journal: type[Journal] = Journal
    registry: type[Registry] = Registry
    staged: type[FakeStagedStore] = FakeStagedStore
    postings: type[FakePostingStore] = FakePostingStore
    links: type[FakeLinkStore] = FakeLinkStore
    passes: type[FakePassStore] = FakePassStore
    problems: type[FakeProblemStore] = FakeProblemStore


SOUND = LiveParts()


class Runs:
    """Runs, of which nobody asks anything here."""

    def start(self, run: Run) -> bool:
        return True

    def add(self, run_id: str, **what: object) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Stores:
    """All stores of the integration, as they are."""

    staged: FakeStagedStore
    postings: FakePostingStore
    problems: FakeProblemStore
    links: FakeLinkStore
    passes: FakePassStore
    tenants: FakeTenantStore
    runs: Runs = field(default_factory=Runs)


class LiveWorld:
    """One integration and all that happens to it. `broken` are promises that were broken on the way, in words."""

    def __init__(self, history: LiveHistory, parts: LiveParts = SOUND) -> None:
        self.history, self.broken, self.confirmed = history, list[str](), set[str]()
        self.must, self.outbox, self._due = set[int](), list[_Hook](), list[_Hook]()
        self.change, self.version, self._runs, self._now_at = 0, 1, 0, ""
        self._build(history, parts)

    def _build(self, history: LiveHistory, parts: LiveParts) -> None:
        self.trouble = trouble = Trouble(self._meanwhile, delay=timedelta(seconds=history.absence_seconds))
        self.tool, self.costs = parts.tool(trouble), Costs()
        self.journal = parts.journal(trouble, trouble.delay)
        self.registries = {"customers": parts.registry(trouble, False), "projects": parts.registry(trouble, True)}
        tenants = FakeTenantStore()
        tenants.add(INTEGRATION, {})
        stores = Stores(parts.staged(), parts.postings(), parts.problems(), parts.links(), parts.passes(), tenants)
        self.stores = stores
        self.tool.passes = stores.passes
        self._shaken: dict[str, Any] = {
            name: Shaken(getattr(stores, name), name, trouble)
            for name in ("staged", "postings", "problems", "links", "passes", "tenants", "runs")
        }
        self._tool: Any = Shaken(self.tool, "", trouble, "tool")
        inside: dict[str, Any] = {**self.registries, "invoices": self.journal, "costs": self.costs}
        sides = {name: Shaken(one, name, trouble, "erp") for name, one in inside.items()}
        self._erp: Any = Ledger(sides["customers"], sides["projects"], sides["invoices"], sides["costs"])

    # ---- what happens ------------------------------------------------------------------------------

    def live(self) -> None:
        """All that the history says, and then there is peace: faults stop, and some nights pass."""
        for act in self.history.acts:
            self.happen(act)
        self.trouble.plan(None)
        self.rest(nights=2)

    def happen(self, act: Act) -> None:
        """One thing with all that it sets going, and with its faults."""
        self.trouble.plan(act)
        self.act(act)
        while self._due:
            self.hint(self._due.pop(0))

    def mend(self) -> None:
        """All that stood in the way is mended, and people say so."""
        self.journal.closed, self.journal.no_attachments = set(), False
        self.registries["projects"].switched_off = False
        if self.change:
            self.set(0)
        for what in (*CUSTOMERS, *PROJECTS):
            people.edit_there(self, Act("there", what, "back", LOST))
        for _ in range(3):
            if self.stores.problems.open():
                people.confirm(self, Act("confirm"))
                people.retry(self, Act("retry"))
                self.a_pass("hand")
        self.rest(nights=1)

    def rest(self, *, nights: int) -> None:
        """Nights of peace, with a pass each."""
        for _ in range(nights):
            self.trouble.wait(timedelta(hours=12))
            stopped = self.integration.time_tool.stopped or self.integration.erp.stopped
            self.a_pass("hand" if stopped else "night")

    def act(self, act: Act) -> None:
        """One thing that happens."""
        match act.kind:
            case "pass":
                self.a_pass(act.value, slices=act.amount)
            case "wait":
                self.trouble.wait(timedelta(seconds=act.amount))
            case "deliver" if self.outbox:
                place = act.amount % len(self.outbox)
                hook = self.outbox[place] if act.value == "again" else self.outbox.pop(place)
                self.hint(hook)
            case "forged":
                self.hint(_Hook(HintKind(act.what), act.value))
            case "settings":
                self.set(act.amount)
            case _:
                self._act_as_person(act)

    def _act_as_person(self, act: Act) -> None:
        do: Callable[[LiveWorld, Act], None] | None = {
            "save": people.save, "number": people.number, "finalize": people.finalize, "mark": people.mark,
            "total": people.total, "delete": people.delete, "there": people.edit_there, "draft": people.draft,
            "touch": people.touch, "cost": people.cost, "pay": people.pay, "switch": people.switch,
            "retry": people.retry, "confirm": people.confirm,
        }.get(act.kind)  # fmt: skip
        with suppress(Crash):
            if do is not None:
                do(self, act)

    def _meanwhile(self, act: Act) -> None:
        with suppress(Crash):
            self.act(act)

    def set(self, number: int) -> None:
        """A person saves other settings."""
        self.change, self.version = number, self.version + 1

    def cost_booked(self, serial: int, on: date) -> None:
        """A cost was booked: whether it has to come, whatever happens."""
        feed = f"{ECONOMIC.id}:costs"
        state = self.stores.passes.load()
        if on >= self.trouble.time.date() - timedelta(days=1) or f"{feed}:first" in state.serials:
            self.must.add(serial)

    # ---- webhooks ----------------------------------------------------------------------------------

    def hooked(self, kind: HintKind, subject: str, fate: int) -> None:
        """A vendor tells of a change, or means to."""
        hook = _Hook(kind, subject, self._claim(kind, subject))
        if fate == KEPT:
            self.outbox.append(hook)
        elif fate != LOST:
            beside = self._now_at in ("", StepName.FETCH_ERP, StepName.FETCH_TIME_TOOL)
            for _ in range(2 if fate == TWICE else 1):
                if beside:
                    self.hint(hook)
                else:
                    self._due.append(hook)

    def _claim(self, kind: HintKind, subject: str) -> Card | None:
        flow = next((flow for flow, its in people.HINTS.items() if its is kind), "")
        return self.tool.card(flow, subject) if flow else None

    def hint(self, hook: _Hook) -> None:
        """Works a webhook's hint, and again as often as its message comes."""
        step = HintStep(tenant_id="t", integration_id="i", event_id="e", kind=hook.kind, subject=hook.subject)
        self.tool.claimed = hook
        for _ in range(RECEIVES_MAX):
            outcome = self._worked("hint", lambda: perform_hint(step, self._run_tools(), self._desk(), lambda: True))
            if outcome is not None and outcome.wait_seconds is None:
                return
            if self.trouble.is_planned("dead"):
                return  # the queue gave it up, and nobody knows yet
            self.trouble.wait(AGAIN if outcome is None else timedelta(seconds=outcome.wait_seconds or 0))

    # ---- passes ------------------------------------------------------------------------------------

    def a_pass(self, trigger: str, *, slices: int = 0) -> None:
        """A pass to its end, or given up after as many deliveries of one step as the queue makes; `slices` short."""
        self._runs += 1
        run_id = f"r{self._runs}"
        step: Step | None = first_step(
            tenant_id="t", integration_id="i", run_id=run_id, flows=FLOWS, trigger=TRIGGERS[trigger]
        )
        assert step is not None
        received = 0
        for place in range(SLICES_MAX):
            outcome = self._step(step, run_id, short=place < slices)
            received += 1
            if outcome is not None and outcome.wait_seconds is None:
                step, received = outcome.then, 0
                if step is None or step.name is StepName.RECONCILE:  # the night's accounts write nothing
                    return
            elif received >= RECEIVES_MAX:
                return
            else:
                self.trouble.wait(AGAIN if outcome is None else timedelta(seconds=outcome.wait_seconds or 0))
        self.broken.append("a pass came to no end")

    def _step(self, step: Step, run_id: str, *, short: bool) -> StepOutcome | None:
        def do() -> StepOutcome:
            return perform_live(step, self._run_tools(), self._desk(run_id), lambda: not short)

        return self._worked(step.name, do)

    def _worked(self, name: str, do: Any) -> StepOutcome | None:
        """How one delivery ended; None where its process died."""
        before, self._now_at = self._now_at, name
        self.trouble.begin()
        try:
            outcome: StepOutcome = do()
        except Crash:
            return None
        except HandoffError as fault:
            self.broken.append(f"{type(fault).__name__} came out of {name}: {fault.message}")
            return None
        finally:
            self._now_at, self.trouble.deadline = before, None
        return outcome

    # ---- our side as the wiring builds it ----------------------------------------------------------

    @property
    def integration(self) -> Integration:
        return self.stores.tenants.integration("i")

    @property
    def settings(self) -> LiveSettings:
        return settings_of(self.change)

    def answers(self) -> AnswerTools:
        """What the console answers the inbox with."""
        at = self._shaken
        return AnswerTools(at["staged"], at["problems"], at["passes"], self.trouble.now)

    def _run_tools(self) -> RunTools:
        at = self._shaken
        return RunTools(
            self.integration, at["runs"], at["passes"], at["problems"], at["tenants"], self.trouble.now, self.version
        )

    def _desk(self, run_id: str = "") -> LiveDesk:
        at = self._shaken
        return LiveDesk(
            tenant_id="t", integration=self.integration, time_tool=self._tool, erp=self._erp, staged=at["staged"],
            postings=at["postings"], problems=at["problems"], links=at["links"], passes=at["passes"],
            tenants=at["tenants"], settings=self.settings, settings_version=self.version, clock=self.trouble.now,
            titles={"moment": "Moment", "economic": "Visma e-conomic"}, run_id=run_id,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Hook:
    """A webhook: what it tells of, and what it says of it."""

    kind: HintKind
    subject: str
    card: Card | None = None
