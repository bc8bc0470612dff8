"""Histories as data: what may happen, in which order, and what goes wrong at which call.

A history is made from a seed. One that breaks a promise is cut down to the few actions and faults that
break it, which is what a person can read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from random import Random

from handoff.domain.posting import DocumentKind

POST_AS: tuple[tuple[DocumentKind, ...], ...] = (
    (DocumentKind.PROJECT_TRANSACTIONS,),
    (DocumentKind.JOURNAL,),
    tuple(DocumentKind),
)
CHANGES: tuple[Mapping[str, object], ...] = (
    {},
    {"lines_per_document": 1, "records_per_journal": 1},
    {"rate_card": []},
    {"excluded_projects": ["402"]},
)
"""Settings a history may change to: as they were, small documents, no account for anything, one project out."""
ENTRIES = ("1", "2", "3")
HOURS_WORKED = (("7.5", "8"), ("7.5", "8", "2.25"), ("7.5", "7.5", "8", "30"))
"""What people log; nobody works 30 hours a day, and the plan says so."""

CRASHES = ("crash_before", "crash_after", "half", "told_stale")
ANY_CALL = (*CRASHES, *CRASHES, "slow_", "meanwhile", "meanwhile", "meanwhile")
SEND = (
    "lost_before", "lost_after", "late", "late_crash", "slow_late", "slow_late_crash", "unreachable", "rate_limited",
    "reconnect", "meanwhile",
)  # fmt: skip
FIND = ("unreachable", "rate_limited", "broken", "broken", "reconnect", "meanwhile")
READ = ("unreachable", "rate_limited", "broken", "reconnect", "meanwhile", "meanwhile")
ALWAYS = -1
"""The number of a fault that every call of its name meets."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that happens; `faults` name by call and number what goes wrong while it does.

    `meanwhile` are done in the middle of it, where a fault says so. `amount` counts what the kind of action
    counts: seconds, deliveries, or the number of the settings.
    """

    kind: str
    entry: str = ""
    hours: str = "7.5"
    approved: bool = True
    amount: int = 0
    faults: tuple[tuple[str, int, str], ...] = ()
    meanwhile: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class History:
    """What happens to one integration, from its first entry on."""

    actions: tuple[Action, ...]
    post_as: int = 0
    absence_seconds: int = 0

    def __str__(self) -> str:
        kinds = ", ".join(POST_AS[self.post_as])
        return "\n".join([f"posts {kinds}; absence delay {self.absence_seconds} s", *map(_told, self.actions)])


def _told(action: Action) -> str:
    plain = Action("")
    names = ("entry", "hours", "approved", "amount", "faults", "meanwhile")
    said = [f"{name}={getattr(action, name)!r}" for name in names if getattr(action, name) != getattr(plain, name)]
    return f"  {action.kind} {' '.join(said)}"


def history_of(seed: int) -> History:
    """A history: entries are logged, then people, passes and faults in any order."""
    chance = Random(seed)  # noqa: S311 - nothing secret: the same seed must give the same history
    cast = _Cast(ENTRIES[: chance.randint(1, 3)], chance.choice(HOURS_WORKED))
    logged = [step for name in cast.entries for step in (_edit(chance, cast, name), _pause(chance))]
    happens = [_action(chance, cast) for _ in range(chance.randint(2, 9))]
    return History(
        (*logged, *happens),
        post_as=chance.randrange(len(POST_AS)),
        absence_seconds=chance.choice((0, 60, 900)),
    )


@dataclass(frozen=True, slots=True)
class _Cast:
    """The entries of a history and the hours they may have: few, so that things meet."""

    entries: tuple[str, ...]
    hours: tuple[str, ...]


def _pause(chance: Random) -> Action:
    # Longer than rows are read again for, so that each stands on its own.
    return Action("wait", amount=chance.choice((1, 200)))


def _edit(chance: Random, cast: _Cast, name: str) -> Action:
    return Action(
        "edit", name, hours=chance.choice(cast.hours), approved=chance.random() < 0.65,
        amount=chance.choice((0, 0, 0, 100)),
    )  # fmt: skip


def _action(chance: Random, cast: _Cast) -> Action:
    kind = chance.choices(
        ("pass", "edit", "decide", "retry", "wait", "refuse", "settings", "deliver"), (50, 14, 10, 5, 14, 6, 4, 6)
    )[0]
    name = chance.choice(cast.entries)
    if kind in ("pass", "deliver"):
        amount = chance.choice((1, 2, 3, 20, 20, 20))
        by_hand, faults = chance.random() < 0.25, _faults(chance)
        return Action(kind, approved=by_hand, amount=amount, faults=faults, meanwhile=_meanwhile(chance, cast))
    if kind == "edit":
        return _edit(chance, cast, name)
    if kind == "wait":
        return Action(kind, amount=chance.choice((20, 200, 290, 880, 4000)))
    if kind == "settings":
        return Action(kind, amount=chance.randrange(len(CHANGES)))
    crash = (("any", chance.randrange(6), chance.choice(CRASHES)),) if chance.random() < 0.3 else ()
    return Action(kind, name, approved=chance.random() < 0.8, faults=crash)


def _faults(chance: Random) -> tuple[tuple[str, int, str], ...]:
    faults = [("any", chance.randrange(32), chance.choice(ANY_CALL)) for _ in range(chance.choice((0, 1, 1, 2, 3)))]
    faults += [("send", chance.randrange(3), chance.choice(SEND)) for _ in range(chance.choice((0, 0, 1, 2)))]
    faults += [("find", chance.randrange(ALWAYS, 2), chance.choice(FIND)) for _ in range(chance.choice((0, 0, 0, 1)))]
    faults += [("read", chance.randrange(3), chance.choice(READ)) for _ in range(chance.choice((0, 0, 0, 0, 1)))]
    faults += [("time_left", chance.randrange(4), "over") for _ in range(chance.choice((0, 0, 0, 2)))]
    return tuple(faults)


def _meanwhile(chance: Random, cast: _Cast) -> tuple[Action, ...]:
    kinds = chance.choices(
        ("edit", "decide", "fetch", "post", "retry", "delete"), (25, 20, 20, 20, 5, 5), k=chance.choice((0, 1, 1, 2))
    )
    names = [chance.choice(cast.entries) for _ in kinds]
    return tuple(
        _edit(chance, cast, name) if kind == "edit" else Action(kind, name)
        for kind, name in zip(kinds, names, strict=True)
    )


def smallest(history: History, breaks: Callable[[History], bool]) -> History:
    """A history that still breaks what this one does, and none of whose parts can be left out."""
    while True:
        shorter = next((part for part in _shorter(history) if breaks(part)), None)
        if shorter is None:
            return history
        history = shorter


def _shorter(history: History) -> list[History]:
    actions = history.actions
    found = [replace(history, actions=actions[:place] + actions[place + 1 :]) for place in range(len(actions))]
    for place, action in enumerate(actions):
        faults, meanwhile = action.faults, action.meanwhile
        parts = [replace(action, faults=faults[:n] + faults[n + 1 :]) for n in range(len(faults))]
        parts += [replace(action, meanwhile=meanwhile[:n] + meanwhile[n + 1 :]) for n in range(len(meanwhile))]
        found += [replace(history, actions=(*actions[:place], part, *actions[place + 1 :])) for part in parts]
    return found
