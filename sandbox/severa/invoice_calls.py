"""Calls about invoices that other resources have no like of: making them, and seeing what is on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sandbox.severa import invoicing
from sandbox.severa.answers import missing, object_of, refuse
from sandbox.severa.calls import Calls
from sandbox.severa.company import Company
from sandbox.severa.fields import Row, read_day
from sandbox.severa.filters import Filter, any_of, chosen
from sandbox.severa.invoice_records import Invoice, InvoiceRow
from sandbox.severa.listing import Paging, page, query_of, token_page
from sandbox.severa.project_records import Fee, Project, TravelExpense, WorkHour
from sandbox.severa.resources import GET, POST
from sandbox.severa.views import credited, shown
from sandbox.wire import Answer, Call, Handler, Route

KINDS: Mapping[str, type[Row]] = {"workhours": WorkHour, "projectfees": Fee, "projecttravelexpenses": TravelExpense}
_ROW_FILTERS: Mapping[str, Filter] = {"rowType": any_of("row_type")}
_ITEM_FILTERS: Mapping[str, Filter] = {"productType": any_of("product_type")}


class InvoiceCalls:
    """The handlers."""

    def __init__(self, company: Company, calls: Calls) -> None:
        self._company = company
        self._calls = calls

    def routes(self) -> list[Route]:
        """All of them. What is on invoices and rows is read with the scope of invoices."""
        guarded, reading = self._calls.guarded, "invoices:read"
        contents = [
            guarded(GET, f"{parent}/{{guid}}/{prefix}{path}", handler(parent, kind), reading)
            for parent in ("invoices", "invoicerows")
            for prefix, handler in (("", self._contents), ("reimbursed", self._credited))
            for path, kind in KINDS.items()
        ]
        return [
            *contents,
            guarded(POST, "invoices", self._make, "invoices:write"),
            guarded(GET, "invoices/{guid}/invoicerows", self._rows, reading),
            guarded(GET, "invoices/{guid}/invoicesettings", self._settings, reading),
            guarded(GET, "invoices/{guid}/pdf", self._pdf, "files:read"),
        ]

    def _make(self, call: Call) -> Answer:
        """One invoice for each project, or with `groupProjects` one for each customer."""
        body, database = object_of(call), self._company.database
        projects = [self._project(entry) for entry in _list(body.get("projects"))]
        groups: dict[str, list[Project]] = {}
        for project in projects:
            groups.setdefault(project.customer if body.get("groupProjects") is True else project.guid, []).append(
                project
            )
        receiver, status = body.get("billingCustomerGuid"), body.get("invoiceStatusGuid")
        if receiver is not None and database.customers.find(receiver) is None:
            refuse("There is no such customer.", "billingCustomerGuid")
        if status is not None and database.invoice_statuses.find(status) is None:
            refuse("There is no such invoice status.", "invoiceStatusGuid")
        made = [
            invoicing.draft(
                database,
                group,
                billing_customer=receiver,
                on=_day(body.get("date")),
                status=status,
                stamp=self._company.options.stamps_invoicing,
            )
            for group in groups.values()
        ]
        return Answer(201, [shown(database, invoice) for invoice in made])

    def _project(self, entry: object) -> Project:
        guid = entry.get("guid") if isinstance(entry, dict) else None
        project = self._company.database.projects.find(guid if isinstance(guid, str) else None)
        return project or refuse("There is no such project.", "projects")

    def _rows(self, call: Call) -> Answer:
        database = self._company.database
        rows = database.invoice_rows.by("invoice_guid", self._invoice(call).guid)
        return self._page(call, chosen(database, query_of(call), _ROW_FILTERS, rows))

    def _contents(self, parent: str, kind: type[Row]) -> Handler:
        def answer(call: Call) -> Answer:
            database = self._company.database
            rows = self._rows_meant(call, parent)
            items = [item for row in rows for item in invoicing.items_of(database, row.guid) if isinstance(item, kind)]
            filters = _ITEM_FILTERS if kind is Fee else {}
            return self._page(call, chosen(database, query_of(call), filters, sorted(items, key=_serial)))

        return answer

    def _credited(self, parent: str, kind: type[Row]) -> Handler:
        """What rows of a credit note take back: the content of the rows that they credit."""

        def answer(call: Call) -> Answer:
            database = self._company.database
            on: dict[str, InvoiceRow] = {}
            items: list[Any] = []
            for row in self._rows_meant(call, parent):
                found = invoicing.items_of(database, row.credited_row) if row.credited_row else []
                items += [item for item in found if isinstance(item, kind)]
                on |= {item.guid: row for item in found}

            def show(item: Row) -> object:
                return credited(database, item, on[item.guid])

            return token_page(call, sorted(items, key=_serial), self._company.options.rows_max, show)

        return answer

    def _rows_meant(self, call: Call, parent: str) -> Sequence[InvoiceRow]:
        if parent == "invoices":
            return self._company.database.invoice_rows.by("invoice_guid", self._invoice(call).guid)
        return [self._company.database.invoice_rows.find(call.ids["guid"].lower()) or missing()]

    def _settings(self, call: Call) -> Answer:
        database = self._company.database
        (settings,) = database.invoice_settings.by("invoice_guid", self._invoice(call).guid)
        return Answer(200, shown(database, settings))

    def _pdf(self, call: Call) -> Answer:
        invoice = self._invoice(call)
        text = f"%PDF-1.4\n% Lasku {invoice.number or '—'}, {invoice.receiver_customer_name}\n%%EOF\n"
        return Answer(200, text.encode(), {"Content-Type": "application/pdf"})

    def _page(self, call: Call, rows: Sequence[Row]) -> Answer:
        database = self._company.database
        return page(call, Paging.TOKEN, rows, self._company.options.rows_max, lambda row: shown(database, row))

    def _invoice(self, call: Call) -> Invoice:
        return self._company.database.invoices.find(call.ids["guid"].lower()) or missing()


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) and value else refuse("The field projects is required.", "projects")


def _day(value: object) -> date | None:
    if value is None:
        return None
    try:
        return read_day(str(value))
    except ValueError:
        refuse("Invalid value for date.", "date")


def _serial(row: Row) -> int:
    return row.serial
