"""Cut down: a live history that breaks a promise, without what has no part in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from tests.histories.live.story import LOST, ONCE, Act, LiveHistory
from tests.histories.shrink import cut_down


def smallest(history: LiveHistory, breaks: Callable[[LiveHistory], bool]) -> LiveHistory:
    """A history that still breaks what this one does, and none of whose parts can be left out."""
    return cut_down(history, _shorter, breaks)


def _shorter(history: LiveHistory) -> Iterator[LiveHistory]:
    acts = history.acts
    for place in range(len(acts)):
        yield replace(history, acts=acts[:place] + acts[place + 1 :])
    for place, act in enumerate(acts):
        for part in _less_of(act):
            yield replace(history, acts=(*acts[:place], part, *acts[place + 1 :]))
    if not history.registered:
        yield replace(history, registered=True)
    if history.absence_seconds != LiveHistory(()).absence_seconds:
        yield replace(history, absence_seconds=LiveHistory(()).absence_seconds)


def _less_of(act: Act) -> Iterator[Act]:
    for n in range(len(act.faults)):
        yield replace(act, faults=act.faults[:n] + act.faults[n + 1 :])
    for n in range(len(act.meanwhile)):
        yield replace(act, meanwhile=act.meanwhile[:n] + act.meanwhile[n + 1 :])
    if act.hook > ONCE:
        yield replace(act, hook=ONCE)
    if act.hook != LOST:
        yield replace(act, hook=LOST)
    if act.kind == "pass" and act.amount:
        yield replace(act, amount=0)
