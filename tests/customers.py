"""Customers of ours in a running local system: what their finance manager does through our API."""

from __future__ import annotations

import copy
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import uuid4

import httpx

from handoff.connectors.config import ConnectionConfig
from handoff.connectors.harvest.config import HarvestConfig
from handoff.connectors.visma_net.config import VismaNetConfig
from handoff.domain.periods import Period, months_before, period_of
from handoff.domain.runs import Run, RunState
from handoff.domain.tenancy import Connection, Integration
from handoff.integrations.settings import read_settings
from handoff.storage import tables
from handoff.storage.envelope import Envelope
from handoff.storage.onboarding import Onboarding
from handoff.storage.runs import DynamoRunStore
from sandbox import harvest, visma_net, world
from sandbox.fjordlys import INTEGRATION_ID, SETTINGS
from tests.people import Books, TimeTool
from tests.polling import until
from tests.system import Json, LocalSystem

MANAGER = "Solveig Prøvestad"
FINISHED = ("done", "questioned", "failed")


class Refused(AssertionError):
    """Our API said no; `status` and `error` are its answer."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__(f"{answer.request.method} {answer.request.url.path} answered {answer.status_code}")
        self.status = answer.status_code
        self.error: Json = answer.json()["error"]


@dataclass(frozen=True)
class Customer:
    """A tenant of its own, with both connections, one integration and an API token."""

    system: LocalSystem
    tenant_id: str
    token: str
    integration_id: str = INTEGRATION_ID

    @cached_property
    def harvest(self) -> TimeTool:
        """What the people do in Harvest."""
        return TimeTool(self.system)

    @cached_property
    def books(self) -> Books:
        """What the accountant sees and does in Visma.net ERP."""
        return Books(self.system)

    def side(self, vendor: str) -> TimeTool | Books:
        """One of the two, by the vendor's name."""
        return self.harvest if vendor == "harvest" else self.books

    def api(self, method: str, path: str = "", *, json: object = None, **query: str) -> Any:
        """A call of our API, below the integration; raises Refused for an error."""
        answer = self.request(method, f"/api/integrations/{self.integration_id}{path}", json=json, **query)
        if not answer.is_success:
            raise Refused(answer)
        return answer.json()

    def request(self, method: str, path: str, *, json: object = None, **query: str) -> httpx.Response:
        """Any call of our API with this customer's token."""
        url, headers = self.system.api_url + path, {"Authorization": f"Bearer {self.token}"}
        return self.system.http.request(method, url, headers=headers, params=query or None, json=json)

    # ---- runs ----------------------------------------------------------------------------------

    def start_run(self, **wanted: object) -> str:
        """Starts a run and gives its id."""
        return str(self.api("POST", "/runs", json=wanted)["run"]["id"])

    def open_run(self, run_id: str) -> None:
        """A run whose first step was taken already."""
        assert self._runs.start(
            Run(run_id, self.integration_id, RunState.RUNNING, "schedule", datetime.now(UTC), ("hours",))
        )

    def runs(self) -> list[str]:
        """The ids of all runs there were, whatever set them going."""
        pk = tables.integration_pk(self.tenant_id, self.integration_id, "runs")
        return [item["sk"]["S"].removeprefix("R#") for item in self.system.table.query(pk, "R#")]

    @cached_property
    def _runs(self) -> DynamoRunStore:
        return DynamoRunStore(self.system.table, self.tenant_id, self.integration_id, lambda: datetime.now(UTC))

    def look_at(self, run_id: str) -> Json:
        """A run as it stands."""
        found: Json = self.api("GET", f"/runs/{run_id}")["run"]
        return found

    def wait_for(self, run_id: str, *states: str) -> Json:
        """A run once it was in one of these states; by default once it is finished."""
        wanted = states or FINISHED
        # The table is watched: to ask our API ten times a second would keep the machine busy that the run is to work on.
        until(lambda: self._runs.get(run_id), lambda run: run and run.state in wanted, what=f"run {run_id}")
        return self.look_at(run_id)

    def run(self, **wanted: object) -> Json:
        """Starts a run, waits for its end, and gives it; it must have gone well."""
        run = self.wait_for(self.start_run(**wanted))
        assert run["state"] == "done", run["error"]
        return run

    def failed_run(self) -> Json:
        """As `run`, for one that must fail."""
        run = self.wait_for(self.start_run())
        assert run["state"] == "failed", run
        return run

    def preview(self, **wanted: object) -> Json:
        """What a run would write."""
        found: Json = self.api("POST", "/runs", json={**wanted, "preview": True})["run"]["preview"]
        return found

    # ---- records, postings, problems -----------------------------------------------------------

    def story(self, external_id: str) -> Json:
        """Everything that is known of a record."""
        found: Json = self.api("GET", f"/records/hours/{external_id}")
        return found

    def record(self, external_id: str) -> Json:
        """A record as it stands."""
        found: Json = self.story(external_id)["record"]
        return found

    def state(self, external_id: str) -> str:
        """Where a record stands."""
        return str(self.record(external_id)["state"])

    def records(self, **query: str) -> list[Json]:
        """All records that meet the query, page after page."""
        found: list[Json] = []
        cursor: dict[str, str] = {}
        while True:
            page = self.api("GET", "/records", **query, **cursor)
            found += page["records"]
            if page["next_cursor"] is None:
                return found
            cursor = {"cursor": page["next_cursor"]}

    def decide(self, decision: str, *external_ids: str, hash: str | None = None) -> Json:
        """Decides on records as they stand, or on the hash that is given."""
        wishes = [
            {"flow": "hours", "external_id": name, "hash": hash or self.record(name)["hash"]} for name in external_ids
        ]
        sent = {"records": wishes, "decision": decision, "note": "Gått gjennom"}
        answer: Json = self.api("POST", "/approvals", json=sent)
        return answer

    def approve(self, *external_ids: str) -> None:
        """The finance manager approves records."""
        assert len(self.decide("approve", *external_ids)["accepted"]) == len(external_ids)

    def reject(self, *external_ids: str) -> None:
        """The finance manager rejects records."""
        assert len(self.decide("reject", *external_ids)["accepted"]) == len(external_ids)

    def postings(self, *states: str) -> list[Json]:
        """The headers of all postings, or of those in these states."""
        found = self.api("GET", "/postings")["postings"]
        return [posting for posting in found if not states or posting["state"] in states]

    def problems(self) -> dict[str, Json]:
        """The open problems by code; an AssertionError when one code stands there twice."""
        found = self.api("GET", "/problems")["problems"]
        by_code = {problem["code"]: problem for problem in found}
        assert len(by_code) == len(found), found
        return by_code

    def retry(self, problem: Mapping[str, Any]) -> Json:
        """Says that a problem is mended, and waits for the run that tries it."""
        return self.wait_for(str(self.api("POST", f"/problems/{problem['id']}/retry")["run"]["id"]))

    def connections(self) -> dict[str, Json]:
        """Both connections by vendor."""
        (integration,) = self.request("GET", "/api/integrations").json()["integrations"]
        return {side["vendor"]: side for side in (integration["time_tool"], integration["erp"])}

    # ---- settings, reconciliation --------------------------------------------------------------

    def settings(self) -> Json:
        """The settings in force."""
        found: Json = self.api("GET", "/settings")["settings"]
        return found

    def change_settings(self, **changes: object) -> None:
        """Saves the settings with some of them changed."""
        self.api("PUT", "/settings", json={**self.settings(), **changes})

    def reconciliation(self, period: str = "2026-10") -> Json:
        """The account of a period."""
        found: Json = self.api("GET", "/reconciliation", period=period)
        return found


