"""Runs histories: one, many, many on all cores; and what is shown of one that breaks a promise."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor

from tests.histories.checks import faults_of
from tests.histories.generate import history_of
from tests.histories.shrink import smallest
from tests.histories.story import History
from tests.histories.world import SOUND, Parts, World

Breaks = Callable[[History], list[str]]


def lived(history: History, parts: Parts = SOUND) -> World:
    """The world after the history, at rest."""
    world = World(history, parts)
    world.live()
    return world


def broken_promises(history: History, parts: Parts = SOUND) -> list[str]:
    """Every promise that the history breaks; none, it is to be hoped."""
    return faults_of(lived(history, parts))


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
