"""`python -m sandbox.economic --port 8804`: the stand-in alone, until Ctrl-C."""

from __future__ import annotations

import argparse
import sys
import threading
from contextlib import suppress

from sandbox.economic import CREDENTIALS, stand_in
from sandbox.economic.access import GRANT_PAGE
from sandbox.standin import PortTaken


def main() -> int:
    """Serves on a loopback port; 2 with one line when the port is taken."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.economic", description="Visma e-conomic, stand-in")
    parser.add_argument("--port", type=int, default=0, help="loopback port; 0 takes a free one")
    try:
        served = stand_in().serve(parser.parse_args().port)
    except PortTaken as error:
        sys.stderr.write(f"{error}\n")
        return 2
    with served, suppress(KeyboardInterrupt):
        lines = [f"e-conomic at {served.url}, grants at {served.url}{GRANT_PAGE}"]
        lines += [f"{name}: {value}" for name, value in CREDENTIALS.headers().items()]
        sys.stdout.write("\n".join([*lines, f"appPublicToken: {CREDENTIALS.app_public_token}", ""]))
        sys.stdout.flush()
        threading.Event().wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
