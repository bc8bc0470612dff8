"""Calls one after another with a little time in between, for a vendor that counts them by the second.

A vendor that is asked too fast answers with a refusal, and whatever took many calls would have to begin again.
"""

from __future__ import annotations

import time
from collections.abc import Callable


class Pacer:
    """Comes back when the next call may be sent; `clock` and `sleep` are those of this machine."""

    def __init__(
        self,
        per_second: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._apart = 1 / per_second if per_second else 0.0
        self._clock = clock
        self._sleep = sleep
        self._next = 0.0

    def __call__(self) -> None:
        """Waits, if need be."""
        if not self._apart:
            return
        now = self._clock()
        if now < self._next:
            self._sleep(self._next - now)
        self._next = max(now, self._next) + self._apart
