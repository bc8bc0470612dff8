"""Taking a customer in: the tenant, its connections with their grants, its integrations, its API tokens.

Used by whoever operates the platform and by the local run; nothing that the internet reaches can. A step
that is repeated with the same content changes nothing; with another content it is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from handoff.domain.errors import InvalidInput, NotFound, Stale
from handoff.domain.grants import Grant, Secret
from handoff.domain.hooks import HookAddress, HookTarget, Place, SharedSecret, checked_key
from handoff.domain.tenancy import Connection, Integration
from handoff.integrations.catalogue import integration_kind
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

    def reconnect(self, connection_id: str, grant: Grant) -> None:
        """Puts a new grant of the same account in place of the old one and lets the connection run again.

        Raises InvalidInput for a grant of another account, NotFound when there is no such connection.
        """
        tenants = DynamoTenantStore(self._table, self._tenant_id)
        known = next((one for one in tenants.connections() if one.id == connection_id), None)
        if known is None:
            raise NotFound(f"there is no connection {connection_id[:40]}", field="connection_id")
        if (known.vendor, known.account) != (grant.vendor, grant.account):
            raise InvalidInput(
                f"that belongs to another account ({grant.account}), not to {known.account}",
                code="another_account",
                field="account",
                cure=f"Use what belongs to {known.name}, account {known.account}.",
            )
        store = DynamoGrantStore(self._grants_table, self._tenant_id, connection_id, self._envelope)
        item = self._grants_table.get(tables.grant_pk(self._tenant_id, connection_id), tables.GRANT_SK)
        store.save(grant, 0 if item is None else revision_of(item))
        tenants.let_run(connection_id)

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

    def add_hooks(self, integration: Integration, *, at: datetime) -> Mapping[str, str]:
        """The path of each new webhook address by `vendor.hook`; its token is shown this once.

        An address that is there stays as it is and is left out; when it belongs to another integration of the same
        connection, this one is told of its events too.
        """
        store = DynamoHookStore(self._table, self._tenant_id)
        target = HookTarget(integration.id, integration.erp.id)
        hooks = integration_kind(integration.kind).hooks
        made = {}
        for connection in (integration.time_tool, integration.erp):
            for name in hooks.get(connection.vendor, ()):
                token = new_token()
                address = HookAddress(
                    id=f"{connection.id}.{name}",
                    vendor=connection.vendor,
                    hook=name,
                    connection_id=connection.id,
                    targets=(target,),
                    digest=digest_of(token),
                    made_at=at,
                    renewed_at=at,
                    account=connection.account,
                )
                try:
                    store.add(address)
                except Stale:
                    store.also_tell(address.id, target)
                else:
                    made[f"{connection.vendor}.{name}"] = self._path(address.id, token)
        return made

    def renew_hook(self, hook_id: str, at: datetime) -> str:
        """The path with a new token, which is shown this once; the old one stops at once. Raises NotFound."""
        return self._path(hook_id, DynamoHookStore(self._table, self._tenant_id).renew(hook_id, at=at))

    def require_secret(self, hook_id: str, *, place: Place, name: str, secret: Secret) -> None:
        """From now on the address takes only what has this secret too, where the vendor was told to put it."""
        if not secret:
            raise InvalidInput("an empty secret keeps nobody out", code="empty_secret", field="secret")
        shared = SharedSecret(place, name, digest_of(secret.reveal()))
        DynamoHookStore(self._table, self._tenant_id).share(hook_id, shared)

    def enter_signing_key(self, hook_id: str, key: Secret, *, at: datetime) -> None:
        """The key that the vendor signs with, in place of the one there was; it is given out to nobody again.

        For hooks whose vendor signs: until it is entered their address takes nothing in. Raises InvalidInput for what
        can't be one, NotFound.
        """
        DynamoHookStore(self._table, self._tenant_id, lambda: self._envelope).sign(hook_id, checked_key(key), at=at)

    def has_signing_key(self, hook_id: str) -> bool:
        """Whether one was entered for the address."""
        address = DynamoHookStore(self._table, self._tenant_id).address(hook_id)
        return address is not None and address.signing is not None

    def switch_hook(self, hook_id: str, *, active: bool) -> None:
        """Closes an address, which then answers as one that never was, or opens it again. Raises NotFound."""
        DynamoHookStore(self._table, self._tenant_id).switch(hook_id, active=active)

    def _path(self, hook_id: str, token: str) -> str:
        return f"/hooks/{self._tenant_id}/{hook_id}/{token}"

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
