"""Causes: what the mirror has in the inbox of a flow, told while it lasts, closed by the pass that sees it over."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import msgspec

from handoff.domain.capabilities import Side
from handoff.domain.errors import Rejected
from handoff.domain.pairs import S, Sighting
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.time import content_hash
from handoff.pipeline.mirror.desk import MirrorDesk
from handoff.pipeline.mirror.pair_up import SIDE_WORDS, named
from handoff.ports import OpenProblem

REFUSED_BY = {Side.ERP: ProblemCode.REFUSED_BY_ERP, Side.TIME_TOOL: ProblemCode.REFUSED_BY_TIME_TOOL}
OF_THE_MIRROR = frozenset({ProblemCode.MATCH_DOUBTFUL, ProblemCode.NUMBER_TWICE, *REFUSED_BY.values()})
"""Causes that a later pass sees to be over by itself."""


@dataclass
class Causes:
    """The causes of one flow during one pass; `what` is what people call one of its objects."""

    desk: MirrorDesk
    flow: str
    what: str
    _told: set[str] = field(default_factory=set)

    @cached_property
    def _open(self) -> list[OpenProblem]:
        return [one for one in self.desk.problems.open() if one.flow == self.flow and one.problem.code in OF_THE_MIRROR]

    def tell(self, problem: Problem, external_id: str) -> None:
        """One object's cause; a cause that stands already is not told twice."""
        self._told.add(problem.id)
        if not any(one.problem.id == problem.id and external_id in one.external_ids for one in self._open):
            self.desk.problems.report(problem, flow=self.flow, external_ids={external_id}, at=self.desk.clock())

    def refused(self, source: Sighting[S], side: Side, no: Rejected) -> None:
        """A side's definite no to what an object of the other side says."""
        subject = f"{self.what.capitalize()} {named(source)} {SIDE_WORDS[source.side]}: {no.message}"
        # Where the vendor's connector knows what mends it, that says more than the catalogue can.
        subject = f"{subject}. {no.cure.rstrip('.')}" if no.cure != Rejected.default_cure else subject
        self.tell(Problem(REFUSED_BY[side], subject), source.id)

    def stands_refused(self, source: Sighting[S], side: Side, wanted: S) -> bool:
        """Whether a side has refused just this, and nobody has said since that it is mended."""
        if source.refused != name_of(wanted):
            return False
        standing = [one for one in self._open if one.problem.code is REFUSED_BY[side] and source.id in one.external_ids]
        self._told.update(one.problem.id for one in standing)
        return bool(standing)

    def close_what_is_over(self) -> None:
        """Closes what was not met again; for a pass that has tried everything."""
        for one in self._open:
            if one.problem.id not in self._told:
                self.desk.problems.close(one.problem.id)


def name_of(says: S) -> str:
    """What tells one content from another."""
    return content_hash(msgspec.json.encode(says))
