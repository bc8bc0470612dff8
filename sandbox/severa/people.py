"""What people at the organisation do in Severa itself, for tests and for the control calls.

Fields are the API's names and values are JSON's, as in the API: `edit("customers", guid, name="Uusi Oy")`. People act
as the organisation's administrator, so rows they touch name them; rows that the API touches name nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from sandbox.severa import invoicing
from sandbox.severa.answers import Json
from sandbox.severa.company import Company
from sandbox.severa.database import Table
from sandbox.severa.fields import Row
from sandbox.severa.invoice_records import Invoice
from sandbox.severa.project_records import Project, WorkHour
from sandbox.severa.reading import new_values, patched_values
from sandbox.severa.views import shown
from sandbox.wire import Refused

R = TypeVar("R", bound=Row)


class CannotDo(ValueError):
    """The person names something that is not there, or Severa would not let them; the text says what."""


class People:
    """The hands of the organisation's own people. Raises `CannotDo`."""

    def __init__(self, company: Company) -> None:
        self._company = company

    def create(self, resource: str, /, **fields: object) -> Row:
        """A new row of the resource."""
        table, database = self._table(resource), self._company.database
        try:
            values = new_values(database, table.record, fields)
            made: Row = self._company.create(table.record, values, by=self._me)
        except Refused as refused:
            raise CannotDo(_said(refused)) from refused
        return made

    def edit(self, resource: str, guid: str, /, **fields: object) -> Row:
        """The row saved with other fields; none of them just saves it."""
        row, database = self.row(resource, guid), self._company.database
        operations = [{"op": "replace", "path": f"/{name}", "value": value} for name, value in fields.items()]
        try:
            values = patched_values(database, row, operations) if operations else {}
            return self._company.change(row, values, by=self._me)
        except Refused as refused:
            raise CannotDo(_said(refused)) from refused

    def delete(self, resource: str, guid: str, /) -> None:
        """Takes the row away."""
        try:
            self._company.delete(self.row(resource, guid))
        except Refused as refused:
            raise CannotDo(_said(refused)) from refused

    def log_hours(
        self, project: str, user: str | None = None, *, hours: str = "7.5", approved: bool = False, **fields: object
    ) -> WorkHour:
        """Hours in the project's root phase, by its owner unless somebody is named, with the first productive type."""
        database = self._company.database
        place = self._project(project)
        kind = next(one.guid for one in database.work_types.all() if one.is_productive)
        dull: Json = {
            "user": {"guid": user or place.project_owner},
            "phase": {"guid": place.root_phase},
            "workType": {"guid": kind},
            "eventDate": database.now().date().isoformat(),
            "quantity": Decimal(hours),
            "isApproved": approved,
        }
        return self._as(WorkHour, self.create("workhours", **{**dull, **fields}))

    def approve(self, *guids: str, approved: bool = True) -> None:
        """Approves hours, or takes the approval back."""
        for guid in guids:
            self.edit("workhours", guid, isApproved=approved)

    def set_sales_status(self, project: str, status: str) -> Project:
        """Moves the project to the sales status of that name."""
        row = self._project(project)
        kind = self._named(self._company.database.sales_statuses, status)
        changed = self.edit("projects", row.guid, salesStatus={"salesStatusTypeGuid": kind.guid})
        return self._as(Project, changed)

    def win(self, project: str) -> Project:
        """Moves the project to the first sales status that is Won."""
        won = next(one.name for one in self._company.database.sales_statuses.all() if one.sales_state == "Won")
        return self.set_sales_status(project, won)

    def make_invoice(self, *projects: str, on: date | None = None) -> Invoice:
        """A draft of all that can be invoiced on the projects, which are one customer's."""
        rows = [self._project(guid) for guid in projects]
        stamp = self._company.options.stamps_invoicing
        return invoicing.draft(self._company.database, rows, on=on, by=self._me, stamp=stamp)

    def set_invoice_status(self, invoice: str, status: str) -> Invoice:
        """Moves the invoice to the status of that name."""
        kind = self._named(self._company.database.invoice_statuses, status)
        return self._as(Invoice, self.edit("invoices", invoice, status={"guid": kind.guid}))

    def credit(self, invoice: str) -> Invoice:
        """Makes a credit note of the whole invoice."""
        row = self._as(Invoice, self.row("invoices", invoice))
        return invoicing.credit(self._company.database, row, by=self._me)

    def row(self, resource: str, guid: str) -> Row:
        """The row as it is kept."""
        found: Row | None = self._table(resource).find(guid)
        if found is None:
            raise CannotDo(f"no row {guid} in {resource}")
        return found

    def rows(self, resource: str) -> Sequence[Any]:
        """All rows of the resource as they are kept, oldest first."""
        return list(self._table(resource).all())

    def shown(self, row: Row) -> Json:
        """The row as the API answers it."""
        return shown(self._company.database, row)

    @property
    def _me(self) -> str | None:
        return next((user.guid for user in self._company.database.users.all()), None)

    def _project(self, guid: str) -> Project:
        found = self._company.database.projects.find(guid)
        if found is None:
            raise CannotDo(f"no project {guid}")
        return found

    def _table(self, resource: str) -> Table[Any]:
        table = self._company.database.tables.get(resource)
        if table is None:
            raise CannotDo(f"no resource {resource}; there are {', '.join(self._company.database.tables)}")
        return table

    @staticmethod
    def _as(record: type[R], row: Row) -> R:
        if not isinstance(row, record):
            raise CannotDo(f"row {row.guid} is no {record.__name__}")
        return row

    @staticmethod
    def _named(table: Table[Any], name: str) -> Row:
        found: Row | None = next((one for one in table.all() if one.name == name), None)
        if found is None:
            raise CannotDo(f"no status {name}; there are {', '.join(one.name for one in table.all())}")
        return found


def _said(refused: Refused) -> str:
    body = refused.answer.body
    if not isinstance(body, dict):
        return f"answered {refused.answer.status}"
    return str(body["error"]["details"][0]["message"])
