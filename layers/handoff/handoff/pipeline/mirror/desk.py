"""What the mirror works with: a flow's two sides and its rule, and one integration's stores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic

from handoff.accounting.merging import MirrorRule
from handoff.domain.capabilities import Side
from handoff.domain.pairs import S
from handoff.domain.tenancy import Connection, Integration
from handoff.pipeline.steps import Clock
from handoff.ports import PassStore, ProblemStore
from handoff.ports.mirror import KeepsObjects, SightingStore


@dataclass(frozen=True, slots=True)
class MirrorFlow(Generic[S]):
    """One kind of master data between the two sides; `what` is what people call one of them.

    `wanted_by` is a flow whose objects make one of these wanted: of the time tool's, only those that one of them
    refers to are made in the ERP; `unwanted` is the reason for the others. One that is only looked at, since others
    are wanted by it, is not settled. `chosen` says which of the settings decide what its lists are and what is blocked
    in them: where that changes, all of both is looked at anew before anything is settled.
    """

    name: str
    what: str
    rule: MirrorRule
    time_tool: KeepsObjects[S]
    erp: KeepsObjects[S]
    wanted_by: str = ""
    unwanted: str = ""
    settles: bool = True
    chosen: str = ""

    def at(self, side: Side) -> KeepsObjects[S]:
        """One side's objects."""
        return self.erp if side is Side.ERP else self.time_tool


@dataclass(frozen=True, slots=True)
class MirrorDesk:
    """One integration's tools."""

    integration: Integration
    sightings: SightingStore
    problems: ProblemStore
    passes: PassStore
    clock: Clock

    def connection(self, side: Side) -> Connection:
        """One side's connection."""
        return self.integration.erp if side is Side.ERP else self.integration.time_tool
