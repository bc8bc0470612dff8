"""Rows as v2 has them: nested where v1 is flat, words where v1 has numbers, references as objects with an id.

The shapes that are written (customers, contacts, projects, users, expenses, mileage) are those that a client of v2
sends. What answers hold beyond them, and all of hours, activities, invoices, tags and vehicles, is ASSUMED to be v1's
fields in the same style.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from sandbox.timechimp import statuses
from sandbox.timechimp.schema import BUDGET_METHODS, INVOICE_METHODS, TOTAL_COST


class Form(Enum):
    """How a value of v1 looks in v2."""

    PLAIN = "as it is"
    DAY = "without its midnight"
    MOMENT = "with its Z"
    WORD = "a word for a number"
    REFERENCE = "an object with an id"
    REFERENCES = "objects with ids"
    GROUP = "an object of several fields"
    CHILDREN = "the rows that belong to it"
    BACK = "rows that refer to it, where they are asked for"


@dataclass(frozen=True)
class Part:
    """One member: `field` is v1's name of it. `settled` ones are shown and not taken."""

    name: str
    field: str
    form: Form = Form.PLAIN
    target: str = ""
    words: Mapping[int, str] = MappingProxyType({})
    parts: tuple[Part, ...] = ()
    settled: bool = False


def _plain(*names: str, settled: bool = False) -> tuple[Part, ...]:
    return tuple(Part(name, name, settled=settled) for name in names)


def _days(*names: str) -> tuple[Part, ...]:
    return tuple(Part(name, name, Form.DAY) for name in names)


def _moments(*names: str, settled: bool = False) -> tuple[Part, ...]:
    return tuple(Part(name, name, Form.MOMENT, settled=settled) for name in names)


def _to(name: str, target: str, *, settled: bool = False) -> Part:
    return Part(name, f"{name}Id", Form.REFERENCE, target, settled=settled)


def _all_of(name: str, field: str, target: str) -> Part:
    return Part(name, field, Form.REFERENCES, target)


def _group(name: str, *parts: Part) -> Part:
    return Part(name, "", Form.GROUP, parts=parts)


def _word(name: str, field: str, words: Mapping[int, str], *, settled: bool = False) -> Part:
    return Part(name, field, Form.WORD, words=words, settled=settled)


INVOICE_METHOD_WORDS = dict(
    zip(
        INVOICE_METHODS,
        (
            "NoInvoicing",
            "TaskHourlyRate",
            "UserHourlyRate",
            "ProjectHourlyRate",
            "CustomerHourlyRate",
            "ProjectRate",
            "TaskRate",
            "MilestoneRate",
            "Subscription",
        ),
        strict=True,
    )
)
BUDGET_METHOD_WORDS = dict(
    zip(
        (*BUDGET_METHODS, TOTAL_COST),
        ("NoBudget", "TotalHours", "TaskHours", "UserHours", "TotalRate", "TaskRate", "Invoiced", "TotalCost"),
        strict=True,
    )
)
TRIP_WORDS = {1: "Private", 2: "Business", 3: "HomeWork"}
TAG_WORDS = {1: "Time", 2: "Expense", 3: "Mileage", 4: "Project", 5: "Customer", 6: "User"}
INVOICE_WORDS = {1: "Concept", 2: "Open", 3: "Paid"}
FREQUENCY_WORDS = {1: "Week", 2: "Month", 3: "Quarter", 4: "Year"}

_TAGS = _all_of("tags", "tagIds", "tags")
_STAMPS = _moments("created", "modified", settled=True)
_STATUSES = (
    _word("status", statuses.INTERN, statuses.WORDS, settled=True),
    _word("clientStatus", statuses.EXTERN, statuses.WORDS, settled=True),
)
_ENTRY = (
    *_days("date"),
    *_plain("notes"),
    _to("customer", "customers"),
    _to("project", "projects"),
    _to("user", "users"),
    *_STATUSES,
    *_STAMPS,
)


def _address(name: str, street: str, *others: str) -> Part:
    fields = zip(("address", "postalCode", "city", "country"), (street, *others), strict=True)
    return _group(name, *(Part(inner, field) for inner, field in fields))


