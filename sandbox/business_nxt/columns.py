"""What a table of the data model is made of: columns with their types, keys, and relations to other tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

Row = dict[str, Any]  # rows are as wide and as free as the vendor's tables
Key = tuple[int | str, ...]

STAMPS = "createdDateTime changedDateTime createdTimestamp changedTimestamp"
INITIAL: Mapping[str, object] = {"Int": 0, "Short": 0, "Decimal": Decimal(0), "String": "", "DateTime": None}


@dataclass(frozen=True)
class Column:
    """One column. `length` is the most characters that a text takes; a day is an integer, `yyyymmdd`, 0 for none."""

    name: str
    type: str
    length: int | None = None
    is_day: bool = False

    @property
    def initial(self) -> object:
        """What stands in a row that nothing was entered into: zero or empty, as SQL columns here are never null."""
        return INITIAL[self.type]


@dataclass(frozen=True)
class Relation:
    """The way from a row to others: those of `table` in which the columns `pairs[…][1]` equal ours `pairs[…][0]`."""

    name: str
    table: str
    pairs: tuple[tuple[str, str], ...]
    many: bool = False


@dataclass(frozen=True)
class Table:
    """One table. `name` is its GraphQL field; `children` are rows of other tables that may be nested in an insert."""

    name: str
    key: tuple[str, ...]
    columns: Mapping[str, Column]
    relations: tuple[Relation, ...] = ()
    children: Mapping[str, str] = field(default_factory=dict)
    read_only: bool = False

    @property
    def identifier(self) -> str:
        """Its type's name, which is the table's in webhooks too."""
        return self.name[0].upper() + self.name[1:]

    def key_of(self, row: Mapping[str, Any]) -> Key:
        """The values of the primary key."""
        return tuple(row[name] for name in self.key)

    def blank(self) -> Row:
        """A row that nothing was entered into."""
        return {name: column.initial for name, column in self.columns.items()}


def columns(*, ints: str = "", shorts: str = "", days: str = "", texts: str = "", decimals: str = "") -> list[Column]:
    """Columns by type, names apart by blanks; `group1..12` are twelve, `name(60)` is a text of at most 60."""
    given = (
        (ints, "Int", False),
        (shorts, "Short", False),
        (days, "Int", True),
        (texts, "String", False),
        (decimals, "Decimal", False),
    )
    return [Column(name, kind, length, is_day) for words, kind, is_day in given for name, length in _names(words)]


def dimensions() -> list[Column]:
    """orgUnit1 to orgUnit12: integers up to the sixth, texts of ten characters after it."""
    return columns(ints="orgUnit1..6", texts="orgUnit7..12(10)")


def stamps() -> list[Column]:
    """What the server writes on every row. Timestamps came in October 2024 and are null on rows not touched since."""
    days = columns(days="createdDate changedDate", ints="createdTime changedTime", texts="createdByUser changedByUser")
    return days + [Column(name, "DateTime") for name in STAMPS.split()]


def _names(words: str) -> Iterator[tuple[str, int | None]]:
    for word in words.split():
        found = re.fullmatch(r"([A-Za-z]+?)(?:(\d+)\.\.(\d+)([A-Za-z]*)|([A-Za-z0-9]*))(?:\((\d+)\))?", word)
        if found is None:
            raise ValueError(f"no name of columns: {word}")
        stem, first, last, tail, rest, length = found.groups()
        most = int(length) if length else None
        if first is None:
            yield f"{stem}{rest}", most
        else:
            yield from ((f"{stem}{number}{tail}", most) for number in range(int(first), int(last) + 1))
