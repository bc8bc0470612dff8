"""Writing Harvest's master data: clients, projects, tasks, people, assignments and rates over time.

Harvest API v2: required fields 422 when missing; a client with projects, and a task with hours, cannot be deleted;
deleting a project takes its hours and expenses along without a word. Inviting people (`POST /v2/users`) is left out:
at the vendor it sends an e-mail.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sandbox.harvest.account import Account
from sandbox.harvest.answers import Json, read_day, refuse, stamp, whole_id
from sandbox.harvest.fields import body_fields, need, number, text, whole
from sandbox.harvest.reference import Reference, Shelf
from sandbox.harvest.reference_calls import in_project
from sandbox.wire import Answer, Call, Route
from sandbox.world import CURRENCY, Bill, Budget

_Read = Callable[[Json, str], Any]


def _flag(fields: Json, name: str) -> bool:
    value = {"true": True, "false": False}.get(str(fields.get(name)).lower())
    return value if value is not None else refuse(f"{name} must be true or false")


def _amount(fields: Json, name: str) -> Decimal | None:
    return None if fields.get(name) in (None, "") else number(fields, name)


def _day(fields: Json, name: str) -> str | None:
    return None if fields.get(name) in (None, "") else read_day(fields[name], name)


def _one_of(known: type[Bill] | type[Budget]) -> _Read:
    values = [one.value for one in known]

    def read(fields: Json, name: str) -> Any:
        return fields[name] if fields[name] in values else refuse(f"{name} must be one of {', '.join(values)}")

    return read


@dataclass(frozen=True)
class _Kind:
    """One resource: what a new row needs, what can be written, and what stands there when nothing is sent."""

    needs: tuple[str, ...]
    fields: Mapping[str, _Read]
    defaults: Mapping[str, Any]


_FLAGS = dict.fromkeys(("is_active",), _flag)
_CLIENT = _Kind(
    ("name",),
    {**_FLAGS, "name": text, "address": text, "currency": text},
    {"is_active": True, "address": None, "statement_key": "0a39d3e33c8058cf7c3f8097d854c64e", "currency": CURRENCY},
)
_PROJECT = _Kind(
    ("client_id", "name", "is_billable", "bill_by", "budget_by"),
    {
        **dict.fromkeys(("is_active", "is_billable", "is_fixed_fee", "budget_is_monthly"), _flag),
        **dict.fromkeys(("cost_budget_include_expenses", "notify_when_over_budget", "show_budget_to_all"), _flag),
        **dict.fromkeys(("name", "code", "notes"), text),
        **dict.fromkeys(
            ("hourly_rate", "fee", "budget", "cost_budget", "over_budget_notification_percentage"), _amount
        ),
        **dict.fromkeys(("starts_on", "ends_on"), _day),
        "bill_by": _one_of(Bill),
        "budget_by": _one_of(Budget),
    },
    {
        "code": None,
        "is_active": True,
        **dict.fromkeys(("is_fixed_fee", "budget_is_monthly", "cost_budget_include_expenses"), False),
        **dict.fromkeys(("notify_when_over_budget", "show_budget_to_all"), False),
        **dict.fromkeys(("hourly_rate", "fee", "budget", "cost_budget", "notes", "starts_on", "ends_on")),
        "over_budget_notification_percentage": Decimal("80.0"),
        "over_budget_notification_date": None,
    },
)
_TASK = _Kind(
    ("name",),
    {
        **dict.fromkeys(("is_active", "billable_by_default", "is_default"), _flag),
        "name": text,
        "default_hourly_rate": _amount,
    },
    {"billable_by_default": True, "default_hourly_rate": Decimal("0.0"), "is_default": False, "is_active": True},
)
_USER = _Kind(
    (),
    {
        **dict.fromkeys(("is_active", "is_contractor", "has_access_to_all_future_projects"), _flag),
        **dict.fromkeys(("first_name", "last_name", "email", "telephone", "timezone"), text),
        "weekly_capacity": whole,
    },
    {},
)
_TASK_ASSIGNMENT = _Kind(
    ("task_id",),
    {**dict.fromkeys(("is_active", "billable"), _flag), **dict.fromkeys(("hourly_rate", "budget"), _amount)},
    {"is_active": True, "billable": True, "hourly_rate": None, "budget": None},
)
_USER_ASSIGNMENT = _Kind(
    ("user_id",),
    {
        **dict.fromkeys(("is_active", "is_project_manager", "use_default_rates"), _flag),
        **dict.fromkeys(("hourly_rate", "budget"), _amount),
    },
    {"is_active": True, "is_project_manager": False, "use_default_rates": True, "hourly_rate": None, "budget": None},
)


class ReferenceWrites:
    """The POST, PATCH and DELETE handlers of the master data."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def routes(self) -> list[Route]:
        """The paths that are written."""
        one, of_project = "/v2/{}/{{id}}".format, "/v2/projects/{id}"
        return [
            Route("POST", "/v2/clients", lambda call: self._create(call, self._books.clients, _CLIENT)),
            Route("POST", "/v2/projects", lambda call: self._create(call, self._books.projects, _PROJECT)),
            Route("POST", "/v2/tasks", lambda call: self._create(call, self._books.tasks, _TASK)),
            Route("PATCH", one("clients"), lambda call: self._patch(call, _row(call, self._books.clients), _CLIENT)),
            Route("PATCH", one("projects"), lambda call: self._patch(call, _row(call, self._books.projects), _PROJECT)),
            Route("PATCH", one("tasks"), lambda call: self._patch(call, _row(call, self._books.tasks), _TASK)),
            Route("PATCH", one("users"), lambda call: self._patch(call, _row(call, self._books.users), _USER)),
            Route("DELETE", one("clients"), self._delete_client),
            Route("DELETE", one("projects"), self._delete_project),
            Route("DELETE", one("tasks"), self._delete_task),
            *self._assignment_routes(f"{of_project}/task_assignments", "task", _TASK_ASSIGNMENT),
            *self._assignment_routes(f"{of_project}/user_assignments", "user", _USER_ASSIGNMENT),
            Route("POST", "/v2/users/{id}/billable_rates", lambda call: self._rate(call, "default_hourly_rate")),
            Route("POST", "/v2/users/{id}/cost_rates", lambda call: self._rate(call, "cost_rate")),
        ]

    @property
    def _books(self) -> Reference:
        return self._account.reference

    def _assignment_routes(self, path: str, of: str, kind: _Kind) -> list[Route]:
        def shelf() -> Shelf:
            return self._books.task_assignments if of == "task" else self._books.user_assignments

        return [
            Route("POST", path, lambda call: self._assign(call, shelf(), of, kind)),
            Route("PATCH", f"{path}/{{row}}", lambda call: self._patch(call, in_project(call, shelf()), kind)),
            Route("DELETE", f"{path}/{{row}}", lambda call: self._unassign(call, shelf(), of)),
        ]

    def _create(self, call: Call, shelf: Shelf, kind: _Kind, links: Json | None = None) -> Answer:
        fields = body_fields(call)
        need(fields, *kind.needs)
        now = stamp(self._account.clock())
        row: Json = {
            "id": shelf.next_id(),
            **kind.defaults,
            **_read(fields, kind),
            "created_at": now,
            "updated_at": now,
            **(links or {}),
        }
        if "client_id" in kind.needs:
            row["_client"] = self._books.clients.get(whole(fields, "client_id"))["id"]
        shelf.put([row])
        self._account.master_data_changed()
        return Answer(201, self._books.show(row))

    def _patch(self, call: Call, row: Json, kind: _Kind) -> Answer:
        fields = body_fields(call)
        changes = _read(fields, kind)
        if "client_id" in kind.needs and fields.get("client_id") is not None:
            changes["_client"] = self._books.clients.get(whole(fields, "client_id"))["id"]
        if any(row[name] != value for name, value in changes.items()):
            row.update(changes, updated_at=stamp(self._account.clock()))
            self._account.master_data_changed()
        return Answer(200, self._books.show(row))

    def _assign(self, call: Call, shelf: Shelf, of: str, kind: _Kind) -> Answer:
        project, fields = _row(call, self._books.projects), body_fields(call)
        need(fields, *kind.needs)
        shelf_of = self._books.tasks if of == "task" else self._books.users
        other = shelf_of.rows.get(whole(fields, f"{of}_id")) or refuse(f"{of.capitalize()} is unknown")
        if any(row["_project"] == project["id"] and row[f"_{of}"] == other["id"] for row in shelf.rows.values()):
            refuse(f"{of.capitalize()} has already been assigned to this project")
        return self._create(call, shelf, kind, {"_project": project["id"], f"_{of}": other["id"]})

    def _unassign(self, call: Call, shelf: Shelf, of: str) -> Answer:
        row = in_project(call, shelf)
        used = (row["_project"], row[f"_{of}"])
        if any((one.project_id, getattr(one, f"{of}_id")) == used for one in self._account.timesheet.newest_first()):
            refuse(f"The {of} has tracked time in this project")
        return self._remove(shelf, row)

    def _delete_client(self, call: Call) -> Answer:
        row = _row(call, self._books.clients)
        papers = [*self._account.papers.invoices.rows.values(), *self._account.papers.estimates.rows.values()]
        projects = self._books.projects.rows.values()
        if any(one["_client"] == row["id"] for one in projects) or any(
            one["client"]["id"] == row["id"] for one in papers
        ):
            refuse("Client still has projects, invoices or estimates")
        return self._remove(self._books.clients, row)

    def _delete_task(self, call: Call) -> Answer:
        row = _row(call, self._books.tasks)
        if any(one.task_id == row["id"] for one in self._account.timesheet.newest_first()):
            refuse("Task has time entries")
        return self._remove(self._books.tasks, row)

    def _delete_project(self, call: Call) -> Answer:
        row, account = _row(call, self._books.projects), self._account
        for entry in [one for one in account.timesheet.newest_first() if one.project_id == row["id"]]:
            account.timesheet.remove(entry)
        expenses = account.papers.expenses.rows
        for expense in [one for one in expenses.values() if one["project"]["id"] == row["id"]]:
            del expenses[expense["id"]]
        for shelf in (self._books.task_assignments, self._books.user_assignments):
            for one in [one for one in shelf.rows.values() if one["_project"] == row["id"]]:
                del shelf.rows[one["id"]]
        return self._remove(self._books.projects, row)

    def _remove(self, shelf: Shelf, row: Json) -> Answer:
        del shelf.rows[row["id"]]
        self._account.master_data_changed()
        return Answer(200)

    def _rate(self, call: Call, shown_as: str) -> Answer:
        """A rate from a day on; it replaces those that start on that day or later, and all when no day is given."""
        user, fields = _row(call, self._books.users), body_fields(call)
        need(fields, "amount")
        amount, starts, now = number(fields, "amount"), _day(fields, "start_date"), self._account.clock()
        if starts is not None and starts > now.date().isoformat():
            refuse("start_date can't be in the future")
        rates = self._books.cost_rates if shown_as == "cost_rate" else self._books.billable_rates
        shelf: Shelf = rates[user["id"]]
        for row in list(shelf.rows.values()):
            if starts is None or (row["start_date"] or "") >= starts:
                del shelf.rows[row["id"]]
            elif row["end_date"] is None or row["end_date"] >= starts:
                day_before = date.fromisoformat(starts) - timedelta(days=1)
                row.update(end_date=day_before.isoformat(), updated_at=stamp(now))
        used = [*self._books.billable_rates.values(), *self._books.cost_rates.values()]
        new: Json = {"id": max(one.next_id() for one in used), "amount": amount, "start_date": starts}
        shelf.put([{**new, "end_date": None, "created_at": stamp(now), "updated_at": stamp(now)}])
        user.update({shown_as: amount, "updated_at": stamp(now)})
        self._account.master_data_changed()
        return Answer(201, shelf.get(new["id"]))


def _row(call: Call, shelf: Shelf) -> Json:
    return shelf.get(whole_id(call, "id"))


def _read(fields: Json, kind: _Kind) -> Json:
    """The fields that this resource knows, checked; what else was sent is dropped (ASSUMED)."""
    return {name: read(fields, name) for name, read in kind.fields.items() if name in fields}
