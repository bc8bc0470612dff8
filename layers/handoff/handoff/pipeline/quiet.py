"""Quiet days: days with far fewer entries than their own weekday usually has. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from handoff.domain.periods import Period, first_day, last_day, period_of
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem

DAYS = 7
"""How many days before today are looked at."""
WEEKS, WEEKS_KNOWN = 8, 4
"""Of how many weeks before a day its weekday's norm is taken, and how many of them must be known."""
NORM_MIN = 10
"""A weekday with fewer entries is too small to be wondered at."""
SHARE = 4
"""A day is quiet with less than one in so many of its usual entries."""


@dataclass(frozen=True, slots=True)
class QuietDay:
    """A day to be asked about. The problem is the same however its count changes, the sentence has the counts."""

    problem: Problem
    sentence: str


@dataclass(frozen=True, slots=True)
class Question:
    """What a day is judged with: entries by day of each known month, and which days were asked about or believed.

    Nobody is asked what is `believed` before there is a quiet day.
    """

    known: Mapping[Period, tuple[int, ...]]
    today: date
    vendor: str
    asked: Collection[str] = ()
    believed: Callable[[], Collection[str]] = tuple

    def is_due(self, day: date) -> bool:
        """Whether the day is one of the last, or was asked about before."""
        if self.today - timedelta(days=DAYS) <= day < self.today:
            return True
        return bool(self.asked) and _problem(day, self.vendor).id in self.asked

    def quiet(self, day: date) -> float | None:
        """The day's norm, if it has far less than that; None for any other day."""
        norm = _norm(self.known, day)
        if norm is None or norm < NORM_MIN or self.known[period_of(day)][day.day - 1] * SHARE >= norm:
            return None
        return norm

    def goes_on(self, day: date) -> bool:
        """Whether it is the silence of the working day before: that is asked about once, by its first day."""
        for back in range(1, DAYS + 1):
            before = day - timedelta(days=back)
            norm = _norm(self.known, before) if period_of(before) in self.known else None
            if norm is not None and norm >= NORM_MIN:
                silent = self.is_due(before) and self.quiet(before) is not None
                return silent and _problem(before, self.vendor).id not in self.believed()
        return False


def quiet_days(question: Question, period: Period) -> Iterator[QuietDay]:
    """The quiet ones among the period's last days, and among those asked about before; believed ones left out."""
    if max(map(max, question.known.values()), default=0) < NORM_MIN:
        return  # nobody's day is large enough to be wondered at
    for day, found in enumerate(question.known.get(period, ()), start=1):
        on = first_day(period).replace(day=day)
        norm = question.quiet(on) if question.is_due(on) else None
        if norm is None:
            continue
        problem = _problem(on, question.vendor)
        if problem.id not in question.believed() and not question.goes_on(on):
            yield QuietDay(problem, f"{problem.subject} ({found}, where {norm:g} are usual)")


def quiet_ids(period: Period, vendor: str) -> frozenset[str]:
    """The ids that problems of the period's days have, if there are any."""
    first = first_day(period)
    days = range(1, last_day(period).day + 1)
    return frozenset(_problem(first.replace(day=day), vendor).id for day in days)


def _problem(day: date, vendor: str) -> Problem:
    """Named without its counts: a day that fills up slowly stays one question."""
    about = f"{vendor} has less than a quarter of its usual entries for {day:%A} {day.isoformat()}"
    return Problem(ProblemCode.QUIET_DAY, about)


def _norm(known: Mapping[Period, tuple[int, ...]], day: date) -> float | None:
    """The median of the same weekday in the weeks before; None where too few of them are known."""
    before = (day - timedelta(weeks=week) for week in range(1, WEEKS + 1))
    counts = sorted(known[period_of(one)][one.day - 1] for one in before if period_of(one) in known)
    if len(counts) < WEEKS_KNOWN:
        return None
    return (counts[(len(counts) - 1) // 2] + counts[len(counts) // 2]) / 2
