"""What fakes share: one dictionary for each store, tenant and integration, as one table would hold them."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import RLock
from typing import Any


@dataclass(slots=True)
class Memory:
    """What a table holds: one dictionary per store, tenant and integration."""

    parts: dict[tuple[str, str, str], dict[Any, Any]] = field(default_factory=dict)
    lock: RLock = field(default_factory=RLock)

    def part(self, store: str, tenant_id: str, integration_id: str = "") -> dict[Any, Any]:
        with self.lock:
            return self.parts.setdefault((store, tenant_id, integration_id), {})
