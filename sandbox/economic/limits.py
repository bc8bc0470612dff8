"""The token bucket of an agreement and the memory for `Idempotency-Key`.

The vendor gives three costs (one account 1, a page of booked entries 3, a PDF 13); the others are ASSUMED, and so is
that the header shows what is left.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from sandbox.economic import access
from sandbox.wire import Answer, Call, Handler, Refused

KEPT = timedelta(hours=1)


@dataclass
class Bucket:
    """Tokens that calls cost; they flow back by the second."""

    capacity: int
    refill: int
    _left: Decimal = Decimal(-1)
    _at: datetime | None = None

    def take(self, cost: int, now: datetime) -> bool:
        """Whether the call can be paid for; one that cannot costs nothing."""
        self._flow(now)
        if self._left < cost:
            return False
        self._left -= cost
        return True

    def left(self, now: datetime) -> int:
        """Whole tokens in the bucket."""
        self._flow(now)
        return int(self._left)

    def wait(self, cost: int, now: datetime) -> int:
        """Whole seconds until the bucket holds as many."""
        self._flow(now)
        return max(math.ceil((cost - self._left) / self.refill), 1)

    def _flow(self, now: datetime) -> None:
        if self._at is None:
            self._left = Decimal(self.capacity)
        else:
            gone = Decimal(str(max((now - self._at).total_seconds(), 0)))
            self._left = min(self._left + gone * self.refill, Decimal(self.capacity))
        self._at = now


def cost_of(call: Call) -> int:
    """What a call costs."""
    path = call.path.lower().rstrip("/")
    if path.endswith(("/pdf", "/attachment/file")):
        return 13
    if call.method != "GET":
        return 5
    return 1 if path.rsplit("/", 1)[-1].isdecimal() or path == "/self" else 3


@dataclass
class _Kept:
    at: datetime
    where: str
    answer: Answer


@dataclass
class Memory:
    """First answers to keyed writes, kept for an hour, whether they said yes or no."""

    now: Callable[[], datetime]
    _kept: dict[str, _Kept] = field(default_factory=dict)

    def remembering(self, handler: Handler) -> Handler:
        """The handler, run once for a key: a repeated call gets the first answer again."""

        def answer(call: Call) -> Answer:
            key = call.header("idempotency-key")
            if key is None or call.method in ("GET", "HEAD"):
                return handler(call)
            where = f"{call.method} {call.path.lower().rstrip('/')}?{call.query_string}"
            kept = self._kept.get(key)
            if kept is not None and self.now() < kept.at + KEPT:
                if kept.where != where:
                    text = "The Idempotency-Key was used with another URL."
                    return access.refused(call, 400, f"URLChanged: {text}", "Use a new key for every new request.")
                return kept.answer.with_headers(X_ResultFromCache="true")
            try:
                first = handler(call)
            except Refused as refusal:
                first = refusal.answer
            self._kept[key] = _Kept(self.now(), where, first)
            return first

        return answer
