"""Harvest ID: the consent page, tokens and the list of accounts, on the same port as the API.

Harvest API v2, Authentication. The address of an account's identity host is `id.getharvest.com`; here its paths
`/oauth2/authorize`, `/api/v2/oauth2/token` and `/api/v2/accounts` live beside `/v2/…`.

Not documented, and ASSUMED here: a used refresh token goes on working (`single_use_refresh` turns that off), errors
of the token endpoint are worded as in RFC 6749, and a `User-Agent` is needed here as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from sandbox.harvest.answers import INVALID_TOKEN, Json, refuse
from sandbox.standin import Clock
from sandbox.wire import Answer, Call, Route

TOKEN_SECONDS = 1_209_600  # 14 days, as a mirror of the documentation has it


@dataclass(frozen=True)
class Credentials:
    """What a customer and an integrator would hold; all invented."""

    account_id: int = 4711
    client_id: str = "sandbox-harvest-app"
    client_secret: str = "sandbox-harvest-secret"
    redirect_uri: str = "http://127.0.0.1/oauth/callback"
    access_token: str = "1782901.at.sandbox"
    refresh_token: str = "1782901.rt.sandbox"
    personal_token: str = "1782901.pt.sandbox"
    member_token: str = "1782904.pt.sandbox"  # a personal token of somebody without rights


CREDENTIALS = Credentials()
FORECAST_ACCOUNT_ID = 4712  # the same company in another product; clients must pick by product


@dataclass(frozen=True)
class _Access:
    user_id: int
    expires_at: datetime | None


class Identity:
    """The tokens given out. `users` are the account's user rows by id."""

    def __init__(self, clock: Clock, company: str) -> None:
        self.clock = clock
        self.token_seconds = TOKEN_SECONDS
        self.single_use_refresh = False
        self._company = company
        self._users: dict[int, Json] = {}
        self._access: dict[str, _Access] = {}
        self._refresh: dict[str, int] = {}
        self._codes: dict[str, int] = {}
        self._issued = 0

    def start_over(self, users: dict[int, Json], admin: int, member: int) -> None:
        """The first tokens work again. Tokens given out since keep working: connections outlive a reset."""
        self._users = users
        self._access[CREDENTIALS.access_token] = _Access(admin, self._expiry())
        self._access[CREDENTIALS.personal_token] = _Access(admin, None)
        self._access[CREDENTIALS.member_token] = _Access(member, None)
        self._refresh[CREDENTIALS.refresh_token] = admin

    def routes(self) -> list[Route]:
        """The identity host's paths."""
        return [
            Route("GET", "/oauth2/authorize", self._authorize),
            Route("POST", "/api/v2/oauth2/token", self._token),
            Route("GET", "/api/v2/accounts", self._accounts),
        ]

    def user_of(self, call: Call) -> int | None:
        """Whose token the call carries, None when there is none that works."""
        kind, _, text = (call.header("authorization") or "").partition(" ")
        token = text.strip() if kind.lower() == "bearer" else call.query.get("access_token", "")
        access = self._access.get(token)
        if access is None or (access.expires_at is not None and access.expires_at <= self.clock()):
            return None
        return access.user_id

    def expire_tokens(self) -> None:
        """All access tokens of the OAuth flow stop working; personal tokens have no expiry."""
        self._access = {token: access for token, access in self._access.items() if access.expires_at is None}

    def _expiry(self) -> datetime:
        return self.clock() + timedelta(seconds=self.token_seconds)

    def _authorize(self, call: Call) -> Answer:
        """Says yes at once as the administrator, and sends the browser back with a code."""
        query = call.query
        if query.get("client_id") != CREDENTIALS.client_id or query.get("response_type") != "code":
            return _oauth_error("invalid_request", "client_id is unknown or response_type is not code")
        redirect = query.get("redirect_uri", CREDENTIALS.redirect_uri)
        if not redirect.startswith(("http://", "https://")):
            return _oauth_error("invalid_request", "redirect_uri must be an http or https address")
        self._issued += 1
        code = f"code-{self._issued:06d}"
        self._codes[code] = next(iter(self._users))
        back = {"code": code, "scope": f"harvest:{CREDENTIALS.account_id}"}
        if "state" in query:
            back["state"] = query["state"]
        glue = "&" if "?" in redirect else "?"
        return Answer(302, None, {"Location": f"{redirect}{glue}{urlencode(back)}"})

    def _token(self, call: Call) -> Answer:
        is_json = "json" in (call.header("content-type") or "")
        fields = call.json() if is_json else call.form()
        if not isinstance(fields, dict):
            return _oauth_error("invalid_request", "the body must be an object")
        known = (CREDENTIALS.client_id, CREDENTIALS.client_secret)
        if (fields.get("client_id"), fields.get("client_secret")) != known:
            return _oauth_error("invalid_client", "unknown client or wrong secret", 401)
        grant = fields.get("grant_type")
        if grant == "authorization_code":
            user_id = self._codes.pop(str(fields.get("code")), None)
        elif grant == "refresh_token":
            user_id = self._refreshed(str(fields.get("refresh_token")))
        else:
            return _oauth_error("unsupported_grant_type", "authorization_code or refresh_token")
        if user_id is None:
            return _oauth_error("invalid_grant", "the code or refresh token is unknown, used or revoked")
        return Answer(200, self._issue(user_id))

    def _refreshed(self, token: str) -> int | None:
        return self._refresh.pop(token, None) if self.single_use_refresh else self._refresh.get(token)

    def _issue(self, user_id: int) -> Json:
        self._issued += 1
        access, refresh = f"{user_id}.at.{self._issued:06d}", f"{user_id}.rt.{self._issued:06d}"
        self._access[access] = _Access(user_id, self._expiry())
        self._refresh[refresh] = user_id
        return {
            "access_token": access,
            "refresh_token": refresh,
            "token_type": "bearer",
            "expires_in": self.token_seconds,
        }

    def _accounts(self, call: Call) -> Answer:
        user_id = self.user_of(call)
        if user_id is None:
            return INVALID_TOKEN
        user = self._users.get(user_id) or refuse("the user is gone", 404)
        names = ("id", "first_name", "last_name", "email")
        return Answer(
            200,
            {
                "user": {name: user[name] for name in names},
                "accounts": [
                    {"id": CREDENTIALS.account_id, "name": self._company, "product": "harvest"},
                    {"id": FORECAST_ACCOUNT_ID, "name": self._company, "product": "forecast"},
                ],
            },
        )


def _oauth_error(error: str, description: str, status: int = 400) -> Answer:
    return Answer(status, {"error": error, "error_description": description})
