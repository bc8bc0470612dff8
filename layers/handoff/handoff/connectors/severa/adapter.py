"""Severa as a time tool whose master data lives on both sides, with hours, costs, and in which invoices are drafted.

Implements `KeepsMasterData`, `ReadsTimeEntries`, `NamesWork`, `HandsOutInvoices`, `TakesFees` and `ChecksTimeTool`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from handoff.connectors.feed import RowFault, as_page, feed_page, one_of
from handoff.connectors.http import VendorClient
from handoff.connectors.severa import hours
from handoff.connectors.severa.config import TITLE
from handoff.connectors.severa.customers import Customers
from handoff.connectors.severa.employees import employees
from handoff.connectors.severa.fee_health import fee_findings
from handoff.connectors.severa.fees import ProjectCosts
from handoff.connectors.severa.health import HOURS_RIGHT, RIGHTS, company_of, health
from handoff.connectors.severa.invoice_health import invoice_findings
from handoff.connectors.severa.invoices import Invoices
from handoff.connectors.severa.lists import every_page
from handoff.connectors.severa.models import SeveraWorkHour
from handoff.connectors.severa.products import Products
from handoff.connectors.severa.projects import projects
from handoff.connectors.severa.units import business_units, product_categories
from handoff.domain.errors import BrokenContract
from handoff.domain.sales import StatusChoices
from handoff.domain.time import FetchedEntry
from handoff.ports import DocumentChannel, FeedInfo, FeedPage
from handoff.ports.live import NOTHING_MORE, Finding, ToolNeeds
from handoff.ports.mirror import KeepsObjects, MirrorChoices
from handoff.ports.sales import DraftedInvoices


class SeveraAdapter:
    """One Severa organisation."""

    def __init__(
        self, client: VendorClient, account: str, *, now: Callable[[], datetime], scopes: Callable[[], str]
    ) -> None:
        self._client = client
        self._account = account
        self._now = now
        self._scopes = scopes
        self._sees_hours = False

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

    @property
    def feeds(self) -> Sequence[FeedInfo]:
        """Hours, then those that were deleted."""
        return [feed.info for feed in hours.FEEDS.values()]

    def read(self, feed: str, *, since: datetime | None, page: str | None) -> FeedPage:
        """One page of up to 100 rows; raises Unreachable, RateLimited, ReconnectNeeded, BrokenContract."""
        return feed_page(hours.FEEDS[feed], self._client, since=since, page=page)

    def entries_between(self, first: date, last: date) -> Iterator[FeedPage]:
        """All hours with a day of work from `first` to `last`, both included; raises as `read` does."""
        for rows in every_page(hours.HOURS, self._client, filters=hours.days(first, last)):
            yield as_page(hours.HOURS, rows)

    def entry(self, external_id: str) -> FetchedEntry | None:
        """The hours; None when Severa has none with that id, and lets us read hours at all.

        A 404 for a row is an absence only to somebody who is shown the list, so the first one is followed by a look at
        it. Raises as `read` does.
        """
        what = hours.HOURS.name
        if not hours.GUID.fullmatch(external_id):
            raise BrokenContract(f"{external_id[:40]} can't be the id of hours", field=what)
        body = self._client.read_one(f"{hours.HOURS.path}/{external_id}", what=what)
        if body is None:
            self._make_sure_of_rights()
            return None
        row = one_of(body, SeveraWorkHour, what=what)
        try:
            return hours.entry_of(row)
        except (RowFault, ArithmeticError) as error:
            raise BrokenContract(f"{TITLE} {what} {external_id} makes no sense: {error}", field=what) from error

    def units_of(self, project_ids: Sequence[str]) -> Mapping[str, str]:
        """The business unit of each project, 50 projects a call; raises as `read` does."""
        return hours.units_of(self._client, project_ids)

    def work_types(self) -> Mapping[str, tuple[str, str]]:
        """Code and name of every kind of work; raises as `read` does."""
        return hours.work_types(self._client)

    def drafted_invoices(self, choices: StatusChoices) -> DraftedInvoices:
        """The invoices; statuses are looked up once, so it is made anew for every pass."""
        return Invoices(self._client, choices, self._now)

    @property
    def project_fees(self) -> DocumentChannel:
        """Costs on projects; what they refer to is looked up once, so it is made anew for every pass."""
        return ProjectCosts(self._client, self._now)

    def health(self, *, today: date, needs: ToolNeeds = NOTHING_MORE) -> Sequence[Finding]:
        """Credentials, rights, and what must be set up; where invoices or costs are handed over also what that needs.

        Raises Unreachable and RateLimited only.
        """
        del today  # credentials have no last day
        found = health(self._client, self._scopes)
        if not found[0].ok:
            return found
        costs = fee_findings(self._client, self._scopes, needs)
        if needs.invoices is None:
            return [*found, *costs]
        return [*found, *invoice_findings(self._client, self._scopes, needs.invoices), *costs]

    def check(self) -> str:
        """The company's name, once the credentials work and may read everything that is kept the same.

        Raises ReconnectNeeded and as reads do.
        """
        for right in RIGHTS:
            right.look(self._client)
        return company_of(self._client) or self._account

    def _make_sure_of_rights(self) -> None:
        if not self._sees_hours:
            HOURS_RIGHT.look(self._client)
            self._sees_hours = True

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()
