"""What the clock sets going."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from handoff.domain.errors import NotFound
from handoff.domain.tenancy import Integration
from handoff.integrations.catalogue import integration_kind
from handoff.observability import logger, metrics
from handoff.pipeline.dispatch import dispatch, trigger_of
from handoff.storage.schedule import Schedule
from handoff.storage.tenants import DynamoTenantStore
from handoff.wiring.process import (
    queues,
    table,
    utc_now,
)


def dispatch_due(event: Mapping[str, Any]) -> int:
    """Queues the hourly or nightly run of every integration; returns how many."""
    queued = dispatch(_due(), queues=queues(), now=utc_now(), trigger=trigger_of(event))
    metrics.add_metric(name="RunsQueued", unit="Count", value=queued)
    return queued


def _due() -> Iterator[tuple[str, Integration, tuple[tuple[str, ...], ...]]]:
    for due in Schedule(table()).all_due():
        try:
            integration = DynamoTenantStore(table(), due.tenant_id).integration(due.integration_id)
        except NotFound:
            # One tenant's missing piece must not keep the others waiting.
            logger.error("due, but not there", extra={"tenant_id": due.tenant_id, "integration_id": due.integration_id})
            metrics.add_metric(name="RunsNotQueued", unit="Count", value=1)
            continue
        yield due.tenant_id, integration, integration_kind(integration.kind).runs
