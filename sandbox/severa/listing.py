"""The two ways in which lists are paged, fixed for each (Severa, REST API technical description; OpenAPI description).

By token: `pageToken` and `rowCount`; the header `NextPageToken` is there while more rows are. By offset: `firstRow` and
`rowCount`, and often `sortings`; nothing says that more rows are. ASSUMED: rows come as they were made; a page larger
than the largest is cut to it; a token belongs to the parameters it was given for.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl, urlencode

from sandbox.severa.answers import QUERY, refuse
from sandbox.severa.fields import Row, fields_of
from sandbox.wire import Answer, Call

ROWS_DEFAULT = 20
Query = Mapping[str, Sequence[str]]
Show = Callable[[Any], object]


class Paging(StrEnum):
    """How a list is paged; `WHOLE` ones come in one piece."""

    TOKEN = "token"
    OFFSET = "offset"
    WHOLE = "whole"


def query_of(call: Call) -> Query:
    """The query's parameters, names in small letters; repeated ones have several values."""
    found: dict[str, list[str]] = {}
    for name, value in parse_qsl(call.query_string):
        found.setdefault(name.lower(), []).append(value)
    return found


def page(call: Call, paging: Paging, rows: Sequence[Row], rows_max: int, show: Show) -> Answer:
    """The page of the rows that the call asks for. Ends the call with 400."""
    if paging is Paging.TOKEN:
        return token_page(call, rows, rows_max, show)
    if paging is Paging.OFFSET:
        return offset_page(call, rows, rows_max, show)
    return Answer(200, [show(row) for row in rows])


def token_page(call: Call, rows: Sequence[Row], rows_max: int, show: Show) -> Answer:
    """The page behind the token, or the first one. Ends the call with 400."""
    query = query_of(call)
    count = _rows_wanted(query, rows_max)
    after = _serial_in(query["pagetoken"][-1], call) if "pagetoken" in query else 0
    found = list(islice((row for row in rows if row.serial > after), count + 1))
    answer = Answer(200, [show(row) for row in found[:count]])
    return answer.with_headers(NextPageToken=_token(found[count - 1].serial, call)) if len(found) > count else answer


def offset_page(call: Call, rows: Sequence[Row], rows_max: int, show: Show) -> Answer:
    """The rows from `firstRow` on. Ends the call with 400."""
    query = query_of(call)
    start, count = _whole(query, "firstrow", 0, 0), _rows_wanted(query, rows_max)
    return Answer(200, [show(row) for row in _sorted(query, rows)[start : start + count]])


def _rows_wanted(query: Query, rows_max: int) -> int:
    return min(_whole(query, "rowcount", ROWS_DEFAULT, 1), rows_max)


def _whole(query: Query, name: str, default: int, lowest: int) -> int:
    text = query[name][-1] if name in query else str(default)
    if not (text.isascii() and text.isdigit()) or int(text) < lowest:
        refuse(f"{name} must be a whole number from {lowest}.", name, place=QUERY)
    return int(text)


def _token(serial: int, call: Call) -> str:
    return base64.urlsafe_b64encode(f"{serial}.{_mark(call)}".encode()).decode()


def _serial_in(token: str, call: Call) -> int:
    try:
        serial, _, mark = base64.urlsafe_b64decode(token.encode()).decode().partition(".")
    except (binascii.Error, UnicodeDecodeError):
        serial, mark = "", ""
    if not serial.isdigit() or mark != _mark(call):
        refuse("The page token is not valid.", "pageToken", place=QUERY)
    return int(serial)


def _mark(call: Call) -> str:
    """What tells this list and its filters from others."""
    kept = [
        (name, value) for name, value in parse_qsl(call.query_string) if name.lower() not in ("pagetoken", "rowcount")
    ]
    return str(zlib.crc32(f"{call.path.lower()}?{urlencode(sorted(kept))}".encode()))


_SORTING = re.compile(r"sortings\[(\d+)\](?:\.|\[)(key|value)\]?$")
_OWN = {"createddatetime": "created_at", "lastupdateddatetime": "changed_at", "guid": "guid"}


def _sorted(query: Query, rows: Sequence[Row]) -> Sequence[Row]:
    """The rows by `sortings[0][key]` and its like, or `.key`: both spellings are documented."""
    wanted: dict[int, dict[str, str]] = {}
    for name, values in query.items():
        if match := _SORTING.match(name):
            wanted.setdefault(int(match[1]), {})[match[2]] = values[-1]
    for number in sorted(wanted, reverse=True):
        name, way = wanted[number].get("key", ""), wanted[number].get("value", "Asc").lower()
        if not rows:
            return rows
        known = {**{key.lower(): field.attribute for key, field in fields_of(type(rows[0])).items()}, **_OWN}
        attribute = known.get(name.lower())
        if attribute is None or not way.startswith(("asc", "desc")):
            refuse(f"Cannot sort by {name} {way}.", "sortings", place=QUERY)
        rows = sorted(rows, key=lambda row: _order(getattr(row, attribute)), reverse=way.startswith("desc"))
    return rows


def _order(value: Any) -> tuple[bool, Any]:
    return (False, 0) if value is None else (True, value.casefold() if isinstance(value, str) else value)
