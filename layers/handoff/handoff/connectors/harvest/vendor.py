"""Harvest as the registry knows it."""

from __future__ import annotations

from pydantic import Field

from handoff.connectors.harvest.config import NAME, TITLE, HarvestConfig
from handoff.connectors.vendor import Opened, Rung, Surroundings, Vendor, VendorSettings
from handoff.domain.capabilities import Capability, Side
from handoff.domain.tenancy import Connection


class HarvestSettings(VendorSettings):
    """Where Harvest is reached."""

    base_url: str = Field("https://api.harvestapp.com", description="Harvest's API.")
    token_url: str = Field("https://id.getharvest.com/api/v2/oauth2/token", description="Harvest ID's token endpoint.")


def _open(connection: Connection, around: Surroundings) -> Opened:
    # httpx takes longer to import than all of ours together, so only functions that call vendors pay for it.
    from handoff.connectors.harvest.adapter import HarvestAdapter  # noqa: PLC0415 - see above
    from handoff.connectors.harvest.client import harvest_client  # noqa: PLC0415 - see above
    from handoff.connectors.http import open_http  # noqa: PLC0415 - see above

    where = around.settings.of_vendor(NAME, HarvestSettings)
    client = harvest_client(
        connection.account,
        base_url=where.base_url,
        token_url=where.token_url,
        grants=around.grants,
        now=around.now,
        http=open_http(around.transport),
    )
    return HarvestAdapter(client)


VENDOR = Vendor(
    name=NAME,
    title=TITLE,
    side=Side.TIME_TOOL,
    rung=Rung.SOUND,
    config=HarvestConfig,
    settings=HarvestSettings,
    capabilities=frozenset({Capability.READS_TIME_ENTRIES}),
    open=_open,
)
