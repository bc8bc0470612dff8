"""The postings of one integration, the intent log: a small item that changes and lines that do not.

      P#key                     state, revision, receipt: one or two units a write, four writes a posting
      L#key#digest#part         the document with its lines, compressed; written before the item that names it

A posting whose lines change (a record left it before it was sent) names another digest from then on; the
parts it named before stay, as everything in this log does.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields, replace
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

import msgspec

from handoff.domain.errors import Stale
from handoff.domain.periods import Period
from handoff.domain.posting import OPEN_POSTINGS, Posting, PostingState, Receipt
from handoff.storage import tables
from handoff.storage.dynamo import Table, chunks, number, revision_of, text
from handoff.storage.packing import content_of, digest_of, document, joined, parts_of
from handoff.storage.staged import check_cursor

if TYPE_CHECKING:
    from handoff.storage.dynamo import Item

CLAIMABLE = frozenset({PostingState.REFUSED, PostingState.ABANDONED})
"""A posting that came to nothing may be claimed anew under its key."""
ATTEMPTS_MAX = 3
DOCUMENTS_PER_READ = 20
"""A document of 250 lines takes some 15 KB; this many are held in memory at a time."""


class _Progress(msgspec.Struct, frozen=True, omit_defaults=True):
    """What changes while a posting is on its way, under the names it has in Posting."""

    run_id: str = ""
    claimed_at: datetime | None = None
    lease_until: datetime | None = None
    sent_at: datetime | None = None
    receipt: Receipt | None = None
    refusal: str = ""
    taken_out: tuple[str, ...] = ()


_PROGRESS = _Progress.__struct_fields__
_UNTOUCHED: Mapping[str, Any] = {
    field.name: field.default for field in fields(Posting) if field.name in (*_PROGRESS, "state", "revision")
}
_ENCODER = msgspec.json.Encoder()
_PROGRESS_DECODER = msgspec.json.Decoder(_Progress)
_POSTING_DECODER = msgspec.json.Decoder(Posting)


class DynamoPostingStore:
    """The postings of one integration of one tenant."""

    def __init__(self, table: Table, tenant_id: str, integration_id: str) -> None:
        self._table = table
        self._pk = tables.integration_pk(tenant_id, integration_id, "postings")
        self._lines_kept: dict[str, str] = {}

    def claim(self, posting: Posting) -> Posting:
        """Stores a new posting, or returns the stored one with that key when there is one.

        A stored one that was refused or abandoned came to nothing: it is claimed anew, with the lines
        given now.
        """
        for _ in range(ATTEMPTS_MAX):
            stored = self.get(posting.key)
            if stored is not None and stored.state not in CLAIMABLE:
                return stored
            with suppress(Stale):
                return self.save(replace(posting, revision=0 if stored is None else stored.revision))
        raise Stale(f"posting {posting.key} keeps changing", field=posting.key)

    def save(self, posting: Posting) -> Posting:
        """Writes it on the revision read and returns it with the new one; raises Stale."""
        content = _ENCODER.encode(replace(posting, **_UNTOUCHED))
        digest = digest_of(content)
        parts = parts_of(content)
        if self._lines_kept.get(posting.key) != digest:
            self._write_lines(posting.key, digest, parts)
        saved = replace(posting, revision=posting.revision + 1)
        self._table.replace(self._item(saved, digest, len(parts)), revision=posting.revision)
        return saved

    def _write_lines(self, key: str, digest: str, parts: Sequence[bytes]) -> None:
        for place, part in enumerate(parts):
            sk = tables.lines_sk(key, digest, place)
            self._table.put({"pk": text(self._pk), "sk": text(sk), "d": {"B": part}})
        self._lines_kept[key] = digest

    def _item(self, posting: Posting, digest: str, parts: int) -> Item:
        progress = _Progress(**{name: getattr(posting, name) for name in _PROGRESS})
        ix = tables.posting_ix(is_open=posting.state in OPEN_POSTINGS, period=posting.period, key=posting.key)
        return {
            "pk": text(self._pk),
            "sk": text(tables.posting_sk(posting.key)),
            "ix": text(ix),
            "s": text(posting.state.value),
            "n": number(posting.revision),
            "g": text(digest),
            "k": number(parts),
            "d": document(_ENCODER.encode(progress)),
        }

    def get(self, key: str) -> Posting | None:
        """The posting with its lines, or None."""
        item = self._table.get(self._pk, tables.posting_sk(key))
        return None if item is None else next(self._whole([item]))

    def open(self) -> Sequence[Posting]:
        """Postings that are claimed, unsure or accepted, by period and key."""
        keys = self._table.query(self._pk, tables.OPEN, of_index=True)
        postings = (p for p in self._read([key["sk"]["S"] for key in keys]) if p.state in OPEN_POSTINGS)
        return sorted(postings, key=_place)

    def of_period(self, period: Period) -> Iterator[Posting]:
        """All postings with that accounting period, with their lines."""
        sks = [
            key["sk"]["S"]
            for prefix in (tables.OPEN, tables.REST)
            for key in self._table.query(self._pk, f"{prefix}{period}#", of_index=True)
        ]
        return self._read(dict.fromkeys(sks))  # one that comes to rest in between is met twice

    def page(self, *, limit: int, cursor: str | None) -> tuple[Sequence[Posting], str | None]:
        """Postings, newest period first, with the mark of the next page; raises InvalidInput for a bad mark."""
        check_cursor(cursor, None)
        # Documents are few (a month's hours are some dozens) and keys are small: all of them are one request.
        places = {
            key["ix"]["S"].removeprefix(prefix): key["sk"]["S"]
            for prefix in (tables.OPEN, tables.REST)
            for key in self._table.query(self._pk, prefix, of_index=True)
        }
        behind = (place for place in places if cursor is None or place < cursor)
        chosen = heapq.nlargest(limit + 1, behind)
        postings = sorted(self._read([places[place] for place in chosen[:limit]]), key=_place, reverse=True)
        return postings, chosen[limit - 1] if len(chosen) > limit else None

    def _read(self, sks: Iterable[str]) -> Iterator[Posting]:
        return self._whole(list(self._table.get_many(self._pk, sks)))

    def _whole(self, items: Sequence[Item]) -> Iterator[Posting]:
        """The postings of these items; their lines are read along, some documents at a time."""
        for some in chunks(items, DOCUMENTS_PER_READ):
            sks = chain.from_iterable(map(_lines_sks, some))
            parts = {part["sk"]["S"]: part["d"]["B"] for part in self._table.get_many(self._pk, sks)}
            for item in some:
                yield self._posting(item, joined([parts[sk] for sk in _lines_sks(item)]))

    def _posting(self, item: Item, content: bytes) -> Posting:
        progress = _PROGRESS_DECODER.decode(content_of(item["d"]))
        posting = replace(
            _POSTING_DECODER.decode(content),
            state=PostingState(item["s"]["S"]),
            revision=revision_of(item),
            **{name: getattr(progress, name) for name in _PROGRESS},
        )
        self._lines_kept[posting.key] = item["g"]["S"]
        return posting


def _lines_sks(item: Item) -> list[str]:
    key = item["sk"]["S"].removeprefix(tables.POSTINGS)
    return [tables.lines_sk(key, item["g"]["S"], place) for place in range(int(item["k"]["N"]))]


def _place(posting: Posting) -> str:
    return f"{posting.period}#{posting.key}"
