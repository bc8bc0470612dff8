"""An integration of two sides in memory: its vendors, its stores, its messages, and the people around it.

The use cases and most of the wiring are the real ones. What queues do in AWS is done here by `BothWorld`: work of one
entity is serial, and a message that was not finished comes again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from handoff.domain.capabilities import Side
from handoff.domain.errors import HandoffError
from handoff.domain.pairs import Contact, Sighting
from handoff.domain.runs import Run
from handoff.domain.tenancy import Integration
from handoff.integrations.billing_settings import BillingSettings
from handoff.integrations.flow import Post
from handoff.integrations.severa_business import SEVERA_BUSINESS
from handoff.pipeline.mirror.perform import perform_mirror
from handoff.pipeline.steps import NIGHTLY, SCHEDULE, Step, StepName, StepOutcome, first_step, next_run
from handoff.pipeline.trips.arrive import perform_trip
from handoff.pipeline.work import DELIVERIES_MAX
from handoff.ports.shelf import Shelf
from tests.fakes import (
    FakeCensusStore,
    FakeLinkStore,
    FakePassStore,
    FakePostingStore,
    FakeProblemStore,
    FakeReconciliationStore,
    FakeReferenceStore,
    FakeRunStore,
    FakeSightingStore,
    FakeStagedStore,
    FakeTenantStore,
    FakeTripStore,
    Memory,
)
from tests.histories.both import answers, people
from tests.histories.both.erp import Orders, Register, erp_of
from tests.histories.both.keeper import Keeper, Row
from tests.histories.both.shop import INTEGRATION, INTEGRATION_ID, TENANT, Bills, Shop, Vendors, settings_of
from tests.histories.both.story import Act, BothHistory
from tests.histories.both.tool import Drafts, Timesheet, tool_of
from tests.histories.both.trouble import Shaken, Trouble
from tests.histories.mischief import Crash
from tests.tripping import FakeMachine

FLOWS = ("business_units", "employees", "projects", "customers")
AGAIN = timedelta(seconds=210)
"""After how long a message comes again whose worker died."""
SLICES_MAX = 120
TRIGGERS = {"": SCHEDULE, "night": NIGHTLY, "hand": f"by {people.A_PERSON}"}


@dataclass(frozen=True, slots=True)
class BothParts:
    """What a world is made of; some of it may be broken, to see it noticed."""

    keeper: type[Keeper[Any]] = Keeper
    hours: type[Timesheet] = Timesheet
    drafts: type[Drafts] = Drafts
    register: type[Register] = Register
    orders: type[Orders] = Orders
    machine: type[FakeMachine] = FakeMachine
    sightings: type[FakeSightingStore] = FakeSightingStore
    staged: type[FakeStagedStore] = FakeStagedStore
    postings: type[FakePostingStore] = FakePostingStore
    problems: type[FakeProblemStore] = FakeProblemStore
    passes: type[FakePassStore] = FakePassStore
    links: type[FakeLinkStore] = FakeLinkStore
    trips: type[FakeTripStore] = FakeTripStore


SOUND = BothParts()


class NoRuns(FakeRunStore):
    """Runs, of which nobody asks anything here."""

    def start(self, run: Run) -> bool:
        return True

    def add(self, run_id: str, **what: object) -> None:
        return None


class BothWorld:
    """One integration and all that happens to it.

    `wrote` has what people wrote in which place, in order; `added`, `spoken` and `removed` what they did to the entries of
    lists. Rows of the records in `touched` were changed by hand, problems in `confirmed` are none.
    """

    def __init__(self, history: BothHistory, parts: BothParts = SOUND) -> None:
        self.history, self.change, self.version, self._runs, self.serial = history, history.settings, 1, 0, 0
        self.wrote = dict[tuple[Side, str, str, str], list[tuple[int, str]]]()
        self.added, self.spoken = dict[str, tuple[Side, str]](), list[tuple[Side, str, Contact]]()
        self.removed, self.touched, self.confirmed = set[str](), set[str](), set[str]()
        self.trouble = Trouble(self._meanwhile, delay=timedelta(seconds=history.absence_seconds))
        self._build_stores(parts)
        self._build_vendors(parts)

    def _build_stores(self, parts: BothParts) -> None:
        of = (memory := Memory(), TENANT, INTEGRATION_ID)
        tenants = FakeTenantStore(memory, TENANT)
        tenants.add(INTEGRATION, {})
        self.tenants, self.sightings, self.staged = tenants, parts.sightings(*of), parts.staged(*of)
        self.postings, self.problems = parts.postings(*of), parts.problems(*of)
        self.trips, self.links = parts.trips(*of), parts.links(*of)
        self.passes_of = partial(parts.passes, *of)
        self.machine = parts.machine(self.trouble.now)
        self._machine: Any = self._shaken(self.machine, "machine")
        self.census = FakeCensusStore(*of)
        self.shelf = Shelf(
            tenants=self._shaken(tenants, "tenants"),
            staged=self._shaken(self.staged, "staged"),
            postings=self._shaken(self.postings, "postings"),
            problems=self._shaken(self.problems, "problems"),
            passes=self._shaken(self.passes_of(), "passes"),
            passes_of=lambda flow: self._shaken(self.passes_of(flow), "passes"),
            census=self._shaken(self.census, "census"),
            runs=NoRuns(),
            reference=FakeReferenceStore(*of),
            reconciliations=FakeReconciliationStore(*of),
            links=self._shaken(self.links, "links"),
            sightings=self._shaken(self.sightings, "sightings"),
            trips=self._shaken(self.trips, "trips"),
        )

    def _shaken(self, inner: object, name: str) -> Any:
        return Shaken(inner, name, self.trouble)

    def _build_vendors(self, parts: BothParts) -> None:
        self.kept = {side: {kind: self._keeper(parts, side, kind) for kind in FLOWS} for side in Side}
        self.hours = parts.hours(self.trouble, self._units)
        self.drafts = parts.drafts(self.trouble)
        self.register = parts.register(self.trouble, self.trouble.delay)
        self.orders = parts.orders(self.trouble, self.trouble.delay)
        self._vendors = Vendors(
            tool_of(self.kept[Side.TIME_TOOL], self.hours, self.drafts, self.trouble),
            erp_of(self.kept[Side.ERP], self.register, self.orders, self.trouble),
        )

    def _keeper(self, parts: BothParts, side: Side, kind: str) -> Keeper[Any]:
        return parts.keeper(
            kind, side, self.trouble, partial(self.sighting, side, kind), partial(self._meant, side, kind),
            self._referred, self.history.page,
        )  # fmt: skip

    def sighting(self, side: Side, kind: str, id_: str) -> Sighting[Any] | None:
        """What is known of an object, by its vendor's id."""
        placed = {"business_units": "unit1:", "projects": "unit2:"}.get(kind, "") if side is Side.ERP else ""
        return self.sightings.get(kind, side, [placed + id_]).get(placed + id_)

    def seen(self, kind: str) -> list[Sighting[Any]]:
        """What is known of a kind's objects, of both sides."""
        known: list[Sighting[Any]] = []
        for side in Side:
            known += self.sightings.all(kind, side)
        return known

    def _meant(self, side: Side, kind: str, says: Any) -> bool:
        """Whether something that may travel waits on the other side to be made there."""
        others: Sequence[Sighting[Any]] = self.sightings.all(kind, next(one for one in Side if one is not side))
        return any(one.says.name == says.name and one.is_open and not one.partner for one in others)

    def _referred(self, choices: Any) -> str:
        customers = self.kept[Side.TIME_TOOL]["customers"].rows.values()
        return next((row.id for row in customers if choices.project_customer), "")

    def _units(self) -> dict[str, str]:
        units = self.kept[Side.TIME_TOOL]["business_units"].named("u1")
        return {} if units is None else dict.fromkeys(self.kept[Side.TIME_TOOL]["projects"].rows, units.id)

    # ---- what happens ------------------------------------------------------------------------------

    def live(self) -> None:
        """All that the history says, and then there is peace: faults stop, and some nights pass."""
        for act in self.history.acts:
            self.happen(act)
        self.trouble.plan(None)
        if settings_of(self.change).report_only:
            self.set(self.history.settings)
        if settings_of(self.change).report_only:
            self.set(0)
        self.rest(nights=2)

    def happen(self, act: Act) -> None:
        """One thing with all that it sets going, and with its faults."""
        self.trouble.plan(act)
        self.act(act)

    def mend(self) -> bool:
        """All that stood in the way is mended, and people say so; whether there was anything."""
        blocked = [row for row in self.kept[Side.ERP]["customers"].rows.values() if row.blocked]
        if not (blocked or self.touched or self.problems.open()):
            return False
        for row in blocked:
            self.kept[Side.ERP]["customers"].mark(row, blocked=False)
        for one in self.register.rows:
            answers.put_back(one)
        self.touched.clear()
        for _ in range(2):
            if self.problems.open():
                for kind in ("decide", "retry", "confirm"):
                    people.do(self, Act(kind, value="no"))
                self.a_pass("hand")
        self.rest(nights=1)
        return True

    def rest(self, *, nights: int) -> None:
        """Nights of peace, with a pass each."""
        for _ in range(nights):
            self.wait(timedelta(hours=12))
            stopped = self.integration.time_tool.stopped or self.integration.erp.stopped
            self.a_pass("hand" if stopped else "night")
            self.wait(timedelta(minutes=20))

    def act(self, act: Act) -> None:
        """One thing that happens."""
        match act.kind:
            case "pass":
                self.a_pass(act.value, slices=act.amount)
            case "wait":
                self.wait(timedelta(seconds=act.amount))
            case "deliver":
                self.messages(act.amount)
            case "die":
                self.machine.die()
            case "settings":
                self.set(act.amount)
            case _:
                self._as_person(act)

    def _as_person(self, act: Act) -> None:
        """Whoever is cut off in the middle tries again."""
        for _ in range(3):
            with suppress(Crash):
                people.do(self, act)
                return

    def _meanwhile(self, act: Act) -> None:
        with suppress(Crash):
            self.act(act)

    def set(self, number: int) -> None:
        """A person saves other settings."""
        self.change, self.version = number, self.version + 1

    def wait(self, by: timedelta) -> None:
        """Time passes, and tasks of the state machine run out."""
        self.trouble.wait(by)
        self.machine.time_out()

    def writes(self, keeper: Keeper[Any], row: Row[Any], **says: object) -> None:
        """A person changes what an object says, and it is noted which values are others now."""
        keeper.edit(row, **says)
        self.wrote_down(keeper, row.id, {name: said for name, said in says.items() if said != getattr(row.says, name)})

    def wrote_down(self, keeper: Keeper[Any], id_: str, says: Mapping[str, object]) -> None:
        """Notes the texts that a person wrote."""
        for name, value in says.items():
            if isinstance(value, str):
                self.serial += 1
                self.wrote.setdefault((keeper.side, keeper.kind, id_, name), []).append((self.serial, value))

    # ---- passes ------------------------------------------------------------------------------------

    def a_pass(self, trigger: str, *, slices: int = 0) -> None:
        """The runs of a pass to their end, or given up as the queue does; the first `slices` are cut short.

        Messages of the state machine are worked behind it.
        """
        self._runs += 1
        first, *later = SEVERA_BUSINESS.runs
        step: Step | None = first_step(
            tenant_id=TENANT, integration_id=INTEGRATION_ID, run_id=f"r{self._runs}", flows=first,
            trigger=TRIGGERS[trigger], later=tuple(later),
        )  # fmt: skip
        received = 0
        for place in range(SLICES_MAX):
            assert step is not None
            outcome = self._worked(f"{step.flows[0]} {step.name}", partial(self._perform, step, short=place < slices))
            received += 1
            if outcome is not None and outcome.wait_seconds is None:
                step, received = outcome.then or next_run(step), 0
            elif received >= DELIVERIES_MAX:
                step, received = next_run(step) if outcome is not None else None, 0
            else:
                self.wait(AGAIN if outcome is None else timedelta(seconds=outcome.wait_seconds or 0))
            if step is None:
                self.messages()
                return
        self.trouble.broken.append("a pass came to no end")

    def _perform(self, step: Step, *, short: bool) -> StepOutcome:
        shop = self.open()
        flow = SEVERA_BUSINESS.flow(step.flows[0])
        if step.name is StepName.RECONCILE:
            return StepOutcome()  # it writes nothing; what it says is looked at at rest
        if isinstance(flow, Post):
            return Bills(shop).perform(flow, step, lambda: not short)
        return perform_mirror(step, shop.run_tools(), shop.mirror_tools(), lambda: not short)

    def _worked(self, name: str, do: Callable[[], StepOutcome]) -> StepOutcome | None:
        """How one delivery ended; None where its process died."""
        before = self.trouble.deadline
        self.trouble.begin()
        try:
            return do()
        except Crash:
            return None
        except HandoffError as fault:
            self.trouble.broken.append(f"{type(fault).__name__} came out of {name}: {fault.message}")
            return None
        finally:
            self.trouble.deadline = before

    def messages(self, most: int = 40) -> None:
        """Works messages of the state machine; some come late, twice or never."""
        queue, kept = self.machine.queue, []
        for _ in range(most):
            if not queue:
                break
            step = queue.popleft()
            fate = self.trouble.fault("message")
            if fate == "kept":
                kept.append(step)
            elif fate != "lost":
                for _ in range(2 if fate == "twice" else 1):
                    self._message(step)
        queue.extend(kept)

    def _message(self, step: Any) -> None:
        for _ in range(DELIVERIES_MAX):
            outcome = self._worked(f"{step.task}", partial(self._trip, step))
            if outcome is not None and outcome.wait_seconds is None:
                return
            self.wait(AGAIN if outcome is None else timedelta(seconds=outcome.wait_seconds or 0))

    def _trip(self, step: Any) -> StepOutcome:
        shop = self.open()
        return perform_trip(step, shop.run_tools(), Bills(shop).trip_desk(step.flow), shop.titles)

    # ---- our side ----------------------------------------------------------------------------------

    @property
    def integration(self) -> Integration:
        return self.tenants.integration(INTEGRATION_ID)

    @property
    def settings(self) -> BillingSettings:
        return settings_of(self.change)

    def open(self) -> Shop:
        """What a worker that has just begun works with."""
        saved = self.version, self.change
        return Shop(self.shelf, self._vendors, saved, self._machine, self.trouble.now)
