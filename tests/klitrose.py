"""Klitrose Rådgivning ApS in one process: both vendors' stand-ins, the real connectors, our stores in memory.

What the functions do with a message is done here with the same use cases; only the queue is the test.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from handoff.connectors.economic.config import EconomicConfig
from handoff.connectors.moment.config import MomentConfig
from handoff.connectors.registry import open_live_erp, open_live_time_tool
from handoff.connectors.vendor import Surroundings
from handoff.domain.hints import HintKind
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.runs import Run
from handoff.domain.staged import StagedRecord
from handoff.domain.tenancy import Connection, Integration
from handoff.integrations.live_settings import LiveSettings
from handoff.integrations.moment_economic import MOMENT_ECONOMIC
from handoff.pipeline.live.account import account_of, months_accounted
from handoff.pipeline.live.answers import AnswerTools
from handoff.pipeline.live.desk import LiveDesk
from handoff.pipeline.live.hint_step import HintStep
from handoff.pipeline.live.perform import perform_hint, perform_live
from handoff.pipeline.perform import give_up
from handoff.pipeline.perform_reconcile import NightlyTools, perform_reconcile
from handoff.pipeline.run_tools import RunTools
from handoff.pipeline.steps import Step, StepName, StepOutcome, first_step, run_of
from handoff.pipeline.work import DELIVERIES_MAX
from handoff.ports import OpenProblem
from sandbox import economic, klitrose, moment
from sandbox.deliveries import Deliveries
from sandbox.local.vendors import ECONOMIC_SECRETS, economic_settings, moment_settings
from tests.builders import platform_settings
from tests.fakes import (
    FakeLinkStore,
    FakePassStore,
    FakePostingStore,
    FakeProblemStore,
    FakeReconciliationStore,
    FakeRunStore,
    FakeStagedStore,
    FakeTenantStore,
    Memory,
)
from tests.unit.connectors.vendor_fakes import FakeGrantStore

START = datetime(2026, 11, 10, 8, 0, tzinfo=UTC)
MOMENT_URL, ECONOMIC_URL = "https://moment.test", "https://economic.test"
STEPS_MAX, WAITS_MAX = 50, 8
BY_HAND, HOURLY, NIGHTLY = "by Asbjørn Lyngholt", "schedule", "nightly"


class Klitrose:
    """The customer; `now` is the time for everybody, `moment` and `economic` are the vendors."""

    def __init__(self, settings: Mapping[str, object] | None = None, **economic_options: object) -> None:
        self.now = START
        self.moment = moment.stand_in(clock=self.clock, send=lambda _: 200)
        self.economic = economic.stand_in(clock=self.clock, deliveries=Deliveries(lambda _: 200), **economic_options)
        self.settings = LiveSettings.model_validate({**klitrose.SETTINGS, **(settings or {})})
        self.settings_version = 1
        self._runs_made = 0
        self._at = (Memory(), klitrose.TENANT_ID, klitrose.INTEGRATION_ID)
        self.staged, self.postings = FakeStagedStore(*self._at), FakePostingStore(*self._at)
        self.problems, self.passes = FakeProblemStore(*self._at), FakePassStore(*self._at)
        self.links, self.runs = FakeLinkStore(*self._at), FakeRunStore(*self._at)
        self.kept = FakeReconciliationStore()
        self.tenants = FakeTenantStore(self._at[0], klitrose.TENANT_ID)
        self.tenants.add(_integration(), {})

    def clock(self) -> datetime:
        return self.now

    def later(self, **by: int) -> None:
        self.now += timedelta(**by)

    # ---- what the functions do ---------------------------------------------------------------

    def desk(self, run_id: str = "") -> LiveDesk:
        """What a worker that has just begun works with."""
        integration = self.tenants.integration(klitrose.INTEGRATION_ID)
        platform = platform_settings(
            {"economic": ECONOMIC_SECRETS}, moment=moment_settings(MOMENT_URL), economic=economic_settings(ECONOMIC_URL)
        )
        key = MomentConfig(company=moment.CREDENTIALS.company, api_key=moment.CREDENTIALS.api_key)
        token = EconomicConfig(agreement_number="990001", grant_token=economic.CREDENTIALS.agreement_grant_token)
        around = Surroundings(platform, FakeGrantStore(key.grant()), self.clock, self.moment.transport())
        beyond = Surroundings(platform, FakeGrantStore(token.grant()), self.clock, self.economic.transport())
        return LiveDesk(
            tenant_id=klitrose.TENANT_ID,
            integration=integration,
            time_tool=open_live_time_tool(integration.time_tool, around),
            erp=open_live_erp(integration.erp, beyond),
            staged=self.staged,
            postings=self.postings,
            problems=self.problems,
            links=self.links,
            passes=self.passes,
            tenants=self.tenants,
            settings=self.settings,
            settings_version=self.settings_version,
            clock=self.clock,
            titles={"moment": "Moment", "economic": "Visma e-conomic"},
            run_id=run_id,
        )

    def run_tools(self) -> RunTools:
        integration = self.tenants.integration(klitrose.INTEGRATION_ID)
        return RunTools(
            integration, self.runs, self.passes, self.problems, self.tenants, self.clock, self.settings_version
        )

    def a_pass(self, trigger: str = BY_HAND, *, room: int | None = None) -> Run:
        """Runs a pass to its end, waiting as long as the vendors ask for; a slice has time for `room` things."""
        self._runs_made += 1
        run_id = f"r{self._runs_made}"
        step = first_step(
            tenant_id=klitrose.TENANT_ID,
            integration_id=klitrose.INTEGRATION_ID,
            run_id=run_id,
            flows=MOMENT_ECONOMIC.flow_names,
            trigger=trigger,
        )
        self.runs.start(run_of(step, self.now))
        following, deliveries = [step], 1
        for _ in range(STEPS_MAX):
            if not following:
                break
            time_left = partial(next, iter([True] * room), False) if room is not None else lambda: True
            outcome = self._worked(following[0], time_left)
            if outcome.wait_seconds is None:
                following, deliveries = [outcome.then] if outcome.then is not None else [], 1
            elif deliveries == DELIVERIES_MAX:
                give_up(following.pop(), self.runs, "the vendor asked to wait too often", now=self.now)
            else:
                self.later(seconds=outcome.wait_seconds)
                deliveries += 1
        run = self.runs.get(run_id)
        assert run is not None
        assert not following, "the pass came to no end"
        return run

    def _worked(self, step: Step, time_left: Callable[[], bool]) -> StepOutcome:
        desk = self.desk(step.run_id)
        if step.name is not StepName.RECONCILE:
            return perform_live(step, self.run_tools(), desk, time_left)
        tools = NightlyTools(
            reconcile=lambda flow, period, since: account_of(desk, flow, period, since=since),
            reconciliations=self.kept,
            periods=months_accounted,
            calls=lambda: {"moment": desk.time_tool.calls, "economic": desk.erp.calls},
        )
        return perform_reconcile(step, self.run_tools(), tools)

    def hint(self, kind: HintKind, subject: object, *, time_left: Callable[[], bool] = lambda: True) -> None:
        """Works one webhook's hint, and again as often as it asks to come back."""
        step = HintStep(
            tenant_id=klitrose.TENANT_ID,
            integration_id=klitrose.INTEGRATION_ID,
            event_id="e1",
            kind=kind,
            subject=str(subject),
        )
        for _ in range(WAITS_MAX):
            outcome = perform_hint(step, self.run_tools(), self.desk(), time_left)
            if outcome.wait_seconds is None:
                return
            self.later(seconds=outcome.wait_seconds)

    def answers(self) -> AnswerTools:
        return AnswerTools(self.staged, self.problems, self.passes, self.clock)

    # ---- what a test looks at ----------------------------------------------------------------

    def record(self, flow: str, external_id: object) -> StagedRecord:
        found = self.staged.get(flow, str(external_id))
        assert found is not None, f"there is no record {flow}/{external_id}"
        return found

    def draft(self, project: str = "1") -> Mapping[str, Any]:
        """The draft invoice of a project in Moment, by the project's number."""
        rows = self.moment.vendor.company.database
        (wanted,) = (row["id"] for row in rows.rows("projects") if row["projectNumber"] == project)
        drafts = (row for row in rows.rows("invoices") if row["invoiceState"] == "draft")
        return next(row for row in drafts if row["projectId"] == wanted)

    def states(self, flow: str) -> Counter[str]:
        return Counter(record.state.value for record in self.staged.every(flow, period=None, states=()))

    def open(self, code: ProblemCode) -> Sequence[OpenProblem]:
        return [known for known in self.problems.open() if known.problem.code is code]

    def booked(self, number: int) -> list[object]:
        """The debtor lines of an invoice number in e-conomic's books."""
        lines = self.economic.vendor.agreement.ledger.lines
        return [line for line in lines if line.customer_invoice == number and line.customer is not None]

    def made(self, vendor: str) -> Counter[str]:
        """The calls to a vendor since they were counted last."""
        stand_in = self.moment if vendor == "moment" else self.economic
        return Counter(stand_in.calls())


def _integration() -> Integration:
    time_tool = Connection("moment", "moment", moment.CREDENTIALS.company, klitrose.COMPANY)
    erp = Connection("economic", "economic", "990001", klitrose.COMPANY)
    return Integration(klitrose.INTEGRATION_ID, MOMENT_ECONOMIC.name, "Invoices", time_tool, erp)
