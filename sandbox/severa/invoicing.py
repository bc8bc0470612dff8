"""Invoices at Severa: how one is made of a project, what is on its rows, and what a status does to it.

Documented: a status may give a number, forbid changes, and mean sent or paid; a number is kept. The rest is ASSUMED.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sandbox.severa.answers import forbid
from sandbox.severa.assumed import FIRST_INVOICE, PAYMENT_TERM_DAYS, VAT_RATE
from sandbox.severa.database import Database
from sandbox.severa.invoice_records import Invoice, InvoiceRow, InvoiceSettings, InvoiceStatus
from sandbox.severa.project_records import Fee, Project, TravelExpense, WorkHour
from sandbox.severa.reading import Values

Item = WorkHour | Fee | TravelExpense
CHANGES_WHEN_READ_ONLY = frozenset({"status", "payment_date"})


def draft(
    database: Database,
    projects: Sequence[Project],
    *,
    billing_customer: str | None = None,
    on: date | None = None,
    status: str | None = None,
    by: str | None = None,
    stamp: bool = True,
) -> Invoice:
    """An invoice to one customer with all that is to be invoiced on the projects."""
    day = on or database.now().date()
    customer = database.customers.find(projects[0].customer)
    receiver = database.customers.find(billing_customer) or customer
    term = (receiver.payment_term if receiver else None) or PAYMENT_TERM_DAYS
    values: dict[str, Any] = {
        "date": day,
        "due_date": day + timedelta(days=term),
        "status": _status(database, status, lambda one: one.is_default).guid,
        "customer": projects[0].customer,
        "billing_customer": billing_customer or projects[0].customer,
        "projects": tuple(project.guid for project in projects),
        "currency": projects[0].currency,
        "payment_term": term,
        "receiver_customer_name": receiver.name if receiver else None,
        "receiver_vat_number": receiver.vat_number if receiver else None,
        "sender_name": next((unit.company_name for unit in database.units.all()), None),
        "your_reference": projects[0].your_reference,
        "our_reference": projects[0].our_reference,
        "order_number": projects[0].order_number,
    }
    invoice = _add(database, values, by)
    for project in projects:
        put_on(database, invoice, to_invoice(database, project), stamp=stamp)
    return database.change(invoice, numbered(database, invoice, values["status"]), stamp=False)


def to_invoice(database: Database, project: Project) -> list[Item]:
    """What is billable and not yet on an invoice: approved hours, fees, travel expenses."""
    phases = [phase.guid for phase in database.phases.by("project", project.guid)]
    hours = [one for phase in phases for one in database.hours.by("phase", phase) if one.is_approved]
    costs: list[Item] = [
        *database.fees.by("project", project.guid),
        *database.travels.by("project", project.guid),
    ]
    return [one for one in [*hours, *costs] if one.is_billable and one.invoice_row_guid is None]


def put_on(database: Database, invoice: Invoice, items: Iterable[Item], *, stamp: bool) -> None:
    """Puts the items on rows of the invoice: hours by work type and price, the others each on its own."""
    groups: dict[object, list[Item]] = {}
    for item in items:
        key = (item.work_type, item.unit_price) if isinstance(item, WorkHour) else item.guid
        groups.setdefault(key, []).append(item)
    for group in groups.values():
        row = database.add(InvoiceRow, {"invoice_guid": invoice.guid, **_row_of(database, invoice, group)})
        for item in group:
            quantity = item.planned_invoice_quantity if isinstance(item, WorkHour) else None
            values = {"invoice": invoice.guid, "invoice_row_guid": row.guid}
            database.change(item, {**values, "invoice_quantity": quantity or item.quantity}, stamp=stamp)


def release(database: Database, items: Iterable[Item], *, non_billable: bool = False, stamp: bool = True) -> None:
    """Takes the items off their invoice; they can be invoiced again unless they are to count as not billable."""
    for item in items:
        values: Values = {"invoice": None, "invoice_row_guid": None, "invoice_quantity": None}
        if non_billable:
            values["is_billable"] = False
        if non_billable and isinstance(item, WorkHour):
            values["billable_status"] = "RemovedFromInvoice"
        database.change(item, values, stamp=stamp)


def items_of(database: Database, row_guid: str) -> list[Item]:
    """What the row is made of."""
    tables = (database.hours, database.fees, database.travels)
    return [item for table in tables for item in table.by("invoice_row_guid", row_guid)]


def check_open(database: Database, invoice_guid: str) -> None:
    """Ends the call with 400 when the invoice is in a status that forbids changes."""
    invoice = database.invoices.find(invoice_guid)
    status = database.invoice_statuses.find(invoice.status) if invoice else None
    if status is not None and status.is_read_only:
        forbid(f"The invoice is in the read-only status {status.name}.")


def changes(database: Database, invoice: Invoice, values: Values) -> Values:
    """The values of a change with what a new status brings along. Ends the call with 400."""
    if set(values) - CHANGES_WHEN_READ_ONLY:
        check_open(database, invoice.guid)
    return {**numbered(database, invoice, values["status"]), **values} if "status" in values else values


def numbered(database: Database, invoice: Invoice, status_guid: str) -> Values:
    """What the invoice gets from coming to the status: a number, a reference, a day of payment."""
    status = database.invoice_statuses.find(status_guid)
    values: Values = {}
    if status is not None and status.has_invoice_number and invoice.number is None:
        numbers = [one.number for one in database.invoices.all() if one.number is not None]
        number = max([FIRST_INVOICE - 1, *numbers]) + 1
        values |= {"number": number, "reference_number": finnish_reference(number)}
    if status is not None and status.is_paid and invoice.payment_date is None:
        values["payment_date"] = database.now().date()
    return values


def remove(database: Database, row: Invoice | InvoiceRow, *, non_billable: bool, stamp: bool) -> None:
    """Takes the invoice, or one of its rows, away and frees what was on it. Ends the call with 400."""
    guid = row.guid if isinstance(row, Invoice) else row.invoice_guid
    check_open(database, guid)
    if isinstance(row, Invoice) and row.number is not None:
        forbid("The invoice has a number and cannot be deleted.")
    rows = [row] if isinstance(row, InvoiceRow) else database.invoice_rows.by("invoice_guid", guid)
    for one in rows:
        release(database, items_of(database, one.guid), non_billable=non_billable, stamp=stamp)
        database.remove(one)
    if isinstance(row, Invoice):
        for settings in database.invoice_settings.by("invoice_guid", guid):
            database.remove(settings)
        database.remove(row)


def credit(database: Database, invoice: Invoice, *, by: str | None = None) -> Invoice:
    """A credit note of the whole invoice, whose own content stays as it is."""
    status = _status(database, None, lambda one: one.is_default_for_credit_note)
    kept = ("customer", "billing_customer", "projects", "currency", "payment_term", "receiver_customer_name")
    values: dict[str, Any] = {name: getattr(invoice, name) for name in (*kept, "receiver_vat_number", "sender_name")}
    today = database.now().date()
    days = {"date": today, "due_date": today + timedelta(days=invoice.payment_term)}
    more = {"status": status.guid, "is_credit_note": True, "reimburse_invoice": invoice.guid}
    note = _add(database, {**values, **days, **more}, by)
    for row in database.invoice_rows.by("invoice_guid", invoice.guid):
        copied = ("row_type", "unit_price", "description", "code", "measurement_unit", "vat_rate", "cost_centre")
        same = {name: getattr(row, name) for name in (*copied, "account", "sort_order")}
        turned = {"invoice_guid": note.guid, "quantity": -row.quantity, "credited_row": row.guid}
        database.add(InvoiceRow, {**same, **turned})
    database.change(invoice, {"credit_note_invoice": note.guid}, by=by)
    return database.change(note, numbered(database, note, status.guid), stamp=False)


def finnish_reference(number: int) -> str:
    """The number with the check digit of a Finnish bank reference."""
    digits = [int(digit) for digit in reversed(str(number))]
    return f"{number}{-sum(digit * (7, 3, 1)[place % 3] for place, digit in enumerate(digits)) % 10}"


def _add(database: Database, values: Values, by: str | None) -> Invoice:
    invoice = database.add(Invoice, values, by=by)
    database.add(InvoiceSettings, {"invoice_guid": invoice.guid}, by=by)
    return invoice


def _status(database: Database, guid: str | None, default: Any) -> InvoiceStatus:
    statuses = database.invoice_statuses
    found = statuses.find(guid) or next((one for one in statuses.all() if default(one)), None)
    return found or next(iter(statuses.all()))


def _row_of(database: Database, invoice: Invoice, items: Sequence[Item]) -> Values:
    item = items[0]
    values: Values = {
        "unit_price": item.unit_price,
        "sort_order": len(database.invoice_rows.by("invoice_guid", invoice.guid)),
    }
    if isinstance(item, WorkHour):
        kind = database.work_types.find(item.work_type)
        project = database.projects.find(invoice.projects[0])
        values |= {"row_type": "Hours", "measurement_unit": "h", "vat_rate": VAT_RATE}
        values |= {"description": kind.name if kind else None, "code": _codes(kind.code if kind else None)}
        values |= {"account": kind.sales_account if kind else None}
        values |= {"cost_centre": project.cost_center if project else None}
    elif isinstance(item, Fee):
        product = database.products.find(item.product)
        values |= {"row_type": "ProjectFees", "description": item.name, "measurement_unit": item.measurement_unit}
        values |= {"vat_rate": item.vat_rate, "account": item.sales_account, "cost_centre": item.cost_center}
        values |= {"code": _codes(product.code if product else None)}
    else:
        expense = database.travel_types.find(item.travel_expense)
        values |= {"row_type": "TravelExpenses", "measurement_unit": item.measurement_unit, "vat_rate": item.vat_rate}
        values |= {"description": expense.name if expense else None, "code": _codes(expense.code if expense else None)}
        values |= {"account": item.sales_account, "cost_centre": item.cost_center}
    quantities = (
        (one.planned_invoice_quantity if isinstance(one, WorkHour) else None) or one.quantity for one in items
    )
    return {**values, "quantity": sum((quantity or Decimal(0) for quantity in quantities), Decimal(0))}


def _codes(code: str | None) -> tuple[str, ...]:
    return (code,) if code else ()
