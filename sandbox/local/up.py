"""`make up`: the local system stays up, prints its addresses, and Ctrl-C ends it cleanly."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sandbox.local import mailbox, pids
from sandbox.local.paths import ENDPOINTS, LOCAL, MAILBOX, ROOT, UP_RECORD, LocalRunError
from sandbox.local.system import Plan, System, running
from sandbox.local.vendors import VENDOR_NAMES, vendors
from sandbox.seed import seed
from sandbox.world import DEFAULT_ENTRIES


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until Ctrl-C; 0 after a clean end, 2 with one line when it cannot start."""
    options = _parser().parse_args(arguments)
    plan = Plan(
        home=LOCAL / "up",
        vendors=vendors(
            entries=options.entries, ports={name: getattr(options, f"{name}_port") for name in VENDOR_NAMES}
        ),
        seed=seed,
        aws_port=options.aws_port,
    )
    stopped = _stop_signals()
    try:
        with _written_down(), running(plan, report=_report) as system, mailbox.kept(system.running.aws, MAILBOX):
            _say(addresses(system))
            stopped.wait()
            _say("ending")
    except _Interrupted:
        _say("ended before it was up")
    except LocalRunError as error:
        sys.stderr.write(f"up: {error}\n")
        return 2
    return 0


def addresses(system: System) -> str:
    """Give what a person needs to use the system, one address a line."""
    lines = [
        "",
        f"API           {system.endpoints.api.base_url}",
        f"  token       {system.endpoints.api.token}",
        f"  described   {system.endpoints.api.base_url}/openapi.json",
        *(f"{name:<13} {vendor.base_url}" for name, vendor in system.endpoints.vendors.items()),
        f"AWS           {system.running.aws.endpoint}",
        f"tenant        {system.endpoints.tenant_id}, integration {system.endpoints.integration_id}",
        f"mailbox       {MAILBOX.relative_to(ROOT)}, one .eml and one .html for each message about failures",
        f"all of it in  {ENDPOINTS.relative_to(ROOT)}",
        "",
        "Ctrl-C ends it.",
    ]
    return "\n".join(lines)


class _Interrupted(BaseException):
    """Ctrl-C or SIGTERM while the system was still starting."""


class _Stop:
    """Waits for Ctrl-C or SIGTERM; before the wait they break off what is going on."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._is_waiting = False

    def receive(self, number: int, frame: object) -> None:
        if self._event.is_set():
            return  # asked twice: it is on its way
        self._event.set()
        if not self._is_waiting:
            raise _Interrupted

    def wait(self) -> None:
        self._is_waiting = True
        self._event.wait()


def _stop_signals() -> _Stop:
    stop = _Stop()
    signal.signal(signal.SIGINT, stop.receive)
    signal.signal(signal.SIGTERM, stop.receive)
    return stop


@contextmanager
def _written_down() -> Iterator[None]:
    """Let `make down` find this run; there is one at a time."""
    earlier = pids.Record.read(UP_RECORD)
    if earlier is not None and earlier.process.is_alive():
        raise LocalRunError(f"it is up already (process {earlier.process.pid}): `make down` ends it")
    this = pids.this_process()
    record = pids.Record(this, owner=this).write(UP_RECORD)
    try:
        yield
    finally:
        record.unlink(missing_ok=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make up OPTIONS=…", description="the local system, until Ctrl-C")
    for name in ("aws", *(name.replace("_", "-") for name in VENDOR_NAMES)):
        parser.add_argument(f"--{name}-port", type=int, default=0, help="loopback port; 0 takes a free one")
    parser.add_argument("--entries", type=int, default=DEFAULT_ENTRIES, help="time entries at Harvest")
    return parser


def _report(text: str, seconds: float) -> None:
    _say(f"{seconds:5.1f} s  {text}")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
