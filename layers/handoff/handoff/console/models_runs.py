"""What the API says about runs, previews and problems."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field

from handoff.console.models import Shape
from handoff.console.models_postings import Document
from handoff.console.values import DecimalText, Instant
from handoff.domain.problem_codes import FixedBy, ProblemCode
from handoff.domain.runs import RunState


class ProblemShape(Shape):
    """One cause with the records behind it."""

    id: str = Field(description="The same cause keeps its id.", examples=["1f0c2a9b8d7e6f5a4b"])
    code: str = Field(examples=["unknown_employee"])
    message: str = Field(description="What is wrong, in a sentence.")
    field: str = Field(description="What it is about.", examples=["employee"])
    cure: str = Field(description="What mends it.")
    fixed_by: FixedBy = Field(description="Where it is mended.")
    subject: str = Field(description="Who or what it is about.", examples=["ola@fjordlys.example"])
    flow: str = Field(description="The flow, or the connection it concerns.")
    records: int = Field(description="How many records wait behind it.")
    external_ids: tuple[str, ...] = Field(description="The first of them, at most 20.")
    hours: DecimalText | None = Field(
        description="Their hours; null in previews, for records without hours, and where there are too many to add up."
    )
    since: Instant = Field(description="When it was first met.")
    retryable: bool = Field(description="False where a person's answer is wanted, and trying again can't help.")
    confirmable: bool = Field(description="Whether it may be as it should be, which a person can confirm.")


class ProblemList(Shape):
    """The inbox, oldest first."""

    problems: tuple[ProblemShape, ...]


class KindTotals(Shape):
    """What the documents of one kind add up to."""

    kind: str
    documents: int
    lines: int
    records: int
    hours: DecimalText
    amount: DecimalText
    currency: str


class PreviewTotals(Shape):
    """What a preview adds up to; a record posted as two kinds counts in both."""

    documents: int
    by_kind: tuple[KindTotals, ...]
    failing_records: int = Field(description="Records that a problem would keep out.")


class PreviewShape(Shape):
    """What a run would write now; nothing of it was written."""

    digest: str = Field(description="The same documents give the same digest.")
    documents: tuple[Document, ...]
    problems: tuple[ProblemShape, ...]
    totals: PreviewTotals


class RunShape(Shape):
    """One pass of an integration, while it runs and after."""

    id: str = Field(description="Sorts by time.", examples=["20261020T080000Z-k3v9q2xa"])
    integration: str
    state: RunState
    trigger: str = Field(description="What set it going.", examples=["schedule"])
    flows: tuple[str, ...]
    period: str | None = Field(description="The only period it posts; null for all.")
    step: str = Field(description="Where it is: fetch_erp, fetch_time_tool, post or reconcile.")
    counts: dict[str, int] = Field(
        description="What it did so far: fetched, new, changed, posted, failed, documents, differences and others."
    )
    calls: dict[str, int] = Field(description="Calls made, by vendor.")
    started_at: Instant
    finished_at: Instant | None
    error: str = Field(
        description="Why it failed, or what a person should look at when it is questioned; empty otherwise."
    )
    preview: PreviewShape | None = Field(None, description="Of a preview: what it showed.")


class RunAnswer(Shape):
    """A run."""

    run: RunShape


class RunRequest(Shape):
    """A run that is wanted: a pass over all that is due, or a preview of what it would post."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    flows: list[Annotated[str, Field(max_length=40)]] | None = Field(
        None,
        min_length=1,
        max_length=20,
        description="Which flows; all by default, and always all of a live integration.",
        examples=[["hours"]],
    )
    period: str | None = Field(
        None,
        description="Post only this month of work; all by default. Not for live integrations.",
        examples=["2026-10"],
        json_schema_extra={"pattern": "^20[0-9]{2}-(0[1-9]|1[0-2])$"},
    )
    preview: bool = Field(False, strict=True, description="Only show what would be written.")


class RetryAnswer(Shape):
    """The problem that is tried again, and the run that does."""

    problem: ProblemShape
    run: RunShape


class RetryRequest(Shape):
    """Which of the records behind a problem are tried again; all by default."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    external_ids: list[Annotated[str, Field(min_length=1, max_length=128)]] | None = Field(
        None, min_length=1, max_length=500, description="Ids of records behind it.", examples=[["636718192"]]
    )


class ConfirmRequest(Shape):
    """Which of the records behind a problem were looked up: needed where a document was taken out or edited."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    external_ids: list[Annotated[str, Field(min_length=1, max_length=128)]] = Field(
        min_length=1, max_length=500, description="Ids of records behind it.", examples=[["636718192"]]
    )


class RetryAllRequest(Shape):
    """A kind of problem whose cause is mended."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: ProblemCode = Field(description="All open problems of this kind are tried again.", examples=["closed_period"])


class RetryAllAnswer(Shape):
    """The problems that are tried again, and the run that does; null where there was none."""

    problems: tuple[ProblemShape, ...]
    run: RunShape | None
