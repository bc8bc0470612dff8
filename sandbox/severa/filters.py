"""What lists can be narrowed by. Each filter reads its parameter's values once, then looks at rows.

ASSUMED: texts are compared without regard to case; a parameter that a list does not have is passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.severa.answers import QUERY, refuse
from sandbox.severa.database import Database
from sandbox.severa.fields import read_day, read_moment
from sandbox.severa.listing import Query

Test = Callable[[Any], bool]  # whether a row passes; a list's filters know the record of its rows
Filter = Callable[[Database, str, Sequence[str]], Test]
Through = Callable[[Database, Any], object]


def chosen(database: Database, query: Query, filters: Mapping[str, Filter], rows: Collection[Any]) -> list[Any]:
    """The rows that pass all filters for which the query has a value. Ends the call with 400."""
    passed = list(rows)
    for name, made in filters.items():
        values = [value for value in query.get(name.lower(), ()) if value != ""]
        if values:
            test = made(database, name, values)
            passed = [row for row in passed if test(row)]
    return passed


def any_of(attribute: str | Through) -> Filter:
    """Texts, numbers, guids: the row has one of the values."""

    def made(database: Database, _: str, values: Sequence[str]) -> Test:
        wanted = {value.casefold() for value in values}
        get = _getter(database, attribute)

        def test(row: object) -> bool:
            value = get(row)
            if isinstance(value, tuple | list):
                return any(str(one).casefold() in wanted for one in value)
            return value is not None and str(value).casefold() in wanted

        return test

    return made


def whole_numbers(attribute: str) -> Filter:
    """Numbers: the row has one of them."""

    def made(_: Database, name: str, values: Sequence[str]) -> Test:
        if wrong := [value for value in values if not value.lstrip("-").isdecimal()]:
            refuse(f"The value '{wrong[0]}' is not valid.", name, place=QUERY)
        wanted = {int(value) for value in values}
        return lambda row: getattr(row, attribute) in wanted

    return made


def yes_or_no(attribute: str | Through) -> Filter:
    """A flag is as asked."""

    def made(database: Database, name: str, values: Sequence[str]) -> Test:
        wanted = {"true": True, "false": False}.get(values[-1].lower())
        if wanted is None:
            refuse(f"The value '{values[-1]}' is not valid.", name, place=QUERY)
        get = _getter(database, attribute)
        return lambda row: bool(get(row)) is wanted

    return made


def since(attribute: str) -> Filter:
    """At that time or later."""

    def made(_: Database, name: str, values: Sequence[str]) -> Test:
        try:
            at = read_moment(values[-1])
        except ValueError:
            refuse(f"The value '{values[-1]}' is not valid.", name, place=QUERY)
        return lambda row: getattr(row, attribute) is not None and getattr(row, attribute) >= at

    return made


def from_day(attribute: str) -> Filter:
    """On that day or later."""
    return lambda _, name, values: _compared(attribute, _day(name, values[-1]), lambda value, day: value >= day)


def to_day(attribute: str) -> Filter:
    """On that day or earlier."""
    return lambda _, name, values: _compared(attribute, _day(name, values[-1]), lambda value, day: value <= day)


def at_least(get: Through) -> Filter:
    """An amount of that or more."""

    def made(database: Database, name: str, values: Sequence[str]) -> Test:
        lowest = _amount(name, values[-1])
        return lambda row: _as_amount(get(database, row)) >= lowest

    return made


def at_most(get: Through) -> Filter:
    """An amount of that or less."""

    def made(database: Database, name: str, values: Sequence[str]) -> Test:
        highest = _amount(name, values[-1])
        return lambda row: _as_amount(get(database, row)) <= highest

    return made


def words_in(*attributes: str) -> Filter:
    """The words stand in one of the texts."""

    def made(_: Database, __: str, values: Sequence[str]) -> Test:
        words = values[-1].casefold()
        return lambda row: any(words in str(getattr(row, one) or "").casefold() for one in attributes)

    return made


def _getter(database: Database, attribute: str | Through) -> Callable[[Any], object]:
    if isinstance(attribute, str):
        return lambda row: getattr(row, attribute)
    return lambda row: attribute(database, row)


def _compared(attribute: str, day: date, holds: Callable[[date, date], bool]) -> Test:
    def test(row: object) -> bool:
        value: date | None = getattr(row, attribute)
        return value is not None and holds(value, day)

    return test


def _day(name: str, text: str) -> date:
    try:
        return read_day(text)
    except ValueError:
        refuse(f"The value '{text}' is not valid.", name, place=QUERY)


def _amount(name: str, text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        refuse(f"The value '{text}' is not valid.", name, place=QUERY)


def _as_amount(value: object) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(0)
