"""`python -m sandbox.visma_net --port 8802`: the stand-in alone, until Ctrl-C."""

from __future__ import annotations

import argparse
import sys

from sandbox.alone import run_alone
from sandbox.visma_net import CLIENT_ID, CLIENT_SECRET, COMPANY_TENANT, TOKEN_PATH, stand_in


def main() -> int:
    """Serves on a loopback port; 1 with one line when the port is taken."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.visma_net", description="Visma.net ERP, stand-in")
    parser.add_argument("--port", type=int, default=0, help="loopback port; 0 takes a free one")
    asked = parser.parse_args()
    return run_alone(
        lambda: stand_in().serve(asked.port),
        lambda url: [
            f"Visma.net ERP at {url}, tokens at {url}{TOKEN_PATH}",
            f"client_id {CLIENT_ID}, client_secret {CLIENT_SECRET}, tenant_id {COMPANY_TENANT}",
        ],
    )


if __name__ == "__main__":
    sys.exit(main())
