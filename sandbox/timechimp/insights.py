"""A project in figures (TimeChimp API v1, ProjectInsights). ASSUMED: those that say hours are hours, what is invoiced
or not is money without VAT, the budget is in what its method counts, and nothing is ever scheduled.
"""

from __future__ import annotations

from decimal import Decimal

from sandbox.timechimp import prices, statuses
from sandbox.timechimp.answers import Json
from sandbox.timechimp.database import Database
from sandbox.timechimp.schema import ENTRIES

_IN_HOURS = (2, 3, 4)


def insights(database: Database, project: Json) -> Json:
    """The figures of the project."""
    hours = database.where("time", "projectId", project["id"])
    total = sum((prices.number(one["hours"]) for one in hours), prices.NOTHING)
    billable = sum((prices.number(one["hours"]) for one in hours if prices.is_billable(database, one)), prices.NOTHING)
    worth = {status: _worth(database, project, status) for status in ("open", "invoiced", "written off")}
    budget, spend = _budget(database, project), total if project["budgetMethod"] in _IN_HOURS else sum(worth.values())
    costs = sum((prices.number(one["hours"]) * prices.hour_cost(database, one) for one in hours), prices.NOTHING)
    return {
        "totalHours": total,
        "totalHoursBillable": billable,
        "totalHoursNonBillable": total - billable,
        "totalUninvoiced": worth["open"],
        "totalInvoiced": worth["invoiced"],
        "totalWrittenOff": worth["written off"],
        "totalScheduled": prices.NOTHING,
        "budgetPercentage": int(spend * 100 / budget) if budget else 0,
        "budget": budget,
        "spend": spend,
        "remainingBudget": budget - spend,
        "costs": prices.cents(costs),
    }


def _budget(database: Database, project: Json) -> Decimal:
    if project["budgetMethod"] not in _IN_HOURS:
        return prices.number(project["budgetRate"])
    if project["budgetMethod"] == _IN_HOURS[0]:
        return prices.number(project["budgetHours"])
    entity = "projecttasks" if project["budgetMethod"] == _IN_HOURS[1] else "projectusers"
    parts = database.where(entity, "projectId", project["id"])
    return sum((prices.number(part["budgetHours"]) for part in parts), prices.NOTHING)


def _worth(database: Database, project: Json, wanted: str) -> Decimal:
    words = {statuses.INVOICED: "invoiced", statuses.WRITTEN_OFF: "written off"}
    entries = [(entity, one) for entity in ENTRIES for one in database.where(entity, "projectId", project["id"])]
    return sum(
        (
            prices.amount_of(database, entity, one)
            for entity, one in entries
            if prices.is_billable(database, one) and words.get(one[statuses.INTERN], "open") == wanted
        ),
        prices.NOTHING,
    )
