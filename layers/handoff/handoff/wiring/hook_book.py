"""The webhook addresses of a tenant as people see them, and the keys that they enter for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handoff.connectors.registry import vendor_of
from handoff.domain.grants import Secret
from handoff.domain.hooks import checked_key
from handoff.domain.tenancy import Integration
from handoff.integrations.catalogue import integration_kind
from handoff.ports.hooks import ListedHook
from handoff.storage.hooks import DynamoHookStore


class StoredHookBook:
    """Addresses as they are stored, with what the vendors' hooks say of themselves."""

    def __init__(self, store: DynamoHookStore) -> None:
        self._store = store

    def of(self, integration: Integration) -> Sequence[ListedHook]:
        """Those that were made for it; one read for each."""
        listed = []
        named = integration_kind(integration.kind).hooks
        for connection in (integration.time_tool, integration.erp):
            for name in named.get(connection.vendor, ()):
                address, hook = self._store.address(f"{connection.id}.{name}"), vendor_of(connection.vendor).hooks[name]
                if address is not None:
                    listed.append(ListedHook(address, hook.title, hook.where, hook.signature is not None))
        return listed

    def enter_key(self, hook_id: str, key: Secret, *, at: datetime) -> None:
        """The key that the vendor signs with, in place of the one there was. Raises InvalidInput, NotFound, Stale."""
        self._store.sign(hook_id, checked_key(key), at=at)
