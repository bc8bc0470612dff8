"""Settle: bring both halves of every pair to what they should say, and make what one side lacks.

A change is written once, and what the vendor reports after it is what the half is known to say: our own write is no
news. A change whose answer was lost does no harm, since the next look finds both sides saying the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Generic

import msgspec

from handoff.accounting.merging import NUMBER, merged, other
from handoff.domain.capabilities import Side
from handoff.domain.errors import HandoffError, RateLimited, Rejected, Stale, Unreachable
from handoff.domain.pairs import NOTES_MAX, Note, S, Sighting
from handoff.pipeline.mirror.causes import Causes, name_of
from handoff.pipeline.mirror.desk import MirrorDesk, MirrorFlow
from handoff.pipeline.mirror.look import noted
from handoff.pipeline.mirror.make import Making
from handoff.pipeline.mirror.pair_up import pair_up
from handoff.ports.mirror import Change, Listed, Written


@dataclass(slots=True)
class _Pair(Generic[S]):
    """Two halves on their way to saying the same.

    `said` is what each said when they were compared, `left` are the sides that are still to be written.
    """

    halves: dict[Side, Sighting[S]]
    said: Mapping[Side, S]
    wanted: Mapping[Side, S]
    left: set[Side]

    def carried(self, side: Side) -> list[str]:
        """The fields that are written on a side."""
        said, wanted = self.said[side], self.wanted[side]
        return [name for name in _names(said) if getattr(said, name) != getattr(wanted, name)]

    def settled(self, half: Sighting[S]) -> Sighting[S]:
        """A half as settled: what was carried as it reports it, and all else as it was compared.

        Where it reports something else by now, somebody was there meanwhile: that is the next pass's news. What an
        excluded half says is not settled by it: it is still to go over once it is let in; so is its number, whoever has
        written another one on the other side meanwhile.
        """
        written = self.carried(half.side)
        if half.excluded:
            agreed = None if half.agreed is None else _with(half.agreed, half.says, written)
            return replace(half, agreed=agreed, refused="")
        compared = [name for name in _names(half.says) if name not in written]
        agreed = _with(half.says, self.said[half.side], compared)
        if half.agreed is not None and len({one.number for one in self.wanted.values()}) > 1:
            agreed = _with(agreed, half.agreed, [NUMBER])
        return replace(half, agreed=agreed, refused="")


@dataclass(slots=True)
class Settled:
    """What settling a flow came to. `faults` pass by themselves: the flow is to be settled again in a while."""

    finished: bool = True
    counts: Counter[str] = field(default_factory=Counter)
    faults: list[HandoffError] = field(default_factory=list)


def settle(desk: MirrorDesk, flow: MirrorFlow[S], *, time_left: Callable[[], bool]) -> Settled:
    """Settles everything of a flow that there is something to do about, as far as the time goes; some of it always.

    Raises ReconnectNeeded, RateLimited, BrokenContract and Stale.
    """
    open_: Sequence[Sighting[S]] = desk.sightings.open(flow.name)
    result, causes = Settled(), Causes(desk, flow.name, flow.what)
    to_make: Sequence[Sighting[S]] = ()
    if any(not one.partner or one.agreed is None for one in open_):
        found = pair_up(desk, flow)
        to_make = found.to_make
        for problem, external_id in found.problems:
            causes.tell(problem, external_id)
        open_ = desk.sightings.open(flow.name)
    pairs = _pairs_of(desk, flow, [one for one in open_ if one.partner])
    settling = _Settling(desk, flow, causes, time_left, result)
    making = Making(desk, flow, causes, time_left, result.counts, result.faults)
    result.finished = settling.bring_together(pairs) and making.make(to_make)
    if result.finished:
        causes.close_what_is_over()
    return result


def _pairs_of(
    desk: MirrorDesk, flow: MirrorFlow[S], open_: Sequence[Sighting[S]]
) -> list[tuple[Sighting[S], Sighting[S]]]:
    """The open ones with their other halves, the time tool's first."""
    pairs: dict[str, tuple[Sighting[S], Sighting[S]]] = {}
    for side in Side:
        ours = [one for one in open_ if one.side is side]
        partners = [one.partner for one in ours]
        halves: Mapping[str, Sighting[S]] = desk.sightings.get(flow.name, other(side), partners)
        for one in ours:
            half = halves.get(one.partner)
            if half is not None and half.partner == one.id:
                pair = (one, half) if side is Side.TIME_TOOL else (half, one)
                pairs[pair[0].id] = pair
    return [pairs[name] for name in sorted(pairs)]


