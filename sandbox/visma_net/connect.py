"""Visma Connect as far as a service application meets it: one token call, tokens of one tenant, scopes.

Vendor documentation: "Service integrations" (form fields, answer, one hour), "Fix error 401" (the tenant id must be
the company's; with the customer's the token is given and every API call answers 401), clients' code for the scope
names and for `invalid_tenant`. ASSUMED: the order in which faults of a token call are reported, the 401 of
`invalid_client`, the bodies of 401 and 403 of the API.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sandbox.visma_net.writing import bad
from sandbox.wire import Answer, Call, Refused

SCOPE_PREFIX = "vismanet_erp_service_api:"
RIGHTS = ("read", "create", "update", "delete")
FORM_TYPE = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Application:
    """A service application and what its customer's administrator approved."""

    client_id: str
    client_secret: str
    company_tenants: tuple[str, ...]
    customer_tenants: tuple[str, ...]
    rights: frozenset[str] = frozenset(RIGHTS)


@dataclass(frozen=True)
class Grant:
    """What a token stands for."""

    client_id: str
    tenant_id: str
    rights: frozenset[str]
    expires_at: datetime
    is_company: bool


@dataclass
class Connect:
    """Gives out tokens and knows them again. `now` gives aware instants."""

    application: Application
    now: Callable[[], datetime]
    token_seconds: int = 3600
    _grants: dict[str, Grant] = field(default_factory=dict)

    def token(self, call: Call) -> Answer:
        """Answers `POST /connect/token`."""
        if FORM_TYPE not in (call.header("content-type") or "").lower():
            return _refused("invalid_request")
        form = call.form()
        if form.get("grant_type") != "client_credentials":
            return _refused("unsupported_grant_type")
        known = self.application
        if form.get("client_id") != known.client_id or form.get("client_secret") != known.client_secret:
            return _refused("invalid_client", 401)
        tenant = form.get("tenant_id", "").lower()
        if tenant not in known.company_tenants + known.customer_tenants:
            return _refused("invalid_tenant")
        asked = form.get("scope", "").split()
        rights = frozenset(scope.removeprefix(SCOPE_PREFIX) for scope in asked if scope.startswith(SCOPE_PREFIX))
        if len(rights) != len(set(asked)) or not rights or not rights <= known.rights:
            return _refused("invalid_scope")
        return self._given(tenant, rights)

    def _given(self, tenant: str, rights: frozenset[str]) -> Answer:
        token = f"eyJhbGciOiJSUzI1NiJ9.{secrets.token_urlsafe(48)}"
        self._grants[token] = Grant(
            client_id=self.application.client_id,
            tenant_id=tenant,
            rights=rights,
            expires_at=self.now() + timedelta(seconds=self.token_seconds),
            is_company=tenant in self.application.company_tenants,
        )
        body = {
            "access_token": token,
            "expires_in": self.token_seconds,
            "token_type": "Bearer",
            "scope": " ".join(f"{SCOPE_PREFIX}{right}" for right in RIGHTS if right in rights),
        }
        return Answer(200, body, {"Cache-Control": "no-store"})

    def grant(self, call: Call) -> Grant:
        """What the call's bearer token stands for. Raises `Refused` with 401."""
        scheme, _, token = (call.header("authorization") or "").partition(" ")
        grant = self._grants.get(token.strip())
        if scheme.lower() != "bearer" or grant is None or not grant.is_company:
            raise Refused(unauthorised())
        if grant.expires_at <= self.now():
            raise Refused(unauthorised())
        return grant

    def expire_all(self) -> None:
        """All tokens given out so far stop working."""
        self._grants.clear()


def need(grant: Grant, *rights: str) -> None:
    """Raises `Refused` with 403 unless the token has one of the rights."""
    if not grant.rights.intersection(rights):
        scopes = " or ".join(SCOPE_PREFIX + right for right in rights)
        raise bad(f"Insufficient scope: {scopes} is needed.", 403)


def unauthorised() -> Answer:
    """The gateway's 401: no body that a client could read."""
    return Answer(401, None, {"WWW-Authenticate": 'Bearer error="invalid_token"'})


def _refused(error: str, status: int = 400) -> Answer:
    return Answer(status, {"error": error}, {"Cache-Control": "no-store"})
