"""The page on which an accounting user adds an app and so grants it access to the agreement.

`token` comes back in the query of `redirectUrl`; without a redirectUrl the page shows it for copying. ASSUMED: a user
who declines is sent back without a token, and an unknown app is told so on the page.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from sandbox.economic.access import GRANT_PAGE, Access
from sandbox.economic.options import Options
from sandbox.wire import Answer, Call, Route

HTML = {"Content-Type": "text/html; charset=utf-8"}


class GrantPage:
    """Gives out grant tokens to whoever clicks."""

    def __init__(self, access: Callable[[], Access], options: Callable[[], Options], public_token: str) -> None:
        self._access = access
        self._options = options
        self._public_token = public_token

    def routes(self) -> list[Route]:
        """The page, and the click on its button."""
        return [Route("GET", GRANT_PAGE, self._show), Route("POST", GRANT_PAGE, self._add)]

    def _show(self, call: Call) -> Answer:
        if (refusal := self._refusal(call)) is not None:
            return refusal
        action = escape(f"{GRANT_PAGE}?{call.query_string}")
        form = f'<form method="post" action="{action}"><button type="submit">Add app</button></form>'
        return _page(200, f"<h1>Handoff asks for access to your agreement</h1>{form}")

    def _add(self, call: Call) -> Answer:
        if (refusal := self._refusal(call)) is not None:
            return refusal
        redirect = call.query.get("redirectUrl")
        if self._options().user_declines:
            return (
                Answer(302, None, {"Location": redirect}) if redirect else _page(200, "<p>The app was not added.</p>")
            )
        token = f"sandbox-economic-grant-{secrets.token_hex(12)}"
        self._access().grants.add(token)
        if not redirect:
            return _page(200, f"<p>Agreement Grant Token: <code>{token}</code></p>")
        parts = urlsplit(redirect)
        query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), ("token", token)])
        return Answer(302, None, {"Location": urlunsplit(parts._replace(query=query))})

    def _refusal(self, call: Call) -> Answer | None:
        if call.query.get("appPublicToken") != self._public_token:
            return _page(400, "<p>The app is not known.</p>")
        redirect = call.query.get("redirectUrl", "")
        if redirect and urlsplit(redirect).scheme not in ("http", "https"):
            return _page(400, "<p>The redirectUrl is no address.</p>")
        return None


def _page(status: int, body: str) -> Answer:
    return Answer(status, f"<!doctype html><title>e-conomic</title>{body}".encode(), HTML)
