"""A live history from a seed: people begin on both sides, then changes, webhooks, passes and faults in any order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from tests.histories.live.story import (
    CUSTOMERS,
    INVOICES,
    KEPT,
    LOST,
    ONCE,
    PROJECTS,
    SETTINGS,
    TWICE,
    Act,
    LiveHistory,
)
from tests.histories.story import Fault

HOOKS = (ONCE, ONCE, ONCE, TWICE, KEPT, KEPT, LOST, LOST)
CRASHES = ("crash_before", "crash_after", "crash_after", "told_stale", "slow", "tardy", "meanwhile", "meanwhile")
VENDOR = (
    "unreachable", "rate_limited", "reconnect", "broken", "lost_before", "lost_after", "lost_after", "late", "late",
    "refused",
)  # fmt: skip
AIMED = ("create", "update", "book", "attach", "add_expense", "add_expense", "attach_to_expense", "report_payment")
LOSSES = ("lost_before", "lost_after", "lost_after", "late", "late")
"""What is aimed at one kind of write: the answers that tell least."""
KINDS = {
    "pass": 16, "deliver": 12, "save": 10, "finalize": 12, "mark": 4, "total": 3, "number": 3, "delete": 3, "there": 9,
    "draft": 4, "touch": 5, "cost": 9, "pay": 6, "switch": 7, "forged": 3, "settings": 5, "retry": 4, "confirm": 2,
    "wait": 8,
}  # fmt: skip
BESIDE = {
    "save": 12, "finalize": 8, "mark": 6, "total": 4, "delete": 3, "there": 10, "draft": 6, "touch": 10, "cost": 6,
    "pay": 4, "switch": 5, "retry": 6, "confirm": 3, "settings": 3,
}  # fmt: skip
"""What happens in the middle of something else."""
FORGED = (
    ("customer", "nobody"), ("invoice", "i2"), ("project", "p2"), ("customer", "c1"), ("erp_customer", "1001>1002"),
    ("erp_customer", ">1001"), ("erp_project", "501>"), ("erp_project", "x>y"), ("entries_booked", "1-99999999"),
    ("entries_booked", "9-3"), ("invoice", "c1"),
)  # fmt: skip
NUMBERS = ("1001", "1002", "1077", "A7", "")
WAITS = (20, 130, 290, 700, 4000)
OBJECTS = (*CUSTOMERS, *PROJECTS)
EVERYTHING = (*OBJECTS, *INVOICES)
CASTS = (EVERYTHING, EVERYTHING, ("c1", "p1", "i1"), ("c1", "c2", "p1", "i1", "i2"))
"""Few objects, so that things meet."""


def history_of(seed: int) -> LiveHistory:
    """The history that a seed stands for."""
    chance = Random(seed)  # noqa: S311 - nothing secret: the same seed must give the same history
    cast = chance.choice(CASTS)
    acts = _beginning(chance, cast)
    acts += [_act(chance, _one_of(chance, KINDS), cast) for _ in range(chance.randint(2, 8))]
    if chance.random() < 0.1:
        acts += _overtaken(chance)
    if chance.random() < 0.1:
        acts += _untold(chance)
    return LiveHistory(
        tuple(acts), absence_seconds=chance.choice((0, 120, 120)), registered=chance.random() < 0.6
    )  # fmt: skip


def _beginning(chance: Random, cast: tuple[str, ...]) -> list[Act]:
    """Most of what there may be is there, and often a first pass has been."""
    there = [Act("save", what, hook=chance.choice(HOOKS)) for what in cast if what[0] != "i" and chance.random() < 0.85]
    there = [part for one in there for part in (_lost(chance, one) if chance.random() < 0.08 else (one,))]
    made = [step for one in there for step in (one, _plain(chance, "wait", cast))[: chance.choice((1, 1, 2))]]
    some = ["finalize"] * chance.randint(0, 3) + ["cost"] * chance.randint(0, 1)
    first = [Act("pass", value="night")] if chance.random() < 0.6 else []
    return [*first, *made, *(_act(chance, one, cast) for one in some)]


def _lost(chance: Random, act: Act) -> tuple[Act, ...]:
    """Made, and nobody hears of it; then it is called something else."""
    faults: tuple[Fault, ...] = (("create", 0, "lost_after"), ("dead", 0, "dead"))
    return Act("save", act.what, hook=ONCE, faults=faults), Act("save", act.what, "b", hook=chance.choice(HOOKS))


def _overtaken(chance: Random) -> list[Act]:
    """Two changes of one customer, and later one of another; a pass finds them before the first webhook comes."""
    first, second = Act("save", "c1", "b", hook=KEPT), Act("save", "c1", "c", hook=chance.choice(HOOKS))
    later = Act("save", "c2", "b", hook=chance.choice(HOOKS))
    return [first, second, Act("wait", amount=chance.choice(WAITS)), later, Act("pass"), *_last_kept(chance)]


def _untold(chance: Random) -> list[Act]:
    """Two changes, the second much later, that only a pass finds; it dies in the middle of them."""
    first, second = Act("save", "c1", "b", hook=LOST), Act("save", "c2", "b", hook=LOST)
    faults: tuple[Fault, ...] = (("any", chance.randrange(4, 24), "crash_after"),)
    return [first, Act("wait", amount=chance.choice(WAITS)), second, Act("pass", faults=faults)]


def _last_kept(chance: Random) -> list[Act]:
    return [Act("deliver", amount=chance.choice((0, 0, 1, 2))) for _ in range(chance.randint(1, 3))]


def _one_of(chance: Random, kinds: Mapping[str, int]) -> str:
    return chance.choices(tuple(kinds), tuple(kinds.values()))[0]


def _act(chance: Random, kind: str, cast: tuple[str, ...]) -> Act:
    plain = _plain(chance, kind, cast)
    if chance.random() < 0.45:
        return plain
    faults = _faults(chance)
    beside = any(fault == "meanwhile" for _, _, fault in faults)
    meanwhile = (_plain(chance, _one_of(chance, BESIDE), cast),) if beside else ()
    return Act(plain.kind, plain.what, plain.value, plain.hook, plain.amount, faults, meanwhile)


def _plain(chance: Random, kind: str, cast: tuple[str, ...]) -> Act:
    make: Callable[[Random], Act] = _MAKE[kind]
    act = make(chance)
    while act.what in EVERYTHING and act.what not in cast:
        act = make(chance)
    return Act(kind, act.what, act.value, chance.choice(HOOKS), act.amount)


def _faults(chance: Random) -> tuple[Fault, ...]:
    found = [("any", chance.randrange(40), chance.choice(CRASHES)) for _ in range(chance.choice((0, 1, 1, 1, 2)))]
    found += [("erp", chance.randrange(12), chance.choice(VENDOR)) for _ in range(chance.choice((0, 0, 1, 1, 2)))]
    found += [
        (chance.choice(AIMED), chance.randrange(2), chance.choice(LOSSES)) for _ in range(chance.choice((0, 0, 1)))
    ]
    found += [("tool", chance.randrange(12), chance.choice(VENDOR)) for _ in range(chance.choice((0, 0, 0, 1)))]
    found += [("dead", 0, "dead")] if chance.random() < 0.1 else []
    return tuple(found)


def _of(*objects: str, values: tuple[str, ...] = ("",), amounts: tuple[int, ...] = (0,)) -> Callable[[Random], Act]:
    return lambda chance: Act("", chance.choice(objects), chance.choice(values), ONCE, chance.choice(amounts))


def _forged(chance: Random) -> Act:
    return Act("", *chance.choice(FORGED))


_MAKE: Mapping[str, Callable[[Random], Act]] = {
    "pass": _of("", values=("", "", "night", "night", "hand"), amounts=(0, 0, 0, 2, 12)),
    "deliver": _of("", values=("", "", "", "again"), amounts=(0, 1, 2, 3)),
    "save": _of(*OBJECTS, *INVOICES, values=("a", "b", "c")),
    "finalize": _of(*INVOICES),
    "mark": _of(*INVOICES, values=("do_not_transfer", "to_transfer", "transferred")),
    "total": _of(*INVOICES, values=("100.00", "12500.00", "800.00", "-250.00", "0.00")),
    "number": _of(*CUSTOMERS, *CUSTOMERS, "p1", values=NUMBERS),
    "delete": _of(*OBJECTS, *INVOICES),
    "there": _of(*OBJECTS, values=("name", "notes", "notes", "renumber", "back", "delete", "same", "other")),
    "draft": _of("", "", *INVOICES, values=("", "", "booked")),
    "touch": _of("", values=("move", "renumber", "delete", "book", "book all"), amounts=(0, 1, 2)),
    "cost": _of("p1", "p1", "p2", "", values=("", "", "back"), amounts=(0, 1, 2, 4, 6)),
    "pay": _of(*INVOICES, values=("whole", "part", "back")),
    "switch": _of("period", "plan", "module", "i1", values=("off", "on")),
    "forged": _forged,
    "settings": _of("", amounts=tuple(range(len(SETTINGS)))),
    "retry": _of(""),
    "confirm": _of(""),
    "wait": _of("", amounts=WAITS),
}
