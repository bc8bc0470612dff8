"""One tenant: its connections, its integrations, and their settings in versions that are never changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec

from handoff.domain.errors import NotFound, Stale
from handoff.domain.tenancy import Connection, Integration
from handoff.storage import tables
from handoff.storage.dynamo import Table, text
from handoff.storage.packing import content_of, document

if TYPE_CHECKING:
    from handoff.storage.dynamo import Item


class _Connection(msgspec.Struct, frozen=True):
    vendor: str
    account: str
    name: str


class _Integration(msgspec.Struct, frozen=True):
    kind: str
    name: str
    time_tool: str
    erp: str


class _Settings(msgspec.Struct, frozen=True):
    content: dict[str, object]
    by: str
    at: datetime


# A number in settings may be money: it stays the number that was written.
_ENCODER = msgspec.json.Encoder(decimal_format="number")
_CONNECTION = msgspec.json.Decoder(_Connection)
_INTEGRATION = msgspec.json.Decoder(_Integration)
_SETTINGS = msgspec.json.Decoder(_Settings, float_hook=Decimal)


class DynamoTenantStore:
    """One tenant's integrations, with their settings in numbered versions."""

    def __init__(self, table: Table, tenant_id: str) -> None:
        self._table = table
        self._tenant_id = tenant_id
        self._pk = tables.tenant_pk(tenant_id)

    def integrations(self) -> Sequence[Integration]:
        """All of them, by id."""
        items = {item["sk"]["S"]: item for item in self._table.query(self._pk)}
        return [_integration_from(sk, items) for sk in sorted(items) if sk.startswith(tables.INTEGRATIONS)]

    def integration(self, integration_id: str) -> Integration:
        """One; raises NotFound."""
        # A tenant is a dozen small items: all of them are one request, where picking would be two.
        for integration in self.integrations():
            if integration.id == integration_id:
                return integration
        raise NotFound(f"there is no integration {integration_id[:40]}", field="integration_id")

    def connections(self) -> Sequence[Connection]:
        """All connections, by id."""
        return [_connection_from(item) for item in self._table.query(self._pk, tables.CONNECTIONS)]

    def settings(self, integration_id: str, version: int | None = None) -> tuple[int, Mapping[str, object]]:
        """The version's number and its content as saved, the newest by default; raises NotFound."""
        pk = self._settings_pk(integration_id)
        if version is None:
            item = next(self._table.query(pk, tables.SETTINGS, descending=True, limit=1), None)
        else:
            item = self._table.get(pk, tables.settings_sk(version))
        if item is None:
            raise NotFound("there are no such settings", field="integration_id" if version is None else "version")
        return int(item["sk"]["S"].removeprefix(tables.SETTINGS)), _SETTINGS.decode(content_of(item["d"])).content

    def save_settings(
        self, integration_id: str, content: Mapping[str, object], *, expected: int, by: str, at: datetime
    ) -> int:
        """Stores the next version and returns its number; raises Stale if `expected` is not the newest.

        Versions are never removed, so whoever is first to write the next number was not overtaken.
        """
        pk = self._settings_pk(integration_id)
        newest = next(self._table.query(pk, tables.SETTINGS, descending=True, limit=1), None)
        number = 0 if newest is None else int(newest["sk"]["S"].removeprefix(tables.SETTINGS))
        if number != expected:
            raise Stale(f"the settings are at version {number} by now", field="version")
        kept = _ENCODER.encode(_Settings(dict(content), by, at))
        self._table.insert({"pk": text(pk), "sk": text(tables.settings_sk(number + 1)), "d": document(kept)})
        return number + 1

    def stop_connection(self, integration_id: str, connection_id: str, why: str) -> None:
        """Notes why a connection may not be used; an empty text lets it run again; raises NotFound."""
        integration = self.integration(integration_id)
        if connection_id not in (integration.time_tool.id, integration.erp.id):
            raise NotFound(f"there is no connection {connection_id[:40]}", field="connection_id")
        self._table.update(
            self._pk,
            tables.connection_sk(connection_id),
            "SET #w = :w",
            names={"#w": "w", "#pk": "pk"},
            values={":w": text(why)},
            condition="attribute_exists(#pk)",
        )

    def let_run(self, connection_id: str) -> None:
        """Lets a stopped connection run again; raises Stale when there is none."""
        self._table.update(
            self._pk,
            tables.connection_sk(connection_id),
            "SET #w = :w",
            names={"#w": "w", "#pk": "pk"},
            values={":w": text("")},
            condition="attribute_exists(#pk)",
        )

    def _settings_pk(self, integration_id: str) -> str:
        return tables.integration_pk(self._tenant_id, integration_id, "settings")


def connection_item(tenant_id: str, connection: Connection) -> Item:
    """A connection as it is stored; w says why it is stopped."""
    return {
        "pk": text(tables.tenant_pk(tenant_id)),
        "sk": text(tables.connection_sk(connection.id)),
        "w": text(connection.stopped),
        "d": document(_ENCODER.encode(_Connection(connection.vendor, connection.account, connection.name))),
    }


def integration_item(tenant_id: str, integration: Integration) -> Item:
    """An integration as it is stored; its connections are items of their own."""
    kept = _Integration(integration.kind, integration.name, integration.time_tool.id, integration.erp.id)
    return {
        "pk": text(tables.tenant_pk(tenant_id)),
        "sk": text(tables.integration_sk(integration.id)),
        "d": document(_ENCODER.encode(kept)),
    }


def _integration_from(sk: str, items: Mapping[str, Item]) -> Integration:
    kept = _INTEGRATION.decode(content_of(items[sk]["d"]))
    for connection_id in (kept.time_tool, kept.erp):
        if tables.connection_sk(connection_id) not in items:
            raise NotFound(f"there is no connection {connection_id}", field="connection_id")
    return Integration(
        id=sk.removeprefix(tables.INTEGRATIONS),
        kind=kept.kind,
        name=kept.name,
        time_tool=_connection_from(items[tables.connection_sk(kept.time_tool)]),
        erp=_connection_from(items[tables.connection_sk(kept.erp)]),
    )


def _connection_from(item: Item) -> Connection:
    kept = _CONNECTION.decode(content_of(item["d"]))
    return Connection(
        id=item["sk"]["S"].removeprefix(tables.CONNECTIONS),
        vendor=kept.vendor,
        account=kept.account,
        name=kept.name,
        stopped=item["w"]["S"],
    )
