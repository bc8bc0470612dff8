"""Both vendors' stand-ins and our stores in one process: a customer whose passes are run and counted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime

import httpx

from benchmarks.process import Wrong, must
from handoff.connectors.harvest.config import HarvestConfig
from handoff.connectors.registry import open_erp, open_time_tool
from handoff.connectors.vendor import Erp, Surroundings, TimeTool
from handoff.connectors.visma_net.config import VismaNetConfig
from handoff.domain.grants import Grant, StoredGrant
from handoff.domain.posting import DocumentKind
from handoff.domain.runs import Run, RunState
from handoff.domain.tenancy import Connection, Integration
from handoff.integrations.harvest_visma_net import HARVEST_VISMA_NET
from handoff.integrations.settings import HoursSettings, read_settings
from handoff.pipeline.deliver import PostTools
from handoff.pipeline.documents import Sender
from handoff.pipeline.keep import CensusTools, FetchTools
from handoff.pipeline.perform import GateTools, RunTools, perform_fetch, perform_post
from handoff.pipeline.plan import BoundPlan
from handoff.pipeline.steps import SCHEDULE, Step, StepName, first_step
from handoff.ports import DocumentChannel
from handoff.settings import PlatformSettings
from sandbox import harvest, visma_net
from sandbox.fjordlys import INTEGRATION_ID, SETTINGS, TENANT_ID
from sandbox.local.vendors import harvest_settings, visma_net_settings
from tests.fakes import (
    FakeCensusStore,
    FakePassStore,
    FakePostingStore,
    FakeProblemStore,
    FakeReferenceStore,
    FakeRunStore,
    FakeStagedStore,
    FakeTenantStore,
    Memory,
)

NOW = datetime(2026, 11, 9, 8, 0, tzinfo=UTC)
"""A Monday after the last change in the stand-ins' data."""
HARVEST_URL, VISMA_NET_URL = "https://harvest.example.test", "https://visma-net.example.test"
ADDRESSES = {
    "TABLE_NAME": "none",
    "VENDOR_SETTINGS": json.dumps(
        {"harvest": harvest_settings(HARVEST_URL), "visma_net": visma_net_settings(VISMA_NET_URL)}
    ),
}
STEPS_MAX = 500
(FLOW,) = HARVEST_VISMA_NET.flow_names


def fjordlys() -> Integration:
    """The integration that both stand-ins are made for."""
    return Integration(
        INTEGRATION_ID,
        HARVEST_VISMA_NET.name,
        HARVEST_VISMA_NET.title,
        Connection("harvest", "harvest", str(harvest.CREDENTIALS.account_id), "Harvest"),
        Connection("erp", "visma_net", visma_net.COMPANY_TENANT, "Visma.net"),
    )


class _OneGrant:
    """A grant that lives as long as the benchmark."""

    def __init__(self, grant: Grant) -> None:
        self._stored = StoredGrant(grant, 1)

    def load(self) -> StoredGrant:
        return self._stored

    def save(self, grant: Grant, revision: int) -> int:
        self._stored = StoredGrant(grant, revision + 1)
        return revision + 1


class Stores:
    """All stores of one integration, in memory."""

    def __init__(self, integration: Integration) -> None:
        self.staged = FakeStagedStore()
        self.postings = FakePostingStore()
        self.problems = FakeProblemStore()
        self.reference = FakeReferenceStore()
        self.census = FakeCensusStore()
        self.passes = FakePassStore()
        self.runs = FakeRunStore()
        self.tenants = FakeTenantStore(Memory(), TENANT_ID)
        self.tenants.add(integration, SETTINGS)


