"""Webhook addresses, of which the store knows the token's SHA-256 only, and the raw events that came in."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from handoff.domain.errors import InvalidInput, NotFound, Stale
from handoff.domain.hooks import EventOutcome, HookAddress, HookEvent, HookTarget, SharedSecret
from handoff.storage import tables
from handoff.storage.dynamo import Table, number, revision_of, text
from handoff.storage.packing import content_of, document

if TYPE_CHECKING:
    from handoff.storage.dynamo import Item

EVENTS_KEPT = timedelta(days=30)
TOKEN_BYTES = 32

_ENCODER = msgspec.json.Encoder()
_ADDRESS = msgspec.json.Decoder(HookAddress)


def new_token() -> str:
    """The random part of an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest_of(secret: str) -> str:
    """What is kept of a token or of a shared secret."""
    return sha256(secret.encode(errors="surrogatepass")).hexdigest()


class DynamoHookStore:
    """Addresses and events of one tenant; raises InvalidInput when made for what can't be a tenant."""

    def __init__(self, table: Table, tenant_id: str) -> None:
        self._table = table
        self._tenant_id = tenant_id
        self._pk = tables.hooks_pk(tenant_id)

    def address(self, hook_id: str) -> HookAddress | None:
        """The address, or None; also for what can't be an id."""
        try:
            item = self._table.get(self._pk, tables.hook_sk(hook_id))
        except InvalidInput:
            return None
        return None if item is None else _ADDRESS.decode(content_of(item["d"]))

    def add(self, address: HookAddress) -> None:
        """Writes a new address; raises Stale when there is one with that id."""
        self._table.insert(self._item(address, 1))

    def renew(self, hook_id: str, *, at: datetime, make_token: Callable[[], str] = new_token) -> str:
        """A new token, which is given out this once; the old one stops at once. Raises NotFound and Stale."""
        token = make_token()
        self._change(hook_id, lambda known: replace(known, digest=digest_of(token), renewed_at=at))
        return token

    def switch(self, hook_id: str, *, active: bool) -> None:
        """Stops an address, or lets it run again; raises NotFound and Stale."""
        self._change(hook_id, lambda known: replace(known, active=active))

    def share(self, hook_id: str, shared: SharedSecret | None) -> None:
        """Asks for a second secret from now on, or for none; raises NotFound and Stale."""
        self._change(hook_id, lambda known: replace(known, shared=shared))

    def also_tell(self, hook_id: str, target: HookTarget) -> None:
        """Tells one more integration of the address's events; one that is told already stays. Raises NotFound."""
        known = self.address(hook_id)
        if known is None or target not in known.targets:
            self._change(hook_id, lambda known: replace(known, targets=(*known.targets, target)))

    def keep(self, event: HookEvent) -> None:
        """Stores an event; the same one again changes nothing."""
        expires_at = event.at + EVENTS_KEPT
        with suppress(Stale):
            self._table.insert(
                {
                    "pk": text(tables.events_pk(self._tenant_id, event.integration_id)),
                    "sk": text(tables.event_sk(event.at, event.id)),
                    "b": {"B": event.body},
                    "c": text(event.content_type),
                    "h": text(event.hook_id),
                    "s": text(event.outcome),
                    "expires_at": number(int(expires_at.timestamp())),
                }
            )

    def events(self, integration_id: str) -> Iterator[HookEvent]:
        """An integration's events, the newest first."""
        pk = tables.events_pk(self._tenant_id, integration_id)
        for item in self._table.query(pk, tables.EVENTS, descending=True):
            _, at, event_id = item["sk"]["S"].split("#", 2)
            yield HookEvent(
                id=event_id,
                hook_id=item["h"]["S"],
                integration_id=integration_id,
                at=datetime.fromisoformat(at).astimezone(UTC),
                body=bytes(item["b"]["B"]),
                content_type=item["c"]["S"],
                outcome=EventOutcome(item["s"]["S"]),
            )

    def _change(self, hook_id: str, change: Callable[[HookAddress], HookAddress]) -> None:
        item = self._table.get(self._pk, tables.hook_sk(hook_id))
        if item is None:
            raise NotFound(f"there is no webhook address {hook_id[:40]}", field="hook_id")
        revision = revision_of(item)
        changed = change(_ADDRESS.decode(content_of(item["d"])))
        self._table.replace(self._item(changed, revision + 1), revision=revision)

    def _item(self, address: HookAddress, revision: int) -> Item:
        return {
            "pk": text(self._pk),
            "sk": text(tables.hook_sk(address.id)),
            "n": number(revision),
            "d": document(_ENCODER.encode(address)),
        }
