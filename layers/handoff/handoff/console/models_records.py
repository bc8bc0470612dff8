"""What the API says about staged records, their approvals and their story."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from handoff.console.models import Fault, Shape
from handoff.console.models_postings import RecordPosting
from handoff.console.values import DecimalText, Instant
from handoff.domain.problem_codes import FixedBy
from handoff.domain.staged import ApprovedVia, State

Hash = Annotated[
    str,
    Field(
        description="Hash of the content; an approval is a yes to this and nothing else.",
        examples=["9f2c01d4e8a7b6c5d4e3f201"],
    ),
]
FlowName = Annotated[str, Field(description="The kind of record.", examples=["hours", "invoices"])]
ExternalId = Annotated[str, Field(description="The record's id where it comes from.", examples=["636718192"])]


class Decision(StrEnum):
    """A person's word on a record."""

    APPROVE = "approve"
    REJECT = "reject"


class Named(Shape):
    """Something of the time tool's lists; the name is null where the lists do not have it."""

    id: str
    name: str | None


class NamedProject(Named):
    """A project; people call it by its code."""

    code: str | None


class Rate(Shape):
    """The time tool's rate per hour; the currency is the client's, null where the client is not listed."""

    amount: DecimalText
    currency: str | None


class Content(Shape):
    """What was worked: the content that the hash is of, with names beside the ids."""

    spent_on: date = Field(description="Day of the work.")
    hours: DecimalText = Field(description="Hours after the time tool's own rounding.")
    billable: bool
    rate: Rate | None
    notes: str
    running: bool = Field(description="Whether a timer was still running.")
    person: Named
    client: Named
    project: NamedProject
    task: Named


class ObjectContent(Shape):
    """What one side says of a customer, project, invoice or booked cost: the content that the hash is of."""

    object: dict[str, Any] = Field(
        description="Its fields by name; money as text.", examples=[{"number": "10001", "name": "Havgus Bageri ApS"}]
    )


class ProblemOfRecord(Shape):
    """One cause that keeps a record from being posted."""

    id: str = Field(description="The cause's id in the inbox.", examples=["1f0c2a9b8d7e6f5a4b"])
    code: str = Field(examples=["unknown_employee"])
    message: str
    field: str = Field(description="What it is about.", examples=["employee"])
    cure: str
    fixed_by: FixedBy = Field(description="Where it is mended.")


class ApprovalShape(Shape):
    """A yes or no to one content."""

    hash: Hash
    decision: Decision
    via: ApprovedVia = Field(description="Who spoke: a person, the time tool or a rule.")
    by: str = Field(description="Their name.", examples=["Kari Nordli"])
    at: Instant
    note: str


class JudgedApproval(ApprovalShape):
    """An approval, and whether it still decides anything."""

    counts: bool
    why_not: str | None = Field(description="Why it does not count; null when it does.")


class ApprovalSummary(Shape):
    """How often somebody decided on the record, and the last decision."""

    count: int
    last: ApprovalShape | None


class StandingShape(Shape):
    """A part of a record in a document that covers an earlier version of it."""

    kind: str = Field(description="Kind of document.", examples=["project_transactions"])
    key: str = Field(description="Key of the posting.")
    version: int = Field(description="The version that it covers.")


class RecordShape(Shape):
    """The newest version of a record."""

    flow: FlowName
    external_id: ExternalId
    version: int = Field(description="Counts the contents seen of this record, from 1.")
    hash: Hash
    state: State = Field(description="Where it stands on its way into the books.")
    reason: str = Field(description="Why it is held or excluded, as a code; empty in other states.")
    sentence: str = Field(description="Why it stands where it stands, for people.")
    period: str = Field(
        description="Month of the work, the invoice or the cost; of anything else, the month it was first seen in.",
        examples=["2026-10"],
    )
    content: Content | ObjectContent | None = Field(
        description="What was worked, or what the object is; null for a content that can't be read any more."
    )
    approved_in_time_tool: bool
    approvals: ApprovalSummary
    problems: tuple[ProblemOfRecord, ...]
    posting_key: str | None = Field(description="Key of the posting it is or was last part of.")
    covered: dict[str, str] = Field(description="Posting key by kind of document that has it already.")
    standing: tuple[StandingShape, ...] = Field(
        description="What the books still have of it and should not: it is reversed before anything else is posted."
    )
    reversals: dict[str, str] = Field(
        description="Key of the reversal, or `by hand`, by the key of the posting it took the record's part back from."
    )
    gone_at: Instant | None = Field(description="Since when the time tool does not have it; null while it does.")
    changed_at: Instant = Field(description="When the time tool last changed it.")


