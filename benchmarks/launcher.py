"""Runs one command and writes what it used: `launcher.py REPORT COMMAND…`, with the standard library alone.

A process begins life with the memory of whoever started it, and its peak is counted from there. This
program is small, and stands between the benchmark (which is not) and the process that is measured.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

MEGABYTE = 1_000_000
RSS_UNIT = 1 if sys.platform == "darwin" else 1024
"""`ru_maxrss` counts bytes on macOS and KB on Linux."""


def main() -> int:
    """The command's own exit code."""
    report, *command = sys.argv[1:]
    started_at = time.monotonic()
    process = subprocess.Popen(command)  # noqa: S603 - the command of whoever measures
    _, status, used = os.wait4(process.pid, 0)
    code = process.returncode = os.waitstatus_to_exitcode(status)
    told = {
        "started_at": started_at,
        "wall_seconds": time.monotonic() - started_at,
        "cpu_seconds": used.ru_utime + used.ru_stime,
        "peak_mb": used.ru_maxrss * RSS_UNIT / MEGABYTE,
        "code": code,
    }
    Path(report).write_text(json.dumps(told), encoding="utf-8")
    return code if code >= 0 else 1


if __name__ == "__main__":
    sys.exit(main())
