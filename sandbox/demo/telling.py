"""What all stories of the demo share: steps, what is not as it should be, and waiting for others."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from rich.console import Console

from sandbox.demo.customer import Unexpected

T = TypeVar("T")
WAIT_SECONDS_MAX = 120
POLL_SECONDS = 0.05


class Telling:
    """One telling of a story; `faults` collects whatever differs from what it should be."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.faults: list[str] = []

    def begin(self, title: str) -> None:
        """Another company's story."""
        self.console.print()
        self.console.rule(f"[bold]{title}", characters="═")

    def step(self, title: str) -> None:
        """The next step of it."""
        self.console.print()
        self.console.rule(f"[bold]{title}", align="left")

    def expect(self, holds: bool, what: str) -> None:
        """Notes what is not as it should be."""
        if not holds:
            self.faults.append(what)
            self.console.print(f"[red]not as it should be: {what}[/red]")

    @staticmethod
    def wait(look: Callable[[], T | None], what: str) -> T:
        """What there is to see once there is something; raises Unexpected when it takes too long."""
        deadline, pause = time.monotonic() + WAIT_SECONDS_MAX, threading.Event()
        while not (seen := look()):
            if time.monotonic() > deadline:
                raise Unexpected(f"waited {WAIT_SECONDS_MAX} s for {what}")
            pause.wait(POLL_SECONDS)
        return seen
