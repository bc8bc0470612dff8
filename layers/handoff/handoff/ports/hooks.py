"""What receiving webhooks needs of a store."""

from __future__ import annotations

from typing import Protocol

from handoff.domain.hooks import HookAddress, HookEvent


class HookStore(Protocol):
    """Addresses and events of one tenant."""

    def address(self, hook_id: str) -> HookAddress | None:
        """The address, or None; also for what can't be an id."""
        ...

    def keep(self, event: HookEvent) -> None:
        """Stores an event; the same one again changes nothing."""
        ...
