"""Taking a customer in: the tenant, its connections with their grants, its integrations, its API tokens.

Used by whoever operates the platform and by the local run; nothing that the internet reaches can. A step
that is repeated with the same content changes nothing; with another content it is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from handoff.domain.errors import InvalidInput, NotFound, Stale
from handoff.domain.grants import Grant
from handoff.domain.hooks import HookAddress, HookTarget
from handoff.domain.tenancy import Connection, Integration
from handoff.storage import tables
from handoff.storage.callers import Callers
from handoff.storage.dynamo import Table, revision_of, text
from handoff.storage.envelope import Envelope
from handoff.storage.grants import DynamoGrantStore
from handoff.storage.hooks import DynamoHookStore, digest_of, new_token
from handoff.storage.schedule import Schedule
from handoff.storage.tenants import DynamoTenantStore, connection_item, integration_item

if TYPE_CHECKING:
    from handoff.storage.dynamo import Item


class Onboarding:
    """One tenant's way in."""

    def __init__(self, table: Table, grants_table: Table, envelope: Envelope, tenant_id: str) -> None:
        self._table = table
        self._grants_table = grants_table
        self._envelope = envelope
        self._tenant_id = tables.tenant_part(tenant_id)

    def add_tenant(self, name: str) -> None:
        """The tenant itself; raises InvalidInput when the id is another company's."""
        self._insert({"pk": text(tables.tenant_pk(self._tenant_id)), "sk": text(tables.TENANT_SK), "c": text(name)})

    def connect(self, connection: Connection, grant: Grant) -> None:
        """A connection with its grant; connecting again puts the new grant in place of the old one.

        Raises InvalidInput when the id belongs to a connection with another account.
        """
        self._insert(connection_item(self._tenant_id, connection))
        store = DynamoGrantStore(self._grants_table, self._tenant_id, connection.id, self._envelope)
        item = self._grants_table.get(tables.grant_pk(self._tenant_id, connection.id), tables.GRANT_SK)
        store.save(grant, 0 if item is None else revision_of(item))

    def add_integration(
        self, integration: Integration, settings: Mapping[str, object], *, by: str, at: datetime, scheduled: bool = True
    ) -> None:
        """An integration of two connections that are there, with the first version of its settings.

        Raises InvalidInput when the id belongs to another integration. Settings that are there stay.
        """
        for connection in (integration.time_tool, integration.erp):
            if self._table.get(tables.tenant_pk(self._tenant_id), tables.connection_sk(connection.id)) is None:
                raise NotFound(f"there is no connection {connection.id}", field="connection_id")
        self._insert(integration_item(self._tenant_id, integration))
        tenants = DynamoTenantStore(self._table, self._tenant_id)
        try:
            tenants.settings(integration.id)
        except NotFound:
            tenants.save_settings(integration.id, settings, expected=0, by=by, at=at)
        if scheduled:
            Schedule(self._table).add(self._tenant_id, integration.id)

    def issue_token(self, name: str, *, expires_at: datetime) -> str:
        """A bearer token for the API, which is shown this once; `name` stands in histories."""
        return Callers(self._table).issue(self._tenant_id, name, expires_at=expires_at)

    def add_hooks(
        self,
        integration: Integration,
        hooks: Mapping[str, Collection[str]],
        *,
        at: datetime,
        make_token: Callable[[], str] = new_token,
    ) -> Sequence[tuple[str, str]]:
        """Each type of webhook with the path of its address, whose token is shown this once.

        `hooks` has the types by vendor. Adding again gives every address a new token, and the old one stops.
        """
        store = DynamoHookStore(self._table, self._tenant_id)
        target = HookTarget(integration.id, integration.erp.id)
        made = []
        for connection in (integration.time_tool, integration.erp):
            for name in hooks.get(connection.vendor, ()):
                hook_id, token = f"{integration.id}.{connection.id}.{name}", make_token()
                address = HookAddress(
                    id=hook_id,
                    vendor=connection.vendor,
                    hook=name,
                    connection_id=connection.id,
                    targets=(target,),
                    digest=digest_of(token),
                    made_at=at,
                    renewed_at=at,
                )
                if store.address(hook_id) is None:
                    store.add(address)
                else:
                    token = store.renew(hook_id, at=at, make_token=make_token)
                made.append((name, f"/hooks/{self._tenant_id}/{hook_id}/{token}"))
        return made

    def _insert(self, item: Item) -> None:
        try:
            self._table.insert(item)
        except Stale:
            known = self._table.get(item["pk"]["S"], item["sk"]["S"])
            if known is None or any(known.get(name) != value for name, value in item.items() if name != "w"):
                raise InvalidInput(
                    f"{item['sk']['S']} is there already, and it is another one",
                    code="exists",
                    cure="Choose another id.",
                ) from None
