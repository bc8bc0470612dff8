"""Which integrations are worked on by the clock: the one list that is read before a tenant is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from handoff.storage import tables
from handoff.storage.dynamo import Table, text


@dataclass(frozen=True, slots=True)
class DueIntegration:
    """An integration that the clock starts; ids only, everything else is read as its tenant."""

    tenant_id: str
    integration_id: str


class Schedule:
    """The integrations of all tenants that run by themselves."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def all_due(self) -> Iterator[DueIntegration]:
        """All of them, a few thousand a request."""
        for shard in range(tables.DUE_SHARDS):
            for item in self._table.query(tables.due_pk(shard)):
                yield DueIntegration(*item["sk"]["S"].split("#"))

    def add(self, tenant_id: str, integration_id: str) -> None:
        """Lets an integration run by itself; harmless when it does already."""
        sk = tables.due_sk(tenant_id, integration_id)
        self._table.put({"pk": text(tables.due_pk(tables.due_shard(tenant_id, integration_id))), "sk": text(sk)})

    def remove(self, tenant_id: str, integration_id: str) -> None:
        """Lets it rest; harmless when it does already."""
        sk = tables.due_sk(tenant_id, integration_id)
        self._table.delete(tables.due_pk(tables.due_shard(tenant_id, integration_id)), sk)
