"""Visma.net ERP as the registry knows it."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from handoff.connectors.vendor import Opened, Rung, Surroundings, Vendor, VendorSettings
from handoff.connectors.visma_net.config import NAME, TITLE, VismaNetConfig
from handoff.domain.capabilities import Capability, Side
from handoff.domain.tenancy import Connection


class VismaNetSettings(VendorSettings):
    """Where Visma.net ERP is reached, and how slow it may be."""

    base_url: str = Field("https://api.finance.visma.net", description="Visma.net ERP's API.")
    token_url: str = Field("https://connect.visma.com/connect/token", description="Visma Connect's token endpoint.")
    absence_seconds: int = Field(
        240, ge=0, le=3600, description="How long a write whose answer was lost may still be carried out."
    )


def _open(connection: Connection, around: Surroundings) -> Opened:
    # httpx takes longer to import than all of ours together, so only functions that call vendors pay for it.
    from handoff.connectors.http import open_http  # noqa: PLC0415 - see above
    from handoff.connectors.visma_net.adapter import VismaNetAdapter  # noqa: PLC0415 - see above
    from handoff.connectors.visma_net.client import visma_net_client  # noqa: PLC0415 - see above

    where = around.settings.of_vendor(NAME, VismaNetSettings)
    client = visma_net_client(
        base_url=where.base_url,
        token_url=where.token_url,
        grants=around.grants,
        now=around.now,
        http=open_http(around.transport),
    )
    delay = timedelta(seconds=where.absence_seconds)
    return VismaNetAdapter(client, connection.account, now=around.now, absence_delay=delay)


VENDOR = Vendor(
    name=NAME,
    title=TITLE,
    side=Side.ERP,
    rung=Rung.SOUND,
    config=VismaNetConfig,
    settings=VismaNetSettings,
    capabilities=frozenset(
        {Capability.READS_LEDGER_LISTS, Capability.WRITES_PROJECT_TRANSACTIONS, Capability.WRITES_JOURNALS}
    ),
    open=_open,
)
