"""Reconciliation, asked for by the console or due at night, and made where the grants are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from handoff.connectors.registry import open_connection, open_erp, open_time_tool
from handoff.domain.periods import Period, months_before, parse_period, period_of
from handoff.domain.reconciliation import Reconciliation
from handoff.domain.reference import ReferenceData
from handoff.observability import tell_reconciliation
from handoff.pipeline.census import RECENT
from handoff.pipeline.live.account import account_of, months_accounted
from handoff.pipeline.live.health import Health
from handoff.pipeline.perform_reconcile import periods_to_reconcile
from handoff.pipeline.reconcile import ReconcileTools, reconcile
from handoff.wiring.billing import Billing
from handoff.wiring.workshop import Workshop, channels, workshop


def reconcile_asked(event: Mapping[str, Any]) -> dict[str, object]:
    """The answer to the console's question: a reconciliation or a health check, or the error that kept it from one."""
    from handoff.console.health import ASKED  # noqa: PLC0415 - as below

    if event.get("ask") == ASKED:
        return _health_asked(event)
    from handoff.console.reconciliation import answer_of  # noqa: PLC0415 - only this function renders it

    shop = workshop(event["tenant_id"], event["integration_id"])

    def account() -> Reconciliation:
        flow = event["flow"]
        sides = sides_of(shop)
        made = sides.account(flow, parse_period(event["period"]))
        # Nobody fetched right before: what the next pass will find by itself is no alarm.
        tell_reconciliation(made, alarming=made.lasting_count, whose=shop.names(flow))
        return made

    return answer_of(account)


def _health_asked(event: Mapping[str, Any]) -> dict[str, object]:
    from handoff.console.health import answer_of  # noqa: PLC0415 - as above

    return answer_of(lambda: health_of(workshop(event["tenant_id"], event["integration_id"])))


def health_of(shop: Workshop) -> Health:
    """How both sides of an integration stand, asked now."""
    from handoff.connect.check import checked  # noqa: PLC0415 - only a health check needs it

    integration = shop.integration
    return checked(
        shop.kind,
        None if shop.kind.is_of_hours else shop.settings,
        (integration.time_tool, integration.erp),
        lambda connection: open_connection(connection, shop.surroundings(connection)),
        today=shop.clock().date(),
    )


class Sides:
    """Both vendors of one integration, opened to be reconciled."""

    def __init__(self, shop: Workshop) -> None:
        self._shop = shop
        integration = shop.integration
        self._time_tool = open_time_tool(integration.time_tool, shop.surroundings(integration.time_tool))
        self._erp = open_erp(integration.erp, shop.surroundings(integration.erp))

    def account(self, flow: str, period: Period, since: datetime | None = None) -> Reconciliation:
        """The account of a period; `since` as a reconciliation has it."""
        return reconcile(self.tools(since), flow=flow, period=period)

    def periods(self, today: date) -> Sequence[Period]:
        """The periods that a night looks at."""
        known = self._shop.shelf.reference.load().financial_periods.values()
        return periods_to_reconcile(known, starts_on=self._shop.hours.starts_on, today=today)

    def tools(self, since: datetime | None = None) -> ReconcileTools:
        """What a reconciliation works with; `since` as it has it."""
        shop = self._shop
        others = [other.id for other in shop.shelf.tenants.integrations() if other.id != shop.integration_id]
        return ReconcileTools(
            time_tool=self._time_tool,
            channels=channels(shop.integration.erp.vendor, self._erp),
            staged=shop.shelf.staged,
            postings=shop.shelf.postings,
            others=[shop.shelves(other).postings for other in others],
            reference=shop.shelf.reference.load(),
            entity=shop.integration.erp.id,
            currency=shop.hours.currency,
            clock=shop.clock,
            since=since,
        )

    def calls(self) -> Mapping[str, int]:
        """Calls made, by vendor."""
        integration = self._shop.integration
        return {integration.time_tool.vendor: self._time_tool.calls, integration.erp.vendor: self._erp.calls}


class BillingSides:
    """Both vendors of one integration, opened to be asked where a month's hours are."""

    def __init__(self, shop: Workshop) -> None:
        self._shop = shop
        self._billing = Billing(shop)

    def account(self, flow: str, period: Period, since: datetime | None = None) -> Reconciliation:
        """The account of a month; `since` as a reconciliation has it."""
        shop, billing = self._shop, self._billing
        others = [other.id for other in shop.shelf.tenants.integrations() if other.id != shop.integration_id]
        tools = ReconcileTools(
            time_tool=billing.time_tool,
            channels=billing.channels(flow),
            staged=shop.shelf.staged,
            postings=shop.shelf.postings,
            others=[shop.shelves(other).postings for other in others],
            reference=ReferenceData(),
            entity=shop.integration.erp.id,
            currency=billing.settings.currency,
            clock=shop.clock,
            since=since,
        )
        return reconcile(tools, flow=flow, period=period)

    def periods(self, today: date) -> Sequence[Period]:
        """The months that a night looks at: a register has none that is closed."""
        present, starts_on = period_of(today), self._billing.settings.hours.starts_on
        first = Period("") if starts_on is None else period_of(starts_on)
        return sorted((one for one in (present, *months_before(present, RECENT)) if one >= first), reverse=True)

    def calls(self) -> Mapping[str, int]:
        """Calls made, by vendor."""
        return self._billing.calls()


def sides_of(shop: Workshop) -> BillingSides | LiveSides | Sides:
    """Both vendors of an integration, as its flows are reconciled."""
    if shop.kind.goes_both_ways:
        return BillingSides(shop)
    return LiveSides(shop) if shop.kind.is_live else Sides(shop)


class LiveSides:
    """Both vendors of a live integration, opened to be asked where a month's invoices and costs are."""

    def __init__(self, shop: Workshop) -> None:
        self._shop = shop
        self._desk = shop.live_desk()

    def account(self, flow: str, period: Period, since: datetime | None = None) -> Reconciliation:
        """The account of a month; `since` as an account has it."""
        return account_of(self._desk, flow, period, since=since)

    def periods(self, today: date) -> Sequence[Period]:
        """The months that a night looks at."""
        return months_accounted(today)

    def calls(self) -> Mapping[str, int]:
        """Calls made, by vendor."""
        integration = self._shop.integration
        return {integration.time_tool.vendor: self._desk.time_tool.calls, integration.erp.vendor: self._desk.erp.calls}
