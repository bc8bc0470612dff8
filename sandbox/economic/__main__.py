"""`python -m sandbox.economic --port 8804`: the stand-in alone, until Ctrl-C."""

from __future__ import annotations

import argparse
import sys

from sandbox.alone import run_alone
from sandbox.economic import CREDENTIALS, stand_in
from sandbox.economic.access import GRANT_PAGE


def main() -> int:
    """Serves on a loopback port; 1 with one line when the port is taken."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.economic", description="Visma e-conomic, stand-in")
    parser.add_argument("--port", type=int, default=0, help="loopback port; 0 takes a free one")
    asked = parser.parse_args()
    return run_alone(
        lambda: stand_in().serve(asked.port),
        lambda url: [
            f"e-conomic at {url}, grants at {url}{GRANT_PAGE}",
            *(f"{name}: {value}" for name, value in CREDENTIALS.headers().items()),
            f"appPublicToken: {CREDENTIALS.app_public_token}",
        ],
    )


if __name__ == "__main__":
    sys.exit(main())
