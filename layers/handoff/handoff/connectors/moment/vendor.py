"""Moment as the registry knows it."""

from __future__ import annotations

from pydantic import Field

from handoff.connectors.moment.config import NAME, TITLE, MomentConfig
from handoff.connectors.moment.hooks import HOOKS
from handoff.connectors.vendor import Opened, Rung, Surroundings, Vendor, VendorSettings
from handoff.domain.capabilities import Capability, Side
from handoff.domain.tenancy import Connection


class MomentSettings(VendorSettings):
    """Where Moment is reached."""

    base_url: str = Field("https://app.moment.team", description="Moment's API, up to its /api.")


def _open(connection: Connection, around: Surroundings) -> Opened:
    # httpx takes longer to import than all of ours together, so only functions that call vendors pay for it.
    from handoff.connectors.http import open_http  # noqa: PLC0415 - see above
    from handoff.connectors.moment.adapter import MomentAdapter  # noqa: PLC0415 - see above
    from handoff.connectors.moment.client import moment_client  # noqa: PLC0415 - see above

    where = around.settings.of_vendor(NAME, MomentSettings)
    client = moment_client(
        connection.account, base_url=where.base_url, grants=around.grants, http=open_http(around.transport)
    )
    return MomentAdapter(
        client, connection.account, key_ends=lambda: around.grants.load().grant.key_expires_on, now=around.now
    )


VENDOR = Vendor(
    name=NAME,
    title=TITLE,
    side=Side.TIME_TOOL,
    rung=Rung.SOUND,
    config=MomentConfig,
    settings=MomentSettings,
    capabilities=frozenset({Capability.HANDS_OUT_OBJECTS, Capability.TAKES_EXPENSES, Capability.TAKES_PAYMENTS}),
    open=_open,
    hooks=HOOKS,
)
