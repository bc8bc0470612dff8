"""A history from a seed: entries are logged, then people, passes and faults come in any order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from tests.histories.story import ALWAYS, CHANGES, POST_AS, Action, Fault, History

ENTRIES = ("1", "2", "3", "4")
HOURS_WORKED = (("7.5", "8"), ("7.5", "8", "2.25"), ("7.5", "7.5", "8", "30"))
"""What people log; nobody works 30 hours a day, and the plan says so. No two of them add up to a third."""
DAYS = ("2026-10-05",) * 8 + ("2026-10-19", "2026-09-28")
"""Days of work: mostly the same, some in a month that is closed in the ERP."""

CRASHES = ("crash_before", "crash_after", "half", "told_stale")
ANY_CALL = (*CRASHES, *CRASHES, "slow_", "tardy", "meanwhile", "meanwhile", "meanwhile")
SEND = (
    "lost_before", "lost_after", "late", "late_crash", "slow_late", "slow_late_crash", "unseen", "unreachable",
    "rate_limited", "reconnect", "meanwhile",
)  # fmt: skip
FIND = ("unreachable", "rate_limited", "broken", "reconnect", "meanwhile", "tardy", "slow_")
BOOKS = ("unreachable", "rate_limited", "reconnect", "broken", "tardy", "meanwhile")
READ = ("unreachable", "rate_limited", "broken", "reconnect", "reconnect", "meanwhile", "meanwhile", "slow_")
DELIVER = ("twice", "twice", "overtaken", "late", "dead")
AMOUNTS: Mapping[str, tuple[int, ...]] = {
    "wait": (20, 200, 290, 880, 4000),
    "jump": (-7200, -40, -20, 20, 40, 7200),
    "settings": tuple(range(len(CHANGES))),
    "close": (10, 10, 9),
}
"""How far time passes or our clock jumps, which settings become the present ones, which month closes or opens."""

KINDS = {
    "pass": 46, "edit": 14, "decide": 8, "retry": 4, "wait": 12, "refuse": 5, "settings": 4, "deliver": 6,
    "delete": 5, "close": 3, "hand": 4, "confirm": 3, "answer": 3, "repost": 2, "jump": 3, "down": 2, "redrive": 3,
    "together": 8,
}  # fmt: skip
MEANWHILE = {"edit": 25, "decide": 20, "fetch": 14, "post": 20, "retry": 5, "delete": 6, "close": 4, "jump": 3}
AT_ONCE = {"post": 45, "fetch": 20, "decide": 12, "edit": 4, "retry": 6, "answer": 4, "delete": 2}


@dataclass(frozen=True, slots=True)
class _Cast:
    """The entries of a history and the hours they may have: few, so that things meet."""

    entries: tuple[str, ...]
    hours: tuple[str, ...]


def history_of(seed: int) -> History:
    """The history that a seed stands for."""
    chance = Random(seed)  # noqa: S311 - nothing secret: the same seed must give the same history
    cast = _Cast(ENTRIES[: chance.choice((1, 2, 3, 3, 4))], chance.choice(HOURS_WORKED))
    logged = [step for name in cast.entries for step in (_edit(chance, cast, name), _pause(chance))]
    happens = [_action(chance, cast) for _ in range(chance.randint(2, 10))]
    return History(
        (*logged, *happens),
        post_as=chance.randrange(len(POST_AS)),
        absence_seconds=chance.choice((0, 120, 900)),
        next_open=chance.random() < 0.4,
        findable=chance.random() < 0.85,
        reversible=chance.random() < 0.9,
    )


def _pause(chance: Random) -> Action:
    # Longer than rows are read again for, so that each stands on its own.
    return Action("wait", amount=chance.choice((1, 200)))


def _edit(chance: Random, cast: _Cast, name: str) -> Action:
    return Action(
        "edit", name, hours=chance.choice(cast.hours), day=chance.choice(DAYS), approved=chance.random() < 0.65,
        amount=chance.choice((0, 0, 0, 100)),
    )  # fmt: skip


def _action(chance: Random, cast: _Cast) -> Action:
    kind = chance.choices(tuple(KINDS), tuple(KINDS.values()))[0]
    name = chance.choice(cast.entries)
    if kind in ("pass", "deliver"):
        return _pass(chance, cast, kind)
    if kind == "together":
        return _together(chance, cast)
    if kind == "edit":
        return _edit(chance, cast, name)
    if kind in AMOUNTS:
        return Action(kind, amount=chance.choice(AMOUNTS[kind]))
    return _at_a_vendor(chance, kind) if kind in ("hand", "down") else _asked(chance, kind, name)


def _pass(chance: Random, cast: _Cast, kind: str) -> Action:
    amount = chance.choice((1, 2, 3, 20, 20, 20))
    by_hand, faults = chance.random() < 0.25, _faults(chance)
    if chance.random() < 0.1:  # another worker at the very moment of sending
        faults = (("send", chance.randrange(2), "meanwhile"),)
        return Action(kind, approved=by_hand, amount=20, faults=faults, meanwhile=(Action("post"),))
    return Action(kind, approved=by_hand, amount=amount, faults=faults, meanwhile=_meanwhile(chance, cast))


def _at_a_vendor(chance: Random, kind: str) -> Action:
    if kind == "down":
        return Action(kind, chance.choice(("harvest", "visma")))
    return Action(kind, approved=chance.random() < 0.5, amount=chance.randrange(4))


def _asked(chance: Random, kind: str, name: str) -> Action:
    crash = (("any", chance.randrange(8), chance.choice(CRASHES)),) if chance.random() < 0.3 else ()
    return Action(kind, name, approved=chance.random() < 0.8, faults=crash)


def _faults(chance: Random) -> tuple[Fault, ...]:
    faults = [("any", chance.randrange(48), chance.choice(ANY_CALL)) for _ in range(chance.choice((0, 1, 1, 2, 3)))]
    faults += [("send", chance.randrange(3), chance.choice(SEND)) for _ in range(chance.choice((0, 0, 1, 2)))]
    faults += [("find", chance.randrange(ALWAYS, 2), chance.choice(FIND)) for _ in range(chance.choice((0, 0, 0, 1)))]
    faults += [("books", chance.randrange(2), chance.choice(BOOKS)) for _ in range(chance.choice((0, 0, 0, 1)))]
    faults += [("read", chance.randrange(4), chance.choice(READ)) for _ in range(chance.choice((0, 0, 0, 0, 1)))]
    faults += [("deliver", chance.randrange(4), chance.choice(DELIVER)) for _ in range(chance.choice((0, 0, 0, 1)))]
    faults += [("time_left", chance.randrange(4), "over") for _ in range(chance.choice((0, 0, 0, 2)))]
    return tuple(faults)


def _meanwhile(chance: Random, cast: _Cast) -> tuple[Action, ...]:
    kinds = chance.choices(tuple(MEANWHILE), tuple(MEANWHILE.values()), k=chance.choice((0, 1, 1, 2)))
    return tuple(_small(chance, cast, kind) for kind in kinds)


def _small(chance: Random, cast: _Cast, kind: str) -> Action:
    name = chance.choice(cast.entries)
    match kind:
        case "edit":
            return _edit(chance, cast, name)
        case "close":
            return Action(kind, amount=10)
        case "jump":
            return Action(kind, amount=chance.choice((-40, -20, 20, 40)))
    return Action(kind, name, approved=chance.random() < 0.8)


def _together(chance: Random, cast: _Cast) -> Action:
    kinds = chance.choices(tuple(AT_ONCE), tuple(AT_ONCE.values()), k=2)
    return Action(
        "together",
        faults=_faults(chance) if chance.random() < 0.6 else (),
        meanwhile=tuple(_small(chance, cast, kind) for kind in kinds),
        turns=tuple(chance.random() < 0.4 for _ in range(chance.choice((12, 40)))),
    )
