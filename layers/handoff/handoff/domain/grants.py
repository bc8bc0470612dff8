"""A grant: what a tenant gave us to act at a vendor in its name, and secrets that can't be printed.

Stores keep `grant_bytes` encrypted; nothing else ever turns a secret into text that could be written down.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec


class Secret:
    """Text that shows nothing of itself when printed, formatted or logged; `reveal` gives it out."""

    __slots__ = ("_text",)

    def __init__(self, text: str = "") -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for a header or a form that is about to be sent."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._text.encode(), other._text.encode())

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__

    def __reduce__(self) -> Any:  # a pickle would hold the text in the clear
        raise TypeError("a secret can't be pickled")


NO_SECRET = Secret()


@dataclass(frozen=True, slots=True)
class Grant:
    """The right to call one account at one vendor.

    `account` is the vendor's name for the account, as in `Connection`. A grant with a refresh token is
    renewed by it; one with client credentials only asks for a new access token; one with neither (a
    personal token, a key) is used as it is. `expires_at` is when the access token should be renewed, None
    when it has no known end. `key_expires_on` is the last day of a key that nothing renews, None where nobody said.
    """

    vendor: str
    account: str
    client_id: str = ""
    client_secret: Secret = NO_SECRET
    refresh_token: Secret = NO_SECRET
    access_token: Secret = NO_SECRET
    expires_at: datetime | None = None
    key_expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class StoredGrant:
    """A grant as read from its store; the next write is made on this revision."""

    grant: Grant
    revision: int


def grant_bytes(grant: Grant) -> bytes:
    """Everything about the grant, secrets in the clear: to be encrypted at once and kept nowhere else."""
    return _ENCODER.encode(grant)


def grant_from(plain: bytes) -> Grant:
    """The grant that `grant_bytes` wrote."""
    return _DECODER.decode(plain)


def _to_text(value: Any) -> Any:
    if isinstance(value, Secret):
        return value.reveal()
    raise TypeError(f"can't encode {type(value).__name__}")


def _to_secret(wanted: type, value: Any) -> Any:
    if wanted is Secret and isinstance(value, str):
        return Secret(value)
    raise TypeError(f"can't decode {wanted.__name__}")


_ENCODER = msgspec.json.Encoder(enc_hook=_to_text)
_DECODER = msgspec.json.Decoder(Grant, dec_hook=_to_secret)
