"""Everything of one integration of one tenant: its stores, its settings, its plan, its way to the vendors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, cast

from handoff.connectors.registry import open_live_erp, open_live_time_tool, open_mirrored, vendor_of
from handoff.connectors.vendor import Surroundings
from handoff.domain.capabilities import Capability
from handoff.domain.gate import GatePolicy
from handoff.domain.posting import DocumentKind, Posting
from handoff.domain.staged import StagedRecord
from handoff.domain.tenancy import Connection, Integration
from handoff.integrations.both_ways_settings import BothWaysSettings
from handoff.integrations.catalogue import integration_kind
from handoff.integrations.flow import IntegrationKind
from handoff.integrations.kind_settings import IntegrationSettings, read_as
from handoff.integrations.live_settings import LiveSettings
from handoff.integrations.settings import HoursSettings
from handoff.pipeline.documents import Sender
from handoff.pipeline.live.desk import LiveDesk
from handoff.pipeline.mirror.desk import MirrorDesk
from handoff.pipeline.mirror.flows import mirror_flows
from handoff.pipeline.mirror.perform import MirrorTools
from handoff.pipeline.plan import BoundPlan, Plan, Planner
from handoff.pipeline.run_tools import RunTools
from handoff.pipeline.steps import Clock
from handoff.ports import DocumentChannel
from handoff.ports.shelf import Shelves
from handoff.ports.trips import RoundTripMachine
from handoff.storage.dynamo import Table
from handoff.wiring.process import (
    envelope,
    round_trips,
    settings,
    table,
    transport,
    utc_now,
)
from handoff.wiring.shelf import shelf_of

if TYPE_CHECKING:
    from handoff.connectors.vendor import Erp


Way = Callable[[Connection], Surroundings]
"""What a connection is opened with."""


class Workshop:
    """Everything of one integration of one tenant; what a use case does not ask for is not read."""

    def __init__(
        self,
        tenant_id: str,
        integration_id: str,
        *,
        shelves: Shelves,
        surroundings: Way,
        clock: Clock = utc_now,
        machine: Callable[[], RoundTripMachine] = round_trips,
    ) -> None:
        self.tenant_id = tenant_id
        self.integration_id = integration_id
        self.shelves = shelves
        self.shelf = shelves(integration_id)
        self.surroundings = surroundings
        self.clock = clock
        self.machine = machine

    @cached_property
    def integration(self) -> Integration:
        """The integration; raises NotFound."""
        return self.shelf.tenants.integration(self.integration_id)

    @property
    def kind(self) -> IntegrationKind:
        """What the integration is."""
        return integration_kind(self.integration.kind)

    @cached_property
    def _saved(self) -> tuple[int, IntegrationSettings]:
        version, content = self.shelf.tenants.settings(self.integration_id)
        return version, read_as(self.kind.settings, content)

    @property
    def settings_version(self) -> int:
        """The number of the newest settings."""
        return self._saved[0]

    @property
    def settings(self) -> IntegrationSettings:
        """The newest settings, whatever kind of integration they are of."""
        return self._saved[1]

    @property
    def notices_to(self) -> str:
        """The address that is told of failures; empty where nobody is."""
        return self._saved[1].notices.email

    @property
    def hours(self) -> HoursSettings:
        """The newest settings of an integration of hours."""
        return cast("HoursSettings", self._saved[1])

    @property
    def live(self) -> LiveSettings:
        """The newest settings of a live integration."""
        return cast("LiveSettings", self._saved[1])

    @property
    def both_ways(self) -> BothWaysSettings:
        """The newest settings of an integration that goes both ways."""
        return cast("BothWaysSettings", self._saved[1])

    @cached_property
    def policy(self) -> GatePolicy:
        """The gate of the newest settings."""
        return self.hours.to_policy()

    @property
    def kinds(self) -> tuple[DocumentKind, ...]:
        """The kinds of document that are wanted, in the order they are written."""
        return self.hours.kinds

    def names(self, flow: str) -> tuple[str, str, str]:
        """What the log calls a flow of it by."""
        return self.tenant_id, self.integration_id, flow

    def planner(self, flow: str) -> Planner:
        """The plan with the newest settings and the stored reference data, which are read when it is first asked."""

        def bound() -> BoundPlan:
            hours, entity = self.hours, self.integration.erp.id
            sender = Sender(self.tenant_id, entity, flow, hours.currency, self.settings_version)
            return BoundPlan(hours.to_rules(), self.shelf.reference.load(), sender)

        return _LatePlan(cache(bound))

    def live_desk(self, run_id: str = "") -> LiveDesk:
        """What live use cases work with; nothing is called yet."""
        integration = self.integration
        return LiveDesk(
            tenant_id=self.tenant_id,
            integration=integration,
            time_tool=open_live_time_tool(integration.time_tool, self.surroundings(integration.time_tool)),
            erp=open_live_erp(integration.erp, self.surroundings(integration.erp)),
            staged=self.shelf.staged,
            postings=self.shelf.postings,
            problems=self.shelf.problems,
            links=self.shelf.links,
            passes=self.shelf.passes,
            tenants=self.shelf.tenants,
            settings=self.live,
            settings_version=self.settings_version,
            clock=self.clock,
            titles=self.titles,
            run_id=run_id,
        )

    def mirror_tools(self) -> MirrorTools:
        """What a pass over both sides' master data works with; nothing is called yet."""
        integration, shelf = self.integration, self.shelf
        connections = (integration.time_tool, integration.erp)
        time_tool, erp = (open_mirrored(one, self.surroundings(one)) for one in connections)
        return MirrorTools(
            desk=MirrorDesk(integration, shelf.sightings, shelf.problems, shelf.passes, self.clock),
            flows=mirror_flows(self.kind, self.both_ways, time_tool, erp),
            calls=lambda: {integration.time_tool.vendor: time_tool.calls, integration.erp.vendor: erp.calls},
            titles=self.titles,
            report_only=self.both_ways.report_only,
        )

    def run_tools(self, flow: str = "") -> RunTools:
        """What every step needs, of the runs of all flows together or of a flow that has runs of its own."""
        shelf, version = self.shelf, self.settings_version
        passes = shelf.passes_of(flow) if flow else shelf.passes
        return RunTools(
            self.integration, shelf.runs, passes, shelf.problems, shelf.tenants, self.clock, version, self.titles
        )

    @property
    def titles(self) -> Mapping[str, str]:
        """What the vendors of both sides are called, by name."""
        connections = (self.integration.time_tool, self.integration.erp)
        return {one.vendor: vendor_of(one.vendor).title for one in connections}


