"""Addresses that vendors send webhooks to, and what came in at them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Place(StrEnum):
    """Where a vendor puts a secret of its own beside the address."""

    HEADER = "header"
    QUERY = "query"


class EventOutcome(StrEnum):
    """What became of an event when it came in."""

    HINT = "hint"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class SharedSecret:
    """A second secret that a vendor sends along; only its SHA-256 is known."""

    place: Place
    name: str
    digest: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class HookTarget:
    """An integration that is told of a hook's events, and the ERP connection that its hints wait behind."""

    integration_id: str
    erp_id: str


@dataclass(frozen=True, slots=True)
class HookAddress:
    """One address: a connection's webhooks of one type. `digest` is the SHA-256 of the token in it."""

    id: str
    vendor: str
    hook: str
    connection_id: str
    targets: tuple[HookTarget, ...]
    digest: str = field(repr=False)
    made_at: datetime
    renewed_at: datetime
    active: bool = True
    shared: SharedSecret | None = None


@dataclass(frozen=True, slots=True)
class HookEvent:
    """One event as it came in, for one integration; `id` is the request's."""

    id: str
    hook_id: str
    integration_id: str
    at: datetime
    body: bytes = field(repr=False)
    content_type: str
    outcome: EventOutcome
