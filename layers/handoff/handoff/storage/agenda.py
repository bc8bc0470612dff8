"""The agenda: which records of a flow the post step has to look at, so that no pass reads the whole flow.

A record is on the agenda from the moment it is ready until it rests (posted, held, excluded, …). An entry
is written before the record, with the revision the record will have:

      note (id, revision 5) ──► record saved with revision 5 ──► … ──► posted, seen by a reader ──► dropped

A reader drops an entry only when the record has reached the entry's revision and rests, so a crash
between the two writes leaves an entry too many and never one too few. Entries of a whole batch share a
page: a record costs about a hundredth of a write unit here, where an index by state would cost two.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from handoff.domain.staged import StagedRecord, State
from handoff.storage.dynamo import Table, chunks, text
from handoff.storage.packing import content_of, digest_of, document

ON_AGENDA = frozenset({State.READY, State.POSTING, State.UNSURE, State.FAILED, State.REVERSING})
"""States with work to be done."""
ENTRANCES = frozenset({State.READY, State.REVERSING})
"""The states through which every legal move from rest to work leads."""
WRITTEN_WITHIN = timedelta(hours=1)
"""An entry whose record is not there by now never had one: no function runs that long."""
ENTRIES_PER_PAGE = 4_000
PAGES_MAX = 20
"""More pages than this are put together by the next reader."""


class Entry(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A record that will have work to be done from this revision on."""

    external_id: str
    revision: int


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(list[Entry])


@dataclass(frozen=True, slots=True)
class Page:
    """Entries that were noted together: one item."""

    sk: str
    noted_at: datetime
    entries: Sequence[Entry]


class Agenda:
    """The agenda of one flow of one integration."""

    def __init__(self, table: Table, pk: str, now: Callable[[], datetime]) -> None:
        self._table = table
        self._pk = pk
        self._now = now

    def note(self, entries: Sequence[Entry]) -> None:
        """Puts records on the agenda; to be called before they are written."""
        self._write(entries, self._now())

    def pages(self) -> Sequence[Page]:
        """What is on the agenda now, oldest first; a record may stand on several pages."""
        pages = [_page_from(item["sk"]["S"], content_of(item["d"])) for item in self._table.query(self._pk)]
        return pages if len(pages) <= PAGES_MAX else self._put_together(pages)

    def unfinished(self, page: Page, asked: Sequence[Entry], found: Mapping[str, StagedRecord]) -> Iterator[Entry]:
        """Those of a page's entries that stay: their record has work to be done, or is not written yet."""
        for entry in asked:
            record = found.get(entry.external_id)
            if record is not None and record.state in ON_AGENDA:
                yield entry  # whatever was noted besides, and never written
            elif (record is None or record.revision < entry.revision) and page.noted_at + WRITTEN_WITHIN > self._now():
                yield entry

    def settle(self, page: Page, left: Sequence[Entry]) -> None:
        """After all of a page was seen: what is left is written anew when much has gone."""
        if len(left) <= len(page.entries) // 2:
            self._instead_of([page], left)

    def _put_together(self, pages: Sequence[Page]) -> Sequence[Page]:
        revisions: dict[str, int] = {}
        for entry in (entry for page in pages for entry in page.entries):
            revisions[entry.external_id] = max(entry.revision, revisions.get(entry.external_id, 0))
        return self._instead_of(pages, [Entry(name, revision) for name, revision in revisions.items()])

    def _instead_of(self, pages: Sequence[Page], entries: Sequence[Entry]) -> Sequence[Page]:
        written = self._write(entries, max(page.noted_at for page in pages))
        for sk in {page.sk for page in pages} - {page.sk for page in written}:
            self._table.delete(self._pk, sk)
        return written

    def _write(self, entries: Sequence[Entry], at: datetime) -> list[Page]:
        pages = []
        for some in chunks(entries, ENTRIES_PER_PAGE):
            content = _ENCODER.encode(some)
            # Named by what it holds: a page that is written twice is there once.
            sk = f"{at.isoformat()}#{digest_of(content)}"
            self._table.put({"pk": text(self._pk), "sk": text(sk), "d": document(content)})
            pages.append(Page(sk, at, some))
        return pages


def _page_from(sk: str, content: bytes) -> Page:
    return Page(sk, datetime.fromisoformat(sk.partition("#")[0]), _DECODER.decode(content))


def of_states(states: Collection[State]) -> bool:
    """Whether everything in these states is on the agenda."""
    return bool(states) and ON_AGENDA.issuperset(states)
