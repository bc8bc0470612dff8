"""The kinds of rows and their fields, in the names of API v1 (TimeChimp API v1, definitions).

Not in the vendor's description but seen in working clients: contacts, contracts of users, `active` and `projectId` on
tasks and users of a project, tags of tasks, and everything that `V2_ONLY` names. Names of contracts' fields are ASSUMED
to be those of v2. A name that begins with an underscore is kept but shown by neither version.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Kind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    WHOLE = "whole number"
    NUMBER = "number"
    DAY = "date"
    MOMENT = "date-time"
    FLAG = "true or false"
    CHOICE = "choice"
    REFERENCE = "id"
    REFERENCES = "ids"


@dataclass(frozen=True)
class Field:
    """One field. A new row without it gets `initial`; a PUT without it leaves what `empty` says."""

    kind: Kind
    required: bool = False
    initial: object = None
    choices: tuple[int, ...] = ()
    target: str = ""

    @property
    def first(self) -> object:
        """The value of a new row that was not given one."""
        return [] if self.kind is Kind.REFERENCES else self.initial

    @property
    def empty(self) -> object:
        """What is left of a value that a PUT does not name."""
        if self.kind is Kind.REFERENCES:
            return []
        if self.kind is Kind.FLAG:
            return False
        return self.choices[0] if self.choices else None


@dataclass(frozen=True)
class Entity:
    """One kind of row: `one` is what the vendor calls a single one of them."""

    name: str
    one: str
    fields: Mapping[str, Field]


TEXT, WHOLE, NUMBER = Field(Kind.TEXT), Field(Kind.WHOLE), Field(Kind.NUMBER)
DAY, MOMENT = Field(Kind.DAY), Field(Kind.MOMENT)
OFF, ON = Field(Kind.FLAG, initial=False), Field(Kind.FLAG, initial=True)
NAME = Field(Kind.TEXT, required=True)


def _texts(*names: str) -> dict[str, Field]:
    return dict.fromkeys(names, TEXT)


def _numbers(*names: str) -> dict[str, Field]:
    return dict.fromkeys(names, NUMBER)


def _to(target: str, *, required: bool = False) -> Field:
    return Field(Kind.REFERENCE, required=required, target=target)


def _all_of(target: str) -> Field:
    return Field(Kind.REFERENCES, target=target)


def _choice(*choices: int, required: bool = False, initial: int | None = None) -> Field:
    return Field(Kind.CHOICE, required, choices[0] if initial is None else initial, choices)


STATUSES = (0, 1, 2, 3, 4, -1)
PRIVATE, BUSINESS, HOME_WORK = 1, 2, 3
NO_INVOICING, TASK_HOURLY, USER_HOURLY, PROJECT_HOURLY, CUSTOMER_HOURLY = 1, 2, 3, 4, 5
PROJECT_RATE, TASK_RATE, MILESTONES, SUBSCRIPTION = 6, 7, 8, 9
INVOICE_METHODS = tuple(range(NO_INVOICING, SUBSCRIPTION + 1))
BUDGET_METHODS = tuple(range(1, 8))  # NoBudget to Invoiced
TOTAL_COST = 8  # v2 knows one more budget; its number in v1 is ASSUMED
ADMINISTRATOR = 2
TIME, EXPENSE, MILEAGE, PROJECT, CUSTOMER, USER = 1, 2, 3, 4, 5, 6  # types of tags

_ENTRY = {
    "customerId": _to("customers"),
    "projectId": _to("projects"),
    "userId": _to("users"),
    "date": DAY,
    "notes": TEXT,
}
_ALL = (
    Entity(
        "customers",
        "customer",
        {
            "active": ON,
            "relationId": TEXT,
            "name": NAME,
            **_texts("address", "postalCode", "city", "country", "phone", "email", "website"),
            "paymentPeriod": Field(Kind.WHOLE, initial=30),
            **_numbers("tax", "hourlyRate", "mileageRate"),
            **_texts("iban", "bic", "vatNumber", "kvkNumber"),
            **_texts("invoiceAddress", "invoicePostalCode", "invoiceCity", "invoiceCountry", "notes"),
            "tagIds": _all_of("tags"),
            "vatRateId": _to("vatrates"),
            "intern": OFF,
            "prospect": OFF,
        },
    ),
    Entity(
        "contacts",
        "contact",
        {
            "name": NAME,
            **_texts("jobTitle", "email", "phone"),
            "useForInvoicing": OFF,
            "active": ON,
            "customerIds": _all_of("customers"),
        },
    ),
    Entity(
        "projects",
        "project",
        {
            "active": ON,
            "customerId": _to("customers", required=True),
            "name": NAME,
            **_texts("code", "notes", "color"),
            **dict.fromkeys(("startDate", "endDate", "invoiceDate"), DAY),
            "invoiceMethod": _choice(*INVOICE_METHODS, initial=TASK_HOURLY),
            **_numbers("hourlyRate", "rate"),
            "invoiceInInstallments": OFF,
            "invoiceReference": TEXT,
            "invoiceStatus": _choice(*STATUSES),
            "budgetMethod": _choice(*BUDGET_METHODS, TOTAL_COST),
            **_numbers("budgetRate", "budgetHours", "budgetNotificationPercentage"),
            "tagIds": _all_of("tags"),
            "unspecified": OFF,
            "visibleOnSchedule": ON,
            **_texts("externalUrl", "externalName"),
            "mainProjectId": _to("projects"),
            "projectManagerIds": _all_of("users"),
            "useSubprojects": OFF,
        },
    ),
    Entity(
        "projecttasks",
        "projectTask",
        {
            "projectId": _to("projects", required=True),
            "taskId": _to("tasks", required=True),
            "hourlyRate": NUMBER,
            "billable": ON,
            "unspecified": OFF,
            "budgetHours": NUMBER,
            "active": ON,
            **_numbers("fixedRate", "budgetRate"),
        },
    ),
    Entity(
        "projectusers",
        "projectUser",
        {
            "projectId": _to("projects", required=True),
            "userId": _to("users", required=True),
            **_numbers("hourlyRate", "budgetHours"),
            "projectManager": OFF,
            "active": ON,
            "costHourlyRate": NUMBER,
        },
    ),
    Entity(
        "projectnotes",
        "projectNote",
        {"description": TEXT, "date": DAY, "projectId": _to("projects", required=True)},
    ),
    Entity(
        "tasks",
        "task",
        {
            "active": ON,
            "name": NAME,
            "code": TEXT,
            "hourlyRate": NUMBER,
            "billable": ON,
            "common": OFF,
            "unspecified": OFF,
            "tagIds": _all_of("tags"),
        },
    ),
    Entity(
        "tags",
        "tag",
        {"name": NAME, "active": ON, "type": _choice(TIME, EXPENSE, MILEAGE, PROJECT, CUSTOMER, USER)},
    ),
    Entity(
        "time",
        "time",
        {
            **_ENTRY,
            "projectTaskId": _to("projecttasks"),
            "taskId": _to("tasks"),
            "hours": NUMBER,
            **_texts("startEnd", "externalName", "externalUrl"),
            **dict.fromkeys(("start", "end"), MOMENT),
            "pause": NUMBER,
            "tagIds": _all_of("tags"),
        },
    ),
    Entity(
        "expenses",
        "expense",
        {
            **_ENTRY,
            "categoryId": _to("categories"),
            "attachment": TEXT,
            "quantity": Field(Kind.NUMBER, initial=1),
            **_numbers("rate", "tax"),
            "billable": ON,
        },
    ),
    Entity(
        "mileage",
        "mileage",
        {
            **_ENTRY,
            "vehicleId": _to("vehicles"),
            **_texts("fromAddress", "toAddress"),
            "distance": NUMBER,
            "billable": ON,
            "type": _choice(PRIVATE, BUSINESS, HOME_WORK, initial=BUSINESS),
        },
    ),
    Entity(
        "users",
        "user",
        {
            "userName": NAME,
            "displayName": NAME,
            "accountType": _choice(0, 1, 2, 4, initial=1),
            "isLocked": OFF,
            "active": ON,
            "picture": TEXT,
            "language": Field(Kind.TEXT, initial="en"),
            **_texts("teamName", "employeeNumber", "badgeNumber", "citizenServiceNumber"),
            "roleId": WHOLE,
            "tagIds": _all_of("tags"),
        },
    ),
    Entity(
        "userContracts",
        "userContract",
        {
            "userId": _to("users", required=True),
            "startDate": DAY,
            "endDate": DAY,
            **_numbers("weekHours", "hourlyRate", "costHourlyRate"),
            "contractNumber": TEXT,
        },
    ),
    Entity("invoices", "invoice", {}),
    Entity("vatrates", "vatRate", {"name": NAME, "percentage": NUMBER}),
    Entity("categories", "category", {"name": NAME, "code": TEXT, "active": ON}),
    Entity("vehicles", "vehicle", {"name": NAME, "active": ON}),
)

ENTITIES: Mapping[str, Entity] = MappingProxyType({entity.name: entity for entity in _ALL})
ENTRIES = ("time", "expenses", "mileage")
"""What people register, and what has a status."""

V2_ONLY: Mapping[str, tuple[str, ...]] = {
    "customers": ("prospect",),
    "projecttasks": ("fixedRate", "budgetRate"),
    "projectusers": ("costHourlyRate",),
}
"""Fields that v1 neither shows nor takes."""

REQUIRED_OF_ENTRIES: Mapping[str, tuple[str, ...]] = {
    "time": (),
    "expenses": ("date", "rate", "tax"),
    "mileage": ("date", "distance", "type"),
}
"""As the description has it, besides a customer or project; see `strict_entries` of the options."""
