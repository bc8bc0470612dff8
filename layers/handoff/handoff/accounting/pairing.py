"""Which objects of the two sides are the same one, on first contact: by number and name, or nobody's guess.

Pure. Number and name must say the same: one that fits while the other speaks against it is a question to a person,
and so is anything that fits several.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic

from handoff.accounting.mirror_rules import folded
from handoff.domain.pairs import S, Sighting


class Doubt(StrEnum):
    """Why nothing is paired."""

    SEVERAL = "several"
    NAME_DIFFERS = "name_differs"
    NUMBER_DIFFERS = "number_differs"


@dataclass(frozen=True, slots=True)
class Question(Generic[S]):
    """What can't be told without a person: an object, those on the other side that it may be, and why."""

    about: Sighting[S]
    may_be: tuple[Sighting[S], ...]
    doubt: Doubt


@dataclass(slots=True)
class Pairing(Generic[S]):
    """How the objects of one flow stand on first contact."""

    pairs: list[tuple[Sighting[S], Sighting[S]]] = field(default_factory=list)
    questions: list[Question[S]] = field(default_factory=list)
    alone: list[Sighting[S]] = field(default_factory=list)


def paired(time_tool: Sequence[Sighting[S]], erp: Sequence[Sighting[S]]) -> Pairing[S]:
    """Pairs, questions, and what is on one side alone; an object of the time tool is in exactly one of them."""
    result: Pairing[S] = Pairing()
    at_home, abroad = _Index(time_tool), _Index(erp)
    asked: set[str] = set()
    for here in time_tool:
        candidates, doubt = abroad.like(here)
        back = at_home.like(candidates[0])[0] if len(candidates) == 1 and doubt is None else ()
        if not candidates:
            result.alone.append(here)
            continue
        asked.update(one.id for one in candidates)
        if doubt is None and len(back) == 1:
            result.pairs.append((here, candidates[0]))
        else:
            result.questions.append(Question(here, candidates, doubt or Doubt.SEVERAL))
    result.alone += [there for there in erp if there.id not in asked]
    return result


class _Index(Generic[S]):
    """One side's objects by number and by name."""

    def __init__(self, sightings: Iterable[Sighting[S]]) -> None:
        self._numbered: dict[str, list[Sighting[S]]] = defaultdict(list)
        self._named: dict[str, list[Sighting[S]]] = defaultdict(list)
        for one in sightings:
            self._numbered[number_of(one)].append(one)
            self._named[_name_of(one)].append(one)

    def like(self, one: Sighting[S]) -> tuple[tuple[Sighting[S], ...], Doubt | None]:
        """What the object may be on this side, and what is doubtful about it."""
        number, name = number_of(one), _name_of(one)
        numbered = self._numbered.get(number, []) if number else []
        named = self._named.get(name, []) if name else []
        exact = [found for found in numbered if _name_of(found) == name]
        if len(exact) == 1 and len(numbered) == 1:
            return (exact[0],), None
        if numbered:
            return tuple(numbered), Doubt.SEVERAL if len(numbered) > 1 else Doubt.NAME_DIFFERS
        without = [found for found in named if not (number and number_of(found))]
        if len(named) == len(without) == 1:
            return (without[0],), None
        return tuple(named), Doubt.SEVERAL if len(named) > 1 else Doubt.NUMBER_DIFFERS if named else None


def number_of(one: Sighting[S]) -> str:
    """The number as it is compared."""
    return compared(meant_by(one).number)


def compared(number: str) -> str:
    """A number as it is compared: `0` is none, and leading noughts say nothing."""
    return number.strip().casefold().lstrip("0")


def meant_by(one: Sighting[S]) -> S:
    """What another half of it says: of one that is being made there, what it was made with, whatever it says by now."""
    return one.agreed if one.making and one.agreed is not None else one.says


def _name_of(one: Sighting[S]) -> str:
    return folded(meant_by(one).name)
