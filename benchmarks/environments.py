"""Environments of their own for what is measured, made once and kept under `.local/peers`.

Ours holds exactly what the Lambda layer holds, so that no tool of the development environment is imported
along; each peer has its own with its own pins.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.process import ROOT

FOLDER = ROOT / ".local" / "peers"
RUNTIME_LOCK = ROOT / "layers" / "runtime" / "requirements.txt"
INSTALL_SECONDS_MAX = 600
STAMP = "made-from"


class NotInstalled(RuntimeError):
    """An environment can't be made here; the text is the last line of the error."""


@dataclass(frozen=True, slots=True)
class Environment:
    """A name, what pip is asked for, and the distributions whose versions are shown."""

    name: str
    wanted: Sequence[str]
    shown: Sequence[str] = ()

    def python(self) -> Path:
        """Its interpreter, after making it if need be; raises NotInstalled."""
        folder = FOLDER / self.name
        stamp, python = folder / STAMP, folder / "bin" / "python"
        recipe = f"{sys.version}\n{self._recipe()}"
        if not (stamp.exists() and stamp.read_text(encoding="utf-8") == recipe and python.exists()):
            shutil.rmtree(folder, ignore_errors=True)
            FOLDER.mkdir(parents=True, exist_ok=True)
            _run([sys.executable, "-m", "venv", str(folder)])
            _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *self.wanted])
            stamp.write_text(recipe, encoding="utf-8")
        return python

    def versions(self) -> str:
        """The shown distributions with their versions."""
        names = ", ".join(repr(name) for name in self.shown)
        question = f"from importlib.metadata import version as v; print(', '.join(n + ' ' + v(n) for n in [{names}]))"
        return _run([str(self.python()), "-I", "-c", question]).strip()

    def _recipe(self) -> str:
        files = [Path(text).read_text(encoding="utf-8") for text in self.wanted if text.endswith(".txt")]
        return "\n".join([*self.wanted, *files])


OURS = Environment("handoff", ("--require-hashes", "--requirement", str(RUNTIME_LOCK)), ("httpx", "msgspec"))


def _run(command: Sequence[str]) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - venv and pip with pins of ours
            command, capture_output=True, text=True, timeout=INSTALL_SECONDS_MAX, check=False
        )
    except subprocess.TimeoutExpired:
        raise NotInstalled(f"not done after {INSTALL_SECONDS_MAX} s") from None
    if done.returncode:
        said = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        raise NotInstalled(next((line for line in said if line.startswith("ERROR")), said[-1] if said else "failed"))
    return done.stdout
