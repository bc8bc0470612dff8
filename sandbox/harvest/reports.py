"""Harvest's time reports: hours and amounts by client, project, task or person. They count rounded hours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from sandbox.harvest.account import Account
from sandbox.harvest.answers import Json, read_day, refuse
from sandbox.harvest.lists import Listing, list_answer
from sandbox.harvest.reference import full_name
from sandbox.harvest.timesheet import TimeEntry
from sandbox.wire import Answer, Call, Route, to_json
from sandbox.world import rounded_up

SPAN_DAYS_MAX = 365

_Name = Callable[[TimeEntry], Json]


class Reports:
    """`GET /v2/reports/time/{clients|projects|tasks|team}?from&to`."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def routes(self) -> list[Route]:
        """The paths of the time reports."""
        names = {"clients": self._client, "projects": self._project, "tasks": self._task, "team": self._person}
        return [Route("GET", f"/v2/reports/time/{kind}", self._report(name)) for kind, name in names.items()]

    def _report(self, name: _Name) -> Callable[[Call], Answer]:
        return lambda call: self._answer(call, name)

    def _answer(self, call: Call, name: _Name) -> Answer:
        query = call.query
        first, last = (read_day(query.get(bound, ""), bound) for bound in ("from", "to"))
        if not 0 <= (date.fromisoformat(last) - date.fromisoformat(first)).days <= SPAN_DAYS_MAX:
            refuse("from and to must be within 365 days")
        sums: dict[object, Json] = {}
        for entry in self._account.timesheet.newest_first():
            if first <= entry.spent_date <= last:
                self._count(sums, entry, name(entry))
        rows = sorted(sums.values(), key=lambda row: (str(row[name_of(row)]), row["currency"]))
        return list_answer(call, Listing("results", rows, lambda _: 0, to_json, by_cursor=False))

    def _count(self, sums: dict[object, Json], entry: TimeEntry, named: Json) -> None:
        sheet = self._account.timesheet
        currency = sheet.reference.client_of(entry.project_id)["currency"]
        zero = Decimal("0.0")
        empty = {"total_hours": zero, "billable_hours": zero, "currency": currency, "billable_amount": zero}
        row = sums.setdefault((next(iter(named.values())), currency), {**named, **empty})
        hours = rounded_up(sheet.hours_of(entry))
        row["total_hours"] += hours
        if sheet.is_billable(entry):
            row["billable_hours"] += hours
            row["billable_amount"] += hours * (sheet.billable_rate(entry) or 0)

    def _client(self, entry: TimeEntry) -> Json:
        client = self._account.reference.client_of(entry.project_id)
        return {"client_id": client["id"], "client_name": client["name"]}

    def _project(self, entry: TimeEntry) -> Json:
        project = self._account.reference.projects.rows[entry.project_id]
        # Reports put the code in front of the name.
        name = f"[{project['code']}] {project['name']}"
        return {"project_id": project["id"], "project_name": name, **self._client(entry)}

    def _task(self, entry: TimeEntry) -> Json:
        return {"task_id": entry.task_id, "task_name": self._account.reference.tasks.rows[entry.task_id]["name"]}

    def _person(self, entry: TimeEntry) -> Json:
        user = self._account.reference.users.rows[entry.user_id]
        kept = {name: user[name] for name in ("is_contractor", "weekly_capacity", "avatar_url")}
        return {"user_id": user["id"], "user_name": full_name(user), **kept}


def name_of(row: Json) -> str:
    """The field that a report is sorted by: the first name in its rows."""
    return next(name for name in row if name.endswith("_name"))
