"""What the API says about master data that both sides keep."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from handoff.accounting.likeness import Alike, Likeness
from handoff.accounting.nearness import Nearness
from handoff.accounting.pairing import Doubt
from handoff.console.models import Shape
from handoff.console.values import Instant
from handoff.domain.capabilities import Side
from handoff.domain.pairs import Master, NoteKind


class Sides(Shape):
    """A number of objects on either side."""

    time_tool: int
    erp: int


class ObjectShape(Shape):
    """One side's object, as people find it."""

    side: Side
    id: str = Field(description="The vendor's own id.")
    number: str = Field(description="What people call it by; may be empty.", examples=["10023"])
    name: str = Field(examples=["Fjell og Fjære AS"])


class ExcludedShape(Shape):
    """How many objects of a side stay out for one reason."""

    side: Side
    reason: str = Field(examples=["it has no e-mail address"])
    objects: int


class QuestionShape(Shape):
    """What can't be told without a person: whether an object is one of those on the other side."""

    about: ObjectShape
    may_be: tuple[ObjectShape, ...]
    doubt: Doubt


class ProposalShape(Shape):
    """Two that may be the same, with what speaks for it and against it."""

    time_tool: ObjectShape
    erp: ObjectShape
    number: Likeness = Field(description="How their numbers compare.")
    name: Nearness = Field(description="How near their names are.")
    mark: Likeness = Field(description="How organisation numbers, or an employee's e-mail addresses, compare.")
    asked: bool = Field(
        description="Whether nothing is written of them before a yes; else each is made on the other side."
    )
    fits: Alike | None = Field(description="By what a yes to many takes it; null: only a yes to this one does.")
    why_not: str = Field(description="Why a yes to many leaves it out.", examples=["their organisation numbers differ"])


class WouldWriteShape(Shape):
    """A value that is there now and that the next pass writes over."""

    side: Side
    number: str
    name: str
    field: str = Field(examples=["email"])
    before: str
    after: str


class NoteShape(Shape):
    """A value that was not carried to the other side, or was written over."""

    at: Instant
    kind: NoteKind
    object: ObjectShape
    field: str
    value: str = Field(description="What stood there.")
    other: str = Field(description="What the other side says.")


class MirrorShape(Shape):
    """One flow: how its two sides stand, by what the last looks saw."""

    flow: str = Field(examples=["customers"])
    on: bool = Field(description="Whether the settings transfer it.")
    master: Master = Field(description="Whose word counts.")
    seen: Sides = Field(description="Objects there are.")
    pairs: int = Field(description="Those that have their other half.")
    would_pair: int = Field(description="Those that the next pass pairs, by number and name.")
    to_make: Sides = Field(description="Objects that the next pass makes on each side.")
    gone: Sides = Field(description="Objects that were there and are not any more; nothing is deleted for them.")
    questions: int = Field(description="What a person is asked.")
    overwrites: int = Field(description="Values that the next pass writes over.")


class MirrorList(Shape):
    """All flows of an integration that both sides keep."""

    report_only: bool = Field(description="Whether passes look and write nothing.")
    flows: tuple[MirrorShape, ...]


class MirrorReportShape(MirrorShape):
    """One flow in full; of each list the first 500, and `omitted` says how many more there are."""

    makes: tuple[ObjectShape, ...] = Field(
        description="What one side has and the other gets, as it stands where it is."
    )
    excluded: tuple[ExcludedShape, ...]
    asked: tuple[QuestionShape, ...]
    proposals: tuple[ProposalShape, ...] = Field(
        description="The questions one by one, and what is nearly alike and would be made all the same."
    )
    overwritten: tuple[WouldWriteShape, ...] = Field(description="What the next pass writes over.")
    notes: tuple[NoteShape, ...] = Field(description="What was ignored or written over so far, newest first.")
    omitted: int


class PairRequest(Shape):
    """A yes to a question: these two are the same."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    time_tool_id: Annotated[str, Field(min_length=1, max_length=200, description="Id in the time tool.")]
    erp_id: Annotated[str, Field(min_length=1, max_length=200, description="Id in the ERP.")]


class UndoRequest(Shape):
    """A yes that was wrong, by its half in the time tool."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    time_tool_id: Annotated[str, Field(min_length=1, max_length=200, description="Id in the time tool.")]


class PairAnswer(Shape):
    """Both halves; the next pass settles what became of them."""

    time_tool: ObjectShape
    erp: ObjectShape


class PairAllRequest(Shape):
    """A yes to all proposals of a flow that fit, by their numbers, by their names, or by either."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    alike: Literal["number", "name", "any"] = Field("any", description="By what they fit.", examples=["number"])


class LeftShape(Shape):
    """A proposal that a yes to many left as it is."""

    time_tool: ObjectShape
    erp: ObjectShape
    why: str = Field(examples=["the numbers are alike, the names are not"])


class PairAllAnswer(Shape):
    """What was paired and what was not; `more` fitted and were too many for one call."""

    paired: tuple[PairAnswer, ...]
    left: tuple[LeftShape, ...] = Field(description="The first 500 of them.")
    more: int
    omitted: int = Field(description="How many more were left.")
