"""Rows as v1 answers them: with the names behind their references and the parts that they carry.

An accounting article is kept on every activity, as the product has it, but no version of the API is known to show it:
`article_field` of the options names a field that does (ASSUMED).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sandbox.timechimp import prices, statuses
from sandbox.timechimp.answers import Json
from sandbox.timechimp.company import Company
from sandbox.timechimp.database import Database
from sandbox.timechimp.periods import invoice_status
from sandbox.timechimp.schema import V2_ONLY

_STAMPS = ("created", "modified", "clientId")
_STAMPED: Mapping[str, tuple[str, ...]] = {
    "customers": ("modified", "clientId"),
    "projects": ("modified", "clientId"),
    "projecttasks": ("modified",),
    "projectusers": ("modified",),
    "time": ("modified",),
    "mileage": ("modified",),
    "users": ("created",),
    "invoices": ("clientId",),
}
"""Which of the stamps that every row has are shown, as far as they were seen."""


def shown(company: Company, entity: str, row: Json) -> Json:
    """The row as v1 answers it."""
    database, stamps = company.database, _STAMPED.get(entity, ())
    left_out = (*V2_ONLY.get(entity, ()), *(name for name in _STAMPS if name not in stamps))
    plain = {name: value for name, value in row.items() if name not in left_out and not name.startswith("_")}
    if entity == "tasks" and company.options.article_field:
        plain[company.options.article_field] = row["_article"]
    if entity == "invoices" and company.options.invoice_project:
        plain["projectId"] = row["_projectId"]
    more = _MORE.get(entity)
    return {**plain, **more(database, row)} if more else plain


def tag_names(database: Database, row: Json) -> list[object]:
    """The names of the row's tags."""
    return [database.value("tags", tag, "name") for tag in row["tagIds"]]


def _customer(database: Database, row: Json) -> Json:
    contacts = [one for one in database.rows("contacts") if row["id"] in one["customerIds"]]
    return {
        "tagNames": tag_names(database, row),
        "vatRatePercentage": database.value("vatrates", row["vatRateId"], "percentage"),
        "contacts": [_without_stamps(one) for one in contacts],
    }


def _project(database: Database, row: Json) -> Json:
    tasks = [_part(database, "projecttasks", one) for one in database.where("projecttasks", "projectId", row["id"])]
    users = [_part(database, "projectusers", one) for one in database.where("projectusers", "projectId", row["id"])]
    booked = sum(
        (prices.number(one["hours"]) for one in database.where("time", "projectId", row["id"])), prices.NOTHING
    )
    left = None if row["budgetHours"] is None else prices.number(row["budgetHours"]) - booked
    return {
        "customerName": database.value("customers", row["customerId"], "name"),
        "tagNames": tag_names(database, row),
        "invoiceStatus": invoice_status(row, database.today()),
        "remainingBudgetHours": left,
        "projectTasks": tasks,
        "projectUsers": users,
        "subprojectIds": [one["id"] for one in database.where("projects", "mainProjectId", row["id"])],
    }


def _part(database: Database, entity: str, row: Json) -> Json:
    left_out = (*V2_ONLY[entity], "created", "clientId")
    plain = {name: value for name, value in row.items() if name not in left_out}
    return {**plain, **_MORE[entity](database, row)}


def _project_task(database: Database, row: Json) -> Json:
    return {"taskName": database.value("tasks", row["taskId"], "name")}


def _project_user(database: Database, row: Json) -> Json:
    return {"userDisplayName": database.value("users", row["userId"], "displayName")}


def _entry(database: Database, row: Json) -> Json:
    return {
        "customerName": database.value("customers", row["customerId"], "name"),
        "projectName": database.value("projects", row["projectId"], "name"),
        "userDisplayName": database.value("users", row["userId"], "displayName"),
        "status": row[statuses.INTERN],
    }


def _hours(database: Database, row: Json) -> Json:
    user = database.find("users", row["userId"])
    tags = [database.find("tags", tag) for tag in row["tagIds"]]
    return {
        **_entry(database, row),
        "taskName": database.value("tasks", row["taskId"], "name"),
        "userTags": tag_names(database, user) if user is not None else [],
        "tags": [_without_stamps(tag) for tag in tags if tag is not None],
    }


def _expense(database: Database, row: Json) -> Json:
    return {**_entry(database, row), "categoryName": database.value("categories", row["categoryId"], "name")}


def _trip(database: Database, row: Json) -> Json:
    return {**_entry(database, row), "vehicleName": database.value("vehicles", row["vehicleId"], "name")}


def _user(database: Database, row: Json) -> Json:
    contract = prices.contract_of(database, row["id"])
    return {
        "tagNames": tag_names(database, row),
        "contractHours": contract.get("weekHours"),
        "contractHourlyRate": contract.get("hourlyRate"),
        "contractCostHourlyRate": contract.get("costHourlyRate"),
        "contractStartDate": contract.get("startDate"),
        "contractEndDate": contract.get("endDate"),
        "contractNumber": contract.get("contractNumber"),
    }


def _task(database: Database, row: Json) -> Json:
    return {"tagNames": tag_names(database, row)}


def _without_stamps(row: Json) -> Json:
    return {name: value for name, value in row.items() if name not in _STAMPS and not name.startswith("_")}


_MORE: Mapping[str, Callable[[Database, Json], Json]] = {
    "customers": _customer,
    "projects": _project,
    "projecttasks": _project_task,
    "projectusers": _project_user,
    "tasks": _task,
    "time": _hours,
    "expenses": _expense,
    "mileage": _trip,
    "users": _user,
}
