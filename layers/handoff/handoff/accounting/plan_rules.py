"""Everything of a tenant's settings that decides how approved hours become documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from handoff.accounting.allocation import Allocations
from handoff.accounting.calendar import ClosedPeriod
from handoff.accounting.exchange import ExchangeTable
from handoff.accounting.rate_card import RateCard
from handoff.domain.posting import DocumentKind


class NonBillable(StrEnum):
    """What becomes of work nobody pays for: posted with hours and no value, or left out."""

    POST = "post"
    EXCLUDE = "exclude"


@dataclass(frozen=True, slots=True)
class PlanRules:
    """The settings as the plan reads them.

    `post_as` are the kinds of document that are wanted; `accrued_revenue` is the account that work
    not yet invoiced is debited to. `projects`, `tasks` and `employees` lead from what the time tool
    calls something (folded: id or code, id or name, id or e-mail address) to its number in the ERP.
    """

    exchange: ExchangeTable
    rate_card: RateCard = field(default_factory=RateCard)
    allocations: Allocations = field(default_factory=Allocations)
    post_as: frozenset[DocumentKind] = frozenset({DocumentKind.PROJECT_TRANSACTIONS})
    non_billable: NonBillable = NonBillable.POST
    closed_period: ClosedPeriod = ClosedPeriod.HOLD
    accrued_revenue: str = ""
    item: str = ""
    projects: Mapping[str, str] = field(default_factory=dict)
    tasks: Mapping[str, str] = field(default_factory=dict)
    employees: Mapping[str, str] = field(default_factory=dict)
    default_task: str = ""
    lines_per_document: int = 250
    records_per_journal: int = 1000

    @property
    def currency(self) -> str:
        """The currency of the books."""
        return self.exchange.books
