"""The links of one integration, found by the time tool's id and by the ERP's number.

    L#{flow}#{external id}    the link
    N#{flow}#{number}         whose number that is

The number is written before the link that has it, and believed only as far as a link says the same: what a crash left
between the two, or a link that has another number by now, is read as if it were not there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from handoff.domain.errors import Stale
from handoff.domain.master_data import Link
from handoff.storage import tables
from handoff.storage.dynamo import Table, number, revision_of, text
from handoff.storage.packing import content_of, document

if TYPE_CHECKING:
    from handoff.storage.dynamo import Item


class _Document(msgspec.Struct, frozen=True, omit_defaults=True):
    """x external id, u number, w hash of what was written, f fingerprint, o the ERP's form."""

    x: str
    u: int
    w: str
    f: str
    o: bytes


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(_Document)


class DynamoLinkStore:
    """The links of one integration of one tenant."""

    def __init__(self, table: Table, tenant_id: str, integration_id: str) -> None:
        self._table = table
        self._pk = tables.integration_pk(tenant_id, integration_id, "links")

    def get(self, flow: str, external_id: str) -> Link | None:
        """The link of an object in the time tool, or None."""
        item = self._table.get(self._pk, tables.link_sk(flow, external_id))
        return None if item is None else _link_from(flow, item)

    def numbered(self, flow: str, number: int) -> Link | None:
        """The link of an object in the ERP, or None."""
        item = self._table.get(self._pk, tables.link_number_sk(flow, number))
        link = None if item is None else self.get(flow, content_of(item["d"]).decode())
        return link if link is not None and link.number == number else None

    def save(self, link: Link) -> Link:
        """Writes it on the revision read (0: the first) and returns it with the new one; raises Stale."""
        known = self.get(link.flow, link.external_id)
        if link.revision != (0 if known is None else known.revision):
            raise Stale("somebody else has changed it since it was read")
        if known is None or known.number != link.number:
            self._table.put(
                {
                    "pk": text(self._pk),
                    "sk": text(tables.link_number_sk(link.flow, link.number)),
                    "d": document(link.external_id.encode()),
                }
            )
        saved = replace(link, revision=link.revision + 1)
        kept = _Document(link.external_id, link.number, link.wanted, link.fingerprint, link.form)
        self._table.replace(
            {
                "pk": text(self._pk),
                "sk": text(tables.link_sk(link.flow, link.external_id)),
                "n": number(saved.revision),
                "d": document(_ENCODER.encode(kept)),
            },
            revision=link.revision,
        )
        return saved

    def all(self, flow: str) -> Iterator[Link]:
        """Every link of a flow."""
        for item in self._table.query(self._pk, tables.link_prefix(flow)):
            yield _link_from(flow, item)


def _link_from(flow: str, item: Item) -> Link:
    kept = _DECODER.decode(content_of(item["d"]))
    return Link(flow, kept.x, kept.u, kept.w, kept.f, kept.o, revision_of(item))
