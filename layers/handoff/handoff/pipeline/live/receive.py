"""A webhook comes in: it is checked, kept as it came, and its hint is queued.

Whoever may not send gets one and the same answer, whatever is wrong. Nothing here says that a change happened:
a hint that is replayed, late, out of order or forged makes us read one object again. Where a vendor signs, its
signature is checked over the bytes as they came, before anything in them is read.
"""

from __future__ import annotations

import hmac
import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Protocol
from urllib.parse import urlencode

from handoff.domain.errors import InvalidInput
from handoff.domain.hints import Hint, HintKind
from handoff.domain.hooks import EventOutcome, HookAddress, HookEvent, HookTarget, Place, Signature
from handoff.pipeline.live.hint_step import HintStep, send_hint
from handoff.pipeline.live.signatures import is_signed
from handoff.ports import Queue
from handoff.ports.hooks import HookStore

BODY_BYTES_MAX = 64 * 1024
SUBJECT_BYTES_MAX = 200
"""As long as an id may be that becomes part of a key."""
CONTENT_TYPE_CHARACTERS_MAX = 200
NOBODYS = "0" * 64
"""A digest as long as any, of no token."""
FORM = "application/x-www-form-urlencoded"

_EVENT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{7,63}")

Reader = Callable[[bytes], Hint]


class HookType(Protocol):
    """One type of webhook: what finds the hint in a body, and how the vendor signs it, if it does."""

    @property
    def read(self) -> Reader:
        """Raises InvalidInput for a body that has no hint."""
        ...

    @property
    def signature(self) -> Signature | None:
        """None where nothing is signed."""
        ...


class Receipt(StrEnum):
    """What became of a request."""

    QUEUED = "queued"
    IGNORED = "ignored"
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
    """What a request had in it; `hint` is None where no hint was found, `event_id` empty where the vendor gave none."""

    body: bytes = field(repr=False)
    type: str
    hint: Hint | None
    event_id: str


@dataclass(frozen=True, slots=True)
class Receiver:
    """Takes deliveries in. `stores` raises InvalidInput for what is no tenant's id; `hook_of` is asked for a
    vendor's type of hook and gives None for one that is not there any more."""

    stores: Callable[[str], HookStore]
    hook_of: Callable[[str, str], HookType | None]
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
        hook = self.hook_of(address.vendor, address.hook)
        body, content_type = _content(delivery, address)
        if not _is_vouched_for(delivery, address, hook, body, store):
            return Receipt.UNKNOWN
        if body is None:
            return Receipt.TOO_LARGE
        hint = _read(hook, body)
        if hint is not None and (hint.kind is HintKind.NOTHING or hint.account not in ("", address.account)):
            return Receipt.IGNORED
        for target in address.targets:
            self._take(delivery, address, target, Content(body, content_type, hint, _event_id(delivery, hook)), store)
        return Receipt.UNREADABLE if hint is None else Receipt.QUEUED

    def _take(
        self, delivery: Delivery, address: HookAddress, target: HookTarget, content: Content, store: HookStore
    ) -> None:
        """Keeps the event, then queues its hint: no hint is on its way whose event is not there.

        What the vendor sends again is kept once and queued again: the first time may have failed in between.
        """
        event_id = content.event_id or delivery.id
        store.keep(
            HookEvent(
                id=event_id,
                hook_id=address.id,
                integration_id=target.integration_id,
                at=delivery.at,
                body=content.body,
                content_type=content.type,
                outcome=EventOutcome.UNREADABLE if content.hint is None else EventOutcome.HINT,
                is_named=bool(content.event_id),
            )
        )
        if content.hint is not None:
            step = HintStep(
                tenant_id=delivery.tenant_id,
                integration_id=target.integration_id,
                event_id=event_id,
                kind=content.hint.kind,
                subject=content.hint.subject,
                came_at=delivery.at,
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


def _is_vouched_for(
    delivery: Delivery, address: HookAddress, hook: HookType | None, body: bytes | None, store: HookStore
) -> bool:
    """Whether the vendor's signature is there, where it signs; without a key nobody can tell, and nothing is let in.

    What is too large is not looked at, and what came in the query was not signed: both are as strange as any other.
    """
    if hook is None or hook.signature is None:
        return hook is not None or address.signing is None
    if body is None or not delivery.body:
        return False
    key = store.signing_key(address)
    return key is not None and is_signed(body, delivery.headers.get(hook.signature.header, ""), key)


def _event_id(delivery: Delivery, hook: HookType | None) -> str:
    """The vendor's own id of the event; empty where it has none that could be part of a key."""
    named = delivery.headers.get(hook.signature.event_header, "") if hook and hook.signature else ""
    return named if _EVENT_ID.fullmatch(named) else ""


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


def _read(hook: HookType | None, body: bytes) -> Hint | None:
    if hook is None:
        return None
    try:
        hint = hook.read(body)
    except (InvalidInput, ValueError, RecursionError):  # bytes that are no text, JSON that is none or nests too deep
        return None
    return hint if 0 < len(hint.subject.encode(errors="surrogatepass")) <= SUBJECT_BYTES_MAX else None
