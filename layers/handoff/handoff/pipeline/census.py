"""Census: compare all entries of a month with what is known, since vendors keep no tombstones.

    the month's entries ──► digests by bucket ──► alike: nothing is looked up, nothing written
                                             └──► differ: their rows are staged as a feed's are
    known ids less theirs ──► asked for one by one ──► gone: out of the books

A record is gone when the time tool says so of this very entry, and never because a list came short of it. When
a list comes very short of what is known, a person is asked before anything is believed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b

from handoff.domain.errors import BrokenContract
from handoff.domain.periods import Period, first_day, last_day, months_before, parse_period, period_of
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.staged import IN_FLIGHT, StagedRecord, State
from handoff.domain.time import FetchedEntry
from handoff.pipeline.cursor import WALKS_MAX
from handoff.pipeline.keep import AWAKE, CensusTools, FetchTools, keep_gone, keep_rows
from handoff.pipeline.quiet import Question, quiet_days, quiet_ids
from handoff.pipeline.roll import BUCKETS, Roll, bucket_of, by_day, digests_of
from handoff.ports import CensusPage

ROWS_AT_ONCE = 2_000
"""Rows staged before the clock is looked at."""
MISSING_FEW = 20
"""So many may be missing of any month before a person is asked."""
MISSING_SHARE = 10
"""Of a month with many entries, one in so many may be missing."""
PERIODS_MAX = 12
"""Months beside the present one that a thorough run looks at."""
RECENT = 3
"""Months before the present one that it looks at although they are closed."""

WITHOUT_A_WRITE = frozenset({"unchanged", "deferred", "refused"})
"""Counts of rows that nothing was stored for."""
_NAME = "census:"
_AGAIN = ":again"


def name_of_census(period: Period) -> str:
    """What a period's census is called among the feeds of a step."""
    return f"{_NAME}{period}"


def is_census(name: str) -> bool:
    """Whether this is a census and no feed."""
    return name.startswith(_NAME)


def periods_due(tools: FetchTools, *, thorough: bool, asked: Period | None) -> Sequence[Period]:
    """The months to be counted: the present one, and the one that was asked for.

    A thorough run counts all that the books have open, and the last few whether they are open or not: what is
    deleted from a closed month follows the tenant's rule for closed periods like any other correction.
    """
    if tools.census is None:
        return ()
    present = period_of(tools.clock().date())
    if asked is not None or not thorough:
        return tuple(dict.fromkeys(period for period in (present, asked) if period is not None))
    starts_on = tools.policy.starts_on
    first = Period("") if starts_on is None else period_of(starts_on)
    wanted = {one.period for one in tools.reference.load().financial_periods.values() if one.open}
    wanted |= set(months_before(present, RECENT))
    older = sorted((period for period in wanted if first <= period < present), reverse=True)
    return (present, *older[:PERIODS_MAX])


@dataclass(slots=True)
class Taken:
    """What a census came to; `Census.note` remembers it, once the pass has noted what it made ready.

    `again` is the name to go on under in the next slice, None when it is done with; `compared` whether all
    known entries were compared. `problems` were met, and `kept` are the ids of earlier ones that it could not
    judge; `unread` and `questions` are for the run.
    """

    period: Period
    before: CensusPage
    counts: Counter[str]
    page: CensusPage = field(default_factory=CensusPage)
    again: str | None = None
    ready: bool = False
    compared: bool = True
    open: set[int] = field(default_factory=set)
    """Buckets with something that has to be met again."""
    problems: dict[str, Problem] = field(default_factory=dict)
    kept: frozenset[str] = frozenset()
    unread: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)

    def without_judgement(self, problem: Problem) -> None:
        """It came to nothing: what was known stays, and this problem is to be told."""
        self.problems[problem.id] = problem
        self.compared, self.page, self.kept = False, self.before, frozenset(self.before.problems)

    @property
    def got_on(self) -> bool:
        """Whether anything was written: beginning anew finds less to do."""
        return any(self.counts[name] for name in self.counts if name not in WITHOUT_A_WRITE)


class _NoTime(Exception):
    """The slice is over in the middle of a census."""


