"""How a record's attributes are fields of the API: a record is a dataclass, its annotations say all there is.

`code: str | None = None` is a text that may be null, `name: str` one that is required, `is_active: bool = True` a flag
that is on unless it is sent. Names are the API's in our spelling: `unit_price` is `unitPrice` there. What types don't
say stands in `Annotated` as one of the marks below. Fields of `Row` are every record's, and written by nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

GUID_AND_NAME = ("guid", "name")


@dataclass(frozen=True)
class Money:
    """An amount in a currency; where a price is not set it has no amount."""

    amount: Decimal | None
    currency: str = "EUR"


@dataclass(frozen=True)
class To:
    """A reference to a row of the resource. It shows what `shows` names of it, and is sent as `{"guid"}` under `key`;
    a `bare` one is the guid itself.
    """

    target: str
    shows: tuple[str, ...] = GUID_AND_NAME
    key: str = "guid"
    bare: bool = False


@dataclass(frozen=True)
class OneOf:
    """The words that the vendor knows here."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class Longest:
    """The most characters."""

    length: int


class Mark(StrEnum):
    """`SETTLED` fields are shown but not taken, `HIDDEN` ones are neither, `UNSHOWN` ones are taken only."""

    SETTLED = "settled"
    HIDDEN = "hidden"
    UNSHOWN = "unshown"


SETTLED, HIDDEN, UNSHOWN = Mark.SETTLED, Mark.HIDDEN, Mark.UNSHOWN


@dataclass(frozen=True)
class Field:
    """One field: its attribute, its name in the API, what type of value it holds, and its marks."""

    attribute: str
    name: str
    kind: type
    nullable: bool
    required: bool
    to: To | None = None
    words: tuple[str, ...] = ()
    longest: int = 0
    mark: Mark | None = None

    @property
    def is_taken(self) -> bool:
        """Whether a caller can set it."""
        return self.mark in (None, UNSHOWN)

    @property
    def is_shown(self) -> bool:
        """Whether it stands in answers."""
        return self.mark in (None, SETTLED)


@dataclass(frozen=True, kw_only=True)
class Row:
    """What every record has. `serial` counts rows as they come; nobody can change any of this."""

    guid: str
    serial: int
    created_at: datetime
    updated_at: datetime | None = None
    created_by: str | None = None
    updated_by: str | None = None

    @property
    def changed_at(self) -> datetime:
        """When it was added or last changed."""
        return self.updated_at or self.created_at


_OF_EVERY_ROW = frozenset(field.name for field in fields(Row))


_FIELDS: dict[type[Row], Mapping[str, Field]] = {}


def fields_of(record: type[Row]) -> Mapping[str, Field]:
    """The record's fields by their names in the API, which are worked out once."""
    if record not in _FIELDS:
        _FIELDS[record] = _found_in(record)
    return _FIELDS[record]


def _found_in(record: type[Row]) -> Mapping[str, Field]:
    hints = get_type_hints(record, include_extras=True)
    found = (_field(one.name, hints[one.name], one) for one in fields(record) if one.name not in _OF_EVERY_ROW)
    return {field.name: field for field in found}


def camel(attribute: str) -> str:
    """`unit_price` as the API spells it."""
    head, *rest = attribute.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


def snake(name: str) -> str:
    """`unitPrice` as our records spell it."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def moment_text(at: datetime) -> str:
    """ISO 8601 in UTC, milliseconds only when there are any."""
    at = at.astimezone(UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%S") + (f".{at.microsecond // 1000:03d}" if at.microsecond else "") + "Z"


def read_moment(text: str) -> datetime:
    """A point in time; one without a zone is UTC. Raises ValueError."""
    at = datetime.fromisoformat(text.replace(" ", "+"))  # a plus sign that nobody encoded
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def read_day(text: str) -> date:
    """A day, whether or not a time of day follows it. Raises ValueError."""
    return date.fromisoformat(text[:10])


def _field(attribute: str, hint: Any, one: Any) -> Field:
    marks: tuple[object, ...] = ()
    if get_origin(hint) is Annotated:
        hint, *rest = get_args(hint)
        marks = tuple(rest)
    nullable = get_origin(hint) in (Union, UnionType)
    kind = next(part for part in get_args(hint) if part is not type(None)) if nullable else hint
    return Field(
        attribute=attribute,
        name=camel(attribute),
        kind=get_origin(kind) or kind,
        nullable=nullable,
        required=one.default is MISSING and one.default_factory is MISSING,
        to=next((mark for mark in marks if isinstance(mark, To)), None),
        words=next((mark.words for mark in marks if isinstance(mark, OneOf)), ()),
        longest=next((mark.length for mark in marks if isinstance(mark, Longest)), 0),
        mark=next((mark for mark in marks if isinstance(mark, Mark)), None),
    )
