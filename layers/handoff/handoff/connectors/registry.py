"""Which vendors there are, what each can do, and how a connection to one is opened.

Capabilities are checked when an integration is set up: a pair that can't work is refused in words, not
found out in the first run.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from handoff.connectors.config import ConnectionConfig
from handoff.connectors.harvest import config as harvest
from handoff.connectors.visma_net import config as visma_net
from handoff.domain.capabilities import Capability
from handoff.domain.errors import InvalidInput
from handoff.domain.tenancy import Connection
from handoff.ports import ReadsFeeds, ReadsTimeEntries, WritesJournals, WritesProjectTransactions
from handoff.settings import PlatformSettings

if TYPE_CHECKING:
    import httpx

    from handoff.connectors.oauth import GrantStore


class Role(StrEnum):
    """Which side of an integration a vendor stands on."""

    TIME_TOOL = "time_tool"
    ERP = "erp"

    @property
    def words(self) -> str:
        """What completes "Harvest is …"."""
        return "a time tool" if self is Role.TIME_TOOL else "an ERP"


class Rung(StrEnum):
    """How far a connector is built; the contract suite proves it."""

    WORKS = "works"
    SOUND = "sound"
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class Vendor:
    """A vendor we can connect to."""

    name: str
    title: str
    role: Role
    rung: Rung
    config: type[ConnectionConfig]
    capabilities: frozenset[Capability]


class TimeTool(ReadsTimeEntries, Protocol):
    """An open connection to a time tool."""

    def check(self) -> str:
        """The account's name, once its rights are seen to suffice."""
        ...

    def close(self) -> None:
        """Closes the connections."""
        ...


class Erp(ReadsFeeds, WritesProjectTransactions, WritesJournals, Protocol):
    """An open connection to an ERP."""

    def check(self) -> str:
        """The company's name, once the sign-in is seen to work."""
        ...

    def close(self) -> None:
        """Closes the connections."""
        ...


VENDORS: Mapping[str, Vendor] = {
    vendor.name: vendor
    for vendor in (
        Vendor(
            name=harvest.VENDOR,
            title=harvest.TITLE,
            role=Role.TIME_TOOL,
            rung=Rung.SOUND,
            config=harvest.HarvestConfig,
            capabilities=frozenset({Capability.READS_TIME_ENTRIES}),
        ),
        Vendor(
            name=visma_net.VENDOR,
            title=visma_net.TITLE,
            role=Role.ERP,
            rung=Rung.SOUND,
            config=visma_net.VismaNetConfig,
            capabilities=frozenset(
                {
                    Capability.READS_LEDGER_LISTS,
                    Capability.WRITES_PROJECT_TRANSACTIONS,
                    Capability.WRITES_JOURNALS,
                }
            ),
        ),
    )
}


def vendor_of(name: str) -> Vendor:
    """The vendor; raises InvalidInput for a name that is none."""
    if name not in VENDORS:
        known = ", ".join(sorted(VENDORS))
        raise InvalidInput(f"there is no vendor '{name}'", code="unknown_vendor", field="vendor", cure=f"Use {known}.")
    return VENDORS[name]


def check_pair(
    time_tool: str, erp: str, *, time_tool_needs: Collection[Capability], erp_needs: Collection[Capability]
) -> None:
    """Raises InvalidInput, in words, unless each vendor stands on its side and can do what is needed of it."""
    sides = ((time_tool, Role.TIME_TOOL, time_tool_needs), (erp, Role.ERP, erp_needs))
    for name, role, needs in sides:
        vendor = _check_side(name, role)
        missing = [need.words for need in Capability if need in needs and need not in vendor.capabilities]
        if missing:
            raise InvalidInput(
                f"{vendor.title} can't {', and it can not '.join(missing)}",
                code="capability_missing",
                field=role.value,
                cure=f"Choose other flows, or {role.words} that can.",
            )


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every connection is opened with; `transport` stands in for the network in tests."""

    settings: PlatformSettings
    grants: GrantStore
    now: Callable[[], datetime]
    transport: httpx.BaseTransport | None = None


def open_time_tool(connection: Connection, around: Surroundings) -> TimeTool:
    """The connection's time tool; raises InvalidInput when its vendor is none. Nothing is called yet."""
    _check_side(connection.vendor, Role.TIME_TOOL)
    return _OPEN_TIME_TOOL[connection.vendor](connection, around)


def open_erp(connection: Connection, around: Surroundings) -> Erp:
    """The connection's ERP; raises InvalidInput when its vendor is none. Nothing is called yet."""
    _check_side(connection.vendor, Role.ERP)
    return _OPEN_ERP[connection.vendor](connection, around)


# httpx takes longer to import than all of ours together, so only functions that call vendors pay for it.


def _open_harvest(connection: Connection, around: Surroundings) -> TimeTool:
    from handoff.connectors.harvest.adapter import HarvestAdapter  # noqa: PLC0415 - see above
    from handoff.connectors.harvest.client import harvest_client  # noqa: PLC0415 - see above
    from handoff.connectors.http import open_http  # noqa: PLC0415 - see above

    client = harvest_client(
        connection.account,
        base_url=around.settings.harvest_base_url,
        token_url=around.settings.harvest_token_url,
        grants=around.grants,
        now=around.now,
        http=open_http(around.transport),
    )
    return HarvestAdapter(client)


def _open_visma_net(connection: Connection, around: Surroundings) -> Erp:
    from handoff.connectors.http import open_http  # noqa: PLC0415 - see above
    from handoff.connectors.visma_net.adapter import VismaNetAdapter  # noqa: PLC0415 - see above
    from handoff.connectors.visma_net.client import visma_net_client  # noqa: PLC0415 - see above

    client = visma_net_client(
        base_url=around.settings.visma_net_base_url,
        token_url=around.settings.visma_net_token_url,
        grants=around.grants,
        now=around.now,
        http=open_http(around.transport),
    )
    delay = timedelta(seconds=around.settings.visma_net_absence_seconds)
    return VismaNetAdapter(client, connection.account, now=around.now, absence_delay=delay)


_OPEN_TIME_TOOL: Mapping[str, Callable[[Connection, Surroundings], TimeTool]] = {harvest.VENDOR: _open_harvest}
_OPEN_ERP: Mapping[str, Callable[[Connection, Surroundings], Erp]] = {visma_net.VENDOR: _open_visma_net}


def _check_side(name: str, role: Role) -> Vendor:
    vendor = vendor_of(name)
    if vendor.role is not role:
        raise InvalidInput(
            f"{vendor.title} is not {role.words}",
            code="wrong_side",
            field=role.value,
            cure="Put the time tool first and the ERP second.",
        )
    return vendor
