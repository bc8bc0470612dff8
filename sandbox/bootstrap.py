"""Makes the project's environment, .venv, on a machine that has Python and nothing else set up.

Runs on the Python that `make` finds, 3.8 or newer, with the standard library alone; everything after it
runs on the interpreter chosen here. Python 3.13 is what the functions run on in AWS, so it comes first; else
the newest from 3.11 on. A candidate counts only when it really runs: a version manager's shim can be there
and fail. Whatever a person must put right is one line on stderr and exit code 2.
"""

from __future__ import annotations

import fcntl
import glob
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Iterable, Iterator, List, Mapping, NamedTuple, Optional, Tuple

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements" / "dev.txt"
VENV = ROOT / ".venv"
STAMP = VENV / ".handoff-lock"
LOG = ROOT / ".local" / "setup.log"

WANTED = (3, 13)
OLDEST = (3, 11)
PROBE = (
    "import importlib.util as u, json, sys, sysconfig;"
    "print(json.dumps([list(sys.version_info[:3]), sys.version_info.releaselevel == 'final',"
    " sys.implementation.name == 'cpython' and not sysconfig.get_config_var('Py_GIL_DISABLED'),"
    " u.find_spec('venv') is not None and u.find_spec('ensurepip') is not None,"
    " getattr(sys, '_base_executable', None) or sys.executable]))"
)
PROBE_SECONDS = 20


class SetupError(Exception):
    """Something a person must put right; its text is the one line shown."""


class Interpreter(NamedTuple):
    """A Python that ran and told its version."""

    path: str
    version: Tuple[int, int, int]
    has_ensurepip: bool


def choose(found: Iterable[Interpreter]) -> Interpreter:
    """Give the interpreter to build on: 3.13 before all others, else the newest from 3.11 on.

    One that cannot make an environment (no ensurepip) is passed over while another can.
    Raises SetupError, with the cure, when none is left.
    """
    interpreters = list(found)
    suitable = [one for one in interpreters if one.version[:2] >= OLDEST]
    usable = [one for one in suitable if one.has_ensurepip]
    if usable:
        return max(usable, key=lambda one: (one.version[:2] == WANTED, one.version))
    if suitable:
        best = max(suitable, key=lambda one: (one.version[:2] == WANTED, one.version))
        major_minor = "{}.{}".format(*best.version[:2])
        raise SetupError(
            f"Python {major_minor} at {best.path} has no ensurepip: install its venv package"
            f" (Debian, Ubuntu: apt install python{major_minor}-venv) and run the command again."
        )
    newest = max((one.version for one in interpreters), default=None)
    seen = "no Python that runs was found" if newest is None else "the newest found is {}.{}.{}".format(*newest)
    raise SetupError(
        f"Python 3.11 or newer is needed, best 3.13, and {seen}: install Python 3.13 and run the command again."
    )


# What pip says, and what a person can do. The first that matches counts: without a network pip also ends with
# "No matching distribution found". \1 is what the pattern caught.
_CURES = (
    (r"No space left on device", "the disk is full: free about 500 MB and run the command again."),
    (
        r"CERTIFICATE_VERIFY_FAILED|SSLError",
        "the package index's certificate is not trusted here: point PIP_CERT at your authority's file.",
    ),
    (
        r"Temporary failure in name resolution|Name or service not known|nodename nor servname|NameResolutionError"
        r"|NewConnectionError|Network is unreachable|No route to host|ConnectTimeout|Read timed out"
        r"|Connection refused|Connection aborted|Connection reset by peer|ProxyError|Cannot connect to proxy",
        "the package index cannot be reached: check the network or the proxy settings and run the command again.",
    ),
    (
        r"DO NOT MATCH THE HASHES",
        "a package differs from the lock in requirements/dev.txt: this package index is not to be trusted.",
    ),
    (
        r"command '?[^'\n]*(?:gcc|cc|clang|[cg]\+\+|rustc|cargo)'? failed|Unknown compiler|Rust toolchain"
        r"|No such file or directory: '(?:gcc|cc|cargo)'|Python\.h: No such file",
        "a package has no ready-made build for this Python, and no compiler is here: install Python 3.13,"
        " or a compiler (Debian, Ubuntu: apt install build-essential python3-dev).",
    ),
    (
        r"No matching distribution found for ([\w.-]+)",
        r"the package index does not have \1 in the locked version: use one that has it.",
    ),
    (r"(?m)^ERROR: (.+)", r"\1"),
)


def explain(pip_said: str) -> str:
    """Turn the output of a failed pip into one line that says what to do."""
    for pattern, cure in _CURES:
        found = re.search(pattern, pip_said)
        if found:
            return found.expand(cure)
    return "the environment could not be made."


def lock_digest(lock: bytes) -> str:
    """Name the content of the lock; the environment carries it and is made anew when it changes."""
    return hashlib.sha256(lock).hexdigest()


