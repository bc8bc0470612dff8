"""Filter expressions and sorting, as functions over rows.

Documented: `_and` and `_or` take lists; `_eq`, `_not_eq`, `_gt`, `_gte`, `_lt`, `_lte`, `_like`, `_in`, `_not_in`,
`_between`, `_not_between`; `_like` has the wildcards of SQL. ASSUMED: columns of one object are all to hold, an empty
or absent filter is none, a value that is null is not compared with anything as in SQL, and `_between` takes
`from` and `to`, both included.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sandbox.business_nxt.columns import Row

Holds = Callable[[Row], bool]
COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "_eq": lambda mine, given: bool(mine == given),
    "_not_eq": lambda mine, given: bool(mine != given),
    "_gt": lambda mine, given: bool(mine > given),
    "_gte": lambda mine, given: bool(mine >= given),
    "_lt": lambda mine, given: bool(mine < given),
    "_lte": lambda mine, given: bool(mine <= given),
    "_in": lambda mine, given: mine in given,
    "_not_in": lambda mine, given: mine not in given,
    "_between": lambda mine, given: bool(given[0] <= mine <= given[1]),
    "_not_between": lambda mine, given: not given[0] <= mine <= given[1],
    "_like": lambda mine, given: given.fullmatch(mine) is not None,
}


def holds(expression: Mapping[str, Any] | None, *, ignores_case: bool) -> Holds:
    """Whether a row is one of those that the filter means; without a filter all are."""
    return _all([_part(name, value, ignores_case) for name, value in (expression or {}).items()])


def kept(rows: Iterable[Row], expression: Mapping[str, Any] | None, *, ignores_case: bool) -> list[Row]:
    """The rows that the filter means."""
    if not expression:
        return list(rows)
    meant = holds(expression, ignores_case=ignores_case)
    return [row for row in rows if meant(row)]


def ordered(rows: list[Row], order: Sequence[Mapping[str, bool]] | None) -> list[Row]:
    """The rows sorted by the columns given, the first one foremost; a value of True is descending. Nulls are lowest."""
    for part in reversed(order or ()):
        for name, descending in reversed(list(part.items())):
            rows = sorted(rows, key=lambda row, name=name: _rank(row[name]), reverse=descending)  # type: ignore[misc]
    return rows


def _part(name: str, value: Any, ignores_case: bool) -> Holds:
    if name in ("_and", "_or"):
        parts = [holds(one, ignores_case=ignores_case) for one in value or ()]
        return _all(parts) if name == "_and" or not parts else _any(parts)
    return _all([_compared(name, operator, given, ignores_case) for operator, given in (value or {}).items()])


def _compared(name: str, operator: str, given: Any, ignores_case: bool) -> Holds:
    if given is None:
        return lambda row: False  # nothing compares with null
    compare = COMPARISONS[operator]
    with_what = _prepared(operator, given, ignores_case)
    folds = ignores_case and operator != "_like"

    def compared(row: Row) -> bool:
        mine = row[name]
        if mine is None:
            return False
        return compare(_folded(mine) if folds else mine, with_what)

    return compared


def _prepared(operator: str, given: Any, ignores_case: bool) -> Any:
    fold = _folded if ignores_case else _same
    if operator == "_like":
        pattern = "".join({"%": ".*", "_": "."}.get(sign, re.escape(sign)) for sign in given)
        return re.compile(pattern, re.DOTALL | (re.IGNORECASE if ignores_case else 0))
    if operator in ("_in", "_not_in"):
        return {fold(one) for one in given if one is not None}
    if operator in ("_between", "_not_between"):
        return fold(given["from"]), fold(given["to"])
    return fold(given)


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _same(value: Any) -> Any:
    return value


def _rank(value: Any) -> Any:
    if value is None:
        return datetime.min  # noqa: DTZ901 - only timestamps are ever null, and they have no zone
    return _folded(value)


def _all(parts: list[Holds]) -> Holds:
    if len(parts) == 1:
        return parts[0]
    return lambda row: all(part(row) for part in parts)


def _any(parts: list[Holds]) -> Holds:
    return lambda row: any(part(row) for part in parts)
