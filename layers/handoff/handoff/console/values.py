"""Values as the API writes them: decimals as text, instants in UTC, and blanks that mean nothing given."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

DECIMALS_MIN = 2


def decimal_text(value: Decimal) -> str:
    """Hours or money with two decimals, or with more where the value has more: `7.50`, `1.3333`.

    Text, since many readers of JSON turn its numbers into binary fractions, which lose öre.
    """
    whole, _, part = f"{value:f}".partition(".")
    part = part.rstrip("0").ljust(DECIMALS_MIN, "0")
    return f"{whole}.{part}" if value else "0.00"


def instant_text(value: datetime) -> str:
    """An instant in UTC: `2026-10-20T08:00:00Z`."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _none_if_blank(value: object) -> object:
    return None if value in ("", [""]) else value


DecimalText = Annotated[
    Decimal,
    PlainSerializer(decimal_text, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^-?[0-9]+\.[0-9]{2,}$", "examples": ["7.50"]}),
]
"""A decimal as text."""

Instant = Annotated[
    datetime,
    PlainSerializer(instant_text, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-10-20T08:00:00Z"]}),
]
"""An instant as text."""

BLANK_IS_NONE = BeforeValidator(_none_if_blank)
"""For query parameters: `period=` says the same as no period at all."""