def candidates(environ: Mapping[str, str]) -> Iterator[str]:
    """Name every place a Python may be, wanted version first; most will not exist."""
    for name in ("python3.13", "python3.14", "python3.12", "python3.11", "python3", "python"):
        for folder in environ.get("PATH", "").split(os.pathsep):
            if folder:
                yield os.path.join(folder, name)
    home = os.path.expanduser("~")
    pyenv = environ.get("PYENV_ROOT") or os.path.join(home, ".pyenv")
    uv_data = environ.get("XDG_DATA_HOME") or os.path.join(home, ".local", "share")
    uv = environ.get("UV_PYTHON_INSTALL_DIR") or os.path.join(uv_data, "uv", "python")
    for pattern in (
        os.path.join(pyenv, "versions", "*", "bin", "python3"),
        os.path.join(uv, "*", "bin", "python3"),
        "/usr/local/bin/python3.*[0-9]",
        "/opt/homebrew/bin/python3.*[0-9]",
        "/opt/python*/bin/python3",
        "/Library/Frameworks/Python.framework/Versions/*/bin/python3",
    ):
        yield from sorted(glob.glob(pattern), reverse=True)
    yield sys.executable


def probe(path: str) -> Optional[Interpreter]:
    """Run the candidate and read its version; None when it does not run or is not a released CPython."""
    try:
        answer = subprocess.run(
            [path, "-I", "-c", PROBE],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            timeout=PROBE_SECONDS,
            check=True,
        )
        version, final, plain, has_ensurepip, base = json.loads(answer.stdout.decode())
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    if not (final and plain):
        return None
    return Interpreter(base, (version[0], version[1], version[2]), has_ensurepip)


def interpreters(paths: Iterable[str]) -> List[Interpreter]:
    """Probe the candidates, each real file once, and stop early at a usable Python of the wanted version."""
    found: List[Interpreter] = []
    seen = set()
    for path in paths:
        real = os.path.realpath(path)
        if real in seen or real.startswith(str(VENV) + os.sep) or not os.access(path, os.X_OK):
            continue
        # a shim is one script under many names, and what it runs depends on the name
        if os.path.basename(real).startswith("python"):
            seen.add(real)
        one = probe(path)
        if one is None:
            continue
        found.append(one)
        if one.version[:2] == WANTED and one.has_ensurepip:
            break
    return found


def is_ready(digest: str) -> bool:
    """Tell whether the environment was made from this very lock and its Python still runs."""
    try:
        if STAMP.read_text() != digest:
            return False
    except OSError:
        return False
    return probe(str(VENV / "bin" / "python")) is not None


def run_logged(command: List[str]) -> str:
    """Run a command, its output into the log as it comes; raise SetupError when it fails."""
    with LOG.open("a+", encoding="utf-8", errors="replace") as log:
        log.write("$ {}\n".format(" ".join(command)))
        log.flush()
        start = log.tell()
        code = subprocess.run(command, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL).returncode
        log.seek(start)
        said = log.read()
    if code != 0:
        raise SetupError(f"{explain(said)} (Details: {LOG.relative_to(ROOT)})")
    return said


def build(python: Interpreter, digest: str) -> None:
    """Make .venv with exactly what the lock names; the stamp comes last, so half a job is done again."""
    shutil.rmtree(VENV, ignore_errors=True)
    LOG.write_text("")
    run_logged([python.path, "-m", "venv", str(VENV)])
    # the lock names every package, so there is nothing to resolve; modules compile when first used
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    quick = ["--no-deps", "--require-hashes", "--no-compile", "--retries", "2", "--progress-bar", "off"]
    run_logged([*pip, *quick, "-r", str(LOCK)])
    STAMP.write_text(digest)


def say(text: str) -> None:
    sys.stderr.write(f"setup: {text}\n")
    sys.stderr.flush()


def set_up() -> None:
    """Bring the environment to the lock; nothing to do when it is there already."""
    digest = lock_digest(LOCK.read_bytes())
    if is_ready(digest):
        return
    LOG.parent.mkdir(exist_ok=True)
    with (LOG.parent / "setup.lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)  # two commands started together set up once
        if is_ready(digest):
            return
        python = choose(interpreters(candidates(os.environ)))
        version = "{}.{}.{}".format(*python.version)
        say(f"Python {version} at {python.path}; installing the locked packages, about a minute, only this once")
        start = time.monotonic()
        build(python, digest)
        say(f"ready in {time.monotonic() - start:.0f} s")


def main() -> int:
    """Set up; 0 when the environment is ready, 2 with one line when a person must do something."""
    try:
        set_up()
    except SetupError as error:
        say(str(error))
        return 2
    except OSError as error:
        say(f"{error.strerror}: {error.filename}")
        return 2
    except KeyboardInterrupt:
        say("interrupted; run the command again to go on")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
