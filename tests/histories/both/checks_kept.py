"""What both sides keep, at rest: they say the same, nothing is made twice, and nothing of a person's is lost unseen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from handoff.accounting.merging import other, same, shown
from handoff.domain.capabilities import Side
from handoff.domain.pairs import NoteKind, Sighting
from tests.histories.both.keeper import Row, fields_of
from tests.histories.both.world import FLOWS, BothWorld

EXCUSED = frozenset({NoteKind.IGNORED, NoteKind.DIFFERS})


def both_the_same(world: BothWorld) -> Iterator[str]:
    """Every pair says the same on both sides, but for what the notes and the inbox say."""
    for flow in flows_on(world):
        for here, there in pairs(world, flow):
            if here.gone or there.gone or here.blocked or there.blocked or here.excluded or there.excluded:
                continue
            for half in (here, there):
                row = row_of(world, half)
                if row is None:
                    yield f"{half.says.name} is gone on the side of {half.side}, and not noted so"
                elif row.says != half.says:
                    others = [
                        name for name in fields_of(row.says) if getattr(row.says, name) != getattr(half.says, name)
                    ]
                    yield f"{flow} {half.says.name} is known with another {', '.join(others)}"
            yield from _differences(flow, here, there)


def _differences(flow: str, here: Sighting[Any], there: Sighting[Any]) -> Iterator[str]:
    for name in fields_of(here.says):
        mine, theirs = getattr(here.says, name), getattr(there.says, name)
        if same(mine, theirs) or here.refused or there.refused:
            continue
        notes = [(note.side, note.value) for half in (here, there) for note in half.notes if _excuses(note, name)]
        if (Side.TIME_TOOL, shown(mine)) not in notes and (Side.ERP, shown(theirs)) not in notes:
            yield f"{flow} {here.says.name}: {name} is '{shown(mine)}' and '{shown(theirs)}'"


def _excuses(note: Any, name: str) -> bool:
    return note.field == name and note.kind in EXCUSED and name != "number"


def flows_on(world: BothWorld) -> tuple[str, ...]:
    """The flows that are switched on."""
    return tuple(flow for flow in FLOWS if getattr(world.settings, flow).on)


def pairs(world: BothWorld, flow: str) -> Iterator[tuple[Sighting[Any], Sighting[Any]]]:
    """Both halves of each pair that name each other."""
    known = world.seen(flow)
    theirs = {one.id: one for one in known if one.side is Side.ERP}
    ours = [one for one in known if one.side is Side.TIME_TOOL]
    for one in ours:
        half = theirs.get(one.partner)
        if half is not None and half.partner == one.id:
            yield one, half


def row_of(world: BothWorld, one: Sighting[Any]) -> Row[Any] | None:
    """The object as its vendor has it."""
    return world.kept[one.side][one.flow].rows.get(one.id.rpartition(":")[2])


def made_once(world: BothWorld) -> Iterator[str]:
    """What we have made has one that a person made for its other half."""
    for flow in flows_on(world):
        for side in Side:
            known = {one.id.rpartition(":")[2]: one for one in world.seen(flow) if one.side is side}
            for row in world.kept[side][flow].rows.values():
                one = known.get(row.id)
                if one is None:
                    yield f"{flow} {row.says.name} of {side} was never seen"
                elif row.by_us and not _is_of_a_person(world, one):
                    yield f"{flow} {row.says.name} was made in {side} by us once more"
                elif not one.partner and one.is_open and not one.refused and not _is_asked(world, one):
                    yield f"{flow} {row.says.name} is in {side} alone"


def _is_of_a_person(world: BothWorld, one: Sighting[Any]) -> bool:
    half = next((half for half in world.seen(one.flow) if half.side is not one.side and half.id == one.partner), None)
    if half is None:
        return _is_asked(world, one)
    row = row_of(world, half)
    return row is None or not row.by_us


def _is_asked(world: BothWorld, one: Sighting[Any]) -> bool:
    """Whether a person is asked about it, by its own name."""
    return any(
        known.flow == one.flow and f"'{one.says.name}'" in known.problem.subject for known in world.problems.open()
    )


def nothing_lost(world: BothWorld) -> Iterator[str]:
    """What a person wrote last in a place stands there, is in a note, or was replaced by a later word of a person."""
    for (side, flow, id_, name), values in world.wrote.items():
        row, one = world.kept[side][flow].rows.get(id_), world.sighting(side, flow, id_)
        if row is None or one is None:
            continue
        serial, value = values[-1]
        now = getattr(row.says, name)
        # Whoever empties a field may see it filled again, with what the other side says on first contact.
        if now == value or not value or (id_, name, value) in world.kept[side][flow].blind:
            continue
        remembered = {note.value for note in one.notes if note.field == name}
        if value not in remembered and not _is_newer(world, one, name, now, serial):
            yield f"{flow} {row.says.name}: {name} was '{value}' in {side}, is '{now}', and nobody can see why"
    yield from _entries_lost(world)


def _is_newer(world: BothWorld, one: Sighting[Any], name: str, now: str, serial: int) -> bool:
    """Whether what stands there now was written by somebody on the other side after it was written here."""
    theirs = [
        said
        for place, said in world.wrote.items()
        if (place[0], place[1], place[3]) == (other(one.side), one.flow, name)
    ]
    return any(value == now and later > serial for said in theirs for later, value in said)


def _entries_lost(world: BothWorld) -> Iterator[str]:
    """Whoever was added to a list is there, unless somebody took him out; what was said of him last stands, or is noted."""
    for name, (side, id_) in world.added.items():
        row = world.kept[side]["customers"].rows.get(id_)
        here = row is None or name in world.removed or name in {one.name for one in row.says.contacts}
        if not here and not _is_known(world, side, id_, name):
            yield f"{name} was added to {id_} in {side}, and is not there"
    last = {(side, id_, said.name): said for side, id_, said in world.spoken}
    order = {said.email: place for place, (_, _, said) in enumerate(world.spoken)}
    for (side, id_, name), said in last.items():
        row = world.kept[side]["customers"].rows.get(id_)
        if row is None or name in world.removed:
            continue
        now = next((one.email for one in row.says.contacts if one.name == name), "")
        newer = order.get(now, -1) > order[said.email]
        if now != said.email and not newer and not _is_known(world, side, id_, said.email):
            yield f"{name} of {row.says.name} had '{said.email}' in {side}, has '{now}', and nobody can see why"


def _is_known(world: BothWorld, side: Side, id_: str, value: str) -> bool:
    """Whether it is noted, or was written over unseen."""
    return _is_noted(world, side, id_, value) or _is_blind(world, side, id_, value)


def _is_noted(world: BothWorld, side: Side, id_: str, value: str) -> bool:
    one = world.sighting(side, "customers", id_)
    return one is not None and any(note.field == "contacts" and value in note.value for note in one.notes)


def _is_blind(world: BothWorld, side: Side, id_: str, value: str) -> bool:
    blind = world.kept[side]["customers"].blind
    return any(where == id_ and name == "contacts" and value in what for where, name, what in blind)
