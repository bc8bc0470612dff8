"""The wiring's own workshop and billing, with both vendors of a history in place of connectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from handoff.connectors.vendor import Surroundings
from handoff.domain.tenancy import Connection, Integration
from handoff.integrations.billing_settings import BillingSettings
from handoff.integrations.severa_business import SEVERA_BUSINESS
from handoff.pipeline.mirror.desk import MirrorDesk, MirrorFlow
from handoff.pipeline.mirror.flows import mirror_flows
from handoff.pipeline.mirror.perform import MirrorTools
from handoff.pipeline.steps import Clock
from handoff.ports.shelf import Shelf
from handoff.ports.trips import RoundTripMachine
from handoff.wiring.billing import Billing
from handoff.wiring.workshop import Workshop
from tests.histories.both.erp import Erp
from tests.histories.both.story import SETTINGS
from tests.histories.both.tool import Tool

TENANT, INTEGRATION_ID = "t", "i"
SEVERA = Connection("severa-1", "severa", "org", "Severa")
BUSINESS = Connection("nxt-1", "business_nxt", "1", "Visma Business")
INTEGRATION = Integration(INTEGRATION_ID, SEVERA_BUSINESS.name, "Both ways", SEVERA, BUSINESS)


@cache
def settings_of(number: int) -> BillingSettings:
    """Settings by their number."""
    return BillingSettings.model_validate(SETTINGS[number])


@dataclass(slots=True)
class Vendors:
    """Both vendors, and the flows between them by the number of the settings."""

    tool: Tool
    erp: Erp
    _flows: dict[int, Sequence[MirrorFlow[Any]]] = field(default_factory=dict)

    def flows(self, number: int) -> Sequence[MirrorFlow[Any]]:
        """What both sides keep by these settings."""
        if number not in self._flows:
            self._flows[number] = mirror_flows(SEVERA_BUSINESS, settings_of(number), self.tool, self.erp)
        return self._flows[number]


class Shop(Workshop):
    """What a worker that has just begun works with; both vendors are there already."""

    def __init__(
        self, shelf: Shelf, vendors: Vendors, saved: tuple[int, int], machine: RoundTripMachine, clock: Clock
    ) -> None:
        """`saved` are the settings' version and number."""
        super().__init__(
            TENANT, INTEGRATION_ID, shelves=lambda _: shelf, surroundings=_closed, clock=clock, machine=lambda: machine
        )
        self.vendors, self.number = vendors, saved[1]
        there: Any = self
        there._saved = saved[0], settings_of(saved[1])

    def mirror_tools(self) -> MirrorTools:
        shelf, tool, erp = self.shelf, self.vendors.tool, self.vendors.erp
        return MirrorTools(
            MirrorDesk(self.integration, shelf.sightings, shelf.problems, shelf.passes, self.clock),
            self.vendors.flows(self.number),
            lambda: {SEVERA.vendor: tool.calls, BUSINESS.vendor: erp.calls},
            self.titles,
            self.both_ways.report_only,
        )


class Bills(Billing):
    """Hours and invoices of such a shop."""

    def __init__(self, shop: Shop) -> None:
        super().__init__(shop)
        there: Any = self
        there.time_tool, there.erp = shop.vendors.tool, shop.vendors.erp


def _closed(connection: Connection) -> Surroundings:
    raise AssertionError(f"a history opens no connection to {connection.vendor}")
