"""Runs the TimeChimp stand-in alone: `python -m sandbox.timechimp --port 8107 --limit 0`."""

from __future__ import annotations

import argparse

from sandbox.alone import run_alone
from sandbox.timechimp import CREDENTIALS, Options, stand_in


def main() -> int:
    """Serves until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.timechimp", description=__doc__)
    parser.add_argument("--port", type=int, default=8107, help="loopback port; 0 takes a free one")
    parser.add_argument("--limit", type=int, default=Options.limit, help="v1's calls in a minute, 0 for no limit")
    parser.add_argument("--hours", type=int, default=0, help="hours beyond those that are always there")
    asked = parser.parse_args()
    return run_alone(
        lambda: stand_in(limit=asked.limit, extra_hours=asked.hours).serve(asked.port),
        lambda url: [
            f"TimeChimp API v1 on {url}/v1, v2 on {url}",
            f"token of v1 {CREDENTIALS.token}",
            f"api-key of v2 {CREDENTIALS.api_key}",
        ],
    )


if __name__ == "__main__":
    raise SystemExit(main())
