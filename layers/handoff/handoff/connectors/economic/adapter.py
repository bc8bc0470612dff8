"""One e-conomic agreement as an ERP of live flows: implements `LedgerOfObjects` and `ChecksErp`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from handoff.connectors.economic.client import EconomicClient
from handoff.connectors.economic.config import TITLE
from handoff.connectors.economic.costs import Costs
from handoff.connectors.economic.customers import Customers
from handoff.connectors.economic.health import Health, agreement
from handoff.connectors.economic.invoices import Invoices
from handoff.connectors.economic.projects import Projects
from handoff.connectors.economic.years import Years
from handoff.domain.errors import ReconnectNeeded
from handoff.domain.master_data import WantedCustomer, WantedProject
from handoff.ports.live import CostFeed, ErpNeeds, Finding, InvoiceChannel, MirrorChannel


class EconomicAdapter:
    """One agreement; `account` is its number, `now` says which accounting year must be open."""

    def __init__(
        self, client: EconomicClient, account: str, *, now: Callable[[], datetime], absence_delay: timedelta
    ) -> None:
        self._client = client
        self._account = account
        self._now = now
        self._years = Years(client)
        self._customers = Customers(client)
        self._projects = Projects(client)
        self._invoices = Invoices(client, self._years, absence_delay=absence_delay)
        self._costs = Costs(client, self._years)

    @property
    def calls(self) -> int:
        """Calls made to both families of the API."""
        return self._client.calls

    @property
    def customers(self) -> MirrorChannel[WantedCustomer]:
        """The customers."""
        return self._customers

    @property
    def projects(self) -> MirrorChannel[WantedProject]:
        """The projects."""
        return self._projects

    @property
    def invoices(self) -> InvoiceChannel:
        """The invoices."""
        return self._invoices

    @property
    def costs(self) -> CostFeed:
        """The booked costs."""
        return self._costs

    def health(self, needs: ErpNeeds) -> Sequence[Finding]:
        """Every point, met or not; raises as reads do when the agreement itself can't be reached."""
        return Health(self._client, self._years, self._account).findings(needs, self._now().date())

    def check(self) -> str:
        """The company's name, once the token is seen to open the agreement that it was given for."""
        own = agreement(self._client)
        if self._account and str(own.agreement_number) != self._account:
            raise ReconnectNeeded(
                f"the agreement token belongs to {TITLE} agreement {own.agreement_number}, not to {self._account}",
                code="another_agreement",
                field="grant_token",
                cure="Give the token of the right agreement, or correct the agreement number.",
            )
        return own.company.name or str(own.agreement_number)

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()
