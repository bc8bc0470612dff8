"""`make down`: ends a `make up` and what a killed run left behind; a demo or test that is under way goes on."""

from __future__ import annotations

import sys
from pathlib import Path

from sandbox.local import pids
from sandbox.local.paths import ENDPOINTS, PID_FILES, UP_RECORD
from sandbox.local.server import STOP_SECONDS

_UP_SECONDS = 2 * STOP_SECONDS  # it ends its local AWS itself


def end_all(folder: Path, up_record: Path) -> list[int]:
    """End what is written down, still ours and owned by nobody alive; gives the process numbers."""
    ended = []
    up = pids.Record.read(up_record)
    if up is not None and up.process.is_alive():
        up.process.end(_UP_SECONDS)
        ended.append(up.process.pid)
    up_record.unlink(missing_ok=True)
    for file in sorted(folder.glob("*.json")):
        record = pids.Record.read(file)
        if record is not None and record.owner.is_alive():
            continue
        if record is not None and record.process.is_alive():
            record.process.end(STOP_SECONDS)
            ended.append(record.process.pid)
        file.unlink(missing_ok=True)
    return ended


def main() -> int:
    """Say what was ended; always 0."""
    ended = end_all(PID_FILES, UP_RECORD)
    ENDPOINTS.unlink(missing_ok=True)
    numbers = ", ".join(str(pid) for pid in ended)
    sys.stdout.write(f"ended process {numbers}\n" if ended else "nothing was running\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
