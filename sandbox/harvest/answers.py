"""How Harvest words its answers: refusals, stamps and single rows.

The 401 body is the one seen in the field. The texts of 404 and 422 are not documented; clients look for `error`, then
for `message`, so `{"message": …}` it is (ASSUMED).
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, NoReturn

from sandbox.wire import Answer, Call, Refused

Json = dict[str, Any]  # rows are as free in shape as the vendor's JSON

STAMP = "%Y-%m-%dT%H:%M:%SZ"

INVALID_TOKEN = Answer(
    401,
    {
        "error": "invalid_token",
        "error_description": ("The access token provided is expired, revoked, malformed or invalid for other reasons."),
    },
)
NO_USER_AGENT = Answer(400, {"message": "A User-Agent header is required."})
NOT_FOUND = Answer(404, {"message": "Not Found"})
FORBIDDEN = Answer(403, {"message": "Forbidden"})


def refuse(message: str, status: int = 422) -> NoReturn:
    """Ends the call with the message."""
    raise Refused(Answer(status, {"message": message}))


def not_found() -> NoReturn:
    """Ends the call as for a row that is not there, or not visible."""
    raise Refused(NOT_FOUND)


def stamp(at: datetime) -> str:
    """Whole seconds UTC, `2026-10-02T14:59:22Z`."""
    return at.astimezone(UTC).strftime(STAMP)


def whole_id(call: Call, name: str) -> int:
    """An id of the path. Ends the call with 404 when it is no number."""
    text = call.ids[name]
    return int(text) if text.isascii() and text.isdigit() else not_found()


def read_day(text: object, name: str) -> str:
    """A day as `2026-10-02`, written with or without dashes. Ends the call with 422."""
    try:
        return date.fromisoformat(str(text)).isoformat()
    except ValueError:
        refuse(f"{name} must be a date such as 2026-10-02")
