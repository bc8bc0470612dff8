"""Switches that each take one guard of both sides' flows away, in the harness: with any of them, a history must fail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from handoff.domain.pairs import Sighting
from handoff.domain.posting import Posting, Receipt
from handoff.domain.trips import OrderFacts, RoundTrip
from handoff.ports.mirror import Change, Listed, ListedPage, Written
from tests.fakes import FakeSightingStore, FakeTripStore
from tests.histories.both.erp import Orders, Register
from tests.histories.both.keeper import Keeper
from tests.histories.both.world import BothParts


class NoIntent(FakeSightingStore):
    """That something is being made is noted nowhere."""

    def save(self, sightings: Sequence[Sighting[Any]]) -> Sequence[Sighting[Any]]:
        return super().save([replace(one, making=False) for one in sightings])


class ForgetsNotes(FakeSightingStore):
    """What was written over or ignored is remembered nowhere."""

    def save(self, sightings: Sequence[Sighting[Any]]) -> Sequence[Sighting[Any]]:
        return super().save([replace(one, notes=()) for one in sightings])


class ForgetsRefusals(FakeSightingStore):
    """What was refused is tried with every pass."""

    def save(self, sightings: Sequence[Sighting[Any]]) -> Sequence[Sighting[Any]]:
        return super().save([replace(one, refused="") for one in sightings])


@dataclass(slots=True)
class FindsNothing(Keeper[Any]):
    """Has nothing alike, whatever is asked for."""

    def _alike(self, says: Any) -> list[Listed[Any]]:
        return []


@dataclass(slots=True)
class TellsOldNews(Keeper[Any]):
    """Answers a change with what stood there before."""

    def update(self, changes: Sequence[Change[Any]]) -> Sequence[Written[Any]]:
        answers = Keeper.update(self, changes)
        return [
            replace(answer, says=one.before) if isinstance(answer, Listed) else answer
            for one, answer in zip(changes, answers, strict=True)
        ]


@dataclass(slots=True)
class WritesOver(Keeper[Any]):
    """Writes whatever stands there, in the ERP too."""

    def _change(self, one: Change[Any]) -> Written[Any]:
        row = self.rows.get(one.id)
        before = one.before if row is None or not self.is_erp else row.says
        return Keeper._change(self, replace(one, before=before))


@dataclass(slots=True)
class FirstPageOnly(Keeper[Any]):
    """The next page is dropped."""

    def _page(self, since: datetime | None, page: str | None) -> ListedPage[Any]:
        return replace(Keeper._page(self, since, page), next_page=None)


@dataclass(slots=True)
class NeverFinds(Orders):
    """Finds no order under any key."""

    def find(self, posting: Posting) -> Receipt | None:
        return None


@dataclass(slots=True)
class NoDelay(Orders):
    """What is not found at once is taken for absent."""

    def __post_init__(self) -> None:
        self.absence_delay = timedelta(0)


@dataclass(slots=True)
class NoDelayOfRows(Register):
    """The same of rows of hours."""

    def __post_init__(self) -> None:
        self.absence_delay = timedelta(0)


@dataclass(slots=True)
class HalfIsWhole(Register):
    """Takes any row with the key for the whole posting."""

    def find(self, posting: Posting) -> Receipt | None:
        some = [row for row in self.rows if row.key == posting.key and not row.removed]
        return Receipt(f"{len(self.rows)}", "", self.trouble.time) if some else None


class ForgetsTold(FakeTripStore):
    """What the time tool was told is kept nowhere."""

    def save(self, trip: RoundTrip) -> RoundTrip:
        return super().save(replace(trip, told=frozenset()))


class ForgetsKnown(FakeTripStore):
    """What is known of an order is told to whoever asks at that moment, and kept nowhere."""

    def save(self, trip: RoundTrip) -> RoundTrip:
        return super().save(replace(trip, known=OrderFacts()))


@dataclass(frozen=True, slots=True)
class BothSwitch:
    """A guard, and the world without it."""

    guard: str
    parts: BothParts = field(default_factory=BothParts)


BOTH_SWITCHES: Mapping[str, BothSwitch] = {
    "both_making": BothSwitch("That something is being made is noted before it is", BothParts(sightings=NoIntent)),
    "both_alike": BothSwitch(
        "The other side is asked by number and name before something is made again", BothParts(keeper=FindsNothing)
    ),
    "both_notes": BothSwitch("What is ignored or written over is noted", BothParts(sightings=ForgetsNotes)),
    "both_refused": BothSwitch(
        "What was refused is not tried again before something changes", BothParts(sightings=ForgetsRefusals)
    ),
    "both_own": BothSwitch("What a side says after our write is no news of it", BothParts(keeper=TellsOldNews)),
    "both_guard": BothSwitch("The ERP takes a change only where all is as it was seen", BothParts(keeper=WritesOver)),
    "both_page": BothSwitch("A list's next page is asked for", BothParts(keeper=FirstPageOnly)),
    "both_look_up": BothSwitch(
        "The ERP is asked for the key before an order is sent again", BothParts(orders=NeverFinds)
    ),
    "both_delay": BothSwitch(
        "A document is believed to be absent only after the ERP's delay",
        BothParts(orders=NoDelay, register=NoDelayOfRows),
    ),
    "both_half": BothSwitch("A posting of hours is there when all its rows are", BothParts(register=HalfIsWhole)),
    "both_told": BothSwitch("What the time tool was told is kept", BothParts(trips=ForgetsTold)),
    "both_known": BothSwitch(
        "What is known of an order is kept before the machine is woken", BothParts(trips=ForgetsKnown)
    ),
}
