"""The entities and their fields. Names of customers, projects, invoices and expenses are ASSUMED by the vendor's
naming habits, but for ids and numbers; those of the other entities were seen in working clients (Moment, entities).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sandbox.moment.assumed import EXPENSES


class Kind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    WHOLE = "whole number"
    NUMBER = "number"
    DAY = "date"
    FLAG = "true or false"
    CHOICE = "choice"
    REFERENCE = "id"


@dataclass(frozen=True)
class Field:
    """One field. `required` and `initial` are for a new row; a `settled` one is set by the vendor alone."""

    kind: Kind
    required: bool = False
    initial: object = None
    choices: tuple[str, ...] = ()
    target: str = ""
    settled: bool = False


@dataclass(frozen=True)
class Entity:
    """One kind of row. `extra` fields come back only when an include names them; `copied` ones are looked up through
    a reference: {"customerName": "customer.name"}.
    """

    name: str
    fields: Mapping[str, Field]
    copied: Mapping[str, str] = field(default_factory=dict)
    extra: frozenset[str] = frozenset()
    has_base: bool = True
    search: tuple[str, ...] = ("name",)
    day: str = ""  # what fromDate and toDate are held against


def _text(*, required: bool = False, settled: bool = False, initial: object = None) -> Field:
    return Field(Kind.TEXT, required=required, settled=settled, initial=initial)


def _choice(*choices: str, settled: bool = False) -> Field:
    return Field(Kind.CHOICE, initial=choices[0], choices=choices, settled=settled)


def _to(target: str, *, required: bool = False) -> Field:
    return Field(Kind.REFERENCE, required=required, target=target)


TEXT, WHOLE, NUMBER, DAY = _text(), Field(Kind.WHOLE), Field(Kind.NUMBER), Field(Kind.DAY)
NAME = _text(required=True)

PAYMENT_FIELDS = ("paymentState", "paidAmount", "remainingAmount", "paidDate")

_ALL = (
    Entity(
        "customers",
        {
            "customerNumber": TEXT,
            "name": NAME,
            **dict.fromkeys(("organizationNumber", "email", "invoiceEmail", "address1", "address2"), TEXT),
            **dict.fromkeys(("postalCode", "city", "countryCode", "externalId"), TEXT),
        },
        search=("name", "customerNumber", "organizationNumber"),
    ),
    Entity(
        "projects",
        {
            "projectNumber": TEXT,
            "name": NAME,
            "customerId": _to("customers", required=True),
            "projectState": _text(initial="inProgress"),
        },
        {"customerNumber": "customer.customerNumber", "customerName": "customer.name"},
        search=("name", "projectNumber"),
    ),
    Entity(
        "invoices",
        {
            "invoiceNumber": Field(Kind.WHOLE, settled=True),
            "invoiceType": _choice("invoice", "creditNote"),
            "creditedInvoiceNumber": WHOLE,
            "invoiceState": _choice("draft", "finalized", settled=True),
            "accountingState": _choice("toTransfer", "transferred", "doNotTransfer"),
            "description": TEXT,
            "customerId": _to("customers", required=True),
            "projectId": _to("projects"),
            "invoiceDate": DAY,
            "dueDate": DAY,
            "paymentId": _text(settled=True),
            "currencyCode": _text(initial="DKK"),
            "totalIncludingVat": NUMBER,
            "totalExcludingVat": NUMBER,
            "totalVat": NUMBER,
            "financialAccountNumber": TEXT,
            "vatCode": TEXT,
            "paymentState": _choice("unpaid", "partlyPaid", "paid"),
            "paidAmount": NUMBER,
            "remainingAmount": NUMBER,
            "paidDate": DAY,
        },
        {
            "customerNumber": "customer.customerNumber",
            "customerName": "customer.name",
            "projectNumber": "project.projectNumber",
            "projectName": "project.name",
        },
        search=("description", "invoiceNumber", "customerName"),
        day="invoiceDate",
    ),
    Entity(
        "projectExtensions",
        {
            "name": NAME,
            "projectId": _to("projects", required=True),
            "projectExtensionState": _choice("open", "closed"),
        },
        {"projectName": "project.name"},
    ),
    Entity(
        "projectMemberships",
        {
            "projectId": _to("projects", required=True),
            "userAccountId": _to("userAccounts", required=True),
            "projectMembershipRoleName": TEXT,
            "projectMembershipState": _choice("active", "inactive"),
        },
        {"projectName": "project.name", "userAccountName": "userAccount.name"},
        search=("projectMembershipRoleName",),
    ),
    Entity("userAccounts", {"name": NAME, "email": TEXT, "timeLockDate": DAY}, extra=frozenset({"email"})),
    Entity(
        "tasks",
        {
            "name": NAME,
            "taskNumber": TEXT,
            "taskState": _choice("open", "closed"),
            "projectId": _to("projects", required=True),
            "projectExtensionId": _to("projectExtensions"),
        },
        search=("name", "taskNumber"),
    ),
    Entity(
        "timeRecords",
        {
            "projectId": _to("projects", required=True),
            "projectExtensionId": _to("projectExtensions", required=True),
            "userAccountId": _to("userAccounts", required=True),
            "projectMembershipId": _to("projectMemberships"),
            "taskId": _to("tasks"),
            "timeRecordDate": Field(Kind.DAY, required=True),
            "minutes": Field(Kind.WHOLE, required=True),
            "description": TEXT,
            "internalNote": TEXT,
        },
        {
            "projectName": "project.name",
            "projectExtensionName": "projectExtension.name",
            "taskName": "task.name",
            "taskNumber": "task.taskNumber",
            "taskState": "task.taskState",
        },
        has_base=False,
        search=("description", "projectName"),
        day="timeRecordDate",
    ),
    Entity(
        "financialAccounts",
        {
            "accountNumber": _text(required=True),
            "name": NAME,
            "comment": TEXT,
            "currentVatPercentage": NUMBER,
            "vatCategoryCode": TEXT,
            "financialAccountCategory": _choice("sales", "purchases"),
            "externalTaxCode": TEXT,
            "externalRevenueClass": TEXT,
        },
        search=("name", "accountNumber"),
    ),
    Entity(
        EXPENSES,
        {
            "projectId": _to("projects", required=True),
            "projectExtensionId": _to("projectExtensions"),
            "description": TEXT,
            "amountIncludingVat": Field(Kind.NUMBER, required=True),
            "currencyCode": _text(initial="DKK"),
            "expenseDate": Field(Kind.DAY, required=True),
            "billable": Field(Kind.FLAG, initial=False),
            "supplierName": TEXT,
            "supplierInvoiceNumber": TEXT,
            "externalId": TEXT,
        },
        {"projectNumber": "project.projectNumber", "projectName": "project.name"},
        search=("description", "supplierName"),
        day="expenseDate",
    ),
)

ENTITIES: Mapping[str, Entity] = {entity.name: entity for entity in _ALL}
