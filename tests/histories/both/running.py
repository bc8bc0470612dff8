"""Runs histories of two sides: one, many, many on all cores; and what is shown of one that breaks a promise."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor

from tests.histories.both.checks import faults_at_rest, unrest
from tests.histories.both.generate import history_of
from tests.histories.both.shrink import smallest
from tests.histories.both.story import BothHistory
from tests.histories.both.world import SOUND, BothParts, BothWorld

Breaks = Callable[[BothHistory], list[str]]


def broken_promises(history: BothHistory, parts: BothParts = SOUND) -> list[str]:
    """Every promise that the history breaks, at the first of its rests where one is; none, it is to be hoped."""
    world = BothWorld(history, parts)
    world.live()
    faults = faults_at_rest(world)
    if not faults and world.mend():
        faults = [f"once all was mended: {fault}" for fault in faults_at_rest(world, mended=True)]
    return faults or list(unrest(world))


def first_broken(seeds: Iterable[int], breaks: Breaks = broken_promises) -> int | None:
    """The first seed whose history breaks a promise."""
    return next((seed for seed in seeds if breaks(history_of(seed))), None)


def shown(seed: int, breaks: Breaks = broken_promises) -> str:
    """A seed's history, cut down to what breaks a promise, and which ones."""
    faults = breaks(history_of(seed))
    history = smallest(history_of(seed), lambda part: bool(breaks(part)))
    return "\n".join([f"seed {seed}:", *faults, "cut down:", f"{history}", *breaks(history)])


def broken_seeds(spans: Sequence[range], processes: int | None = None) -> Iterator[tuple[range, int | None]]:
    """Each span of seeds with the first of them that breaks a promise, as they are done, on all cores."""
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(processes or os.cpu_count(), mp_context=context) as pool:
        yield from zip(spans, pool.map(first_broken, spans), strict=True)
