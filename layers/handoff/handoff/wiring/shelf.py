"""The stores of this process: one tenant's, in DynamoDB."""

from __future__ import annotations

from functools import partial

from handoff.pipeline.announce import AnnouncedProblems, Announcer, NoticeStep
from handoff.ports import ProblemStore
from handoff.ports.shelf import Shelf
from handoff.storage.census import DynamoCensusStore
from handoff.storage.links import DynamoLinkStore
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
from handoff.wiring.process import notice_queue, settings, table, utc_now


def shelf_of(tenant_id: str, integration_id: str) -> Shelf:
    """What is stored of an integration."""
    of = (table(), tenant_id, integration_id)
    return Shelf(
        tenants=DynamoTenantStore(table(), tenant_id),
        staged=DynamoStagedStore(*of, utc_now),
        postings=DynamoPostingStore(*of),
        problems=_announced(tenant_id, integration_id, DynamoProblemStore(*of)),
        passes=DynamoPassStore(*of),
        passes_of=partial(DynamoPassStore, *of),
        census=DynamoCensusStore(*of),
        runs=DynamoRunStore(*of, utc_now),
        reference=DynamoReferenceStore(*of),
        reconciliations=DynamoReconciliationStore(*of),
        links=DynamoLinkStore(*of),
        sightings=DynamoSightingStore(*of),
        trips=DynamoTripStore(*of),
    )


def _announced(tenant_id: str, integration_id: str, inbox: ProblemStore) -> ProblemStore:
    """The inbox; where this process may queue notices, whatever is reported to it is announced."""
    if not settings().notice_queue_url:
        return inbox
    step = NoticeStep(tenant_id=tenant_id, integration_id=integration_id)
    return AnnouncedProblems(inbox, Announcer(step, notice_queue(), settings().notice_delay_seconds, utc_now))
