"""Every single crash: canonical histories of two sides, each run once for every call in it, with the process dying there.

After calls that leave something, and in the middle of writes of several items: to die before a call, or after one that
only asks, is to die after the one before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tests.histories.both.running import Breaks, broken_promises
from tests.histories.both.story import ERP, Act, BothHistory
from tests.histories.both.world import BothWorld

PARTIES = (Act("save", "u1"), Act("save", "e1"), Act("save", "c1", amount=1), Act("save", "p1"))
PASS, NIGHT, DRAFT = Act("pass"), Act("pass", value="night"), Act("draft", "i1")
CANONICAL: dict[str, BothHistory] = {
    "first contact": BothHistory(
        (*PARTIES, Act("save", "c2", ERP), Act("save", "e2", ERP), Act("save", "e1", ERP, "b"), PASS), settings=3
    ),
    "changed here and there": BothHistory(
        (
            *PARTIES, PASS, Act("write", "c1", value="x"), Act("write", "c1", ERP, "y"), Act("contact", "c1", value="add"),
            Act("contact", "c1", ERP, "add"), Act("save", "p1", ERP, "b"), Act("save", "e1", value="c"), PASS,
        ),
    ),
    "an answer lost when something was made": BothHistory((*PARTIES, replace(PASS, faults=(("create", 1, "lost_after"),)))),
    "hours corrected": BothHistory(
        (*PARTIES, Act("log", "h1"), PASS, Act("log", "h1", value="8"), PASS, Act("unlog", "h1"), PASS)
    ),
    "hours billed": BothHistory((*PARTIES, Act("log", "h1"), Act("log", "h3"), DRAFT, PASS, Act("log", "h1", value="8"), NIGHT)),
    "an order paid": BothHistory((*PARTIES, DRAFT, PASS, Act("bill", "i1"), PASS, Act("pay", "i1", value="whole"), PASS)),
    "an order taken out and made anew": BothHistory(
        (*PARTIES, Act("log", "h1"), DRAFT, PASS, Act("refer", "i1", amount=1), PASS, Act("confirm"), PASS, Act("bill", "i1"))
    ),
    "an order never paid": BothHistory(
        (*PARTIES, DRAFT, PASS, Act("bill", "i1"), PASS, Act("wait", amount=32_000_000), NIGHT)
    ),
}  # fmt: skip
"""What happens to master data, hours and invoices in the life of a tenant."""


def points(history: BothHistory) -> Iterator[BothHistory]:
    """The history once for every call in it that leaves something, and every harm that can be done there."""
    acts = history.acts
    for place, act in enumerate(acts):
        for number, harms in enumerate(_calls(history, place)):
            for harm in harms:
                hit = replace(act, faults=(*act.faults, ("any", number, harm)))
                yield replace(history, acts=(*acts[:place], hit, *acts[place + 1 :]))


def _calls(history: BothHistory, place: int) -> list[tuple[str, ...]]:
    """The calls that one act of the history makes, by what can befall them."""
    world = BothWorld(replace(history, acts=history.acts[: place + 1]))
    for number, act in enumerate(world.history.acts):
        world.trouble.recording = number == place
        world.happen(act)
    return world.trouble.harms


def broken_points(wanted: str, breaks: Breaks = broken_promises) -> tuple[int, list[str]]:
    """How many points of a canonical history were tried, and those that broke a promise."""
    tried, broken = 0, []
    for point in points(CANONICAL[wanted]):
        tried += 1
        if faults := breaks(point):
            broken.append("\n".join([f"{wanted}:", *faults, f"{point}"]))
    return tried, broken
