"""The round trips of one integration: the way back of one invoice each, found by its id or by being under way.

    T#{flow}#{external id}    ix  open|rest#{flow}#{external id}

A task's token stands in the item, and in nothing that is shown or logged: whoever has it can answer for the worker.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec

from handoff.domain.sales import Milestone
from handoff.domain.trips import OrderFacts, RoundTrip, TripStage, TripTask
from handoff.storage import tables
from handoff.storage.dynamo import Table, number, revision_of, text
from handoff.storage.packing import content_of, document

if TYPE_CHECKING:
    from handoff.storage.dynamo import Item


class _Document(msgspec.Struct, frozen=True, omit_defaults=True):
    """f flow, x external id, o order, b started at, a since, k token, q task, s sent on, p paid on, c credited, g gone,
    t told, r refused, e generation, i the ERP's invoice, m its total, n what is outstanding.
    """

    f: str
    x: str
    o: str
    b: datetime
    a: datetime
    k: str = ""
    q: TripTask | None = None
    s: date | None = None
    p: date | None = None
    c: bool = False
    g: bool = False
    t: tuple[Milestone, ...] = ()
    r: tuple[Milestone, ...] = ()
    e: int = 1
    i: str = ""
    m: Decimal = Decimal(0)
    n: Decimal = Decimal(0)


_ENCODER = msgspec.json.Encoder(decimal_format="string")
_DECODER = msgspec.json.Decoder(_Document)


class DynamoTripStore:
    """The round trips of one integration of one tenant."""

    def __init__(self, table: Table, tenant_id: str, integration_id: str) -> None:
        self._table = table
        self._pk = tables.integration_pk(tenant_id, integration_id, "trips")

    def get(self, flow: str, external_id: str) -> RoundTrip | None:
        """The trip of an invoice, or None."""
        item = self._table.get(self._pk, tables.trip_sk(flow, external_id))
        return None if item is None else _trip_from(item)

    def save(self, trip: RoundTrip) -> RoundTrip:
        """Writes it on the revision read (0: the first) and returns it with the new one; raises Stale."""
        saved = replace(trip, revision=trip.revision + 1)
        self._table.replace(self._item(saved), revision=trip.revision)
        return saved

    def open(self, flow: str) -> Sequence[RoundTrip]:
        """Those that are not over, by the invoice's id."""
        keys = [key["sk"]["S"] for key in self._table.query(self._pk, tables.open_trips(flow), of_index=True)]
        found = (_trip_from(item) for item in self._table.get_many(self._pk, keys))
        return sorted((trip for trip in found if not trip.is_over), key=lambda trip: trip.external_id)

    def _item(self, trip: RoundTrip) -> Item:
        known = trip.known
        kept = _Document(
            trip.flow, trip.external_id, trip.order, trip.started_at, trip.since, trip.token, trip.task, known.sent_on,
            known.paid_on, known.credited, known.gone, tuple(sorted(trip.told)), tuple(sorted(trip.refused)),
            trip.generation, known.invoice, known.total, known.outstanding,
        )  # fmt: skip
        return {
            "pk": text(self._pk),
            "sk": text(tables.trip_sk(trip.flow, trip.external_id)),
            "ix": text(tables.trip_ix(trip.flow, trip.external_id, is_open=not trip.is_over)),
            "n": number(trip.revision),
            "s": text(trip.stage),
            "d": document(_ENCODER.encode(kept)),
        }


def _trip_from(item: Item) -> RoundTrip:
    kept = _DECODER.decode(content_of(item["d"]))
    return RoundTrip(
        flow=kept.f,
        external_id=kept.x,
        order=kept.o,
        started_at=kept.b,
        since=kept.a,
        stage=TripStage(item["s"]["S"]),
        token=kept.k,
        task=kept.q,
        known=OrderFacts(kept.s, kept.p, kept.c, kept.g, kept.i, kept.m, kept.n),
        told=frozenset(kept.t),
        refused=frozenset(kept.r),
        generation=kept.e,
        revision=revision_of(item),
    )
