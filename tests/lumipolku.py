"""Lumipolku Konsultit Oy in one process: both vendors' stand-ins, the real connectors, our stores in memory.

What the functions do with a message is done here with the same workshop and performer; only the queue is the test.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from handoff.connectors.business_nxt.config import BusinessNxtConfig
from handoff.connectors.severa.config import SeveraConfig
from handoff.connectors.vendor import Surroundings
from handoff.domain.capabilities import Side
from handoff.domain.pairs import Sighting
from handoff.domain.runs import Run
from handoff.domain.tenancy import Connection, Integration
from handoff.integrations.flow import BothWays
from handoff.integrations.severa_business import SEVERA_BUSINESS
from handoff.pipeline.mirror.flows import rule_of
from handoff.pipeline.mirror.report import MirrorReport, report
from handoff.pipeline.steps import Step, first_step, next_run, run_of
from handoff.pipeline.trips.arrive import perform_trip
from handoff.wiring.billing import Billing
from handoff.wiring.performer import StepPerformer
from handoff.wiring.workshop import Workshop
from sandbox import business_nxt, lumipolku, severa
from sandbox.business_nxt.access import LUMIPOLKU_COMPANY_NO
from sandbox.deliveries import Delivery
from tests.builders import platform_settings
from tests.fakes import FakeTenantStore, Memory, fake_shelf
from tests.tripping import FakeMachine
from tests.unit.connectors.vendor_fakes import FakeGrantStore

START = datetime(2026, 11, 10, 8, 0, tzinfo=UTC)
SEVERA_URL, NXT_URL = "https://severa.test", "https://nxt.test"
STEPS_MAX = 60
BY_HAND, HOURLY, NIGHTLY = "by Aamu Pakkasniemi", "schedule", "nightly"


class Lumipolku:
    """The customer; `now` is the time for everybody, `severa` and `nxt` are the vendors.

    `settings` are laid over the company's own, which only report.
    """

    def __init__(self, settings: Mapping[str, object] | None = None, **options: Mapping[str, object]) -> None:
        self.now = START
        self.severa = severa.stand_in(clock=self.clock, **{"limit": 0, **options.get("severa", {})})
        self.nxt = business_nxt.stand_in(clock=self.clock, send=self.delivered, **options.get("nxt", {}))
        self.memory, self._runs_made = Memory(), 0
        self.machine = FakeMachine(self.clock)
        self.runs: dict[str, Run] = {}
        key = SeveraConfig(client_id=severa.CREDENTIALS.client_id, client_secret=severa.CREDENTIALS.client_secret)
        let_in = BusinessNxtConfig(
            company_no=str(options.get("company", {}).get("no", LUMIPOLKU_COMPANY_NO)),
            client_id=business_nxt.CREDENTIALS.client_id,
            client_secret=business_nxt.CREDENTIALS.client_secret,
        )
        time_tool = Connection("severa", "severa", key.account, lumipolku.COMPANY)
        erp = Connection("business-nxt", "business_nxt", let_in.account, lumipolku.COMPANY)
        self.integration = Integration(lumipolku.INTEGRATION_ID, SEVERA_BUSINESS.name, "Both ways", time_tool, erp)
        self._grants = {"severa": FakeGrantStore(key.grant()), "business-nxt": FakeGrantStore(let_in.grant())}
        self.tenants = FakeTenantStore(self.memory, lumipolku.TENANT_ID)
        self.tenants.add(self.integration, {**lumipolku.SETTINGS, **(settings or {})})

    def clock(self) -> datetime:
        return self.now

    def delivered(self, _: Delivery) -> int:
        """What whoever gets Business NXT's webhooks answers: nobody listens, unless somebody says otherwise."""
        return 202

    def later(self, **by: int) -> None:
        self.now += timedelta(**by)

    def goes_live(self) -> None:
        """The report was read."""
        self.changes(report_only=False)

    def changes(self, **settings: object) -> None:
        """New settings, saved over those there were."""
        version, before = self.tenants.settings(lumipolku.INTEGRATION_ID)
        self.tenants.save_settings(
            lumipolku.INTEGRATION_ID, {**before, **settings}, expected=version, by=lumipolku.FINANCE_MANAGER,
            at=self.now,
        )  # fmt: skip

    # ---- what the functions do ---------------------------------------------------------------

    def shop(self) -> Workshop:
        """What a worker that has just begun works with."""
        return Workshop(
            lumipolku.TENANT_ID,
            lumipolku.INTEGRATION_ID,
            shelves=partial(fake_shelf, self.memory, lumipolku.TENANT_ID),
            surroundings=self._surroundings,
            clock=self.clock,
            machine=lambda: self.machine,
        )

    def _surroundings(self, connection: Connection) -> Surroundings:
        platform = platform_settings(
            severa={"base_url": f"{SEVERA_URL}/rest-api", "calls_per_second": 0},
            business_nxt={"base_url": NXT_URL, "token_url": NXT_URL + business_nxt.TOKEN_PATH},
        )
        vendor: Any = self.severa if connection.vendor == "severa" else self.nxt
        return Surroundings(platform, self._grants[connection.id], self.clock, vendor.transport())

    def a_pass(self, trigger: str = HOURLY) -> Run:
        """Runs a pass to its end, a few minutes after whatever happened before; waits as long as it is asked to.

        The run of what both sides keep is handed back; `runs` has all of them by the first of their flows.
        """
        self.later(minutes=10)
        self._runs_made += 1
        first, *later = SEVERA_BUSINESS.runs
        step: Step | None = first_step(
            tenant_id=lumipolku.TENANT_ID, integration_id=lumipolku.INTEGRATION_ID, run_id=f"r{self._runs_made}",
            flows=first, trigger=trigger, later=tuple(later),
        )  # fmt: skip
        while step is not None:
            self._a_run(step)
            step = next_run(step)
        self.later(minutes=10)
        return self.runs[first[0]]

    def _a_run(self, first: Step) -> None:
        runs, step = self.shop().shelf.runs, first
        if first.by_hand:
            runs.start(run_of(first, self.now))
        for _ in range(STEPS_MAX):
            outcome = StepPerformer(self.shop()).perform(step, lambda: True)
            self.later(seconds=outcome.wait_seconds or 0)
            if outcome.wait_seconds is None and outcome.then is None:
                break
            step = step if outcome.wait_seconds is not None else outcome.then or step
        else:
            raise AssertionError("the run came to no end")
        run = runs.get(first.run_id)
        assert run is not None
        self.runs[first.flows[0]] = run

    def messages_arrive(self) -> None:
        """Works every message of the state machine that is on its way, as the worker of the queue does."""
        while self.machine.queue:
            step = self.machine.queue.popleft()
            shop = self.shop()
            outcome = perform_trip(step, shop.run_tools(), Billing(shop).trip_desk(step.flow), shop.titles)
            if outcome.wait_seconds is not None:
                self.later(seconds=outcome.wait_seconds)
                self.machine.queue.append(step)

    # ---- what is to be seen ------------------------------------------------------------------

    def report(self, flow: str) -> MirrorReport[Any]:
        """How a flow stands."""
        shop = self.shop()
        asked = next(one for one in SEVERA_BUSINESS.flows if isinstance(one, BothWays) and one.name == flow)
        return report(shop.shelf.sightings, flow, rule_of(asked, shop.both_ways), clock=self.clock)

    def known(self, flow: str, side: Side) -> dict[str, Sighting[Any]]:
        """What is known of one side's objects, by their names."""
        found: Sequence[Sighting[Any]] = self.shop().shelf.sightings.all(flow, side)
        return {one.says.name: one for one in found}

    def inbox(self) -> list[str]:
        """The sentences of all open problems."""
        return sorted(one.problem.message for one in self.shop().shelf.problems.open())
