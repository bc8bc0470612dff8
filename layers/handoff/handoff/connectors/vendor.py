"""What a vendor's folder says of itself: one `Vendor` in its `vendor.py`, found by the registry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from pydantic import BaseModel, ConfigDict

from handoff.connectors.config import ConnectionConfig
from handoff.domain.capabilities import Capability, Side
from handoff.domain.hints import Hint
from handoff.domain.hooks import Signature
from handoff.domain.tenancy import Connection
from handoff.ports import ReadsFeeds, ReadsTimeEntries, WritesJournals, WritesProjectTransactions
from handoff.ports.live import (
    ChecksErp,
    ChecksTimeTool,
    HandsOutObjects,
    LedgerOfObjects,
    TakesExpenses,
    TakesPayments,
)
from handoff.ports.purchases import HandsOutPurchases, TakesFees
from handoff.ports.sales import HandsOutInvoices, KeepsHourRegister, NamesWork, TakesOrders
from handoff.settings import PlatformSettings

if TYPE_CHECKING:
    import httpx

    from handoff.connectors.oauth import GrantStore


class Rung(StrEnum):
    """How far a connector is built; the contract suite proves it."""

    WORKS = "works"
    SOUND = "sound"
    COMPLETE = "complete"


class Opened(Protocol):
    """An open connection to a vendor."""

    @property
    def calls(self) -> int:
        """How many calls were made to the vendor through this object."""
        ...

    def check(self) -> str:
        """The account's name, once the sign-in is seen to work and its rights to suffice."""
        ...

    def close(self) -> None:
        """Closes the connections."""
        ...


class TimeTool(ReadsTimeEntries, Opened, Protocol):
    """An open connection to a time tool that hands out time entries."""


class Erp(ReadsFeeds, WritesProjectTransactions, WritesJournals, Opened, Protocol):
    """An open connection to an ERP that takes hours."""


class LiveTimeTool(HandsOutObjects, TakesExpenses, TakesPayments, ChecksTimeTool, Opened, Protocol):
    """An open connection to a time tool whose objects are followed one by one."""


class LiveErp(LedgerOfObjects, ChecksErp, Opened, Protocol):
    """An open connection to an ERP that keeps customers and projects and books invoices."""


class BillingTimeTool(ReadsTimeEntries, NamesWork, HandsOutInvoices, TakesFees, Opened, Protocol):
    """An open connection to a time tool that hands out hours and drafted invoices, and takes costs."""


class BillingErp(KeepsHourRegister, TakesOrders, HandsOutPurchases, Opened, Protocol):
    """An open connection to an ERP that keeps rows of hours, takes orders and hands out costs."""


class VendorSettings(BaseModel):
    """Where a vendor is reached, and how it behaves: the same for all tenants, set by whoever runs the platform."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every connection is opened with; `transport` stands in for the network in tests."""

    settings: PlatformSettings
    grants: GrantStore
    now: Callable[[], datetime]
    transport: httpx.BaseTransport | None = None


@dataclass(frozen=True, slots=True)
class Hook:
    """One type of webhook that a vendor sends.

    `read` finds the hint in a body, whatever content type it came with, and raises InvalidInput for a body that
    has none; it gets bytes of a bounded length and trusts nothing. `template` is what a person pastes at the vendor
    as the data to send, empty where the vendor decides that itself; `where` says where in the vendor's pages. What has
    a `signature` is taken in only with that, and only once somebody has entered the key for it.
    """

    name: str
    title: str
    read: Callable[[bytes], Hint]
    where: str
    template: str = ""
    signature: Signature | None = None


@dataclass(frozen=True, slots=True)
class GrantPage:
    """A page of the vendor's on which a person gives our app access, and how what comes back is read.

    `address` gets the address to come back to; `read_back` finds fields of the vendor's config in the query that came
    back, and raises InvalidInput when access was declined; `complete` asks the vendor for the fields in `completed`,
    which nobody has to enter.
    """

    address: Callable[[PlatformSettings, str], str]
    read_back: Callable[[Mapping[str, str]], Mapping[str, str]]
    complete: Callable[[Mapping[str, str], Surroundings], Mapping[str, str]]
    completed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Vendor:
    """A vendor we can connect to.

    `open` gives a connection without a call yet; what it can do is what `capabilities` say. `settings` is the
    model of the vendor's platform settings.
    """

    name: str
    title: str
    side: Side
    rung: Rung
    config: type[ConnectionConfig]
    settings: type[VendorSettings]
    capabilities: frozenset[Capability]
    open: Callable[[Connection, Surroundings], Opened]
    hooks: Mapping[str, Hook] = field(default_factory=dict)
    grant_page: GrantPage | None = None
