"""A process that is measured: what it used, what it wrote, and when its first record came."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

ROOT = Path(__file__).resolve().parent.parent
LAUNCHER = Path(__file__).with_name("launcher.py")
PYTHONPATH = {"PYTHONPATH": os.pathsep.join([str(ROOT / "layers" / "handoff"), str(ROOT)])}
"""Where the measured modules of ours are found."""
SECONDS_MAX = 900
CHUNK = 1 << 20


class Wrong(RuntimeError):
    """A result is not what it must be; the text says which."""


def must(holds: bool, what: str) -> None:
    """Raises Wrong unless it holds."""
    if not holds:
        raise Wrong(what)


@dataclass(frozen=True, slots=True)
class Measured:
    """One run: CPU of user and system in seconds, peak memory in MB, seconds from start to first record.

    `output` and `log` are the files with what it wrote to stdout and stderr.
    """

    cpu_seconds: float
    wall_seconds: float
    peak_mb: float
    first_seconds: float | None
    code: int
    output: Path
    log: Path

    @property
    def last_line(self) -> str:
        """The last line of its log, where a failed program says why."""
        lines = [line.strip() for line in self.log.read_text(encoding="utf-8", errors="replace").splitlines()]
        return next((line for line in reversed(lines) if line), "no word of why")

    def succeeded(self) -> Measured:
        """This run; raises Wrong when it ended badly."""
        must(self.code == 0, f"ended with {self.code}: {self.last_line}")
        return self


def measure(command: Sequence[str], *, folder: Path, marker: bytes, settings: Mapping[str, str]) -> Measured:
    """Runs a command in a folder, which also gets its output; the marker is what its first record begins with.

    Of this process's environment only PATH is handed on; HOME is the folder.
    """
    report, output, log = folder / "report.json", folder / "output", folder / "log"
    settled = {"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "PYTHONUTF8": "1", **settings}
    report.unlink(missing_ok=True)
    with output.open("wb") as sink, log.open("wb") as errors:
        process = subprocess.Popen(  # noqa: S603 - our launcher with a command of ours
            [sys.executable, "-E", "-S", str(LAUNCHER), str(report), *command],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors,
            env=settled, cwd=folder, start_new_session=True,
        )  # fmt: skip
        too_long = threading.Timer(SECONDS_MAX, _end, [process])
        too_long.start()
        try:
            first_at = _drain(process.stdout, sink, marker) if process.stdout else None
            process.wait()
        finally:
            too_long.cancel()
            _end(process)
    must(report.exists(), f"{' '.join(command[:3])} was ended after {SECONDS_MAX} s")
    told = json.loads(report.read_text(encoding="utf-8"))
    return Measured(
        cpu_seconds=told["cpu_seconds"],
        wall_seconds=told["wall_seconds"],
        peak_mb=told["peak_mb"],
        first_seconds=None if first_at is None else first_at - told["started_at"],
        code=told["code"],
        output=output,
        log=log,
    )


def _drain(stdout: IO[bytes], sink: BinaryIO, marker: bytes) -> float | None:
    """Writes down all output; when the marker first came, on the clock that all processes share."""
    first_at: float | None = None
    tail = b""
    while chunk := os.read(stdout.fileno(), CHUNK):
        if first_at is None and marker in tail + chunk:
            first_at = time.monotonic()
        tail = chunk[-len(marker) :]
        sink.write(chunk)
    return first_at


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends what is left of a measured command, which is alone in its process group."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
