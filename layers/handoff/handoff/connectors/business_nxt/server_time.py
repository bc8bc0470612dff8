"""Business NXT's stamps: the server's local time, without a zone.

Source: Business NXT, DateTime: "2024-10-01 12:45:33.798". The zone is assumed to be that of Oslo. It is worked out
here, because the machines that run this need not have a list of time zones.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

WINTER, SUMMER = timedelta(hours=1), timedelta(hours=2)


def server_text(at: datetime) -> str:
    """An instant as filters take it; before every later one also in the night that has an hour twice."""
    end = _turn(at.astimezone(UTC).year, 10)
    local = _local(at)
    return (min(local, _local(end)) if at < end else local).isoformat(" ", "milliseconds")


def server_instant(text: str) -> datetime:
    """The instant of a stamp, the earlier one where it may be two; raises ValueError for what is no time."""
    read = datetime.fromisoformat(text)
    if read.tzinfo is not None:
        return read.astimezone(UTC)
    summer = (read - SUMMER).replace(tzinfo=UTC)
    return summer if _offset(summer) == SUMMER else (read - WINTER).replace(tzinfo=UTC)


def _local(at: datetime) -> datetime:
    utc = at.astimezone(UTC)
    return (utc + _offset(utc)).replace(tzinfo=None)


def _offset(at: datetime) -> timedelta:
    return SUMMER if _turn(at.year, 3) <= at < _turn(at.year, 10) else WINTER


def _turn(year: int, month: int) -> datetime:
    """When the clocks are turned: the last Sunday of March or October, at one o'clock UTC."""
    last = datetime(year, month, 31, 1, tzinfo=UTC)
    return last - timedelta(days=(last.weekday() + 1) % 7)
