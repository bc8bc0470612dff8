"""What both sides should say of one object, field by field: whose change counts, and what is noted of the other's.

Pure. The master's change goes over to the other side; without a master a change on either side goes over, and where
both sides changed one field the later change counts. Whatever does not go its way is noted with both values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic

import msgspec

from handoff.domain.capabilities import Side
from handoff.domain.pairs import Address, Contact, Master, Note, NoteKind, S, Sighting

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
    mute: frozenset[Side] = frozenset()
    to_time_tool: dict[str, object] = field(default_factory=dict)
    to_erp: dict[str, object] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def carry(self, to: Side, name: str, value: object) -> bool:
        """The side shall have this value, unless the one that it comes from is no source; whether it shall."""
        if other(to) in self.mute:
            return False
        (self.to_erp if to is Side.ERP else self.to_time_tool)[name] = value
        return True

    def note(self, kind: NoteKind, side: Side, name: str, value: object, other: object) -> None:
        """Remembers a value of a side that did not go its way."""
        self.notes.append(Note(self.at, kind, side, name, shown(value), shown(other)))


def other(side: Side) -> Side:
    """The other one of the two."""
    return Side.ERP if side is Side.TIME_TOOL else Side.TIME_TOOL


def merged(time_tool: Sighting[S], erp: Sighting[S], rule: MirrorRule, *, at: datetime) -> Merged[S]:
    """What both should say; equal to what they say now where nothing is to be written.

    An excluded half is no source: what it says stays where it is, and is still to go over once it is let in. It takes
    what the other one says as any half does.
    """
    merge = _Merge(at, frozenset(one.side for one in (time_tool, erp) if one.excluded))
    for name in _fields(time_tool.says):
        if name in rule.leaves or same(getattr(time_tool.says, name), getattr(erp.says, name)):
            continue
        if name == NUMBER:
            _number(merge, time_tool, erp, rule)
        elif time_tool.agreed is None or erp.agreed is None:
            _first_contact(merge, name, time_tool, erp, rule.master)
        elif isinstance(getattr(time_tool.says, name), tuple):
            _lists(merge, name, time_tool, erp, rule.master)
        else:
            _change(merge, name, time_tool, erp, rule.master)
    return Merged(
        msgspec.structs.replace(time_tool.says, **merge.to_time_tool),
        msgspec.structs.replace(erp.says, **merge.to_erp),
        tuple(merge.notes),
    )


def same(one: object, another: object) -> bool:
    """Whether two values say the same; each side keeps a list in an order of its own."""
    if isinstance(one, tuple) and isinstance(another, tuple):
        return set(one) == set(another)
    return one == another


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
    if giver.says.number and merge.carry(taker.side, NUMBER, giver.says.number) and taker.says.number:
        merge.note(NoteKind.OVERWRITTEN, taker.side, NUMBER, taker.says.number, giver.says.number)


def _first_contact(merge: _Merge, name: str, time_tool: Sighting[S], erp: Sighting[S], master: Master) -> None:
    """Blanks are filled, and lists of which the other side has more; else the master's word counts, or nobody's."""
    here, there = getattr(time_tool.says, name), getattr(erp.says, name)
    if is_part(here, there):
        merge.carry(Side.TIME_TOOL, name, there)
    elif is_part(there, here):
        merge.carry(Side.ERP, name, here)
    elif master is Master.NONE:
        merge.note(NoteKind.DIFFERS, Side.TIME_TOOL, name, here, there)
    else:
        _master_wins(merge, name, here, there, master)


def is_part(one: object, another: object) -> bool:
    """Whether one says nothing, or only a part of what the other one lists."""
    if isinstance(one, tuple) and isinstance(another, tuple):
        return set(one) < set(another)
    return one in NOTHING and another not in NOTHING


def _change(merge: _Merge, name: str, time_tool: Sighting[S], erp: Sighting[S], master: Master) -> None:
    changed = {one.side for one in (time_tool, erp) if _has_changed(one, name)} - merge.mute
    here, there = getattr(time_tool.says, name), getattr(erp.says, name)
    if len(changed) == len(Side):
        if master is Master.NONE:
            _later_wins(merge, name, time_tool, erp)
        else:
            _master_wins(merge, name, here, there, master)
    elif Side.TIME_TOOL in changed:
        _one_changed(merge, name, time_tool, erp, master)
    elif Side.ERP in changed:
        _one_changed(merge, name, erp, time_tool, master)


def _has_changed(one: Sighting[S], name: str) -> bool:
    return not same(getattr(one.says, name), getattr(one.agreed, name))


def _one_changed(merge: _Merge, name: str, one: Sighting[S], half: Sighting[S], master: Master) -> None:
    """A change on one side alone. What stood on the other side may have been another thing all along."""
    value, theirs = getattr(one.says, name), getattr(half.says, name)
    if master is not Master.NONE and master.value != one.side.value:
        merge.note(NoteKind.IGNORED, one.side, name, value, theirs)
    elif merge.carry(half.side, name, value) and not same(theirs, getattr(one.agreed, name)):
        merge.note(NoteKind.OVERWRITTEN, half.side, name, theirs, value)


def _lists(merge: _Merge, name: str, time_tool: Sighting[S], erp: Sighting[S], master: Master) -> None:
    """Lists are merged entry by entry: what was added goes over, and what was removed goes, if both sides had it."""
    later = time_tool if _is_later(time_tool, erp) else erp
    for one, half in ((time_tool, erp), (erp, time_tool)):
        entries = _Entries.of(one, half, name, wins=master.value == one.side.value or later is one)
        if entries.wanted() == getattr(half.says, name):
            continue
        if master is Master.NONE or master.value == one.side.value:
            if merge.carry(half.side, name, entries.wanted()):
                for lost, now in entries.overwritten():
                    merge.note(NoteKind.OVERWRITTEN, half.side, name, lost, now)
        elif one.side not in merge.mute:
            merge.note(NoteKind.IGNORED, one.side, name, getattr(one.says, name), getattr(half.says, name))


Entry = Address | Contact
Keyed = Mapping[str, Entry]


@dataclass(frozen=True, slots=True)
class _Entries:
    """A list of one side on its way to the other, each entry by what tells it from the others.

    `wins` says whether this side's word counts where both have changed an entry.
    """

    ours: Keyed
    ours_before: Keyed
    theirs: Keyed
    theirs_before: Keyed
    wins: bool

    @classmethod
    def of(cls, one: Sighting[S], half: Sighting[S], name: str, *, wins: bool) -> _Entries:
        """Both sides' lists as they are, and as they were settled."""
        ours, before, theirs, theirs_before = (
            {entry.key: entry for entry in getattr(says, name)}
            for says in (one.says, one.agreed, half.says, half.agreed)
        )
        return cls(ours, before, theirs, theirs_before, wins)

    def wanted(self) -> tuple[Entry, ...]:
        """What the other side should list."""
        kept = [self._entry(key) for key in self.theirs if not self._is_removed(key)]
        return (*kept, *(self.ours[key] for key in self.ours if self._is_added(key)))

    def overwritten(self) -> Iterator[tuple[Entry, Entry]]:
        """Entries of the other side that somebody changed there and that lose some of it, with what they become."""
        wanted = {entry.key: entry for entry in self.wanted()}
        for key, theirs in self.theirs.items():
            now = wanted.get(key, theirs)
            said = {name: value for name, value in msgspec.structs.asdict(theirs).items() if value}
            is_lost = any(getattr(now, name) != value for name, value in said.items())
            if is_lost and theirs != self.theirs_before.get(key):
                yield theirs, now

    def _is_removed(self, key: str) -> bool:
        known = key in self.ours_before and self.theirs_before.get(key) == self.theirs[key]
        return key not in self.ours and known

    def _is_added(self, key: str) -> bool:
        return key not in self.theirs and self.ours_before.get(key) != self.ours[key]

    def _entry(self, key: str) -> Entry:
        ours, theirs = self.ours.get(key), self.theirs[key]
        if ours is None or ours == theirs or ours == self.ours_before.get(key):
            return theirs
        if theirs == self.theirs_before.get(key):
            return ours
        winner, other_one = (ours, theirs) if self.wins else (theirs, ours)
        said = {name: value for name, value in msgspec.structs.asdict(winner).items() if value}
        return msgspec.structs.replace(other_one, **said)


def _master_wins(merge: _Merge, name: str, here: object, there: object, master: Master) -> None:
    winner, value, lost = (Side.ERP, there, here) if master is Master.ERP else (Side.TIME_TOOL, here, there)
    if merge.carry(other(winner), name, value):
        merge.note(NoteKind.OVERWRITTEN, other(winner), name, lost, value)


def _is_later(one: Sighting[S], half: Sighting[S]) -> bool:
    """Whether one was changed later. Without stamps of both, nobody can say so."""
    return one.changed_at is not None and half.changed_at is not None and one.changed_at > half.changed_at


def _later_wins(merge: _Merge, name: str, time_tool: Sighting[S], erp: Sighting[S]) -> None:
    """Both changed it: the later change counts; without stamps of both, or at the same time, the books' word does."""
    winner = Master.TIME_TOOL if _is_later(time_tool, erp) else Master.ERP
    _master_wins(merge, name, getattr(time_tool.says, name), getattr(erp.says, name), winner)
