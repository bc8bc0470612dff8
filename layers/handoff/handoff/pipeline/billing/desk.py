"""What invoices are ordered and followed with: both sides, one integration's stores, the round trips."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from handoff.domain.gate import Gate
from handoff.domain.tenancy import Integration
from handoff.pipeline.steps import Clock
from handoff.pipeline.trips.desk import TripDesk
from handoff.ports import PassStore, PostingStore, ProblemStore, StagedStore
from handoff.ports.live import LinkStore
from handoff.ports.sales import DraftedInvoices, HourRegister, OrderChannel

BY_BILLING = "billing"
"""Who moves a record because of what became of its order."""


@dataclass(frozen=True, slots=True)
class InvoiceDesk:
    """One integration's tools for invoices.

    `flow` is what invoices are called, `hours` their hours; `register` is None where those are not transferred.
    `believed` gives the ids of a flow's problems that a person has said are none, `calls` those made by vendor.
    """

    integration: Integration
    flow: str
    hours: str
    drafted: DraftedInvoices
    orders: OrderChannel
    register: HourRegister | None
    gate: Gate
    staged: StagedStore
    postings: PostingStore
    problems: ProblemStore
    passes: PassStore
    links: LinkStore
    trips: TripDesk
    believed: Callable[[str], Collection[str]]
    clock: Clock
    calls: Callable[[], Mapping[str, int]]
