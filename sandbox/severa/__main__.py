"""Runs the Severa stand-in alone: `python -m sandbox.severa --port 8105 --limit 0`."""

from __future__ import annotations

import argparse

from sandbox.alone import run_alone
from sandbox.severa import CREDENTIALS, Options, stand_in


def main() -> int:
    """Serves until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.severa", description=__doc__)
    parser.add_argument("--port", type=int, default=8105, help="loopback port; 0 takes a free one")
    parser.add_argument("--limit", type=int, default=Options.limit, help="calls in a second, 0 for no limit")
    parser.add_argument("--customers", type=int, default=0, help="customers beyond those that are always there")
    asked = parser.parse_args()
    return run_alone(
        lambda: stand_in(limit=asked.limit, extra_customers=asked.customers).serve(asked.port),
        lambda url: [
            f"Severa REST API on {url}/rest-api/v1",
            f"client_id {CREDENTIALS.client_id}",
            f"client_secret {CREDENTIALS.client_secret}",
        ],
    )


if __name__ == "__main__":
    raise SystemExit(main())
