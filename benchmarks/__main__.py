"""`make bench ONLY="[fetch] [plan] [calls] [peers] [live] [webhooks] [mirror] [billing] [--runs N] [--entries N]"`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping

from benchmarks import billing, calls, fetch, live, machine, mirror, peers, plan, webhooks
from benchmarks.environments import NotInstalled
from benchmarks.process import Wrong
from benchmarks.report import Printer, Section
from benchmarks.vendor import ENTRIES

BENCHMARKS: Mapping[str, Callable[..., Section]] = {
    "fetch": fetch.run,
    "plan": plan.run,
    "calls": calls.run,
    "peers": peers.run,
    "live": live.run,
    "webhooks": webhooks.run,
    "mirror": mirror.run,
    "billing": billing.run,
}
RUNS = 5


def main() -> int:
    """Runs what is asked for, all of it by default; 1 when a result was wrong."""
    parser = argparse.ArgumentParser(prog="make bench", description="The numbers of the README.")
    parser.add_argument("which", nargs="*", choices=[*BENCHMARKS, []], metavar="|".join(BENCHMARKS))
    parser.add_argument("--runs", type=int, default=RUNS, help=f"how often each is measured ({RUNS})")
    parser.add_argument("--entries", type=int, default=ENTRIES, help=f"entries at Harvest ({ENTRIES})")
    asked = parser.parse_args()
    printer = Printer()
    printer.header(machine.lines(f'make bench ONLY="{" ".join(sys.argv[1:])}"'))
    for name in asked.which or BENCHMARKS:
        try:
            printer.section(BENCHMARKS[name](entries=asked.entries, runs=asked.runs))
        except (Wrong, NotInstalled) as error:
            sys.stderr.write(f"{name}: {error}\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
