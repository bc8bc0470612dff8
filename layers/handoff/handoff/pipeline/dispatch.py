"""Dispatch: queue the hourly or nightly run of every integration that is due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from handoff.domain.tenancy import Integration
from handoff.pipeline.steps import NIGHTLY, SCHEDULE, Queues, first_step, start_run

NAMES: Mapping[str, str] = {SCHEDULE: "hourly", NIGHTLY: "nightly"}
"""What the ids of such runs end with."""


def trigger_of(event: Mapping[str, Any]) -> str:
    """Which schedule called: the nightly one says so, the hourly one sends what EventBridge sends by itself."""
    return NIGHTLY if event.get("trigger") == NIGHTLY else SCHEDULE


def dispatch(
    due: Iterable[tuple[str, Integration, tuple[tuple[str, ...], ...]]],
    *,
    queues: Queues,
    now: datetime,
    trigger: str = SCHEDULE,
) -> int:
    """Queues the first run per (tenant, integration, flows of its runs); returns how many.

    The run's id is the minute: a schedule that fires twice meets its own messages.
    """
    count = 0
    for tenant_id, integration, (flows, *later) in due:
        step = first_step(
            tenant_id=tenant_id,
            integration_id=integration.id,
            run_id=f"{now:%Y%m%dT%H%M}00Z-{NAMES[trigger]}",
            flows=flows,
            trigger=trigger,
            later=tuple(later),
        )
        start_run(step, integration=integration, runs=None, queues=queues, now=now)
        count += 1
    return count
