"""Reading what callers send: bodies of creates, and JSON Patch, of which only `replace` is known (REST API technical
description).

What a caller cannot set is passed over in a create (ASSUMED, as are names that this stand-in does not keep), and
refused as the target of a patch (ASSUMED). A patch's value may be the typed value or its text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.severa.answers import INVALID_OPERATION, INVALID_REQUEST, Json, refuse
from sandbox.severa.database import Database
from sandbox.severa.fields import Field, Money, Row, fields_of, read_day, read_moment
from sandbox.severa.formats import plain

Values = dict[str, Any]  # of a record's attributes, each held against its field


def new_values(database: Database, record: type[Row], body: Json) -> Values:
    """The values of a new row, as far as they were sent. Ends the call with 400."""
    values: Values = {}
    for name, field in fields_of(record).items():
        if not field.is_taken:
            continue
        if name in body:
            values[field.attribute] = _read(database, field, body[name])
        elif field.required:
            refuse(f"The field {name} is required.", name)
    return values


def patched_values(database: Database, row: Row, operations: object) -> Values:
    """The values that the operations replace in the row. Ends the call with 400."""
    if not isinstance(operations, list) or not operations:
        refuse("The body must be a list of operations.", kind=INVALID_REQUEST)
    fields = {name: field for name, field in fields_of(type(row)).items() if field.is_taken}
    document = {name: _written(row, field) for name, field in fields.items()}
    touched = dict.fromkeys(_replaced(document, operation) for operation in operations)
    return {fields[name].attribute: _read(database, fields[name], document[name]) for name in touched}


def pointers_of(operations: object) -> list[str]:
    """The paths that the operations name, in their case."""
    rows = operations if isinstance(operations, list) else []
    return [str(one.get("path", "")) for one in rows if isinstance(one, dict)]


def _written(row: Row, field: Field) -> object:
    value = getattr(row, field.attribute)
    if field.to is None or field.to.bare:
        return plain(value)
    return {field.to.key: value} if value is not None else None


def _replaced(document: Json, operation: object) -> str:
    """Puts the operation's value into the document and says which field it touched."""
    if not isinstance(operation, dict) or not isinstance(operation.get("op"), str):
        refuse("An operation needs op, path and value.", "op", kind=INVALID_REQUEST)
    if operation["op"].lower() != "replace":
        refuse(f"The operation {operation['op']} is not supported.", "op", kind=INVALID_OPERATION)
    pointer = operation.get("path")
    if not isinstance(pointer, str) or not pointer.startswith("/"):
        refuse("The path must be a JSON pointer.", "path")
    if "value" not in operation:
        refuse("The operation has no value.", "value")
    *way, last = pointer[1:].split("/")
    place: Any = document
    for part in way:
        place = place.get(part) if isinstance(place, dict) else None
    if not isinstance(place, dict) or (place is document and last not in document):
        refuse(f"The target location specified by path '{pointer}' was not found.", pointer)
    place[last] = operation["value"]
    return way[0] if way else last


def _read(database: Database, field: Field, value: object) -> object:
    if field.to is not None and not field.to.bare:
        value = value.get(field.to.key) if isinstance(value, dict) else value
    if value is None or (field.required and value == ""):
        if field.nullable and not field.required:
            return None
        refuse(f"The field {field.name} is required.", field.name)
    read = _READ[field.kind](value)
    if read is None:
        refuse(f"Invalid value for {field.name}.", field.name)
    if field.words and read not in field.words:
        refuse(f"{field.name} must be one of {', '.join(field.words)}.", field.name)
    if field.longest and isinstance(read, str) and len(read) > field.longest:
        refuse(f"{field.name} can have {field.longest} characters at most.", field.name)
    if field.to is not None and database.named(field.to.target, str(read)) is None:
        refuse(f"{field.name}: there is no {field.to.target} with guid {read}.", field.name)
    return read


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _flag(value: object) -> bool | None:
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.lower())
    return value if isinstance(value, bool) else None


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _whole(value: object) -> int | None:
    number = _number(value)
    return int(number) if number is not None and number == number.to_integral_value() else None


def _day(value: object) -> date | None:
    try:
        return read_day(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _moment(value: object) -> datetime | None:
    try:
        return read_moment(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _money(value: object) -> Money | None:
    if not isinstance(value, dict) or not isinstance(value.get("currencyCode"), str):
        return None
    amount = value.get("amount")
    if amount is None:
        return Money(None, value["currencyCode"])
    number = _number(amount)
    return Money(number, value["currencyCode"]) if number is not None else None


_READ: Mapping[type, Callable[[object], object]] = {
    str: _text,
    bool: _flag,
    int: _whole,
    Decimal: _number,
    date: _day,
    datetime: _moment,
    Money: _money,
}
