"""What Moment refuses beyond the shape of a field, and what it fills in by itself.

Seen in the field: a time record of a user with several roles needs the membership, locked time is locked. ASSUMED: the
rest, above all that a finalized invoice takes nothing but its payment, and that a draft takes none.
"""

from __future__ import annotations

from decimal import Decimal

from sandbox.klitrose import FIRST_INVOICE, VAT_PERCENT
from sandbox.moment.answers import SEVERAL_ROLES, Json, refuse
from sandbox.moment.database import Database
from sandbox.moment.schema import PAYMENT_FIELDS
from sandbox.moment.writing import check_number

FIRST_CUSTOMER = 10_001
CENT = Decimal("0.01")
TOTALS = ("totalExcludingVat", "totalIncludingVat", "totalVat")


def completed(database: Database, entity: str, fields: Json) -> Json:
    """The fields of a new row, with what the vendor adds. Ends the call with 400 or 409."""
    if entity == "customers":
        check_number(database, entity, "customerNumber", fields, None)
        return {**fields, "customerNumber": fields.get("customerNumber") or next_customer_number(database)}
    if entity == "projects":
        check_number(database, entity, "projectNumber", fields, None)
    if entity == "invoices":
        return with_totals({**fields, "customerId": _customer_of_invoice(database, fields)})
    if entity == "timeRecords":
        check_time(database, fields)
    return fields


def check_change(database: Database, entity: str, row: Json, fields: Json) -> None:
    """Ends the call with 400 or 409 when the row does not take these fields."""
    if entity == "customers":
        check_number(database, entity, "customerNumber", fields, row["id"])
    if entity == "projects":
        check_number(database, entity, "projectNumber", fields, row["id"])
    if entity == "timeRecords":
        check_time(database, row)
        check_time(database, {**row, **fields})
    if entity != "invoices":
        return
    for name in fields:
        if row["invoiceState"] == "finalized" and name not in PAYMENT_FIELDS:
            refuse(f"The invoice is finalized: {name} cannot be changed.", 409)
        if row["invoiceState"] == "draft" and name in PAYMENT_FIELDS:
            refuse(f"The invoice is a draft: {name} cannot be set.", 409)


def check_removal(entity: str, row: Json) -> None:
    """Ends the call with 409 for what has to stay."""
    if entity == "invoices" and row["invoiceState"] == "finalized":
        refuse("A finalized invoice cannot be deleted.", 409)


def check_time(database: Database, record: Json) -> None:
    """Ends the call with 400 when the user may not have this time on the project."""
    user = database.get("userAccounts", record["userAccountId"])
    if user["timeLockDate"] is not None and record["timeRecordDate"] <= user["timeLockDate"]:
        refuse("Time is locked on this date")
    roles = [
        membership["id"]
        for membership in database.rows("projectMemberships")
        if membership["userAccountId"] == user["id"]
        and membership["projectId"] == record["projectId"]
        and membership["projectMembershipState"] == "active"
    ]
    chosen = record.get("projectMembershipId")
    if chosen is None and len(roles) > 1:
        refuse(SEVERAL_ROLES)
    if chosen is not None and chosen not in roles:
        refuse("The membership is not the user's on this project")


def next_customer_number(database: Database) -> str:
    """One above the highest number that is one."""
    numbers = [row["customerNumber"] or "" for row in database.rows("customers")]
    return str(max([FIRST_CUSTOMER - 1, *(int(number) for number in numbers if number.isdecimal())]) + 1)


def next_invoice_number(database: Database) -> int:
    """One above the highest; drafts have none."""
    numbers: list[int] = [row["invoiceNumber"] for row in database.rows("invoices") if row["invoiceNumber"] is not None]
    return max([FIRST_INVOICE - 1, *numbers]) + 1


def payment_id(number: int) -> str:
    """The KID of an invoice."""
    return f"99{number:010d}"


def with_totals(fields: Json) -> Json:
    """The invoice's fields with those totals that were not sent, at the Danish rate."""
    net, gross, vat = (_amount(fields, name) for name in TOTALS)
    if gross is None:
        net = net or Decimal(0)
        gross = net + (vat if vat is not None else (net * VAT_PERCENT / 100).quantize(CENT))
    if net is None:
        net = gross - vat if vat is not None else (gross * 100 / (100 + VAT_PERCENT)).quantize(CENT)
    totals = {"totalExcludingVat": net, "totalIncludingVat": gross, "totalVat": gross - net}
    return {**fields, **{name: value.quantize(CENT) for name, value in totals.items()}}


def _amount(fields: Json, name: str) -> Decimal | None:
    return None if fields.get(name) is None else Decimal(fields[name])


def _customer_of_invoice(database: Database, fields: Json) -> object:
    project = database.find("projects", fields.get("projectId"))
    if project is not None and project["customerId"] != fields.get("customerId"):
        refuse("The project is another customer's.")
    return fields.get("customerId")
