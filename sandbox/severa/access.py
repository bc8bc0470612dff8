"""Credentials, tokens and scopes (Severa, how to create REST API credentials; OpenAPI description, Authentication).

A token is asked for with a JSON body whose names are taken in any case, and its scopes come as one string, parted by
commas or spaces. What is left open stands in `sandbox.severa.assumed` under tokens and client id.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.severa.answers import AUTHENTICATION, BODY, HEADER, SCOPE, Json, exception, unauthorised
from sandbox.severa.fields import moment_text
from sandbox.severa.options import Options
from sandbox.wire import Call, Refused

TOKEN_TYPE = "Bearer"


@dataclass(frozen=True)
class Credentials:
    """What a customer would create under Settings, REST API; plainly invented."""

    client_id: str = "Lumipolku_Sandbox.apps.severa.example.test"
    client_secret: str = "sandbox-severa-client-secret"


CREDENTIALS = Credentials()


@dataclass(frozen=True)
class Grant:
    """What a token stands for."""

    client_id: str
    scopes: tuple[str, ...]
    ends_at: datetime


class Access:
    """Clients and tokens. Tokens outlive a reset, as connections do; credentials that were revoked come back."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._tokens: dict[str, Grant] = {}
        self._refreshers: dict[str, Grant] = {}
        self._given = 0
        self.start_over(Options())

    def start_over(self, options: Options) -> None:
        """The one client is known again."""
        self._options = options
        self._secrets = {CREDENTIALS.client_id: CREDENTIALS.client_secret}

    def revoke(self) -> None:
        """The customer deletes the credentials: nothing works with them any more, their tokens neither."""
        self._secrets.clear()
        self._tokens.clear()
        self._refreshers.clear()

    def restore(self, secret: str = CREDENTIALS.client_secret) -> None:
        """The customer makes the credentials anew, with the same or another secret."""
        self._secrets[CREDENTIALS.client_id] = secret

    def expire_tokens(self) -> None:
        """Every access token has run out; refresh tokens work."""
        self._tokens.clear()

    def client_of(self, call: Call) -> str:
        """Whose call it is, as far as it says: by header, by token, or in the body of the call for a token."""
        _, _, token = (call.header("authorization") or "").partition(" ")
        grant = self._tokens.get(token.strip())
        named = re.search(rb'"client_id"\s*:\s*"([^"]+)"', call.content, re.IGNORECASE)
        said = named[1].decode("utf-8", "replace") if named else "nobody"
        return call.header("client_id") or (grant.client_id if grant else said)

    def token(self, body: Json) -> Json:
        """The answer to a client's credentials. Ends the call with 401."""
        named = {name.lower(): value for name, value in body.items()}
        client, secret = named.get("client_id"), named.get("client_secret")
        if not isinstance(client, str) or not secret or self._secrets.get(client) != secret:
            raise Refused(exception(401, AUTHENTICATION, "Invalid client credentials.", BODY, "client_id"))
        return self._grant(client, self._scopes(named.get("scope")))

    def refreshed(self, call: Call, token: object) -> Json:
        """The answer to a refresh token, which is used up by it. Ends the call with 401."""
        grant = self._refreshers.pop(token, None) if isinstance(token, str) else None
        if grant is None or grant.ends_at <= self._clock():
            raise Refused(unauthorised("The refresh token is not valid."))
        self._check_client(call, grant)
        return self._grant(grant.client_id, grant.scopes)

    def sign_out(self, token: object) -> None:
        """The refresh token works no more; the access token lives until it expires."""
        if not isinstance(token, str) or self._refreshers.pop(token, None) is None:
            raise Refused(unauthorised("The refresh token is not valid."))

    def admit(self, call: Call) -> Grant:
        """What the call's token stands for. Ends the call with 401."""
        kind, _, token = (call.header("authorization") or "").partition(" ")
        grant = self._tokens.get(token.strip()) if kind.lower() == TOKEN_TYPE.lower() else None
        if grant is None or grant.ends_at <= self._clock():
            raise Refused(unauthorised("The access token is missing, not valid or expired."))
        self._check_client(call, grant)
        return grant

    def check_scope(self, call: Call, *scopes: str) -> None:
        """Ends the call with 403 when the token has none of the scopes, and with 401 when there is no token."""
        if not set(scopes) & set(self.admit(call).scopes):
            text = f"The access token does not have the scope {' or '.join(scopes)}."
            raise Refused(exception(403, SCOPE, text, HEADER, "Authorization"))

    def _check_client(self, call: Call, grant: Grant) -> None:
        named = call.header("client_id")
        if (named is None and self._options.needs_client_id) or named not in (None, grant.client_id):
            raise Refused(
                exception(401, AUTHENTICATION, "The Client_Id header is missing or wrong.", HEADER, "Client_Id")
            )

    def _scopes(self, asked: object) -> tuple[str, ...]:
        has = self._options.scopes
        if not isinstance(asked, str) or not asked.strip():
            return has
        wanted = [one for one in re.split(r"[\s,]+", asked.strip()) if one]
        lacking = [one for one in wanted if one not in has]
        if lacking and not self._options.narrows_scopes:
            raise Refused(exception(403, SCOPE, f"The client does not have the scope {lacking[0]}.", BODY, "scope"))
        return tuple(one for one in wanted if one in has)

    def _grant(self, client: str, scopes: Sequence[str]) -> Json:
        now, options = self._clock(), self._options
        self._given += 1
        access, refresh = f"severa-access-{self._given}", f"severa-refresh-{self._given}"
        ends = now + timedelta(seconds=options.token_seconds)
        refresh_ends = now + timedelta(seconds=options.refresh_seconds)
        self._tokens[access] = Grant(client, tuple(scopes), ends)
        self._refreshers[refresh] = Grant(client, tuple(scopes), refresh_ends)
        return {
            "access_token": access,
            "access_token_type": TOKEN_TYPE,
            "access_token_expires_in": options.token_seconds,
            "access_token_expires_utc": moment_text(ends),
            "refresh_token": refresh,
            "refresh_token_expires_in": options.refresh_seconds,
            "refresh_token_expires_utc": moment_text(refresh_ends),
            "scope": " ".join(scopes),
        }