class Census:
    """The censuses of one slice; what is remembered of all periods is read once."""

    def __init__(
        self, tools: FetchTools, asked: CensusTools, flow: str, time_left: Callable[[], bool], *, thorough: bool
    ) -> None:
        self._tools = tools
        self._asked = asked
        self._flow = flow
        self._time_left = time_left
        self._thorough = thorough

    @cached_property
    def _pages(self) -> dict[Period, CensusPage]:
        return dict(self._asked.store.load(self._flow))

    @cached_property
    def _believed(self) -> Collection[str]:
        return self._asked.store.believed(self._flow)

    @property
    def _vendor(self) -> str:
        return self._tools.connection.vendor.replace("_", " ").title()

    def take(self, name: str, *, uncounted: bool, whole: bool, counts: Counter[str]) -> Taken:
        """One period's census, as far as the time goes; `whole` says that it has a slice to itself.

        Raises Unreachable, RateLimited and ReconnectNeeded; what was found until then is kept.
        """
        again = name.endswith(_AGAIN)
        period = parse_period(name.removeprefix(_NAME).removesuffix(_AGAIN))
        taken = Taken(period, self._pages.get(period, CensusPage()), counts)
        about = f"{self._vendor}'s list of entries of {period}"
        try:
            taken.page = self._taken(taken, everything=uncounted or self._thorough)
        except _NoTime:
            in_vain = whole and not taken.got_on
            if not (in_vain and again):
                taken.again = name_of_census(period) + (_AGAIN if in_vain else "")
                return taken
            problem = Problem(ProblemCode.CENSUS_UNFINISHED, about)
            taken.without_judgement(problem)
            taken.questions.append(problem.message)
        except BrokenContract as broken:
            taken.without_judgement(Problem(ProblemCode.BROKEN_CONTRACT, about))
            taken.unread.append(f"{self._tools.connection.vendor} entries of {period} ({broken.message})")
        return taken

    def covers_present(self, taken: Taken) -> bool:
        """Whether all that feeds have stored of the present month was compared."""
        return taken.again is None and taken.compared and taken.period == period_of(self._tools.clock().date())

    def note(self, taken: Taken) -> None:
        """Remembers the page and tells the inbox; a problem is remembered before it is told, and after it is closed."""
        problems = {*taken.problems, *taken.kept}
        for problem_id in taken.before.problems:
            if problem_id not in problems:
                self._tools.problems.close(problem_id)
        page = CensusPage(taken.page.buckets, taken.page.days, tuple(sorted(problems)))
        if page != taken.before:
            self._asked.store.save(self._flow, taken.period, page)
            self._pages[taken.period] = page
        for problem in taken.problems.values():
            self._tools.problems.report(
                problem, flow=self._tools.connection.id, external_ids=(), at=self._tools.clock()
            )

    def _taken(self, taken: Taken, *, everything: bool) -> CensusPage:
        """The page to remember; rows and records are dealt with on the way."""
        roll = self._rolled(taken.period)
        digests = digests_of(roll.rows)
        known = taken.before.buckets or ("",) * BUCKETS
        differ: set[int] = set()
        if digests != known:
            differ = {place for place, digest in enumerate(digests) if known[place] != digest}
            self._stage(taken, [row for name, row in roll.rows.items() if bucket_of(name) in differ])
        taken.open.update(map(bucket_of, roll.unreadable))
        if not roll.is_whole:
            # Nothing can be said about what is missing: the buckets that differ are compared again.
            taken.open |= differ
            taken.compared, taken.kept = False, frozenset(taken.before.problems)
            days = taken.before.days
        else:
            if differ or everything:
                self._look_for(taken, roll)
            days = taken.before.days if taken.unread else by_day(taken.period, roll.rows.values())
            if not taken.unread:
                self._ask_about_days(taken, days)
        if taken.open:
            digests = tuple("" if place in taken.open else digest for place, digest in enumerate(digests))
        return CensusPage(digests, days)

    def _rolled(self, period: Period) -> Roll:
        for walk in range(WALKS_MAX):
            roll = Roll()
            for page in self._asked.reader.entries_between(first_day(period), last_day(period)):
                roll.add(page)
                if page.next_page is not None and not self._time_left():
                    raise _NoTime
            if not roll.moved or walk + 1 == WALKS_MAX or not self._time_left():
                break
        return roll

    def _stage(self, taken: Taken, rows: Sequence[FetchedEntry]) -> None:
        for start in range(0, len(rows), ROWS_AT_ONCE):
            if start and not self._time_left():
                raise _NoTime
            kept = keep_rows(self._tools, self._flow, rows[start : start + ROWS_AT_ONCE], taken.counts)
            taken.ready = taken.ready or kept.ready
            # Rows that are too large are the feed's to report: it meets them on every pass.
            taken.open.update(bucket_of(row.entry.external_id) for row in (*kept.deferred, *kept.refused))

    def _look_for(self, taken: Taken, roll: Roll) -> None:
        """Asks for what is known and not among the rows, and is not known to be gone."""
        here = self._tools.staged.ids_of(self._flow, taken.period)
        absent = sorted(name for name in here if name not in roll.rows and name not in roll.unreadable)
        missing = self._missing(taken, absent)
        if not missing:
            return
        if _unusual(len(missing), len(roll.rows)) and not self._may_be(taken, absent, roll):
            taken.open.update(bucket_of(record.external_id) for record in missing)
            taken.compared = False
            return
        for place, record in enumerate(missing):
            if place and not self._time_left():
                raise _NoTime
            if record.state in IN_FLIGHT or not self._is_settled(taken, record):
                taken.open.add(bucket_of(record.external_id))
                taken.compared = False

    def _missing(self, taken: Taken, absent: Sequence[str]) -> list[StagedRecord]:
        found = self._tools.staged.get_many(self._flow, absent) if absent else {}
        # Whoever found these to be gone may have died before he could say that there is something to post.
        taken.ready = taken.ready or any(record.state is State.REVERSING for record in found.values())
        return [
            record
            for _, record in sorted(found.items())
            if record.gone_at is None and record.state is not State.REVERSED and record.period == taken.period
        ]

    def _may_be(self, taken: Taken, absent: Sequence[str], roll: Roll) -> bool:
        """Whether a person has believed that just these are gone; else it is asked."""
        # Named by all that are absent, also those that were found to be gone: the same question stays the same
        # while its entries are taken out one by one.
        mark = blake2b("\0".join(absent).encode(), digest_size=3).hexdigest()
        about = f"{self._vendor} no longer lists {len(absent)} entries of {taken.period} that are known here ({mark})"
        problem = Problem(ProblemCode.UNUSUAL_ANSWER, about)
        if problem.id in self._believed:
            return True
        taken.problems[problem.id] = problem
        taken.kept = frozenset(taken.before.problems) & quiet_ids(taken.period, self._vendor)
        listed = f"its list has {len(roll.rows)}"
        taken.unread.append(f"{self._tools.connection.vendor} entries of {taken.period} ({about}; {listed})")
        return False

    def _is_settled(self, taken: Taken, record: StagedRecord) -> bool:
        """Whether the time tool had a clear word on an entry that its list does not have."""
        try:
            row = self._asked.reader.entry(record.external_id)
        except BrokenContract:
            return False
        if row is None:
            missing = keep_gone(self._tools, record, taken.counts)
            taken.ready = taken.ready or (missing is not None and missing.state in AWAKE)
            return missing is not None
        kept = keep_rows(self._tools, self._flow, [row], taken.counts)
        taken.ready = taken.ready or kept.ready
        return period_of(row.entry.spent_on) != taken.period and not kept.deferred and not kept.refused

    def _ask_about_days(self, taken: Taken, days: tuple[int, ...]) -> None:
        pages = {**self._pages, taken.period: CensusPage(days=days)}
        question = Question(
            known={period: page.days for period, page in pages.items() if page.days},
            today=self._tools.clock().date(),
            vendor=self._vendor,
            asked=taken.before.problems,
            believed=lambda: self._believed,
        )
        for quiet in quiet_days(question, taken.period):
            taken.problems[quiet.problem.id] = quiet.problem
            taken.questions.append(quiet.sentence)


def _unusual(missing: int, listed: int) -> bool:
    """Whether the list comes so short that it is to be asked about, before anything is believed."""
    known = listed + missing
    return missing > max(MISSING_FEW, known // MISSING_SHARE) or (listed == 0 and missing > 1)
