"""How a customer's owner gives our app the right to one agreement.

Source: e-conomic, Authentication and app installation: the owner opens the installation address, adds the app, and the
browser comes back to `redirectUrl` with `token` in its query; or the token is copied from the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode

from handoff.connectors.economic.assumed import INSTALL_PAGE
from handoff.connectors.economic.config import TITLE
from handoff.domain.errors import InvalidInput
from handoff.domain.grants import Secret

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    import httpx

    from handoff.connectors.economic.platform import EconomicSettings

TOKEN_PARAMETER = "token"  # noqa: S105 - a name
LOCALES = ("da-DK", "sv-SE", "nb-NO", "en-US")
TOKEN_MAX = 512


@dataclass(frozen=True, slots=True)
class Agreement:
    """The agreement that a token opens."""

    number: str
    name: str


def install_url(settings: EconomicSettings, redirect_url: str, *, locale: str = "da-DK") -> str:
    """The page on which the owner adds our app; `redirect_url` carries whatever we need to know afterwards."""
    public = settings.app_public_token.get_secret_value()
    if not public:
        raise InvalidInput(
            f"our app at {TITLE} has no public token here",
            code="app_not_configured",
            field="app_public_token",
            cure="Set app_public_token of economic in VENDOR_SECRETS.",
        )
    if locale not in LOCALES:
        raise InvalidInput(f"no such page language: {locale}", field="locale", cure=f"Use {', '.join(LOCALES)}.")
    query = urlencode({"appPublicToken": public, "redirectUrl": redirect_url, "locale": locale})
    return f"{settings.secure_url.rstrip('/')}{INSTALL_PAGE}?{query}"


def agreement_of(
    settings: EconomicSettings,
    token: Secret,
    *,
    now: Callable[[], datetime],
    transport: httpx.BaseTransport | None = None,
) -> Agreement:
    """The number and name of the agreement that a token opens. One call; raises as reads do."""
    from handoff.connectors.economic.health import agreement  # noqa: PLC0415 - httpx takes long to import
    from handoff.connectors.economic.platform import client_with  # noqa: PLC0415 - it loads httpx
    from handoff.connectors.http import open_http  # noqa: PLC0415 - httpx takes long to import

    client = client_with(settings, lambda: token, now=now, http=open_http(transport))
    try:
        own = agreement(client)
    finally:
        client.close()
    return Agreement(number=str(own.agreement_number), name=own.company.name)


def token_from(query: str) -> Secret:
    """The grant token in the query with which the browser came back; raises InvalidInput when there is none."""
    found = parse_qs(query.lstrip("?"), max_num_fields=20).get(TOKEN_PARAMETER, [""])[0].strip()
    if not found or len(found) > TOKEN_MAX:
        raise InvalidInput(
            f"{TITLE} sent no agreement token: the app was not added",
            code="grant_declined",
            field=TOKEN_PARAMETER,
            cure="Open the link again and choose to add the app, as an administrator of the agreement.",
        )
    return Secret(found)
