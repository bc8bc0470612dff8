"""What the way from a supplier's posted invoice to a project's cost needs of the vendors; none is named here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from handoff.domain.purchases import Purchase
from handoff.domain.sales import UnitChoices
from handoff.ports.vendors import BrokenRow, DocumentChannel


@dataclass(frozen=True, slots=True)
class ListedPurchase:
    """A purchase as the ERP's list has it, with its own stamp, None where it has none."""

    purchase: Purchase
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class PurchasePage:
    """A page of purchases in the order of their keys; `latest_change` is what changes can be asked for from later."""

    rows: Sequence[ListedPurchase]
    broken: Sequence[BrokenRow]
    next_page: str | None
    latest_change: datetime | None


class PurchaseFeed(Protocol):
    """What suppliers have cost the projects of one ERP.

    All raise Unreachable, RateLimited, ReconnectNeeded and BrokenContract. Only what is posted is listed: drafts,
    orders and documents that wait to be looked at are not.
    """

    def posted(self, *, starts_on: date, since: datetime | None, page: str | None) -> PurchasePage:
        """A page of what is dated at or after `starts_on` and changed at or after an instant; None for all of it."""
        ...

    def suppliers(self, numbers: Collection[str]) -> Mapping[str, str]:
        """The names of suppliers, by their numbers, as far as they are known."""
        ...


class HandsOutPurchases(Protocol):
    """An ERP that hands out what suppliers have cost projects."""

    @property
    def calls(self) -> int:
        """How many calls were made to the vendor through this object."""
        ...

    def purchases(self, choices: UnitChoices) -> PurchaseFeed:
        """Its purchases on projects; raises InvalidInput for a unit that there is none of."""
        ...


class TakesFees(Protocol):
    """A time tool that takes costs of suppliers on its projects."""

    @property
    def calls(self) -> int:
        """How many calls were made to the vendor through this object."""
        ...

    @property
    def project_fees(self) -> DocumentChannel:
        """Its fees and other expenses: one for each posting, which carries it as `fee`."""
        ...
