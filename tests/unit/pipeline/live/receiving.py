"""Webhooks in memory: addresses, what was kept and queued, and deliveries to them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from handoff.connectors.vendor import Hook
from handoff.domain.errors import InvalidInput, Unreachable
from handoff.domain.grants import Secret
from handoff.domain.hints import Hint, HintKind
from handoff.domain.hooks import HookAddress, HookEvent, HookTarget, SealedKey
from handoff.pipeline.live.receive import Delivery, HookType, Receipt, Receiver
from handoff.storage.hooks import digest_of
from handoff.wiring.webhooks import delivery_of, hook_of
from tests.builders import NOW

SAMPLES = Path(__file__).resolve().parents[4] / "events" / "receive_webhook"


NXT, COMPANY, KEY = "business-nxt.table_change", "9112004", "sample-signature-key"


def a_key(key: str = KEY) -> SealedKey:
    return SealedKey(b"", key.encode(), NOW)


def read(body: bytes) -> Hint:
    text = body.decode()
    if text.startswith("id="):
        return Hint(HintKind.INVOICE, text[3:])
    found = json.loads(text)
    if "id" not in found:
        raise InvalidInput("no id")
    return Hint(HintKind.INVOICE, str(found["id"]))


@dataclass
class Store:
    addresses: dict[str, HookAddress] = field(default_factory=dict)
    kept: dict[tuple[str, str], HookEvent] = field(default_factory=dict)
    broken: bool = False

    def address(self, hook_id: str) -> HookAddress | None:
        return self.addresses.get(hook_id)

    def signing_key(self, address: HookAddress) -> Secret | None:
        """The box is the key itself here."""
        return None if address.signing is None else Secret(address.signing.box.decode())

    def keep(self, event: HookEvent) -> None:
        if self.broken:
            raise Unreachable("busy")
        self.kept.setdefault((event.integration_id, event.id), event)


@dataclass
class Sent:
    messages: list[tuple[dict[str, Any], str, str]] = field(default_factory=list)
    broken: bool = False

    def send(self, body: str, *, group: str, dedup: str) -> None:
        if self.broken:
            raise Unreachable("busy")
        self.messages.append((json.loads(body), group, dedup))

    def postpone(self, receipt_handle: str, seconds: int) -> None:
        raise AssertionError


class World:
    def __init__(self) -> None:
        self.store, self.queue = Store(), Sent()
        self.hook: HookType | None = Hook("invoice", "Toy", read, "nowhere")
        self.put()
        self.put("moment.invoices", "moment", "invoices")
        self.put("economic.day_book_booked", "economic", "day_book_booked")
        self.put(NXT, "business_nxt", "table_change", account=COMPANY, signing=a_key())

    def put(self, id: str = "sample-hook", vendor: str = "toy", hook: str = "invoice", **other: Any) -> None:
        address = HookAddress(
            id=id,
            vendor=vendor,
            hook=hook,
            connection_id=vendor,
            targets=(HookTarget("live-1", "erp-1"),),
            digest=digest_of("sample-token"),
            made_at=NOW,
            renewed_at=NOW,
        )
        self.store.addresses[id] = replace(address, **other)

    def subjects(self) -> list[str]:
        """What the queued hints are about, in their order."""
        return [message["subject"] for message, _, _ in self.queue.messages]

    def receive(self, delivery: Delivery) -> Receipt:
        def stores(tenant_id: str) -> Store:
            if tenant_id == "#":
                raise InvalidInput("no tenant")
            return self.store if tenant_id == "sample-tenant" else Store()

        def hook(vendor: str, name: str) -> HookType | None:
            return self.hook if vendor == "toy" else hook_of(vendor, name)

        return Receiver(stores, hook, self.queue).receive(delivery)


def a_delivery(body: str = '{"id": 4711}', **other: Any) -> Delivery:
    headers: Mapping[str, str] = {}
    mine = Delivery("r-1", NOW, "sample-tenant", "sample-hook", "sample-token", headers, {}, body)
    return replace(mine, **other)


def a_sample(name: str) -> Delivery:
    return delivery_of(json.loads((SAMPLES / f"{name}.json").read_text("utf-8")))
