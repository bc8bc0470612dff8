"""One kind of master data that is one list at Severa: implements `KeepsObjects`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, cast

from handoff.accounting.mirror_rules import folded
from handoff.connectors.feed import Feed
from handoff.connectors.http import VendorClient
from handoff.connectors.severa.lists import every_page, mark_of
from handoff.connectors.severa.writing import Fields, attempted, made, replaced
from handoff.domain.pairs import S
from handoff.ports.mirror import Change, Listed, ListedPage, Written


@dataclass(frozen=True)
class Objects(Generic[S]):
    """A list of objects. `new` is the body that makes one, `changed` the fields that a change writes; both may
    raise Rejected. `prefix` stands before the guids where a flow has several lists."""

    client: VendorClient
    now: Callable[[], datetime]
    feed: Feed[Any, Listed[S]]
    new: Callable[[S], Fields]
    changed: Callable[[Change[S]], Fields]
    prefix: str = ""
    batch_max: int = 1

    def listed(self, *, since: datetime | None, page: str | None) -> ListedPage[S]:
        """A page of a hundred; raises as `Feed.pull` does."""
        mark = mark_of(page, self.now())
        rows = self.feed.pull(self.client, since=since, page=mark.inner)
        return ListedPage(rows.rows, rows.broken, mark.onward(rows.next_page), mark.seen(rows.latest_change))

    def alike(self, says: S) -> Sequence[Listed[S]]:
        """Those with the number or the name, from the whole list: Severa has filters for few of these."""
        found = [row for rows in every_page(self.feed, self.client) for row in rows.rows]
        return [row for row in found if is_alike(row.says, says)]

    def create(self, wanted: Sequence[S]) -> Sequence[Written[S]]:
        """Makes each with a call of its own."""
        return [attempted(lambda says=says: self._made(says)) for says in wanted]  # type: ignore[misc]

    def update(self, changes: Sequence[Change[S]]) -> Sequence[Written[S]]:
        """Writes the fields that differ, each object with a call of its own."""
        return [attempted(lambda one=one: self._changed(one)) for one in changes]  # type: ignore[misc]

    def _made(self, says: S) -> Listed[S]:
        row = made(self.client, self.feed.path, self.new(says), self.feed.row, what=self.feed.name)
        return self._as_listed(row)

    def _changed(self, one: Change[S]) -> Listed[S]:
        path = f"{self.feed.path}/{one.id.removeprefix(self.prefix)}"
        return self._as_listed(replaced(self.client, path, self.changed(one), self.feed.row, what=self.feed.name))

    def _as_listed(self, row: Any) -> Listed[S]:
        return cast("Listed[S]", self.feed.convert(row))  # every row of these lists is an object


def is_alike(one: S, other: S) -> bool:
    """Whether both have the number, or the name."""
    same_number = bool(other.number.strip()) and one.number.strip() == other.number.strip()
    return same_number or folded(one.name) == folded(other.name)