class RecordPage(Shape):
    """Some records, newest period first. Only a next_cursor of null ends the list: a page may come short."""

    records: tuple[RecordShape, ...]
    next_cursor: str | None = Field(description="For the next page; null at the end.")


class MoveShape(Shape):
    """One step of a record's history."""

    to: State
    at: Instant
    by: str
    why: str


class VersionShape(Shape):
    """One content of a record, as it was seen."""

    version: int
    hash: Hash
    current: bool = Field(description="Whether it is the newest.")
    state: State
    reason: str
    sentence: str
    period: str
    content: Content | ObjectContent | None = Field(description="What was worked, or what the object was.")
    approved_in_time_tool: bool
    approvals: tuple[JudgedApproval, ...] = Field(description="Decisions on this very content.")
    problems: tuple[ProblemOfRecord, ...]
    history: tuple[MoveShape, ...]
    changed_at: Instant


class AlternativeShape(Shape):
    """What another rule would have said, and why it lost."""

    rule: str
    value: str
    why: str


class DecisionShape(Shape):
    """The rule that decided and what it said; both empty when nothing decided."""

    rule: str
    value: str
    tied: tuple[str, ...] = Field(description="Rules that say different things and that nothing tells apart.")
    alternatives: tuple[AlternativeShape, ...]


class PartShape(Shape):
    """A cost centre's part."""

    cost_centre: str
    hours: DecimalText
    amount: DecimalText


class NotPostedAs(Shape):
    """A kind of document that has no place for the record."""

    kind: str
    why: str


class Why(Shape):
    """Why the record gets its account, rate, split and counterparts, with the lists as they are now."""

    settings_version: int = Field(description="The posting's settings; the newest where there is no posting.")
    currency: str = Field(description="Currency of the parts' amounts.")
    account: DecisionShape
    rate: DecisionShape
    exchange: DecisionShape
    split: DecisionShape
    project: DecisionShape
    task: DecisionShape
    employee: DecisionShape
    item: DecisionShape
    accounting_date: DecisionShape
    parts: tuple[PartShape, ...] = Field(description="Hours and value by cost centre; empty with problems.")
    problems: tuple[ProblemOfRecord, ...] = Field(description="What would keep it from being posted now.")
    not_posted_as: tuple[NotPostedAs, ...]


class FollowedOrder(Shape):
    """What became of an invoice's order in the ERP, as it was last told."""

    order: str = Field(description="The order's number.", examples=["5001"])
    stage: str = Field(description="What is waited for, or that it is over.", examples=["waiting_paid"])
    invoice: str = Field(description="Number of the invoice that it became; empty until then.", examples=["10007"])
    sent_on: date | None
    paid_on: date | None
    credited: bool = Field(description="Whether all of it was credited.")
    gone: bool = Field(description="Whether the ERP has it no more.")
    total: DecimalText = Field(description="The invoice's total, with VAT.")
    outstanding: DecimalText = Field(description="What is left to pay of it: less than the total when paid in part.")


class RecordStory(Shape):
    """Everything that is known of one record."""

    record: RecordShape
    versions: tuple[VersionShape, ...] = Field(description="Oldest first.")
    postings: tuple[RecordPosting, ...] = Field(description="Postings that cover or covered it, with its lines.")
    why: Why | None = Field(
        description="Null for records that no rules decide on, and while there are no settings that can be read."
    )
    followed: FollowedOrder | None = Field(description="Of an invoice that became an order; null for all others.")


class WishShape(Shape):
    """One record that is decided on, with the hash that was seen."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    flow: Annotated[str, Field(min_length=1, max_length=40, examples=["hours"])]
    external_id: Annotated[str, Field(min_length=1, max_length=128, examples=["636718192"])]
    hash: Annotated[str, Field(min_length=1, max_length=64, examples=["9f2c01d4e8a7b6c5d4e3f201"])]


class ApprovalRequest(Shape):
    """A decision on up to 500 records."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    records: list[WishShape] = Field(
        min_length=1, max_length=500, description="The records; one named twice counts once."
    )
    decision: Decision
    note: str = Field("", max_length=1000, description="Kept with each decision.", examples=["October checked"])


class Accepted(Shape):
    """A record that was decided on, as it stands now."""

    flow: FlowName
    external_id: ExternalId
    hash: Hash
    version: int
    state: State
    reason: str
    sentence: str


class Refused(Shape):
    """A record whose decision was not taken, and why."""

    flow: FlowName
    external_id: ExternalId
    hash: str
    error: Fault


class ApprovalAnswer(Shape):
    """What became of each record. Nothing is posted by an approval itself: the next pass does."""

    decision: Decision
    accepted: tuple[Accepted, ...]
    refused: tuple[Refused, ...]
    error: Fault | None = Field(None, description="The first refusal, when no record was decided on.")
