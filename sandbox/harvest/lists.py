"""Harvest's lists: filters, the two styles of paging and the envelope around the rows.

Harvest API v2, Pagination: `per_page` from 1 to 2000, 2000 when not given, anything else 422; a client follows
`links.next` until it is null. Lists in cursor style name the last row seen in their links, and carry page numbers
only on the first and on the last page. Lists in page style carry them always. A client that still asks a cursor list
for `page=…` (deprecated) gets page numbers (ASSUMED). Filters of the call are repeated in every link.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar
from urllib.parse import urlencode

from sandbox.harvest.answers import Json, read_day, refuse, stamp
from sandbox.throttle import PageSlice, page_slice
from sandbox.wire import JSON_TYPE, Answer, Call, NotJson, from_json, to_json

PER_PAGE_MAX = 2000
_NOT_REPEATED = frozenset({"page", "cursor", "per_page", "ref", "access_token", "account_id"})

T = TypeVar("T")


@dataclass(frozen=True)
class Listing(Generic[T]):
    """What one list is made of: the rows in the vendor's order, and how to name and write one of them."""

    key: str
    rows: Sequence[T]
    row_id: Callable[[T], int]
    write: Callable[[T], bytes]
    by_cursor: bool = True


@dataclass(frozen=True)
class _Page:
    """Where we are in a list. `number` is None in the middle of a walk by cursor."""

    slice: PageSlice
    number: int | None
    next: Mapping[str, object] | None
    previous: Mapping[str, object] | None


def list_answer(call: Call, listing: Listing[T]) -> Answer:
    """The page that the call asks for. Ends the call with 422 when it asks for an impossible one."""
    query = call.query
    per_page = _number(query, "per_page", PER_PAGE_MAX, PER_PAGE_MAX)
    if listing.by_cursor and ("cursor" in query or "page" not in query):  # cursor wins when both are sent
        page = _cursor_page(query.get("cursor"), listing, per_page)
    else:
        page = _numbered_page(_number(query, "page", 1, None), listing, per_page)
    rows = listing.rows[page.slice.start : page.slice.end]
    head = b'{"' + listing.key.encode() + b'":[' + b",".join(map(listing.write, rows)) + b"],"
    return Answer(200, head + to_json(_envelope(call, page, per_page))[1:], {"Content-Type": JSON_TYPE})


def row_list(call: Call, key: str, rows: Sequence[Json], *, by_cursor: bool = True) -> Answer:
    """A list of plain rows."""
    return list_answer(call, Listing(key, rows, lambda row: int(row["id"]), to_json, by_cursor))


def _numbered_page(number: int, listing: Listing[T], per_page: int) -> _Page:
    part = page_slice(len(listing.rows), number, per_page)
    return _Page(
        part,
        number,
        {"page": number + 1} if part.has_next else None,
        {"page": number - 1} if number > 1 else None,
    )


