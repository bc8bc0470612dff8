"""How something is written at Severa: creates are whole objects, changes are JSON Patch of `replace` operations alone.

Severa takes no condition with a write and no key with a create (Severa, Idempotency): a change writes over what a
person wrote meanwhile, and a create whose answer was lost is looked for by number and name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec

from handoff.connectors.http import NOT_FOUND, VendorClient
from handoff.connectors.severa.assumed import NUMBER_MAX
from handoff.connectors.severa.client import answered
from handoff.connectors.severa.config import TITLE
from handoff.domain.errors import HandoffError, ReconnectNeeded, Rejected, Stale

T = TypeVar("T")
Fields = Mapping[str, object]
"""Values by the name that Severa has for them."""
SHOWN_MAX = 40


def attempted(write: Callable[[], T]) -> T | HandoffError:
    """What a write came to; what stops the connection is raised."""
    try:
        return write()
    except ReconnectNeeded:
        raise
    except HandoffError as error:
        return error


def made(client: VendorClient, path: str, fields: Fields, row: type[T], *, what: str) -> T:
    """Creates an object and gives it as Severa has it. Raises as `VendorClient.write` does."""
    answer = client.write(path, msgspec.json.encode(fields), what=what)
    found: T = answered(answer.body, row, what)
    return found


def replaced(client: VendorClient, path: str, fields: Fields, row: Any, *, what: str) -> Any:
    """Replaces fields of an object and gives it as Severa has it then; raises Stale when it is gone."""
    operations = [{"op": "replace", "path": f"/{name}", "value": value} for name, value in fields.items()]
    answer = client.write(path, msgspec.json.encode(operations), what=what, method="PATCH", absent_ok={NOT_FOUND})
    if answer.status == NOT_FOUND:
        raise Stale(f"{TITLE} has it no more ({what})")
    # Documented: a PATCH answers an array, but for contact communications.
    found = answered(answer.body, row | list[row], what)
    return found[0] if isinstance(found, list) and found else found


def differing(before: msgspec.Struct, after: msgspec.Struct) -> dict[str, Any]:
    """The fields that are to be written, with the values wanted."""
    names = [field.name for field in msgspec.structs.fields(after)]
    return {name: getattr(after, name) for name in names if getattr(before, name) != getattr(after, name)}


def one_line(text: str) -> str:
    """Text without line breaks and doubled spaces, which no field of these has room for."""
    return " ".join(text.split())


def split_name(name: str) -> tuple[str, str]:
    """First and last name; the last word is the last name, and a single word has none."""
    first, _, last = one_line(name).rpartition(" ")
    return (first, last) if first else (last, "")


def some_number(number: str, what: str) -> str:
    """The number of something that Severa gives none; raises Rejected where it is missing."""
    if not number.strip():
        raise Rejected(
            f"{TITLE} gives {what} no numbers, and this one came without",
            code="number_missing",
            field="number",
            cure=f"Give it a number in the ERP, or make it in {TITLE} under its name.",
        )
    return number.strip()


def whole_number(number: str, what: str) -> int:
    """The number as Severa keeps those of customers and projects; raises Rejected for one that is no whole number."""
    text = number.strip()
    if text.isascii() and text.isdigit() and 0 < int(text) <= NUMBER_MAX:
        return int(text)
    raise Rejected(
        f"{TITLE} numbers {what} with whole numbers, and '{text[:SHOWN_MAX]}' is none",
        code="number_not_whole",
        field="number",
        cure="Give it a whole number in the ERP.",
    )
