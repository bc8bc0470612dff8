"""What was told of an integration's failures: one item, written when a message was sent and at no other time.

load ─► STATE     the ids of told causes, by when they were told
save ─► STATE     on the revision that was read
"""

from __future__ import annotations

from datetime import datetime
from itertools import islice

import msgspec

from handoff.ports.notices import Told
from handoff.storage import tables
from handoff.storage.dynamo import Table, number, revision_of, text
from handoff.storage.packing import content_of, document

CAUSES_MAX = 20_000
"""An item holds 400 KB; an id is 9 bytes when packed. Beyond it the causes told longest ago are told again."""


class _Document(msgspec.Struct, frozen=True, omit_defaults=True):
    """t the ids of causes by the instant they were told, joined without anything between; a last tried at."""

    t: dict[str, str] = {}
    a: str = ""


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(_Document)
_ID = 18


class DynamoNoticeStore:
    """The memory of one integration's notices of one tenant."""

    PARTITION = "notices"
    """The end of its keys, and all that the function which sends notices may write."""

    def __init__(self, table: Table, tenant_id: str, integration_id: str) -> None:
        self._table = table
        self._pk = tables.integration_pk(tenant_id, integration_id, self.PARTITION)

    def load(self) -> Told:
        """What was told, in one request."""
        item = self._table.get(self._pk, tables.STATE_SK)
        if item is None:
            return Told()
        kept = _DECODER.decode(content_of(item["d"]))
        causes = {
            ids[start : start + _ID]: datetime.fromisoformat(at)
            for at, ids in kept.t.items()
            for start in range(0, len(ids), _ID)
        }
        return Told(causes, datetime.fromisoformat(kept.a) if kept.a else None, revision_of(item))

    def save(self, told: Told) -> Told:
        """Writes it over the revision read; raises Stale."""
        kept = _Document(_by_instant(told), told.tried_at.isoformat() if told.tried_at else "")
        item = {
            "pk": text(self._pk),
            "sk": text(tables.STATE_SK),
            "n": number(told.revision + 1),
            "d": document(_ENCODER.encode(kept)),
        }
        self._table.replace(item, revision=told.revision)
        return Told(told.causes, told.tried_at, told.revision + 1)


def _by_instant(told: Told) -> dict[str, str]:
    newest_first = sorted(told.causes, key=lambda cause: (told.causes[cause], cause), reverse=True)
    by_instant: dict[str, list[str]] = {}
    for cause in islice(newest_first, CAUSES_MAX):
        by_instant.setdefault(told.causes[cause].isoformat(), []).append(cause)
    return {at: "".join(ids) for at, ids in by_instant.items()}
