"""The query options of v2: `$filter`, `$orderby`, `$skip`, `$top`, `$count`, `$expand` (as a client of v2 has them).

Known are their names, that `$top` is 100 unless sent and 10,000 at most, and that `$count` is on. Filters that clients
send: comparisons by `eq` and its like of a field, or of one behind a slash, joined by `and`. ASSUMED is the rest of the
grammar, that what cannot be read is a 400, and that rows come by id unless an order is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NoReturn

from sandbox.timechimp.answers import Json, refuse
from sandbox.timechimp.assumed import TOP, TOP_MAX
from sandbox.wire import Call

Test = Callable[[Json], bool]
_TOKEN = re.compile(r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<mark>[(),])|(?P<word>[^\s(),']+))")
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "gt": lambda one, other: one > other,
    "ge": lambda one, other: one >= other,
    "lt": lambda one, other: one < other,
    "le": lambda one, other: one <= other,
}
_TESTS: Mapping[str, Callable[[str, str], bool]] = {
    "contains": lambda text, part: part in text,
    "startswith": lambda text, part: text.startswith(part),
    "endswith": lambda text, part: text.endswith(part),
}


@dataclass(frozen=True)
class Wanted:
    """What a list call asks for."""

    top: int
    skip: int
    count: bool
    expand: frozenset[str]
    test: Test | None
    order: tuple[tuple[str, bool], ...]

    def chosen(self, rows: Sequence[Json]) -> list[Json]:
        """The rows that pass, in the order asked for."""
        passed = [row for row in rows if self.test is None or self.test(row)]
        for path, falls in reversed(self.order):
            passed.sort(key=lambda row: _sortable(value_at(row, path)), reverse=falls)
        return passed


def wanted(call: Call) -> Wanted:
    """The call's options. Ends the call with 400."""
    query = call.query
    text, count = query.get("$filter", ""), query.get("$count", "true").lower()
    if count not in ("true", "false"):
        _bad("$count")
    return Wanted(
        top=_whole(query, "$top", TOP, 1, TOP_MAX),
        skip=_whole(query, "$skip", 0, 0, None),
        count=count == "true",
        expand=expanded(call),
        test=_Filter(text).test() if text.strip() else None,
        order=_order(query.get("$orderby", "")),
    )


def expanded(call: Call) -> frozenset[str]:
    """The names that the call wants whole."""
    return frozenset(name.strip() for name in call.query.get("$expand", "").split(",") if name.strip())


def value_at(row: Json, path: str) -> object:
    """The value of `name` or `project/id`. Ends the call with 400 for a name that the row does not have."""
    value: object = row
    for name in path.split("/"):
        if value is None:
            return None
        if not isinstance(value, dict) or name not in value:
            _bad(f"Could not find a property named '{name}'")
        value = value[name]
    return value


def _order(text: str) -> tuple[tuple[str, bool], ...]:
    parts = [part.split() for part in text.split(",") if part.strip()]
    if any(len(part) > 2 or part[1:] not in ([], ["asc"], ["desc"]) for part in parts):
        _bad("$orderby")
    return tuple((part[0], part[1:] == ["desc"]) for part in parts)


def _whole(query: Mapping[str, str], name: str, default: int, lowest: int, highest: int | None) -> int:
    text = query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit()) or int(text) < lowest or (highest is not None and int(text) > highest):
        _bad(f"The limit of '{highest}' for {name} has been exceeded or '{text}' is no number")
    return int(text)


class _Filter:
    """A filter, read from left to right: `or` binds least, then `and`, then `not`."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._at = 0

    def test(self) -> Test:
        """What the whole text says."""
        test = self._either()
        return test if self._at == len(self._tokens) else _bad("$filter")

    def _either(self) -> Test:
        tests = [self._both()]
        while self._take("or"):
            tests.append(self._both())
        return tests[0] if len(tests) == 1 else lambda row: any(test(row) for test in tests)

    def _both(self) -> Test:
        tests = [self._one()]
        while self._take("and"):
            tests.append(self._one())
        return tests[0] if len(tests) == 1 else lambda row: all(test(row) for test in tests)

    def _one(self) -> Test:
        if self._take("not"):
            test = self._one()
            return lambda row: not test(row)
        if self._take("("):
            test = self._either()
            return test if self._take(")") else _bad("$filter")
        word = self._next()
        if word in _TESTS and self._take("("):
            return self._function(word)
        operator = self._next()
        if operator in ("eq", "ne"):
            other = _literal(self._next())
            return lambda row: (_like(value_at(row, word), other) == other) is (operator == "eq")
        if operator not in _COMPARE:
            _bad(f"$filter: {operator}")
        return self._comparison(word, _COMPARE[operator], _literal(self._next()))

    def _function(self, name: str) -> Test:
        path, comma, other, end = self._next(), self._take(","), _literal(self._next()), self._take(")")
        if not comma or not end or not isinstance(other, str):
            _bad(f"$filter: {name}")
        return lambda row: _TESTS[name](str(value_at(row, path) or ""), other)

    @staticmethod
    def _comparison(path: str, holds: Callable[[Any, Any], bool], other: object) -> Test:
        def test(row: Json) -> bool:
            value = value_at(row, path)
            if value is None or other is None:
                return False
            try:
                return holds(_like(value, other), other)
            except TypeError:
                _bad(f"$filter: '{path}' cannot be compared with '{other}'")

        return test

    def _take(self, token: str) -> bool:
        found = self._at < len(self._tokens) and self._tokens[self._at] == token
        self._at += found
        return found

    def _next(self) -> str:
        if self._at >= len(self._tokens):
            _bad("$filter")
        self._at += 1
        return self._tokens[self._at - 1]


def _tokens(text: str) -> list[str]:
    found, at, text = list[str](), 0, text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            _bad("$filter")
        found.append(match[match.lastgroup or 0])
        at = match.end()
    return found


def _literal(token: str) -> object:
    """A quoted text, a word of OData, a number; days and moments are texts that compare as they are."""
    if token.startswith("'"):
        return token[1:-1].replace("''", "'")
    words: Mapping[str, object] = {"true": True, "false": False, "null": None}
    if token in words:
        return words[token]
    if re.fullmatch(r"-?\d+(\.\d+)?", token):
        return Decimal(token)
    if re.match(r"\d{4}-\d\d-\d\d", token):
        return token
    return _bad(f"$filter: {token}")


def _like(value: object, other: object) -> object:
    """A moment that is held against a day counts as its day."""
    is_day = isinstance(value, str) and isinstance(other, str) and bool(re.fullmatch(r"\d{4}-\d\d-\d\d", other))
    return value[:10] if is_day and isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT", value) else value


def _sortable(value: object) -> tuple[bool, Any]:
    return (value is not None, value if value is not None else 0)


def _bad(what: str) -> NoReturn:
    refuse(f"The query specified in the URI is not valid. {what}")
