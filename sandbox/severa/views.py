"""Rows as they are answered: their own fields, what their references show, and what is worked out from other rows."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sandbox.severa.answers import Json
from sandbox.severa.database import Database, Deleted
from sandbox.severa.fields import Field, Row, fields_of, moment_text, snake
from sandbox.severa.formats import plain, reference
from sandbox.severa.invoice_records import Invoice, InvoiceRow
from sandbox.severa.invoice_views import invoice_extras, row_extras
from sandbox.severa.project_records import NUMBERED, Fee, Phase, Project, TravelExpense, WorkHour
from sandbox.severa.records import PERSON, Address, Contact, Customer, TravelExpenseType, User


def shown(database: Database, row: Row) -> Json:
    """The row as its resource answers it."""
    own = {field.name: _value(database, row, field) for field in fields_of(type(row)).values() if field.is_shown}
    more = _EXTRAS.get(type(row))
    empty = dict.fromkeys(_NEVER_FILLED.get(type(row), ()))
    return {"guid": row.guid, **own, **empty, **(more(database, row) if more else {}), **_audit(database, row)}


def buried(database: Database, grave: Deleted) -> Json:
    """What the lists of deleted rows tell: guids of what it belonged to, days, quantities."""
    row = grave.row
    names = _LEFT_OF[type(row)]
    left: Json = {name: plain(getattr(row, snake(name))) for name in names}
    for name in _REFERENCES_LEFT[type(row)]:
        guid = getattr(row, snake(name))
        left[name] = {"guid": guid} if guid else None
    project = project_of(database, row)
    left["project"] = {"guid": project.guid} if project else None
    left["customer"] = {"guid": project.customer} if project else None
    left |= {"deletedDateTime": moment_text(grave.deleted_at)}
    audit: Json = {"createdBy": None, "createdDateTime": moment_text(row.created_at), "lastUpdatedBy": None}
    return {"guid": row.guid, **left, **audit, "lastUpdatedDateTime": plain(row.updated_at)}


def credited(database: Database, row: Row, invoice_row: InvoiceRow) -> Json:
    """Hours, a fee or an expense as a credit note's row shows what it takes back."""
    full = shown(database, row)
    kept = {name: value for name, value in full.items() if name not in _NOT_ON_CREDITS}
    return {**kept, "invoiceGuid": invoice_row.invoice_guid, "invoiceRowGuid": invoice_row.guid}


def project_of(database: Database, row: Row) -> Project | None:
    """The project that the row belongs to, through its phase if need be."""
    if isinstance(row, Fee | TravelExpense | Phase):
        return database.projects.find(row.project)
    if isinstance(row, WorkHour):
        phase = database.phases.find(row.phase)
        return database.projects.find(phase.project) if phase else None
    return None


def _value(database: Database, row: Row, field: Field) -> object:
    value = getattr(row, field.attribute)
    if field.to is None or field.to.bare:
        return plain(value)
    found = reference(database.named(field.to.target, value), field.to.shows)
    return {field.to.key: value, **found} if found is not None and field.to.key != "guid" else found


def _audit(database: Database, row: Row) -> Json:
    by, last = database.users.find(row.created_by), database.users.find(row.updated_by)
    return {
        "createdDateTime": moment_text(row.created_at),
        "createdBy": reference(by, PERSON),
        "lastUpdatedDateTime": plain(row.updated_at),
        "lastUpdatedBy": reference(last, PERSON),
    }


def _user(_: Database, row: User) -> Json:
    contract = {
        "guid": row.guid,
        "title": "Työsopimus",
        "startDate": row.created_at.date().isoformat(),
        "endDate": None,
        "dailyHours": Decimal("7.5"),
        "hourCost": plain(row.hour_cost),
    }
    return {"keywords": [], "workContract": contract if row.create_default_work_contract else None, "lastLogin": None}


def _expense_type(_: Database, row: TravelExpenseType) -> Json:
    return {"isMileage": row.expense_class == "Mileage", "isDailyAllowance": row.expense_class == "DailyAllowance"}


def _customer(database: Database, row: Customer) -> Json:
    addresses = database.addresses.by("customer", row.guid)
    if not addresses:
        return {"headquarterAddress": None}
    address = addresses[0]
    country = database.countries.find(address.country)
    shows = ("guid", "addressline", "postalCode", "city")
    headquarter = {**(reference(address, shows) or {}), "country": country.name if country else None}
    return {"headquarterAddress": headquarter}


