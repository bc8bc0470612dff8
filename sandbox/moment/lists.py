"""Lists: filters, order and pages, the first of which is page 0 (Moment, Lists, paging, filters).

`noLimit` has no effect, as in the field. ASSUMED: both ends of a date range belong to it, and a parameter that is
neither known nor an id, number or state of the entity is passed over.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TypeVar
from urllib.parse import parse_qsl

from sandbox.moment.answers import Json, refuse
from sandbox.moment.assumed import PAGE_SIZE
from sandbox.moment.options import Options
from sandbox.moment.schema import ENTITIES, Entity, Kind
from sandbox.wire import Answer, Call

Point = TypeVar("Point", date, datetime)

_EXACT_ENDINGS = ("Id", "Number", "State", "Type")


def chosen(call: Call, entity: str, rows: list[Json], options: Options) -> list[Json]:
    """The rows, each with everything there is about it, that the call's filters let through, in its order."""
    kind, query = ENTITIES[entity], call.query
    span = timedelta(days=options.days_outside)
    for field in ("createdDate", "lastModifiedDate"):
        asked = (query.get(f"{field}From"), query.get(f"{field}To"))
        rows = _within(rows, field, asked, span, _instant)
    if kind.day:
        rows = _within(rows, kind.day, (query.get("fromDate"), query.get("toDate")), span, _day)
    for name in _exact_filters(kind):
        if name in query:
            rows = [row for row in rows if _text(row[name]) == query[name]]
    if ids := _ids(call):
        rows = [row for row in rows if row["id"] in ids]
    if words := query.get("query", "").casefold():
        rows = [row for row in rows if any(words in _text(row[name]).casefold() for name in kind.search)]
    return _sorted(rows, query.get("sort", "id,asc"))


def page_of(call: Call, rows: list[Json], options: Options, show: Callable[[Json], Json]) -> Answer:
    """The page that the call asks for, as an object with content and page, or bare."""
    number = _whole(call, "page", 0, 0)
    size = min(_whole(call, "size", PAGE_SIZE, 1), options.size_max)
    content = [show(row) for row in rows[number * size : (number + 1) * size]]
    if options.bare_lists:
        return Answer(200, content)
    total = len(rows)
    page = {"number": number, "size": size, "totalElements": total, "totalPages": -(-total // size)}
    return Answer(200, {"content": content, "page": page})


def _exact_filters(kind: Entity) -> list[str]:
    names = [name for name in (*kind.fields, *kind.copied) if name.endswith(_EXACT_ENDINGS)]
    return [*names, *(name for name, field in kind.fields.items() if field.kind is Kind.FLAG)]


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _ids(call: Call) -> set[int]:
    """The rows asked for by `id`, or by `ids`, once or repeated or joined by commas."""
    texts = [text for name, text in parse_qsl(call.query_string) if name in ("id", "ids") for text in text.split(",")]
    if wrong := [text for text in texts if not (text.isascii() and text.isdigit())]:
        refuse(f"Not an id: {wrong[0]}")
    return {int(text) for text in texts}


def _within(
    rows: list[Json],
    field: str,
    asked: tuple[str | None, str | None],
    span: timedelta,
    read: Callable[[str], Point],
) -> list[Json]:
    first, last = asked
    if first:
        lowest = read(first) - span
        rows = [row for row in rows if row[field] is not None and read(row[field]) >= lowest]
    if last:
        highest = read(last) + span
        rows = [row for row in rows if row[field] is not None and read(row[field]) <= highest]
    return rows


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text.replace(" ", "+"))  # a plus sign that nobody encoded
    except ValueError:
        refuse(f"Not a date-time: {text}")
    return at if at.tzinfo is not None else refuse(f"Not a date-time with its zone: {text}")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        refuse(f"Not a date: {text}")


def _sorted(rows: list[Json], sort: str) -> list[Json]:
    field, _, way = sort.partition(",")
    if rows and field not in rows[0]:
        refuse(f"Cannot sort by {field}")
    if way.lower() not in ("", "asc", "desc"):
        refuse(f"Cannot sort {way}")
    ordered = sorted(rows, key=lambda row: (row[field] is not None, row[field]) if row[field] is not None else (False,))
    return ordered[::-1] if way.lower() == "desc" else ordered


def _whole(call: Call, name: str, default: int, lowest: int) -> int:
    text = call.query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit()) or int(text) < lowest:
        refuse(f"{name} must be a whole number from {lowest}")
    return int(text)
