"""Visma's identity server as eAccounting's customers meet it: the page on which a person chooses a company, and tokens.

Visma eAccounting API v2, "Authentication" and "Change to our new identity server": only the authorization code flow;
a form is mandatory at the token endpoint; scopes `ea:api` and `offline_access`, and those of the areas; each refresh
gives a new refresh token, and one cannot be used twice. A token is bound to the company that was chosen and to the
person. Clients in the field authenticate by Basic or by form fields and revoke at `/connect/revocation`. The page,
errors beyond `invalid_grant` and PKCE are ASSUMED (RFC 6749, RFC 7636).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from html import escape
from urllib.parse import parse_qsl, unquote, urlencode

from sandbox.eaccounting.answers import Json
from sandbox.eaccounting.assumed import CODE_SECONDS
from sandbox.eaccounting.options import Options
from sandbox.wire import Answer, Call, Route

AUTHORIZE, TOKEN, REVOCATION = "/connect/authorize", "/connect/token", "/connect/revocation"
FORM_TYPE = "application/x-www-form-urlencoded"
HTML = {"Content-Type": "text/html; charset=utf-8"}
NO_STORE = {"Cache-Control": "no-store"}
AREAS = ("ea:sales", "ea:accounting", "ea:purchase")
SCOPES = ("ea:api", "offline_access", *AREAS, *(f"{area}_readonly" for area in AREAS))
SHOWING = ("select_account", "login")  # prompts that always show the page


@dataclass(frozen=True)
class Application:
    """A registered client; all invented."""

    client_id: str = "sandbox-eaccounting-app"
    client_secret: str = "sandbox-eaccounting-secret"
    redirect_uri: str = "http://127.0.0.1/oauth/callback"


CREDENTIALS = Application()
OTHER_APPLICATION = Application("sandbox-other-app", "sandbox-other-secret", "http://127.0.0.1/other/callback")


@dataclass(frozen=True)
class Grant:
    """What a token or a code stands for. `family` is one sign-in with all tokens that came of it."""

    client_id: str
    person: str
    company: str
    scopes: tuple[str, ...]
    family: int
    ends_at: datetime


@dataclass(frozen=True)
class _Code:
    grant: Grant
    redirect_uri: str
    challenge: str
    method: str


Companies = Callable[[str], list[tuple[str, str]]]


class Identity:
    """People, codes and tokens. `companies` are the ids and names that a person may choose from, default first.

    Tokens outlive a reset, as connections do.
    """

    def __init__(self, clock: Callable[[], datetime], companies: Companies, first_person: Callable[[], str]) -> None:
        self._clock = clock
        self._companies = companies
        self._first_person = first_person
        self._applications = (CREDENTIALS, OTHER_APPLICATION)
        self._codes: dict[str, _Code] = {}
        self._access: dict[str, Grant] = {}
        self._refresh: dict[str, Grant] = {}
        self._used: dict[str, Grant] = {}
        self._issued = 0
        self.options = Options()

    def routes(self) -> list[Route]:
        """The identity server's paths."""
        return [
            Route("GET", AUTHORIZE, self._page),
            Route("POST", AUTHORIZE, self._chosen),
            Route("POST", TOKEN, self._token),
            Route("POST", REVOCATION, self._revoked),
        ]

    def grant_of(self, call: Call) -> Grant | None:
        """What the call's token stands for; None when it is missing, unknown or expired."""
        kind, _, token = (call.header("authorization") or "").partition(" ")
        grant = self._access.get(token.strip()) if kind.lower() == "bearer" else None
        return grant if grant is not None and grant.ends_at > self._clock() else None

    def connect(
        self, company: str, person: str, scopes: tuple[str, ...] = SCOPES[:5], client: Application = CREDENTIALS
    ) -> Json:
        """Tokens without a browser, as if the person had chosen the company."""
        self._issued += 1
        return self._tokens(Grant(client.client_id, person, company, scopes, self._issued, self._clock()))

    def expire_tokens(self) -> None:
        """All access tokens run out; refresh tokens work."""
        self._access.clear()

    def change_password(self, person: str) -> None:
        """The person's refresh tokens are void, without notice."""
        self._refresh = {token: grant for token, grant in self._refresh.items() if grant.person != person}

    def withdraw(self, company: str) -> None:
        """Nobody is let into the company any more by tokens that were given out."""
        for kept in (self._access, self._refresh):
            for token in [token for token, grant in kept.items() if grant.company == company]:
                del kept[token]

    def _page(self, call: Call) -> Answer:
        query = call.query
        application = self._asking(query)
        if isinstance(application, Answer):
            return application
        if (fault := self._fault(query)) is not None:
            return _back(query, {"error": fault})
        person = self._first_person()
        if self.options.remembered and query.get("prompt") not in SHOWING:
            return self._agreed(query, person, self._companies(person)[0][0])
        choices = "".join(
            f'<label><input type="radio" name="company" value="{escape(key)}"> {escape(name)}</label>'
            for key, name in self._companies(person)
        )
        form = f'<input name="person" value="{escape(person)}">{choices}'
        buttons = '<button name="answer" value="yes">Allow</button><button name="answer" value="no">Deny</button>'
        action = escape(f"{AUTHORIZE}?{call.query_string}")
        page = f'<h1>Choose company</h1><form method="post" action="{action}">{form}{buttons}</form>'
        return Answer(200, f"<!doctype html><title>Visma Online</title>{page}".encode(), HTML)

    def _chosen(self, call: Call) -> Answer:
        query, form = call.query, call.form()
        application = self._asking(query)
        if isinstance(application, Answer):
            return application
        if (fault := self._fault(query)) is not None:
            return _back(query, {"error": fault})
        if self.options.user_declines or form.get("answer") == "no":
            return _back(query, {"error": "access_denied"})
        person = form.get("person") or self._first_person()
        mine = [key for key, _ in self._companies(person)]
        company = form.get("company") or (mine[0] if mine else "")
        if company not in mine:
            return Answer(403, b"<p>You have no access to this company.</p>", HTML)
        return self._agreed(query, person, company)

    def _asking(self, query: dict[str, str]) -> Application | Answer:
        """Who asks; a client or an address that is not registered is told so on the page and sent nowhere."""
        for one in self._applications:
            if (query.get("client_id"), query.get("redirect_uri")) == (one.client_id, one.redirect_uri):
                return one
        return Answer(400, b"<p>The client or its redirect address is not known.</p>", HTML)

    def _fault(self, query: dict[str, str]) -> str | None:
        scopes = query.get("scope", "").split()
        if query.get("response_type") != "code":
            return "unsupported_response_type"
        if not scopes or not set(scopes) <= set(SCOPES):
            return "invalid_scope"
        if self.options.pkce == "required" and "code_challenge" not in query:
            return "invalid_request"
        return None if query.get("code_challenge_method", "plain") in ("plain", "S256") else "invalid_request"

    def _agreed(self, query: dict[str, str], person: str, company: str) -> Answer:
        self._issued += 1
        ends_at = self._clock() + timedelta(seconds=CODE_SECONDS)
        scopes = tuple(query["scope"].split())
        grant = Grant(query["client_id"], person, company, scopes, self._issued, ends_at)
        code = secrets.token_hex(16)
        challenge = query.get("code_challenge", "")
        method = query.get("code_challenge_method", "plain")
        self._codes[code] = _Code(grant, query["redirect_uri"], challenge, method)
        return _back(query, {"code": code})

    def _token(self, call: Call) -> Answer:
        if FORM_TYPE not in (call.header("content-type") or "").lower():
            return _refused("invalid_request")
        form = call.form()
        client = self._client(call, form)
        if client is None:
            return _refused("invalid_client", 401)
        if form.get("grant_type") == "authorization_code":
            return self._exchanged(form, client)
        if form.get("grant_type") == "refresh_token":
            return self._refreshed(form.get("refresh_token", ""), client)
        return _refused("unsupported_grant_type")

    def _client(self, call: Call, form: dict[str, str]) -> Application | None:
        shown = _basic(call) or (form.get("client_id"), form.get("client_secret"))
        return next((one for one in self._applications if (one.client_id, one.client_secret) == shown), None)

    def _exchanged(self, form: dict[str, str], client: Application) -> Answer:
        code = self._codes.pop(form.get("code", ""), None)
        if code is None or code.grant.client_id != client.client_id or code.grant.ends_at <= self._clock():
            return _refused("invalid_grant")
        if form.get("redirect_uri") != code.redirect_uri or not self._proven(code, form.get("code_verifier", "")):
            return _refused("invalid_grant")
        return Answer(200, self._tokens(code.grant), NO_STORE)

    def _proven(self, code: _Code, verifier: str) -> bool:
        if self.options.pkce == "ignored" or not code.challenge:
            return True
        if code.method == "plain":
            return verifier == code.challenge
        digest = hashlib.sha256(verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == code.challenge

    def _refreshed(self, token: str, client: Application) -> Answer:
        grant = self._refresh.get(token)
        if grant is None and self.options.reuse_ends_family and token in self._used:
            family = self._used[token].family
            self._refresh = {kept: one for kept, one in self._refresh.items() if one.family != family}
        if grant is None or grant.client_id != client.client_id or grant.ends_at <= self._clock():
            return _refused("invalid_grant")
        self._used[token] = self._refresh.pop(token)
        return Answer(200, self._tokens(grant), NO_STORE)

    def _revoked(self, call: Call) -> Answer:
        form = call.form()
        client = self._client(call, form)
        if client is None:
            return _refused("invalid_client", 401)
        token = form.get("token", "")
        for kept in (self._refresh, self._access):
            if token in kept and kept[token].client_id == client.client_id:
                del kept[token]
        return Answer(200)

    def _tokens(self, grant: Grant) -> Json:
        now = self._clock()
        access, refresh = secrets.token_hex(24), secrets.token_hex(24)
        self._access[access] = replace(grant, ends_at=now + timedelta(seconds=self.options.token_seconds))
        answer = {"access_token": access, "expires_in": self.options.token_seconds, "token_type": "Bearer"}
        if "offline_access" in grant.scopes:
            self._refresh[refresh] = replace(grant, ends_at=now + timedelta(seconds=self.options.refresh_seconds))
            answer["refresh_token"] = refresh
        return answer


def _back(query: dict[str, str], fields: dict[str, str]) -> Answer:
    """The browser is sent back with the fields and the state that came along."""
    known = {**fields, **({"state": query["state"]} if "state" in query else {})}
    address, _, rest = query["redirect_uri"].partition("?")
    return Answer(302, None, {"Location": f"{address}?{urlencode([*parse_qsl(rest), *known.items()])}"})


def _basic(call: Call) -> tuple[str, str] | None:
    scheme, _, coded = (call.header("authorization") or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, _, secret = base64.b64decode(coded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return unquote(client_id), unquote(secret)


def _refused(error: str, status: int = 400) -> Answer:
    return Answer(status, {"error": error}, NO_STORE)
