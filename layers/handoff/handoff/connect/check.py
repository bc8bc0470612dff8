"""The health check of both sides, whatever kind of integration they belong to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import cast

from handoff.connectors.registry import vendor_of
from handoff.connectors.vendor import Opened
from handoff.domain.errors import HandoffError
from handoff.domain.tenancy import Connection
from handoff.integrations.billing_settings import BillingSettings
from handoff.integrations.both_ways_settings import BothWaysSettings
from handoff.integrations.flow import IntegrationKind
from handoff.integrations.kind_settings import IntegrationSettings
from handoff.integrations.live_settings import LiveSettings
from handoff.pipeline.live.health import Health, check_health, reached
from handoff.pipeline.live.health import needs_of as live_needs
from handoff.pipeline.mirror.flows import needs_of as mirror_needs
from handoff.ports.live import ChecksErp, ChecksTimeTool, ErpNeeds, Finding, ToolNeeds

Open = Callable[[Connection], Opened]


def checked(
    kind: IntegrationKind, settings: IntegrationSettings | None, sides: tuple[Connection, Connection], open_: Open,
    *, today: date,
) -> Health:  # fmt: skip
    """What was found. Some kinds' vendors know every point; of any other the sign-in and its rights are tried."""
    opened = [open_(connection) for connection in sides]
    try:
        needs = _needs(kind, settings)
        if needs is not None:
            tool, erp = cast("ChecksTimeTool", opened[0]), cast("ChecksErp", opened[1])
            return check_health(tool, erp, needs, today=today, asked=_asked(settings))
        tool_found, erp_found = (_answers(*side) for side in zip(sides, opened, strict=True))
        return Health(time_tool=tool_found, erp=erp_found)
    finally:
        for one in opened:
            one.close()


def _needs(kind: IntegrationKind, settings: IntegrationSettings | None) -> ErpNeeds | None:
    if isinstance(settings, LiveSettings):
        return live_needs(settings)
    if isinstance(settings, BillingSettings):
        register = settings.hours.table if settings.hours.on else None
        return replace(mirror_needs(kind, settings), register=register, purchases=settings.costs.on)
    return mirror_needs(kind, settings) if isinstance(settings, BothWaysSettings) else None


def _asked(settings: IntegrationSettings | None) -> ToolNeeds:
    if not isinstance(settings, BillingSettings):
        return ToolNeeds()
    costs, expenses = settings.costs.on, settings.costs.on and bool(settings.costs.expense_accounts)
    statuses = settings.invoices.statuses() if settings.invoices.on else None
    return ToolNeeds(settings.hours.on, statuses, fees=costs, expenses=expenses)


def _answers(connection: Connection, opened: Opened) -> Sequence[Finding]:
    def look() -> Sequence[Finding]:
        title = vendor_of(connection.vendor).title
        return [Finding("account", True, f"{title} answers for {opened.check()}, and the rights suffice.")]

    return reached(look)


def refusal_words(error: HandoffError) -> tuple[str, str]:
    """What went wrong and what mends it, as sentences."""
    message = error.message[:1].upper() + error.message[1:]
    return (message if message.endswith((".", "!", "?")) else f"{message}."), error.cure
