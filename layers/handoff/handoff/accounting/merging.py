"""What both sides should say of one object, field by field: whose change counts, and what is noted of the other's.

Pure. The master's change goes over to the other side; without a master a change on either side goes over, and where
both sides changed one field the later change counts. Whatever does not go its way is noted with both values.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic

import msgspec

from handoff.domain.capabilities import Side
from handoff.domain.pairs import Address, Master, Note, NoteKind, S, Sighting

NUMBER = "number"
NOTHING: tuple[object, ...] = ("", (), None, Address())
"""Values that say nothing: they are filled in on first contact, and write over nothing there."""


@dataclass(frozen=True, slots=True)
class MirrorRule:
    """Whose word counts in a flow: `master` for its content, `numbers` is the side whose numbers count.

    `assigns` says that this side also gives a new object its number, whatever number it comes with. `leaves` are
    fields that each side keeps to itself.
    """

    master: Master
    numbers: Side
    assigns: bool = False
    leaves: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Merged(Generic[S]):
    """What each side should say from now on, and what is to be remembered of it."""

    time_tool: S
    erp: S
    notes: tuple[Note, ...] = ()


@dataclass(slots=True)
class _Merge:
    """One merge under way: what each side gets, by field."""

    at: datetime
    to_time_tool: dict[str, object] = field(default_factory=dict)
    to_erp: dict[str, object] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def carry(self, to: Side, name: str, value: object) -> None:
        """The side shall have this value."""
        (self.to_erp if to is Side.ERP else self.to_time_tool)[name] = value

    def note(self, kind: NoteKind, side: Side, name: str, value: object, other: object) -> None:
        """Remembers a value of a side that did not go its way."""
        self.notes.append(Note(self.at, kind, side, name, shown(value), shown(other)))


def other(side: Side) -> Side:
    """The other one of the two."""
    return Side.ERP if side is Side.TIME_TOOL else Side.TIME_TOOL


def merged(time_tool: Sighting[S], erp: Sighting[S], rule: MirrorRule, *, at: datetime) -> Merged[S]:
    """What both should say; equal to what they say now where nothing is to be written."""
    merge = _Merge(at)
    for name in _fields(time_tool.says):
        if name in rule.leaves or getattr(time_tool.says, name) == getattr(erp.says, name):
            continue
        if name == NUMBER:
            _number(merge, time_tool, erp, rule)
        elif time_tool.agreed is None or erp.agreed is None:
            _first_contact(merge, name, time_tool, erp, rule.master)
        else:
            _change(merge, name, time_tool, erp, rule.master)
    return Merged(
        msgspec.structs.replace(time_tool.says, **merge.to_time_tool),
        msgspec.structs.replace(erp.says, **merge.to_erp),
        tuple(merge.notes),
    )


def shown(value: object) -> str:
    """A value as people read it in a note."""
    if isinstance(value, tuple):
        return "; ".join(shown(one) for one in value)
    if isinstance(value, msgspec.Struct):
        return ", ".join(shown(part) for part in msgspec.structs.astuple(value) if part)
    return str(value)


def _fields(says: msgspec.Struct) -> Iterator[str]:
    return (one.name for one in msgspec.structs.fields(says))


def _number(merge: _Merge, time_tool: Sighting[S], erp: Sighting[S], rule: MirrorRule) -> None:
    """Numbers belong to one side, whoever is master of the rest."""
    giver, taker = (erp, time_tool) if rule.numbers is Side.ERP else (time_tool, erp)
    if not giver.says.number:
        return
    merge.carry(taker.side, NUMBER, giver.says.number)
    if taker.says.number:
        merge.note(NoteKind.OVERWRITTEN, taker.side, NUMBER, taker.says.number, giver.says.number)


def _first_contact(merge: _Merge, name: str, time_tool: Sighting[S], erp: Sighting[S], master: Master) -> None:
    """Blanks are filled, and lists of which the other side has more; else the master's word counts, or nobody's."""
    here, there = getattr(time_tool.says, name), getattr(erp.says, name)
    if _is_part(here, there):
        merge.carry(Side.TIME_TOOL, name, there)
    elif _is_part(there, here):
        merge.carry(Side.ERP, name, here)
    elif master is Master.NONE:
        merge.note(NoteKind.DIFFERS, Side.TIME_TOOL, name, here, there)
    else:
        _master_wins(merge, name, here, there, master)


def _is_part(one: object, another: object) -> bool:
    """Whether one says nothing, or only a part of what the other one lists."""
    if isinstance(one, tuple) and isinstance(another, tuple):
        return set(one) < set(another)
    return one in NOTHING


def _change(merge: _Merge, name: str, time_tool: Sighting[S], erp: Sighting[S], master: Master) -> None:
    here, there = getattr(time_tool.says, name), getattr(erp.says, name)
    here_changed, there_changed = here != getattr(time_tool.agreed, name), there != getattr(erp.agreed, name)
    if here_changed and there_changed:
        if master is Master.NONE:
            _later_wins(merge, name, time_tool, erp)
        else:
            _master_wins(merge, name, here, there, master)
    elif here_changed:
        _one_changed(merge, name, Side.TIME_TOOL, (here, there), master)
    elif there_changed:
        _one_changed(merge, name, Side.ERP, (there, here), master)


def _one_changed(merge: _Merge, name: str, side: Side, values: tuple[object, object], master: Master) -> None:
    """A change on one side alone: `values` are what it says there, and what the other side says."""
    if master is Master.NONE or master.value == side.value:
        merge.carry(other(side), name, values[0])
    else:
        merge.note(NoteKind.IGNORED, side, name, *values)


def _master_wins(merge: _Merge, name: str, here: object, there: object, master: Master) -> None:
    if master is Master.ERP:
        merge.carry(Side.TIME_TOOL, name, there)
        merge.note(NoteKind.OVERWRITTEN, Side.TIME_TOOL, name, here, there)
    else:
        merge.carry(Side.ERP, name, here)
        merge.note(NoteKind.OVERWRITTEN, Side.ERP, name, there, here)


def _later_wins(merge: _Merge, name: str, time_tool: Sighting[S], erp: Sighting[S]) -> None:
    """Both changed it: the later change counts. Without stamps of both, or at the same time, the books' word does."""
    stamps = time_tool.changed_at, erp.changed_at
    here_is_later = stamps[0] is not None and stamps[1] is not None and stamps[0] > stamps[1]
    winner = Master.TIME_TOOL if here_is_later else Master.ERP
    _master_wins(merge, name, getattr(time_tool.says, name), getattr(erp.says, name), winner)
