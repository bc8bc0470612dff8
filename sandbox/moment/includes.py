"""Includes: what a caller wants to see of a row, `/include/base+email+customer.name` (Moment, Includes).

`id` is always there. `base` is everything that comes without an include; on time records the vendor has no such part.
Fields behind a dot come back in camel case: `customer.name` as `customerName`. An unknown element is refused (ASSUMED).
"""

from __future__ import annotations

from sandbox.moment.answers import Json, refuse
from sandbox.moment.database import SERVER_FIELDS, Database
from sandbox.moment.schema import ENTITIES
from sandbox.wire import Call

BASE = "base"


def shown(database: Database, entity: str, row: Json, call: Call) -> Json:
    """The row as this call wants it. Ends the call with 400."""
    if "parts" not in call.ids:
        return database.shown(entity, row, call.base_url)
    kind, answer = ENTITIES[entity], {"id": row["id"]}
    full = database.full(entity, row)
    for part in elements(entity, call):
        if part == BASE:
            answer |= database.shown(entity, row, call.base_url)
        elif "." in part:
            reference, _, name = part.partition(".")
            answer[f"{reference}{name[:1].upper()}{name[1:]}"] = database.through(kind, row, part)
        else:
            answer[part] = full[part]
    return answer


def elements(entity: str, call: Call) -> list[str]:
    """The elements of the call's include. Ends the call with 400, also where there is no row to show."""
    kind = ENTITIES[entity]
    known = {"id", *SERVER_FIELDS, *kind.fields, *kind.copied}
    found = [part for part in call.ids.get("parts", "").split("+") if part]
    for part in found:
        if part == BASE and not kind.has_base:
            refuse(f"Part {BASE} is not supported for {entity}.")
        if part != BASE and "." not in part and part not in known:
            refuse(f"Unknown include: {part}")
    return found