def workshop(tenant_id: str, integration_id: str) -> Workshop:
    """The workshop over this process's table, grants and connections."""

    def surroundings(connection: Connection) -> Surroundings:
        """Its grant can be read only for this tenant and connection."""
        from handoff.storage.grants import DynamoGrantStore  # noqa: PLC0415 - as for the envelope

        grants_table = Table(table().client, settings().grants_table_name)
        grants = DynamoGrantStore(grants_table, tenant_id, connection.id, envelope())
        return Surroundings(settings(), grants, utc_now, transport())

    shelves = partial(shelf_of, tenant_id)
    return Workshop(tenant_id, integration_id, shelves=shelves, surroundings=surroundings)


@dataclass(frozen=True, slots=True)
class _LatePlan:
    """A plan that is bound when it is first asked: a pass that plans nothing reads no reference data."""

    bound: Callable[[], BoundPlan]

    def __call__(self, records: Sequence[StagedRecord], kind: DocumentKind) -> Plan:
        return self.bound()(records, kind)

    def reversals(self, records: Sequence[StagedRecord], kind: DocumentKind, originals: Mapping[str, Posting]) -> Plan:
        return self.bound().reversals(records, kind, originals)


def channels(vendor: str, erp: Erp) -> Mapping[DocumentKind, DocumentChannel]:
    """Where each kind of document goes that the ERP takes."""
    can, open_to = vendor_of(vendor).capabilities, {}
    if Capability.WRITES_PROJECT_TRANSACTIONS in can:
        open_to[DocumentKind.PROJECT_TRANSACTIONS] = erp.project_transactions
    if Capability.WRITES_JOURNALS in can:
        open_to[DocumentKind.JOURNAL] = erp.journals
    return open_to
