"""Lists: `{"Meta": …, "Data": […]}`, narrowed, ordered and paged by the query.

Visma eAccounting API v2: `$page` from 1, `$pagesize` from 1 to 1000 and 50 when nothing is said, `$filter`, `$orderby`
as in `Name desc, CustomerNumber`, `$select` as a list with commas.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sandbox.eaccounting.answers import Json, refuse
from sandbox.eaccounting.fields import Model, written
from sandbox.eaccounting.filters import comparable, filter_of
from sandbox.eaccounting.visits import Visit
from sandbox.throttle import page_slice
from sandbox.wire import Answer

PAGE_SIZE, PAGE_SIZE_MAX = 50, 1000


def listed(visit: Visit, model: Model, rows: Iterable[Json]) -> Answer:
    """The page of the rows that the call asks for. Ends the call with 400."""
    query, options = visit.query, visit.company.options
    found = list(rows)
    if text := query.get("$filter", "").strip():
        test = filter_of(text, model, functions=options.filter_functions, unfilterable=options.unfilterable)
        found = [row for row in found if test(row)]
    found = _ordered(found, model, query.get("$orderby", ""))
    size = _whole(query.get("$pagesize"), "$pagesize", PAGE_SIZE)
    if size > PAGE_SIZE_MAX and not options.cuts_pages:
        refuse(f"The page size must be between 1 and {PAGE_SIZE_MAX}.")
    page = page_slice(len(found), _whole(query.get("$page"), "$page", 1), min(size, PAGE_SIZE_MAX))
    shown = [written(model, row) for row in found[page.start : page.end]]
    meta = {
        "CurrentPage": page.page,
        "PageSize": min(size, PAGE_SIZE_MAX),
        "TotalNumberOfPages": page.pages,
        "TotalNumberOfResults": page.total,
        "ServerTimeUtc": f"{visit.company.now():%Y-%m-%dT%H:%M:%S.%f}0Z",
    }
    return Answer(200, {"Meta": meta, "Data": _selected(shown, model, query.get("$select", ""))})


def _whole(text: str | None, name: str, default: int) -> int:
    if text is None:
        return default
    if not (text.isascii() and text.isdigit()) or not 0 < len(text) < 10 or int(text) < 1:
        refuse(f"{name} must be a whole number from 1.")
    return int(text)


def _ordered(rows: list[Json], model: Model, wanted: str) -> list[Json]:
    for part in reversed([part.split() for part in wanted.split(",") if part.strip()]):
        field = model.by_any_case.get(part[0].lower())
        way = part[1].lower() if len(part) > 1 else "asc"
        if field is None or way not in ("asc", "desc") or len(part) > 2:
            refuse(f"Cannot order by '{' '.join(part)}'.")
        name = field.name
        rows = sorted(rows, key=lambda row: _order(row.get(name)), reverse=way == "desc")
    return rows


def _order(value: Any) -> tuple[bool, Any]:
    return (False, 0) if value is None or isinstance(value, list | dict) else (True, comparable(value))


def _selected(rows: Sequence[Json], model: Model, wanted: str) -> Sequence[Json]:
    names = [name.strip() for name in wanted.split(",") if name.strip()]
    if not names:
        return rows
    for name in names:
        if name.lower() not in model.by_any_case:
            refuse(f"Could not find a property named '{name}' on type '{model.name}Api'.")
    kept = [model.by_any_case[name.lower()].name for name in names]
    return [{name: row[name] for name in kept} for row in rows]
