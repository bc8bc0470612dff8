"""Which objects of the two sides may be the same where nothing pairs by itself: what speaks for it, and what against.

Pure. There are two kinds. What is asked anyway: of those nothing is written before a person has said yes. And what
would be made on the other side, although something very like it is there already.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Generic

from handoff.accounting.mirror_rules import plain
from handoff.accounting.nearness import Nearness, near_keys, nearness
from handoff.accounting.pairing import Pairing, number_of
from handoff.domain.capabilities import Side
from handoff.domain.pairs import Customer, Employee, S, Sighting

ORGANISATION_MIN = 8
"""So many digits of an organisation number tell a company from others; what a country adds behind them does not."""


class Likeness(StrEnum):
    """How a number or a mark of two objects compares; `unknown` where one of them says nothing."""

    SAME = "same"
    OTHER = "other"
    UNKNOWN = "unknown"


class Alike(StrEnum):
    """By what a proposal fits so well that many can be accepted at once."""

    NUMBER = "number"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Proposal(Generic[S]):
    """Two objects that may be the same.

    `mark` is what tells one from all others beyond number and name: a customer's organisation number, an employee's
    e-mail address. `asked` says that nothing is written of them before a person has said yes; else each would be made
    on the other side. `rivals` says that one of the two may be another one as well.
    """

    time_tool: Sighting[S]
    erp: Sighting[S]
    number: Likeness
    name: Nearness
    mark: Likeness
    asked: bool
    rivals: bool = False

    @property
    def fits(self) -> Alike | None:
        """By what it fits; None for one that a person should look at by itself."""
        if self.rivals or self.mark is Likeness.OTHER:
            return None
        if self.number is Likeness.SAME and (self.name is not Nearness.FAR or self.mark is Likeness.SAME):
            return Alike.NUMBER
        return Alike.NAME if self.name is Nearness.SAME else None

    @property
    def why_not(self) -> str:
        """Why it is not accepted together with others, in words; empty for one that is."""
        if self.fits is not None:
            return ""
        if self.rivals:
            return "one of the two may be another one as well"
        if self.mark is Likeness.OTHER:
            return f"their {mark_words(self.time_tool.says)} differ"
        if self.number is Likeness.SAME:
            return "the numbers are alike, the names are not"
        return "only nearly alike, and the numbers are not"


def proposals(pairing: Pairing[S]) -> list[Proposal[S]]:
    """All of one flow, by name: what is asked, and what is nearly alike among those that stand alone."""
    found = [
        _proposal(question.about, candidate, asked=True)
        for question in pairing.questions
        for candidate in question.may_be
    ]
    found += _nearly(pairing.alone)
    named = Counter((half.side, half.id) for one in found for half in (one.time_tool, one.erp))
    taken = {(half.side, half.id) for pair in pairing.pairs for half in pair}
    return sorted((_judged(one, named, taken) for one in found), key=_place)


def mark_words(says: object) -> str:
    """What the mark of such objects is called."""
    return "e-mail addresses" if isinstance(says, Employee) else "organisation numbers"


def _judged(one: Proposal[S], named: Counter[tuple[Side, str]], taken: set[tuple[Side, str]]) -> Proposal[S]:
    halves = [(half.side, half.id) for half in (one.time_tool, one.erp)]
    return replace(one, rivals=any(named[half] > 1 or half in taken for half in halves))


def _place(one: Proposal[S]) -> tuple[str, str, str]:
    return one.time_tool.says.name.casefold(), one.time_tool.id, one.erp.id


def _proposal(here: Sighting[S], there: Sighting[S], *, asked: bool) -> Proposal[S]:
    return Proposal(
        here,
        there,
        _compared(number_of(here), number_of(there)),
        nearness(here.says.name, there.says.name),
        _marked(_mark(here), _mark(there)),
        asked,
    )


def _nearly(alone: Sequence[Sighting[S]]) -> Iterator[Proposal[S]]:
    """Those of which at least one would be made on the other side, although the other one is there."""
    index: dict[str, list[Sighting[S]]] = defaultdict(list)
    for there in _free(alone, Side.ERP):
        for key in _keys(there):
            index[key].append(there)
    for here in _free(alone, Side.TIME_TOOL):
        near = {there.id: there for key in _keys(here) for there in index.get(key, ())}
        for name in sorted(near):
            made = _proposal(here, near[name], asked=False)
            alike = made.name is not Nearness.FAR or made.mark is Likeness.SAME
            if alike and (here.is_open or near[name].is_open):
                yield made


def _free(alone: Iterable[Sighting[S]], side: Side) -> list[Sighting[S]]:
    return [one for one in alone if one.side is side and not one.partner and not one.blocked]


def _keys(one: Sighting[S]) -> frozenset[str]:
    mark = _mark(one)
    return near_keys(one.says.name) | ({f"mark {mark[:ORGANISATION_MIN]}"} if mark else set())


def _mark(one: Sighting[S]) -> str:
    says = one.says
    if isinstance(says, Customer):
        return plain(says.organisation_number)
    return says.email.strip().casefold() if isinstance(says, Employee) else ""


def _marked(ours: str, theirs: str) -> Likeness:
    """Organisation numbers are the same where one is the other's beginning: Sweden's VAT numbers end with 01."""
    shorter, longer = sorted((ours, theirs), key=len)
    if len(shorter) >= ORGANISATION_MIN and shorter.isdigit() and longer.startswith(shorter):
        return Likeness.SAME
    return _compared(ours, theirs)


def _compared(ours: str, theirs: str) -> Likeness:
    if not ours or not theirs:
        return Likeness.UNKNOWN
    return Likeness.SAME if ours == theirs else Likeness.OTHER
