"""What a token of Visma Connect lets its holder do at Visma.net ERP: the tenant's kind, rights by scope.

Vendor documentation: "Fix error 401" (the tenant id must be the company's; with the customer's the token is given and
every API call answers 401), clients' code for the scope names. ASSUMED: the bodies of 401 and 403 of the API.
"""

from __future__ import annotations

from sandbox.visma_connect import Connect, Grant
from sandbox.visma_net.writing import bad
from sandbox.wire import Answer, Call, Refused

SCOPE_PREFIX = "vismanet_erp_service_api:"
RIGHTS = ("read", "create", "update", "delete")


def admitted(connect: Connect, call: Call, company_tenants: tuple[str, ...]) -> Grant:
    """What the call's token stands for. Raises `Refused` with 401."""
    grant = connect.grant(call)
    if grant is None or grant.tenant_id not in company_tenants:
        raise Refused(unauthorised())
    return grant


def need(grant: Grant, *rights: str) -> None:
    """Raises `Refused` with 403 unless the token has one of the rights."""
    if not grant.scopes.intersection(SCOPE_PREFIX + right for right in rights):
        scopes = " or ".join(SCOPE_PREFIX + right for right in rights)
        raise bad(f"Insufficient scope: {scopes} is needed.", 403)


def unauthorised() -> Answer:
    """The gateway's 401: no body that a client could read."""
    return Answer(401, None, {"WWW-Authenticate": 'Bearer error="invalid_token"'})
