"""Addresses that vendors send webhooks to, and what came in at them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from handoff.domain.errors import InvalidInput
from handoff.domain.grants import Secret

KEY_CHARACTERS = (8, 512)
"""How long a signing key may be; a shorter one could be guessed."""


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
class Signature:
    """How a vendor signs what it sends: the Base64 of an HMAC-SHA256 over the raw body, in a header.

    `event_header` has the vendor's own id of the event, the same whenever it is sent again. Names in small letters.
    """

    header: str
    event_header: str


@dataclass(frozen=True, slots=True)
class SealedKey:
    """The key that a vendor signs with, encrypted: who reads the item alone can't sign."""

    wrapped_key: bytes = field(repr=False)
    box: bytes = field(repr=False)
    entered_at: datetime


@dataclass(frozen=True, slots=True)
class HookTarget:
    """An integration that is told of a hook's events, and the ERP connection that its hints wait behind."""

    integration_id: str
    erp_id: str


@dataclass(frozen=True, slots=True)
class HookAddress:
    """One address: a connection's webhooks of one type. `digest` is the SHA-256 of the token in it.

    `account` is the connection's: what is said to be of another one is no business of this address.
    """

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
    account: str = ""
    signing: SealedKey | None = None


@dataclass(frozen=True, slots=True)
class HookEvent:
    """One event as it came in, for one integration; `id` is the request's, or the vendor's own where it `is_named`."""

    id: str
    hook_id: str
    integration_id: str
    at: datetime
    body: bytes = field(repr=False)
    content_type: str
    outcome: EventOutcome
    is_named: bool = False


def checked_key(key: Secret) -> Secret:
    """A signing key as it was shown, without what was copied along around it; raises InvalidInput for none."""
    bare = Secret(key.reveal().strip())
    shortest, longest = KEY_CHARACTERS
    if not shortest <= len(bare.reveal()) <= longest or not bare.reveal().isprintable():
        raise InvalidInput(
            f"a signing key has {shortest} to {longest} characters in one line",
            code="bad_signing_key",
            field="signing_key",
            cure="Copy the whole key where the vendor shows it, and nothing else.",
        )
    return bare
