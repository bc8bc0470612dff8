"""Runs the Moment stand-in alone: `python -m sandbox.moment --port 8103 --limit 0`."""

from __future__ import annotations

import argparse

from sandbox.alone import run_alone
from sandbox.moment import CREDENTIALS, Options, stand_in


def main() -> int:
    """Serves until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.moment", description=__doc__)
    parser.add_argument("--port", type=int, default=8103)
    parser.add_argument("--limit", type=int, default=Options.limit, help="calls in a minute, 0 for no limit")
    asked = parser.parse_args()
    return run_alone(
        lambda: stand_in(limit=asked.limit).serve(asked.port),
        lambda url: [
            f"Moment API on {url}/api/1.0/companies/{CREDENTIALS.company}",
            f"user apikey, password {CREDENTIALS.api_key}",
        ],
    )


if __name__ == "__main__":
    raise SystemExit(main())
