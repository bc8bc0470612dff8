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


@dataclass(frozen=True, slots=True)
class TokenEndpoint:
    """Where a vendor gives tokens; `title` names the vendor in messages, `scope` is for client credentials.

    `of_tenant` says that client credentials are asked for one account: the token is good for that one only.
    """

    title: str
    url: str
    scope: str = ""
    of_tenant: bool = True


class _Answer(msgspec.Struct):
    access_token: str
    refresh_token: str | None = None
    expires_in: int | None = None


class _Refusal(msgspec.Struct):
    error: str = ""


_ANSWER = msgspec.json.Decoder(_Answer, strict=False)
_REFUSAL = msgspec.json.Decoder(_Refusal)
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

    def _ask(self, grant: Grant) -> _Answer:
        form = self._form(grant)
        status, body = post_form(self._http, self._endpoint.url, form, title=self._endpoint.title)
        if status != OK:
            raise self._refusal(status, body)
        try:
            answer = _ANSWER.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            answer = _Answer("")
        if not answer.access_token:
            # An intermediary answers 200 with a page of its own; the body is not shown, it may hold tokens.
            raise Unreachable(f"{self._endpoint.title}'s sign-in gave no token")
        return answer

    def _refusal(self, status: int, body: bytes) -> Exception:
        """What a 4xx means: only an OAuth error code is the sign-in's own word, a page of HTML is not."""
        try:
            code = _REFUSAL.decode(body).error
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            code = ""
        if _ERROR_CODE.fullmatch(code):
            return _Refused(code)
        return Unreachable(f"{self._endpoint.title}'s sign-in answered {status} without a reason")

    def _form(self, grant: Grant) -> Mapping[str, str]:
        client = {"client_id": grant.client_id, "client_secret": grant.client_secret.reveal()}
        if grant.refresh_token:
            return {"grant_type": "refresh_token", "refresh_token": grant.refresh_token.reveal(), **client}
        if self._endpoint.scope and grant.client_secret:
            tenant = {"tenant_id": grant.account} if self._endpoint.of_tenant else {}
            return {"grant_type": "client_credentials", **client, **tenant, "scope": self._endpoint.scope}
        raise self._reconnect("personal_token_refused")

    def _reconnect(self, code: str) -> ReconnectNeeded:
        return ReconnectNeeded(
            f"{self._endpoint.title} refuses to renew the sign-in ({code})",
            code=code,
            cure="Check the application's id, secret and approval, then connect the account again.",
        )


def _with_answer(grant: Grant, answer: _Answer, asked_at: datetime) -> Grant:
    life = LIFE_UNKNOWN if answer.expires_in is None else timedelta(seconds=answer.expires_in)
    return replace(
        grant,
        access_token=Secret(answer.access_token),
        refresh_token=Secret(answer.refresh_token) if answer.refresh_token else grant.refresh_token,
        expires_at=asked_at + life - min(EARLY, life / 2),
    )


def _same_tokens(one: Grant, other: Grant) -> bool:
    return (one.access_token, one.refresh_token) == (other.access_token, other.refresh_token)
