"""The staged records of one integration: one item per version, the newest one under a key of its own.

      add      ─► R#id                      conditional: must not exist
      save     ─► R#id                      conditional: on the revision read
      replace  ─► R#id + V#id#version       both or none, on the revision read

A write stores the record's revision plus one: `add` stores 1 for a record of revision 0, and whoever goes
on with a record he has just saved counts one on. The content's own bytes stand in the item as they were
hashed, so that what an approval was bound to can be shown years later.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING

import msgspec

from handoff.domain.errors import InvalidInput
from handoff.domain.periods import Period
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.staged import Approval, ApprovedVia, Move, StagedRecord, Standing, State
from handoff.ports import RecordPage
from handoff.storage import tables
from handoff.storage.agenda import ENTRANCES, ON_AGENDA, Agenda, Entry, of_states
from handoff.storage.dynamo import READS_PER_REQUEST, Table, chunks, number, revision_of, text
from handoff.storage.packing import content_of, document

if TYPE_CHECKING:
    from handoff.storage.dynamo import Item

SCANNED_MAX = 2_000
"""Records one page looks at: a page of a rare state comes short, with a cursor, rather than late."""
CHUNK = 1_000
"""Records read ahead of an iteration."""


class _Move(msgspec.Struct, array_like=True, frozen=True, gc=False):
    to: State
    at: datetime
    by: str
    why: str


class _Approval(msgspec.Struct, array_like=True, frozen=True, gc=False):
    hash: str
    approved: bool
    via: ApprovedVia
    by: str
    at: datetime
    note: str


class _Problem(msgspec.Struct, array_like=True, frozen=True, gc=False):
    code: ProblemCode
    subject: str


class _Standing(msgspec.Struct, array_like=True, frozen=True, gc=False):
    kind: str
    key: str
    version: int
    hash: str


class _Document(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """Everything but key, state, revision and period; one letter each, since every write is paid by size.

    v version, h hash, b body, a approved in the time tool, c changed at, r reason, y approvals (yes or
    no), e problems (errors), k covered by posting keys, p posting key, m moves, t standing in the books,
    z reversals, x gone at.
    """

    v: int
    h: str
    b: msgspec.Raw
    a: bool
    c: datetime
    r: str = ""
    y: tuple[_Approval, ...] = ()
    e: tuple[_Problem, ...] = ()
    k: dict[str, str] = {}
    p: str | None = None
    m: tuple[_Move, ...] = ()
    t: tuple[_Standing, ...] = ()
    z: dict[str, str] = {}
    x: datetime | None = None


_CURSOR = re.compile(r"\d{4}-\d{2}#[^#]+")
_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(_Document)


def _encoded(record: StagedRecord) -> bytes:
    return _ENCODER.encode(
        _Document(
            v=record.version,
            h=record.hash,
            b=msgspec.Raw(record.body),
            a=record.source_approved,
            c=record.changed_at,
            r=record.reason,
            y=tuple(_Approval(a.hash, a.approved, a.via, a.by, a.at, a.note) for a in record.approvals),
            e=tuple(_Problem(problem.code, problem.subject) for problem in record.problems),
            k=dict(record.covered),
            p=record.posting_key,
            m=tuple(_Move(move.to, move.at, move.by, move.why) for move in record.history),
            t=tuple(_Standing(one.kind, one.key, one.version, one.hash) for one in record.standing),
            z=dict(record.reversals),
            x=record.gone_at,
        )
    )


def _record_from(flow: str, item: Item) -> StagedRecord:
    kept = _DECODER.decode(content_of(item["d"]))
    return StagedRecord(
        flow=flow,
        external_id=tables.external_id_of(item["sk"]["S"]),
        version=kept.v,
        hash=kept.h,
        body=bytes(kept.b),
        period=tables.period_of_ix(item["ix"]["S"]),
        state=State(item["s"]["S"]),
        source_approved=kept.a,
        changed_at=kept.c,
        revision=revision_of(item),
        reason=kept.r,
        approvals=tuple(Approval(a.hash, a.approved, a.via, a.by, a.at, a.note) for a in kept.y),
        problems=tuple(Problem(problem.code, problem.subject) for problem in kept.e),
        covered=kept.k,
        posting_key=kept.p,
        history=tuple(Move(move.to, move.at, move.by, move.why) for move in kept.m),
        standing=tuple(Standing(one.kind, one.key, one.version, one.hash) for one in kept.t),
        reversals=kept.z,
        gone_at=kept.x,
    )


class DynamoStagedStore:
    """The staged records of one integration of one tenant."""

    def __init__(self, table: Table, tenant_id: str, integration_id: str, now: Callable[[], datetime]) -> None:
        self._table = table
        self._tenant_id = tables.tenant_part(tenant_id)
        self._integration_id = tables.part(integration_id, "integration_id")
        self._now = now

    def get(self, flow: str, external_id: str) -> StagedRecord | None:
        """The newest version, or None."""
        item = self._table.get(self._pk(flow), tables.head_sk(external_id))
        return None if item is None else _record_from(flow, item)

    def get_many(self, flow: str, external_ids: Sequence[str]) -> Mapping[str, StagedRecord]:
        """The newest versions of those that are known, by external id."""
        items = self._table.get_many(self._pk(flow), [tables.head_sk(name) for name in external_ids])
        records = (_record_from(flow, item) for item in items)
        return {record.external_id: record for record in records}

    def versions(self, flow: str, external_id: str) -> Sequence[StagedRecord]:
        """All versions, oldest first, the newest last."""
        newest = self.get(flow, external_id)
        if newest is None or newest.version == 1:
            return [] if newest is None else [newest]
        older = self._table.query(self._pk(flow), tables.archive_prefix(external_id))
        return [*(_record_from(flow, item) for item in older), newest]

    def add(self, records: Sequence[StagedRecord]) -> Collection[str]:
        """Stores first versions; returns the ids that somebody else had stored before."""
        self._note(record for record in records if record.state in ON_AGENDA)
        lost = self._table.insert_many([self._head(record) for record in records])
        return {records[place].external_id for place in lost}

    def save(self, records: Sequence[StagedRecord]) -> Collection[str]:
        """Writes each record on the revision it was read with; returns the ids that were stale."""
        self._note(record for record in records if record.state in ENTRANCES)
        # The period belongs to the content, which does not change here: the index is left alone.
        items = [{name: value for name, value in self._head(record).items() if name != "ix"} for record in records]
        lost = self._table.update_many(items, revisions=[record.revision for record in records])
        return {records[place].external_id for place in lost}

    def replace(self, old: StagedRecord, new: StagedRecord) -> None:
        """Archives the old version and puts the new one in its place; raises Stale."""
        head = replace(new, revision=old.revision)
        if head.state in ON_AGENDA:
            self._note([head])
        archived = self._item(
            old,
            tables.archive_sk(old.external_id, old.version),
            tables.archive_ix(old.period, old.external_id, old.version),
            old.revision,
        )
        self._table.insert_and_replace(archived, self._head(head), revision=old.revision)

    def page(
        self, flow: str, *, period: Period | None, states: Collection[State], limit: int, cursor: str | None
    ) -> RecordPage:
        """Newest versions by period and id, both newest first; no states means all of them.

        A page may come short of its limit with a cursor: one request looks at a bounded number of records.
        Raises InvalidInput for a cursor that is none of ours.
        """
        check_cursor(cursor, period)
        if of_states(states):
            return self._page_of_agenda(flow, period, states, limit, cursor)
        return self._page_of_index(flow, period, states, limit, cursor)

    def _page_of_agenda(
        self, flow: str, period: Period | None, states: Collection[State], limit: int, cursor: str | None
    ) -> RecordPage:
        def place(record: StagedRecord) -> str:
            return tables.head_ix(record.period, record.external_id).removeprefix(tables.HEADS)

        behind = (r for r in self.every(flow, period=period, states=states) if cursor is None or place(r) < cursor)
        best = heapq.nlargest(limit + 1, behind, key=place)
        return RecordPage(best[:limit], place(best[limit - 1]) if len(best) > limit else None)

    def _page_of_index(
        self, flow: str, period: Period | None, states: Collection[State], limit: int, cursor: str | None
    ) -> RecordPage:
        found: list[StagedRecord] = []
        scanned, last = 0, ""
        # One more than the page holds is looked at, so that a cursor never leads to nothing.
        keys = self._index_keys(flow, period, cursor=cursor, limit=SCANNED_MAX if states else limit + 1)
        for some in _runs(keys, READS_PER_REQUEST if states else limit + 1):
            by_sk = {tables.head_sk(r.external_id): r for r in self._records(flow, some)}
            for key in some:
                if len(found) == limit or scanned == SCANNED_MAX:
                    return RecordPage(found, last)
                scanned, last = scanned + 1, key["ix"]["S"].removeprefix(tables.HEADS)
                record = by_sk.get(key["sk"]["S"])
                if record is not None and (not states or record.state in states):
                    found.append(record)
        return RecordPage(found, None)

    def ids_of(self, flow: str, period: Period) -> Iterator[str]:
        """The ids of the newest versions of a period: keys of the index, and nothing behind them."""
        for key in self._table.query(self._pk(flow), f"{tables.HEADS}{period}#", of_index=True):
            yield tables.external_id_of(key["sk"]["S"])

    def every(
        self, flow: str, *, period: Period | None, states: Collection[State], archived: bool = False
    ) -> Iterator[StagedRecord]:
        """All such records, read consistently; `archived` adds older versions.

        Without a period a change of the store while it is read may or may not be seen; what stood there
        before and after always is.
        """
        if of_states(states) and not archived:
            return self._on_agenda(flow, period, states)
        prefixes = [tables.HEADS, tables.ARCHIVE] if archived else [tables.HEADS]
        if period is None:
            return chain.from_iterable(self._scanned(flow, prefix, states) for prefix in prefixes)
        return chain.from_iterable(self._of_period(flow, prefix, period, states) for prefix in prefixes)

    def _scanned(self, flow: str, prefix: str, states: Collection[State]) -> Iterator[StagedRecord]:
        where = ("s", states) if states else None
        for item in self._table.query(self._pk(flow), prefix, where=where):
            yield _record_from(flow, item)

    def _of_period(self, flow: str, prefix: str, period: Period, states: Collection[State]) -> Iterator[StagedRecord]:
        keys = self._table.query(self._pk(flow), f"{prefix}{period}#", of_index=True)
        for some in _runs(keys, CHUNK):
            for record in self._records(flow, some):
                if not states or record.state in states:
                    yield record

    def _on_agenda(self, flow: str, period: Period | None, states: Collection[State]) -> Iterator[StagedRecord]:
        agenda = self._agenda(flow)
        met: set[str] = set()
        for page in agenda.pages():
            left: list[Entry] = []
            for some in chunks(page.entries, CHUNK):
                found = self.get_many(flow, [entry.external_id for entry in some])
                left += agenda.unfinished(page, some, found)
                for record in found.values():
                    if record.state in states and period in (None, record.period) and record.external_id not in met:
                        met.add(record.external_id)
                        yield record
            agenda.settle(page, left)

    def _index_keys(self, flow: str, period: Period | None, *, cursor: str | None, limit: int) -> Iterator[Item]:
        pk = self._pk(flow)
        start: Item | None = None
        if cursor is not None:
            ix = tables.HEADS + cursor
            start = {"pk": text(pk), "sk": text(tables.head_sk_of_ix(ix)), "ix": text(ix)}
        prefix = tables.HEADS if period is None else f"{tables.HEADS}{period}#"
        return self._table.query(pk, prefix, of_index=True, descending=True, start=start, limit=limit)

    def _records(self, flow: str, keys: Sequence[Item]) -> Iterator[StagedRecord]:
        # The index has keys only; DynamoDB's own look-up behind it would cost the same.
        for item in self._table.get_many(self._pk(flow), [key["sk"]["S"] for key in keys]):
            yield _record_from(flow, item)

    def _note(self, records: Iterable[StagedRecord]) -> None:
        by_flow: dict[str, list[Entry]] = {}
        for record in records:
            by_flow.setdefault(record.flow, []).append(Entry(record.external_id, record.revision + 1))
        for flow, entries in by_flow.items():
            self._agenda(flow).note(entries)

    def _agenda(self, flow: str) -> Agenda:
        return Agenda(self._table, tables.agenda_pk(self._tenant_id, self._integration_id, flow), self._now)

    def _head(self, record: StagedRecord) -> Item:
        ix = tables.head_ix(record.period, record.external_id)
        return self._item(record, tables.head_sk(record.external_id), ix, record.revision + 1)

    def _item(self, record: StagedRecord, sk: str, ix: str, revision: int) -> Item:
        return {
            "pk": text(self._pk(record.flow)),
            "sk": text(sk),
            "ix": text(ix),
            "s": text(record.state.value),
            "n": number(revision),
            "d": document(_encoded(record)),
        }

    def _pk(self, flow: str) -> str:
        return tables.records_pk(self._tenant_id, self._integration_id, flow)


def _runs(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    run: list[Item] = []
    for item in items:
        run.append(item)
        if len(run) == size:
            yield run
            run = []
    if run:
        yield run


def check_cursor(cursor: str | None, period: Period | None) -> None:
    """Raises InvalidInput unless it is a mark that a page of this period gave."""
    if cursor is None:
        return
    if not _CURSOR.fullmatch(cursor) or (period is not None and not cursor.startswith(f"{period}#")):
        raise InvalidInput(
            "the cursor is not from a page of this list",
            code="bad_cursor",
            field="cursor",
            cure="Start without a cursor and pass on what each page gives.",
        )
