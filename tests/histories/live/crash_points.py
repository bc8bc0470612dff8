"""Every single crash: canonical live histories, each run once for every call in it, with the process dying there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tests.histories.live.running import Breaks, broken_promises
from tests.histories.live.story import LOST, Act, LiveHistory
from tests.histories.live.trouble import TOLD_STALE
from tests.histories.live.world import LiveWorld

PARTIES = (Act("save", "c1"), Act("save", "p1"))
INVOICE, NIGHT = Act("finalize", "i1"), Act("pass", value="night")
UNTOLD = replace(INVOICE, hook=LOST)
CANONICAL = {
    "an invoice at once": (*PARTIES, INVOICE),
    "an invoice before its customer": (UNTOLD, Act("pass"), *PARTIES),
    "an invoice found by a pass": (*(replace(act, hook=LOST) for act in PARTIES), UNTOLD, Act("pass")),
    "an invoice that changes after it is booked": (*PARTIES, INVOICE, Act("total", "i1", "100.00"), Act("confirm")),
    "a customer renamed here and there": (
        Act("save", "c1"), Act("there", "c1", "notes"), Act("save", "c1", "b"), Act("there", "c1", "renumber"), NIGHT,
        Act("there", "c1", "back"),
    ),
    "a cost with its documents, and a payment": (
        NIGHT, *PARTIES, Act("cost", "p1", amount=4), INVOICE, Act("pay", "i1", "part"), NIGHT,
    ),
    "an answer lost": (*PARTIES, replace(INVOICE, faults=(("create", 0, "late"),)), NIGHT),
    "a period closed and opened": (
        *PARTIES, Act("switch", "period", "off"), INVOICE, Act("switch", "period", "on"), Act("retry"), NIGHT,
    ),
}  # fmt: skip
"""What happens to customers, projects, invoices and costs in the life of a tenant."""


def points(history: LiveHistory) -> Iterator[LiveHistory]:
    """The history once for every call in it: the process dies after it, or its answer is lost and the second try late.

    To die before a call is to die after the one before it.
    """
    acts = history.acts
    for place, act in enumerate(acts):
        for number, name in enumerate(_calls(history, place)):
            for harm in ("crash_after", "told_stale") if name in TOLD_STALE else ("crash_after",):
                hit = replace(act, faults=(*act.faults, ("any", number, harm)))
                yield replace(history, acts=(*acts[:place], hit, *acts[place + 1 :]))


def _calls(history: LiveHistory, place: int) -> list[str]:
    """The calls that one act of the history makes."""
    world = LiveWorld(replace(history, acts=history.acts[: place + 1]))
    for act in world.history.acts:
        world.trouble.names.clear()
        world.happen(act)
    return world.trouble.names


def broken_points(wanted: str, breaks: Breaks = broken_promises) -> tuple[int, list[str]]:
    """How many points of a canonical history were tried, and those that broke a promise."""
    tried, broken = 0, []
    for point in points(LiveHistory(CANONICAL[wanted])):
        tried += 1
        if faults := breaks(point):
            broken.append("\n".join([f"{wanted}:", *faults, f"{point}"]))
    return tried, broken
