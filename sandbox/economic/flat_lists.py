"""A resource of an OpenAPI service: cursor list, `/paged`, `/count`, single read, and writes by number in the body."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from sandbox.economic import errors
from sandbox.economic.agreement import Agreement
from sandbox.economic.filters import Fields
from sandbox.economic.formats import Json, lean, whole
from sandbox.economic.listing import counted, cursor_page, paged
from sandbox.wire import Answer, Call, Refused, Route

Rows = Callable[[], list[Json]]


class FlatList:
    """The reading side of a resource; `rows` gives its rows with nothing left out."""

    def __init__(self, agreement: Agreement, rows: Rows, fields: Fields, key: str = "number") -> None:
        self._agreement = agreement
        self._rows = rows
        self._fields = fields
        self._key = key

    def routes(self, path: str, *, single: bool = True) -> list[Route]:
        """Reading in all the ways there are."""
        routes = [
            Route("GET", path, self._cursor),
            Route("GET", f"{path}/paged", lambda call: paged(call, self._lean(), self._fields)),
            Route("GET", f"{path}/count", lambda call: counted(call, self._lean(), self._fields)),
        ]
        return [*routes, Route("GET", f"{path}/{{number}}", self._read)] if single else routes

    def _lean(self) -> list[Json]:
        return [lean(row) for row in self._rows()]

    def _cursor(self, call: Call) -> Answer:
        return cursor_page(call, self._lean(), self._fields, self._key, self._agreement.options.cursor_size)

    def _read(self, call: Call) -> Answer:
        number = path_number(call)
        for row in self._rows():
            if row[self._key] == number:
                return Answer(200, lean(row))
        raise gone(number)


def path_number(call: Call) -> int:
    """The number in the path. Raises `Refused` with 404."""
    text = call.ids["number"]
    if not text.isascii() or not text.isdecimal():
        raise gone(text)
    return int(text)


def gone(number: object) -> Refused:
    """The 404 of a number that nothing has."""
    return errors.decline(404, f"The resource with number {number} was not found.")


def flat_body(call: Call) -> Json:
    """The body of a write. Raises `Refused` for another content type, another form, or a null."""
    if "json" not in (call.header("content-type") or "").lower():
        raise errors.decline(415, "Unsupported media type.", None, None, "Send Content-Type: application/json.")
    body = call.json()
    if not isinstance(body, dict):
        raise errors.decline(400, "The body must be a JSON object.")
    for name, value in body.items():
        if value is None:
            raise errors.decline(400, "Invalid value provided.", None, name, "Leave the property out to clear it.")
    return body


def check_version(body: Json, row: Json) -> None:
    """Raises `Refused` without an objectVersion, and with 409 for an old one."""
    if "objectVersion" not in body:
        raise errors.decline(400, "objectVersion is required.", None, "objectVersion")
    if body["objectVersion"] != row["objectVersion"]:
        raise errors.conflict()


def text_of(body: Json, name: str, longest: int, *, required: bool = False) -> str | None:
    """The text of a property. Raises `Refused`."""
    value = body.get(name)
    if value is None and not required:
        return None
    if not isinstance(value, str) or len(value) > longest or (required and not value.strip()):
        raise errors.decline(400, f"{name} must be a text of at most {longest} characters.", None, name)
    return value


def number_of(body: Json, name: str, lowest: int = 0, code: str | None = None) -> int | None:
    """The whole number of a property. Raises `Refused`."""
    if body.get(name) is None:
        return None
    value = whole(body[name]) if isinstance(body[name], int | Decimal) else None
    if value is None or not lowest <= value <= 999_999_999:
        raise errors.decline(400, f"{name} must be from {lowest} to 999999999.", code, name)
    return value
