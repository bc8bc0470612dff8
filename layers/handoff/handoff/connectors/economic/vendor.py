"""Visma e-conomic as the registry knows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from pydantic import Field, SecretStr

from handoff.connectors.config import secret
from handoff.connectors.economic.config import NAME, TITLE, EconomicConfig
from handoff.connectors.economic.hooks import HOOKS
from handoff.connectors.vendor import GrantPage, Opened, Role, Rung, Surroundings, Vendor, VendorSettings
from handoff.domain.capabilities import Capability
from handoff.domain.grants import Secret
from handoff.domain.tenancy import Connection
from handoff.settings import PlatformSettings

if TYPE_CHECKING:
    import httpx

    from handoff.connectors.economic.client import EconomicClient


class EconomicSettings(VendorSettings):
    """Where e-conomic is reached, in which versions, and our app's own tokens there."""

    rest_url: str = Field("https://restapi.e-conomic.com", description="e-conomic's REST API.")
    apis_url: str = Field("https://apis.e-conomic.com", description="e-conomic's OpenAPI services.")
    secure_url: str = Field("https://secure.e-conomic.com", description="Where an agreement's owner adds our app.")
    projects_service: str = Field("projectsapi/v1.1.0", description="Projects service with its version.")
    journals_service: str = Field("journalsapi/v16.0.1", description="Journals service with its version.")
    booked_entries_service: str = Field("bookedEntriesapi/v6.0.0", description="Booked entries service, its version.")
    documents_service: str = Field("documentsapi/v4.0.1", description="Documents service with its version.")
    absence_seconds: int = Field(
        120, ge=0, le=3600, description="How long a write whose answer was lost may still be carried out."
    )
    app_secret_token: SecretStr = Field(SecretStr(""), description="Our app's secret, sent with every call.")
    app_public_token: SecretStr = Field(SecretStr(""), description="Our app's public token, for the installation page.")


def client_with(
    where: EconomicSettings, token: Callable[[], Secret], *, now: Callable[[], datetime], http: httpx.Client
) -> EconomicClient:
    """A client for the agreement that a token opens."""
    from handoff.connectors.economic.client import Services, economic_client  # noqa: PLC0415 - see `_open`

    services = Services(
        projects=where.projects_service,
        journals=where.journals_service,
        booked_entries=where.booked_entries_service,
        documents=where.documents_service,
    )
    return economic_client(
        rest_url=where.rest_url,
        apis_url=where.apis_url,
        services=services,
        app_secret=secret(where.app_secret_token),
        token=token,
        now=now,
        http=http,
    )


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
    from handoff.connectors.economic.grant import install_url  # noqa: PLC0415 - it names this file

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
    role=Role.ERP,
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
