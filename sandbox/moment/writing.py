"""Reading the fields of a write: each is held against its kind, and an unknown one is refused (ASSUMED).

What the vendor keeps itself (stamps, copied names, links) is passed over when it is sent back along with a row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from sandbox.moment.answers import Json, refuse
from sandbox.moment.database import SERVER_FIELDS, Database
from sandbox.moment.schema import ENTITIES, Field, Kind

PASSED_OVER = ("id", "companyId", "version", "links", *SERVER_FIELDS)


def read_fields(database: Database, entity: str, body: Json, *, new: bool) -> Json:
    """The checked fields of the body. Ends the call with 400, or 409 for a number that is taken."""
    kind = ENTITIES[entity]
    fields: Json = {}
    for name, value in body.items():
        field = kind.fields.get(name)
        if field is not None:
            fields[name] = _read(database, name, field, value)
        elif name not in kind.copied and name not in PASSED_OVER:
            refuse(f"Unknown field: {name}")
    for name, field in kind.fields.items():
        missing = fields.get(name) in (None, "") and (new or name in fields)
        if field.required and missing:
            refuse(f"{name} is required.")
    return fields


def check_number(database: Database, entity: str, name: str, fields: Json, row_id: int | None) -> None:
    """Ends the call with 409 when another row has the number."""
    number = fields.get(name)
    if number is None:
        return
    if any(row[name] == number and row["id"] != row_id for row in database.rows(entity)):
        refuse(f"{name} {number} is taken.", 409)


def _read(database: Database, name: str, field: Field, value: object) -> object:
    if field.settled:
        refuse(f"{name} cannot be set.", 409)
    if value is None:
        return None
    if not _FITS[field.kind](value):
        refuse(f"{name} must be a {field.kind.value}.")
    if field.kind is Kind.CHOICE and value not in field.choices:
        refuse(f"{name} must be one of {', '.join(field.choices)}.")
    if field.kind is Kind.REFERENCE and database.find(field.target, value) is None:
        refuse(f"{name}: no {field.target} with id {value}.")
    return value


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    return _is_whole(value) or (isinstance(value, Decimal) and value.is_finite())


def _is_day(value: object) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


_FITS: Mapping[Kind, Callable[[object], bool]] = {
    Kind.TEXT: lambda value: isinstance(value, str),
    Kind.CHOICE: lambda value: isinstance(value, str),
    Kind.WHOLE: _is_whole,
    Kind.REFERENCE: _is_whole,
    Kind.NUMBER: _is_number,
    Kind.DAY: _is_day,
    Kind.FLAG: lambda value: isinstance(value, bool),
}
