"""Pair up: which sightings without another half belong together, and which are to be made on the other side.

A pair is noted on both halves, one after the other. Half a pair is what a crash leaves: it is completed first. What a
lost answer may have made is found here too: it stands in the other side's list, and pairs by its number and name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic

from handoff.accounting.merging import other
from handoff.accounting.pairing import Question, number_of, paired
from handoff.domain.capabilities import Side
from handoff.domain.pairs import S, Sighting
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.pipeline.mirror.desk import MirrorDesk, MirrorFlow

SIDE_WORDS = {Side.TIME_TOOL: "in the time tool", Side.ERP: "in the ERP"}


@dataclass(slots=True)
class PairedUp(Generic[S]):
    """What came of it besides pairs: what is to be made on the other side, and what a person is asked."""

    to_make: list[Sighting[S]] = field(default_factory=list)
    problems: list[tuple[Problem, str]] = field(default_factory=list)


def pair_up(desk: MirrorDesk, flow: MirrorFlow[S]) -> PairedUp[S]:
    """Pairs everything of a flow that has no other half; raises Stale when somebody writes meanwhile."""
    sides = _completed(desk, flow)
    free = {side: free_of(sides[side], sides[other(side)]) for side in Side}
    pairing = paired(free[Side.TIME_TOOL], free[Side.ERP])
    result: PairedUp[S] = PairedUp()
    if pairing.pairs:
        desk.sightings.save([_joined(here, there) for here, there in pairing.pairs])
        desk.sightings.save([_joined(there, here) for here, there in pairing.pairs])
    result.problems = [(_asked(flow, question), question.about.id) for question in pairing.questions]
    taken = {side: {number_of(one): one for one in sides[side] if one.partner and number_of(one)} for side in Side}
    _choose(flow, [one for one in pairing.alone if one.is_open and not one.partner], taken, result)
    return result


def free_of(sightings: Sequence[Sighting[S]], others: Sequence[Sighting[S]]) -> list[Sighting[S]]:
    """Those that can be paired: without another half, or whose other half is gone, since it may have come back anew."""
    gone = {one.id for one in others if one.gone}
    return [one for one in sightings if not one.gone and (not one.partner or one.partner in gone)]


def _choose(
    flow: MirrorFlow[S], alone: Sequence[Sighting[S]], taken: dict[Side, dict[str, Sighting[S]]], result: PairedUp[S]
) -> None:
    """What is alone is made on the other side, unless its number belongs to somebody there or here already."""
    numbers: dict[tuple[Side, str], list[Sighting[S]]] = {}
    for one in alone:
        numbers.setdefault((one.side, number_of(one)), []).append(one)
    for one in alone:
        number = number_of(one)
        rivals = [rival for side in (other(one.side), one.side) if (rival := taken[side].get(number)) is not None]
        rivals += [rival for rival in numbers[one.side, number] if rival.id != one.id] if number else []
        if rivals:
            result.problems.append((_number_taken(flow, one, rivals[0]), one.id))
        else:
            result.to_make.append(one)


def _completed(desk: MirrorDesk, flow: MirrorFlow[S]) -> dict[Side, Sequence[Sighting[S]]]:
    """Both sides' sightings, with every half of a pair made whole, and what names somebody else's half without one."""
    sides: dict[Side, Sequence[Sighting[S]]] = {side: desk.sightings.all(flow.name, side) for side in Side}
    for side in Side:
        named = {one.partner: one.id for one in sides[other(side)] if one.partner}
        partners = {one.id: one.partner for one in sides[other(side)]}
        mended = [
            replace(one, partner=named.get(one.id, "") if not one.partner else "", making=False, agreed=None)
            for one in sides[side]
            if (not one.partner and one.id in named) or partners.get(one.partner, "") not in ("", one.id)
        ]
        if mended:
            whole = {one.id: one for one in desk.sightings.save(mended)}
            sides[side] = [whole.get(one.id, one) for one in sides[side]]
    return sides


def _joined(one: Sighting[S], half: Sighting[S]) -> Sighting[S]:
    return replace(one, partner=half.id, making=False, agreed=None)


def _asked(flow: MirrorFlow[S], question: Question[S]) -> Problem:
    about, first = question.about, question.may_be[0]
    others = _listed(question.may_be)
    return Problem(
        ProblemCode.MATCH_DOUBTFUL,
        f"{flow.what.capitalize()} {named(about)} {SIDE_WORDS[about.side]}, {others} {SIDE_WORDS[first.side]}",
    )


def _number_taken(flow: MirrorFlow[S], one: Sighting[S], rival: Sighting[S]) -> Problem:
    return Problem(
        ProblemCode.NUMBER_TWICE,
        f"{flow.what.capitalize()} {named(one)} {SIDE_WORDS[one.side]} has the number of "
        f"{named(rival)} {SIDE_WORDS[rival.side]}",
    )


def named(one: Sighting[S]) -> str:
    """An object as people find it: its name, and its number where it has one."""
    return f"'{one.says.name}' ({one.says.number or 'without a number'})"


def _listed(sightings: Iterable[Sighting[S]]) -> str:
    return ", ".join(sorted(named(one) for one in sightings)[:5])
