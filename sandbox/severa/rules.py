"""What Severa fills in and refuses, beyond the shape of fields. Nearly all is ASSUMED, see `sandbox.severa.assumed`;
documented is that a user or invoice status in use cannot be deleted, and that hours and travel expenses need a phase.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from sandbox.severa.answers import forbid, refuse
from sandbox.severa.assumed import FIRST_CUSTOMER, FIRST_PROJECT, HOUR_PRICE, PAYMENT_TERM_DAYS, VAT_RATE
from sandbox.severa.database import Database, Table
from sandbox.severa.fields import Money, Row, camel, fields_of
from sandbox.severa.invoice_records import InvoiceRow
from sandbox.severa.invoicing import check_open
from sandbox.severa.project_records import Fee, Phase, Project, SalesStatusChange, TravelExpense, WorkHour
from sandbox.severa.reading import Values
from sandbox.severa.records import Customer, Product, User, WorkType

UNIQUE: Mapping[type[Row], tuple[str, ...]] = {
    Customer: ("number",),
    Project: ("number",),
    User: ("code", "email"),
    Product: ("code",),
    WorkType: ("code",),
}


def completed(database: Database, record: type[Row], values: Values) -> Values:
    """The values of a new row with what the vendor adds. Ends the call with 400."""
    complete = _COMPLETE.get(record)
    return complete(database, values) if complete else values


def check_unique(database: Database, record: type[Row], values: Values, itself: Row | None) -> None:
    """Ends the call with 400 when another row has the number, code or e-mail."""
    for attribute in UNIQUE.get(record, ()):
        value = values.get(attribute)
        others = (row for row in database.table_of(record).all() if itself is None or row.guid != itself.guid)
        if value is not None and any(getattr(row, attribute) == value for row in others):
            refuse(f"{camel(attribute)} {value} is already in use.", camel(attribute))


def check_change(database: Database, row: Row, values: Values) -> None:
    """Ends the call with 400 when the row takes no change."""
    if isinstance(row, WorkHour):
        _check_phase(database, row.phase)
        _check_phase(database, values.get("phase", row.phase))
    if isinstance(row, WorkHour | Fee | TravelExpense) and row.invoice_row_guid and set(values) - {"invoice"}:
        forbid("It is on an invoice and cannot be changed.")
    if isinstance(row, InvoiceRow):
        check_open(database, row.invoice_guid)


def with_consequences(database: Database, row: Row, values: Values) -> Values:
    """The values of a change with what follows from them in the same row."""
    now = database.now()
    if isinstance(row, Project):
        if "is_closed" in values and values["is_closed"] != row.is_closed:
            values = {**values, "closed_date": now.date() if values["is_closed"] else None}
        for status in ("sales_status", "project_status"):
            if status in values and values[status] != getattr(row, status):
                values = {**values, f"{status}_at": now}
    if isinstance(row, WorkHour) and "is_billable" in values:
        values = {**values, "billable_status": "Billable" if values["is_billable"] else "NotBillable"}
    return values


def check_removal(database: Database, row: Row) -> None:
    """Ends the call with 400 while other rows need this one."""
    if isinstance(row, WorkHour | Fee | TravelExpense) and row.invoice_row_guid:
        forbid("It is on an invoice and cannot be deleted.")
    if isinstance(row, Phase) and row.parent_phase is None:
        forbid("The root phase cannot be deleted.")
    own = {one.guid for one in belongings(database, row)} | {row.guid}
    for table, other, _ in referring(database, row):
        if other.guid not in own:
            forbid(f"It is in use by {table} and cannot be deleted.")


def belongings(database: Database, row: Row) -> list[Row]:
    """The rows that go with this one."""
    if isinstance(row, Project):
        history: list[SalesStatusChange] = database.sales_history.by("project", row.guid)
        return [*database.phases.by("project", row.guid), *history]
    if isinstance(row, Customer):
        contacts = database.contacts.by("customer", row.guid)
        channels = [one for contact in contacts for one in database.communications.by("contact", contact.guid)]
        return [*channels, *contacts, *database.addresses.by("customer", row.guid)]
    return []


def move_usages(database: Database, row: Row, to: Row) -> None:
    """Lets everything that refers to the row refer to the other one."""
    for table, other, attribute in list(referring(database, row)):
        changed: dict[str, Any] = {attribute: to.guid}
        database.tables[table].put(replace(other, **changed))


def referring(database: Database, row: Row) -> Iterator[tuple[str, Row, str]]:
    """Rows that refer to this one: their resource, themselves, and by which attribute."""
    target = next(name for name, table in database.tables.items() if table.record is type(row))
    for name, table in database.tables.items():
        found = [
            field.attribute for field in fields_of(table.record).values() if field.to and field.to.target == target
        ]
        for attribute in found:
            yield from ((name, other, attribute) for other in table.all() if getattr(other, attribute) == row.guid)


def next_number(table: Table[Any], lowest: int) -> int:
    """One above the highest number of the rows."""
    numbers: list[int] = [row.number for row in table.all() if row.number is not None]
    return max([lowest - 1, *numbers]) + 1


def _customer(database: Database, values: Values) -> Values:
    own = next((one.guid for one in database.currencies.all() if one.is_organization_currency), None)
    first: Values = {"currency": own, "payment_term": PAYMENT_TERM_DAYS}
    number = values.get("number")
    return {**first, **values, "number": next_number(database.customers, FIRST_CUSTOMER) if number is None else number}


def _user(database: Database, values: Values) -> Values:
    unit = next((one.guid for one in database.units.all()), None)
    return {**values, "business_unit": values.get("business_unit") or unit}


def _project(database: Database, values: Values) -> Values:
    owner, customer = database.users.find(values["project_owner"]), database.customers.find(values["customer"])
    started = next((one.guid for one in database.sales_statuses.all() if one.sales_state == "InProgress"), None)
    at_work = next((one.guid for one in database.project_statuses.all()), None)
    number = values.get("number")
    now = database.now()
    return {
        **values,
        "number": next_number(database.projects, FIRST_PROJECT) if number is None else number,
        "business_unit": values.get("business_unit") or (owner.business_unit if owner else None),
        "currency": values.get("currency") or (customer.currency if customer else None),
        "sales_status": values.get("sales_status") or started,
        "project_status": values.get("project_status") or at_work,
        "sales_status_at": now,
        "project_status_at": now,
        "closed_date": now.date() if values.get("is_closed") else None,
    }


def _phase(database: Database, values: Values) -> Values:
    parent = database.phases.find(values["parent_phase"])
    return {**values, "project": parent.project if parent else None}


def _hours(database: Database, values: Values) -> Values:
    _check_phase(database, values["phase"])
    user, phase = database.users.find(values["user"]), database.phases.find(values["phase"])
    project = database.projects.find(phase.project if phase else None)
    currency = database.currencies.find(project.currency if project else None)
    price = Money(HOUR_PRICE, currency.code if currency else "EUR")
    billable = values.get("is_billable", True)
    return {
        **values,
        "unit_price": values.get("unit_price") or price,
        "unit_cost": user.hour_cost if user else None,
        "billable_status": "Billable" if billable else "NotBillable",
    }


def _fee(database: Database, values: Values) -> Values:
    product = database.products.find(values.get("product"))
    copied = ("name", "measurement_unit", "unit_price", "unit_cost", "vat_rate", "sales_account")
    found = {name: getattr(product, name) for name in copied} if product else {}
    kind = {"product_type": product.type} if product else {}
    return {"vat_rate": VAT_RATE, **_set(found), **kind, **_set(values)}


def _travel(database: Database, values: Values) -> Values:
    phase, kind = database.phases.find(values["phase"]), database.travel_types.find(values["travel_expense"])
    if phase is not None and phase.project != values["project"]:
        refuse("The phase is another project's.", "phase")
    copied = ("measurement_unit", "unit_cost", "vat_rate", "purchase_vat_rate", "sales_account", "cost_account")
    found = {name: getattr(kind, name) for name in copied} if kind else {}
    costs = {"unit_price": kind.unit_cost} if kind else {}
    return {"vat_rate": VAT_RATE, **_set(costs), **_set(found), **_set(values)}


def _set(values: Values) -> Values:
    """The values that are not null."""
    return {name: value for name, value in values.items() if value is not None}


def _check_phase(database: Database, guid: str) -> None:
    phase = database.phases.find(guid)
    if phase is not None and phase.is_locked:
        forbid("The phase is locked.")


_COMPLETE: Mapping[type[Row], Callable[[Database, Values], Values]] = {
    Customer: _customer,
    User: _user,
    Project: _project,
    Phase: _phase,
    WorkHour: _hours,
    Fee: _fee,
    TravelExpense: _travel,
}
