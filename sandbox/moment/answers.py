"""How Moment words its answers: refusals are plain text (Moment, general conventions). The texts are ASSUMED, but for
the one about roles, which was seen in the field.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NoReturn

from sandbox.wire import Answer, Call, NotJson, Refused

Json = dict[str, Any]  # rows are as free in shape as the vendor's JSON

STAMP = "%Y-%m-%dT%H:%M:%SZ"

BAD_KEY = "The API key is not valid."
EXPIRED_KEY = "The API key has expired."
WRONG_ENVIRONMENT = "The API key is not valid in this environment."
TOO_MANY = "Too many requests."
SEVERAL_ROLES = "User has more than one role on the project"


def text_answer(status: int, text: str) -> Answer:
    """An answer whose body is the text."""
    return Answer(status, text.encode(), {"Content-Type": "text/plain; charset=utf-8"})


def refuse(text: str, status: int = 400) -> NoReturn:
    """Ends the call with the text."""
    raise Refused(text_answer(status, text))


def stamp(at: datetime) -> str:
    """Whole seconds UTC, `2025-02-01T00:00:00Z`."""
    return at.astimezone(UTC).strftime(STAMP)


def path_id(call: Call, name: str = "id") -> int:
    """An id of the path. Ends the call with 404 when it is no number."""
    text = call.ids[name]
    return int(text) if text.isascii() and text.isdigit() else refuse(f"No object with id {text}.", 404)


def body_of(call: Call) -> Json:
    """The JSON object of a write. Ends the call with 400."""
    try:
        body = call.json()
    except NotJson:
        refuse("The body is not valid JSON.")
    return body if isinstance(body, dict) else refuse("The body must be a JSON object.")
