"""Cut down: a history of two sides that breaks a promise, without what has no part in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from tests.histories.both.story import Act, BothHistory
from tests.histories.shrink import cut_down


def smallest(history: BothHistory, breaks: Callable[[BothHistory], bool]) -> BothHistory:
    """A history that still breaks what this one does, and none of whose parts can be left out."""
    return cut_down(history, _shorter, breaks)


def _shorter(history: BothHistory) -> Iterator[BothHistory]:
    acts = history.acts
    for place in range(len(acts)):
        yield replace(history, acts=acts[:place] + acts[place + 1 :])
    for place, act in enumerate(acts):
        for part in _less_of(act):
            yield replace(history, acts=(*acts[:place], part, *acts[place + 1 :]))
    plain = BothHistory(())
    for name in ("settings", "absence_seconds", "page"):
        if getattr(history, name) != getattr(plain, name):
            yield replace(history, **{name: getattr(plain, name)})


def _less_of(act: Act) -> Iterator[Act]:
    for n in range(len(act.faults)):
        yield replace(act, faults=act.faults[:n] + act.faults[n + 1 :])
    for n in range(len(act.meanwhile)):
        yield replace(act, meanwhile=act.meanwhile[:n] + act.meanwhile[n + 1 :])
    if act.kind == "pass" and act.amount:
        yield replace(act, amount=0)
    if act.kind == "pass" and act.value:
        yield replace(act, value="")
