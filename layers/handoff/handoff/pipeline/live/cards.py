"""What the time tool hands out, as the bytes that are stored and hashed."""

from __future__ import annotations

from typing import Any

import msgspec

from handoff.domain.invoices import CustomerInvoice
from handoff.domain.master_data import CustomerCard, ProjectCard
from handoff.pipeline.live.desk import CUSTOMERS, INVOICES, PROJECTS
from handoff.ports.live import Card

_ENCODER = msgspec.json.Encoder(decimal_format="string")
_DECODERS: dict[str, msgspec.json.Decoder[Any]] = {
    CUSTOMERS: msgspec.json.Decoder(CustomerCard),
    PROJECTS: msgspec.json.Decoder(ProjectCard),
    INVOICES: msgspec.json.Decoder(CustomerInvoice),
}


def card_body(card: Card) -> bytes:
    """The card's canonical bytes."""
    return _ENCODER.encode(card)


def card_from(flow: str, body: bytes) -> Card:
    """The card that `card_body` wrote."""
    card: Card = _DECODERS[flow].decode(body)
    return card


def customer_from(body: bytes) -> CustomerCard:
    """The customer in a record's body."""
    card: CustomerCard = _DECODERS[CUSTOMERS].decode(body)
    return card


def project_from(body: bytes) -> ProjectCard:
    """The project in a record's body."""
    card: ProjectCard = _DECODERS[PROJECTS].decode(body)
    return card


def invoice_from(body: bytes) -> CustomerInvoice:
    """The invoice in a record's body."""
    card: CustomerInvoice = _DECODERS[INVOICES].decode(body)
    return card
