"""One Business NXT company as an ERP that keeps master data and rows of hours, takes orders and hands out costs.

Implements `KeepsMasterData`, `KeepsHourRegister`, `TakesOrders`, `HandsOutPurchases` and `ChecksErp`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from handoff.connectors.business_nxt.client import NxtClient
from handoff.connectors.business_nxt.customers import Customers
from handoff.connectors.business_nxt.health import Health, company_name
from handoff.connectors.business_nxt.hour_register import Register
from handoff.connectors.business_nxt.kinds import shapes
from handoff.connectors.business_nxt.one_table import OneTable
from handoff.connectors.business_nxt.orders import Orders
from handoff.connectors.business_nxt.purchases import Purchases
from handoff.domain.sales import RegisterChoices, UnitChoices
from handoff.ports.live import ErpNeeds, Finding
from handoff.ports.mirror import KeepsObjects, MirrorChoices
from handoff.ports.purchases import PurchaseFeed
from handoff.ports.sales import HourRegister, OrderChannel


class BusinessNxtAdapter:
    """One company; `account` is its Visma.net company id, `now` says when a walk through a list began.

    `absence_delay` is how long a write whose answer was lost may still be carried out.
    """

    def __init__(
        self, client: NxtClient, account: str, *, now: Callable[[], datetime], absence_delay: timedelta
    ) -> None:
        self._client = client
        self._account = account
        self._now = now
        self._absence_delay = absence_delay

    @property
    def calls(self) -> int:
        """Calls made to the API, those for tokens left out."""
        return self._client.http.calls

    def master_data(self, choices: MirrorChoices) -> Mapping[str, KeepsObjects[Any]]:
        """All kinds, by flow; raises InvalidInput for units and groups that there are none of."""
        kinds = {flow: OneTable(self._client, shape, self._now) for flow, shape in shapes(choices).items()}
        return {**kinds, "customers": Customers(self._client, choices.blocked.get("customers"), self._now)}

    def hour_register(self, choices: RegisterChoices) -> HourRegister:
        """The rows of one table of free information; raises InvalidInput for a table or a unit that there is none of,
        and where both units are the same."""
        return Register(self._client, choices, now=self._now, absence_delay=self._absence_delay)

    def sales_orders(self, choices: UnitChoices) -> OrderChannel:
        """The sales orders; raises InvalidInput for units that there are none of."""
        return Orders(self._client, choices, now=self._now, absence_delay=self._absence_delay)

    def purchases(self, choices: UnitChoices) -> PurchaseFeed:
        """What suppliers have cost projects; raises InvalidInput for a unit that there is none of."""
        return Purchases(self._client, choices, self._now)

    def health(self, needs: ErpNeeds) -> Sequence[Finding]:
        """Every point, met or not; raises Unreachable and RateLimited only."""
        return Health(self._client, self._account).findings(needs)

    def check(self) -> str:
        """The company's name, once the application is let in; raises ReconnectNeeded and as reads do."""
        return company_name(self._client, self._account)

    def close(self) -> None:
        """Closes the connections."""
        self._client.http.close()