def _address(database: Database, row: Address) -> Json:
    return {"contacts": [reference(one, ("guid", "name")) for one in database.contacts.by("address_guid", row.guid)]}


def _contact(database: Database, row: Contact) -> Json:
    values: dict[bool, list[str]] = {True: [], False: []}
    for one in database.communications.by("contact", row.guid):
        channel = database.channels.find(one.communication_type)
        if channel is not None and channel.type in ("EmailAddress", "Phone", "MobilePhone", "IPPhone"):
            values[channel.type == "EmailAddress"].append(one.value)
    return {"name": row.name, "emails": values[True], "phoneNumbers": values[False]}


def _project(database: Database, row: Project) -> Json:
    history = database.sales_history.by("project", row.guid)
    status = {"salesStatusTypeGuid": row.sales_status, "name": None, "guid": history[-1].guid if history else None}
    kind = database.sales_statuses.find(row.sales_status)
    return {
        "salesStatus": {**status, "name": kind.name} if kind else None,
        "useWorkTypesFromSetting": row.use_worktypes_from_setting,
        "keywords": [],
        "pricelist": None,
        **dict.fromkeys(("isDailyAllowanceBillable", "isMileageBillable", "isOtherTravelExpensesBillable"), True),
        "calculatedCompletionPercentage": None,
    }


def _hours(database: Database, row: WorkHour) -> Json:
    project = project_of(database, row)
    kind = database.work_types.find(row.work_type)
    return {
        "project": reference(project, (*NUMBERED, "isClosed", "companyGuid")),
        "customer": reference(database.customers.find(project.customer), NUMBERED) if project else None,
        "isProductive": kind.is_productive if kind else None,
        "isModifiable": row.invoice_row_guid is None,
        "overtime": None,
    }


def _fee(database: Database, row: Fee) -> Json:
    project = database.projects.find(row.project)
    customer = reference(database.customers.find(project.customer), NUMBERED) if project else None
    return {"customer": customer, "isRecurrenceRule": False, "recurrenceRuleGuid": None}


def _travel(database: Database, row: TravelExpense) -> Json:
    project = database.projects.find(row.project)
    customer = reference(database.customers.find(project.customer), ("guid", "name")) if project else None
    return {"customer": customer, "attachmentCount": 0, "travelReimbursement": None}


_NEVER_FILLED: dict[type[Row], tuple[str, ...]] = {
    Address: ("countryRegion",),
    Contact: ("language", "role", "salutation", "satisfactionLevel", "timeZone"),
    Customer: ("industry", "invoiceTemplate", "invoicingVat", "language", "pricelist", "timezone"),
    Phase: ("currencyCode", "defaultWorkType", "phaseStatus"),
    Project: ("defaultWorkType", "invoiceTemplate", "leadSource"),
    TravelExpense: ("unitCostExcludingPurchaseVat",),
    User: (
        *("bankAccountNumber", "birthDate", "country", "countryRegion", "culture", "defaultActivityType", "language"),
        *("permissionProfile", "salutation", "satisfaction", "socialSecurityNumber", "timezone"),
    ),
}
"""Documented, and null here."""

_LEFT_OF: dict[type[Row], tuple[str, ...]] = {
    WorkHour: ("eventDate", "quantity", "plannedInvoiceQuantity", "startTime", "endTime"),
    Fee: ("eventDate", "quantity", "name", "measurementUnit"),
    TravelExpense: ("eventDate", "quantity", "description", "measurementUnit", "travelStartTime", "travelEndTime"),
}
_REFERENCES_LEFT: dict[type[Row], tuple[str, ...]] = {
    WorkHour: ("user", "phase", "workType"),
    Fee: ("user", "phase", "product"),
    TravelExpense: ("user", "phase", "travelExpense"),
}
_NOT_ON_CREDITS = frozenset({"isApproved", "isBillable", "billableStatus", "isModifiable", "isProductive", "invoice"})

_EXTRAS: dict[type[Row], Callable[[Database, Any], Json]] = {
    User: _user,
    TravelExpenseType: _expense_type,
    Customer: _customer,
    Address: _address,
    Contact: _contact,
    Project: _project,
    WorkHour: _hours,
    Fee: _fee,
    TravelExpense: _travel,
    Invoice: invoice_extras,
    InvoiceRow: row_extras,
}
