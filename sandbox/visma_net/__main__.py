"""`python -m sandbox.visma_net --port 8802`: the stand-in alone, until Ctrl-C."""

from __future__ import annotations

import argparse
import sys
import threading
from contextlib import suppress

from sandbox.standin import PortTaken
from sandbox.visma_net import CLIENT_ID, CLIENT_SECRET, COMPANY_TENANT, TOKEN_PATH, stand_in


def main() -> int:
    """Serves on a loopback port; 2 with one line when the port is taken."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.visma_net", description="Visma.net ERP, stand-in")
    parser.add_argument("--port", type=int, default=0, help="loopback port; 0 takes a free one")
    try:
        served = stand_in().serve(parser.parse_args().port)
    except PortTaken as error:
        sys.stderr.write(f"{error}\n")
        return 2
    with served, suppress(KeyboardInterrupt):
        sys.stdout.write(
            f"Visma.net ERP at {served.url}, tokens at {served.url}{TOKEN_PATH}\n"
            f"client_id {CLIENT_ID}, client_secret {CLIENT_SECRET}, tenant_id {COMPANY_TENANT}\n"
        )
        sys.stdout.flush()
        threading.Event().wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
