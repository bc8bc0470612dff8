"""Which of several dated rules decides: the most specific one that matches and is in effect.

A rule says what it matches on by up to six keys. Compared from the left, the first key that only one
of two rules has decides between them, so a rule that names the project beats any that does not:

    project > client > project type > task > member > role > default (matches everything)

Nothing is decided by the order in which rules are written. Rules that nothing tells apart are refused
when they are saved (`conflicts`); a tie that only the data can make, such as a person with two roles,
is answered as a tie and never guessed at.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice
from typing import Generic, Protocol, TypeVar

V = TypeVar("V")

KEYS = ("project", "client", "project_type", "task", "member", "role")
"""What rules can match on, the most specific first."""


def fold(text: str) -> str:
    """The text as it is compared: without regard to case, outer spaces and the spelling of accents."""
    folded = text.strip().casefold()
    # Composed and decomposed å are one letter to people and two to computers.
    return folded if folded.isascii() else unicodedata.normalize("NFC", folded)


@lru_cache(maxsize=4096)  # the same few hundred people, tasks and projects, in ever new combinations
def _folded(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(filter(None, map(fold, names)))


@dataclass(frozen=True, slots=True)
class Match:
    """What work a rule is for: all keys that are set must match; none set matches all work.

    A project is named by its id, code or name, a client and a task by id or name, a member by e-mail
    address, id or name, a project type by its word, a role by its name.
    """

    project: str | None = None
    client: str | None = None
    project_type: str | None = None
    task: str | None = None
    member: str | None = None
    role: str | None = None

    def wanted(self) -> tuple[tuple[int, str], ...]:
        """Each key that is set, as its place among KEYS and its folded value, most specific first."""
        values = (self.project, self.client, self.project_type, self.task, self.member, self.role)
        return tuple((place, fold(value)) for place, value in enumerate(values) if value is not None)


@dataclass(frozen=True, slots=True)
class Coordinates:
    """Where a record lies: for each key all that a rule may call it by, folded."""

    project: frozenset[str]
    client: frozenset[str]
    project_type: frozenset[str]
    task: frozenset[str]
    member: frozenset[str]
    role: frozenset[str]

    @classmethod
    def of(
        cls,
        *,
        project: Iterable[str] = (),
        client: Iterable[str] = (),
        project_type: Iterable[str] = (),
        task: Iterable[str] = (),
        member: Iterable[str] = (),
        role: Iterable[str] = (),
    ) -> Coordinates:
        """From names as they are written; empty ones name nothing."""
        written = (project, client, project_type, task, member, role)
        return cls(*[_folded(tuple(names)) for names in written])

    def by_place(self) -> tuple[frozenset[str], ...]:
        """The names in the order of KEYS."""
        return (self.project, self.client, self.project_type, self.task, self.member, self.role)


# Generic, frozen and slotted: Python 3.11 can't call such a class by its parametrised name, so it is
# `choice: Choice[str] = Choice()` here, and never `Choice[str]()`.


@dataclass(frozen=True, slots=True)
class DatedRule(Generic[V]):
    """A value for the work it matches, from its first to its last day (None: unbounded)."""

    id: str
    match: Match
    value: V
    valid_from: date | None = None
    valid_to: date | None = None


class Dated(Protocol):
    """Anything with a first and a last day, both of which count; None is unbounded."""

    @property
    def valid_from(self) -> date | None:
        """The first day."""
        ...

    @property
    def valid_to(self) -> date | None:
        """The last day."""
        ...


D = TypeVar("D", bound=Dated)


def in_effect(valid_from: date | None, valid_to: date | None, on: date) -> bool:
    """Whether a day lies within the dates, both of which count."""
    return (valid_from is None or valid_from <= on) and (valid_to is None or on <= valid_to)


def sharing_a_day(rules: Iterable[D]) -> Iterator[tuple[D, D]]:
    """Each pair of rules that are in effect on a common day, the one that starts first in front."""
    in_order = sorted(rules, key=lambda rule: rule.valid_from or date.min)
    for place, first in enumerate(in_order):
        for second in islice(in_order, place + 1, None):
            if (second.valid_from or date.min) > (first.valid_to or date.max):
                break  # and so do all that start later
            yield first, second


def turning_days(spans: Iterable[tuple[date | None, date | None]]) -> frozenset[date]:
    """The days on which something starts to hold or has ceased to: between two of them nothing changes."""
    days: set[date] = set()
    for first, last in spans:
        if first is not None:
            days.add(first)
        if last is not None and last < date.max:
            days.add(last + timedelta(days=1))
    return frozenset(days)


@dataclass(frozen=True, slots=True)
class Choice(Generic[V]):
    """The rule that decided and what it says.

    Without a decision `value` is None: either nothing matched, or `tied` names the rules that say
    different things and that nothing tells apart.
    """

    rule_id: str = ""
    value: V | None = None
    tied: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lost(Generic[V]):
    """A rule that did not decide, what it would have said, and why it lost."""

    rule_id: str
    value: V
    why: str


def conflicts(rules: Iterable[DatedRule[V]]) -> tuple[tuple[str, str], ...]:
    """Each pair of rules that match the same work on a common day: nothing could tell them apart."""
    same: dict[tuple[tuple[int, str], ...], list[DatedRule[V]]] = defaultdict(list)
    for rule in rules:
        same[rule.match.wanted()].append(rule)
    return tuple((first.id, second.id) for group in same.values() for first, second in sharing_a_day(group))


@dataclass(frozen=True, slots=True)
class _Entry(Generic[V]):
    """A rule made ready for comparing: `rank` grows with how specific it is."""

    rule: DatedRule[V]
    wanted: tuple[tuple[int, str], ...]
    rank: int

    def misses(self, names: Sequence[frozenset[str]]) -> tuple[str, ...]:
        return tuple(KEYS[place] for place, value in self.wanted if value not in names[place])

    def decides(self, names: Sequence[frozenset[str]], on: date) -> bool:
        fits = all(value in names[place] for place, value in self.wanted)
        return fits and in_effect(self.rule.valid_from, self.rule.valid_to, on)


class RuleBook(Generic[V]):
    """Rules that set one thing, ready to be asked; raises ValueError when two share an id."""

    def __init__(self, rules: Iterable[DatedRule[V]]) -> None:
        entries = [_entry(rule) for rule in rules]
        self._entries = sorted(entries, key=lambda entry: (-entry.rank, entry.rule.id))
        if len({entry.rule.id for entry in entries}) < len(entries):
            raise ValueError("two rules share an id")
        # By the most specific key they name: a question looks at the few rules led by its own names,
        # however many engagements have rules of their own.
        self._led_by: dict[tuple[int, str] | None, list[_Entry[V]]] = defaultdict(list)
        for entry in self._entries:
            self._led_by[entry.wanted[0] if entry.wanted else None].append(entry)
        self._leading_places = sorted({entry.wanted[0][0] for entry in entries if entry.wanted})
        self.turning_days = turning_days((e.rule.valid_from, e.rule.valid_to) for e in entries)

    def choose(self, at: Coordinates, on: date) -> Choice[V]:
        """The most specific rule that matches and is in effect on the day."""
        names = at.by_place()
        for place in self._leading_places:
            candidates = [
                entry
                for name in names[place]
                for entry in self._led_by.get((place, name), ())
                if entry.decides(names, on)
            ]
            if candidates:
                return _winner(candidates)
        return _winner([entry for entry in self._led_by.get(None, ()) if entry.decides(names, on)])

    def losers(self, at: Coordinates, on: date) -> tuple[Lost[V], ...]:
        """Every rule that did not decide, the most specific first, and why."""
        chosen = self.choose(at, on)
        names = at.by_place()
        winner = next((entry for entry in self._entries if entry.rule.id == chosen.rule_id), None)
        return tuple(
            Lost(entry.rule.id, entry.rule.value, _why_lost(entry, names, on, chosen, winner))
            for entry in self._entries
            if entry is not winner
        )


def _entry(rule: DatedRule[V]) -> _Entry[V]:
    wanted = rule.match.wanted()
    # One bit for each key, the leftmost the highest: numbers then compare as the keys do.
    return _Entry(rule, wanted, sum(1 << (len(KEYS) - 1 - place) for place, _ in wanted))


def _winner(candidates: Sequence[_Entry[V]]) -> Choice[V]:
    if not candidates:
        return Choice()
    if len(candidates) == 1:
        return Choice(candidates[0].rule.id, candidates[0].rule.value)
    top = max(entry.rank for entry in candidates)
    best = sorted((entry.rule for entry in candidates if entry.rank == top), key=lambda rule: rule.id)
    if any(rule.value != best[0].value for rule in best):
        return Choice(tied=tuple(rule.id for rule in best))
    return Choice(best[0].id, best[0].value)  # several that say the same are no tie: the outcome is one


def _why_lost(
    entry: _Entry[V], names: Sequence[frozenset[str]], on: date, chosen: Choice[V], winner: _Entry[V] | None
) -> str:
    if missed := entry.misses(names):
        return f"does not match: {', '.join(key.replace('_', ' ') for key in missed)}"
    if not in_effect(entry.rule.valid_from, entry.rule.valid_to, on):
        return f"not in effect on {on}"
    if entry.rule.id in chosen.tied:
        return f"as specific as {', '.join(name for name in chosen.tied if name != entry.rule.id)}"
    if winner is None:
        return f"less specific than {', '.join(chosen.tied)}"
    if entry.rank == winner.rank:
        return f"says the same as {winner.rule.id}"
    return f"less specific than {winner.rule.id}"
