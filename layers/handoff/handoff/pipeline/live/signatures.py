"""Signatures of webhooks: whether a body came from whoever has the key."""

from __future__ import annotations

import hmac
from base64 import b64encode
from hashlib import sha256

from handoff.domain.grants import Secret


def signature_of(body: bytes, key: Secret) -> str:
    """The Base64 of the body's HMAC-SHA256."""
    return b64encode(hmac.digest(key.reveal().encode(), body, sha256)).decode()


def is_signed(body: bytes, sent: str, key: Secret) -> bool:
    """Whether `sent` is the body's signature, all of it; the time it takes does not tell how much of it is right.

    The texts are compared, not what they decode to: Base64 has more than one text for the same bytes.
    """
    return hmac.compare_digest(signature_of(body, key).encode(), sent.encode(errors="surrogatepass"))
