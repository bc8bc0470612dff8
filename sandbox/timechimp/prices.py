"""What hours, kilometres and projects are worth. v1 shows no price on hours: it follows from how the project is
invoiced (TimeChimp API v1, Project.invoiceMethod). ASSUMED: where a rate is not set, the activity's own or the
contract's stands in; hours on nothing that is invoiced by the hour are worth nothing.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from sandbox.timechimp import schema
from sandbox.timechimp.answers import Json
from sandbox.timechimp.database import Database

CENT = Decimal("0.01")
NOTHING = Decimal(0)
HOURLY = (schema.TASK_HOURLY, schema.USER_HOURLY, schema.PROJECT_HOURLY, schema.CUSTOMER_HOURLY)
FIXED = (schema.PROJECT_RATE, schema.TASK_RATE)


def cents(amount: Decimal) -> Decimal:
    """The amount in whole cents, half up."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def number(value: object) -> Decimal:
    """A value of a row as a number; nothing is zero."""
    return Decimal(value) if isinstance(value, int | Decimal) else NOTHING


def is_billable(database: Database, entry: Json) -> bool:
    """Whether the entry can be invoiced: hours have no flag of their own, their activity has."""
    project = database.find("projects", entry["projectId"])
    if project is not None and project["invoiceMethod"] == schema.NO_INVOICING:
        return False
    if "billable" in entry:
        return entry["billable"] is True
    place = database.find("projecttasks", entry["projectTaskId"]) or database.find("tasks", entry["taskId"])
    return place is None or place["billable"] is True


def has_price(database: Database, entry: Json) -> bool:
    """Whether the entry is paid for by itself: hours on a project with a price of its own are not."""
    method = database.value("projects", entry["projectId"], "invoiceMethod")
    return "hours" not in entry or method is None or method in HOURLY


def hour_rate(database: Database, hours: Json) -> Decimal:
    """What one of these hours is worth."""
    project = database.find("projects", hours["projectId"])
    method = project["invoiceMethod"] if project is not None else schema.CUSTOMER_HOURLY
    customer = database.value("customers", hours["customerId"], "hourlyRate")
    if method == schema.TASK_HOURLY:
        own = database.value("projecttasks", hours["projectTaskId"], "hourlyRate")
        return number(own if own is not None else database.value("tasks", hours["taskId"], "hourlyRate"))
    if method == schema.USER_HOURLY:
        own = next((row["hourlyRate"] for row in _memberships(database, hours)), None)
        return number(own if own is not None else contract_of(database, hours["userId"]).get("hourlyRate"))
    if method == schema.PROJECT_HOURLY:
        return number(project["hourlyRate"] if project else None)
    return number(customer) if method == schema.CUSTOMER_HOURLY else NOTHING


def hour_cost(database: Database, hours: Json) -> Decimal:
    """What one of these hours costs the house."""
    return number(contract_of(database, hours["userId"]).get("costHourlyRate"))


def amount_of(database: Database, entity: str, entry: Json) -> Decimal:
    """What the entry is worth without VAT."""
    if entity == "time":
        return cents(number(entry["hours"]) * hour_rate(database, entry))
    if entity == "mileage":
        return cents(number(entry["distance"]) * mileage_rate(database, entry))
    return cents(number(entry["quantity"]) * number(entry["rate"]))


def mileage_rate(database: Database, trip: Json) -> Decimal:
    """The price of a kilometre: the customer's."""
    return number(database.value("customers", trip["customerId"], "mileageRate"))


def fixed_amount(database: Database, project: Json) -> Decimal:
    """The price of a project that is not invoiced by the hour: all of it, its activities', or one period's."""
    if project["invoiceMethod"] == schema.PROJECT_RATE:
        return number(project["rate"])
    if project["invoiceMethod"] == schema.TASK_RATE:
        tasks = database.where("projecttasks", "projectId", project["id"])
        return sum((number(row["fixedRate"]) for row in tasks), NOTHING)
    terms: Json = project.get("projectSubscription") or {}
    return cents(number(terms.get("amount")) * number(terms.get("rate")))


def contract_of(database: Database, user_id: object) -> Json:
    """The contract that the user has today, else the last one; {} without any."""
    contracts = database.where("userContracts", "userId", user_id)
    today = database.today().isoformat()
    running = [one for one in contracts if one["endDate"] is None or one["endDate"][:10] >= today]
    return (running or contracts or [{}])[-1]


def vat_percent(database: Database, customer: Json) -> Decimal:
    """The customer's VAT rate, in percent."""
    percent = database.value("vatrates", customer["vatRateId"], "percentage")
    return number(percent if percent is not None else customer["tax"])


def _memberships(database: Database, hours: Json) -> list[Json]:
    rows = database.where("projectusers", "projectId", hours["projectId"])
    return [row for row in rows if row["userId"] == hours["userId"]]
