"""Where stores come from in a test: a table of the local AWS, or a dictionary."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol, TypeVar

from handoff.domain.grants import Grant, Secret
from handoff.domain.tenancy import Connection, Integration
from handoff.ports import (
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
from handoff.ports.live import LinkStore
from handoff.ports.mirror import SightingStore
from handoff.ports.notices import NoticeStore
from handoff.ports.shelf import Shelf
from handoff.ports.trips import TripStore
from handoff.storage.census import DynamoCensusStore
from handoff.storage.dynamo import Table
from handoff.storage.envelope import Envelope
from handoff.storage.links import DynamoLinkStore
from handoff.storage.meter import Meter
from handoff.storage.notices import DynamoNoticeStore
from handoff.storage.onboarding import Onboarding
from handoff.storage.passes import DynamoPassStore
from handoff.storage.postings import DynamoPostingStore
from handoff.storage.problems import DynamoProblemStore
from handoff.storage.reconciliations import DynamoReconciliationStore
from handoff.storage.reference import DynamoReferenceStore
from handoff.storage.runs import DynamoRunStore
from handoff.storage.sightings import DynamoSightingStore
from handoff.storage.staged import DynamoStagedStore
from handoff.storage.tenants import DynamoTenantStore
from handoff.storage.trips import DynamoTripStore
from tests.builders import NOW
from tests.contract.conftest import Cloud
from tests.fakes import (
    FakeCensusStore,
    FakeLinkStore,
    FakeNoticeStore,
    FakePassStore,
    FakePostingStore,
    FakeProblemStore,
    FakeReconciliationStore,
    FakeReferenceStore,
    FakeRunStore,
    FakeSightingStore,
    FakeStagedStore,
    FakeTenantStore,
    FakeTripStore,
    Memory,
)

INTEGRATION = "hours-no"
HARVEST = Connection(id="harvest-1", vendor="harvest", account="1234567", name="Fjordlys Harvest")
VISMA_NET = Connection(id="visma-net-1", vendor="visma_net", account="acme-tenant", name="Fjordlys Konsult AS")
THE_INTEGRATION = Integration(id=INTEGRATION, kind="harvest-visma-net", name="Hours", time_tool=HARVEST, erp=VISMA_NET)
A_GRANT = Grant(vendor="harvest", account="1234567", access_token=Secret("canary-access-token"))

T = TypeVar("T")


class World(Protocol):
    """Stores of one tenant (or another one, to show that it sees nothing)."""

    def staged(self, tenant_id: str | None = None, integration_id: str = INTEGRATION) -> StagedStore: ...

    def postings(self, tenant_id: str | None = None) -> PostingStore: ...

    def problems(self, tenant_id: str | None = None) -> ProblemStore: ...

    def notices(self, tenant_id: str | None = None) -> NoticeStore: ...

    def reference(self, tenant_id: str | None = None) -> ReferenceStore: ...

    def passes(self, tenant_id: str | None = None) -> PassStore: ...

    def census(self, tenant_id: str | None = None) -> CensusStore: ...

    def runs(self, tenant_id: str | None = None) -> RunStore: ...

    def reconciliations(self, tenant_id: str | None = None) -> ReconciliationStore: ...

    def links(self, tenant_id: str | None = None) -> LinkStore: ...

    def sightings(self, tenant_id: str | None = None) -> SightingStore: ...

    def trips(self, tenant_id: str | None = None) -> TripStore: ...

    def tenants(self, tenant_id: str | None = None) -> TenantStore: ...

    def take_in(self, settings: Mapping[str, object]) -> None:
        """Sets up THE_INTEGRATION."""
        ...


class MemoryWorld:
    """Stores in memory."""

    def __init__(self, tenant_id: str) -> None:
        self.tenant_id = tenant_id
        self.memory = Memory()

    def staged(self, tenant_id: str | None = None, integration_id: str = INTEGRATION) -> StagedStore:
        return FakeStagedStore(self.memory, tenant_id or self.tenant_id, integration_id)

    def postings(self, tenant_id: str | None = None) -> PostingStore:
        return FakePostingStore(self.memory, tenant_id or self.tenant_id, INTEGRATION)

    def problems(self, tenant_id: str | None = None) -> ProblemStore:
        return FakeProblemStore(self.memory, tenant_id or self.tenant_id, INTEGRATION)

    def notices(self, tenant_id: str | None = None) -> NoticeStore:
        return FakeNoticeStore(self.memory, tenant_id or self.tenant_id, INTEGRATION)

    def reference(self, tenant_id: str | None = None) -> ReferenceStore:
        return FakeReferenceStore(self.memory, tenant_id or self.tenant_id, INTEGRATION)

    def passes(self, tenant_id: str | None = None) -> PassStore:
        return FakePassStore(self.memory, tenant_id or self.tenant_id, INTEGRATION)

    def census(self, tenant_id: str | None = None) -> CensusStore:
        return FakeCensusStore(self.memory, tenant_id or self.tenant_id, INTEGRATION)

    def runs(self, tenant_id: str | None = None) -> RunStore:
        return FakeRunStore(self.memory, tenant_id or self.tenant_id, INTEGRATION)

    def reconciliations(self, tenant_id: str | None = None) -> ReconciliationStore:
        return FakeReconciliationStore(self.memory, tenant_id or self.tenant_id, INTEGRATION)

    def links(self, tenant_id: str | None = None) -> LinkStore:
        return FakeLinkStore(self.memory, tenant_id or self.tenant_id, INTEGRATION)

    def sightings(self, tenant_id: str | None = None) -> SightingStore:
        return FakeSightingStore(self.memory, tenant_id or self.tenant_id, INTEGRATION)

    def trips(self, tenant_id: str | None = None) -> TripStore:
        return FakeTripStore(self.memory, tenant_id or self.tenant_id, INTEGRATION)

    def tenants(self, tenant_id: str | None = None) -> TenantStore:
        return FakeTenantStore(self.memory, tenant_id or self.tenant_id)

    def take_in(self, settings: Mapping[str, object]) -> None:
        FakeTenantStore(self.memory, self.tenant_id).add(THE_INTEGRATION, settings)


class DynamoWorld:
    """Stores in the local AWS; `later` moves their clock, `meter` counts what they ask."""

    def __init__(self, tenant_id: str, cloud: Cloud) -> None:
        self.tenant_id = tenant_id
        self.cloud = cloud
        self.later = timedelta(0)
        client = cloud.aws.session.client("dynamodb", endpoint_url=cloud.aws.endpoint)
        self.meter = Meter().attach(client)
        self.table = Table(client, cloud.table.name)
        self.envelope = Envelope(cloud.aws.kms, cloud.key_id, lambda: 0.0)

    def now(self) -> datetime:
        return NOW + self.later

    def staged(self, tenant_id: str | None = None, integration_id: str = INTEGRATION) -> DynamoStagedStore:
        return DynamoStagedStore(self.table, tenant_id or self.tenant_id, integration_id, self.now)

    def postings(self, tenant_id: str | None = None) -> DynamoPostingStore:
        return DynamoPostingStore(self.table, tenant_id or self.tenant_id, INTEGRATION)

    def problems(self, tenant_id: str | None = None) -> DynamoProblemStore:
        return DynamoProblemStore(self.table, tenant_id or self.tenant_id, INTEGRATION)

    def notices(self, tenant_id: str | None = None) -> DynamoNoticeStore:
        return DynamoNoticeStore(self.table, tenant_id or self.tenant_id, INTEGRATION)

    def reference(self, tenant_id: str | None = None) -> DynamoReferenceStore:
        return DynamoReferenceStore(self.table, tenant_id or self.tenant_id, INTEGRATION)

    def passes(self, tenant_id: str | None = None) -> DynamoPassStore:
        return DynamoPassStore(self.table, tenant_id or self.tenant_id, INTEGRATION)

    def census(self, tenant_id: str | None = None) -> DynamoCensusStore:
        return DynamoCensusStore(self.table, tenant_id or self.tenant_id, INTEGRATION)

    def runs(self, tenant_id: str | None = None) -> DynamoRunStore:
        return DynamoRunStore(self.table, tenant_id or self.tenant_id, INTEGRATION, self.now)

    def reconciliations(self, tenant_id: str | None = None) -> DynamoReconciliationStore:
        return DynamoReconciliationStore(self.table, tenant_id or self.tenant_id, INTEGRATION)

    def links(self, tenant_id: str | None = None) -> DynamoLinkStore:
        return DynamoLinkStore(self.table, tenant_id or self.tenant_id, INTEGRATION)

    def sightings(self, tenant_id: str | None = None) -> DynamoSightingStore:
        return DynamoSightingStore(self.table, tenant_id or self.tenant_id, INTEGRATION)

    def trips(self, tenant_id: str | None = None) -> DynamoTripStore:
        return DynamoTripStore(self.table, tenant_id or self.tenant_id, INTEGRATION)

    def tenants(self, tenant_id: str | None = None) -> DynamoTenantStore:
        return DynamoTenantStore(self.table, tenant_id or self.tenant_id)

    def shelf(self, integration_id: str, tenant_id: str | None = None) -> Shelf:
        """Everything of one integration."""
        of = (self.table, tenant_id or self.tenant_id, integration_id)
        return Shelf(
            tenants=self.tenants(tenant_id),
            staged=DynamoStagedStore(*of, self.now),
            postings=DynamoPostingStore(*of),
            problems=DynamoProblemStore(*of),
            passes=DynamoPassStore(*of),
            passes_of=partial(DynamoPassStore, *of),
            census=DynamoCensusStore(*of),
            runs=DynamoRunStore(*of, self.now),
            reference=DynamoReferenceStore(*of),
            reconciliations=DynamoReconciliationStore(*of),
            links=DynamoLinkStore(*of),
            sightings=DynamoSightingStore(*of),
            trips=DynamoTripStore(*of),
        )

    def onboarding(self) -> Onboarding:
        return Onboarding(self.table, self.cloud.grants_table, self.envelope, self.tenant_id)

    def take_in(self, settings: Mapping[str, object]) -> None:
        onboarding = self.onboarding()
        onboarding.add_tenant("Fjordlys Konsult AS")
        for connection in (HARVEST, VISMA_NET):
            onboarding.connect(connection, A_GRANT)
        onboarding.add_integration(THE_INTEGRATION, settings, by="operator", at=NOW)


def at_once(work: Callable[[int], T], times: int = 16) -> list[T]:
    """What so many threads got that did it at the same time."""
    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(work, range(times)))
