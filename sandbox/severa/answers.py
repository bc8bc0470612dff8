"""How Severa words its refusals: one model for all of them, but for a 404, which has no body, and the plain 429.

The model, its types and its locations are documented (OpenAPI description); the messages are ASSUMED.
"""

from __future__ import annotations

from typing import Any, NoReturn

from sandbox.wire import Answer, Call, NotJson, Refused

Json = dict[str, Any]  # rows are as free in shape as the vendor's JSON

QUOTA_TEXT = b"API calls quota exceeded! maximum admitted 10 per 1s."  # seen in the field, word for word

INVALID_PARAMETER, INVALID_OPERATION, INVALID_REQUEST = "InvalidParameter", "InvalidOperation", "InvalidRequest"
AUTHENTICATION, SCOPE, API_VERSION = "AuthenticationRequired", "InsufficientApiScope", "InvalidApiVersion"
BODY, PATH, HEADER, QUERY = "RequestBody", "PathParameter", "RequestHeader", "UriParameter"


def exception(status: int, kind: str, message: str, place: str | None = None, name: str | None = None) -> Answer:
    """An error in the vendor's model; `place` and `name` say where the fault lies."""
    location = {"type": place, "name": name, "identifier": None} if place else None
    details = [{"message": message, "url": None, "location": location}]
    return Answer(status, {"error": {"httpStatusCode": status, "type": kind, "details": details, "stack": None}})


def refuse(message: str, name: str | None = None, *, kind: str = INVALID_PARAMETER, place: str = BODY) -> NoReturn:
    """Ends the call with 400."""
    raise Refused(exception(400, kind, message, place if name else None, name))


def forbid(message: str) -> NoReturn:
    """Ends the call with 400: what is asked for is understood, but not done in this state of things."""
    refuse(message, kind=INVALID_OPERATION)


def unauthorised(message: str = "Authentication is required.") -> Answer:
    """The 401."""
    return exception(401, AUTHENTICATION, message, HEADER, "Authorization")


def missing() -> NoReturn:
    """Ends the call with 404, which has no body."""
    raise Refused(Answer(404))


def body_of(call: Call) -> object:
    """The JSON body. Ends the call with 400."""
    try:
        return call.json() if call.content.strip() else None
    except NotJson as error:
        refuse(f"The body is no JSON: {error}", kind=INVALID_REQUEST)


def object_of(call: Call) -> Json:
    """The JSON object of a write. Ends the call with 400."""
    body = body_of(call)
    return body if isinstance(body, dict) else refuse("The body must be an object.", kind=INVALID_REQUEST)
