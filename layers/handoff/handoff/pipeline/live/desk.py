"""What a live use case works with: one tenant's integration, both vendors, its stores and its settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from handoff.domain.tenancy import Integration
from handoff.integrations.live_settings import LiveSettings
from handoff.pipeline.steps import Clock
from handoff.ports import PassStore, PostingStore, ProblemStore, StagedStore, TenantStore
from handoff.ports.live import ChecksTimeTool, HandsOutObjects, LedgerOfObjects, LinkStore, TakesExpenses, TakesPayments

CUSTOMERS, PROJECTS, INVOICES, EXPENSES, PAYMENTS = "customers", "projects", "invoices", "expenses", "payments"
CARDS = (CUSTOMERS, PROJECTS, INVOICES)
"""What the time tool hands out; in this order, since an invoice names its customer and project."""
LIVE_FLOWS = frozenset({CUSTOMERS, PROJECTS, INVOICES, EXPENSES, PAYMENTS})
"""The live flows, as integrations, settings and stores name them."""
BY_LIVE = "handoff"
"""Who moves a record that nobody asked for."""


class TimeToolDesk(HandsOutObjects, TakesExpenses, TakesPayments, ChecksTimeTool, Protocol):
    """The time tool as live flows use it."""


@dataclass(frozen=True, slots=True)
class LiveDesk:
    """One integration's tools.

    `titles` are the vendors' by name; `run_id` is the run's, or empty where a webhook called.
    """

    tenant_id: str
    integration: Integration
    time_tool: TimeToolDesk
    erp: LedgerOfObjects
    staged: StagedStore
    postings: PostingStore
    problems: ProblemStore
    links: LinkStore
    passes: PassStore
    tenants: TenantStore
    settings: LiveSettings
    settings_version: int
    clock: Clock
    titles: Mapping[str, str] = field(default_factory=dict)
    run_id: str = ""
