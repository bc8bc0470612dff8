"""The desk: all that a call of the API may touch, for the one tenant that its token names.

Wiring builds it when a token is known; nothing in the console can reach another tenant's data, a
grant or a vendor.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from handoff.domain.periods import Period
from handoff.domain.posting import DocumentKind
from handoff.domain.tenancy import Caller, Integration
from handoff.pipeline.plan import Planner
from handoff.pipeline.steps import Clock, Queues
from handoff.ports import TenantStore
from handoff.ports.shelf import Shelves

Reconciler = Callable[[str, str, Period], Mapping[str, object]]
"""Reconciles a flow of an integration for a period where the grants are, and hands back what
`reconciliation.reconciliation_json` made of it; raises what `reconciliation.result_of` raises."""


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
    new_id: Callable[[], str]
    clock: Clock


OpenDesk = Callable[[str], Desk | None]
"""Gives the desk of a bearer token; None for a token that is unknown or has run out."""
