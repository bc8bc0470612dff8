"""The time tool's projects by their numbers in the ERP, by the pairs of the mirror."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from handoff.domain.capabilities import Side
from handoff.domain.pairs import Sighting
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.pipeline.billing.partners import PROJECTS
from handoff.pipeline.mirror.place import place_of_unit, placed_id
from handoff.ports.mirror import SightingStore


@dataclass
class ToolProjects:
    """Looks pairs up once; ask for many at a time with `know`. `unit` is the ERP's unit that stands for projects."""

    sightings: SightingStore
    unit: int
    _known: dict[str, str | Problem] = field(default_factory=dict)

    def know(self, numbers: Collection[str]) -> None:
        """Reads what is not known yet of these projects of the ERP, in two requests."""
        wanted = sorted({one for one in numbers if one not in self._known})
        if not wanted:
            return
        # Units have no other id than their number.
        ids = {number: placed_id(place_of_unit(self.unit), number) for number in wanted}
        theirs: Mapping[str, Sighting[Any]] = self.sightings.get(PROJECTS, Side.ERP, list(ids.values()))
        partners = sorted({one.partner for one in theirs.values() if one.partner})
        ours: Mapping[str, Sighting[Any]] = self.sightings.get(PROJECTS, Side.TIME_TOOL, partners) if partners else {}
        for number in wanted:
            known = theirs.get(ids[number])
            other = ours.get(known.partner) if known is not None else None
            there = other is not None and not other.gone
            self._known[number] = other.id if there and other is not None else _problem(number, known)

    def of(self, number: str) -> str | Problem:
        """The time tool's id of a project, or why there is none."""
        self.know((number,))
        return self._known[number]


def _problem(number: str, known: Sighting[Any] | None) -> Problem:
    name = f"{number} {known.says.name}" if known is not None else number
    return Problem(ProblemCode.PROJECT_NOT_IN_TIME_TOOL, name)
