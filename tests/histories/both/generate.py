"""A history of two sides from a seed: people begin on both, then changes, passes, messages and faults in any order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random

from tests.histories.both.story import (
    CUSTOMERS,
    EMPLOYEES,
    ERP,
    HOURS,
    INVOICES,
    KEPT,
    PROJECTS,
    SETTINGS,
    TOOL,
    Act,
    BothHistory,
)
from tests.histories.story import Fault

SIDES = (TOOL, ERP)
CRASHES = (
    "crash_before", "crash_after", "crash_after", "half", "half", "told_stale", "told_stale", "slow", "tardy",
    "meanwhile", "meanwhile",
)  # fmt: skip
VENDOR = (
    "unreachable", "rate_limited", "reconnect", "broken", "lost_before", "lost_after", "lost_after", "late", "half",
    "refused",
)  # fmt: skip
AIMED = ("create", "update", "update", "send", "send", "send", "mark_billed", "report", "find")
LOSSES = (
    "lost_before", "lost_after", "lost_after", "late", "late", "half", "refused", "rate_limited", "meanwhile", "meanwhile",
)  # fmt: skip
"""What is aimed at one kind of call: the answers that tell least."""
KINDS = {
    "pass": 22, "wait": 6, "deliver": 2, "die": 1, "settings": 3, "save": 10, "write": 9, "renumber": 4, "contact": 5,
    "win": 4, "block": 3, "delete": 3, "log": 8, "approve": 5, "unlog": 3, "draft": 7, "status": 3, "refer": 2,
    "scrap": 2, "bill": 6, "pay": 6, "touch": 4, "hand": 3, "retry": 3, "confirm": 3, "decide": 3,
}  # fmt: skip
BESIDE = {
    "save": 10, "write": 10, "renumber": 3, "contact": 5, "win": 3, "block": 3, "delete": 3, "log": 8, "approve": 5,
    "unlog": 3, "draft": 5, "status": 3, "refer": 3, "scrap": 2, "bill": 5, "pay": 5, "touch": 4, "hand": 2, "retry": 3,
    "confirm": 2, "decide": 2, "settings": 1,
}  # fmt: skip
"""What happens in the middle of something else."""
WAITS = (20, 130, 290, 700, 4000, 100_000, 5_300_000, 26_500_000)
"""Seconds, a day, and as long as it takes until tasks of the state machine run out."""
CASTS = (
    ("u1", "e1", "p1", "c1", "h1", "i1"),
    ("e1", "p1", "c1", "h1", "h3", "i1", "i3"),
    (*KEPT, *HOURS, *INVOICES),
    (*KEPT, "h1", "h2", "i1"),
    ("c1", "c2", "p1", "p2", "e1"),
)
"""Few objects, so that things meet."""
_PASS, _DRAFT, _BILL = Act("pass"), Act("draft", "i1"), Act("bill", "i1")
ARCS: tuple[tuple[Act, ...], ...] = (
    (_DRAFT, _PASS, _BILL, _PASS, Act("pay", "i1"), _PASS),
    (_DRAFT, _PASS, _BILL, Act("pay", "i1", value="whole"), _PASS, Act("pay", "i1")),
    (_DRAFT, _PASS, _BILL, Act("draft", "i3"), _PASS, Act("bill", "i3"), Act("pay", "i3"), _PASS),
    (_DRAFT, _PASS, Act("touch", "i1"), _PASS, Act("confirm"), Act("touch", "i1"), _PASS),
    (_DRAFT, _PASS, Act("refer", "i1", amount=1), _PASS, Act("confirm"), _PASS, _BILL),
    (_DRAFT, _PASS, Act("wait", amount=5_300_000), _PASS, _BILL, _PASS, Act("wait", amount=26_500_000), _PASS),
    (_DRAFT, _PASS, Act("die"), _BILL, _PASS, Act("pay", "i1", value="whole"), _PASS),
    (Act("log", "h1", amount=3), Act("log", "h3", amount=3), _PASS, Act("approve", "h1"), Act("approve", "h3"), _PASS),
    (Act("log", "h1"), _DRAFT, _PASS, Act("log", "h1", value="8"), _PASS, _BILL, Act("approve", "h1"), _PASS),
    (Act("log", "h1"), _PASS, Act("log", "h1", value="2.25"), _PASS, Act("unlog", "h1"), _PASS),
    (Act("log", "h1"), Act("log", "h2"), _PASS, Act("approve", "h1"), Act("hand", "h2"), Act("log", "h2"), _PASS),
    (_PASS, Act("write", "c1"), Act("write", "c1"), _PASS, Act("save", "c1"), Act("write", "c1"), _PASS),
    (_PASS, Act("contact", "c1"), Act("contact", "c1", value="edit"), Act("contact", "c1", value="edit"), _PASS),
    (Act("save", "c1"), Act("save", "p1"), _PASS, Act("save", "c1"), Act("renumber", "c1"), _PASS),
)
"""What happens in the life of a tenant, one thing after the other."""


def history_of(seed: int) -> BothHistory:
    """The history that a seed stands for."""
    chance = Random(seed)  # noqa: S311 - nothing secret: the same seed must give the same history
    cast = chance.choice(CASTS)
    acts = _beginning(chance, cast)
    if chance.random() < 0.6:
        acts += _arc(chance, cast)
    else:
        acts += [_act(chance, _one_of(chance, KINDS), cast) for _ in range(chance.randint(2, 8))]
    return BothHistory(
        tuple(acts), absence_seconds=chance.choice((0, 120, 120)),
        settings=chance.choice((0, 0, 1, 1, 2, 3, 3, 4, 5, 6)), page=chance.choice((1, 3, 3, 3)),
    )  # fmt: skip


def _arc(chance: Random, cast: tuple[str, ...]) -> list[Act]:
    """What belongs together, act by act, each with its faults, and other things in between."""
    acts: list[Act] = []
    for plain in chance.choice(ARCS):
        if chance.random() < 0.25:
            acts.append(_act(chance, _one_of(chance, KINDS), cast))
        chosen = _plain(chance, plain.kind, cast)
        value, amount = (
            (plain.value or chosen.value),
            plain.amount or chosen.amount * (plain.kind not in ("pass", "draft")),
        )
        acts.append(_hit(chance, replace(chosen, what=plain.what, value=value, amount=amount), cast, often=0.4))
    return acts


def _beginning(chance: Random, cast: tuple[str, ...]) -> list[Act]:
    """Most of what there may be is there, on one side or on both; often a pass has been, and work is logged and billed."""
    there: list[Act] = []
    for what in cast:
        if what in KEPT and chance.random() < 0.9:
            sides = chance.choice(((TOOL,), (TOOL,), (ERP,), SIDES)) if what[0] != "p" else (TOOL,)
            there += [Act("save", what, side, chance.choice("aaab"), chance.choice((0, 0, 1))) for side in sides]
    chance.shuffle(there)
    there.sort(key=lambda act: "ceup".index(act.what[0]))
    if chance.random() < 0.6:
        there.append(Act("pass", value="night"))
    there += [Act("log", what, amount=chance.choice((0, 0, 1, 2, 3))) for what in cast if what in HOURS]
    if any(what in INVOICES for what in cast) and chance.random() < 0.6:
        there.append(Act("draft", "i1", amount=chance.choice((0, 0, 3))))
    return there


def _one_of(chance: Random, kinds: Mapping[str, int]) -> str:
    return chance.choices(tuple(kinds), tuple(kinds.values()))[0]


def _act(chance: Random, kind: str, cast: tuple[str, ...]) -> Act:
    return _hit(chance, _plain(chance, kind, cast), cast, often=0.55)


def _hit(chance: Random, plain: Act, cast: tuple[str, ...], *, often: float) -> Act:
    """The act with faults, mostly."""
    if chance.random() >= often:
        return plain
    if plain.kind == "pass" and chance.random() < 0.12:  # somebody else at the very moment of writing
        act = _plain(chance, chance.choice(("write", "save")), cast)
        faults: tuple[Fault, ...] = (("update", _first(chance), "meanwhile"),)
        return replace(plain, faults=faults, meanwhile=(replace(act, side=ERP),))
    faults = _faults(chance)
    beside = any(fault == "meanwhile" for _, _, fault in faults)
    meanwhile = (_plain(chance, _one_of(chance, BESIDE), cast),) if beside else ()
    return replace(plain, faults=faults, meanwhile=meanwhile)


def _plain(chance: Random, kind: str, cast: tuple[str, ...]) -> Act:
    objects, values, amounts = _MAKE[kind]
    some = [what for what in objects if what in cast] or list(objects)
    return Act(kind, chance.choice(some), chance.choice(_sides(kind)), chance.choice(values), chance.choice(amounts))


def _sides(kind: str) -> tuple[str, ...]:
    return SIDES if kind in ("save", "write", "renumber", "contact", "delete") else (TOOL,)


def _faults(chance: Random) -> tuple[Fault, ...]:
    found = [("any", _place(chance), chance.choice(CRASHES)) for _ in range(chance.choice((0, 1, 1, 1, 2)))]
    found += [("erp", chance.randrange(14), chance.choice(VENDOR)) for _ in range(chance.choice((0, 0, 1, 1, 2)))]
    found += [(chance.choice(AIMED), _first(chance), chance.choice(LOSSES)) for _ in range(chance.choice((0, 1, 1, 2)))]
    found += [("tool", chance.randrange(14), chance.choice(VENDOR)) for _ in range(chance.choice((0, 0, 0, 1)))]
    found += (
        [("message", chance.randrange(3), chance.choice(("kept", "twice", "lost")))] if chance.random() < 0.15 else []
    )
    return tuple(found)


def _first(chance: Random) -> int:
    return chance.choice((0, 0, 0, 1))


def _place(chance: Random) -> int:
    return chance.randrange(chance.choice((12, 60, 160)))


Choices = tuple[tuple[str, ...], tuple[str, ...], tuple[int, ...]]
_ANY: Callable[[tuple[str, ...]], Choices] = lambda objects: (objects, ("",), (0,))  # noqa: E731 - one of the table
_MAKE: Mapping[str, Choices] = {
    "pass": (("",), ("", "", "night", "night", "hand"), (0, 0, 0, 0, 3, 12)),
    "wait": (("",), ("",), WAITS),
    "deliver": (("",), ("",), (1, 2)),
    "die": _ANY(("",)),
    "settings": (("",), ("",), tuple(range(len(SETTINGS)))),
    "save": (KEPT, ("a", "b", "c"), (0, 0, 1, 2)),
    "write": ((*CUSTOMERS, *CUSTOMERS, *EMPLOYEES), ("x", "y", "none"), (0,)),
    "renumber": (KEPT, ("",), (0, 1, 2)),
    "contact": (CUSTOMERS, ("add", "add", "edit", "edit", "remove"), (0, 1)),
    "win": _ANY(PROJECTS),
    "block": _ANY(CUSTOMERS),
    "delete": _ANY(KEPT),
    "log": (HOURS, ("7.5", "8", "2.25"), (0, 1, 2, 3)),
    "approve": _ANY(HOURS),
    "unlog": _ANY(HOURS),
    "draft": (INVOICES, ("7.5", "8"), (0, 0, 1, 3)),
    "status": _ANY(INVOICES),
    "refer": (INVOICES, ("",), (0, 1, 1)),
    "scrap": _ANY(INVOICES),
    "bill": _ANY(INVOICES),
    "pay": (INVOICES, ("whole", "whole", "part", "back", "credit"), (0,)),
    "touch": (INVOICES, ("edit", "delete", "back"), (0,)),
    "hand": (HOURS, ("delete", "edit", "back"), (0,)),
    "retry": _ANY(("",)),
    "confirm": _ANY(("",)),
    "decide": (("",), ("yes", "no"), (0,)),
}
