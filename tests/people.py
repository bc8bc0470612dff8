"""The people at both ends: `TimeTool` is what they do in Harvest, `Books` what their accountant sees and does in
Visma.net ERP. All of it goes over the wire, as theirs would.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sandbox import harvest, visma_net
from sandbox.harvest.reference import FIRST_PROJECT, FIRST_TASK, FIRST_USER
from sandbox.wire import from_json, to_json
from sandbox.world import World
from sandbox.world.people import WITHOUT_EMPLOYEE
from tests.system import Json, LocalSystem

A_WORLD = World()
PROJECTS = {project.code: project for project in A_WORLD.projects}
STRANGER = WITHOUT_EMPLOYEE
STRANGERS_ADDRESS = A_WORLD.people[STRANGER - 1].email
EMPLOYED = {person.number for person in A_WORLD.people if person.is_active and person.employee_number}
TASKS = {task.name: FIRST_TASK + task.number for task in A_WORLD.tasks}


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

    def delete(self, *external_ids: str) -> None:
        """The administrator deletes entries, approved ones too."""
        for external_id in external_ids:
            self.ask("DELETE", f"/v2/time_entries/{external_id}")

    def entry(self, external_id: str) -> Json:
        """An entry as Harvest has it."""
        found: Json = self.ask("GET", f"/v2/time_entries/{external_id}")
        return found

    def page(self) -> Json:
        """The first page of the list of entries."""
        found: Json = self.ask("GET", "/v2/time_entries", per_page="2000")
        return found

    def answers_with_entries(self, *rows: Json) -> None:
        """Until it works again every list of entries holds these rows, whatever is logged."""
        body = {**self.page(), "time_entries": list(rows), "total_entries": len(rows)}
        self.fails("GET /v2/time_entries", "status", status=200, body=body, times=None)

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


def entries_in(lines: Iterable[Json]) -> list[str]:
    """The entries that lines name at the end of their texts."""
    return [str(line["description"]).rpartition("#")[2] for line in lines]


def keys_in(documents: Iterable[Json]) -> list[str]:
    """The postings' keys at the end of documents' texts."""
    return [str(document["description"]).rpartition(" ")[2] for document in documents]
