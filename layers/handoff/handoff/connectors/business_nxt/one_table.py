"""Kinds that are one table each: listed, looked up, made and changed in the same way, told apart by their `Shape`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

import msgspec

from handoff.accounting.mirror_rules import folded
from handoff.connectors.business_nxt.answers import ROWS
from handoff.connectors.business_nxt.assumed import BATCH_MAX, PAGE_SIZE
from handoff.connectors.business_nxt.client import NxtClient, Operation
from handoff.connectors.business_nxt.config import TITLE
from handoff.connectors.business_nxt.rows import (
    Kind,
    after_create,
    after_update,
    latest,
    read_back,
)
from handoff.connectors.business_nxt.server_time import server_text
from handoff.connectors.business_nxt.values import Columns, Filter, Unfit, Value, both, either, one_line, only
from handoff.connectors.business_nxt.walks import Walk, walk_at
from handoff.domain.errors import DeliveryUnknown, HandoffError, Stale
from handoff.domain.pairs import S
from handoff.ports import BrokenRow
from handoff.ports.mirror import Change, Listed, ListedPage, Written

R = TypeVar("R", bound=msgspec.Struct)
T = TypeVar("T")
P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Documents:
    """The documents of a kind, complete."""

    page: str
    create: str
    update: str


@dataclass(frozen=True, slots=True)
class Shape(Generic[S, R]):
    """One kind: its documents and rows, what it says, which columns it is written in.

    `key` is the column of the key and `of_key` its value from an id. `stored` are an object's columns, the number
    first, as they stand where the object was read from; `tidy` makes a text of it that can be written. `number` and
    `name` are columns. `beside` are columns of a new row that nothing says. `fixed` says that a number can't change
    any more, `suggests` that Business NXT gives the next one.
    """

    kind: Kind[R]
    documents: Documents
    key: str
    of_key: Callable[[str], Value]
    says: Callable[[R], Listed[S]]
    stored: Callable[[S], Columns]
    number: str
    name: str
    only: Filter | None = None
    beside: Mapping[str, Value] | None = None
    fixed: bool = True
    suggests: bool = True


class OneTable(Generic[S, R]):
    """The objects of one kind; implements `KeepsObjects`."""

    batch_max = BATCH_MAX

    def __init__(self, client: NxtClient, shape: Shape[S, R], now: Callable[[], datetime]) -> None:
        self._client = client
        self._shape = shape
        self._what = shape.kind.what
        self._now = now

    def listed(self, *, since: datetime | None, page: str | None) -> ListedPage[S]:
        """A page by key; raises Unreachable, RateLimited, ReconnectNeeded, BrokenContract."""
        walk = walk_at(page, self._now(), ROWS)
        changed: Filter | None = None if since is None else {"changedTimestamp": {"_gte": server_text(since)}}
        after = walk.after.get(ROWS)
        behind: Filter | None = None if after is None else {self._shape.key: {"_gt": after}}
        rows, broken, last = self._read(both(self._shape.only, changed, behind))
        mark = None if last is None else Walk(walk.began, {ROWS: last}).mark
        seen = latest((row.changed_at for row in rows), began=walk.began, whole=since is None)
        return ListedPage(rows, broken, mark, seen)

    def alike(self, says: S) -> Sequence[Listed[S]]:
        """Those with that number, or with that name as it would be written; raises as `listed` does."""
        try:
            number = self._written(says).get(self._shape.number)
        except Unfit:  # there can be none with that number, but one with that name
            number = None
        sought = {self._shape.number: number, self._shape.name: one_line(says.name)}
        like: list[Filter] = [{name: {"_eq": value}} for name, value in sought.items() if value]
        return self._read(both(self._shape.only, either(*like)))[0] if like else []

    def create(self, wanted: Sequence[S]) -> Sequence[Written[S]]:
        """Makes them in one call; raises ReconnectNeeded."""
        return in_one_call(wanted, self._new, self._make)

    def update(self, changes: Sequence[Change[S]]) -> Sequence[Written[S]]:
        """Writes the columns that differ, in one call, where a row is still as it was; raises ReconnectNeeded."""
        return in_one_call(changes, self._edit, self._write)

    def _new(self, says: S) -> Columns:
        if not says.number and not self._shape.suggests:
            raise Unfit(
                f"{TITLE} gives no numbers to {self._what}, and '{says.name}' has none",
                code="number_missing",
                field="number",
                cure="Give it a number, then retry the problem.",
            )
        return {self._shape.number: None, **self._written(says), **(self._shape.beside or {})}

    def _make(self, values: Sequence[Columns]) -> list[Written[S]]:
        operation = Operation(self._shape.documents.create, {"values": values})
        (answer,) = self._client.change([operation], what=self._what)
        rows = after_create(answer, ROWS, len(values), self._what)
        return [
            as_sent(self._told(raw), str(sent[self._shape.name]), self._what)
            for raw, sent in zip(rows, values, strict=True)
        ]

    def _edit(self, change: Change[S]) -> Edit | Listed[S]:
        """The columns to write with what they hold now; the object itself where none differs."""
        before, after = self._shape.stored(change.before), self._shape.stored(change.after)
        names = [name for name in after if after[name] != before.get(name)]
        if self._shape.number in names and not change.after.number:
            names.remove(self._shape.number)
        if self._shape.number in names and self._shape.fixed:
            raise Unfit(
                f"the number of {self._what} can't be changed in {TITLE}: '{change.before.number}' stays",
                code="number_fixed",
                field="number",
                cure=f"Give it the number that it has in {TITLE}, or make a new one.",
            )
        if not names:
            return Listed(change.id, change.before)
        written, key = self._written(change.after), self._shape.of_key(change.id)
        old = {name: before[name] for name in names}
        return Edit(key, only({self._shape.key: key}, old), {name: written[name] for name in names})

    def _write(self, edits: Sequence[Edit]) -> list[Written[S]]:
        variables = {"filters": [one.filter for one in edits], "values": [one.values for one in edits]}
        (answer,) = self._client.change([Operation(self._shape.documents.update, variables)], what=self._what)
        rows = after_update(answer, ROWS, [one.key for one in edits], self._shape.kind)
        return [self._told(raw) for raw in rows]

    def _written(self, says: S) -> Columns:
        """The columns with values as they can be written; a blank number is left out."""
        columns = self._shape.stored(tidied(says))
        return {name: value for name, value in columns.items() if name != self._shape.number or value}

    def _told(self, raw: msgspec.Raw | HandoffError) -> Written[S]:
        return read_back(raw, self._shape.kind, self._shape.says)

    def _read(self, filter_: Filter | None) -> tuple[list[Listed[S]], list[BrokenRow], Value]:
        variables = {"first": PAGE_SIZE, **({"filter": filter_} if filter_ is not None else {})}
        answer = self._client.ask(self._shape.documents.page, variables, what=self._what)
        table = answer.table(ROWS, self._what)
        rows, broken = self._shape.kind.read(table, answer.about(ROWS), self._shape.says)
        return rows, broken, self._shape.kind.last_key(table)


@dataclass(frozen=True, slots=True)
class Edit:
    """One change: the key of its row, the filter that means it as it was, and what is written."""

    key: Value
    filter: Filter
    values: Columns


def in_one_call(
    wanted: Sequence[T],
    prepare: Callable[[T], P | Listed[S]],
    send: Callable[[Sequence[P]], Sequence[Written[S]]],
) -> list[Written[S]]:
    """One answer for each, in order: what can't be prepared is refused, what need not be sent is as it is."""
    results: dict[int, Written[S]] = {}
    prepared: dict[int, P] = {}
    for place, one in enumerate(wanted):
        try:
            ready = prepare(one)
        except (Unfit, Stale) as error:
            results[place] = error
            continue
        if isinstance(ready, Listed):
            results[place] = ready
        else:
            prepared[place] = ready
    if prepared:
        results.update(zip(prepared, send(list(prepared.values())), strict=True))
    return [results[place] for place in range(len(wanted))]


def tidied(says: S) -> S:
    """What can be written of it: each text on one line."""
    texts = {name: value for name in says.__struct_fields__ if isinstance(value := getattr(says, name), str)}
    return msgspec.structs.replace(says, **{name: one_line(text) for name, text in texts.items()})


def as_sent(row: Written[S], name: str, what: str) -> Written[S]:
    """A new row, if it is the one that was sent; another one says nothing of ours."""
    if isinstance(row, Listed) and folded(row.says.name) != folded(name):
        return DeliveryUnknown(f"{TITLE} {what}: '{row.says.name}' came back for '{name}'")
    return row
