"""Access tokens, renewed once however many ask: the new grant is stored before its token is used.

Some vendors take a refresh token only once, so two workers that renew at the same time must end with one
grant: each writes on the revision it read, and whoever is too late reads again and uses the winner's
token. A grant is never deleted here, and only a refresh token that is refused twice over (on a second
reading too) means that a person must connect again; an unreachable sign-in never does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

import httpx
import msgspec

from handoff.connectors.http import OK, post_form
from handoff.domain.errors import ReconnectNeeded, Stale, Unreachable
from handoff.domain.grants import Grant, Secret, StoredGrant

EARLY = timedelta(seconds=60)
"""Tokens are renewed this long before their end, or at half their life when that is shorter."""
SAVES_MAX = 3
LIFE_UNKNOWN = timedelta(minutes=15)
"""How long a token without `expires_in` is trusted; a 401 renews it sooner."""

Clock = Callable[[], datetime]


class GrantStore(Protocol):
    """The grant of one connection of one tenant."""

    def load(self) -> StoredGrant:
        """The grant as stored now, read consistently; raises ReconnectNeeded when there is none."""
        ...

    def save(self, grant: Grant, revision: int) -> int:
        """Writes it on the revision read and returns the new one; raises Stale."""
        ...


class TokenAnswer(msgspec.Struct):
    """What a sign-in gives out; `expires_in` is in seconds."""

    access_token: str
    refresh_token: str | None = None
    expires_in: int | None = None


class _Refusal(msgspec.Struct):
    error: str = ""


_ANSWER = msgspec.json.Decoder(TokenAnswer, strict=False)
_REFUSAL = msgspec.json.Decoder(_Refusal)


class Send(Protocol):
    """A way of sending a token request: `post_form`, `post_json`."""

    def __call__(self, http: httpx.Client, url: str, form: Mapping[str, str], *, title: str) -> tuple[int, bytes]:
        """Status and body."""
        ...


def _oauth_form(grant: Grant, scope: str, *, of_tenant: bool = True) -> Mapping[str, str] | None:
    client = {"client_id": grant.client_id, "client_secret": grant.client_secret.reveal()}
    if grant.refresh_token:
        return {"grant_type": "refresh_token", "refresh_token": grant.refresh_token.reveal(), **client}
    if scope and grant.client_secret:
        tenant = {"tenant_id": grant.account} if of_tenant else {}
        return {"grant_type": "client_credentials", **client, **tenant, "scope": scope}
    return None


@dataclass(frozen=True, slots=True)
class TokenDialect:
    """How a sign-in is spoken to; unless a vendor has its own, as OAuth 2.0 says.

    `form` is what is sent for a grant and a scope, None for a grant that can't be renewed. `answer` reads what is
    given out, `refusal` the code of a no; both raise msgspec's errors.
    """

    form: Callable[[Grant, str], Mapping[str, str] | None] = _oauth_form
    send: Send = post_form
    answer: Callable[[bytes], TokenAnswer] = _ANSWER.decode
    refusal: Callable[[bytes], str] = lambda body: _REFUSAL.decode(body).error


OF_NO_TENANT = TokenDialect(form=partial(_oauth_form, of_tenant=False))
"""OAuth 2.0 where client credentials are asked for no account: each call names the one it is for."""


@dataclass(frozen=True, slots=True)
class TokenEndpoint:
    """Where a vendor gives tokens; `title` names the vendor in messages, `scope` is for client credentials."""

    title: str
    url: str
    scope: str = ""
    dialect: TokenDialect = TokenDialect()


_ERROR_CODE = re.compile(r"[a-z_]{1,40}")


class _Refused(Exception):
    """The sign-in said no; `code` is the OAuth error code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class TokenSource:
    """The access tokens of one connection."""

    def __init__(self, store: GrantStore, endpoint: TokenEndpoint, http: httpx.Client, now: Clock) -> None:
        self._store = store
        self._endpoint = endpoint
        self._http = http
        self._now = now
        self._known: StoredGrant | None = None

    def current(self) -> Secret:
        """A token to use now; raises ReconnectNeeded, Unreachable or RateLimited."""
        if self._known is None or not self._usable(self._known.grant):
            self._known = self._store.load()
        if not self._usable(self._known.grant):
            self._known = self._renew(self._known)
        return self._known.grant.access_token

    def renewed(self, used: Secret) -> Secret:
        """A token in place of a refused one: somebody else's newer one if there is one, else a new one."""
        self._known = self._store.load()
        if self._known.grant.access_token == used or not self._usable(self._known.grant):
            self._known = self._renew(self._known)
        return self._known.grant.access_token

    def _usable(self, grant: Grant) -> bool:
        return bool(grant.access_token) and (grant.expires_at is None or self._now() < grant.expires_at)

    def _renew(self, stored: StoredGrant) -> StoredGrant:
        asked_at = self._now()
        try:
            answer = self._ask(stored.grant)
        except _Refused as refusal:
            again = self._store.load()
            if again.revision != stored.revision and self._usable(again.grant):
                return again  # our refresh token was spent by somebody who renewed at the same time
            raise self._reconnect(refusal.code) from None
        return self._keep(stored, _with_answer(stored.grant, answer, asked_at))

    def _keep(self, stored: StoredGrant, grant: Grant) -> StoredGrant:
        """Stores the new tokens before anybody uses them; when somebody was faster, theirs count."""
        base = stored
        for _ in range(SAVES_MAX):
            try:
                return StoredGrant(grant, self._store.save(grant, base.revision))
            except Stale:
                base = self._store.load()
            if not _same_tokens(base.grant, stored.grant) and self._usable(base.grant):
                return base
        raise Unreachable(f"the grant for {self._endpoint.title} kept changing while it was renewed")

    def _ask(self, grant: Grant) -> TokenAnswer:
        endpoint = self._endpoint
        form = endpoint.dialect.form(grant, endpoint.scope)
        if form is None:
            raise self._reconnect("personal_token_refused")
        status, body = endpoint.dialect.send(self._http, endpoint.url, form, title=endpoint.title)
        if status != OK:
            raise self._refusal(status, body)
        try:
            answer = endpoint.dialect.answer(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            answer = TokenAnswer("")
        if not answer.access_token:
            # An intermediary answers 200 with a page of its own; the body is not shown, it may hold tokens.
            raise Unreachable(f"{endpoint.title}'s sign-in gave no token")
        return answer

    def _refusal(self, status: int, body: bytes) -> Exception:
        """What a 4xx means: only an error code is the sign-in's own word, a page of HTML is not."""
        try:
            code = self._endpoint.dialect.refusal(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            code = ""
        if _ERROR_CODE.fullmatch(code):
            return _Refused(code)
        return Unreachable(f"{self._endpoint.title}'s sign-in answered {status} without a reason")

    def _reconnect(self, code: str) -> ReconnectNeeded:
        return ReconnectNeeded(
            f"{self._endpoint.title} refuses to renew the sign-in ({code})",
            code=code,
            cure="Check the application's id, secret and approval, then connect the account again.",
        )


def _with_answer(grant: Grant, answer: TokenAnswer, asked_at: datetime) -> Grant:
    life = LIFE_UNKNOWN if answer.expires_in is None else timedelta(seconds=answer.expires_in)
    return replace(
        grant,
        access_token=Secret(answer.access_token),
        refresh_token=Secret(answer.refresh_token) if answer.refresh_token else grant.refresh_token,
        expires_at=asked_at + life - min(EARLY, life / 2),
    )


def _same_tokens(one: Grant, other: Grant) -> bool:
    return (one.access_token, one.refresh_token) == (other.access_token, other.refresh_token)
