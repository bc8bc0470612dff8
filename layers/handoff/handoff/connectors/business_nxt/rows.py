"""Rows as they are read and as they are after a write, one by one: one that can't be read leaves the others alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

import msgspec

from handoff.connectors.business_nxt.answers import Answer, Fault, Table, refused
from handoff.connectors.business_nxt.assumed import CLOCKS_APART, ZONES_APART
from handoff.connectors.business_nxt.config import TITLE
from handoff.connectors.business_nxt.server_time import server_instant
from handoff.connectors.business_nxt.values import Value
from handoff.connectors.feed import UNREADABLE, RowFault, told
from handoff.domain.errors import BrokenContract, DeliveryUnknown, HandoffError, Stale
from handoff.ports import BrokenRow

R = TypeVar("R", bound=msgspec.Struct)
Out = TypeVar("Out")


class Stamped(Protocol):
    """A row with its stamp."""

    changed_timestamp: str | None


W = TypeVar("W", bound=Stamped)
Text = str | None


@dataclass(frozen=True, slots=True)
class Kind(Generic[R]):
    """A kind of row: its type, the JSON name of its key, what it is called in errors."""

    what: str
    row: type[R]
    key: str

    def decoded(self, raw: msgspec.Raw) -> R:
        """The row; raises msgspec's errors."""
        return msgspec.json.decode(raw, type=self.row, strict=False)

    def read(
        self, table: Table, faults: Iterable[Fault], convert: Callable[[R], Out]
    ) -> tuple[list[Out], list[BrokenRow]]:
        """The rows of a page as something else, and those that can't be read or that the answer's faults are about."""
        rows: list[Out] = []
        broken: list[BrokenRow] = []
        for _, found in self.each(table, faults, convert):
            if isinstance(found, BrokenRow):
                broken.append(found)
            else:
                rows.append(found)
        return rows, broken

    def each(
        self, table: Table, faults: Iterable[Fault], convert: Callable[[R], Out]
    ) -> Iterator[tuple[msgspec.Raw, Out | BrokenRow]]:
        """Every row as it was sent, with what it is or why it can't be read."""
        by_place = {one.place: one for one in faults if one.place is not None}
        for place, raw in enumerate(table.rows):
            if (fault := by_place.get(place)) is not None:
                yield raw, BrokenRow(self.id_of(raw, place), fault.column or "", fault.message)
                continue
            try:
                yield raw, convert(self.decoded(raw))
            except RowFault as error:
                yield raw, BrokenRow(self.id_of(raw, place), error.field, error.fault)
            except UNREADABLE as error:
                yield raw, BrokenRow(self.id_of(raw, place), *told(error))

    def last_key(self, table: Table) -> Value:
        """The key behind which a list that has more goes on, None at its end; raises BrokenContract."""
        if not table.has_more:
            return None
        last = self.key_of(table.rows[-1]) if table.rows else None
        if not isinstance(last, str | int):
            raise BrokenContract(f"{TITLE} {self.what} has more rows and no last one", field=self.what)
        return last

    def id_of(self, raw: msgspec.Raw, place: int) -> str:
        """What people find the row by."""
        try:
            found = msgspec.json.decode(raw, type=dict[str, msgspec.Raw]).get(self.key)
            return f"row {place + 1}" if found is None else str(msgspec.json.decode(found, type=str | int))
        except UNREADABLE:
            return f"row {place + 1}"

    def key_of(self, raw: msgspec.Raw) -> object:
        """The key of a row as its JSON has it; None where it can't be read."""
        return column_of(raw, self.key)


def column_of(raw: msgspec.Raw, name: str) -> object:
    """One column of a row as its JSON has it; None where it can't be read."""
    try:
        return msgspec.json.decode(msgspec.json.decode(raw, type=dict[str, msgspec.Raw])[name])
    except (*UNREADABLE, KeyError):
        return None


def changed_at(stamp: Text) -> datetime | None:
    """When a row was changed; None for rows that nobody touched since October 2024. Raises RowFault."""
    if not stamp:
        return None
    try:
        return server_instant(stamp)
    except ValueError as error:
        raise RowFault("changedTimestamp", "no time") from error