SHAPES: Mapping[str, tuple[Part, ...]] = {
    "customers": (
        *_plain("name", "active", "relationId"),
        _address("address", "address", "postalCode", "city", "country"),
        *_plain("phone", "email", "website", "paymentPeriod", "hourlyRate", "mileageRate"),
        *_plain("iban", "bic", "vatNumber", "kvkNumber"),
        _address("invoiceAddress", "invoiceAddress", "invoicePostalCode", "invoiceCity", "invoiceCountry"),
        *_plain("notes", "prospect"),
        _to("vatRate", "vatrates"),
        _TAGS,
        Part("contacts", "customerIds", Form.BACK, "contacts"),
        Part("projects", "customerId", Form.BACK, "projects"),
        *_STAMPS,
    ),
    "contacts": (
        *_plain("name", "jobTitle", "email", "phone", "useForInvoicing", "active"),
        _all_of("customers", "customerIds", "customers"),
        *_STAMPS,
    ),
    "projects": (
        *_plain("name", "active", "code", "notes", "color"),
        *_days("startDate", "endDate"),
        _group(
            "invoicing",
            _word("method", "invoiceMethod", INVOICE_METHOD_WORDS),
            *_plain("hourlyRate"),
            Part("fixedRate", "rate"),
            Part("reference", "invoiceReference"),
            Part("date", "invoiceDate", Form.DAY),
            _word("status", "invoiceStatus", statuses.WORDS, settled=True),
        ),
        _group(
            "budget",
            _word("method", "budgetMethod", BUDGET_METHOD_WORDS),
            Part("hours", "budgetHours"),
            Part("rate", "budgetRate"),
            Part("notificationPercentage", "budgetNotificationPercentage"),
        ),
        _to("customer", "customers"),
        _to("mainProject", "projects"),
        _all_of("managers", "projectManagerIds", "users"),
        _TAGS,
        Part("projectTasks", "projectId", Form.CHILDREN, "projecttasks"),
        Part("projectUsers", "projectId", Form.CHILDREN, "projectusers"),
        Part("subprojects", "mainProjectId", Form.BACK, "projects"),
        *_STAMPS,
    ),
    "projecttasks": (
        *_plain("active", "billable", "hourlyRate", "fixedRate", "budgetHours", "budgetRate"),
        _to("task", "tasks"),
    ),
    "projectusers": (*_plain("active", "hourlyRate", "budgetHours", "costHourlyRate"), _to("user", "users")),
    "tasks": (*_plain("name", "active", "code", "hourlyRate", "billable", "common", "unspecified"), _TAGS, *_STAMPS),
    "tags": (*_plain("name", "active"), _word("type", "type", TAG_WORDS)),
    "time": (
        *_ENTRY,
        _to("task", "tasks"),
        _to("projectTask", "projecttasks"),
        *_plain("hours", "pause", "externalName", "externalUrl"),
        *_moments("start", "end"),
        _TAGS,
    ),
    "expenses": (
        *_ENTRY,
        Part("product", "categoryId", Form.REFERENCE, "categories"),
        *_plain("quantity", "rate", "billable"),
        Part("vatRate", "_vatRateId", Form.REFERENCE, "vatrates"),
    ),
    "mileage": (
        *_ENTRY,
        _to("vehicle", "vehicles"),
        *_plain("fromAddress", "toAddress", "distance", "billable"),
        _word("type", "type", TRIP_WORDS),
    ),
    "vehicles": _plain("name", "active"),
    "users": (
        *_plain("userName", "displayName", "active", "language", "employeeNumber", "badgeNumber"),
        Part("role", "roleId", Form.REFERENCE),
        _TAGS,
        Part("contracts", "userId", Form.CHILDREN, "userContracts"),
        *_moments("created", settled=True),
    ),
    "userContracts": (
        *_days("startDate", "endDate"),
        *_plain("weekHours", "hourlyRate", "costHourlyRate", "contractNumber"),
    ),
    "invoices": (
        *_plain("companyInvoicePrefix", "companyInvoiceId"),
        _to("customer", "customers"),
        Part("project", "_projectId", Form.REFERENCE, "projects"),
        _word("status", "status", INVOICE_WORDS),
        *_days("date", "dueDate"),
        *_plain("customerRelationId", "customerName", "customerEmail", "customerAddress", "customerVatNumber"),
        *_plain("reference", "notes", "total", "totalExTax", "currency", "language", "exchangeRate", "credit"),
        *_plain("invoiceRows"),
    ),
}

PATHS: Mapping[str, str] = {
    "customers": "customers",
    "contacts": "contacts",
    "projects": "projects",
    "users": "users",
    "times": "time",
    "tasks": "tasks",
    "invoices": "invoices",
    "expenses": "expenses",
    "mileage": "mileage",
    "mileageVehicles": "vehicles",
    "tags": "tags",
}
"""What v2 calls the lists."""

WRITTEN = ("customers", "contacts", "projects", "expenses", "mileage")
"""Lists that are made, replaced and deleted in; users are made and replaced only."""

REQUIRED: Mapping[str, tuple[str, ...]] = {
    "customers": ("name",),
    "contacts": ("name",),
    "projects": ("name",),
    "expenses": ("rate", "user"),
    "mileage": ("distance", "type", "user"),
}
REQUIRED_OF_PUT: Mapping[str, tuple[str, ...]] = {
    **REQUIRED,
    "projects": ("name", "invoicing", "budget", "projectTasks", "projectUsers"),
}
