"""Runs the Harvest stand-in alone: `python -m sandbox.harvest --port 8101 --entries 20000 --limit 0`."""

from __future__ import annotations

import argparse

from sandbox.alone import run_alone
from sandbox.harvest import CREDENTIALS, Options, stand_in


def main() -> int:
    """Serves until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.harvest", description=__doc__)
    parser.add_argument("--port", type=int, default=8101)
    parser.add_argument("--entries", type=int, default=Options.entries)
    parser.add_argument("--seed", type=int, default=Options.seed)
    parser.add_argument("--limit", type=int, default=Options.limit, help="calls in 15 seconds, 0 for no limit")
    asked = parser.parse_args()
    return run_alone(
        lambda: stand_in(entries=asked.entries, seed=asked.seed, limit=asked.limit).serve(asked.port),
        lambda url: [
            f"Harvest API on {url}/v2, identity on {url}/api/v2",
            f"account {CREDENTIALS.account_id}, personal token {CREDENTIALS.personal_token}",
        ],
    )


if __name__ == "__main__":
    raise SystemExit(main())
