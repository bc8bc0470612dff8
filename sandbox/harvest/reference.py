"""The account's master data as Harvest rows: clients, projects, tasks, people, assignments and rates.

Rows are kept as the vendor writes them, with links to other rows as ids under private keys (`_client`), so that a
rename shows everywhere at once; `show` puts the embedded objects in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from sandbox.harvest.answers import Json, not_found
from sandbox.world import ROLES, Bill, Client, Member, Person, Project, ProjectTask, Task, World

FIRST_USER, FIRST_CLIENT, FIRST_PROJECT, FIRST_TASK = 1_782_900, 5_735_700, 14_308_000, 8_083_300
FIRST_ROLE, FIRST_RATE = 618_000, 1_836_000
FIRST_TASK_ASSIGNMENT, FIRST_USER_ASSIGNMENT = 155_502_000, 125_068_000
CAPACITY_SECONDS = 135_000  # 37.5 hours a week

COMPANY: Json = {
    "base_uri": "https://fjordlyskonsult.harvestapp.com",
    "full_domain": "fjordlyskonsult.harvestapp.com",
    "name": "Fjordlys Konsult AS",
    "is_active": True,
    "week_start_day": "Monday",
    "wants_timestamp_timers": False,
    "time_format": "decimal",
    "date_format": "%Y-%m-%d",
    "plan_type": "simple-v4",
    "clock": "24h",
    "currency_code_display": "iso_code_none",
    "currency_symbol_display": "symbol_before",
    "decimal_symbol": ",",
    "thousands_separator": " ",
    "color_scheme": "orange",
    "weekly_capacity": CAPACITY_SECONDS,
    "expense_feature": True,
    "invoice_feature": True,
    "estimate_feature": True,
    "approval_feature": True,
    "team_feature": True,
}


@dataclass
class Shelf:
    """The rows of one resource by id. A later row has a higher id, so newest first is highest id first."""

    rows: dict[int, Json] = field(default_factory=dict)
    last_id: int = 0

    def get(self, row_id: int) -> Json:
        """The row. Ends the call with 404 when there is none."""
        return self.rows.get(row_id) or not_found()

    def put(self, rows: Iterable[Json]) -> None:
        """Takes rows in."""
        for row in rows:
            self.rows[row["id"]] = row
            self.last_id = max(self.last_id, row["id"])

    def newest_first(self) -> list[Json]:
        """All rows in the order of most lists."""
        return [self.rows[row_id] for row_id in sorted(self.rows, reverse=True)]

    def next_id(self) -> int:
        """An id above all that were ever used."""
        return self.last_id + 1


class Reference:
    """The master data, made from a world and changed by calls."""

    def __init__(self, world: World) -> None:
        self.company = dict(COMPANY)
        self.clients, self.tasks, self.users, self.projects = Shelf(), Shelf(), Shelf(), Shelf()
        self.roles, self.task_assignments, self.user_assignments = Shelf(), Shelf(), Shelf()
        self.billable_rates: dict[int, Shelf] = {}
        self.cost_rates: dict[int, Shelf] = {}
        self.clients.put(_client(one) for one in world.clients)
        self.tasks.put(_task(one) for one in world.tasks)
        self.users.put(_user(one) for one in world.people)
        self.projects.put(_project(one) for one in world.projects)
        self.roles.put(_roles(world))
        self._add_assignments(world)
        for person in world.people:
            user_id = FIRST_USER + person.number
            self.billable_rates[user_id] = _rate_history(
                person.number * 4, person.hourly_rate - 100, person.hourly_rate
            )
            self.cost_rates[user_id] = _rate_history(person.number * 4 + 2, person.cost_rate - 40, person.cost_rate)
        self._assigned: dict[str, dict[tuple[int, int], Json]] = {}
        self.index()

    def index(self) -> None:
        """Called after assignments changed: the pairs of project and task, and of project and user."""
        self._assigned = {
            "task": {(row["_project"], row["_task"]): row for row in self.task_assignments.rows.values()},
            "user": {(row["_project"], row["_user"]): row for row in self.user_assignments.rows.values()},
        }

    def task_assignment(self, project_id: int, task_id: int) -> Json | None:
        """The assignment of the task to the project, active or not."""
        return self._assigned["task"].get((project_id, task_id))

    def user_assignment(self, project_id: int, user_id: int) -> Json | None:
        """The assignment of the person to the project, active or not."""
        return self._assigned["user"].get((project_id, user_id))

    def client_of(self, project_id: int) -> Json:
        """The row of the project's client."""
        return self.clients.rows[self.projects.rows[project_id]["_client"]]

    def show(self, row: Json) -> Json:
        """The row as the API writes it, with the objects it refers to."""
        shown = {name: value for name, value in row.items() if not name.startswith("_")}
        if "_client" in row:
            client = self.clients.rows[row["_client"]]
            shown["client"] = {"id": client["id"], "name": client["name"], "currency": client["currency"]}
        if "_project" in row:
            project = self.projects.rows[row["_project"]]
            shown["project"] = {"id": project["id"], "name": project["name"], "code": project["code"]}
        if "_task" in row:
            shown["task"] = {"id": row["_task"], "name": self.tasks.rows[row["_task"]]["name"]}
        if "_user" in row:
            shown["user"] = {"id": row["_user"], "name": full_name(self.users.rows[row["_user"]])}
            shown["hourly_rate"] = self.rate_of(row)
        return shown

    def rate_of(self, assignment: Json) -> Decimal | None:
        """The rate that a user assignment shows: its own, or the person's where default rates are used."""
        if not assignment["use_default_rates"]:
            own: Decimal | None = assignment["hourly_rate"]
            return own
        default: Decimal | None = self.users.rows[assignment["_user"]]["default_hourly_rate"]
        return default

    def project_assignments(self, user_id: int) -> list[Json]:
        """The person's active projects with their tasks, newest first."""
        return [
            self._project_assignment(row)
            for row in self.user_assignments.newest_first()
            if row["_user"] == user_id and row["is_active"] and self.projects.rows[row["_project"]]["is_active"]
        ]

    def _project_assignment(self, row: Json) -> Json:
        shown = self.show(row)
        del shown["user"]
        client = self.client_of(row["_project"])
        tasks = [one for one in self.task_assignments.newest_first() if one["_project"] == row["_project"]]
        return {
            **shown,
            "client": {"id": client["id"], "name": client["name"]},
            "task_assignments": [
                {name: value for name, value in self.show(one).items() if name != "project"} for one in tasks
            ],
        }

    def _add_assignments(self, world: World) -> None:
        left = {FIRST_USER + person.number for person in world.people if not person.is_active}
        for project in world.projects:
            for task in project.tasks:
                row_id = FIRST_TASK_ASSIGNMENT + len(self.task_assignments.rows) + 1
                self.task_assignments.put([_task_assignment(row_id, project, task)])
            for member in project.team:
                # Who left the house keeps hours but no assignment: the entry's user_assignment is null.
                if FIRST_USER + member.person not in left:
                    row_id = FIRST_USER_ASSIGNMENT + len(self.user_assignments.rows) + 1
                    self.user_assignments.put([_user_assignment(row_id, project, member)])


