"""Who calls: the bearer token in a request's Authorization header."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus

from handoff.console.desk import Desk, OpenDesk
from handoff.console.errors import HttpFault

_BEARER = re.compile(r"bearer +([A-Za-z0-9._~+/-]{1,512}=*)", re.IGNORECASE)
"""RFC 6750, 2.1; the scheme's name is free in its case (RFC 9110, 11.1)."""


def desk_for(headers: Mapping[str, str], open_desk: OpenDesk) -> Desk:
    """The caller's desk; raises HttpFault (401) without a token that is known and has not run out."""
    header = headers.get("authorization", "")
    if not header:
        raise _unauthorized("the request has no Authorization header", "Bearer")
    found = _BEARER.fullmatch(header.strip())
    desk = open_desk(found.group(1)) if found else None
    if desk is None:
        raise _unauthorized("the token is unknown or has run out", 'Bearer error="invalid_token"')
    return desk


def _unauthorized(message: str, challenge: str) -> HttpFault:
    return HttpFault(
        message,
        status=HTTPStatus.UNAUTHORIZED,
        code="bad_token",
        field="Authorization",
        cure="Send Authorization: Bearer with a token of this tenant that has not run out.",
        # API Gateway's REST APIs hand it on as x-amzn-Remapped-WWW-Authenticate ("Amazon API Gateway important notes").
        headers={"WWW-Authenticate": challenge},
    )
