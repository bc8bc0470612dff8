"""What every step of a run needs, whatever it works on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from handoff.domain.tenancy import Integration
from handoff.pipeline.steps import Clock
from handoff.ports import PassStore, ProblemStore, RunStore, TenantStore


@dataclass(frozen=True, slots=True)
class RunTools:
    """What every step needs besides its own tools; `settings_version` is the newest settings' number.

    `titles` are the vendors' by name: a plan that asks both of them has to know who refused.
    """

    integration: Integration
    runs: RunStore
    passes: PassStore
    problems: ProblemStore
    tenants: TenantStore
    clock: Clock
    settings_version: int = 0
    titles: Mapping[str, str] = field(default_factory=dict)
