"""What the figures were taken on."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

MEASURED_WITH = ("httpx", "msgspec", "pydantic")
CPU_INFO = Path("/proc/cpuinfo")


def lines(command: str) -> Sequence[str]:
    """The machine, the interpreter, the packages that matter, and the command."""
    packages = ", ".join(f"{name} {version(name)}" for name in MEASURED_WITH)
    return (
        f"machine   {cpu_model()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}{_load()}",
        f"software  {platform.python_implementation()} {platform.python_version()}, {packages}",
        f"command   {command}",
        "CPU seconds are user + system of the measured process alone; MB are 1,000,000 bytes.",
    )


def cpu_model() -> str:
    """The processor's name, as the system tells it."""
    if CPU_INFO.exists():
        for line in CPU_INFO.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            if name.strip() in ("model name", "Model"):
                return value.strip()
    return platform.processor() or "unknown processor"


def _load() -> str:
    return f", load {os.getloadavg()[0]:.1f} at the start" if hasattr(os, "getloadavg") else ""
