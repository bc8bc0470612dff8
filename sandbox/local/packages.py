"""Packs functions and layers as `sam build` would, for the interpreter that the local AWS runs functions on.

A zip of the same files is the same bytes, so that deploying again changes only what changed.
"""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from sandbox.local.paths import LocalRunError

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the oldest a zip can say
_LEFT_OUT = {"__pycache__"}


def function_package(folder: Path) -> bytes:
    """Zip one function's folder."""
    return _zipped(folder, prefix="")


def source_layer(folder: Path) -> bytes:
    """Zip a layer of our own code, as it lies on the functions' path."""
    return _zipped(folder, prefix="python/")


def package_layer(requirements: Path, cache: Path) -> bytes:
    """Zip a layer of the locked packages; each lock is installed once and kept under `cache`.

    Raises LocalRunError when pip fails.
    """
    lock = requirements.read_bytes()
    key = hashlib.sha256(lock + sys.version.encode()).hexdigest()[:16]
    kept = cache / f"{key}.zip"
    if kept.exists():
        return kept.read_bytes()
    cache.mkdir(parents=True, exist_ok=True)
    # A folder of its own: two systems may start at once, and each replaces the other's zip with the same bytes.
    with tempfile.TemporaryDirectory(dir=cache, prefix=f"{key}.") as folder:
        building = Path(folder) / "packages"
        _install(requirements, building)
        content = _zipped(building, prefix="python/")
        unfinished = Path(folder) / kept.name
        unfinished.write_bytes(content)
        unfinished.rename(kept)
    return content


def has_packages(requirements: Path) -> bool:
    """Tell whether a requirements file names any package."""
    lines = requirements.read_text().splitlines()
    return any(line.strip() and not line.lstrip().startswith("#") for line in lines)


def _install(requirements: Path, target: Path) -> None:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    quick = ["--no-deps", "--require-hashes", "--no-compile", "--retries", "2", "--target", str(target)]
    command = [*pip, *quick, "--requirement", str(requirements)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        lines = [line for line in answer.stderr.splitlines() if line.startswith("ERROR:")] or ["pip failed"]
        raise LocalRunError(f"the packages of {requirements} could not be installed: {lines[-1]}")


def _zipped(folder: Path, prefix: str) -> bytes:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not _LEFT_OUT & set(path.parts))
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for path in files:
            entry = zipfile.ZipInfo(prefix + path.relative_to(folder).as_posix(), _EPOCH)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
    return content.getvalue()
