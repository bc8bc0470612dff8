"""Waiting for something another process does: asked for again and again, and never for longer than said."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event
from typing import TypeVar

T = TypeVar("T")

PAUSE_SECONDS = 0.1


def until(ask: Callable[[], T], ready: Callable[[T], object], *, what: str, seconds: int = 60) -> T:
    """What `ask` answers once it is `ready`; an AssertionError with its last answer when that takes too long."""
    deadline = time.monotonic() + seconds
    pause = Event()  # never set: its wait is the pause
    while True:
        seen = ask()
        if ready(seen):
            return seen
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}; the last answer was {seen}"
        pause.wait(PAUSE_SECONDS)