class BothSides:
    """Fjordlys Konsult AS: its Harvest, its Visma.net ERP, its settings, and what we have of it."""

    def __init__(self, *, entries: int, post_as: DocumentKind = DocumentKind.PROJECT_TRANSACTIONS) -> None:
        self.harvest = harvest.stand_in(clock=_now, entries=entries, limit=0)
        self.visma_net = visma_net.stand_in(_now)
        self.settings: HoursSettings = read_settings({**SETTINGS, "post_as": [post_as.value]})
        self.integration = fjordlys()
        self.stores = Stores(self.integration)
        account, company = self.integration.time_tool.account, self.integration.erp.account
        harvest_grant = HarvestConfig.model_validate(
            {"account_id": account, "access_token": harvest.CREDENTIALS.personal_token}
        )
        erp_grant = VismaNetConfig.model_validate(
            {"tenant_id": company, "client_id": visma_net.CLIENT_ID, "client_secret": visma_net.CLIENT_SECRET}
        )
        platform = PlatformSettings.from_environment(ADDRESSES)
        self._at_harvest = Surroundings(platform, _OneGrant(harvest_grant.grant()), _now, self.harvest.transport())
        self._at_erp = Surroundings(platform, _OneGrant(erp_grant.grant()), _now, self.visma_net.transport())

    def time_tool(self) -> TimeTool:
        """A new connection to Harvest."""
        return open_time_tool(self.integration.time_tool, self._at_harvest)

    def erp(self) -> Erp:
        """A new connection to Visma.net ERP."""
        return open_erp(self.integration.erp, self._at_erp)

    def channels(self, erp: Erp) -> Mapping[DocumentKind, DocumentChannel]:
        """Where each kind of document goes."""
        return {DocumentKind.PROJECT_TRANSACTIONS: erp.project_transactions, DocumentKind.JOURNAL: erp.journals}

    def work(self, run_id: str) -> Run:
        """A scheduled run, step after step as the queues would deliver them; raises Wrong unless it is done."""
        step: Step | None = first_step(
            tenant_id=TENANT_ID, integration_id=INTEGRATION_ID, run_id=run_id, flows=(FLOW,), trigger=SCHEDULE
        )
        for _ in range(STEPS_MAX):
            if step is None:
                break
            step = self._step(step)
        run = self.stores.runs.get(run_id)
        if run is None or run.state is not RunState.DONE:
            raise Wrong(f"run {run_id} ended as {run.state if run else 'unknown'}: {run.error if run else ''}")
        return run

    def manager_clicks(self, what: str, body: object) -> int:
        """A manager's click at Harvest (`approve`, `withdraw`); how many entries it changed."""
        with httpx.Client(transport=self.harvest.transport(), base_url=HARVEST_URL) as http:
            answer = http.post(f"/_sandbox/{what}", json=body).raise_for_status()
        return int(answer.json()["changed"])

    def _step(self, step: Step) -> Step | None:
        stores, policy = self.stores, self.settings.to_policy()
        run = RunTools(self.integration, stores.runs, stores.passes, stores.problems, stores.tenants, _now)
        if step.name is StepName.POST:
            outcome = perform_post(step, run, self._post_tools(step.run_id), GateTools(policy, 1))
        else:
            outcome = perform_fetch(step, run, self._fetch_tools(step.name), lambda: True)
        must(outcome.wait_seconds is None, f"{step.name} wants to wait {outcome.wait_seconds} s")
        return outcome.then

    def _fetch_tools(self, name: StepName) -> FetchTools:
        from_erp, stores = name is StepName.FETCH_ERP, self.stores
        time_tool = self.time_tool()
        return FetchTools(
            integration_id=INTEGRATION_ID,
            connection=self.integration.erp if from_erp else self.integration.time_tool,
            reader=self.erp() if from_erp else time_tool,
            passes=stores.passes,
            staged=stores.staged,
            reference=stores.reference,
            problems=stores.problems,
            tenants=stores.tenants,
            policy=self.settings.to_policy(),
            clock=_now,
            census=None if from_erp else CensusTools(time_tool, stores.census),
        )

    def _post_tools(self, run_id: str) -> PostTools:
        erp, stores = self.erp(), self.stores
        return PostTools(
            staged=stores.staged,
            postings=stores.postings,
            problems=stores.problems,
            channels=self.channels(erp),
            kinds=self.settings.post_as,
            plan=self._planner(),
            policy=self.settings.to_policy(),
            calls=lambda: erp.calls,
            time_left=lambda: True,
            run_id=run_id,
            clock=_now,
        )

    def _planner(self) -> BoundPlan:
        sender = Sender(TENANT_ID, self.integration.erp.id, FLOW, self.settings.currency, 1)
        return BoundPlan(self.settings.to_rules(), self.stores.reference.load(), sender)


def _now() -> datetime:
    return NOW