@dataclass(frozen=True, slots=True)
class _Settling(Generic[S]):
    """The pairs of one flow being settled."""

    desk: MirrorDesk
    flow: MirrorFlow[S]
    causes: Causes
    time_left: Callable[[], bool]
    result: Settled

    def bring_together(self, found: Sequence[tuple[Sighting[S], Sighting[S]]]) -> bool:
        """Whether every pair was tried."""
        pairs = [self._merged(here, there) for here, there in found if _may_be_written(here, there)]
        at_rest = [half for pair in pairs if not pair.left for half in _resting(pair)]
        if at_rest:
            self.desk.sightings.save(at_rest)
        return all(
            self._write(side, [pair for pair in pairs if side in pair.left]) for side in (Side.ERP, Side.TIME_TOOL)
        )

    def _merged(self, here: Sighting[S], there: Sighting[S]) -> _Pair[S]:
        result = merged(here, there, self.flow.rule, at=self.desk.clock())
        said = {here.side: here.says, there.side: there.says}
        wanted = {Side.TIME_TOOL: result.time_tool, Side.ERP: result.erp}
        pair = _Pair({here.side: here, there.side: there}, said, wanted, {s for s in Side if wanted[s] != said[s]})
        remembering = [_remembering(half, result.notes) for half in pair.halves.values()]
        if pair.left:
            # What is written over is remembered before it is: a worker that dies in between leaves no gap.
            self._save(pair, [half for half in remembering if half != pair.halves[half.side]])
        else:
            pair.halves.update((half.side, half) for half in remembering)
        return pair

    def _write(self, side: Side, pairs: Sequence[_Pair[S]]) -> bool:
        due = [pair for pair in pairs if not self._stands_refused(side, pair)]
        objects = self.flow.at(side)
        for start in range(0, len(due), objects.batch_max):
            if start and not self.time_left():
                return False
            some = due[start : start + objects.batch_max]
            changes = [Change(pair.halves[side].id, pair.halves[side].says, pair.wanted[side]) for pair in some]
            for pair, answer in zip(some, objects.update(changes), strict=True):
                self._took(side, pair, answer)
            if any(isinstance(fault, RateLimited | Unreachable) for fault in self.result.faults):
                break  # whoever asks to wait is not asked for the rest
        return True

    def _stands_refused(self, side: Side, pair: _Pair[S]) -> bool:
        return self.causes.stands_refused(pair.halves[other(side)], side, pair.wanted[side])

    def _took(self, side: Side, pair: _Pair[S], answer: Written[S]) -> None:
        source = pair.halves[other(side)]
        if isinstance(answer, Listed):
            self.result.counts["updated"] += 1
            self._save(pair, _written(side, pair, answer, self.flow.unwanted, self.desk.clock()))
        elif isinstance(answer, Rejected):
            self.result.counts["failed"] += 1
            self.causes.refused(source, side, answer)
            self._save(pair, [replace(source, refused=name_of(pair.wanted[side]))])
        elif isinstance(answer, Stale):
            self.result.counts["edited_meanwhile"] += 1  # the next look shows what somebody wrote
        else:
            self.result.faults.append(answer)

    def _save(self, pair: _Pair[S], halves: Sequence[Sighting[S]]) -> None:
        if halves:
            pair.halves.update((half.side, half) for half in self.desk.sightings.save(halves))


def _may_be_written(here: Sighting[S], there: Sighting[S]) -> bool:
    return not (here.gone or there.gone or here.blocked or there.blocked)


def _remembering(one: Sighting[S], notes: Sequence[Note]) -> Sighting[S]:
    """The half with what the merge noted of it; what is noted already is not noted twice."""
    known = {(note.kind, note.field, note.value, note.other) for note in one.notes}
    news = [n for n in notes if n.side is one.side and (n.kind, n.field, n.value, n.other) not in known]
    return replace(one, notes=(*one.notes, *news)[-NOTES_MAX:]) if news else one


def _resting(pair: _Pair[S]) -> Iterator[Sighting[S]]:
    """The halves that are not noted as settled yet, as settled."""
    for half in pair.halves.values():
        settled = pair.settled(half)
        if settled != half:
            yield settled


def _written(side: Side, pair: _Pair[S], row: Listed[S], unwanted: str, at: datetime) -> list[Sighting[S]]:
    """Both halves after a write on one side.

    While the other side is still to be written, only what was carried counts as settled: whatever is to go the other
    way stays open, should the worker die in between or the other side say no. A list that goes both ways is settled as
    the other side still has it.
    """
    before, source, names = pair.halves[side], pair.halves[other(side)], pair.carried(side)
    told = replace(noted(before, row, at), changed_at=row.changed_at)
    if unwanted and before.excluded == unwanted:
        # An answer knows only of the object itself: that no other wants it is seen by the next look.
        told = replace(told, excluded=unwanted)
    pair.left.discard(side)
    if not pair.left:
        return [pair.settled(told), pair.settled(source)]
    if before.agreed is None or source.agreed is None:
        return [told]
    both_ways = [name for name in names if name in pair.carried(other(side))]
    carried = _with(row.says, source.says, both_ways)
    return [
        replace(told, agreed=_with(before.agreed, carried, names)),
        replace(source, agreed=_with(source.agreed, source.says, names), refused=""),
    ]


def _names(says: S) -> list[str]:
    return [one.name for one in msgspec.structs.fields(says)]


def _with(says: S, another: S, names: Sequence[str]) -> S:
    """What one says, with some fields as another has them."""
    return msgspec.structs.replace(says, **{name: getattr(another, name) for name in names})
