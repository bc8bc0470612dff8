"""Runs the Moment stand-in alone: `python -m sandbox.moment --port 8103 --limit 0`."""

from __future__ import annotations

import argparse
import sys
import threading
from contextlib import suppress

from sandbox.moment import CREDENTIALS, Options, stand_in
from sandbox.standin import BadOption, PortTaken


def main() -> int:
    """Serves until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.moment", description=__doc__)
    parser.add_argument("--port", type=int, default=8103)
    parser.add_argument("--limit", type=int, default=Options.limit, help="calls in a minute, 0 for no limit")
    asked = parser.parse_args()
    try:
        served = stand_in(limit=asked.limit).serve(asked.port)
    except (PortTaken, BadOption) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    with served, suppress(KeyboardInterrupt):
        sys.stdout.write(f"Moment API on {served.url}/api/1.0/companies/{CREDENTIALS.company}\n")
        sys.stdout.write(f"user apikey, password {CREDENTIALS.api_key}\n")
        sys.stdout.flush()
        threading.Event().wait()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
