"""Partners: what people, projects and customers of the time tool are called in the ERP, by the pairs of the mirror."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from handoff.domain.capabilities import Side
from handoff.domain.pairs import Sighting
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.ports.mirror import SightingStore

UNITS, EMPLOYEES, PROJECTS, CUSTOMERS = "business_units", "employees", "projects", "customers"
NOT_PAIRED: Mapping[str, ProblemCode] = {
    EMPLOYEES: ProblemCode.EMPLOYEE_NOT_PAIRED,
    PROJECTS: ProblemCode.PROJECT_NOT_PAIRED,
    CUSTOMERS: ProblemCode.CUSTOMER_NOT_PAIRED,
}


@dataclass(frozen=True, slots=True)
class Partner:
    """An object's number in the ERP, or why there is none; `name` is what the time tool calls it."""

    name: str
    number: str = ""
    problem: Problem | None = None


@dataclass
class Partners:
    """Looks pairs up once; ask for many at a time with `know`."""

    sightings: SightingStore
    _known: dict[tuple[str, str], Partner] = field(default_factory=dict)

    def know(self, flow: str, ids: Collection[str]) -> None:
        """Reads what is not known yet of these objects of the time tool, in two requests."""
        wanted = sorted({one for one in ids if one and (flow, one) not in self._known})
        if not wanted:
            return
        ours: Mapping[str, Sighting[Any]] = self.sightings.get(flow, Side.TIME_TOOL, wanted)
        theirs: Mapping[str, Sighting[Any]] = self.sightings.get(
            flow, Side.ERP, sorted({one.partner for one in ours.values() if one.partner})
        )
        for name in wanted:
            own = ours.get(name)
            other = theirs.get(own.partner) if own is not None and own.partner else None
            self._known[flow, name] = _partner(flow, name, own, other)

    def of(self, flow: str, object_id: str) -> Partner:
        """One object's partner."""
        self.know(flow, (object_id,))
        return self._known[flow, object_id]


def _partner(flow: str, object_id: str, own: Sighting[Any] | None, other: Sighting[Any] | None) -> Partner:
    name = own.says.name if own is not None else object_id
    if other is not None and not other.gone and other.says.number:
        return Partner(name, other.says.number)
    number = f"{own.says.number} " if own is not None and own.says.number else ""
    code = NOT_PAIRED.get(flow)
    return Partner(name, problem=None if code is None else Problem(code, f"{number}{name}"))
