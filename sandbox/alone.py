"""A stand-in that is run alone, by its own `__main__`: served, its addresses and keys printed, until Ctrl-C."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress

from sandbox.standin import BadOption, PortTaken, Served


def run_alone(serve: Callable[[], Served], words: Callable[[str], Sequence[str]]) -> int:
    """Serves until Ctrl-C, after the lines that `words` has for the address; 1 with one line if it can't be."""
    try:
        served = serve()
    except (PortTaken, BadOption) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    with served, suppress(KeyboardInterrupt):
        sys.stdout.write("\n".join([*words(served.url), ""]))
        sys.stdout.flush()
        threading.Event().wait()
    return 0
