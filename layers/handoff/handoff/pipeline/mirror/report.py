"""Report: how the two sides of a flow stand, before anything is written and at any time after.

It reads, and writes nothing. What a person says yes to becomes a pair; the next pass settles it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic

import msgspec

from handoff.accounting.likeness import Alike, Proposal, proposals
from handoff.accounting.merging import MirrorRule, merged, other, shown
from handoff.accounting.pairing import Pairing, Question, paired
from handoff.domain.capabilities import Side
from handoff.domain.errors import InvalidInput, NotFound
from handoff.domain.pairs import Note, S, Sighting
from handoff.pipeline.mirror.pair_up import free_of
from handoff.pipeline.steps import Clock
from handoff.ports.mirror import SightingStore

ACCEPTED_MAX = 500
"""So many pairs are noted at once: a person waits for the answer."""
Sides = Mapping[Side, Sequence[Sighting[S]]]


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
    that were ignored or written over already, newest first. `proposals` are the questions one by one, with what speaks
    for them, and what is nearly alike and would be made all the same; `accepted` are pairs that are not settled yet.
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
    proposals: Sequence[Proposal[S]]
    accepted: Sequence[tuple[Sighting[S], Sighting[S]]]


@dataclass(frozen=True, slots=True)
class Accepted(Generic[S]):
    """What a yes to many came to: the pairs, and the proposals that are left with the reason; `more` were too many."""

    pairs: Sequence[tuple[Sighting[S], Sighting[S]]]
    left: Sequence[tuple[Proposal[S], str]]
    more: int = 0


def report(sightings: SightingStore, flow: str, rule: MirrorRule, *, clock: Clock) -> MirrorReport[S]:
    """How a flow stands, by what the last looks saw."""
    return report_on(seen_of(sightings, flow), rule, clock=clock)


def seen_of(sightings: SightingStore, flow: str) -> Sides[S]:
    """What was seen of a flow, side by side."""
    return {side: sightings.all(flow, side) for side in Side}


def report_on(sides: Sides[S], rule: MirrorRule, *, clock: Clock) -> MirrorReport[S]:
    """How a flow stands whose sides were read."""
    here = {side: [one for one in sides[side] if not one.gone] for side in Side}
    pairing = _pairing(sides)
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
        proposals=proposals(pairing),
        accepted=[(one, half) for one, half in known if one.agreed is None and half.agreed is None],
    )


def _pairing(sides: Sides[S]) -> Pairing[S]:
    free = {side: free_of(sides[side], sides[other(side)]) for side in Side}
    return paired(free[Side.TIME_TOOL], free[Side.ERP])


def accept_all(sightings: SightingStore, flow: str, alike: Alike | None = None) -> Accepted[S]:
    """A yes to every proposal that fits, or to those that fit by their numbers, or names, alone; raises Stale.

    What a person should look at by itself is left, with the reason.
    """
    sides: Sides[S] = seen_of(sightings, flow)
    found = proposals(_pairing(sides))
    wanted = frozenset(Alike) if alike is None else {alike}
    fitting = [one for one in found if one.fits in wanted]
    taken = fitting[:ACCEPTED_MAX]
    left = [(one, one.why_not or f"they fit by their {one.fits}s") for one in found if one.fits not in wanted]
    here = [replace(one.time_tool, partner=one.erp.id, making=False, agreed=None) for one in taken]
    there = [replace(one.erp, partner=one.time_tool.id, making=False, agreed=None) for one in taken]
    saved = sightings.save([*here, *there]) if taken else ()
    pairs = list(zip(saved[: len(here)], saved[len(here) :], strict=True))
    return Accepted(pairs, left, len(fitting) - len(taken))


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
    if here.blocked or there.blocked or here.says == there.says:
        return []
    result, writes = merged(here, there, rule, at=clock()), []
    for half, after in ((here, result.time_tool), (there, result.erp)):
        for name in (one.name for one in msgspec.structs.fields(after)):
            old, new = getattr(half.says, name), getattr(after, name)
            if old != new and shown(old):
                writes.append(WouldWrite(half.side, half.says.name, half.says.number, name, shown(old), shown(new)))
    return writes