def stamped(row: W) -> W:
    """The row, once its stamp is seen to be one; raises RowFault."""
    changed_at(row.changed_timestamp)
    return row


def latest(stamps: Iterable[datetime | None], *, began: datetime, whole: bool) -> datetime | None:
    """What changes can be asked for from, once a walk is through; None where it says nothing of that.

    What was changed long before the walk began was met, and need not be met by the next one: not the row that was
    changed last, and not all those without a stamp. What was changed since it began is met again.
    """
    seen = max((at for at in stamps if at is not None), default=None)
    long_ago = began - ZONES_APART
    if seen is None:
        return long_ago if whole else None
    return max(min(seen, began - CLOCKS_APART) if whole else seen, long_ago)


def after_create(answer: Answer | HandoffError, name: str, count: int, what: str) -> list[msgspec.Raw | HandoffError]:
    """What became of each of so many new rows: the row as it is now, or why there is none.

    Rows come back in the order in which they were sent, without those that failed. Where that does not add up, nothing
    is said of those that failed by no name.
    """
    if isinstance(answer, HandoffError):
        return [answer] * count
    faults = answer.about(name)
    table = (answer.fields or {}).get(name)
    named = {one.place: refused(one, what) for one in faults if one.place is not None and one.place < count}
    general = next((refused(one, what) for one in faults if one.place is None), None)
    others = [place for place in range(count) if place not in named]
    results: list[msgspec.Raw | HandoffError] = [_unsure(what) for _ in range(count)]
    for place, error in named.items():
        results[place or 0] = error
    if table is not None and len(table.rows) == len(others):
        for place, raw in zip(others, table.rows, strict=True):
            results[place] = raw
    elif general is not None and (table is None or not table.rows):
        for place in others:
            results[place] = general
    return results


def after_update(
    answer: Answer | HandoffError, name: str, keys: Sequence[object], kind: Kind[R]
) -> list[msgspec.Raw | HandoffError]:
    """What became of each of the changes: the row as it is now, or why not; one that met no row came too late."""
    if isinstance(answer, HandoffError):
        return [answer] * len(keys)
    faults = answer.about(name)
    table = (answer.fields or {}).get(name)
    named: Mapping[int | None, HandoffError] = {one.place: refused(one, kind.what) for one in faults}
    rows = {kind.key_of(raw): raw for raw in (table.rows if table is not None else ())}
    missing = named.get(None) or (stale(kind.what) if table is not None else _unsure(kind.what))
    results: list[msgspec.Raw | HandoffError] = []
    for place, key in enumerate(keys):
        results.append(named[place] if place in named else rows.get(key, missing))
    return results


def after_delete(answer: Answer | HandoffError, name: str, count: int, what: str) -> HandoffError | None:
    """Why not all of so many rows were taken away; None when they were."""
    if isinstance(answer, HandoffError):
        return answer
    table = (answer.fields or {}).get(name)
    if faults := answer.about(name):
        return refused(faults[0], what)
    if table is None or table.affected_rows is None:
        return _unsure(what)
    return None if table.affected_rows == count else stale(what)


def stale(what: str) -> Stale:
    """Somebody changed a row since it was read, or took it away."""
    return Stale(f"{TITLE} {what}: it was changed or taken away meanwhile")


def read_back(raw: msgspec.Raw | HandoffError, kind: Kind[R], convert: Callable[[R], Out]) -> Out | HandoffError:
    """A row after a write as something else; one that can't be read was written all the same."""
    if isinstance(raw, HandoffError):
        return raw
    try:
        return convert(kind.decoded(raw))
    except (*UNREADABLE, RowFault) as error:
        return DeliveryUnknown(f"{TITLE} {kind.what} can't be read after it was written: {error}")


def _unsure(what: str) -> DeliveryUnknown:
    return DeliveryUnknown(f"{TITLE} doesn't say what became of {what}")
