"""Runs the Business NXT stand-in alone: `python -m sandbox.business_nxt --port 8105 --customers 10000`."""

from __future__ import annotations

import argparse

from sandbox.alone import run_alone
from sandbox.business_nxt import API_PATH, CREDENTIALS, SIGNATURE_KEY, TOKEN_PATH, Options, stand_in

COUNTS = ("customers", "projects", "products", "employees")


def main() -> int:
    """Serves until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.business_nxt", description=__doc__)
    parser.add_argument("--port", type=int, default=8105)
    parser.add_argument("--limit", type=int, default=Options.limit, help="requests in a minute, 0 for no limit")
    for name in COUNTS:
        parser.add_argument(f"--{name}", type=int, default=0, help="so many beside those of the seed")
    asked = parser.parse_args()
    counts = {name: getattr(asked, name) for name in COUNTS}
    return run_alone(
        lambda: stand_in(limit=asked.limit, **counts).serve(asked.port),
        lambda url: [
            f"Business NXT on {url}{API_PATH}, company {CREDENTIALS.company_no}",
            f"tokens on {url}{TOKEN_PATH}, scope {CREDENTIALS.scope}",
            f"client id {CREDENTIALS.client_id}, secret {CREDENTIALS.client_secret}",
            f"webhooks are signed with {SIGNATURE_KEY}",
        ],
    )


if __name__ == "__main__":
    raise SystemExit(main())
