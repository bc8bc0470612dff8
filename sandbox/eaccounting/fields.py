"""The fields of the vendor's objects, how their values are read from a body and written into an answer.

Visma eAccounting API v2, field descriptions: lengths, decimals and ranges. A row is kept as a dict of parsed values by
the vendor's names, and holds only what was set; an answer shows every field. Days are `YYYY-MM-DD`, stamps UTC with a
varying number of digits after the second, amounts have two decimals.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sandbox.eaccounting.answers import Json, refuse

CENT = Decimal("0.01")


class Kind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    WHOLE = "whole"
    AMOUNT = "amount"
    FLAG = "flag"
    DAY = "day"
    MIDNIGHT = "midnight"  # a day that is answered with a time, as PaymentDate of customer invoices was seen to be
    STAMP = "stamp"
    ID = "id"
    ANY = "any"  # lists and objects, which are read and shown by their own models


@dataclass(frozen=True)
class Field:
    """One field. `longest` counts characters, `decimals` those that may be sent."""

    name: str
    kind: Kind
    longest: int = 0
    decimals: int = 2
    lowest: Decimal | None = None
    highest: Decimal | None = None
    required: bool = False
    settled: bool = False


def texts(**longest: int) -> tuple[Field, ...]:
    """Texts and the most characters they may have, 0 for any."""
    return tuple(Field(name, Kind.TEXT, longest=most) for name, most in longest.items())


def some(kind: Kind, *names: str) -> tuple[Field, ...]:
    """Fields of one kind."""
    return tuple(Field(name, kind) for name in names)


def amounts(*names: str, decimals: int = 2, between: tuple[int, int] | None = None) -> tuple[Field, ...]:
    """Amounts with so many decimals at most, in the range if there is one."""
    low, high = (Decimal(between[0]), Decimal(between[1])) if between else (None, None)
    return tuple(Field(name, Kind.AMOUNT, decimals=decimals, lowest=low, highest=high) for name in names)


@dataclass(frozen=True)
class Model:
    """An object of the API: its fields in their order. `settled` ones are shown and passed over when they are sent."""

    name: str
    fields: Mapping[str, Field]
    by_any_case: Mapping[str, Field] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_any_case", {name.lower(): one for name, one in self.fields.items()})


def model(name: str, *parts: tuple[Field, ...], required: Collection[str] = (), settled: Collection[str] = ()) -> Model:
    """A model of these fields, of which some are required and some cannot be set."""
    known = {one.name: one for part in parts for one in part}
    lacking = [*(set(required) - set(known)), *(set(settled) - set(known))]
    if lacking:
        raise ValueError(f"{name} has no {lacking}")
    marked = {key: replace(one, required=key in required, settled=key in settled) for key, one in known.items()}
    return Model(name, marked)


def read(kind: Model, body: object, decimals: Mapping[str, int] | None = None) -> Json:
    """The values of the fields that were sent; null is as good as nothing. Ends the call with 400."""
    if not isinstance(body, dict):
        refuse(f"{kind.name} must be an object.")
    sent = {str(name).lower(): value for name, value in body.items()}
    values: Json = {}
    for name, one in kind.fields.items():
        value = sent.get(name.lower())
        if one.settled:
            continue
        if value is None or (one.required and value == ""):
            if one.required:
                refuse(f"The {name} field is required.")
            continue
        wanted = replace(one, decimals=decimals[name]) if decimals and name in decimals else one
        values[name] = _READ[one.kind](wanted, value)
    return values


def written(kind: Model, row: Mapping[str, Any]) -> Json:
    """Every field of the row in JSON's terms; what was never set is null, a flag false."""
    return {name: _plain(one.kind, row.get(name)) for name, one in kind.fields.items()}


def stamp_text(at: datetime) -> str:
    """A stamp in UTC, with the digits after the second that there are."""
    at = at.astimezone(UTC)
    digits = f".{at.microsecond:06d}".rstrip("0") if at.microsecond else ""
    return f"{at:%Y-%m-%dT%H:%M:%S}{digits}Z"


def read_stamp(text: str) -> datetime:
    """A point in time; one without a zone is UTC. Raises ValueError."""
    at = datetime.fromisoformat(text.replace(" ", "+"))  # a plus sign that nobody encoded
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _plain(kind: Kind, value: Any) -> Any:
    if value is None:
        return False if kind is Kind.FLAG else None
    if kind is Kind.AMOUNT:
        return value.quantize(CENT) if value == value.quantize(CENT) else value.normalize()
    if kind is Kind.DAY:
        return value.isoformat()
    if kind is Kind.MIDNIGHT:
        return f"{value.isoformat()}T00:00:00Z"
    return stamp_text(value) if kind is Kind.STAMP else value


def _text(one: Field, value: object) -> str:
    if not isinstance(value, str):
        refuse(f"The field {one.name} must be a string.")
    if one.longest and len(value) > one.longest:
        refuse(f"The field {one.name} must be a string with a maximum length of {one.longest}.")
    return value


def _flag(one: Field, value: object) -> bool:
    return value if isinstance(value, bool) else refuse(f"The field {one.name} must be true or false.")


def _number(one: Field, value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        refuse(f"The field {one.name} must be a number.")
    number = Decimal(value)
    if (one.lowest is not None and number < one.lowest) or (one.highest is not None and number > one.highest):
        refuse(f"The field {one.name} must be between {one.lowest} and {one.highest}.")
    return number


def _amount(one: Field, value: object) -> Decimal:
    number = _number(one, value)
    if number != round(number, one.decimals):
        refuse(f"The field {one.name} must match the regular expression '[-]?\\d+(.\\d{{1,{one.decimals}}})?'.")
    return number


def _whole(one: Field, value: object) -> int:
    number = _number(one, value)
    return int(number) if number == int(number) else refuse(f"The field {one.name} must be a whole number.")


def _day(one: Field, value: object) -> date:
    try:
        return read_stamp(str(value)).date()
    except ValueError:
        refuse(f"The field {one.name} must be a date as in YYYY-MM-DD.")


def _stamp(one: Field, value: object) -> datetime:
    try:
        return read_stamp(str(value))
    except ValueError:
        refuse(f"The field {one.name} must be a date and time.")


def _id(one: Field, value: object) -> str:
    try:
        return str(uuid.UUID(str(value)))
    except ValueError:
        refuse(f"The field {one.name} must be a GUID.")


_READ: Mapping[Kind, Callable[[Field, object], Any]] = {
    Kind.TEXT: _text,
    Kind.WHOLE: _whole,
    Kind.AMOUNT: _amount,
    Kind.FLAG: _flag,
    Kind.DAY: _day,
    Kind.MIDNIGHT: _day,
    Kind.STAMP: _stamp,
    Kind.ID: _id,
    Kind.ANY: lambda _, value: value,
}
