"""What TimeChimp fills in and refuses, beyond the kind of a field. All is ASSUMED, see `sandbox.timechimp.assumed`, but
that an end is not before its start, that an entry belongs to a customer or project, and whose it is when nobody is
named.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sandbox.timechimp import statuses
from sandbox.timechimp.answers import INVALID, Json, refuse
from sandbox.timechimp.database import Database, day_text
from sandbox.timechimp.options import Options
from sandbox.timechimp.schema import ADMINISTRATOR, ENTITIES, ENTRIES, REQUIRED_OF_ENTRIES


def completed(database: Database, entity: str, fields: Json, options: Options) -> Json:
    """The fields of a new row, with what the vendor adds. Ends the call with 400."""
    if entity == "tasks":
        return {**fields, "_article": None}
    if entity not in ENTRIES:
        return fields
    if options.strict_entries:
        check_required(entity, fields)
    filled = {
        **fields,
        "userId": fields.get("userId") or owner_of_key(database),
        "date": fields.get("date") or day_text(database.today()),
    }
    return {**_placed(database, entity, filled), **statuses.first()}


def replaced(database: Database, entity: str, row: Json, fields: Json, options: Options) -> Json:
    """The fields of a changed row, with what follows from them. Ends the call with 400."""
    if entity not in ENTRIES:
        return fields
    check_open(row, options)
    after = {**{name: row[name] for name in ENTITIES[entity].fields}, **fields}
    if options.strict_entries:
        check_required(entity, after)
    kept = {name: after.get(name) or row[name] for name in ("userId", "date")}
    return _placed(database, entity, {**after, **kept})


def owner_of_key(database: Database) -> object:
    """Who made the API key: the first administrator."""
    return next((row["id"] for row in database.rows("users") if row["accountType"] == ADMINISTRATOR), None)


def check_required(entity: str, fields: Json) -> None:
    """Ends the call with 400 when the entry lacks what is documented as required."""
    one = ENTITIES[entity].one
    missing = [name for name in REQUIRED_OF_ENTRIES[entity] if fields.get(name) is None]
    if fields.get("customerId") is None and fields.get("projectId") is None:
        missing.append("customerId")
    if missing:
        refuse(INVALID, fields={f"{one}.{name}": [f"The {name} field is required."] for name in missing})


def check_open(entry: Json, options: Options) -> None:
    """Ends the call with 400 when the entry is invoiced, by whomever; one on an invoice of the vendor's own always."""
    if entry["_invoiceId"] is None and not options.locks_invoiced:
        return
    if entry[statuses.INTERN] == statuses.INVOICED:
        refuse("The registration has been invoiced and cannot be changed.")


def check_removal(database: Database, entity: str, row: Json, options: Options) -> None:
    """Ends the call with 400 for what has to stay."""
    if entity in ENTRIES:
        check_open(row, options)
    own = ("projecttasks", "projectusers", "projectnotes", "userContracts")
    for other in ENTITIES.values():
        if entity == "projects" and other.name in own:
            continue
        for name, field in other.fields.items():
            if field.target != entity:
                continue
            used = [one for one in database.rows(other.name) if row["id"] in _as_list(one[name])]
            if used and other.name != "contacts":
                refuse(f"The {ENTITIES[entity].one} is in use by {other.name} and cannot be deleted.")
    if entity == "customers" and database.where("invoices", "customerId", row["id"]):
        refuse("The customer has invoices and cannot be deleted.")


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _placed(database: Database, entity: str, fields: Json) -> Json:
    """The entry on its activity, project and customer, each of which gives the next; else on what is unspecified."""
    activity = database.find("projecttasks", fields.get("projectTaskId"))
    project_id = activity["projectId"] if activity is not None else fields.get("projectId")
    if project_id is None and fields.get("customerId") is None:
        project_id = next((row["id"] for row in database.rows("projects") if row["unspecified"]), None)
    project = database.find("projects", project_id)
    customer_id = project["customerId"] if project is not None else fields.get("customerId")
    placed = {**fields, "projectId": project_id, "customerId": customer_id}
    if entity != "time":
        return placed
    if activity is None and project is not None and fields.get("taskId") is not None:
        activity = next((row for row in _tasks_of(database, project_id) if row["taskId"] == fields["taskId"]), None)
    if activity is not None:
        placed |= {"projectTaskId": activity["id"], "taskId": activity["taskId"]}
    return {**placed, "hours": _hours(fields)}


def _tasks_of(database: Database, project_id: object) -> list[Json]:
    return database.where("projecttasks", "projectId", project_id)


def _hours(fields: Json) -> object:
    """The hours as sent, else those between start and end without the pause."""
    start, end = fields.get("start"), fields.get("end")
    if start is not None and end is not None:
        if end < start:
            refuse(INVALID, fields={"time.end": ["The end must not be before the start."]})
        if fields.get("hours") is None:
            span = datetime.fromisoformat(end) - datetime.fromisoformat(start)
            worked = Decimal(int(span.total_seconds())) / 3600
            return (worked - Decimal(fields.get("pause") or 0)).quantize(Decimal("0.01"))
    return fields.get("hours") if fields.get("hours") is not None else Decimal(0)
