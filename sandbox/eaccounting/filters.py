"""`$filter` as lists take it: `CustomerNumber eq '1001' and not (Number gt 1337 or ChangedUtc lt
2026-01-31T23:59:59Z)`.

Texts stand in single quotes, a quote in them is doubled; GUIDs, numbers and dates have none. Visma eAccounting API v2,
changelog: negative literals and negated properties, as in `RemainingAmountInvoiceCurrency eq
-TotalAmountInvoiceCurrency`. ASSUMED: every plain property can be filtered by, texts compare without regard to case,
what cannot be read or filtered by is 400 with 2000.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from sandbox.eaccounting.answers import refuse
from sandbox.eaccounting.fields import Kind, Model, read_stamp

Row = Mapping[str, Any]
Test = Callable[[Row], bool]
Value = Callable[[Row], Any]

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')"
    r"|(?P<guid>[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})"
    r"|(?P<stamp>\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+\- ]\d\d:\d\d)?)?)"
    r"|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<sign>[(),\-]))"
)
_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "gt": lambda left, right: bool(left > right),
    "ge": lambda left, right: bool(left >= right),
    "lt": lambda left, right: bool(left < right),
    "le": lambda left, right: bool(left <= right),
}
_FUNCTIONS: Mapping[str, Callable[[str, str], bool]] = {
    "contains": lambda text, part: part in text,
    "startswith": lambda text, part: text.startswith(part),
    "endswith": lambda text, part: text.endswith(part),
}


@dataclass(frozen=True)
class _Operand:
    sort: str  # text, number, moment, flag, or null
    value: Value


_SORTS = {
    **dict.fromkeys((Kind.TEXT, Kind.ID), "text"),
    **dict.fromkeys((Kind.WHOLE, Kind.AMOUNT), "number"),
    **dict.fromkeys((Kind.DAY, Kind.MIDNIGHT, Kind.STAMP), "moment"),
    Kind.FLAG: "flag",
}


def filter_of(text: str, model: Model, *, functions: bool = False, unfilterable: tuple[str, ...] = ()) -> Test:
    """Whether a row passes the filter. Ends the call with 400."""
    return _Parser(_tokens(text), model, functions=functions, unfilterable=unfilterable).whole()


def comparable(value: Any) -> Any:
    """The value as it is compared and sorted."""
    if isinstance(value, str):
        return value.casefold()
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time(), UTC)
    return value


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        found = _TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            refuse(f"Syntax error at position {at} in '{text}'.")
        tokens.append((found.lastgroup, found[found.lastgroup]))
        at = found.end()
    return tokens


class _Parser:
    def __init__(
        self, tokens: list[tuple[str, str]], model: Model, *, functions: bool, unfilterable: tuple[str, ...]
    ) -> None:
        self._tokens = tokens
        self._model = model
        self._functions = functions
        self._unfilterable = {name.lower() for name in unfilterable}

    def whole(self) -> Test:
        test = self._any()
        if self._tokens:
            refuse(f"Syntax error at '{self._tokens[0][1]}' in the filter.")
        return test

    def _any(self) -> Test:
        tests = [self._all()]
        while self._took("or"):
            tests.append(self._all())
        return tests[0] if len(tests) == 1 else lambda row: any(test(row) for test in tests)

    def _all(self) -> Test:
        tests = [self._one()]
        while self._took("and"):
            tests.append(self._one())
        return tests[0] if len(tests) == 1 else lambda row: all(test(row) for test in tests)

    def _one(self) -> Test:
        if self._took("not"):
            inner = self._one()
            return lambda row: not inner(row)
        if self._took("("):
            test = self._any()
            self._need(")")
            return test
        if len(self._tokens) > 1 and self._tokens[1] == ("sign", "("):
            return self._function()
        left = self._operand()
        kind, operator = self._next()
        if kind != "name" or operator not in ("eq", "ne", *_COMPARISONS):
            refuse(f"'{operator}' is no operator of the filter.")
        return _compared(left, operator, self._operand())

    def _function(self) -> Test:
        name = self._next()[1]
        if not self._functions or name not in _FUNCTIONS:
            refuse(f"An unknown function with name '{name}' was found.")
        self._need("(")
        text = self._operand()
        self._need(",")
        part = self._operand()
        self._need(")")
        if (text.sort, part.sort) != ("text", "text"):
            refuse(f"The function '{name}' takes two texts.")
        holds = _FUNCTIONS[name]
        return lambda row: holds(text.value(row) or "", part.value(row) or "")

    def _operand(self) -> _Operand:
        kind, text = self._next()
        if (kind, text) == ("sign", "-"):
            inner = self._operand()
            if inner.sort != "number":
                refuse("Only numbers can be negated.")
            return _Operand("number", lambda row: _negated(inner.value(row)))
        if kind == "name" and text not in ("null", "true", "false"):
            return self._property(text)
        literal, sort = _literal(kind, text)
        return _Operand(sort, lambda _: literal)

    def _property(self, text: str) -> _Operand:
        field = self._model.by_any_case.get(text.lower())
        if field is None or field.kind is Kind.ANY or text.lower() in self._unfilterable:
            refuse(f"Could not find a property named '{text}' on type '{self._model.name}Api'.")
        if field.kind is Kind.FLAG:
            return _Operand("flag", lambda row: bool(row.get(field.name)))
        return _Operand(_SORTS[field.kind], lambda row: comparable(row.get(field.name)))

    def _next(self) -> tuple[str, str]:
        return self._tokens.pop(0) if self._tokens else refuse("The filter ends too early.")

    def _took(self, word: str) -> bool:
        if self._tokens and self._tokens[0] in (("name", word), ("sign", word)):
            self._tokens.pop(0)
            return True
        return False

    def _need(self, sign: str) -> None:
        if not self._took(sign):
            refuse(f"'{sign}' is missing in the filter.")


def _literal(kind: str, text: str) -> tuple[Any, str]:
    if kind == "text":
        return text[1:-1].replace("''", "'").casefold(), "text"
    if kind == "guid":
        return text.casefold(), "text"
    if kind == "number":
        return Decimal(text), "number"
    if kind == "stamp":
        return _moment(text), "moment"
    if kind == "name":
        return {"null": (None, "null"), "true": (True, "flag"), "false": (False, "flag")}[text]
    return refuse(f"Syntax error at '{text}' in the filter.")


def _moment(text: str) -> datetime:
    try:
        return read_stamp(text)
    except ValueError:
        refuse(f"'{text}' is no date.")


def _negated(value: Any) -> Any:
    return None if value is None else -value


def _compared(left: _Operand, operator: str, right: _Operand) -> Test:
    if "null" not in (left.sort, right.sort) and left.sort != right.sort:
        refuse(f"A binary operator with incompatible types was detected: {left.sort} and {right.sort}.")
    if operator in ("eq", "ne"):
        same = operator == "eq"
        return lambda row: (left.value(row) == right.value(row)) is same
    compare = _COMPARISONS[operator]

    def test(row: Row) -> bool:
        one, other = left.value(row), right.value(row)
        return one is not None and other is not None and compare(one, other)

    return test
