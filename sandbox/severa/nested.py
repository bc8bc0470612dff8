"""Lists that hang on another row, lists of what was deleted, and the few things that are no resource of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.severa.answers import missing, object_of
from sandbox.severa.calls import Calls
from sandbox.severa.company import Company
from sandbox.severa.database import Database, Deleted, Table
from sandbox.severa.fields import Row
from sandbox.severa.filters import Filter, any_of, chosen, from_day, since, to_day, yes_or_no
from sandbox.severa.formats import reference
from sandbox.severa.listing import Paging, page, query_of
from sandbox.severa.reading import new_values
from sandbox.severa.records import COMPANY_GUID, Address
from sandbox.severa.resources import ACTIVE, GET, POST, SALES_CASE_FILTERS
from sandbox.severa.views import buried, project_of, shown
from sandbox.wire import Answer, Call, Route

Rows = Callable[[Database, str], Sequence[Any]]


@dataclass(frozen=True)
class Nested:
    """A list under a row: `projects/{guid}/workhours`. `parent` is the resource of that row."""

    path: str
    parent: str
    scope: str
    paging: Paging
    rows: Rows
    filters: Mapping[str, Filter] = field(default_factory=dict)


def _of_phases(database: Database, project: str) -> Sequence[Row]:
    return [
        hours for phase in database.phases.by("project", project) for hours in database.hours.by("phase", phase.guid)
    ]


def _addresses_of_contact(database: Database, guid: str) -> Sequence[Address]:
    contact = database.contacts.find(guid)
    address = database.addresses.find(contact.address_guid) if contact else None
    return [address] if address else []


_BILLED: Mapping[str, Filter] = {
    "isBillable": yes_or_no("is_billable"),
    "isBilled": yes_or_no("invoice_row_guid"),
}
_DAYS: Mapping[str, Filter] = {"startDate": from_day("event_date"), "endDate": to_day("event_date")}
_TYPED: Mapping[str, Filter] = {"productType": any_of("product_type")}

NESTED = (
    Nested(
        "customers/{guid}/addresses",
        "customers",
        "customers:read",
        Paging.OFFSET,
        lambda database, guid: database.addresses.by("customer", guid),
    ),
    Nested(
        "customers/{guid}/contactpersons",
        "customers",
        "customers:read",
        Paging.OFFSET,
        lambda database, guid: database.contacts.by("customer", guid),
        ACTIVE,
    ),
    Nested(
        "customers/{guid}/projects",
        "customers",
        "projects:read",
        Paging.TOKEN,
        lambda database, guid: database.projects.by("customer", guid),
        SALES_CASE_FILTERS,
    ),
    Nested(
        "contactpersons/{guid}/addresses",
        "contactpersons",
        "customers:read",
        Paging.WHOLE,
        _addresses_of_contact,
    ),
    Nested(
        "contacts/{guid}/contactcommunications",
        "contactpersons",
        "customers:read",
        Paging.WHOLE,
        lambda database, guid: database.communications.by("contact", guid),
    ),
    Nested(
        "projects/{guid}/salesstatushistory",
        "projects",
        "projects:read",
        Paging.WHOLE,
        lambda database, guid: database.sales_history.by("project", guid),
    ),
    Nested("projects/{guid}/workhours", "projects", "hours:read", Paging.TOKEN, _of_phases, {**_BILLED, **_DAYS}),
    Nested(
        "projects/{guid}/projectfees",
        "projects",
        "fees:read",
        Paging.TOKEN,
        lambda database, guid: database.fees.by("project", guid),
        {**_BILLED, **_TYPED},
    ),
    Nested(
        "projects/{guid}/projecttravelexpenses",
        "projects",
        "travels:read",
        Paging.TOKEN,
        lambda database, guid: database.travels.by("project", guid),
        _BILLED,
    ),
    Nested(
        "users/{guid}/workhours",
        "users",
        "hours:read",
        Paging.TOKEN,
        lambda database, guid: database.hours.by("user", guid),
        {**_DAYS, "phaseGuid": any_of("phase"), "workTypeGuid": any_of("work_type")},
    ),
)


class NestedCalls:
    """The handlers."""

    def __init__(self, company: Company, calls: Calls) -> None:
        self._company = company
        self._calls = calls

    def routes(self) -> list[Route]:
        """All of them."""
        guarded = self._calls.guarded
        deleted: tuple[tuple[str, str, Callable[[Database], Table[Deleted]]], ...] = (
            ("deletedworkhours", "hours:read", lambda database: database.deleted_hours),
            ("deletedprojectfees", "fees:read", lambda database: database.deleted_fees),
            ("deletedprojecttravelexpenses", "travels:read", lambda database: database.deleted_travels),
        )
        return [
            *(guarded(GET, one.path, self._nested(one), one.scope) for one in NESTED),
            *(guarded(GET, path, self._deleted(graves), scope) for path, scope, graves in deleted),
            guarded(POST, "customers/{guid}/addresses", self._add_address, "customers:write"),
            guarded(GET, "salescases", self._sales_cases, "projects:read"),
            guarded(GET, "localization/countries", self._countries, "settings:read"),
            guarded(GET, "localization/countries/{key}", self._countries, "settings:read"),
            guarded(GET, "organizationdetails", self._organization, "organization:read"),
        ]

    def _page(self, call: Call, paging: Paging, rows: Sequence[Row]) -> Answer:
        database = self._company.database
        return page(call, paging, rows, self._company.options.rows_max, lambda row: shown(database, row))

    def _nested(self, nested: Nested) -> Callable[[Call], Answer]:
        def answer(call: Call) -> Answer:
            database, guid = self._company.database, call.ids["guid"].lower()
            if database.tables[nested.parent].find(guid) is None:
                missing()
            rows = sorted(nested.rows(database, guid), key=lambda row: int(row.serial))
            return self._page(call, nested.paging, chosen(database, query_of(call), nested.filters, rows))

        return answer

    def _deleted(self, graves: Callable[[Database], Table[Deleted]]) -> Callable[[Call], Answer]:
        filters: Mapping[str, Filter] = {
            "deletedSince": since("deleted_at"),
            "projectGuids": any_of(_project_of_grave),
            "projectGuid": any_of(_project_of_grave),
            "userGuids": any_of(_user_of_grave),
            "userGuid": any_of(_user_of_grave),
        }

        def answer(call: Call) -> Answer:
            database = self._company.database
            rows = chosen(database, query_of(call), filters, graves(database).all())
            return page(call, Paging.TOKEN, rows, self._company.options.rows_max, lambda row: buried(database, row))

        return answer

    def _add_address(self, call: Call) -> Answer:
        database, guid = self._company.database, call.ids["guid"].lower()
        if database.customers.find(guid) is None:
            missing()
        body = {**object_of(call), "customer": {"guid": guid}}
        address = self._company.create(Address, new_values(database, Address, body))
        return Answer(201, shown(database, address))

    def _sales_cases(self, call: Call) -> Answer:
        database = self._company.database
        won = {one.guid for one in database.sales_statuses.all() if one.sales_state == "Won"}
        cases = [one for one in database.projects.all() if one.sales_status not in won]
        return self._page(call, Paging.TOKEN, chosen(database, query_of(call), SALES_CASE_FILTERS, cases))

    def _countries(self, call: Call) -> Answer:
        """All countries; one by its guid; a list of those with the code or name."""
        database, key = self._company.database, call.ids.get("key", "").casefold()
        found = [
            one
            for one in database.countries.all()
            if key in ("", one.guid, *(text.casefold() for text in (one.code2, one.code3, one.name, one.english_name)))
        ]
        rows = [{**shown(database, one), "isInEU": one.code2 not in ("NO", "GB")} for one in found]
        return Answer(200, rows[0] if rows and rows[0]["guid"] == key else rows)

    def _organization(self, _: Call) -> Answer:
        database = self._company.database
        root = next(iter(database.units.all()), None)
        own = next((one for one in database.currencies.all() if one.is_organization_currency), None)
        name = root.company_name if root else None
        company = {"guid": COMPANY_GUID, "name": name, "rootBusinessUnitGuid": root.guid if root else None}
        money = {"currencyCode": own.code if own else None, "currencyGuid": own.guid if own else None}
        body = {
            "guid": COMPANY_GUID,
            "name": name,
            "vatNumber": root.vat_number if root else None,
            "currency": reference(own, ("guid", "code", "name", "symbol")),
            "activeCompanies": [{**company, **money}],
            "activeAddons": [],
        }
        return Answer(200, body)


def _project_of_grave(database: Database, grave: Deleted) -> object:
    project = project_of(database, grave.row)
    return project.guid if project else None


def _user_of_grave(_: Database, grave: Deleted) -> object:
    return getattr(grave.row, "user", None)
