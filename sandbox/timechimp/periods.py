"""Periods of a subscription: weeks, months, quarters or years from its start (API v1, ProjectSubscription)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from sandbox.timechimp.answers import Json
from sandbox.timechimp.schema import SUBSCRIPTION
from sandbox.timechimp.statuses import OPEN

_MONTHS = {2: 1, 3: 3, 4: 12}


def period_start(project: Json, day: date) -> date:
    """The first day of the period that the day lies in; the first period's for a day before it."""
    start = _started_on(project, day)
    begin = start
    for count in range(1, 10_000):
        following = _after(start, project, count)
        if following > day:
            return begin
        begin = following
    return begin


def period_end(project: Json, day: date) -> date:
    """The last day of the period that the day lies in."""
    start, begin = _started_on(project, day), period_start(project, day)
    following = next(at for count in range(1, 10_000) if (at := _after(start, project, count)) > begin)
    return following - timedelta(days=1)


def is_running(project: Json, day: date) -> bool:
    """Whether the subscription has begun and not ended on the day."""
    terms = project.get("projectSubscription") or {}
    first, last = terms.get("startDate"), terms.get("endDate")
    return bool(terms) and (first or "")[:10] <= day.isoformat() and (last is None or day.isoformat() <= last[:10])


def is_subscription(project: Json) -> bool:
    """Whether the project is invoiced by the period."""
    return bool(project["invoiceMethod"] == SUBSCRIPTION)


def invoice_status(project: Json, today: date) -> int:
    """Whether the project is invoiced: a subscription is for the periods until the last one that was."""
    until = project["_invoicedUntil"]
    if is_subscription(project) and until is not None and today.isoformat() > until[:10]:
        return OPEN
    return int(project["invoiceStatus"])


def _started_on(project: Json, day: date) -> date:
    terms = project.get("projectSubscription") or {}
    text = terms.get("startDate") or project.get("startDate")
    return date.fromisoformat(text[:10]) if text else day.replace(day=1)


def _after(start: date, project: Json, count: int) -> date:
    frequency = (project.get("projectSubscription") or {}).get("frequency", 2)
    if frequency == 1:
        return start + timedelta(weeks=count)
    months = start.month - 1 + count * _MONTHS[frequency]
    year, month = start.year + months // 12, months % 12 + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))
