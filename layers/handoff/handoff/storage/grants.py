"""Grants: what a tenant gave us to act at a vendor, encrypted, in a table that few functions may read."""

from __future__ import annotations

from cryptography.exceptions import InvalidTag

from handoff.domain.errors import ReconnectNeeded
from handoff.domain.grants import Grant, StoredGrant, grant_bytes, grant_from
from handoff.storage import tables
from handoff.storage.dynamo import Table, number, revision_of, text
from handoff.storage.envelope import Envelope, Sealed

PURPOSE = "vendor grant"


class DynamoGrantStore:
    """The grant of one connection of one tenant."""

    def __init__(self, table: Table, tenant_id: str, connection_id: str, envelope: Envelope) -> None:
        self._table = table
        self._pk = tables.grant_pk(tenant_id, connection_id)
        self._envelope = envelope
        self._context = {"tenant_id": tenant_id, "connection_id": connection_id, "purpose": PURPOSE}

    def load(self) -> StoredGrant:
        """The grant as stored now, read consistently; raises ReconnectNeeded when there is none."""
        item = self._table.get(self._pk, tables.GRANT_SK)
        if item is None:
            raise ReconnectNeeded("the account is not connected", code="no_grant")
        sealed = Sealed(item["w"]["B"], item["b"]["B"])
        try:
            plain = self._envelope.open(sealed, self._context)
        except InvalidTag:
            # Never the item's fault alone: it was changed by somebody who could write but not encrypt.
            raise ReconnectNeeded("the stored grant was tampered with", code="grant_tampered") from None
        return StoredGrant(grant_from(plain), revision_of(item))

    def save(self, grant: Grant, revision: int) -> int:
        """Writes it on the revision read (0: the first) and returns the new one; raises Stale."""
        sealed = self._envelope.seal(grant_bytes(grant), self._context)
        self._table.replace(
            {
                "pk": text(self._pk),
                "sk": text(tables.GRANT_SK),
                "n": number(revision + 1),
                "w": {"B": sealed.wrapped_key},
                "b": {"B": sealed.box},
            },
            revision=revision,
        )
        return revision + 1
