"""The organisation's rows, by resource and guid, in the order in which they came, with a stamp for every change."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from sandbox.severa.fields import HIDDEN, Row
from sandbox.severa.invoice_records import Invoice, InvoiceRow, InvoiceSettings, InvoiceStatus
from sandbox.severa.project_records import Fee, Phase, Project, SalesStatusChange, TravelExpense, WorkHour
from sandbox.severa.records import (
    Address,
    BusinessUnit,
    Communication,
    CommunicationType,
    Contact,
    CostAccount,
    CostCentre,
    Country,
    Currency,
    Customer,
    Product,
    ProductCategory,
    ProjectStatusType,
    SalesAccount,
    SalesStatusType,
    TravelExpenseType,
    User,
    WorkType,
)

R = TypeVar("R", bound=Row)
_GUIDS = uuid.UUID("5e0e7a00-0000-4000-8000-000000000000")


@dataclass(frozen=True, kw_only=True)
class Deleted(Row):
    """What is left of a deleted row: itself, and when it went."""

    row: Annotated[Row, HIDDEN]
    deleted_at: Annotated[datetime, HIDDEN]


class Table(Generic[R]):
    """Rows of one resource. `indexed` attributes can be asked for without looking at all rows."""

    def __init__(self, record: type[R], *indexed: str) -> None:
        self.record = record
        self._rows: dict[str, R] = {}
        self._indexes: dict[str, dict[object, dict[str, R]]] = {name: {} for name in indexed}

    def all(self) -> Collection[R]:
        """Every row, oldest first."""
        return self._rows.values()

    def find(self, guid: str | None) -> R | None:
        """The row of the guid, or None."""
        return self._rows.get(guid) if guid else None

    def by(self, attribute: str, value: object) -> list[R]:
        """The rows whose indexed attribute has the value."""
        return list(self._indexes[attribute].get(value, {}).values())

    def put(self, row: R) -> R:
        """Takes the row in, in the place of the one that has its guid."""
        self._unindex(row.guid)
        self._rows[row.guid] = row
        for name, index in self._indexes.items():
            index.setdefault(getattr(row, name), {})[row.guid] = row
        return row

    def drop(self, guid: str) -> None:
        """Takes the row away."""
        self._unindex(guid)
        del self._rows[guid]

    def _unindex(self, guid: str) -> None:
        old = self._rows.get(guid)
        if old is not None:
            for name, index in self._indexes.items():
                del index[getattr(old, name)][guid]


class Database:
    """All tables. A row is never changed in place: `change` puts another in its place."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._serial = 0
        self.countries, self.currencies = Table(Country), Table(Currency)
        self.cost_centres, self.sales_accounts, self.cost_accounts = (
            Table(CostCentre),
            Table(SalesAccount),
            Table(CostAccount),
        )
        self.units, self.users, self.work_types = Table(BusinessUnit), Table(User), Table(WorkType)
        self.categories, self.products, self.travel_types = (
            Table(ProductCategory),
            Table(Product),
            Table(TravelExpenseType),
        )
        self.sales_statuses, self.project_statuses = Table(SalesStatusType), Table(ProjectStatusType)
        self.channels, self.communications = Table(CommunicationType), Table(Communication, "contact")
        self.customers = Table(Customer)
        self.addresses, self.contacts = Table(Address, "customer"), Table(Contact, "customer", "address_guid")
        self.projects, self.phases = Table(Project, "customer"), Table(Phase, "project", "parent_phase")
        self.sales_history = Table(SalesStatusChange, "project")
        self.hours = Table(WorkHour, "user", "phase", "work_type", "invoice_row_guid")
        self.fees = Table(Fee, "project", "product", "invoice_row_guid")
        self.travels = Table(TravelExpense, "project", "phase", "user", "travel_expense", "invoice_row_guid")
        self.invoice_statuses, self.invoices = Table(InvoiceStatus), Table(Invoice, "status", "customer")
        self.invoice_rows = Table(InvoiceRow, "invoice_guid")
        self.invoice_settings = Table(InvoiceSettings, "invoice_guid")
        self.deleted_hours, self.deleted_fees, self.deleted_travels = Table(Deleted), Table(Deleted), Table(Deleted)
        self.tables: Mapping[str, Table[Any]] = {
            "countries": self.countries,
            "currencies": self.currencies,
            "costcenters": self.cost_centres,
            "salesaccounts": self.sales_accounts,
            "costaccounts": self.cost_accounts,
            "businessunits": self.units,
            "users": self.users,
            "worktypes": self.work_types,
            "productcategories": self.categories,
            "products": self.products,
            "travelexpensetypes": self.travel_types,
            "salesstatustypes": self.sales_statuses,
            "projectstatustypes": self.project_statuses,
            "communicationtypes": self.channels,
            "contactcommunications": self.communications,
            "customers": self.customers,
            "addresses": self.addresses,
            "contactpersons": self.contacts,
            "projects": self.projects,
            "phases": self.phases,
            "workhours": self.hours,
            "projectfees": self.fees,
            "projecttravelexpenses": self.travels,
            "invoicestatuses": self.invoice_statuses,
            "invoices": self.invoices,
            "invoicerows": self.invoice_rows,
            "invoicesettings": self.invoice_settings,
        }
        everything = (*self.tables.values(), self.sales_history)
        self._of_record: Mapping[type[Row], Table[Any]] = {table.record: table for table in everything}

    def now(self) -> datetime:
        """The time in milliseconds, which is as fine as it is shown."""
        at = self._clock()
        return at.replace(microsecond=at.microsecond // 1000 * 1000)

    def table_of(self, record: type[R]) -> Table[R]:
        """The table of such records."""
        return self._of_record[record]

    def add(self, record: type[R], values: Mapping[str, Any], *, by: str | None = None) -> R:
        """A new row with the values of its attributes; `by` is a user, None for the API."""
        row = self._new(record, values, by)
        return self.table_of(record).put(row)

    def change(self, row: R, values: Mapping[str, Any], *, by: str | None = None, stamp: bool = True) -> R:
        """The row with other values; stamped, whether or not they differ from what was there."""
        stamps: dict[str, Any] = {"updated_at": self.now(), "updated_by": by} if stamp else {}
        return self.table_of(type(row)).put(replace(row, **{**values, **stamps}))

    def remove(self, row: Row) -> None:
        """Takes the row away, for good."""
        self.table_of(type(row)).drop(row.guid)

    def bury(self, graves: Table[Deleted], row: Row) -> None:
        """Takes the row away and tells of it in the list of deleted ones."""
        self.remove(row)
        graves.put(self._new(Deleted, {"row": row, "deleted_at": self.now()}, None))

    def graves_of(self, row: Row) -> Table[Deleted] | None:
        """Where deleted rows of this kind are told of; None where nobody tells."""
        graves = {WorkHour: self.deleted_hours, Fee: self.deleted_fees, TravelExpense: self.deleted_travels}
        return graves.get(type(row))

    def named(self, target: str, guid: str | None) -> Row | None:
        """The row that a reference leads to."""
        found: Row | None = self.tables[target].find(guid)
        return found

    def _new(self, record: type[R], values: Mapping[str, Any], by: str | None) -> R:
        self._serial += 1
        guid = str(uuid.uuid5(_GUIDS, str(self._serial)))
        return record(guid=guid, serial=self._serial, created_at=self.now(), created_by=by, **values)
