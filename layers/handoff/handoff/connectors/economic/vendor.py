"""Visma e-conomic as the registry knows it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from handoff.connectors.economic.config import NAME, TITLE, EconomicConfig
from handoff.connectors.economic.hooks import HOOKS
from handoff.connectors.economic.platform import EconomicSettings, client_with
from handoff.connectors.vendor import GrantPage, Opened, Rung, Surroundings, Vendor
from handoff.domain.capabilities import Capability, Side
from handoff.domain.grants import Secret
from handoff.domain.tenancy import Connection
from handoff.settings import PlatformSettings

if TYPE_CHECKING:
    pass


def _open(connection: Connection, around: Surroundings) -> Opened:
    # httpx takes longer to import than all of ours together, so only functions that call vendors pay for it.
    from handoff.connectors.economic.adapter import EconomicAdapter  # noqa: PLC0415 - see above
    from handoff.connectors.http import open_http  # noqa: PLC0415 - see above

    where = around.settings.of_vendor(NAME, EconomicSettings)
    client = client_with(
        where, lambda: around.grants.load().grant.access_token, now=around.now, http=open_http(around.transport)
    )
    delay = timedelta(seconds=where.absence_seconds)
    return EconomicAdapter(client, connection.account, now=around.now, absence_delay=delay)


def _page(settings: PlatformSettings, redirect_url: str) -> str:
    from handoff.connectors.economic.grant import install_url  # noqa: PLC0415 - only pages need it

    return install_url(settings.of_vendor(NAME, EconomicSettings), redirect_url)


def _read_back(query: Mapping[str, str]) -> Mapping[str, str]:
    from handoff.connectors.economic.grant import TOKEN_PARAMETER, token_from  # noqa: PLC0415 - as above

    kept = {name: value for name, value in query.items() if name == TOKEN_PARAMETER}
    return {"grant_token": token_from(urlencode(kept)).reveal()}


def _complete(entered: Mapping[str, str], around: Surroundings) -> Mapping[str, str]:
    from handoff.connectors.economic.grant import agreement_of  # noqa: PLC0415 - as above

    token = Secret(entered.get("grant_token", "").strip())
    if not token:
        return entered
    where = around.settings.of_vendor(NAME, EconomicSettings)
    found = agreement_of(where, token, now=around.now, transport=around.transport)
    return {**entered, "agreement_number": found.number, "agreement_name": found.name}


VENDOR = Vendor(
    name=NAME,
    title=TITLE,
    side=Side.ERP,
    rung=Rung.SOUND,
    config=EconomicConfig,
    settings=EconomicSettings,
    capabilities=frozenset(
        {
            Capability.KEEPS_CUSTOMERS,
            Capability.KEEPS_PROJECTS,
            Capability.BOOKS_INVOICES,
            Capability.HANDS_OUT_COSTS,
        }
    ),
    open=_open,
    hooks=HOOKS,
    grant_page=GrantPage(_page, _read_back, _complete, frozenset({"agreement_number", "agreement_name"})),
)
