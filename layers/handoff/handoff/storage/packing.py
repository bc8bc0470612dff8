"""Values as bytes in items: JSON that a person can read while it is short, compressed when it is long."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handoff.storage.dynamo import Value

LEGIBLE_MAX = 860
"""Bytes of a document kept as text: with its keys it is under 1 KB, which is one write unit."""
CHUNK_MAX = 350_000
"""Bytes of a part: an item holds 400 KB with its keys."""
_LEVEL = 6


def document(content: bytes) -> Value:
    """A document as an attribute: text, or compressed when it would cost a second unit."""
    if len(content) <= LEGIBLE_MAX:
        return {"S": content.decode()}
    return {"B": zlib.compress(content, _LEVEL)}


def content_of(value: Value) -> bytes:
    """The document that was put into an attribute."""
    if "S" in value:
        return value["S"].encode()
    return zlib.decompress(value["B"])


def parts_of(content: bytes, size: int = CHUNK_MAX) -> list[bytes]:
    """A long document, compressed and cut into parts that fit into items; at least one."""
    packed = zlib.compress(content, _LEVEL)
    return list(_cut(packed, size))


def _cut(packed: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(packed), size):
        yield packed[start : start + size]


def joined(parts: Sequence[bytes]) -> bytes:
    """The document that was cut into these parts."""
    return zlib.decompress(b"".join(parts))


def digest_of(content: bytes) -> str:
    """A short name for a content, in hex: 80 bits, told apart within one posting or one run only."""
    return blake2b(content, digest_size=10).hexdigest()
