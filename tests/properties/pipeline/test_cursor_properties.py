"""The cursor of a feed, whatever its pages bring: it never goes back, and passes nothing that was not read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from handoff.domain.time import FetchedEntry
from handoff.pipeline.cursor import advanced
from handoff.ports import FeedCursor, since_with_overlap
from tests.builders import NOW, a_fetched_entry
from tests.unit.pipeline.fetching import a_broken_row, a_page

stamps = st.integers(-3000, 3000).map(lambda minutes: NOW + timedelta(minutes=minutes))


@dataclass(frozen=True, slots=True)
class Read:
    """A page as a vendor may give it; `put_off` of its rows have to be met again."""

    changes: tuple[datetime, ...]
    put_off: int
    broken: int
    total: int | None
    last: bool

    @property
    def rows(self) -> list[FetchedEntry]:
        return [a_fetched_entry(changed_at=at) for at in self.changes]


reads = st.builds(
    Read,
    changes=st.lists(stamps, max_size=3).map(tuple),
    put_off=st.sampled_from([0, 0, 0, 1]),
    broken=st.sampled_from([0, 0, 0, 1]),
    total=st.sampled_from([5, 5, 5, 6, None]),
    last=st.booleans(),
)


@given(st.none() | stamps.filter(lambda at: at <= NOW), st.lists(reads, min_size=1, max_size=12))
def test_h5_3_a_cursor_never_goes_back_and_never_passes_what_was_not_read(
    since: datetime | None, answers: list[Read]
) -> None:
    cursor = FeedCursor(since=since)
    walk: list[Read] = []
    held: list[datetime] = []
    for number, read in enumerate(answers):
        page = a_page(
            *read.rows,
            broken=[a_broken_row(str(n)) for n in range(read.broken)],
            next_page=None if read.last else f"page {number}",
            total=read.total,
        )
        before = cursor
        cursor = advanced(cursor, page, read.rows[: read.put_off], now=NOW)
        walk.append(read)
        held += read.changes[: read.put_off]
        if not read.last:
            assert cursor.since == before.since  # nothing is proven on the way
            continue
        moved = len({one.total for one in walk}) > 1
        _proves_no_more_than_it_saw(before.since, cursor, walk, held, moved=moved)
        walk = []
        if not cursor.moved:
            held = []


def _proves_no_more_than_it_saw(
    before: datetime | None, after: FeedCursor, walk: list[Read], held: list[datetime], *, moved: bool
) -> None:
    if before is not None:
        assert after.since is not None
        assert after.since >= before
    if moved or any(read.broken for read in walk):
        assert after.since == before
    if after.since is not None and after.since != before:
        assert after.since <= NOW
        assert all(after.since <= at for at in held)
    if not (moved or held or any(read.broken for read in walk)):
        changes = [min(at, NOW) for read in walk for at in read.changes]
        assert all(after.since is not None and after.since >= at for at in changes)


@given(st.lists(st.tuples(stamps, st.booleans()), min_size=1, max_size=6), st.integers(1, 3))
def test_a_row_put_off_is_asked_for_again_until_it_is_taken(rows: list[tuple[datetime, bool]], passes: int) -> None:
    """The overlap covers a row that the cursor had passed before it was put off."""
    overlap = timedelta(minutes=2)
    cursor = FeedCursor()
    entries = [a_fetched_entry(changed_at=at) for at, _ in rows]
    put_off = [entry for entry, (_, later) in zip(entries, rows, strict=True) if later]
    for _ in range(passes):
        since = since_with_overlap(cursor.since, overlap)
        asked = [entry for entry in entries if since is None or entry.changed_at >= since]
        assert all(entry in asked for entry in put_off)
        cursor = advanced(cursor, a_page(*asked), put_off, now=NOW)
