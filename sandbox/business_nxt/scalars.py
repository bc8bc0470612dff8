"""The scalars beside GraphQL's own: `Short`, `Decimal`, `DateTime` and the `Date` of fields that end in `AsDate`.

Documented: dates are integers with a twin that ends in `AsDate`, null for 0 and for what is no day; timestamps are like
`2024-10-01 12:45:33.798`, the server's local time without a zone. Decimals are JSON numbers and keep their digits.
ASSUMED: a `T` between day and time is taken too; the form of `Date`.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from graphql import GraphQLError, GraphQLInt, GraphQLScalarType, GraphQLString
from graphql.language import FloatValueNode, IntValueNode, StringValueNode, ValueNode

SHORT_MAX = 2**15 - 1


def _short(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not -SHORT_MAX - 1 <= value <= SHORT_MAX:
        raise GraphQLError(f"Short cannot represent value: {value!r}")
    return value


def _decimal(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise GraphQLError(f"Decimal cannot represent value: {value!r}")
    return Decimal(value)


def _moment(value: Any) -> datetime:
    try:
        read = datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise GraphQLError(f"DateTime cannot represent value: {value!r}") from error
    return read.replace(tzinfo=None)  # the server's local time: a zone that is sent says nothing


def _short_literal(node: ValueNode, _: Any = None) -> int:
    return _short(int(node.value) if isinstance(node, IntValueNode) else None)


def _decimal_literal(node: ValueNode, _: Any = None) -> Decimal:
    try:
        return Decimal(node.value if isinstance(node, IntValueNode | FloatValueNode) else "no number")
    except InvalidOperation as error:
        raise GraphQLError("Decimal cannot represent this value.") from error


def _moment_literal(node: ValueNode, _: Any = None) -> datetime:
    return _moment(node.value if isinstance(node, StringValueNode) else None)


def _shown_moment(value: datetime) -> str:
    return value.isoformat(" ", "milliseconds")


def _shown_day(value: date) -> str:
    return value.isoformat()


SHORT = GraphQLScalarType("Short", parse_value=_short, parse_literal=_short_literal)
DECIMAL = GraphQLScalarType("Decimal", parse_value=_decimal, parse_literal=_decimal_literal)
DATE_TIME = GraphQLScalarType("DateTime", _shown_moment, _moment, _moment_literal)
DATE = GraphQLScalarType("Date", _shown_day)
SCALARS = {
    "Int": GraphQLInt,
    "Short": SHORT,
    "Decimal": DECIMAL,
    "String": GraphQLString,
    "DateTime": DATE_TIME,
}
