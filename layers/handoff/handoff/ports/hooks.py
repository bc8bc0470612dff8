"""What receiving webhooks needs of a store, and what people see of their addresses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from handoff.domain.grants import Secret
from handoff.domain.hooks import HookAddress, HookEvent
from handoff.domain.tenancy import Integration


class HookStore(Protocol):
    """Addresses and events of one tenant."""

    def address(self, hook_id: str) -> HookAddress | None:
        """The address, or None; also for what can't be an id."""
        ...

    def signing_key(self, address: HookAddress) -> Secret | None:
        """The key that its vendor signs with; None where none was entered. Raises what decrypting raises."""
        ...

    def keep(self, event: HookEvent) -> None:
        """Stores an event; the same one again changes nothing."""
        ...


@dataclass(frozen=True, slots=True)
class ListedHook:
    """An address as people see it, without its token; `is_signed` says that it takes nothing in without a key."""

    address: HookAddress
    title: str
    where: str
    is_signed: bool


class HookBook(Protocol):
    """The webhook addresses of one tenant's integrations."""

    def of(self, integration: Integration) -> Sequence[ListedHook]:
        """Those that were made for it."""
        ...

    def enter_key(self, hook_id: str, key: Secret, *, at: datetime) -> None:
        """The key that the vendor signs with, in place of the one there was. Raises InvalidInput, NotFound, Stale."""
        ...
