"""Both vendors' stand-ins and our stores in one process: a customer whose passes are run and counted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial

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
from handoff.pipeline.steps import SCHEDULE, Step, first_step
from handoff.ports import DocumentChannel
from handoff.settings import PlatformSettings
from handoff.wiring.performer import StepPerformer
from handoff.wiring.workshop import Workshop, channels
from sandbox import harvest, visma_net
from sandbox.fjordlys import INTEGRATION_ID, SETTINGS, TENANT_ID
from sandbox.local.vendors import harvest_settings, visma_net_settings
from tests.fakes import FakeTenantStore, Memory, fake_shelf

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


class BothSides:
    """Fjordlys Konsult AS: its Harvest, its Visma.net ERP, its settings, and what we have of it."""

    def __init__(self, *, entries: int, post_as: DocumentKind = DocumentKind.PROJECT_TRANSACTIONS) -> None:
        self.harvest = harvest.stand_in(clock=_now, entries=entries, limit=0)
        self.visma_net = visma_net.stand_in(_now)
        self.settings: HoursSettings = read_settings({**SETTINGS, "post_as": [post_as.value]})
        self.integration = fjordlys()
        self._memory = Memory()
        self.stores = fake_shelf(self._memory, TENANT_ID, INTEGRATION_ID)
        FakeTenantStore(self._memory, TENANT_ID).add(self.integration, self.settings.model_dump(mode="json"))
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
        return channels(self.integration.erp.vendor, erp)

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
        outcome = StepPerformer(self._workshop()).perform(step, lambda: True)
        must(outcome.wait_seconds is None, f"{step.name} wants to wait {outcome.wait_seconds} s")
        return outcome.then

    def _workshop(self) -> Workshop:
        """What a function builds for a delivery, over stores in memory."""
        ways = {self.integration.time_tool.id: self._at_harvest, self.integration.erp.id: self._at_erp}
        return Workshop(
            TENANT_ID,
            INTEGRATION_ID,
            shelves=partial(fake_shelf, self._memory, TENANT_ID),
            surroundings=lambda connection: ways[connection.id],
            clock=_now,
        )


def _now() -> datetime:
    return NOW
