"""Which processes of the local run are alive, so that `make down` ends them and never somebody else's.

A pid alone may have been given to another program since; a process is ours when it also began at the moment we
wrote down.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

_POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Process:
    """A process we started; `began` is the system's own word for when, not to be parsed.

    With `leads_group` it was started as the leader of a process group of its own, and its children are in there.
    """

    pid: int
    began: str
    leads_group: bool

    @classmethod
    def of(cls, pid: int, *, leads_group: bool) -> Process:
        return cls(pid, _began(pid), leads_group)

    def is_alive(self) -> bool:
        return self.began != "" and _began(self.pid) == self.began

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process, if it is still the one we started."""
        if self.is_alive():
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def end(self, patience_seconds: float) -> None:
        """Ask it to stop, wait that long, then kill it; no child of its group stays behind.

        Does nothing when it has ended: its number may be another program's by now.
        """
        if not self.is_alive():
            return
        self.signal(signal.SIGTERM)
        deadline = time.monotonic() + patience_seconds
        while self.is_alive() and time.monotonic() < deadline:
            _reap(self.pid)
            time.sleep(_POLL_SECONDS)
        self.signal(signal.SIGKILL)
        self.end_group()
        _reap(self.pid)

    def end_group(self) -> None:
        """Kill what is left of its own process group, if it led one."""
        if self.leads_group:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)


@dataclass(frozen=True)
class Record:
    """A process written down, with the run that answers for it; a run answers for itself."""

    process: Process
    owner: Process

    def write(self, file: Path) -> Path:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(asdict(self)))
        return file

    @classmethod
    def read(cls, file: Path) -> Record | None:
        """Read back what was written down; None when the file is gone or not one of these."""
        try:
            kept = json.loads(file.read_text())
            return cls(Process(**kept["process"]), Process(**kept["owner"]))
        except (OSError, ValueError, TypeError, KeyError):
            return None


def this_process() -> Process:
    """Give the process that asks."""
    return Process.of(os.getpid(), leads_group=False)


def _began(pid: int) -> str:
    """Give the start time of a running process, or "" when there is none (a zombie has ended)."""
    with suppress(OSError):
        # after the name in brackets: state is field 3 of proc(5), start time field 22
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return "" if fields[0] == "Z" else fields[19]
    if Path("/proc/self/stat").exists():
        return ""
    answer = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return answer.stdout.strip()


def _reap(pid: int) -> None:
    """Take the exit status of a child of ours; a stranger's is left to its parent."""
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
