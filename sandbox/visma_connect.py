"""Visma Connect as far as service applications meet it: one token call, tokens of an hour, scopes.

One identity provider stands before several of the vendor's APIs. Vendor documentation: "Service integrations" (form
fields, answer, one hour); clients' code for `invalid_tenant`, and for the secret in the form as well as in Basic
authorization. ASSUMED: the order in which faults of a token call are reported, the 401 of `invalid_client`.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import unquote

from sandbox.wire import Answer, Call

TOKEN_PATH = "/connect/token"
FORM_TYPE = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Application:
    """A service application and the scopes that were approved for it.

    `tenants` are those that a token may be asked for; None where the API's tokens belong to no tenant.
    """

    client_id: str
    client_secret: str
    scopes: tuple[str, ...]
    tenants: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Grant:
    """What a token stands for; `tenant_id` is "" where tokens belong to no tenant."""

    client_id: str
    tenant_id: str
    scopes: frozenset[str]
    expires_at: datetime


@dataclass
class Connect:
    """Gives out tokens and knows them again. `now` gives aware instants."""

    applications: tuple[Application, ...]
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
        shown = _basic(call) or (form.get("client_id"), form.get("client_secret"))
        known = next((one for one in self.applications if (one.client_id, one.client_secret) == shown), None)
        if known is None:
            return _refused("invalid_client", 401)
        tenant = form.get("tenant_id", "").lower() if known.tenants is not None else ""
        if known.tenants is not None and tenant not in known.tenants:
            return _refused("invalid_tenant")
        asked = form.get("scope", "").split()
        if not asked or not set(asked) <= set(known.scopes):
            return _refused("invalid_scope")
        return self._given(known, tenant, frozenset(asked))

    def grant(self, call: Call) -> Grant | None:
        """What the call's bearer token stands for; None when it is missing, unknown or expired."""
        scheme, _, token = (call.header("authorization") or "").partition(" ")
        grant = self._grants.get(token.strip())
        return grant if scheme.lower() == "bearer" and grant is not None and grant.expires_at > self.now() else None

    def expire_all(self) -> None:
        """All tokens given out so far stop working."""
        self._grants.clear()

    def remove(self, client_id: str) -> None:
        """The application is withdrawn: it gets no token any more, and those it has stop working."""
        self.applications = tuple(one for one in self.applications if one.client_id != client_id)
        self._grants = {token: grant for token, grant in self._grants.items() if grant.client_id != client_id}

    def _given(self, application: Application, tenant: str, scopes: frozenset[str]) -> Answer:
        token = f"eyJhbGciOiJSUzI1NiJ9.{secrets.token_urlsafe(48)}"
        expires_at = self.now() + timedelta(seconds=self.token_seconds)
        self._grants[token] = Grant(application.client_id, tenant, scopes, expires_at)
        body = {
            "access_token": token,
            "expires_in": self.token_seconds,
            "token_type": "Bearer",
            "scope": " ".join(scope for scope in application.scopes if scope in scopes),
        }
        return Answer(200, body, {"Cache-Control": "no-store"})


def is_token_call(call: Call) -> bool:
    """Whether the call is for the identity provider, which is another house than the API."""
    return call.path.lower().rstrip("/") == TOKEN_PATH


def _basic(call: Call) -> tuple[str, str] | None:
    """Id and secret of Basic authorization; each may be encoded as in a form (RFC 6749, 2.3.1)."""
    scheme, _, coded = (call.header("authorization") or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, _, secret = base64.b64decode(coded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return unquote(client_id), unquote(secret)


def _refused(error: str, status: int = 400) -> Answer:
    return Answer(status, {"error": error}, {"Cache-Control": "no-store"})
