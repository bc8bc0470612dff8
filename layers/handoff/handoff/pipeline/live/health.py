"""The health check of a live integration: everything its flows need on both sides, in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from handoff.domain.errors import HandoffError
from handoff.integrations.live_settings import LiveSettings
from handoff.ports.live import NOTHING_MORE, ChecksErp, ChecksTimeTool, ErpNeeds, Finding, ToolNeeds


@dataclass(frozen=True, slots=True)
class Health:
    """What was found on both sides."""

    time_tool: Sequence[Finding]
    erp: Sequence[Finding]

    @property
    def missing(self) -> tuple[Finding, ...]:
        """What must be mended before the integration can go live; what can't be found out is not among it."""
        return tuple(finding for finding in (*self.time_tool, *self.erp) if finding.ok is False)


def needs_of(settings: LiveSettings) -> ErpNeeds:
    """What must be there in the ERP for the flows that are switched on."""
    customers, projects, invoices, expenses = (
        settings.customers, settings.projects, settings.invoices, settings.expenses,
    )  # fmt: skip
    # A span of accounts is no account: some of its numbers may well be free.
    single = tuple(int(account) for account in expenses.accounts if "-" not in account)
    return ErpNeeds(
        journal=invoices.journal if invoices.on else None,
        customer_group=customers.group if customers.on else None,
        payment_terms=customers.payment_terms if customers.on else None,
        vat_zones=customers.zones() if customers.on else (),
        project_group=projects.group if projects.on else None,
        pdf=invoices.on and invoices.pdf,
        accounts=single if expenses.on else (),
        cost_types=expenses.cost_types if expenses.on else (),
    )


def check_health(
    time_tool: ChecksTimeTool, erp: ChecksErp, needs: ErpNeeds, *, today: date, asked: ToolNeeds = NOTHING_MORE
) -> Health:
    """Every point of both sides; a side that can't be reached is a finding, and does not hide the other."""
    found = reached(lambda: time_tool.health(today=today, needs=asked))
    return Health(time_tool=found, erp=reached(lambda: erp.health(needs)))


def reached(look: Callable[[], Sequence[Finding]]) -> Sequence[Finding]:
    """What was found, or the one finding that nothing could be."""
    try:
        return look()
    except HandoffError as error:
        return [Finding("connection", False, f"{error.message}.", error.cure)]
