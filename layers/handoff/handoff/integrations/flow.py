"""The words an integration is written in.

A flow is one kind of record moving one way. An integration joins one time tool with one or more ERPs
and names the flows between them; what the vendors must be able to do follows from its flows.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from handoff.domain.capabilities import Capability, Side
from handoff.domain.posting import DocumentKind
from handoff.integrations.both_ways_settings import BothWaysSettings
from handoff.integrations.kind_settings import IntegrationSettings
from handoff.integrations.live_settings import LiveSettings
from handoff.integrations.settings import HoursSettings

UNACCOUNTED = frozenset({DocumentKind.SALES_ORDER, DocumentKind.PROJECT_FEE})
"""Kinds of document that no month is accounted for by."""


class Trigger(StrEnum):
    """What sets a flow going."""

    WEBHOOK = "webhook"
    HOURLY = "hourly"
    NIGHTLY = "nightly"
    BY_HAND = "by_hand"


@dataclass(frozen=True, slots=True)
class Post:
    """Facts from one side become documents on the other, once they are approved.

    `to` names the kinds of document the flow can become, and what the other side must be able to do for each;
    which of them a tenant wants may be a setting. `looks_up` is what the other side must hand out besides.
    """

    name: str
    reads: Capability
    to: Mapping[DocumentKind, Capability]
    triggers: frozenset[Trigger]
    source: Side = Side.TIME_TOOL
    looks_up: frozenset[Capability] = frozenset()

    def needs(self, side: Side) -> frozenset[Capability]:
        """What the vendor on that side must be able to do."""
        return frozenset({self.reads}) if side is self.source else frozenset(self.to.values()) | self.looks_up


@dataclass(frozen=True, slots=True)
class Mirror:
    """Master data that is the same on both sides; `master` is whose word counts."""

    name: str
    master: Side
    reads: Capability
    writes: Capability
    triggers: frozenset[Trigger]

    def needs(self, side: Side) -> frozenset[Capability]:
        """What the vendor on that side must be able to do."""
        return frozenset({self.reads if side is self.master else self.writes})


@dataclass(frozen=True, slots=True)
class Follow:
    """The state of a document travels back to where the document came from."""

    name: str
    reads: Capability
    writes: Capability
    triggers: frozenset[Trigger]
    source: Side = Side.ERP

    def needs(self, side: Side) -> frozenset[Capability]:
        """What the vendor on that side must be able to do."""
        return frozenset({self.reads if side is self.source else self.writes})


@dataclass(frozen=True, slots=True)
class BothWays:
    """Master data that people keep on both sides; `what` is what they call one of them.

    `master` names the setting that says whose word counts; without one nobody's does. Numbers are the ERP's; where it
    `gives_numbers`, what is made there gets one of its own. `wanted_by` is a flow of projects: of the time tool's, only
    those that one of them refers to are made in the ERP, and `unwanted` is the reason for the others.
    """

    name: str
    what: str
    keeps: Capability
    triggers: frozenset[Trigger]
    master: str = ""
    gives_numbers: bool = False
    wanted_by: str = ""
    unwanted: str = ""

    def needs(self, _: Side) -> frozenset[Capability]:
        """What the vendor on either side must be able to do."""
        return frozenset({self.keeps})


Flow = Post | Mirror | Follow | BothWays


@dataclass(frozen=True, slots=True)
class IntegrationKind:
    """One integration as its user's manual has it. `hooks` are the webhooks that set it going, by vendor.

    `asks` are the settings that the set-up page asks for, as paths; of a kind without, they are entered as JSON.
    """

    name: str
    title: str
    time_tool: str
    erp: str
    flows: tuple[Flow, ...]
    settings: type[IntegrationSettings]
    hooks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    asks: tuple[str, ...] = ()

    @property
    def flow_names(self) -> tuple[str, ...]:
        """The flows' names, in order."""
        return tuple(flow.name for flow in self.flows)

    @property
    def mirrored(self) -> tuple[str, ...]:
        """The names of the flows whose objects people keep on both sides."""
        return tuple(flow.name for flow in self.flows if isinstance(flow, BothWays))

    @property
    def runs(self) -> tuple[tuple[str, ...], ...]:
        """The flows that one run works on, run after run: what is kept on both sides is there before facts name it."""
        if not self.goes_both_ways:
            return (self.flow_names,)
        return (self.mirrored, *((flow.name,) for flow in self.flows if not isinstance(flow, BothWays)))

    def runs_of(self, flows: Collection[str]) -> tuple[tuple[str, ...], ...]:
        """The runs that work on these flows: the flows as they are, where one run works on all of them."""
        if not self.goes_both_ways:
            return (tuple(flows),)
        return tuple(run for run in self.runs if set(run) & set(flows))

    def flow(self, name: str) -> Flow:
        """The flow of that name; raises KeyError."""
        return {flow.name: flow for flow in self.flows}[name]

    @property
    def posts(self) -> tuple[str, ...]:
        """The names of the flows whose records become documents, and of which a month can be accounted for.

        Orders are not among them: what is in the books of one is told by its invoice's round trip. Nor are fees, which
        come from the books.
        """
        posts = (flow for flow in self.flows if isinstance(flow, Post))
        return tuple(flow.name for flow in posts if not UNACCOUNTED & set(flow.to))

    @property
    def is_live(self) -> bool:
        """Whether its records move one by one, as soon as a webhook tells of them."""
        return issubclass(self.settings, LiveSettings)

    @property
    def goes_both_ways(self) -> bool:
        """Whether its master data is kept on both sides, and settled by passes."""
        return issubclass(self.settings, BothWaysSettings)

    @property
    def is_of_hours(self) -> bool:
        """Whether it moves hours through approvals, plans and documents."""
        return issubclass(self.settings, HoursSettings)

    def time_tool_needs(self) -> frozenset[Capability]:
        """What the time tool must be able to do."""
        return frozenset[Capability]().union(*(flow.needs(Side.TIME_TOOL) for flow in self.flows))

    def erp_needs(self) -> frozenset[Capability]:
        """What the ERP must be able to do."""
        return frozenset[Capability]().union(*(flow.needs(Side.ERP) for flow in self.flows))
