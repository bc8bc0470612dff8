"""Visma Business NXT as the registry knows it."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from handoff.connectors.business_nxt.config import NAME, TITLE, BusinessNxtConfig
from handoff.connectors.business_nxt.hooks import HOOKS
from handoff.connectors.vendor import Opened, Rung, Surroundings, Vendor, VendorSettings
from handoff.domain.capabilities import Capability, Side
from handoff.domain.tenancy import Connection


class BusinessNxtSettings(VendorSettings):
    """Where Business NXT is reached, and how slow it may be."""

    base_url: str = Field("https://business.visma.net", description="Business NXT's API.")
    token_url: str = Field("https://connect.visma.com/connect/token", description="Visma Connect's token endpoint.")
    absence_seconds: int = Field(
        240, ge=0, le=3600, description="How long a write whose answer was lost may still be carried out; 59 at least."
    )


def _open(connection: Connection, around: Surroundings) -> Opened:
    # httpx takes longer to import than all of ours together, so only functions that call vendors pay for it.
    from handoff.connectors.business_nxt.adapter import BusinessNxtAdapter  # noqa: PLC0415 - see above
    from handoff.connectors.business_nxt.client import business_nxt_client  # noqa: PLC0415 - see above
    from handoff.connectors.http import open_http  # noqa: PLC0415 - see above

    where = around.settings.of_vendor(NAME, BusinessNxtSettings)
    client = business_nxt_client(
        base_url=where.base_url,
        token_url=where.token_url,
        company_no=connection.account,
        grants=around.grants,
        now=around.now,
        http=open_http(around.transport),
    )
    delay = timedelta(seconds=where.absence_seconds)
    return BusinessNxtAdapter(client, connection.account, now=around.now, absence_delay=delay)


VENDOR = Vendor(
    name=NAME,
    title=TITLE,
    side=Side.ERP,
    rung=Rung.WORKS,
    config=BusinessNxtConfig,
    settings=BusinessNxtSettings,
    capabilities=frozenset(
        {
            Capability.KEEPS_MASTER_DATA,
            Capability.KEEPS_HOUR_REGISTER,
            Capability.TAKES_ORDERS,
            Capability.HANDS_OUT_PURCHASES,
        }
    ),
    open=_open,
    hooks=HOOKS,
)
