"""Objects with ids that name their place as well: what is chosen later lies elsewhere, under the same numbers maybe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic

from handoff.domain.pairs import S
from handoff.ports.mirror import Change, KeepsObjects, Listed, ListedPage, Written


def place_of_unit(unit: int) -> str:
    """The place of the objects of an organisational unit."""
    return f"unit{unit}"


def placed_id(place: str, object_id: str) -> str:
    """An object's id behind the name of its place."""
    return f"{place}:{object_id}"


@dataclass(frozen=True, slots=True)
class Placed(Generic[S]):
    """One side's objects as `there` keeps them, their ids behind the name of a place: `unit3:100`."""

    there: KeepsObjects[S]
    place: str

    @property
    def batch_max(self) -> int:
        """How many writes are sent at once."""
        return self.there.batch_max

    def listed(self, *, since: datetime | None, page: str | None) -> ListedPage[S]:
        """A page of what is there."""
        found = self.there.listed(since=since, page=page)
        broken = [replace(row, external_id=self._placed(row.external_id)) for row in found.broken]
        return replace(found, rows=[self._named(row) for row in found.rows], broken=broken)

    def alike(self, says: S) -> Sequence[Listed[S]]:
        """Those with that number or name."""
        return [self._named(row) for row in self.there.alike(says)]

    def create(self, wanted: Sequence[S]) -> Sequence[Written[S]]:
        """Makes them there."""
        return [self._answered(answer) for answer in self.there.create(wanted)]

    def update(self, changes: Sequence[Change[S]]) -> Sequence[Written[S]]:
        """Writes them there."""
        plain = [replace(one, id=one.id.removeprefix(f"{self.place}:")) for one in changes]
        return [self._answered(answer) for answer in self.there.update(plain)]

    def _placed(self, object_id: str) -> str:
        return placed_id(self.place, object_id)

    def _named(self, row: Listed[S]) -> Listed[S]:
        return replace(row, id=self._placed(row.id))

    def _answered(self, answer: Written[S]) -> Written[S]:
        return self._named(answer) if isinstance(answer, Listed) else answer