def take_in(system: LocalSystem, *, scheduled: bool = False, **changes: object) -> Customer:
    """A new customer of ours with Fjordlys's settings but for the changes; not on the schedule unless it is said."""
    tenant_id = f"t{uuid4().hex[:12]}"
    aws, now = system.running.aws, datetime.now(UTC)
    envelope = Envelope(aws.kms, system.running.outputs["GrantsKeyId"], time.monotonic)
    onboarding = Onboarding(system.table, system.grants_table, envelope, tenant_id)
    onboarding.add_tenant(world.COMPANY)
    time_tool = _connect(onboarding, "harvest", _harvest())
    erp = _connect(onboarding, "visma_net", _visma_net())
    settings = read_settings({**copy.deepcopy(dict(SETTINGS)), **changes}).model_dump(mode="json")
    integration = Integration(INTEGRATION_ID, "harvest-visma-net", "Hours into the books", time_tool, erp)
    onboarding.add_integration(integration, settings, by=MANAGER, at=now, scheduled=scheduled)
    return Customer(system, tenant_id, onboarding.issue_token(MANAGER, expires_at=now + timedelta(days=1)))


def _connect(onboarding: Onboarding, vendor: str, config: ConnectionConfig) -> Connection:
    connection = Connection(vendor.replace("_", "-"), vendor, config.account, world.COMPANY)
    onboarding.connect(connection, config.grant())
    return connection


def _harvest() -> HarvestConfig:
    known = harvest.CREDENTIALS
    return HarvestConfig.model_validate(
        {
            "account_id": str(known.account_id),
            "client_id": known.client_id,
            "client_secret": known.client_secret,
            "refresh_token": known.refresh_token,
        }
    )


def _visma_net() -> VismaNetConfig:
    known = visma_net.credentials()
    return VismaNetConfig.model_validate({name: known[name] for name in ("tenant_id", "client_id", "client_secret")})


def months_counted() -> set[str]:
    """The months whose entries a run by hand counts: the present one, three before it, and what the books have open;
    none from before Handoff began."""
    began = Period(str(SETTINGS["starts_on"])[:7])
    present = period_of(datetime.now(UTC).date())
    earlier = {f"{p.year}-{p.month:02}" for p in world.PERIODS if p.is_open and f"{p.year}-{p.month:02}" < present}
    return {month for month in {present, *months_before(present, 3), *earlier} if month >= began}
