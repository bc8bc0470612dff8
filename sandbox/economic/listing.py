"""The two families of lists: REST collections with their pagination, and the OpenAPI's cursor, `/paged` and `/count`.

ASSUMED: a REST page size above the maximum is cut to it, one of `/paged` is refused; `/paged` answers a bare array.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from sandbox.economic import errors
from sandbox.economic.filters import Fields, filtered, value_at
from sandbox.economic.formats import Json
from sandbox.wire import Answer, Call, Refused

DEFAULT_SIZE, SIZE_MAX = 20, 1000
PAGED_MAX, PAGED_REACH = 100, 10_000


def bad_rest(message: str, hint: str) -> Answer:
    """The 400 of a REST list's query."""
    return errors.rest(400, message, hint)


def bad_open(message: str, hint: str) -> Answer:
    """The 400 of an OpenAPI list's query."""
    return errors.open_api(400, message, None, None, hint)


def query_of(call: Call) -> dict[str, str]:
    """The query parameters by their names in small letters."""
    return {name.lower(): value for name, value in call.query.items()}


def collection(call: Call, rows: list[Json], fields: Fields) -> Answer:
    """A page of a REST list; rows are as they go out."""
    query = query_of(call)
    page, size = _whole(query, "skippages", 0, bad_rest), _whole(query, "pagesize", DEFAULT_SIZE, bad_rest)
    size = min(max(size, 1), SIZE_MAX)
    passed = _sorted(filtered(rows, query.get("filter", ""), fields, bad_rest), query.get("sort", ""), fields)
    last = max(-(-len(passed) // size) - 1, 0)
    kept: dict[str, Any] = {name: query[name] for name in ("filter", "sort") if name in query}

    def link(number: int) -> str:
        return f"{call.base_url}{call.path}?{urlencode({'skippages': number, 'pagesize': size, **kept})}"

    pagination: Json = {
        "maxPageSizeAllowed": SIZE_MAX,
        "skipPages": page,
        "pageSize": size,
        "results": len(passed),
        "resultsWithoutFilter": len(rows),
        "firstPage": link(0),
    }
    if page > 0:
        pagination["previousPage"] = link(page - 1)
    if page < last:
        pagination["nextPage"] = link(page + 1)
    pagination["lastPage"] = link(last)
    here = f"{call.base_url}{call.path}" + (f"?{call.query_string}" if call.query_string else "")
    shown = passed[page * size : (page + 1) * size]
    return Answer(200, {"collection": shown, "metaData": {}, "pagination": pagination, "self": here})


def cursor_page(call: Call, rows: list[Json], fields: Fields, key: str, size: int) -> Answer:
    """A page of an OpenAPI list in the order of its key; the cursor is the key of the next page's first row."""
    query = query_of(call)
    start = _whole(query, "cursor", 0, bad_open)
    passed = filtered(rows, query.get("filter", ""), fields, bad_open)
    coming = sorted((row for row in passed if row[key] >= start), key=lambda row: int(row[key]))
    body: Json = {"items": coming[:size]}
    if len(coming) > size:
        body["cursor"] = str(coming[size][key])
    return Answer(200, body)


def paged(call: Call, rows: list[Json], fields: Fields) -> Answer:
    """A page of an OpenAPI list by its number; only the first ten thousand rows can be reached."""
    query = query_of(call)
    page, size = _whole(query, "skippages", 0, bad_open), _whole(query, "pagesize", DEFAULT_SIZE, bad_open)
    if not 1 <= size <= PAGED_MAX or (page + 1) * size > PAGED_REACH:
        raise Refused(bad_open(f"pagesize is at most {PAGED_MAX}.", f"Only the first {PAGED_REACH} can be reached."))
    passed = filtered(rows, query.get("filter", ""), fields, bad_open)
    return Answer(200, _sorted(passed, query.get("sort", ""), fields)[page * size : (page + 1) * size])


def counted(call: Call, rows: list[Json], fields: Fields) -> Answer:
    """How many rows pass the filter, as a bare number."""
    return Answer(200, len(filtered(rows, query_of(call).get("filter", ""), fields, bad_open)))


def _whole(query: dict[str, str], name: str, default: int, refusing: Any) -> int:
    text = query.get(name) or str(default)
    if not text.isascii() or not text.isdecimal():
        raise Refused(refusing(f"The value '{text}' is not valid for {name}.", "A whole number is expected."))
    return int(text)


def _sorted(rows: list[Json], wanted: str, fields: Fields) -> list[Json]:
    for part in reversed([one.strip() for one in wanted.split(",") if one.strip()]):
        backwards, name = part.startswith("-"), part.lstrip("-~")
        field = fields.get(name)
        if field is None or not field.sortable:
            allowed = ", ".join(sorted(one for one in fields if fields[one].sortable))
            raise Refused(
                bad_rest(f"Property '{name}' is not sortable.", f"Allowed fields for sorting are: {allowed}.")
            )
        as_number = field.kind == "number" and "~" not in part

        def order(row: Json, name: str = name, as_number: bool = as_number) -> tuple[bool, Any]:
            value = value_at(row, name)
            if value is None:
                return (False, Decimal(0) if as_number else "")
            return (True, Decimal(value) if as_number else str(value).casefold())

        rows = sorted(rows, key=order, reverse=backwards)
    return rows
