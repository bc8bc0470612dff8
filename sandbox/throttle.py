"""Rate limits and paging sums that every vendor counts in its own way, but by the same arithmetic."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Allowance:
    """What a limiter said: whether the call may go on, what is left, and whole seconds until room is made."""

    ok: bool
    limit: int
    remaining: int
    reset_seconds: int


class SlidingWindow:
    """At most `limit` calls of one key within any stretch of `seconds`; a limit of 0 is no limit."""

    def __init__(self, limit: int, seconds: int) -> None:
        self.limit = limit
        self.seconds = seconds
        self._hits: dict[str, deque[datetime]] = defaultdict(deque)

    def take(self, key: str, now: datetime) -> Allowance:
        """Counts the call when there is room; a refused call is not counted."""
        hits, span = self._hits[key], timedelta(seconds=self.seconds)
        while hits and hits[0] <= now - span:
            hits.popleft()
        ok = not self.limit or len(hits) < self.limit
        if ok and self.limit:
            hits.append(now)
        return Allowance(ok, self.limit, max(self.limit - len(hits), 0), _seconds_until(hits, span, now))


class FixedWindow:
    """At most `limit` calls of one key per window of `seconds`, begun by its first call; 0 is no limit."""

    def __init__(self, limit: int, seconds: int) -> None:
        self.limit = limit
        self.seconds = seconds
        self._windows: dict[str, tuple[datetime, int]] = {}

    def take(self, key: str, now: datetime) -> Allowance:
        """Counts the call when there is room; a refused call is not counted."""
        started, used = self._windows.get(key, (now, 0))
        if now >= started + timedelta(seconds=self.seconds):
            started, used = now, 0
        ok = not self.limit or used < self.limit
        used += 1 if ok else 0
        self._windows[key] = (started, used)
        left = started + timedelta(seconds=self.seconds) - now
        return Allowance(ok, self.limit, max(self.limit - used, 0), math.ceil(left.total_seconds()))


def _seconds_until(hits: deque[datetime], span: timedelta, now: datetime) -> int:
    return max(math.ceil((hits[0] + span - now).total_seconds()), 1) if hits else 0


@dataclass(frozen=True)
class PageSlice:
    """Rows `start:end` of `total` are page `page` of `pages`, 1-based; an empty list has one page."""

    start: int
    end: int
    page: int
    pages: int
    total: int

    @property
    def has_next(self) -> bool:
        """Whether rows come after this page."""
        return self.end < self.total


def page_slice(total: int, page: int, per_page: int) -> PageSlice:
    """The slice of page `page`; a page behind the last one is empty."""
    start = (page - 1) * per_page
    return PageSlice(min(start, total), min(start + per_page, total), page, max(1, -(-total // per_page)), total)
