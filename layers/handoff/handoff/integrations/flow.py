"""The words an integration is written in.

A flow is one kind of record moving one way. An integration joins one time tool with one or more ERPs
and names the flows between them; what the vendors must be able to do follows from its flows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from handoff.domain.capabilities import Capability
from handoff.domain.posting import DocumentKind
from handoff.integrations.settings import HoursSettings


class Trigger(StrEnum):
    """What sets a flow going."""

    HOURLY = "hourly"
    NIGHTLY = "nightly"
    BY_HAND = "by_hand"


@dataclass(frozen=True, slots=True)
class Post:
    """Facts from the time tool become documents in the ERP, once they are approved.

    `to` names the kinds of document the flow can become, and what an ERP must be able to do for each;
    which of them a tenant wants is a setting.
    """

    name: str
    reads: Capability
    to: Mapping[DocumentKind, Capability]
    triggers: frozenset[Trigger]


@dataclass(frozen=True, slots=True)
class IntegrationKind:
    """One integration as its user's manual has it."""

    name: str
    title: str
    time_tool: str
    erp: str
    flows: tuple[Post, ...]
    settings: type[HoursSettings]

    @property
    def flow_names(self) -> tuple[str, ...]:
        """The flows' names, in order."""
        return tuple(flow.name for flow in self.flows)

    def time_tool_needs(self) -> frozenset[Capability]:
        """What the time tool must be able to do."""
        return frozenset(flow.reads for flow in self.flows)

    def erp_needs(self) -> frozenset[Capability]:
        """What the ERP must be able to do."""
        written = {capability for flow in self.flows for capability in flow.to.values()}
        return frozenset({Capability.READS_LEDGER_LISTS, *written})