def full_name(user: Json) -> str:
    """First and last name."""
    return f"{user['first_name']} {user['last_name']}"


def _stamps(minute: int, updated: str | None = None) -> Json:
    """Rows of the master data are a year or so old; a later number is a younger row."""
    created = f"2025-01-{6 + minute // 600:02d}T{8 + minute // 60 % 10:02d}:{minute % 60:02d}:12Z"
    return {"created_at": created, "updated_at": updated or created}


def _client(client: Client) -> Json:
    return {
        "id": FIRST_CLIENT + client.number,
        "name": client.name,
        "is_active": True,
        "address": client.address,
        "statement_key": f"{client.number * 2_654_435_761 % 2**64:032x}",
        "currency": client.currency,
        **_stamps(client.number, "2025-02-01T10:34:11Z"),
    }


def _task(task: Task) -> Json:
    return {
        "id": FIRST_TASK + task.number,
        "name": task.name,
        "billable_by_default": task.billable,
        "default_hourly_rate": task.hourly_rate,
        "is_default": task.is_default,
        "is_active": True,
        **_stamps(task.number),
    }


def _user(person: Person) -> Json:
    return {
        "id": FIRST_USER + person.number,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "email": person.email,
        "telephone": "",
        "timezone": "Copenhagen",
        "has_access_to_all_future_projects": person.number == 1,
        "is_contractor": person.is_contractor,
        "is_active": person.is_active,
        "weekly_capacity": CAPACITY_SECONDS,
        "default_hourly_rate": person.hourly_rate,
        "cost_rate": person.cost_rate,
        "roles": [person.role],
        "access_roles": [person.access],
        "avatar_url": "https://cache.harvestapp.com/a.png",
        **_stamps(person.number * 3, None if person.is_active else "2026-09-30T15:00:00Z"),
    }


