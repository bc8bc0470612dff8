"""Runs the Harvest stand-in alone: `python -m sandbox.harvest --port 8101 --entries 20000 --limit 0`."""

from __future__ import annotations

import argparse
import sys
import threading
from contextlib import suppress

from sandbox.harvest import CREDENTIALS, Options, stand_in
from sandbox.standin import BadOption, PortTaken


def main() -> int:
    """Serves until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.harvest", description=__doc__)
    parser.add_argument("--port", type=int, default=8101)
    parser.add_argument("--entries", type=int, default=Options.entries)
    parser.add_argument("--seed", type=int, default=Options.seed)
    parser.add_argument("--limit", type=int, default=Options.limit, help="calls in 15 seconds, 0 for no limit")
    asked = parser.parse_args()
    try:
        served = stand_in(entries=asked.entries, seed=asked.seed, limit=asked.limit).serve(asked.port)
    except (PortTaken, BadOption) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    with served, suppress(KeyboardInterrupt):
        sys.stdout.write(f"Harvest API on {served.url}/v2, identity on {served.url}/api/v2\n")
        sys.stdout.write(f"account {CREDENTIALS.account_id}, personal token {CREDENTIALS.personal_token}\n")
        sys.stdout.flush()
        threading.Event().wait()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
