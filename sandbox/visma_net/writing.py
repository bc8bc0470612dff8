"""Reading what a client writes: scalars are wrapped, `{"name": {"value": "X"}}`, and a bare one is refused.

Not wrapped are `operation`, `segmentId`, `segmentValue`, `overrideWithClassValues`, whole arrays and the object
`visibility`. A property that is absent leaves the field as it is; properties that the server does not know are
ignored in silence, so a name spelt correctly where the server's is misspelt does nothing. (Visma.net ERP API,
schemas of the update bodies.) Texts of refusals are ASSUMED; the vendor publishes none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation

from sandbox.visma_net.formats import read_moment
from sandbox.wire import Answer, Refused

NULLABLE = frozenset({"customer", "manager", "end_on", "note", "def_account", "rate_table", "external_code"})
OPERATIONS = ("Insert", "Update", "Delete")

Reader = Callable[[str, object], object]
Fields = Mapping[str, Reader]


def bad(message: str, status: int = 400) -> Refused:
    """A refusal in the shape of the API's business errors, `{"message": "…"}`."""
    return Refused(Answer(status, {"message": message}))


@dataclass(frozen=True)
class Sent:
    """The known properties of a written object, unwrapped; a getter gives None for absent and for null."""

    values: Mapping[str, object] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Whether the property was sent at all, null included."""
        return name in self.values

    def text(self, name: str) -> str | None:
        """The property as text."""
        value = self.values.get(name)
        return value if isinstance(value, str) else None

    def number(self, name: str) -> Decimal | None:
        """The property as a decimal number."""
        value = self.values.get(name)
        return value if isinstance(value, Decimal) else None

    def whole(self, name: str) -> int | None:
        """The property as a whole number."""
        value = self.values.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def flag(self, name: str) -> bool | None:
        """The property as a check box."""
        value = self.values.get(name)
        return value if isinstance(value, bool) else None

    def moment(self, name: str) -> datetime | None:
        """The property as a date-time of the server's clock."""
        value = self.values.get(name)
        return value if isinstance(value, datetime) else None

    def rows(self, name: str) -> list[Sent]:
        """The array's objects, in order."""
        value = self.values.get(name)
        return [row for row in value if isinstance(row, Sent)] if isinstance(value, list) else []

    def part(self, name: str) -> Sent:
        """The object inside; an empty one when it was not sent."""
        value = self.values.get(name)
        return value if isinstance(value, Sent) else Sent()

    def fill(self, row: object, names: Mapping[str, str]) -> None:
        """Sets the row's fields, by written name, from what was sent; null clears only what may be empty."""
        for name, attribute in names.items():
            value = self.values.get(name)
            if value is None and not (self.has(name) and attribute in NULLABLE):
                continue
            setattr(row, attribute, value.date() if isinstance(value, datetime) else value)


def read(raw: object, fields: Fields, name: str = "body") -> Sent:
    """The object's known properties. Raises `Refused` for the first that has the wrong shape."""
    if not isinstance(raw, Mapping):
        raise bad(f"The value of '{name}' must be an object.")
    return Sent({key: reader(key, raw[key]) for key, reader in fields.items() if key in raw})


def wrapped(reader: Reader) -> Reader:
    """A property written as `{"value": …}`; null inside is null."""

    def unwrap(name: str, raw: object) -> object:
        if raw is None:
            return None
        if not isinstance(raw, Mapping) or "value" not in raw:
            raise bad(f"The value of '{name}' must be wrapped as {{\"value\": ...}}.")
        return None if raw["value"] is None else reader(name, raw["value"])

    return unwrap


def rows(fields: Fields, *, with_operation: bool = True) -> Reader:
    """An array of objects, never wrapped; each line says its operation, on POST too."""

    def read_rows(name: str, raw: object) -> object:
        if raw is None:
            return []
        if not isinstance(raw, list):
            raise bad(f"The value of '{name}' must be an array.")
        sent = [read(row, fields, name) for row in raw]
        if with_operation and any(row.text("operation") is None for row in sent):
            raise bad(f"Each element of '{name}' needs an operation: {', '.join(OPERATIONS)}.")
        return sent

    return read_rows


def part(fields: Fields) -> Reader:
    """An object that is not wrapped itself, such as `visibility`."""
    return lambda name, raw: None if raw is None else read(raw, fields, name)


def text(name: str, raw: object) -> str:
    """Text; a JSON number is taken as its digits, as the vendor's deserialiser does (ASSUMED)."""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, int | Decimal) and not isinstance(raw, bool):
        return str(raw)
    raise bad(f"The value of '{name}' must be a string.")


def number(name: str, raw: object) -> Decimal:
    """A decimal number, also as text: the vendor's own sample sends `"1"`."""
    if isinstance(raw, int | Decimal | str) and not isinstance(raw, bool):
        try:
            read_number = Decimal(raw)
        except InvalidOperation:
            read_number = Decimal("NaN")
        if read_number.is_finite():
            return read_number
    raise bad(f"The value of '{name}' must be a number.")


def whole(name: str, raw: object) -> int:
    """A whole number, also as text."""
    read_number = number(name, raw)
    if read_number != read_number.to_integral_value():
        raise bad(f"The value of '{name}' must be a whole number.")
    return int(read_number)


def flag(name: str, raw: object) -> bool:
    """A check box."""
    if isinstance(raw, bool):
        return raw
    raise bad(f"The value of '{name}' must be true or false.")


def moment(name: str, raw: object) -> datetime:
    """A date-time as text."""
    if isinstance(raw, str):
        try:
            return read_moment(raw)
        except ValueError:
            pass
    raise bad(f"The value of '{name}' must be a date and time such as 2026-02-08T00:00:00.")


def one_of(*names: str) -> Reader:
    """A value of an enumeration, by its name."""

    def named(name: str, raw: object) -> object:
        if raw not in names:
            raise bad(f"The value of '{name}' must be one of: {', '.join(names)}.")
        return raw

    return named


TEXT = wrapped(text)
NUMBER = wrapped(number)
WHOLE = wrapped(whole)
FLAG = wrapped(flag)
MOMENT = wrapped(moment)
OPERATION = one_of(*OPERATIONS)
SEGMENTS = rows({"segmentId": whole, "segmentValue": text}, with_operation=False)
