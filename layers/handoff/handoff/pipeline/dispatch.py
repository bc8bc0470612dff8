"""Dispatch: queue the hourly run of every integration that is due."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from handoff.domain.tenancy import Integration
from handoff.pipeline.steps import SCHEDULE, Queues, first_step, start_run


def dispatch(due: Iterable[tuple[str, Integration, tuple[str, ...]]], *, queues: Queues, now: datetime) -> int:
    """Queues one run per (tenant, integration, flows); returns how many.

    The run's id is the minute: a schedule that fires twice meets its own messages.
    """
    count = 0
    for tenant_id, integration, flows in due:
        step = first_step(
            tenant_id=tenant_id,
            integration_id=integration.id,
            run_id=f"{now:%Y%m%dT%H%M}00Z-hourly",
            flows=flows,
            trigger=SCHEDULE,
        )
        start_run(step, integration=integration, runs=None, queues=queues, now=now)
        count += 1
    return count
