"""A customer of ours in a running local system, with the people who work there.

`TimeTool` is what they do in Harvest, `Books` what their accountant sees and does in Visma.net ERP, and
`Customer` what their finance manager does through our API. All of it goes over the wire, as theirs would.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import uuid4

import httpx

from handoff.connectors.config import ConnectionConfig
from handoff.connectors.harvest.config import HarvestConfig
from handoff.connectors.visma_net.config import VismaNetConfig
from handoff.domain.tenancy import Connection, Integration
from handoff.integrations.settings import read_settings
from handoff.storage.envelope import Envelope
from handoff.storage.onboarding import Onboarding
from sandbox import harvest, visma_net, world
from sandbox.fjordlys import INTEGRATION_ID, SETTINGS
from sandbox.harvest.reference import FIRST_PROJECT, FIRST_TASK, FIRST_USER
from sandbox.wire import from_json, to_json
from sandbox.world import World
from tests.polling import until
from tests.system import Json, LocalSystem

MANAGER = "Solveig Prøvestad"
A_WORLD = World()
PROJECTS = {project.code: project for project in A_WORLD.projects}
EMPLOYED = {person.number for person in A_WORLD.people if person.is_active and person.employee_number}
TASKS = {task.name: FIRST_TASK + task.number for task in A_WORLD.tasks}
FINISHED = ("done", "failed")


@dataclass(frozen=True)
class Vendor:
    """One vendor's stand-in, called over its port."""

    system: LocalSystem
    name: str

    def call(self, method: str, path: str, *, json: object = None, token: str = "", **query: str) -> Any:
        """The answer's JSON, numbers with a point as decimals; anything but success is an AssertionError."""
        headers = {"User-Agent": "A person", "Content-Type": "application/json", **self._access(token)}
        url = self.system.vendor(self.name).base_url + path
        body = None if json is None else to_json(json)
        answer = self.system.http.request(method, url, content=body, headers=headers, params=query)
        assert answer.is_success, answer.text
        return from_json(answer.content) if answer.content else None

    def fails(self, match: str, kind: str, **details: object) -> None:
        """The next call that matches fails so; `times=None` until `works_again`."""
        self.call("POST", "/_sandbox/faults", json={"match": match, "kind": kind, **details})

    def works_again(self) -> None:
        """No fault is left."""
        self.call("DELETE", "/_sandbox/faults")

    def calls(self) -> dict[str, int]:
        """Calls of the API since `forget_calls`, by method and path; those for tokens left out."""
        calls = self.call("GET", "/_sandbox/calls")["calls"]
        return {name: count for name, count in calls.items() if "token" not in name}

    def forget_calls(self) -> None:
        """Counts from zero again."""
        self.call("DELETE", "/_sandbox/calls")

    def _access(self, token: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {token}"} if token else {}


@dataclass(frozen=True)
class TimeTool(Vendor):
    """Harvest, as its users and their managers use it."""

    name: str = "harvest"

    def log_hours(
        self,
        hours: str = "1.0",
        *,
        project: str = "P1005",
        task: str = "Utvikling",
        person: int | None = None,
        on: str = "2026-10-05",
        notes: str = "Målinger",
    ) -> str:
        """Logs hours and gives the entry's id; `person` is a number of the world, by default one of the team."""
        place = self._place(project, task, person, on)
        return str(self.ask("POST", "/v2/time_entries", json={**place, "hours": Decimal(hours), "notes": notes})["id"])

    def start_timer(self, *, project: str = "P1005", task: str = "Utvikling", on: str = "2026-10-05") -> str:
        """Starts a timer and gives the entry's id."""
        return str(self.ask("POST", "/v2/time_entries", json=self._place(project, task, None, on))["id"])

    def stop_timer(self, external_id: str) -> None:
        """Stops a running timer."""
        self.ask("PATCH", f"/v2/time_entries/{external_id}/stop")

    def edit(self, external_id: str, **fields: object) -> None:
        """Changes an entry."""
        self.ask("PATCH", f"/v2/time_entries/{external_id}", json=fields)

    def entry(self, external_id: str) -> Json:
        """An entry as Harvest has it."""
        found: Json = self.ask("GET", f"/v2/time_entries/{external_id}")
        return found

    def page(self) -> Json:
        """The first page of the list of entries."""
        found: Json = self.ask("GET", "/v2/time_entries", per_page="2000")
        return found

    def answers_with_entries(self, *rows: Json) -> None:
        """The next list of entries that anybody asks for holds these rows, whatever is logged."""
        body = {**self.page(), "time_entries": list(rows), "total_entries": len(rows)}
        self.fails("GET /v2/time_entries", "status", status=200, body=body)

    def approve(self, *external_ids: str) -> None:
        """A manager approves entries in Harvest."""
        self._decide("approve", external_ids)

    def withdraw(self, *external_ids: str) -> None:
        """A manager takes an approval back, or a submission."""
        self._decide("withdraw", external_ids)

    def log_approved(self, hours: str = "1.0", **details: Any) -> str:
        """Logs hours that a manager approves at once."""
        external_id = self.log_hours(hours, **details)
        self.approve(external_id)
        return external_id

    def ask(self, method: str, path: str, *, json: object = None, **query: str) -> Any:
        """A call of the API by the account's administrator."""
        account = {"account_id": str(harvest.CREDENTIALS.account_id)}
        return self.call(method, path, json=json, token=harvest.CREDENTIALS.personal_token, **account, **query)

    def _decide(self, decision: str, external_ids: Collection[str]) -> None:
        answer = self.call("POST", f"/_sandbox/{decision}", json={"ids": [int(name) for name in external_ids]})
        assert answer["changed"] == len(external_ids)

    def _place(self, project: str, task: str, person: int | None, on: str) -> Json:
        where = PROJECTS[project]
        number = person or next(one.person for one in where.team if one.person in EMPLOYED)
        ids = {"project_id": FIRST_PROJECT + where.number, "task_id": TASKS[task], "user_id": FIRST_USER + number}
        return {**ids, "spent_date": on}


@dataclass(frozen=True)
class Books(Vendor):
    """Visma.net ERP, as its accountants use it; periods are written 202610."""

    name: str = "visma_net"
    _tokens: list[str] = field(default_factory=list)

    def documents(self, period: str = "202610") -> list[Json]:
        """The project transactions of a period, with their lines."""
        found: list[Json] = self.ask("/v1/projecttransaction", fromPeriod=period, toPeriod=period)
        return found

    def lines(self, period: str = "202610") -> list[Json]:
        """The lines of all project transactions of a period."""
        return [line for document in self.documents(period) for line in document["lines"]]

    def journals(self, period: str = "202610") -> list[Json]:
        """The batches of a period in the general ledger."""
        found: list[Json] = self.ask("/v2/journaltransaction", periodId=period)
        return found

    def ask(self, path: str, **query: str) -> Any:
        """A read by somebody who may read."""
        if not self._tokens:
            form = {"grant_type": "client_credentials", **visma_net.credentials()}
            answer = self.system.http.post(self.system.vendor(self.name).token_url, data=form)
            self._tokens.append(answer.json()["access_token"])
        return self.call("GET", path, token=self._tokens[0], **query)

    def set_project(self, project: str, status: str) -> None:
        """Sets a project's status in the ERP's window."""
        self.call("POST", f"/_sandbox/projects/{project}", json={"status": status})

    def set_period(self, period: str, *, closed: bool) -> None:
        """Closes a period in all ledgers, or opens it again."""
        self.call("POST", "/_sandbox/periods", json={"period": period, "closed": closed})

    def add_employee(self, email: str) -> None:
        """Takes somebody in as an employee."""
        person = {"firstName": "Embla", "lastName": "Nørrevind", "email": email}
        self.call("POST", "/_sandbox/employees", json=person)


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

    @cached_property
    def harvest(self) -> TimeTool:
        """What the people do in Harvest."""
        return TimeTool(self.system)

    @cached_property
    def books(self) -> Books:
        """What the accountant sees and does in Visma.net ERP."""
        return Books(self.system)

    def api(self, method: str, path: str = "", *, json: object = None, **query: str) -> Any:
        """A call of our API, below the integration; raises Refused for an error."""
        answer = self.request(method, f"/api/integrations/{INTEGRATION_ID}{path}", json=json, **query)
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

    def look_at(self, run_id: str) -> Json:
        """A run as it stands."""
        found: Json = self.api("GET", f"/runs/{run_id}")["run"]
        return found

    def wait_for(self, run_id: str, *states: str) -> Json:
        """A run once it is in one of these states; by default once it is finished."""
        wanted = states or FINISHED
        return until(lambda: self.look_at(run_id), lambda run: run["state"] in wanted, what=f"run {run_id}")

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
