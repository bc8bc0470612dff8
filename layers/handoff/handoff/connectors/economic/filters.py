"""e-conomic's filter language: `name$eq:value`, joined and escaped.

Source: e-conomic, Filtering: operators, the null value, the escapes, and `$in` with at most 200 values.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from handoff.connectors.economic.assumed import IN_MAX

Value = int | str | date | datetime
_SPECIAL = "$()*,[]"


def escaped(text: str) -> str:
    """The text with its special characters escaped, so that it can only be a value."""
    return "".join(f"${character}" if character in _SPECIAL else character for character in text)


def equal(name: str, value: Value) -> str:
    """Equal; texts without regard to case."""
    return f"{name}$eq:{_text(value)}"


def at_least(name: str, value: Value) -> str:
    """Greater or equal."""
    return f"{name}$gte:{_text(value)}"


def at_most(name: str, value: Value) -> str:
    """Less or equal."""
    return f"{name}$lte:{_text(value)}"


def above(name: str, value: Value) -> str:
    """Greater."""
    return f"{name}$gt:{_text(value)}"


def holds(name: str, part: str) -> str:
    """The text has the part in it."""
    return f"{name}$like:{escaped(part)}"


def is_there(name: str) -> str:
    """Not null."""
    return f"{name}$ne:$null:"


def one_of(name: str, values: Sequence[int]) -> str:
    """One of up to 200 numbers."""
    if not 1 <= len(values) <= IN_MAX:
        raise ValueError(f"{len(values)} values do not fit into one filter")
    return f"{name}$in:[{','.join(str(value) for value in values)}]"


def both(*filters: str) -> str:
    """All of them."""
    return "$and:".join(filters)


def either(*filters: str) -> str:
    """Any of them."""
    return "$or:".join(filters)


def instant(at: datetime) -> str:
    """An instant in UTC to the second, rounded down."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _text(value: Value) -> str:
    if isinstance(value, datetime):
        return instant(value)
    return value.isoformat() if isinstance(value, date) else escaped(str(value))
