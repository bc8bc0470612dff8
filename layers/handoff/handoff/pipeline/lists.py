"""Lists: what a vendor's list of projects, people, accounts and the like means for what is known of them.

Of a list that is read whole, what is missing is gone. Unless it comes far short of what is known: an employee list of
one, where forty are known, is a filter, a right that was taken away, or a vendor's bad hour. What is known stays then,
beside what came, until a person says that the others are gone. That word is good for one time.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from hashlib import blake2b

from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.pipeline.keep import FetchTools
from handoff.ports import FeedCursor, FeedInfo, FeedPage

MISSING_MANY, MISSING_SHARE = 20, 4
"""Of a long list more than so many, and more than one in so many, may not be missing at once; of any, half of it."""
KEYS_MAX = 20_000
"""So many keys of earlier pages are remembered; of a longer list nothing is taken out."""


@dataclass(frozen=True, slots=True)
class Short:
    """A list as it came, beside what is known; keys of its rows."""

    feed: str
    listed: Collection[str]
    known: Collection[str]

    @property
    def missing(self) -> frozenset[str]:
        """What is known and not listed."""
        return frozenset(self.known) - frozenset(self.listed)

    @property
    def is_unusual(self) -> bool:
        """Whether it comes so short that a person is to be asked. A single row of several may always go."""
        missing, known = len(self.missing), len(self.known)
        if not self.listed:
            return missing > 0
        return missing > 1 and (missing * 2 > known or (missing > MISSING_MANY and missing * MISSING_SHARE > known))

    def problem(self) -> Problem:
        """The question: named by all that is missing, so that a yes is to just these, whatever comes new."""
        mark = blake2b("\0".join(sorted(self.missing)).encode(), digest_size=3).hexdigest()
        about = f"{self.feed} no longer has {len(self.missing)} rows that are known here ({mark})"
        return Problem(ProblemCode.UNUSUAL_ANSWER, about)


@dataclass(frozen=True, slots=True)
class Listed:
    """What became of a page: how many objects were written or went, and what a person has to be asked."""

    written: int
    question: Problem | None = None


def keep_list(tools: FetchTools, info: FeedInfo, cursor: FeedCursor, page: FeedPage) -> Listed:
    """Stores a page's objects, and at the end of a whole list takes out what it does not have."""
    listed = _all_keys(info, cursor, page)
    if listed is None:
        return Listed(tools.reference.put(info.kind, page.objects))
    short = Short(f"{tools.connection.vendor} {info.name}", listed, tools.reference.keys(info.kind))
    if short.is_unusual and not tools.believes((question := short.problem()).id):
        return Listed(tools.reference.put(info.kind, page.objects), question)
    if cursor.next_page is None:
        return Listed(tools.reference.replace(info.kind, page.objects))
    written = tools.reference.put(info.kind, page.objects)
    return Listed(written + (tools.reference.keep_only(info.kind, listed) if short.missing else 0))


def keys_of(info: FeedInfo, cursor: FeedCursor, page: FeedPage) -> tuple[str, ...]:
    """The keys to remember for the pages that follow; none where nothing follows from them."""
    before = cursor.keys if cursor.next_page is not None else ()
    if info.incremental or page.next_page is None or len(before) + len(page.objects) > KEYS_MAX:
        return ()
    return (*before, *(one.key for one in page.objects))


def _all_keys(info: FeedInfo, cursor: FeedCursor, page: FeedPage) -> set[str] | None:
    """The keys of all rows at the end of a whole list that was read soundly; None anywhere else."""
    if info.incremental or page.next_page is not None or page.broken:
        return None
    if cursor.next_page is None:
        return {one.key for one in page.objects}
    moved = cursor.moved or page.total != cursor.total
    if moved or cursor.broken or len(cursor.keys) != cursor.seen:
        return None
    return {*cursor.keys, *(one.key for one in page.objects)}
