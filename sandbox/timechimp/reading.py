"""Reading the fields of a write, in the names of v1: each is held against its kind, and all that is wrong is told.

A PUT replaces: what it does not name is emptied (TimeChimp help, API: PUT). ASSUMED: what that leaves of each kind,
that names are taken as they are spelled, unknown ones are passed over, numbers may come as texts, and zones are cut off
days.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.timechimp.answers import INVALID, Json, refuse
from sandbox.timechimp.database import STAMP, Database, day_text
from sandbox.timechimp.schema import ENTITIES, Field, Kind


class _Unfit(ValueError):
    """The value is not of the field's kind."""


def new_fields(database: Database, entity: str, body: Json) -> Json:
    """The checked fields of a new row; what is not sent gets its first value. Ends the call with 400."""
    fields = _read(database, entity, body)
    _check_required(entity, fields, ENTITIES[entity].fields)
    return fields


def replaced_fields(database: Database, entity: str, body: Json, *, replaces: bool) -> Json:
    """The checked fields of a PUT. Where it replaces, what is not sent is emptied. Ends the call with 400."""
    fields = _read(database, entity, body)
    known = ENTITIES[entity].fields
    if replaces:
        fields = {**{name: field.empty for name, field in known.items()}, **fields}
    _check_required(entity, fields, {name: known[name] for name in fields})
    return fields


def check_fields(database: Database, entity: str, fields: Json) -> Json:
    """Some fields of a row, checked, for a person who changes them alone. Ends the call with 400."""
    unknown = [name for name in fields if name not in ENTITIES[entity].fields]
    return refuse(f"{entity} has no field {unknown[0]}.") if unknown else _read(database, entity, fields)


def _read(database: Database, entity: str, body: Json) -> Json:
    kind, fields, wrong = ENTITIES[entity], dict[str, Any](), dict[str, list[str]]()
    for name, field in kind.fields.items():
        if name not in body:
            continue
        try:
            fields[name] = _value(database, field, body[name])
        except _Unfit as error:
            wrong[f"{kind.one}.{name}"] = [str(error)]
    if wrong:
        refuse(INVALID, fields=wrong)
    return fields


def _check_required(entity: str, fields: Json, known: Mapping[str, Field]) -> None:
    one = ENTITIES[entity].one
    missing = [name for name, field in known.items() if field.required and fields.get(name) in (None, "")]
    if missing:
        refuse(INVALID, fields={f"{one}.{name}": [f"The {name} field is required."] for name in missing})


def _value(database: Database, field: Field, value: object) -> object:
    if value is None or (value == "" and field.kind is not Kind.TEXT):
        return field.empty
    read = _READ[field.kind](value)
    if field.kind is Kind.CHOICE and read not in field.choices:
        raise _Unfit(f"The value '{value}' is not valid.")
    if field.kind is Kind.REFERENCE and database.find(field.target, read) is None:
        raise _Unfit(f"No {ENTITIES[field.target].one} found with id {value}.")
    if field.kind is Kind.REFERENCES and isinstance(read, list):
        unknown = [one for one in read if database.find(field.target, one) is None]
        if unknown:
            raise _Unfit(f"No {ENTITIES[field.target].one} found with id {unknown[0]}.")
    return read


def _text(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise _Unfit("The value is not valid for String.")
    return str(value)


def _whole(value: object) -> int:
    number = _number(value)
    if number != int(number):
        raise _Unfit(f"The value '{value}' is not valid for Int32.")
    return int(number)


def _number(value: object) -> int | Decimal:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return value
    try:
        number = Decimal(value) if isinstance(value, str) else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite():
        raise _Unfit(f"The value '{value}' is not valid for Double.")
    return number


def _flag(value: object) -> bool:
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if not isinstance(value, bool):
        raise _Unfit(f"The value '{value}' is not valid for Boolean.")
    return value


def _day(value: object) -> str:
    try:
        return day_text(date.fromisoformat(str(value)[:10]))
    except ValueError as error:
        raise _Unfit(f"The value '{value}' is not valid for DateTime.") from error


def _moment(value: object) -> str:
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise _Unfit(f"The value '{value}' is not valid for DateTime.") from error
    return (at.astimezone(UTC) if at.tzinfo is not None else at).strftime(STAMP)


def _ids(value: object) -> list[int]:
    if not isinstance(value, list):
        raise _Unfit("The value is not a list.")
    return [_whole(one) for one in value]


_READ: Mapping[Kind, Callable[[object], object]] = {
    Kind.TEXT: _text,
    Kind.WHOLE: _whole,
    Kind.NUMBER: _number,
    Kind.DAY: _day,
    Kind.MOMENT: _moment,
    Kind.FLAG: _flag,
    Kind.CHOICE: _whole,
    Kind.REFERENCE: _whole,
    Kind.REFERENCES: _ids,
}