def _project(project: Project) -> Json:
    return {
        "id": FIRST_PROJECT + project.number,
        "name": project.name,
        "code": project.code,
        "is_active": project.is_active,
        "is_billable": project.is_billable,
        "is_fixed_fee": project.is_fixed_fee,
        "bill_by": project.bill_by.value,
        "hourly_rate": project.hourly_rate,
        "fee": project.fee,
        "budget": project.budget,
        "budget_by": project.budget_by.value,
        "budget_is_monthly": project.budget_is_monthly,
        "cost_budget": project.cost_budget,
        "cost_budget_include_expenses": False,
        "notify_when_over_budget": project.budget is not None,
        "over_budget_notification_percentage": Decimal("80.0"),
        "over_budget_notification_date": None,
        "show_budget_to_all": False,
        "starts_on": project.starts_on.isoformat(),
        "ends_on": project.ends_on.isoformat() if project.ends_on else None,
        "notes": "",
        **_stamps(project.number * 7, "2026-09-30T15:00:00Z" if not project.is_active else None),
        "_client": FIRST_CLIENT + project.client,
    }


def _roles(world: World) -> list[Json]:
    return [
        {
            "id": FIRST_ROLE + number,
            "name": role.name,
            **_stamps(number),
            "user_ids": [FIRST_USER + person.number for person in world.people if person.role == role.name],
        }
        for number, role in enumerate(ROLES, start=1)
    ]


def _task_assignment(row_id: int, project: Project, task: ProjectTask) -> Json:
    return {
        "id": row_id,
        "billable": task.billable,
        "is_active": True,
        "hourly_rate": task.hourly_rate,
        "budget": task.budget,
        **_stamps(project.number * 11),
        "_project": FIRST_PROJECT + project.number,
        "_task": FIRST_TASK + task.task,
    }


def _user_assignment(row_id: int, project: Project, member: Member) -> Json:
    return {
        "id": row_id,
        "is_project_manager": member.is_manager,
        "is_active": True,
        "use_default_rates": project.bill_by is Bill.PEOPLE and member.hourly_rate is None,
        "hourly_rate": member.hourly_rate,
        "budget": member.budget,
        **_stamps(project.number * 13),
        "_project": FIRST_PROJECT + project.number,
        "_user": FIRST_USER + member.person,
    }


def _rate_history(number: int, before: Decimal, now: Decimal) -> Shelf:
    """Two rates: from the start, and from the first of January 2026."""
    old: Json = {"id": FIRST_RATE + number, "amount": before, "start_date": None, "end_date": "2025-12-31"}
    new: Json = {"id": FIRST_RATE + number + 1, "amount": now, "start_date": "2026-01-01", "end_date": None}
    shelf = Shelf()
    shelf.put(({**old, **_stamps(number)}, {**new, **_stamps(number, "2026-01-02T09:00:00Z")}))
    return shelf
