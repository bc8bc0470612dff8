"""What the mirror needs of a vendor that keeps master data, and of its own store; nothing here names a vendor."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Protocol

from handoff.domain.capabilities import Side
from handoff.domain.errors import HandoffError
from handoff.domain.pairs import S, Sighting
from handoff.ports.vendors import BrokenRow


@dataclass(frozen=True, slots=True)
class Listed(Generic[S]):
    """An object as a vendor's list has it now; `excluded`, `blocked` and `refers` as of a sighting."""

    id: str
    says: S
    changed_at: datetime | None = None
    excluded: str = ""
    blocked: bool = False
    refers: str = ""


@dataclass(frozen=True, slots=True)
class ListedPage(Generic[S]):
    """A page of a vendor's list; `latest_change` is the newest stamp among its rows."""

    rows: Sequence[Listed[S]]
    broken: Sequence[BrokenRow] = ()
    next_page: str | None = None
    latest_change: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change(Generic[S]):
    """An object that exists, as it should be: only the fields that differ from `before` are written."""

    id: str
    before: S
    after: S


Written = Listed[S] | HandoffError
"""What became of one write: the object as the vendor has it after it, or why there is none.

Rejected is a definite no; DeliveryUnknown, RateLimited and Unreachable say no more of this one than of the others.
"""


class KeepsObjects(Protocol[S]):
    """One kind of master data at one vendor. Reads raise Unreachable, RateLimited, ReconnectNeeded, BrokenContract.

    `batch_max` is how many writes go into one call there; 1 where each is a call of its own.
    """

    @property
    def batch_max(self) -> int:
        """How many writes are sent at once."""
        ...

    def listed(self, *, since: datetime | None, page: str | None) -> ListedPage[S]:
        """A page of what changed at or after an instant; None for everything there is."""
        ...

    def alike(self, says: S) -> Sequence[Listed[S]]:
        """The objects there are now with that number, or with that name."""
        ...

    def create(self, wanted: Sequence[S]) -> Sequence[Written[S]]:
        """Makes up to `batch_max` objects; one answer for each, in order. Raises ReconnectNeeded."""
        ...

    def update(self, changes: Sequence[Change[S]]) -> Sequence[Written[S]]:
        """Writes up to `batch_max` changes; one answer for each, in order. Raises ReconnectNeeded."""
        ...


@dataclass(frozen=True, slots=True)
class Blocked:
    """How the ERP marks what is not to be transferred: the number of its group column, and the value there."""

    group: int
    value: int


@dataclass(frozen=True, slots=True)
class MirrorChoices:
    """What an integration's settings say of master data.

    `department_unit` and `project_unit` are the numbers of the ERP's organisational units that stand for business
    units and projects, `blocked` is its mark by flow. `product_type` is what a product becomes in the time tool that
    is made in the ERP; `project_customer` and `project_owner` are the number of the customer and the e-mail address of
    the user there that a project gets which is made in the ERP: empty, none is made.
    """

    department_unit: int = 1
    project_unit: int = 2
    blocked: Mapping[str, Blocked] = field(default_factory=dict)
    product_type: str = ""
    project_customer: str = ""
    project_owner: str = ""


class KeepsMasterData(Protocol):
    """A vendor whose master data can be mirrored."""

    @property
    def calls(self) -> int:
        """How many calls were made to the vendor through this object."""
        ...

    def master_data(self, choices: MirrorChoices) -> Mapping[str, KeepsObjects[Any]]:
        """The kinds it keeps, by flow: those of `handoff.domain.pairs.KINDS`, or some of them."""
        ...


class SightingStore(Protocol):
    """The sightings of one integration."""

    def get(self, flow: str, side: Side, ids: Collection[str]) -> Mapping[str, Sighting[S]]:
        """Those that are known, by their ids."""
        ...

    def open(self, flow: str) -> Sequence[Sighting[S]]:
        """Every sighting of a flow that there is something to do about, on both sides."""
        ...

    def all(self, flow: str, side: Side) -> Sequence[Sighting[S]]:
        """Every sighting of a flow on one side."""
        ...

    def save(self, sightings: Sequence[Sighting[S]]) -> Sequence[Sighting[S]]:
        """Writes each on the revision read (0: the first) and returns them with the new ones.

        Raises Stale when somebody was faster with one of them; the others are written all the same.
        """
        ...
