"""Requests at once in one company: 60, and an error that is HTTP 200 for those above it.

Documented: the limit, and that a slot that got lost is free again after 30 minutes. Seen: the error.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sandbox.business_nxt.failures import Failed
from sandbox.standin import Clock

LOST_FOR = timedelta(minutes=30)
CODE = "OUTSTANDING_LIMIT_EXCEEDED"


class Slots:
    """Counts what is under way. Thread safe, as it is used outside of the stand-in's lock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._open: Counter[int] = Counter()
        self._lost: list[tuple[int, datetime]] = []

    @contextmanager
    def held(self, companies: Iterable[int]) -> Iterator[None]:
        """One slot in each company for as long as the request takes."""
        named = set(companies)
        with self._lock:
            self._open.update(named)
        try:
            yield
        finally:
            with self._lock:
                self._open.subtract(named)

    def lose(self, company_no: int, count: int) -> None:
        """So many slots are taken by requests that nobody will ever end."""
        with self._lock:
            self._lost += [(company_no, self._clock())] * count

    def start_over(self) -> None:
        """Nothing is lost any more; what is under way stays so."""
        with self._lock:
            self._lost.clear()

    def check(self, company_no: int, limit: int) -> None:
        """Raises `Failed` when more are under way than may be, this one included; a limit of 0 is none."""
        with self._lock:
            since = self._clock() - LOST_FOR
            self._lost = [one for one in self._lost if one[1] > since]
            count = self._open[company_no] + sum(1 for lost, _ in self._lost if lost == company_no)
        if limit and count > limit:
            text = f"Company {company_no} has {limit} requests in progress. Limit is {limit}."
            raise Failed(text, CODE, limit=limit)
