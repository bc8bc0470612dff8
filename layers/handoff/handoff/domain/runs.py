"""A run: one pass of one integration, with what it moved and what it cost in calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from handoff.domain.periods import Period


class RunState(StrEnum):
    """Where a run stands.

    `waiting` means a vendor asked for time and the run goes on by itself; `questioned` that all was done, and that
    something the time tool says is so unusual that a person should look at it.
    """

    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    DONE = "done"
    QUESTIONED = "questioned"
    FAILED = "failed"


FINISHED = frozenset({RunState.DONE, RunState.QUESTIONED, RunState.FAILED})


@dataclass(frozen=True, slots=True)
class Run:
    """Counts by name (`fetched`, `new`, `changed`, `posted`, …) and vendor calls by vendor."""

    id: str
    integration_id: str
    state: RunState
    trigger: str
    started_at: datetime
    flows: tuple[str, ...]
    period: Period | None = None
    step: str = ""
    finished_at: datetime | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    calls: Mapping[str, int] = field(default_factory=dict)
    error: str = ""
