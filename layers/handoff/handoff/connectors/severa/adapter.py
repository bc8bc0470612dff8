"""Severa as a time tool whose master data lives on both sides: implements `KeepsMasterData` and `ChecksTimeTool`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from handoff.connectors.http import VendorClient
from handoff.connectors.severa.customers import Customers
from handoff.connectors.severa.employees import employees
from handoff.connectors.severa.health import RIGHTS, company_of, health
from handoff.connectors.severa.products import Products
from handoff.connectors.severa.projects import projects
from handoff.connectors.severa.units import business_units, product_categories
from handoff.ports.live import Finding
from handoff.ports.mirror import KeepsObjects, MirrorChoices


class SeveraAdapter:
    """One Severa organisation."""

    def __init__(
        self, client: VendorClient, account: str, *, now: Callable[[], datetime], scopes: Callable[[], str]
    ) -> None:
        self._client = client
        self._account = account
        self._now = now
        self._scopes = scopes

    @property
    def calls(self) -> int:
        """Calls made to the API, tokens aside."""
        return self._client.calls

    def master_data(self, choices: MirrorChoices) -> Mapping[str, KeepsObjects[Any]]:
        """All kinds there are; each looks up once what its rows refer to, so they are made anew for every pass."""
        client, now = self._client, self._now
        return {
            "business_units": business_units(client, now),
            "employees": employees(client, now),
            "product_categories": product_categories(client, now),
            "products": Products(client, now, choices.product_type),
            "customers": Customers(client, now),
            "projects": projects(client, now, choices),
        }

    def health(self, *, today: date) -> Sequence[Finding]:
        """Credentials, rights, and what must be set up; raises Unreachable and RateLimited only."""
        del today  # credentials have no last day
        return health(self._client, self._scopes)

    def check(self) -> str:
        """The company's name, once the credentials work and may read everything that is kept the same.

        Raises ReconnectNeeded and as reads do.
        """
        for right in RIGHTS:
            right.look(self._client)
        return company_of(self._client) or self._account

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()
