"""Visma Severa as the registry knows it."""

from __future__ import annotations

from pydantic import Field

from handoff.connectors.severa.config import NAME, TITLE, SeveraConfig
from handoff.connectors.vendor import Opened, Rung, Surroundings, Vendor, VendorSettings
from handoff.domain.capabilities import Capability, Side
from handoff.domain.tenancy import Connection


class SeveraSettings(VendorSettings):
    """Where Severa is reached, and how fast it may be asked."""

    base_url: str = Field("https://api.severa.visma.com/rest-api", description="Severa's REST API, up to its version.")
    calls_per_second: int = Field(
        8,
        ge=0,
        le=100,
        description="How fast one connection asks; Severa refuses more than 10. 0 is as fast as it can.",
    )


def _open(connection: Connection, around: Surroundings) -> Opened:
    # httpx takes longer to import than all of ours together, so only functions that call vendors pay for it.
    from handoff.connectors.http import open_http  # noqa: PLC0415 - see above
    from handoff.connectors.pacing import Pacer  # noqa: PLC0415 - see above
    from handoff.connectors.severa.adapter import SeveraAdapter  # noqa: PLC0415 - see above
    from handoff.connectors.severa.client import granted_scopes, severa_client  # noqa: PLC0415 - see above

    where, http = around.settings.of_vendor(NAME, SeveraSettings), open_http(around.transport)
    client = severa_client(
        connection.account,
        base_url=where.base_url,
        grants=around.grants,
        now=around.now,
        http=http,
        pace=Pacer(where.calls_per_second),
    )
    scopes = granted_scopes(where.base_url, around.grants, http)
    return SeveraAdapter(client, connection.account, now=around.now, scopes=scopes)


VENDOR = Vendor(
    name=NAME,
    title=TITLE,
    side=Side.TIME_TOOL,
    rung=Rung.WORKS,
    config=SeveraConfig,
    settings=SeveraSettings,
    capabilities=frozenset(
        {
            Capability.KEEPS_MASTER_DATA,
            Capability.READS_TIME_ENTRIES,
            Capability.HANDS_OUT_INVOICES,
            Capability.TAKES_FEES,
        }
    ),
    open=_open,
)
