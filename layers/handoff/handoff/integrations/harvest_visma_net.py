"""Harvest ⇄ Visma.net ERP: approved hours become project transactions and accrued revenue.

Every hour, changed time entries are read from Harvest and wait until they are approved. Approved hours
are priced by rate cards, split over cost centres and posted to the projects' accounts, or as a journal
of accrued revenue per period, account and cost centre; which of the two is a setting.
"""

from __future__ import annotations

from handoff.domain.capabilities import Capability
from handoff.domain.posting import DocumentKind
from handoff.integrations.flow import IntegrationKind, Post, Trigger
from handoff.integrations.settings import HoursSettings

HARVEST_VISMA_NET = IntegrationKind(
    name="harvest-visma-net",
    title="Harvest → Visma.net ERP",
    time_tool="harvest",
    erp="visma_net",
    flows=(
        Post(
            "hours",
            reads=Capability.READS_TIME_ENTRIES,
            to={
                DocumentKind.PROJECT_TRANSACTIONS: Capability.WRITES_PROJECT_TRANSACTIONS,
                DocumentKind.JOURNAL: Capability.WRITES_JOURNALS,
            },
            triggers=frozenset({Trigger.HOURLY, Trigger.NIGHTLY, Trigger.BY_HAND}),
            looks_up=frozenset({Capability.READS_LEDGER_LISTS}),
        ),
    ),
    settings=HoursSettings,
)