def _cursor_page(cursor: str | None, listing: Listing[T], per_page: int) -> _Page:
    rows, total = listing.rows, len(listing.rows)
    start = 0 if cursor is None else _start(cursor, listing, per_page)
    pages = max(1, -(-total // per_page))
    part = PageSlice(start, min(start + per_page, total), 0, pages, total)
    number = 1 if part.start == 0 else (pages if not part.has_next else None)
    after = {"after": {"id": listing.row_id(rows[part.end - 1])}} if part.has_next else None
    before = {"before": {"id": listing.row_id(rows[part.start])}} if 0 < part.start < total else None
    return _Page(
        part,
        number,
        {"cursor": _encoded(after), "ref": "next_cursor"} if after else None,
        {"cursor": _encoded(before), "ref": "previous_cursor"} if before else None,
    )


def _start(cursor: str, listing: Listing[T], per_page: int) -> int:
    """The first row after (or the page before) the one that the cursor names, which may be gone by now."""
    side, wanted = _decoded(cursor)
    ids = [listing.row_id(row) for row in listing.rows]
    falling = len(ids) < 2 or ids[0] > ids[-1]
    if side == "after":
        return sum(1 for one in ids if (one >= wanted if falling else one <= wanted))
    earlier = sum(1 for one in ids if (one > wanted if falling else one < wanted))
    return max(earlier - per_page, 0)


def _encoded(place: Json) -> str:
    return base64.urlsafe_b64encode(to_json(place)).decode().rstrip("=")


def _decoded(cursor: str) -> tuple[str, int]:
    try:
        place = from_json(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        side = "after" if "after" in place else "before"
        return side, int(place[side]["id"])
    except (binascii.Error, NotJson, KeyError, TypeError, ValueError):
        refuse("cursor is invalid")


def _envelope(call: Call, page: _Page, per_page: int) -> Json:
    part, by_number = page.slice, page.number is not None
    numbers = {
        "next_page": page.number + 1 if page.number is not None and part.has_next else None,
        "previous_page": page.number - 1 if page.number is not None and page.number > 1 else None,
        "page": page.number if by_number else None,
    }
    repeated = {name: text for name, text in call.query.items() if name not in _NOT_REPEATED}

    def link(place: Mapping[str, object] | None) -> str | None:
        if place is None:
            return None
        return f"{call.base_url}{call.path}?" + urlencode(sorted({**repeated, **place, "per_page": per_page}.items()))

    cursor_refs = (page.next and "ref" in page.next) or (page.previous and "ref" in page.previous)
    first: Json = {"page": 1, **({"ref": "first"} if cursor_refs else {})}
    last: Json = {"page": part.pages, **({"ref": "last"} if cursor_refs else {})}
    links = {"first": link(first), "next": link(page.next), "previous": link(page.previous), "last": link(last)}
    return {"per_page": per_page, "total_pages": part.pages, "total_entries": part.total, **numbers, "links": links}


def _number(query: Mapping[str, str], name: str, default: int, highest: int | None) -> int:
    text = query.get(name, str(default))
    value = int(text) if text.isascii() and text.isdigit() else 0
    if value < 1 or (highest is not None and value > highest):
        refuse(f"{name} must be a number from 1" + (f" to {highest}" if highest else ""))
    return value


def id_filter(query: Mapping[str, str], name: str) -> int | None:
    """The id of a filter such as `client_id`, None when it is not asked for. Ends the call with 422."""
    text = query.get(name)
    if text is None:
        return None
    return int(text) if text.isascii() and text.isdigit() else refuse(f"{name} must be a number")


def flag_filter(query: Mapping[str, str], name: str) -> bool | None:
    """The flag of a filter such as `is_active`, None when it is not asked for. Ends the call with 422."""
    text = query.get(name)
    if text is None:
        return None
    known = {"true": True, "1": True, "false": False, "0": False}
    return known[text] if text in known else refuse(f"{name} must be true or false")


def since_filter(query: Mapping[str, str]) -> str | None:
    """`updated_since` as a stamp to compare with; the bound itself counts (ASSUMED). Ends the call with 422.

    A plus sign that was not escaped arrives as a space, and is refused.
    """
    text = query.get("updated_since")
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        refuse("updated_since must be an ISO 8601 date and time")
    return stamp(at if at.tzinfo else at.replace(tzinfo=UTC))


def filtered(
    query: Mapping[str, str], rows: Sequence[Json], names: Sequence[str], day: str = "spent_date"
) -> list[Json]:
    """The rows that meet the filters which this list knows; other parameters are ignored (ASSUMED).

    `from` and `to` bound the field named by `day`, both days included.
    """
    tests = [test for name in names if name in query for test in [_row_test(query, name, day)]]
    return [row for row in rows if all(test(row) for test in tests)]


def _row_test(query: Mapping[str, str], name: str, day: str) -> Callable[[Json], bool]:
    """The test of one filter by the kind of its name. Ends the call with 422."""
    if name == "updated_since":
        since = since_filter(query) or ""
        return lambda row: bool(row["updated_at"] >= since)
    if name in ("from", "to"):
        bound = read_day(query[name], name)
        return lambda row: bool(row[day] >= bound if name == "from" else row[day] <= bound)
    if name.startswith("is_"):
        flag = flag_filter(query, name)
        return lambda row: row[name] is flag
    if name.endswith("_id"):
        wanted = id_filter(query, name)
        return lambda row: bool(row[name.removesuffix("_id")]["id"] == wanted)
    return lambda row: bool(row[name] == query[name])
