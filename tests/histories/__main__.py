"""Runs as many histories as wanted on all cores: `python -m tests.histories --seeds 1000000 [--from 0]`.

A seed that breaks a promise is printed with its history cut down; `--seed 42` runs one and shows it.
"""

from __future__ import annotations

import argparse
import sys
import time

from tests.histories.generate import history_of
from tests.histories.running import broken_promises, broken_seeds, shown

SPAN = 250


def main() -> int:
    """0 when no history broke a promise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10_000, help="how many histories")
    parser.add_argument("--from", type=int, default=0, dest="first", help="the first seed")
    parser.add_argument("--seed", type=int, help="only this one, whole")
    wanted = parser.parse_args()
    if wanted.seed is not None:
        faults = broken_promises(history_of(wanted.seed))
        sys.stdout.write(f"{history_of(wanted.seed)}\n" + "\n".join([*faults, ""]))
        if faults:
            sys.stdout.write(f"{shown(wanted.seed)}\n")
        return int(bool(faults))
    return _many(wanted.first, wanted.first + wanted.seeds)


def _many(first: int, end: int) -> int:
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
