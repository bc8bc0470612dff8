"""Reports on master data as the API shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from handoff.accounting.likeness import Proposal
from handoff.accounting.merging import MirrorRule
from handoff.console.models_mirror import (
    ExcludedShape,
    LeftShape,
    MirrorReportShape,
    MirrorShape,
    NoteShape,
    ObjectShape,
    PairAllAnswer,
    PairAnswer,
    ProposalShape,
    QuestionShape,
    Sides,
    WouldWriteShape,
)
from handoff.domain.capabilities import Side
from handoff.domain.pairs import Sighting
from handoff.integrations.both_ways_settings import BothWaysSettings
from handoff.pipeline.mirror.report import Accepted, MirrorReport

SHOWN_MAX = 500
"""Of each list of a report so many are shown."""
T = TypeVar("T")


def object_shape(one: Sighting[Any]) -> ObjectShape:
    """One side's object."""
    return ObjectShape(side=one.side, id=one.id, number=one.says.number, name=one.says.name)


def mirror_shape(flow: str, settings: BothWaysSettings, rule: MirrorRule, found: MirrorReport[Any]) -> MirrorShape:
    """A flow's line."""
    return MirrorShape(
        flow=flow,
        on=flow in settings.flows_on((flow,)),
        master=rule.master,
        seen=Sides(time_tool=found.seen[Side.TIME_TOOL], erp=found.seen[Side.ERP]),
        pairs=found.pairs,
        would_pair=found.would_pair,
        to_make=Sides(time_tool=len(found.to_make[Side.TIME_TOOL]), erp=len(found.to_make[Side.ERP])),
        gone=Sides(time_tool=len(found.gone[Side.TIME_TOOL]), erp=len(found.gone[Side.ERP])),
        questions=len(found.questions),
        overwrites=len(found.overwrites),
    )


def report_shape(
    flow: str, settings: BothWaysSettings, rule: MirrorRule, found: MirrorReport[Any]
) -> MirrorReportShape:
    """A flow in full, as far as one answer goes."""
    makes = [one for side in Side for one in found.to_make[side]]
    lists: Sequence[Sequence[object]] = (
        makes, found.questions, found.proposals, found.overwrites, found.notes,
    )  # fmt: skip
    return MirrorReportShape(
        **mirror_shape(flow, settings, rule, found).model_dump(),
        makes=tuple(map(object_shape, _first(makes))),
        excluded=tuple(
            ExcludedShape(side=side, reason=reason, objects=number)
            for (side, reason), number in sorted(found.excluded.items())
        ),
        asked=tuple(
            QuestionShape(
                about=object_shape(question.about),
                may_be=tuple(map(object_shape, question.may_be)),
                doubt=question.doubt,
            )
            for question in _first(found.questions)
        ),
        proposals=tuple(map(proposal_shape, _first(found.proposals))),
        overwritten=tuple(
            WouldWriteShape(
                side=one.side, number=one.number, name=one.name, field=one.field, before=one.before, after=one.after
            )
            for one in _first(found.overwrites)
        ),
        notes=tuple(
            NoteShape(
                at=note.at, kind=note.kind, object=object_shape(one), field=note.field, value=note.value,
                other=note.other,
            )
            for one, note in _first(found.notes)
        ),
        omitted=sum(max(0, len(one) - SHOWN_MAX) for one in lists),
    )  # fmt: skip


def proposal_shape(one: Proposal[Any]) -> ProposalShape:
    """Two that may be the same."""
    return ProposalShape(
        time_tool=object_shape(one.time_tool),
        erp=object_shape(one.erp),
        number=one.number,
        name=one.name,
        mark=one.mark,
        asked=one.asked,
        fits=one.fits,
        why_not=one.why_not,
    )


def pair_shape(halves: tuple[Sighting[Any], Sighting[Any]]) -> PairAnswer:
    """Both halves."""
    return PairAnswer(time_tool=object_shape(halves[0]), erp=object_shape(halves[1]))


def accepted_shape(came_to: Accepted[Any]) -> PairAllAnswer:
    """What a yes to many came to."""
    return PairAllAnswer(
        paired=tuple(map(pair_shape, came_to.pairs)),
        left=tuple(
            LeftShape(time_tool=object_shape(one.time_tool), erp=object_shape(one.erp), why=why)
            for one, why in _first(came_to.left)
        ),
        more=came_to.more,
        omitted=max(0, len(came_to.left) - SHOWN_MAX),
    )


def _first(things: Sequence[T]) -> Sequence[T]:
    return things[:SHOWN_MAX]
