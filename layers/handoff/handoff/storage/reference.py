"""Reference data of one integration: each kind packed into a chunk or a few, read with one request.

A plan needs all of it, a pass changes next to none of it. As one item per object, a thousand projects with
their tasks would be a thousand reads a plan; packed they are some 60 KB. A kind is written as a whole, on
the revision that was read; when somebody was faster, the change is worked out again on what they wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from handoff.domain.errors import Stale
from handoff.domain.reference import REFERENCE_KINDS, ReferenceData, ReferenceObject
from handoff.storage import tables
from handoff.storage.dynamo import Table, number, revision_of, text
from handoff.storage.packing import digest_of, joined, parts_of

if TYPE_CHECKING:
    from handoff.storage.dynamo import Item

ATTEMPTS_MAX = 5

_ENCODER = msgspec.json.Encoder()
_DECODERS: Mapping[str, msgspec.json.Decoder[Any]] = {
    kind: msgspec.json.Decoder(list[one])  # type: ignore[valid-type]  # a type known at run time only
    for kind, one in REFERENCE_KINDS.items()
}

Objects = Mapping[str, ReferenceObject]


@dataclass(frozen=True, slots=True)
class _Kind:
    objects: Objects
    revision: int
    rest: tuple[str, ...]
    """The sort keys of its parts after the first."""


_NONE = _Kind({}, 0, ())


class DynamoReferenceStore:
    """Reference data of one integration of one tenant.

    It remembers what it has read, so that a pass over lists that did not change is one request in all:
    build one for each invocation, not one for the life of a process.
    """

    def __init__(self, table: Table, tenant_id: str, integration_id: str) -> None:
        self._table = table
        self._pk = tables.integration_pk(tenant_id, integration_id, "reference")
        self._known: dict[str, _Kind] | None = None

    def load(self) -> ReferenceData:
        """Everything, from both sides."""
        self._known = self._read()
        by_kind: dict[str, Any] = {kind: known.objects for kind, known in self._known.items()}
        return ReferenceData(**by_kind)  # each kind was decoded as the type REFERENCE_KINDS gives it

    def keys(self, kind: str) -> Collection[str]:
        """The keys of all that is known of a kind, as this store has read or written it."""
        if self._known is None:
            self._known = self._read()
        return self._known.get(kind, _NONE).objects.keys()

    def put(self, kind: str, objects: Sequence[ReferenceObject]) -> int:
        """Stores what is new or changed; returns how many that were."""
        new = {one.key: one for one in objects}
        return self._change(kind, lambda known: {**known, **new}) if new else 0

    def replace(self, kind: str, objects: Sequence[ReferenceObject]) -> int:
        """As put, and removes what is not among them; returns how many changed or went."""
        new = {one.key: one for one in objects}
        return self._change(kind, lambda _: new)

    def keep_only(self, kind: str, keys: Collection[str]) -> int:
        """Removes what has another key than these; returns how many that were."""
        return self._change(kind, lambda known: {key: one for key, one in known.items() if key in keys})

    def _change(self, kind: str, changed_from: Callable[[Objects], Objects]) -> int:
        for _ in range(ATTEMPTS_MAX):
            # What this store has read or written before is good enough to begin with: a write on it is
            # conditional, and when nothing differs from it nothing has to be read again.
            known = (self._known or {}).get(kind)
            if known is None:
                self._known = self._read()
                known = self._known.get(kind, _NONE)
            wanted = changed_from(known.objects)
            names = known.objects.keys() | wanted.keys()
            changed = sum(known.objects.get(name) != wanted.get(name) for name in names)
            if changed == 0:
                return 0
            if self._write(kind, known, wanted):
                return changed
            self._known = None
        raise Stale(f"the reference data of {kind} keeps changing", field=kind)

    def _write(self, kind: str, known: _Kind, wanted: Objects) -> bool:
        """Writes a kind on the revision known; False when somebody was faster."""
        content = _ENCODER.encode([wanted[name] for name in sorted(wanted)])
        digest, parts = digest_of(content), parts_of(content)
        rest = [tables.reference_sk(kind, f"{digest}#{place:03}") for place in range(1, len(parts))]
        # The parts are there before the item that names them, and go after nothing names them any more.
        for sk, part in zip(rest, parts[1:], strict=True):
            self._table.put({"pk": text(self._pk), "sk": text(sk), "d": {"B": part}})
        revision = known.revision + 1
        first: Item = {
            "pk": text(self._pk),
            "sk": text(tables.reference_sk(kind)),
            "n": number(revision),
            "g": text(digest),
            "k": number(len(parts)),
            "d": {"B": parts[0]},
        }
        try:
            self._table.replace(first, revision=known.revision)
        except Stale:
            return False
        for sk in set(known.rest) - set(rest):
            self._table.delete(self._pk, sk)
        self._known = {**(self._known or {}), kind: _Kind(wanted, revision, tuple(rest))}
        return True

    def _read(self) -> dict[str, _Kind]:
        for _ in range(ATTEMPTS_MAX):
            items = {item["sk"]["S"]: item for item in self._table.query(self._pk)}
            kinds = {kind: _kind_from(kind, items) for kind in REFERENCE_KINDS if tables.reference_sk(kind) in items}
            read = {kind: known for kind, known in kinds.items() if known is not None}
            if len(read) == len(kinds):
                return read
        raise Stale("the reference data keeps changing while it is read")


def _kind_from(kind: str, items: Mapping[str, Item]) -> _Kind | None:
    """A kind from what was read; None when a part was replaced while the pages were read."""
    first = items[tables.reference_sk(kind)]
    digest = first["g"]["S"]
    rest = tuple(tables.reference_sk(kind, f"{digest}#{place:03}") for place in range(1, int(first["k"]["N"])))
    if any(sk not in items for sk in rest):
        return None
    content = joined([first["d"]["B"], *(items[sk]["d"]["B"] for sk in rest)])
    objects: Sequence[ReferenceObject] = _DECODERS[kind].decode(content)
    return _Kind({one.key: one for one in objects}, revision_of(first), rest)
