"""Everything that is stored of one integration of one tenant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from handoff.ports.live import LinkStore
from handoff.ports.mirror import SightingStore
from handoff.ports.stores import (
    CensusStore,
    PassStore,
    PostingStore,
    ProblemStore,
    ReconciliationStore,
    ReferenceStore,
    RunStore,
    StagedStore,
    TenantStore,
)
from handoff.ports.trips import TripStore


@dataclass(frozen=True, slots=True)
class Shelf:
    """The stores of one integration, and its tenant's; making them reads nothing.

    `passes` is what its runs remember; `passes_of` the same of the runs of one flow that has runs of its own.
    """

    tenants: TenantStore
    staged: StagedStore
    postings: PostingStore
    problems: ProblemStore
    passes: PassStore
    passes_of: Callable[[str], PassStore]
    census: CensusStore
    runs: RunStore
    reference: ReferenceStore
    reconciliations: ReconciliationStore
    links: LinkStore
    sightings: SightingStore
    trips: TripStore


Shelves = Callable[[str], Shelf]
"""The shelf of an integration by its id, within one tenant."""
