"""What an integration remembers between passes: one item, read once and written once by a pass."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from handoff.ports import FeedCursor, PassState
from handoff.storage import tables
from handoff.storage.dynamo import Table, number, revision_of, text
from handoff.storage.packing import content_of, document


class _Document(msgspec.Struct, frozen=True, omit_defaults=True):
    cursors: dict[str, FeedCursor]
    needs_posting: bool = False
    gated_with: int = 0
    uncounted: bool = False
    serials: dict[str, int] = {}


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(_Document)


class DynamoPassStore:
    """The pass state of one integration of one tenant, or of one of its flows that has runs of its own."""

    def __init__(self, table: Table, tenant_id: str, integration_id: str, flow: str = "") -> None:
        self._table = table
        self._sk = tables.state_sk(flow)
        self._pk = tables.integration_pk(tenant_id, integration_id, "pass")

    def load(self) -> PassState:
        """The state; empty before the first pass."""
        item = self._table.get(self._pk, self._sk)
        if item is None:
            return PassState()
        kept = _DECODER.decode(content_of(item["d"]))
        return PassState(
            kept.cursors, kept.needs_posting, kept.gated_with, kept.uncounted, revision_of(item), kept.serials
        )

    def save(self, state: PassState) -> PassState:
        """Writes it on the revision read; raises Stale."""
        kept = _Document(
            dict(state.cursors), state.needs_posting, state.gated_with, state.uncounted, dict(state.serials)
        )
        saved = replace(state, revision=state.revision + 1)
        self._table.replace(
            {
                "pk": text(self._pk),
                "sk": text(self._sk),
                "n": number(saved.revision),
                "d": document(_ENCODER.encode(kept)),
            },
            revision=state.revision,
        )
        return saved
