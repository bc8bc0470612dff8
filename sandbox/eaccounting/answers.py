"""How eAccounting words its refusals: one body of error code, text for developers and an id of the error.

Visma eAccounting API v2, "Error codes" and "Rate limits"; the codes, the body and the sentences of `QUOTA`, `DENIED`
and `NO_MODULE` are the vendor's, other sentences and most statuses are ASSUMED. Clients go by the code.
"""

from __future__ import annotations

import uuid
from typing import Any, NoReturn

from sandbox.eaccounting.assumed import STATUSES
from sandbox.wire import Answer, Call, NotJson, Refused

Json = dict[str, Any]  # rows are as free in shape as the vendor's JSON

VALIDATION, NOT_FOUND, NO_YEAR, NO_ACCOUNT = 2000, 3000, 3001, 3002
CONFLICT, IN_USE, CANNOT, NOT_STARTED, NOT_ACTIVE = 4000, 4001, 4002, 4003, 4004
NOT_AUTHORISED, NO_SCOPE, QUOTA_EXCEEDED, LOCKED = 4005, 4006, 4010, 4026

DENIED = "AuthorizationException - Authorization has been denied for this request."
NO_MODULE = "ForbiddenRequestException - No access to module: {module}"
QUOTA = "API calls quota exceeded! maximum admitted {limit} per Minute. Try again in {seconds} seconds."


def error(code: int, message: str, status: int | None = None) -> Answer:
    """An error in the vendor's body."""
    body = {"ErrorCode": code, "DeveloperErrorMessage": message, "ErrorId": str(uuid.uuid4())}
    return Answer(status or STATUSES[code], body)


def refuse(message: str, code: int = VALIDATION, status: int | None = None) -> NoReturn:
    """Ends the call, with a fault of what was sent unless another code is given."""
    raise Refused(error(code, message, status))


def missing(what: str) -> NoReturn:
    """Ends the call with 404: the address leads to nothing."""
    raise Refused(error(NOT_FOUND, f"ResourceNotFoundException - {what} was not found."))


def no_access(module: str) -> NoReturn:
    """Ends the call with 403: the company does not have that part of the product."""
    raise Refused(error(CANNOT, NO_MODULE.format(module=module), 403))


def object_of(call: Call) -> Json:
    """The JSON object of a write. Ends the call with 400."""
    try:
        body = call.json()
    except NotJson as fault:
        refuse(f"The body is no JSON: {fault}")
    return body if isinstance(body, dict) else refuse("The body must be an object.")
