"""A webhook comes in: it is checked, kept as it came, and its hint is queued.

Whoever may not send gets one and the same answer, whatever is wrong. Nothing here says that a change happened:
a hint that is replayed, late, out of order or forged makes us read one object again.
"""

from __future__ import annotations

import hmac
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from urllib.parse import urlencode

from handoff.domain.errors import InvalidInput
from handoff.domain.hints import Hint
from handoff.domain.hooks import EventOutcome, HookAddress, HookEvent, HookTarget, Place
from handoff.pipeline.live.hint_step import HintStep, send_hint
from handoff.ports import Queue
from handoff.ports.hooks import HookStore

BODY_BYTES_MAX = 64 * 1024
SUBJECT_BYTES_MAX = 200
"""As long as an id may be that becomes part of a key."""
CONTENT_TYPE_CHARACTERS_MAX = 200
NOBODYS = "0" * 64
"""A digest as long as any, of no token."""
FORM = "application/x-www-form-urlencoded"

Reader = Callable[[bytes], Hint]


class Receipt(StrEnum):
    """What became of a request."""

    QUEUED = "queued"
    UNREADABLE = "unreadable"
    UNKNOWN = "unknown"
    TOO_LARGE = "too_large"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A request as it came in; header names are in small letters."""

    id: str
    at: datetime
    tenant_id: str
    hook_id: str
    token: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    query: Mapping[str, str] = field(repr=False)
    body: str = field(repr=False)
    is_base64: bool = False


@dataclass(frozen=True, slots=True)
class Content:
    """What a request had in it; `hint` is None where no hint was found."""

    body: bytes = field(repr=False)
    type: str
    hint: Hint | None


@dataclass(frozen=True, slots=True)
class Receiver:
    """Takes deliveries in. `stores` raises InvalidInput for what is no tenant's id; `reader_of` is asked for a
    vendor's type of hook and gives None for one that is not there any more."""

    stores: Callable[[str], HookStore]
    reader_of: Callable[[str, str], Reader | None]
    queue: Queue

    def receive(self, delivery: Delivery) -> Receipt:
        """What became of it; whatever the store or the queue raise goes up, so that the vendor sends again."""
        try:
            store = self.stores(delivery.tenant_id)
        except InvalidInput:
            return Receipt.UNKNOWN
        address = store.address(delivery.hook_id)
        if not _may_send(delivery, address) or address is None:
            return Receipt.UNKNOWN
        body, content_type = _content(delivery, address)
        if body is None:
            return Receipt.TOO_LARGE
        hint = _read(self.reader_of(address.vendor, address.hook), body)
        for target in address.targets:
            self._take(delivery, address, target, Content(body, content_type, hint), store)
        return Receipt.UNREADABLE if hint is None else Receipt.QUEUED

    def _take(
        self, delivery: Delivery, address: HookAddress, target: HookTarget, content: Content, store: HookStore
    ) -> None:
        """Keeps the event, then queues its hint: no hint is on its way whose event is not there."""
        store.keep(
            HookEvent(
                id=delivery.id,
                hook_id=address.id,
                integration_id=target.integration_id,
                at=delivery.at,
                body=content.body,
                content_type=content.type,
                outcome=EventOutcome.UNREADABLE if content.hint is None else EventOutcome.HINT,
            )
        )
        if content.hint is not None:
            step = HintStep(
                tenant_id=delivery.tenant_id,
                integration_id=target.integration_id,
                event_id=delivery.id,
                kind=content.hint.kind,
                subject=content.hint.subject,
            )
            send_hint(target.erp_id, step, queue=self.queue)


def _may_send(delivery: Delivery, address: HookAddress | None) -> bool:
    # Compared also where there is no address, so that the time of the answer does not tell one from the other.
    known = _same(delivery.token, address.digest if address else NOBODYS)
    if address is None or not address.active:
        return False
    shared = address.shared
    if shared is None:
        return known
    sent = delivery.headers if shared.place is Place.HEADER else delivery.query
    name = shared.name.lower() if shared.place is Place.HEADER else shared.name
    return _same(sent.get(name, ""), shared.digest) and known


def _same(secret: str, digest: str) -> bool:
    return hmac.compare_digest(sha256(secret.encode(errors="surrogatepass")).hexdigest(), digest)


def _content(delivery: Delivery, address: HookAddress) -> tuple[bytes | None, str]:
    """The body and its content type; without a body the query, as a form. None in place of what is too large."""
    content_type = delivery.headers.get("content-type", "")[:CONTENT_TYPE_CHARACTERS_MAX]
    text, largest = delivery.body, BODY_BYTES_MAX
    if not text:
        secret = address.shared.name if address.shared and address.shared.place is Place.QUERY else None
        text = urlencode({name: value for name, value in delivery.query.items() if name != secret})
        content_type = FORM
    elif delivery.is_base64:
        largest = BODY_BYTES_MAX * 4 // 3 + 4
    if len(text) > largest:
        return None, content_type
    body = _decoded(text) if delivery.body and delivery.is_base64 else text.encode(errors="surrogatepass")
    return (body if len(body) <= BODY_BYTES_MAX else None), content_type


def _decoded(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError:  # not what it was said to be: kept as it came, and no reader will find a hint in it
        return text.encode(errors="surrogatepass")


def _read(reader: Reader | None, body: bytes) -> Hint | None:
    if reader is None:
        return None
    try:
        hint = reader(body)
    except (InvalidInput, ValueError, RecursionError):  # bytes that are no text, JSON that is none or nests too deep
        return None
    return hint if 0 < len(hint.subject.encode(errors="surrogatepass")) <= SUBJECT_BYTES_MAX else None
