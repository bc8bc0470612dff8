"""Runs the eAccounting stand-in alone: `python -m sandbox.eaccounting --port 8106 --companies 3`."""

from __future__ import annotations

import argparse

from sandbox.alone import run_alone
from sandbox.eaccounting import CREDENTIALS, Options, stand_in
from sandbox.eaccounting.identity import AUTHORIZE, TOKEN


def main() -> int:
    """Serves until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.eaccounting", description=__doc__)
    parser.add_argument("--port", type=int, default=8106, help="loopback port; 0 takes a free one")
    parser.add_argument("--limit", type=int, default=Options.limit, help="calls in a minute, 0 for no limit")
    parser.add_argument("--companies", type=int, default=1, help="how many companies there are")
    parser.add_argument("--customers", type=int, default=0, help="customers of each beyond those always there")
    parser.add_argument("--country", default=Options.country, help="NL, SE, NO, DK or FI")
    asked = parser.parse_args()
    return run_alone(
        lambda: stand_in(
            limit=asked.limit, companies=asked.companies, extra_customers=asked.customers, country=asked.country
        ).serve(asked.port),
        lambda url: [
            f"eAccounting API on {url}/v2, sign-in at {url}{AUTHORIZE}, tokens at {url}{TOKEN}",
            f"client_id {CREDENTIALS.client_id}",
            f"client_secret {CREDENTIALS.client_secret}",
            f"redirect_uri {CREDENTIALS.redirect_uri}",
        ],
    )


if __name__ == "__main__":
    raise SystemExit(main())
