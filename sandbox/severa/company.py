"""The organisation at Severa: its rows, and what saving, changing and deleting one brings with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

from sandbox.severa import invoicing, rules
from sandbox.severa.database import Database
from sandbox.severa.fields import Row
from sandbox.severa.invoice_records import Invoice, InvoiceRow, InvoiceSettings
from sandbox.severa.options import Options
from sandbox.severa.project_records import Fee, Phase, Project, SalesStatusChange, TravelExpense, WorkHour
from sandbox.severa.reading import Values
from sandbox.severa.records import Contact

R = TypeVar("R", bound=Row)


class Company:
    """Rows and their rules. `by` is the user who acts, None for the API."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._pretended: datetime | None = None
        self.start_over(Options())

    def start_over(self, options: Options) -> None:
        """Nothing is there, under these options."""
        self.options = options
        self.database = Database(lambda: self._pretended or self._clock())

    @contextmanager
    def at(self, moment: datetime) -> Iterator[None]:
        """What happens in the block happened at that moment."""
        self._pretended = moment
        try:
            yield
        finally:
            self._pretended = None

    def create(self, record: type[R], values: Values, *, by: str | None = None) -> R:
        """A new row with all that comes with it. Ends the call with 400."""
        invoice = self.database.invoices.find(values.get("invoice"))
        values = rules.completed(self.database, record, {**values, **({"invoice": None} if invoice else {})})
        if self.options.refuses_duplicates:
            rules.check_unique(self.database, record, values, None)
        row = self.database.add(record, values, by=by)
        if isinstance(row, Project):
            self._found(row, by)
        if invoice is not None and isinstance(row, WorkHour | Fee | TravelExpense):
            invoicing.put_on(self.database, invoice, [row], stamp=self.options.stamps_invoicing)
        return self.database.table_of(record).find(row.guid) or row

    def change(self, row: R, values: Values, *, by: str | None = None) -> R:
        """The row with the values, and what follows from them. Ends the call with 400."""
        database = self.database
        if self.options.refuses_duplicates:
            rules.check_unique(database, type(row), values, row)
        rules.check_change(database, row, values)
        if isinstance(row, Invoice):
            values = invoicing.changes(database, row, values)
        if isinstance(row, WorkHour | Fee | TravelExpense) and "invoice" in values:
            self._move_to_invoice(row, values["invoice"])
            row = database.table_of(type(row)).find(row.guid) or row
            values = {name: value for name, value in values.items() if name != "invoice"}
        values = rules.with_consequences(database, row, values)
        stamp = self.options.stamps_approval or set(values) != {"is_approved"}
        changed = database.change(row, values, by=by, stamp=stamp)
        self._follow(row, changed, by)
        return changed

    def delete(self, row: Row, *, non_billable: bool = False, usages_to: Row | None = None) -> None:
        """Takes the row away, for good but for a contact. Ends the call with 400 when it has to stay."""
        if isinstance(row, Contact):
            self.database.change(row, {"is_deleted": True, "is_active": False})
            return
        if isinstance(row, Invoice | InvoiceRow):
            invoicing.remove(self.database, row, non_billable=non_billable, stamp=self.options.stamps_invoicing)
            return
        if usages_to is not None:
            rules.move_usages(self.database, row, usages_to)
        rules.check_removal(self.database, row)
        graves = self.database.graves_of(row)
        if graves is not None:
            self.database.bury(graves, row)
            return
        for own in rules.belongings(self.database, row):
            self.database.remove(own)
        self.database.remove(row)

    def _found(self, project: Project, by: str | None) -> None:
        root = {"name": project.name, "parent_phase": None, "project": project.guid}
        phase = self.database.add(Phase, root, by=by)
        self.database.change(project, {"root_phase": phase.guid}, stamp=False)
        self._note_sales_status(project, by)

    def _follow(self, before: Row, after: Row, by: str | None) -> None:
        """What a change of one row does to others."""
        if isinstance(after, Project) and isinstance(before, Project) and before.sales_status != after.sales_status:
            self._note_sales_status(after, by)
        if isinstance(after, Invoice):
            days = {"payment_date": after.payment_date, "entry_date": after.entry_date}
            for settings in self.database.invoice_settings.by("invoice_guid", after.guid):
                self.database.change(settings, days)
        if isinstance(after, InvoiceSettings) and (invoice := self.database.invoices.find(after.invoice_guid)):
            days = {"payment_date": after.payment_date, "entry_date": after.entry_date}
            self.database.change(invoice, days, by=by)

    def _note_sales_status(self, project: Project, by: str | None) -> None:
        if project.sales_status is None:
            return
        kept = {"project": project.guid, "sales_status_type": project.sales_status, "time_stamp": self.database.now()}
        self.database.add(SalesStatusChange, kept, by=by)

    def _move_to_invoice(self, item: WorkHour | Fee | TravelExpense, guid: str | None) -> None:
        stamp = self.options.stamps_invoicing
        if item.invoice is not None:
            invoicing.release(self.database, [item], stamp=stamp)
        invoice = self.database.invoices.find(guid)
        if invoice is not None:
            fresh = self.database.table_of(type(item)).find(item.guid) or item
            invoicing.put_on(self.database, invoice, [fresh], stamp=stamp)
