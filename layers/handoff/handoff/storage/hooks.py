"""Webhook addresses, of which the store knows the token's SHA-256 only, and the raw events that came in."""

from __future__ import annotations

import heapq
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from handoff.domain.errors import InvalidInput, NotFound, Stale
from handoff.domain.grants import Secret
from handoff.domain.hooks import EventOutcome, HookAddress, HookEvent, HookTarget, SealedKey, SharedSecret
from handoff.storage import tables
from handoff.storage.dynamo import Table, number, revision_of, text
from handoff.storage.packing import content_of, document

if TYPE_CHECKING:
    from handoff.storage.dynamo import Item
    from handoff.storage.envelope import Envelope

EVENTS_KEPT = timedelta(days=30)
TOKEN_BYTES = 32
SIGNING_PURPOSE = "webhook signing key"
"""Stands in the encryption context: who receives webhooks may open what has it, and no grant."""

_ENCODER = msgspec.json.Encoder()
_ADDRESS = msgspec.json.Decoder(HookAddress)


def new_token() -> str:
    """The random part of an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest_of(secret: str) -> str:
    """What is kept of a token or of a shared secret."""
    return sha256(secret.encode(errors="surrogatepass")).hexdigest()


class DynamoHookStore:
    """Addresses and events of one tenant; raises InvalidInput when made for what can't be a tenant.

    `envelope` is asked for when a signing key is sealed or opened, and not before.
    """

    def __init__(self, table: Table, tenant_id: str, envelope: Callable[[], Envelope] | None = None) -> None:
        self._table = table
        self._envelope = envelope
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

    def sign(self, hook_id: str, key: Secret, *, at: datetime) -> None:
        """Takes in from now on what is signed with this key, and no other. Raises NotFound and Stale."""
        sealed = self._sealer().seal(key.reveal().encode(), self._context(hook_id))
        kept = SealedKey(sealed.wrapped_key, sealed.box, at)
        self._change(hook_id, lambda known: replace(known, signing=kept))

    def signing_key(self, address: HookAddress) -> Secret | None:
        """The key that its vendor signs with, None where none was entered; raises as `Envelope.open` does."""
        if address.signing is None:
            return None
        # Only what takes in signed webhooks loads cryptography: a vendor waits for the answer.
        from handoff.storage.envelope import Sealed  # noqa: PLC0415 - see above

        sealed = Sealed(address.signing.wrapped_key, address.signing.box)
        return Secret(self._sealer().open(sealed, self._context(address.id)).decode())

    def also_tell(self, hook_id: str, target: HookTarget) -> None:
        """Tells one more integration of the address's events; one that is told already stays. Raises NotFound."""
        known = self.address(hook_id)
        if known is None or target not in known.targets:
            self._change(hook_id, lambda known: replace(known, targets=(*known.targets, target)))

    def keep(self, event: HookEvent) -> None:
        """Stores an event; the same one again changes nothing."""
        expires_at = event.at + EVENTS_KEPT
        named = {"t": text(event.at.isoformat(timespec="milliseconds"))} if event.is_named else {}
        with suppress(Stale):
            self._table.insert(
                {
                    "pk": text(tables.events_pk(self._tenant_id, event.integration_id)),
                    "sk": text(
                        tables.named_event_sk(event.id) if event.is_named else tables.event_sk(event.at, event.id)
                    ),
                    "b": {"B": event.body},
                    "c": text(event.content_type),
                    "h": text(event.hook_id),
                    "s": text(event.outcome),
                    **named,
                    "expires_at": number(int(expires_at.timestamp())),
                }
            )

    def events(self, integration_id: str) -> Iterator[HookEvent]:
        """An integration's events, the newest first."""
        pk = tables.events_pk(self._tenant_id, integration_id)
        by_time = (_event_from(item, integration_id) for item in self._table.query(pk, tables.EVENTS, descending=True))
        by_name = (_event_from(item, integration_id) for item in self._table.query(pk, tables.NAMED_EVENTS))
        named = sorted(by_name, key=lambda event: event.at, reverse=True)
        yield from heapq.merge(by_time, named, key=lambda event: event.at, reverse=True)

    def _sealer(self) -> Envelope:
        if self._envelope is None:
            raise InvalidInput("signing keys can be neither kept nor read here", code="no_envelope")
        return self._envelope()

    def _context(self, hook_id: str) -> Mapping[str, str]:
        return {"tenant_id": self._tenant_id, "hook_id": hook_id, "purpose": SIGNING_PURPOSE}

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


def _event_from(item: Item, integration_id: str) -> HookEvent:
    kind, *rest = item["sk"]["S"].split("#", 2)
    is_named = f"{kind}#" == tables.NAMED_EVENTS
    at, event_id = (item["t"]["S"], rest[0]) if is_named else rest
    return HookEvent(
        id=event_id,
        hook_id=item["h"]["S"],
        integration_id=integration_id,
        at=datetime.fromisoformat(at).astimezone(UTC),
        body=bytes(item["b"]["B"]),
        content_type=item["c"]["S"],
        outcome=EventOutcome(item["s"]["S"]),
        is_named=is_named,
    )
