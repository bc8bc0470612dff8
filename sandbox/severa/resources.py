"""The resources as data: path, scope, how each list is paged and narrowed, what can be done with a row.

Paths, scopes, paging and filters are the vendor's OpenAPI description, with what was added to it by December 2024.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sandbox.severa.database import Database
from sandbox.severa.filters import (
    Filter,
    any_of,
    at_least,
    at_most,
    from_day,
    since,
    to_day,
    whole_numbers,
    words_in,
    yes_or_no,
)
from sandbox.severa.invoice_records import Invoice
from sandbox.severa.invoice_views import sums
from sandbox.severa.listing import Paging
from sandbox.severa.project_records import Project, WorkHour
from sandbox.severa.views import project_of

GET, POST, PATCH, DELETE = "GET", "POST", "PATCH", "DELETE"
ALL = frozenset({GET, POST, PATCH, DELETE})
TOKEN, OFFSET, WHOLE = Paging.TOKEN, Paging.OFFSET, Paging.WHOLE
CHANGED: Mapping[str, Filter] = {"changedSince": since("changed_at")}
ACTIVE: Mapping[str, Filter] = {"active": yes_or_no("is_active")}
IS_ACTIVE: Mapping[str, Filter] = {"isActive": yes_or_no("is_active")}


@dataclass(frozen=True)
class Resource:
    """One kind of row. `answers_list` is a create that answers an array, `patch_answers_one` a patch that does not."""

    path: str
    area: str
    paging: Paging
    filters: Mapping[str, Filter] = field(default_factory=dict)
    verbs: frozenset[str] = ALL
    answers_list: bool = False
    patch_answers_one: bool = False


def _setting(
    path: str, *search: str, filters: Mapping[str, Filter] | None = None, verbs: frozenset[str] = ALL
) -> Resource:
    narrowed = {**ACTIVE, "textToSearch": words_in(*search), **(filters or {})}
    return Resource(path, "settings", OFFSET, narrowed, verbs)


def _owner_of_projects(database: Database, invoice: Invoice) -> object:
    return [one.project_owner for one in _projects(database, invoice)]


def _unit_of_projects(database: Database, invoice: Invoice) -> object:
    return [one.business_unit for one in _projects(database, invoice)]


def _seller_of_projects(database: Database, invoice: Invoice) -> object:
    return [one.sales_person for one in _projects(database, invoice)]


def _projects(database: Database, invoice: Invoice) -> list[Project]:
    found = [database.projects.find(guid) for guid in invoice.projects]
    return [one for one in found if one is not None]


def _net(database: Database, invoice: Invoice) -> object:
    return sums(database.invoice_rows.by("invoice_guid", invoice.guid)).net


def _owner_of_customer(database: Database, project: Project) -> object:
    customer = database.customers.find(project.customer)
    return customer.owner if customer else None


def _unit_of_hours(database: Database, hours: WorkHour) -> object:
    project = project_of(database, hours)
    return project.business_unit if project else None


_PROJECT_LISTS: Mapping[str, Filter] = {
    "projectGuids": any_of("guid"),
    "projectStatusTypeGuids": any_of("project_status"),
    "salesPersonGuids": any_of("sales_person"),
    "projectOwnerGuids": any_of("project_owner"),
    "businessUnitGuids": any_of("business_unit"),
    "customerOwnerGuids": any_of(_owner_of_customer),
    "salesStatusTypeGuids": any_of("sales_status"),
    "isClosed": yes_or_no("is_closed"),
    "numbers": whole_numbers("number"),
}
PROJECT_FILTERS: Mapping[str, Filter] = {
    **_PROJECT_LISTS,
    "customerGuids": any_of("customer"),
    "currencyGuid": any_of("currency"),
    "internal": yes_or_no("is_internal"),
    **CHANGED,
    "salesStatusChangedSince": since("sales_status_at"),
    "projectStatusChangedSince": since("project_status_at"),
}
SALES_CASE_FILTERS: Mapping[str, Filter] = {**_PROJECT_LISTS, "customerGuids": any_of("customer")}
HOUR_FILTERS_UNSURE: Mapping[str, Filter] = {
    "isApproved": yes_or_no("is_approved"),
    "businessUnitGuid": any_of(_unit_of_hours),
}
"""Sent by a client in the field, but not described."""

_HOURS: Mapping[str, Filter] = {
    **CHANGED,
    "billableStatus": any_of("billable_status"),
    "eventDateStart": from_day("event_date"),
    "eventDateEnd": to_day("event_date"),
}
_INVOICES: Mapping[str, Filter] = {
    **CHANGED,
    "paymentDateStart": from_day("payment_date"),
    "invoiceStatusGuids": any_of("status"),
    "projectGuids": any_of("projects"),
    "projectOwnerGuids": any_of(_owner_of_projects),
    "projectBusinessUnitGuids": any_of(_unit_of_projects),
    "salesPersonGuids": any_of(_seller_of_projects),
    "customerGuids": any_of("customer"),
    "startDate": from_day("date"),
    "endDate": to_day("date"),
    "minimumTotalExcludingTax": at_least(_net),
    "maximumTotalExcludingTax": at_most(_net),
    "referenceNumbers": any_of("reference_number"),
    "numbers": whole_numbers("number"),
    "createdByUserGuids": any_of("created_by"),
}
_USERS: Mapping[str, Filter] = {
    **IS_ACTIVE,
    **CHANGED,
    "businessUnitGuids": any_of("business_unit"),
    "supervisorUserGuids": any_of("superior_user"),
    "code": any_of("code"),
    "email": any_of("email"),
}
_CUSTOMERS: Mapping[str, Filter] = {
    **IS_ACTIVE,
    **CHANGED,
    "customerOwnerGuids": any_of("owner"),
    "isInternal": yes_or_no("is_internal"),
    "numbers": whole_numbers("number"),
    "emailAddresses": any_of("email"),
    "customerNames": any_of("name"),
    "vatNumber": any_of("vat_number"),
    "kvkNumber": any_of("kvk_number"),
}
_UNITS: Mapping[str, Filter] = {**CHANGED, "code": any_of("code"), "name": any_of("name")}
_CONTACTS: Mapping[str, Filter] = {**ACTIVE, **CHANGED, "textToSearch": words_in("name")}
_PHASES: Mapping[str, Filter] = {**CHANGED, "code": any_of("code"), "projectGuids": any_of("project")}
_PRODUCTS: Mapping[str, Filter] = {**IS_ACTIVE, **CHANGED, "type": any_of("type"), "code": any_of("code")}
_SALES_STATE: Mapping[str, Filter] = {"salesState": any_of("sales_state")}
_TRAVEL_TYPES: Mapping[str, Filter] = {**CHANGED, "code": any_of("code")}
_IDENTIFIED: Mapping[str, Filter] = {**CHANGED, "identifier": any_of("identifier"), "name": any_of("name")}
_PRODUCTIVE: Mapping[str, Filter] = {**CHANGED, "productive": yes_or_no("is_productive"), "code": any_of("code")}

RESOURCES = (
    _setting("businessunits", "name", filters=_UNITS),
    _setting("costcenters", "name", "identifier", filters=_IDENTIFIED),
    _setting("salesaccounts", "name", "number"),
    _setting("costaccounts", "name", "number"),
    _setting("currencies", "name", "code", verbs=frozenset({GET})),
    _setting("worktypes", "name", "code", filters=_PRODUCTIVE),
    _setting("productcategories", "name", filters=CHANGED),
    _setting("travelexpensetypes", "name", "code", filters=_TRAVEL_TYPES),
    _setting("salesstatustypes", "name", filters=_SALES_STATE),
    _setting("projectstatustypes", "name"),
    _setting("communicationtypes", "name"),
    _setting("invoicestatuses", "name"),
    Resource("products", "settings", TOKEN, _PRODUCTS),
    Resource("users", "users", TOKEN, _USERS),
    Resource("customers", "customers", TOKEN, _CUSTOMERS),
    Resource("addresses", "customers", OFFSET, CHANGED, ALL - {POST}),
    Resource("contactpersons", "customers", OFFSET, _CONTACTS),
    Resource(
        "contactcommunications",
        "customers",
        OFFSET,
        {**CHANGED, "textToSearch": words_in("value")},
        patch_answers_one=True,
    ),
    Resource("projects", "projects", TOKEN, PROJECT_FILTERS),
    Resource("phases", "projects", TOKEN, _PHASES),
    Resource("workhours", "hours", TOKEN, _HOURS),
    Resource("projectfees", "fees", TOKEN, CHANGED, answers_list=True),
    Resource("projecttravelexpenses", "travels", TOKEN, CHANGED),
    Resource("invoices", "invoices", TOKEN, _INVOICES, answers_list=True),
    Resource("invoicerows", "invoices", TOKEN, CHANGED, ALL - {POST}),
    Resource("invoicesettings", "invoices", WHOLE, {}, frozenset({PATCH}), patch_answers_one=True),
)
