"""The filter language of both families: `name$like:abc$and:(date$gte:2026-01-01$or:number$in:[1,2])`.

Properties outside the list's own are answered 400 with the allowed ones in the hint; texts compare without regard to
case. ASSUMED: `$and:` binds closer than `$or:`, and a special character that is not escaped is a fault.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from fnmatch import fnmatchcase
from typing import Any

from sandbox.wire import Answer, Refused

IN_MAX = 200
RANGE = ("eq", "ne", "lt", "lte", "gt", "gte")
LISTED = (*RANGE, "in", "nin")
TEXT = (*RANGE, "like")
SAME = ("eq", "ne")
_SPECIAL = "$()*,[]"

Test = Callable[[Mapping[str, Any]], bool]
Refusing = Callable[[str, str], Answer]


@dataclass(frozen=True)
class Field:
    """A property that a list can be filtered by: number, text, moment or flag, and the operators it takes."""

    kind: str
    operators: tuple[str, ...]
    sortable: bool = True


NUMBER, WORDS = Field("number", LISTED), Field("text", TEXT)
AMOUNT, MOMENT, FLAG = Field("number", RANGE), Field("moment", RANGE), Field("flag", SAME)

Fields = Mapping[str, Field]


class BadFilter(Exception):
    """The filter cannot be understood or names what may not be filtered."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def value_at(row: Mapping[str, Any], path: str) -> Any:
    """The value at `customerGroup.customerGroupNumber`, None where nothing is."""
    value: Any = row
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def filtered(rows: list[Any], text: str, fields: Fields, refusing: Refusing) -> list[Any]:
    """The rows that pass the filter. Raises `Refused`."""
    if not text.strip():
        return rows
    try:
        test = _Parser(_tokens(text), fields).whole()
    except BadFilter as error:
        raise Refused(refusing(str(error), error.hint)) from None
    return [row for row in rows if test(row)]


@dataclass(frozen=True)
class _Token:
    kind: str  # text, op, or the bracket itself
    text: str = ""
    pattern: str = ""  # the text as a glob, its wildcards open


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    plain, glob, at = "", "", 0
    while at < len(text):
        character, following = text[at], text[at + 1 : at + 2]
        if character == "$" and following and following in _SPECIAL:
            plain, glob, at = plain + following, glob + _literal(following), at + 2
            continue
        if character == "*":
            plain, glob, at = plain + "*", glob + "*", at + 1
            continue
        if character not in "$()[],":
            plain, glob, at = plain + character, glob + _literal(character), at + 1
            continue
        if plain.strip():
            tokens.append(_Token("text", plain, glob))
        plain = glob = ""
        if character == "$":
            end = text.find(":", at)
            if end < 0:
                raise BadFilter(f"Unescaped $ at position {at} of the filter.")
            tokens.append(_Token("op", text[at + 1 : end].lower()))
            at = end + 1
        else:
            tokens.append(_Token(character))
            at += 1
    return [*tokens, _Token("text", plain, glob)] if plain.strip() else tokens


def _literal(character: str) -> str:
    return f"[{character}]" if character in "*?[" else character


class _Parser:
    def __init__(self, tokens: list[_Token], fields: Fields) -> None:
        self._tokens = tokens
        self._fields = fields

    def whole(self) -> Test:
        test = self._any()
        if self._tokens:
            raise BadFilter(f"Unexpected {self._tokens[0].text or self._tokens[0].kind} in the filter.")
        return test

    def _any(self) -> Test:
        tests = [self._all()]
        while self._took("op", "or"):
            tests.append(self._all())
        return lambda row: any(test(row) for test in tests)

    def _all(self) -> Test:
        tests = [self._one()]
        while self._took("op", "and"):
            tests.append(self._one())
        return lambda row: all(test(row) for test in tests)

    def _one(self) -> Test:
        if self._took("("):
            test = self._any()
            self._need(")")
            return test
        name, operator = self._need("text").text.strip(), self._need("op").text
        field = self._fields.get(name)
        if field is None:
            allowed = ", ".join(sorted(self._fields))
            raise BadFilter(f"Property '{name}' is not filterable.", f"Allowed fields for filtering are: {allowed}.")
        if operator not in field.operators:
            allowed = ", ".join(f"${one}:" for one in field.operators)
            raise BadFilter(f"Operator ${operator}: is not allowed on '{name}'.", f"Allowed operators are: {allowed}.")
        if operator in ("in", "nin"):
            return self._member(name, field, wanted=operator == "in")
        return self._compared(name, field, operator)

    def _member(self, name: str, field: Field, *, wanted: bool) -> Test:
        self._need("[")
        values = [self._value(field, self._need("text").text)]
        while self._took(","):
            values.append(self._value(field, self._need("text").text))
        self._need("]")
        if len(values) > IN_MAX:
            raise BadFilter(f"At most {IN_MAX} values are allowed in a list.", f"{len(values)} were sent.")
        return lambda row: (_comparable(field, value_at(row, name)) in values) is wanted

    def _compared(self, name: str, field: Field, operator: str) -> Test:
        if self._took("op", "null"):
            if operator not in SAME:
                raise BadFilter("$null: takes $eq: and $ne: only.")
            return lambda row: (value_at(row, name) is None) is (operator == "eq")
        token = self._need("text")
        if operator == "like":
            pattern = token.pattern.casefold()
            pattern = pattern if "*" in token.pattern.replace("[*]", "") else f"*{pattern}*"
            return lambda row: fnmatchcase(str(value_at(row, name) or "").casefold(), pattern)
        if "*" in token.pattern.replace("[*]", ""):
            raise BadFilter(f"Unescaped * in '{token.text}'.", "Write $* for the character.")
        wanted = self._value(field, token.text)
        compare = _COMPARISONS[operator]

        def test(row: Mapping[str, Any]) -> bool:
            value = _comparable(field, value_at(row, name))
            return operator == "ne" if value is None else compare(value, wanted)

        return test

    def _value(self, field: Field, text: str) -> Any:
        try:
            return _READ[field.kind](text.strip())
        except (ValueError, InvalidOperation):
            raise BadFilter(f"The value '{text}' is not valid in the filter.", f"A {field.kind} is expected.") from None

    def _took(self, kind: str, text: str = "") -> bool:
        if self._tokens and self._tokens[0].kind == kind and (not text or self._tokens[0].text == text):
            self._tokens.pop(0)
            return True
        return False

    def _need(self, kind: str) -> _Token:
        if not self._tokens or self._tokens[0].kind != kind:
            raise BadFilter(f"The filter ends or goes on where {kind} is expected.")
        return self._tokens.pop(0)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _flag(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(text)
    return text.lower() == "true"


def _number(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite():
        raise ValueError(text)
    return number


_READ: Mapping[str, Callable[[str], Any]] = {
    "number": _number,
    "text": str.casefold,
    "moment": _moment,
    "flag": _flag,
}


def _comparable(field: Field, value: object) -> Any:
    if field.kind == "flag":
        return bool(value)  # false is left out of what goes over the wire
    return None if value is None else _READ[field.kind](str(value))


_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda value, wanted: bool(value == wanted),
    "ne": lambda value, wanted: bool(value != wanted),
    "lt": lambda value, wanted: bool(value < wanted),
    "lte": lambda value, wanted: bool(value <= wanted),
    "gt": lambda value, wanted: bool(value > wanted),
    "gte": lambda value, wanted: bool(value >= wanted),
}
