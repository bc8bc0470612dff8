"""The local AWS: ministack as a child process, as published, on a loopback port.

Functions run as children of it, on this interpreter, with the server's environment: nothing of ours may be on
its path, or a missing file of a layer would not show.
"""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

from sandbox.local import pids
from sandbox.local.aws import REGION, ROOT_KEY, Aws
from sandbox.local.paths import LocalRunError

LOOPBACK = "127.0.0.1"
START_SECONDS = 60.0  # ready in one to three on a quiet machine
STOP_SECONDS = 10.0  # it takes about three to end its workers
_HEALTH = "/_ministack/health"
_POLL_SECONDS = 0.05
# What the server and the functions may see of this machine; the rest could change what they do.
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "SSL_CERT_FILE", "TZ")


class LocalAws:
    """A running local AWS. `stop` ends it and its workers; also a context manager."""

    def __init__(self, home: Path, port: int = 0) -> None:
        """Start it with its files under `home`; port 0 takes a free one. Raises LocalRunError, in one line."""
        self.port = port or free_port()
        if is_taken(self.port):
            raise LocalRunError(
                f"port {self.port} for the local AWS is taken: stop the program that uses it or choose another port"
            )
        self.log = home / "aws.log"
        scratch = home / "tmp"
        shutil.rmtree(scratch, ignore_errors=True)  # workers leave their folders behind
        scratch.mkdir(parents=True)
        with self.log.open("wb") as log:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "ministack"],
                env=environment(self.port, scratch),
                cwd=scratch,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches us alone, and its workers can be ended with it
            )
        self._stopped = False
        self.process = pids.Process.of(self._child.pid, leads_group=True)
        self.aws = Aws(f"http://{LOOPBACK}:{self.port}")
        try:
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise

    @property
    def url(self) -> str:
        """The endpoint of every AWS service, without a slash at the end."""
        return self.aws.endpoint

    def stop(self) -> None:
        """End the server within `STOP_SECONDS`, and every worker it leaves; harmless when called twice."""
        if self._stopped:
            return
        self._stopped = True
        self._child.terminate()
        try:
            self._child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        self.process.end_group()

    def __enter__(self) -> LocalAws:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not is_healthy(self.port):
            if self._child.poll() is not None:
                raise LocalRunError(f"the local AWS ended at once: {self._last_line()} (all of it in {self.log})")
            if time.monotonic() > deadline:
                raise LocalRunError(f"the local AWS was not ready in {START_SECONDS:.0f} s: see {self.log}")
            time.sleep(_POLL_SECONDS)

    def _last_line(self) -> str:
        lines = self.log.read_text(errors="replace").strip().splitlines()
        return lines[-1].strip() if lines else "it said nothing"


def environment(port: int, scratch: Path) -> dict[str, str]:
    """Give the server's whole environment; functions inherit it."""
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return passed_on | {
        "AUTH": "true",  # each function has its own role's rights and no more
        "AWS_ACCESS_KEY_ID": ROOT_KEY,
        "AWS_SECRET_ACCESS_KEY": ROOT_KEY,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": f"http://{LOOPBACK}:{port}",
        "BIND_HOST": LOOPBACK,
        "GATEWAY_PORT": str(port),
        "HOME": str(scratch),  # no AWS profile of the person who runs this
        "IOT_MTLS_ENABLED": "0",  # would listen on all interfaces
        "LOG_LEVEL": "WARNING",
        "MINISTACK_REGION": REGION,
        "NO_PROXY": f"{LOOPBACK},localhost",
        "PYTHONUTF8": "1",
        "TMPDIR": str(scratch),
    }


def free_port() -> int:
    """Name a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def is_taken(port: int) -> bool:
    """Tell whether something listens on the port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0


def is_healthy(port: int) -> bool:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=2)
    try:
        connection.request("GET", _HEALTH)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
