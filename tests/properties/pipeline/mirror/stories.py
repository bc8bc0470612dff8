"""Stories of two sides: people change either at any time, workers die anywhere, and in the end there is peace."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from handoff.accounting.merging import other, shown
from handoff.domain.capabilities import Side
from handoff.domain.errors import Stale
from handoff.domain.pairs import Master, NoteKind, S, Sighting
from tests.fakes import FakeSightingStore
from tests.unit.pipeline.fetching import Crash
from tests.unit.pipeline.mirror.both_sides import FLOW, BothSides, FakeKeeper, a_customer

FIELDS = ("email", "organisation_number")
PASSES_OF_PEACE = 5


@dataclass
class Story:
    """A world in which workers die, and what people did in it."""

    master: Master
    wrote: dict[tuple[Side, str, str], list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.world = BothSides(self.master, erp_batch=2)
        self.dying: list[str] = []
        self.dying_left = False
        self.world.sightings = DyingStore(self.dying)
        self._values = 0

    def keeper(self, side: Side) -> FakeKeeper:
        return self.world.erp if side is Side.ERP else self.world.tool

    def make(self, side: Side, number: str = "") -> None:
        self._values += 1
        self.keeper(side).has(a_customer(number and f"{number}{self._values}", f"Kunde {self._values}"))

    def edit(self, side: Side, place: int, name: str) -> None:
        ids = sorted(self.keeper(side).rows)
        if ids:
            self._values += 1
            id_ = ids[place % len(ids)]
            self.keeper(side).edits(id_, **{name: f"value {self._values}"})
            self.wrote.setdefault((side, id_, name), []).append(f"value {self._values}")

    def same(self, number: str, name: str, *, excluded: str = "") -> None:
        """Somebody makes the same on both sides."""
        self.world.tool.has(a_customer(number, name))
        self.world.erp.has(a_customer(number, name), excluded=excluded)

    def edit_named(self, side: Side, name: str, what: str) -> None:
        """Somebody changes a field of the one with that name."""
        self._values += 1
        (id_,) = [row.id for row in self.keeper(side).rows.values() if row.says.name == name]
        self.keeper(side).edits(id_, **{what: f"value {self._values}"})
        self.wrote.setdefault((side, id_, what), []).append(f"value {self._values}")

    def toggle(self, side: Side, place: int, mark: str) -> None:
        ids = sorted(self.keeper(side).rows)
        if ids:
            row = self.keeper(side).rows[ids[place % len(ids)]]
            if mark == "blocked":
                self.keeper(side).marks(row.id, blocked=not row.blocked)
            else:
                self.keeper(side).marks(row.id, excluded="" if row.excluded else "not taken")

    def a_pass(self, deaths: Sequence[str], lost: Sequence[str], *, whole: bool) -> None:
        self.dying[:] = deaths
        self.world.erp.faults, self.world.tool.faults = list(lost), list(reversed(lost))
        with suppress(Crash, Stale):
            self.world.a_pass(whole=whole)
        self.dying_left = bool(self.dying)
        self.dying.clear()
        self.world.erp.faults, self.world.tool.faults = [], []

    def peace(self) -> None:
        for side in Side:
            for row in list(self.keeper(side).rows.values()):
                if row.blocked or row.excluded:
                    self.keeper(side).marks(row.id, blocked=False, excluded="")
        for place in range(PASSES_OF_PEACE):
            self.world.a_pass(whole=place == 0)


class DyingStore(FakeSightingStore):
    """A store whose worker dies before or after some writes."""

    def __init__(self, deaths: list[str]) -> None:
        super().__init__()
        self._deaths = deaths

    def save(self, sightings: Sequence[Sighting[S]]) -> Sequence[Sighting[S]]:
        fate = self._deaths.pop(0) if self._deaths else ""
        if fate == "die_before":
            raise Crash
        if fate == "die_between" and len(sightings) > 1:
            super().save(sightings[:1])
            raise Crash
        saved = super().save(sightings)
        if fate == "die_after":
            raise Crash
        return saved


def broken_promises(told: Story) -> list[str]:
    """What a story at rest must not show."""
    faults = [*everybody_once(told), *same_on_both_sides(told), *lost_unseen(told), *told.world.inbox()]
    told.world.calls()
    told.world.a_pass()
    writes = set(told.world.calls()) - {"time_tool listed", "erp listed"}
    return [*faults, *(f"still {write}" for write in writes)]


def everybody_once(told: Story) -> list[str]:
    names = {side: sorted(row.says.name for row in told.keeper(side).rows.values()) for side in Side}
    faults = [f"{side}: {names[side]}" for side in Side if len(set(names[side])) != len(names[side])]
    return faults if names[Side.ERP] == names[Side.TIME_TOOL] else [*faults, f"{names}"]


def same_on_both_sides(told: Story) -> list[str]:
    """Fields that differ although nothing was ignored there."""
    faults = []
    for row in told.world.tool.rows.values():
        half = next(one for one in told.world.erp.rows.values() if one.says.name == row.says.name)
        notes = [
            note
            for side, one in ((Side.TIME_TOOL, row), (Side.ERP, half))
            for note in sighting(told, side, one.id).notes
        ]
        for name in ("number", *FIELDS):
            mine, theirs = getattr(row.says, name), getattr(half.says, name)
            excused = any(n.field == name and n.kind in (NoteKind.IGNORED, NoteKind.DIFFERS) for n in notes)
            if mine != theirs and not excused:
                faults.append(f"{row.says.name}.{name}: {mine} and {theirs}")
    return faults


def lost_unseen(told: Story) -> list[str]:
    """What a person wrote last in a place, and that is neither there now nor remembered."""
    faults = []
    for (side, id_, name), values in told.wrote.items():
        now: Any = getattr(told.keeper(side).rows[id_].says, name)
        remembered = {note.value for note in sighting(told, side, id_).notes if note.field == name}
        if now != values[-1] and shown(values[-1]) not in remembered and not newer(told, side, id_, name, now):
            faults.append(f"{side} {id_}.{name}: {values[-1]} became {now}")
    return faults


def newer(told: Story, side: Side, id_: str, name: str, now: str) -> bool:
    """Whether what stands there now was written by somebody on the other side after this was written here."""
    half = sighting(told, side, id_)
    theirs = told.wrote.get((other(side), half.partner, name), [])
    mine = told.wrote[side, id_, name][-1]
    return now in theirs and int(now.split()[1]) > int(mine.split()[1])


def sighting(told: Story, side: Side, id_: str) -> Sighting[Any]:
    return told.world.sightings.get(FLOW, side, [id_])[id_]
