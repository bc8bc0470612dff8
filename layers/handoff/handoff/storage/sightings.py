"""The sightings of one integration: of each flow both sides' objects, found by their ids or by having work left.

{side}#{id}    ix  open|rest#{side}#{id}
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from handoff.domain.capabilities import Side
from handoff.domain.errors import Stale
from handoff.domain.pairs import KINDS, Note, S, Sighting
from handoff.storage import tables
from handoff.storage.dynamo import Table, number, revision_of, text
from handoff.storage.packing import content_of, document

if TYPE_CHECKING:
    from handoff.storage.dynamo import Item


_NOTHING = msgspec.Raw(b"null")


class _Document(msgspec.Struct, frozen=True, omit_defaults=True):
    """s says, a agreed, c changed at, t noted at, e excluded, b blocked, g gone, f refers, p partner, m making,
    r refused, n notes.
    """

    s: msgspec.Raw
    a: msgspec.Raw = _NOTHING
    c: datetime | None = None
    t: datetime | None = None
    e: str = ""
    b: bool = False
    g: bool = False
    f: str = ""
    p: str = ""
    m: bool = False
    r: str = ""
    n: tuple[Note, ...] = ()


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(_Document)


class DynamoSightingStore:
    """The sightings of one integration of one tenant."""

    def __init__(self, table: Table, tenant_id: str, integration_id: str) -> None:
        self._table = table
        self._of = (tenant_id, integration_id)

    def get(self, flow: str, side: Side, ids: Collection[str]) -> Mapping[str, Sighting[S]]:
        """Those that are known, by their ids."""
        found: list[Sighting[S]] = self._read(flow, [tables.sighting_sk(side.value, id_) for id_ in ids])
        return {one.id: one for one in found}

    def open(self, flow: str) -> Sequence[Sighting[S]]:
        """Every sighting of a flow that there is something to do about, on both sides."""
        keys = self._table.query(tables.sightings_pk(*self._of, flow), tables.OPEN, of_index=True)
        found: list[Sighting[S]] = self._read(flow, [key["sk"]["S"] for key in keys])
        return sorted((one for one in found if one.is_open), key=_place)

    def all(self, flow: str, side: Side) -> Sequence[Sighting[S]]:
        """Every sighting of a flow on one side."""
        items = self._table.query(tables.sightings_pk(*self._of, flow), tables.sighting_prefix(side.value))
        return [_sighting_from(flow, item) for item in items]

    def save(self, sightings: Sequence[Sighting[S]]) -> Sequence[Sighting[S]]:
        """Writes each on the revision read (0: the first) and returns them with the new ones.

        Raises Stale when somebody was faster with one of them; the others are written all the same.
        """
        saved = [replace(one, revision=one.revision + 1) for one in sightings]
        items = [self._item(one) for one in saved]
        fresh = [item for item, one in zip(items, sightings, strict=True) if not one.revision]
        known = [item for item, one in zip(items, sightings, strict=True) if one.revision]
        lost = self._table.insert_many(fresh)
        lost |= self._table.update_many(known, revisions=[one.revision for one in sightings if one.revision])
        if lost:
            raise Stale("somebody else has changed it since it was read")
        return saved

    def _read(self, flow: str, sks: Collection[str]) -> list[Sighting[S]]:
        return [_sighting_from(flow, item) for item in self._table.get_many(tables.sightings_pk(*self._of, flow), sks)]

    def _item(self, one: Sighting[S]) -> Item:
        sk = tables.sighting_sk(one.side.value, one.id)
        agreed = _NOTHING if one.agreed is None else msgspec.Raw(_ENCODER.encode(one.agreed))
        kept = _Document(
            msgspec.Raw(_ENCODER.encode(one.says)), agreed, one.changed_at, one.noted_at, one.excluded, one.blocked,
            one.gone, one.refers, one.partner, one.making, one.refused, one.notes,
        )  # fmt: skip
        return {
            "pk": text(tables.sightings_pk(*self._of, one.flow)),
            "sk": text(sk),
            "ix": text(f"{tables.OPEN if one.is_open else tables.REST}{sk}"),
            "n": number(one.revision),
            "d": document(_ENCODER.encode(kept)),
        }


@cache
def _decoder(flow: str) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(KINDS[flow])


def _sighting_from(flow: str, item: Item) -> Sighting[Any]:
    side, id_ = tables.sighting_of(item["sk"]["S"])
    kept, decode = _DECODER.decode(content_of(item["d"])), _decoder(flow).decode
    return Sighting(
        flow=flow,
        side=Side(side),
        id=id_,
        says=decode(kept.s),
        changed_at=kept.c,
        noted_at=kept.t,
        excluded=kept.e,
        blocked=kept.b,
        gone=kept.g,
        refers=kept.f,
        partner=kept.p,
        agreed=None if bytes(kept.a) == bytes(_NOTHING) else decode(kept.a),
        making=kept.m,
        refused=kept.r,
        notes=kept.n,
        revision=revision_of(item),
    )


def _place(one: Sighting[S]) -> tuple[str, str]:
    return one.side.value, one.id
