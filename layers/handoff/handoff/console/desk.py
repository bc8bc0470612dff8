"""The desk: all that a call of the API may touch, for the one tenant that its token names.

Wiring builds it when a token is known; nothing in the console can reach another tenant's data, a
grant or a vendor.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from handoff.domain.invitations import Invitation
from handoff.domain.periods import Period
from handoff.domain.posting import DocumentKind
from handoff.domain.tenancy import Caller, Integration
from handoff.pipeline.plan import Planner
from handoff.pipeline.steps import Clock, Queues
from handoff.ports import TenantStore
from handoff.ports.hooks import HookBook
from handoff.ports.shelf import Shelves

Reconciler = Callable[[str, str, Period], Mapping[str, object]]
"""Reconciles a flow of an integration for a period where the grants are, and hands back what
`reconciliation.reconciliation_json` made of it; raises what `reconciliation.result_of` raises."""

HealthAsker = Callable[[str], Mapping[str, object]]
"""Asks where the grants are how both sides of an integration stand, and hands back what `health.health_json` made of
it; raises what `health.result_of` raises."""


class InvitationBook(Protocol):
    """Where invitations are made."""

    def issue(
        self, kind: str, *, integration_id: str = "", time_tool: str = "", erp: str = "", by: str, at: datetime
    ) -> tuple[str, Invitation]:
        """A new ticket, which is given out this once, and its invitation."""
        ...


@dataclass(frozen=True, slots=True)
class Planning:
    """The plan a run would use now, with the newest settings bound to it, and the kinds it would post."""

    plan: Planner
    kinds: tuple[DocumentKind, ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """One caller's desk.

    `stores` is asked only for integrations of the tenant; `planning` gets one of them and a flow;
    `new_id` makes short random ids of lower-case letters and digits.
    """

    caller: Caller
    tenants: TenantStore
    stores: Shelves
    planning: Callable[[Integration, str], Planning]
    queues: Queues
    reconcile: Reconciler
    health: HealthAsker
    invitations: InvitationBook
    hooks: HookBook
    new_id: Callable[[], str]
    clock: Clock


OpenDesk = Callable[[str], Desk | None]
"""Gives the desk of a bearer token; None for a token that is unknown or has run out."""
