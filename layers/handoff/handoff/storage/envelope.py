"""Envelope encryption: secrets under data keys, data keys under KMS, both bound to whom they belong to.

      KMS key ──wraps──► data key ──AES-256-GCM──► secret
         └── context {tenant_id, connection_id, purpose} ──┘

The context stands in no item: it comes from the store that asks. An item that was copied to another
tenant's key fails in KMS, before any byte of it is decrypted. Data keys are kept in the process for a
bounded time and number of uses, since a call to KMS for each token would cost more than the store.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

KEY_SECONDS_MAX = 300.0
"""How long a data key is used: a withdrawn right to the KMS key counts after this at the latest."""
KEY_USES_MAX = 1_000
"""How often; with random nonces AES-GCM is safe for 2^32 messages under one key (NIST SP 800-38D)."""
KEYS_MAX = 200
"""Data keys in memory, the least recently used go first."""
_NONCE_BYTES = 12


@dataclass(slots=True)
class _DataKey:
    wrapped: bytes
    cipher: AESGCM = field(repr=False)
    until: float
    uses: int = 0


@dataclass(frozen=True, slots=True)
class Sealed:
    """A secret as it may be stored: the wrapped data key, and nonce and ciphertext."""

    wrapped_key: bytes
    box: bytes


class Envelope:
    """Seals and opens secrets under one KMS key; one for the life of a process."""

    def __init__(self, client: KMSClient, key_id: str, monotonic: Callable[[], float]) -> None:
        self._client = client
        self._key_id = key_id
        self._monotonic = monotonic
        self._sealing: OrderedDict[bytes, _DataKey] = OrderedDict()
        self._opening: OrderedDict[bytes, _DataKey] = OrderedDict()
        self._lock = Lock()

    def seal(self, plain: bytes, context: Mapping[str, str]) -> Sealed:
        """Encrypts for this context only."""
        bound = _bound(context)
        with self._lock:
            key = self._fresh(self._sealing, bound) or self._generate(bound, context)
            key.uses += 1
        nonce = os.urandom(_NONCE_BYTES)
        return Sealed(key.wrapped, nonce + key.cipher.encrypt(nonce, plain, bound))

    def open(self, sealed: Sealed, context: Mapping[str, str]) -> bytes:
        """Decrypts what was sealed for this context.

        Raises KMS's InvalidCiphertextException (a ClientError) for any other context, and cryptography's
        InvalidTag when the box was tampered with.
        """
        bound = _bound(context)
        with self._lock:
            # The context is part of the name: a key unwrapped for one tenant opens nothing for another.
            name = bound + b"\x00" + sealed.wrapped_key
            key = self._fresh(self._opening, name) or self._unwrap(name, sealed.wrapped_key, context)
            key.uses += 1
        return key.cipher.decrypt(sealed.box[:_NONCE_BYTES], sealed.box[_NONCE_BYTES:], bound)

    def _fresh(self, keys: OrderedDict[bytes, _DataKey], name: bytes) -> _DataKey | None:
        key = keys.get(name)
        if key is None:
            return None
        if self._monotonic() >= key.until or key.uses >= KEY_USES_MAX:
            del keys[name]
            return None
        keys.move_to_end(name)
        return key

    def _generate(self, bound: bytes, context: Mapping[str, str]) -> _DataKey:
        made = self._client.generate_data_key(KeyId=self._key_id, KeySpec="AES_256", EncryptionContext=context)
        return self._keep(self._sealing, bound, made["CiphertextBlob"], made["Plaintext"])

    def _unwrap(self, name: bytes, wrapped: bytes, context: Mapping[str, str]) -> _DataKey:
        plain = self._client.decrypt(CiphertextBlob=wrapped, KeyId=self._key_id, EncryptionContext=context)["Plaintext"]
        return self._keep(self._opening, name, wrapped, plain)

    def _keep(self, keys: OrderedDict[bytes, _DataKey], name: bytes, wrapped: bytes, plain: bytes) -> _DataKey:
        key = _DataKey(wrapped, AESGCM(plain), self._monotonic() + KEY_SECONDS_MAX)
        keys[name] = key
        while len(keys) > KEYS_MAX:
            keys.popitem(last=False)
        return key


def _bound(context: Mapping[str, str]) -> bytes:
    """The context as bytes that no other context has."""
    return b"".join(
        len(word).to_bytes(4) + word for name in sorted(context) for word in (name.encode(), context[name].encode())
    )
