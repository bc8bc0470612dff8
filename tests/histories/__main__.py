"""Runs as many histories as wanted on all cores: `python -m tests.histories --seeds 1000000 [--from 0] [--live]`.

A seed that breaks a promise is printed with its history cut down; `--seed 42` runs one and shows it.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable

from tests.histories import generate, running
from tests.histories.live import generate as live_generate
from tests.histories.live import running as live_running

SPAN = 250


def main() -> int:
    """0 when no history broke a promise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10_000, help="how many histories")
    parser.add_argument("--from", type=int, default=0, dest="first", help="the first seed")
    parser.add_argument("--seed", type=int, help="only this one, whole")
    parser.add_argument("--live", action="store_true", help="of live flows instead of hours")
    wanted = parser.parse_args()
    if wanted.seed is not None:
        return _one_live(wanted.seed) if wanted.live else _one(wanted.seed)
    return _many(wanted.first, wanted.first + wanted.seeds, live=wanted.live)


def _one(seed: int) -> int:
    history = generate.history_of(seed)
    return _told(f"{history}", running.broken_promises(history), lambda: running.shown(seed))


def _one_live(seed: int) -> int:
    history = live_generate.history_of(seed)
    return _told(f"{history}", live_running.broken_promises(history), lambda: live_running.shown(seed))


def _told(history: str, faults: list[str], shown: Callable[[], str]) -> int:
    sys.stdout.write("\n".join([history, *faults, ""]))
    if faults:
        sys.stdout.write(f"{shown()}\n")
    return int(bool(faults))


def _many(first: int, end: int, *, live: bool) -> int:
    broken_seeds, shown = (live_running if live else running).broken_seeds, (live_running if live else running).shown
    began, told = time.monotonic(), 0.0
    spans = [range(start, min(start + SPAN, end)) for start in range(first, end, SPAN)]
    for span, seed in broken_seeds(spans):
        if seed is not None:
            sys.stdout.write(f"\n{shown(seed)}\n")
            return 1
        if time.monotonic() - told > 2 or span.stop == end:
            told = time.monotonic()
            sys.stdout.write(f"{span.stop - first} histories, {told - began:.0f} s\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
