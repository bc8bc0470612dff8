"""Report: how the two sides of a flow stand, before anything is written and at any time after.

It reads, and writes nothing. What a person says yes to becomes a pair; the next pass settles it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic

import msgspec

from handoff.accounting.merging import MirrorRule, merged, other, shown
from handoff.accounting.pairing import Question, paired
from handoff.domain.capabilities import Side
from handoff.domain.errors import InvalidInput, NotFound
from handoff.domain.pairs import Note, S, Sighting
from handoff.pipeline.mirror.pair_up import free_of
from handoff.pipeline.steps import Clock
from handoff.ports.mirror import SightingStore


@dataclass(frozen=True, slots=True)
class WouldWrite:
    """A value that settling a pair writes: on which side, over what."""

    side: Side
    name: str
    number: str
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class MirrorReport(Generic[S]):
    """One flow: how many there are on each side and in pairs, what would be made and written, and what is asked.

    `excluded` counts by side and reason. `overwrites` are values that are there now and would be others; `notes` those
    that were ignored or written over already, newest first.
    """

    seen: Mapping[Side, int]
    pairs: int
    would_pair: int
    to_make: Mapping[Side, Sequence[Sighting[S]]]
    excluded: Mapping[tuple[Side, str], int]
    gone: Mapping[Side, Sequence[Sighting[S]]]
    questions: Sequence[Question[S]]
    overwrites: Sequence[WouldWrite]
    notes: Sequence[tuple[Sighting[S], Note]]


def report(sightings: SightingStore, flow: str, rule: MirrorRule, *, clock: Clock) -> MirrorReport[S]:
    """How a flow stands, by what the last looks saw."""
    sides: dict[Side, Sequence[Sighting[S]]] = {side: sightings.all(flow, side) for side in Side}
    here = {side: [one for one in sides[side] if not one.gone] for side in Side}
    free = {side: free_of(sides[side], sides[other(side)]) for side in Side}
    pairing = paired(free[Side.TIME_TOOL], free[Side.ERP])
    theirs = {one.id: one for one in here[Side.ERP]}
    known = [(one, theirs[one.partner]) for one in here[Side.TIME_TOOL] if one.partner in theirs]
    alone = [one for one in pairing.alone if one.is_open and not one.partner]
    making = {side: [one for one in alone if one.side is not side] for side in Side}
    noted = [(one, note) for side in Side for one in sides[side] for note in one.notes]
    return MirrorReport(
        seen={side: len(here[side]) for side in Side},
        pairs=len(known),
        would_pair=len(pairing.pairs),
        to_make=making,
        excluded=Counter((one.side, one.excluded) for side in Side for one in here[side] if one.excluded),
        gone={side: [one for one in sides[side] if one.gone] for side in Side},
        questions=pairing.questions,
        overwrites=[write for pair in (*known, *pairing.pairs) for write in _overwrites(*pair, rule, clock)],
        notes=sorted(noted, key=lambda one: one[1].at, reverse=True),
    )


def accept(sightings: SightingStore, flow: str, time_tool_id: str, erp_id: str) -> tuple[Sighting[S], Sighting[S]]:
    """The pair that a person has said yes to; raises NotFound, InvalidInput and Stale."""
    halves: list[Sighting[S]] = []
    for side, id_ in ((Side.TIME_TOOL, time_tool_id), (Side.ERP, erp_id)):
        known: Mapping[str, Sighting[S]] = sightings.get(flow, side, [id_])
        if id_ not in known or known[id_].gone:
            raise NotFound(f"there is no object '{id_}' in {side.value}", field=f"body.{side.value}_id")
        halves.append(known[id_])
    here, there = halves
    if (here.partner, there.partner) == (there.id, here.id):
        return here, there
    for half, name in ((here, "time_tool_id"), (there, "erp_id")):
        if half.partner and not _is_gone(sightings, flow, other(half.side), half.partner):
            raise InvalidInput(
                f"'{half.says.name}' belongs to another one already",
                code="paired_already",
                field=f"body.{name}",
                cure="Read the report again: somebody was faster.",
            )
    joined = [replace(here, partner=there.id), replace(there, partner=here.id)]
    saved = sightings.save([replace(one, making=False, agreed=None) for one in joined])
    return saved[0], saved[1]


def part(sightings: SightingStore, flow: str, time_tool_id: str) -> tuple[Sighting[S], Sighting[S]]:
    """Both halves of a pair, taken apart: a yes that was wrong. Raises NotFound and Stale."""
    known: Mapping[str, Sighting[S]] = sightings.get(flow, Side.TIME_TOOL, [time_tool_id])
    here = known.get(time_tool_id)
    theirs: Mapping[str, Sighting[S]] = sightings.get(flow, Side.ERP, [here.partner] if here and here.partner else [])
    if here is None or here.partner not in theirs:
        raise NotFound(f"'{time_tool_id}' has no other half", field="time_tool_id")
    saved = sightings.save([replace(one, partner="", agreed=None) for one in (here, theirs[here.partner])])
    return saved[0], saved[1]


def _is_gone(sightings: SightingStore, flow: str, side: Side, object_id: str) -> bool:
    known: Mapping[str, Sighting[Any]] = sightings.get(flow, side, [object_id])
    return object_id in known and known[object_id].gone


def _overwrites(here: Sighting[S], there: Sighting[S], rule: MirrorRule, clock: Clock) -> list[WouldWrite]:
    """What settling would write over; blanks that are filled are no loss to anybody."""
    if here.blocked or there.blocked:
        return []
    result, writes = merged(here, there, rule, at=clock()), []
    for half, after in ((here, result.time_tool), (there, result.erp)):
        for name in (one.name for one in msgspec.structs.fields(after)):
            old, new = getattr(half.says, name), getattr(after, name)
            if old != new and shown(old):
                writes.append(WouldWrite(half.side, half.says.name, half.says.number, name, shown(old), shown(new)))
    return writes
