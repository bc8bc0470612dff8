"""Everything of one integration of one tenant: its stores, its settings, its plan, its way to the vendors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, cast

from handoff.connectors.registry import open_live_erp, open_live_time_tool, vendor_of
from handoff.connectors.vendor import Surroundings
from handoff.domain.gate import GatePolicy
from handoff.domain.posting import DocumentKind, Posting
from handoff.domain.staged import StagedRecord
from handoff.domain.tenancy import Connection, Integration
from handoff.integrations.catalogue import integration_kind
from handoff.integrations.flow import IntegrationKind
from handoff.integrations.kind_settings import IntegrationSettings, read_as
from handoff.integrations.live_settings import LiveSettings
from handoff.integrations.settings import HoursSettings
from handoff.pipeline.announce import AnnouncedProblems, Announcer, NoticeStep
from handoff.pipeline.documents import Sender
from handoff.pipeline.live.desk import LiveDesk
from handoff.pipeline.perform import RunTools
from handoff.pipeline.plan import BoundPlan, Plan, Planner
from handoff.ports import DocumentChannel, ProblemStore
from handoff.storage.census import DynamoCensusStore
from handoff.storage.dynamo import Table
from handoff.storage.links import DynamoLinkStore
from handoff.storage.passes import DynamoPassStore
from handoff.storage.postings import DynamoPostingStore
from handoff.storage.problems import DynamoProblemStore
from handoff.storage.reconciliations import DynamoReconciliationStore
from handoff.storage.reference import DynamoReferenceStore
from handoff.storage.runs import DynamoRunStore
from handoff.storage.staged import DynamoStagedStore
from handoff.storage.tenants import DynamoTenantStore
from handoff.wiring.process import (
    envelope,
    notice_queue,
    settings,
    table,
    transport,
    utc_now,
)

if TYPE_CHECKING:
    from handoff.connectors.vendor import Erp


class Workshop:
    """Everything of one integration of one tenant; what a use case does not ask for is not read."""

    def __init__(self, tenant_id: str, integration_id: str) -> None:
        self.tenant_id = tenant_id
        self.integration_id = integration_id
        self.tenants = DynamoTenantStore(table(), tenant_id)
        self.staged = DynamoStagedStore(table(), tenant_id, integration_id, utc_now)
        self.postings = DynamoPostingStore(table(), tenant_id, integration_id)
        self.problems = announced_problems(tenant_id, integration_id)
        self.passes = DynamoPassStore(table(), tenant_id, integration_id)
        self.census = DynamoCensusStore(table(), tenant_id, integration_id)
        self.runs = DynamoRunStore(table(), tenant_id, integration_id, utc_now)
        self.reference = DynamoReferenceStore(table(), tenant_id, integration_id)
        self.reconciliations = DynamoReconciliationStore(table(), tenant_id, integration_id)

    @cached_property
    def integration(self) -> Integration:
        """The integration; raises NotFound."""
        return self.tenants.integration(self.integration_id)

    @property
    def kind(self) -> IntegrationKind:
        """What the integration is."""
        return integration_kind(self.integration.kind)

    @cached_property
    def _saved(self) -> tuple[int, IntegrationSettings]:
        version, content = self.tenants.settings(self.integration_id)
        return version, read_as(self.kind.settings, content)

    @property
    def settings_version(self) -> int:
        """The number of the newest settings."""
        return self._saved[0]

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
            return BoundPlan(hours.to_rules(), self.reference.load(), sender)

        return _LatePlan(cache(bound))

    def surroundings(self, connection: Connection) -> Surroundings:
        """What a connection is opened with; its grant can be read only for this tenant and connection."""
        from handoff.storage.grants import DynamoGrantStore  # noqa: PLC0415 - as for the envelope

        grants_table = Table(table().client, settings().grants_table_name)
        grants = DynamoGrantStore(grants_table, self.tenant_id, connection.id, envelope())
        return Surroundings(settings(), grants, utc_now, transport())

    def live_desk(self, run_id: str = "") -> LiveDesk:
        """What live use cases work with; nothing is called yet."""
        integration = self.integration
        connections = (integration.time_tool, integration.erp)
        return LiveDesk(
            tenant_id=self.tenant_id,
            integration=integration,
            time_tool=open_live_time_tool(integration.time_tool, self.surroundings(integration.time_tool)),
            erp=open_live_erp(integration.erp, self.surroundings(integration.erp)),
            staged=self.staged,
            postings=self.postings,
            problems=self.problems,
            links=DynamoLinkStore(table(), self.tenant_id, self.integration_id),
            passes=self.passes,
            tenants=self.tenants,
            settings=self.live,
            settings_version=self.settings_version,
            clock=utc_now,
            titles={connection.vendor: vendor_of(connection.vendor).title for connection in connections},
            run_id=run_id,
        )

    def run_tools(self) -> RunTools:
        """What every step needs."""
        return RunTools(
            self.integration, self.runs, self.passes, self.problems, self.tenants, utc_now, self.settings_version
        )


def announced_problems(tenant_id: str, integration_id: str) -> ProblemStore:
    """The inbox; where this process may queue notices, whatever is reported to it is announced."""
    store = DynamoProblemStore(table(), tenant_id, integration_id)
    if not settings().notice_queue_url:
        return store
    step = NoticeStep(tenant_id=tenant_id, integration_id=integration_id)
    return AnnouncedProblems(store, Announcer(step, notice_queue(), settings().notice_delay_seconds, utc_now))


@dataclass(frozen=True, slots=True)
class _LatePlan:
    """A plan that is bound when it is first asked: a pass that plans nothing reads no reference data."""

    bound: Callable[[], BoundPlan]

    def __call__(self, records: Sequence[StagedRecord], kind: DocumentKind) -> Plan:
        return self.bound()(records, kind)

    def reversals(self, records: Sequence[StagedRecord], kind: DocumentKind, originals: Mapping[str, Posting]) -> Plan:
        return self.bound().reversals(records, kind, originals)


def channels(erp: Erp) -> Mapping[DocumentKind, DocumentChannel]:
    """Where each kind of document goes."""
    return {DocumentKind.PROJECT_TRANSACTIONS: erp.project_transactions, DocumentKind.JOURNAL: erp.journals}
