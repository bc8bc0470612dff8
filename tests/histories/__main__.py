"""Runs as many histories as wanted on all cores: `python -m tests.histories --seeds 1000000 [--from 0] [--world live]`.

A seed that breaks a promise is printed with its history cut down; `--seed 42` runs one and shows it.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from types import ModuleType

from tests.histories import generate, running
from tests.histories.both import generate as both_generate
from tests.histories.both import running as both_running
from tests.histories.live import generate as live_generate
from tests.histories.live import running as live_running

SPAN = 250
WORLDS: dict[str, tuple[ModuleType, ModuleType]] = {
    "hours": (generate, running),
    "live": (live_generate, live_running),
    "both": (both_generate, both_running),
}
"""What each world's histories are made and run by."""


def main() -> int:
    """0 when no history broke a promise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10_000, help="how many histories")
    parser.add_argument("--from", type=int, default=0, dest="first", help="the first seed")
    parser.add_argument("--seed", type=int, help="only this one, whole")
    parser.add_argument("--world", choices=WORLDS, default="hours", help="of which integration")
    parser.add_argument("--live", action="store_const", const="live", dest="world", help="the same as --world live")
    wanted = parser.parse_args()
    if wanted.seed is not None:
        return _one(wanted.seed, wanted.world)
    return _many(wanted.first, wanted.first + wanted.seeds, wanted.world)


def _one(seed: int, world: str) -> int:
    make, run = WORLDS[world]
    history = make.history_of(seed)
    return _told(f"{history}", run.broken_promises(history), lambda: run.shown(seed))


def _told(history: str, faults: list[str], shown: Callable[[], str]) -> int:
    sys.stdout.write("\n".join([history, *faults, ""]))
    if faults:
        sys.stdout.write(f"{shown()}\n")
    return int(bool(faults))


def _many(first: int, end: int, world: str) -> int:
    _, run = WORLDS[world]
    began, told = time.monotonic(), 0.0
    spans = [range(start, min(start + SPAN, end)) for start in range(first, end, SPAN)]
    for span, seed in run.broken_seeds(spans):
        if seed is not None:
            sys.stdout.write(f"\n{run.shown(seed)}\n")
            return 1
        if time.monotonic() - told > 2 or span.stop == end:
            told = time.monotonic()
            sys.stdout.write(f"{span.stop - first} histories, {told - began:.0f} s\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
