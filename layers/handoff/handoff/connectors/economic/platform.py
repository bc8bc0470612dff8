"""What the platform is told of e-conomic, and a client made with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import Field, SecretStr

from handoff.connectors.config import secret
from handoff.connectors.vendor import VendorSettings
from handoff.domain.grants import Secret

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
    from handoff.connectors.economic.client import Services, economic_client  # noqa: PLC0415 - it loads httpx

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
