"""What the API says about posted records that would be posted otherwise today, and about posting them anew."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict, Field

from handoff.console.models import Fault, Shape
from handoff.console.models_records import Accepted, ProblemOfRecord, Refused, WishShape
from handoff.console.values import DecimalText


class DocumentPartShape(Shape):
    """A record's part of a document."""

    amount: DecimalText
    currency: str = Field(description="Of the document.", examples=["NOK"])
    lines: tuple[str, ...] = Field(
        description="A line each: project, task, employee, item, accounts, cost centre, rate, hours, amount."
    )


class ChangeShape(Shape):
    """A posted record whose document would be another one today."""

    flow: str
    external_id: str
    hash: str = Field(description="To be sent with a wish to post it anew.")
    period: str
    kind: str = Field(description="Kind of document.", examples=["project_transactions"])
    posting_key: str = Field(description="Key of the document that it is in; empty where no such kind has it.")
    before: DocumentPartShape = Field(description="As it is in the books.")
    after: DocumentPartShape | None = Field(description="As it would be posted now; null where it could not be.")
    amount_difference: DecimalText | None = Field(
        description="After less before; null where it could not be posted, or would be in another currency."
    )
    problems: tuple[ProblemOfRecord, ...] = Field(description="What would keep it from being posted now.")


class ChangePage(Shape):
    """Some of the posted records that would change. Only a next_cursor of null ends the list."""

    changes: tuple[ChangeShape, ...]
    looked_at: int = Field(description="How many records this page has compared.")
    amount_differences: dict[str, DecimalText] = Field(
        description="What the books would have more in documents of each kind, over this page; changes without a "
        "difference are left out.",
        examples=[{"project_transactions": "1875.00"}],
    )
    currency: str = Field(description="Currency of the books.")
    next_cursor: str | None = Field(description="For the next page; null at the end.")


class CandidateRequest(Shape):
    """Settings that are not saved yet, to be held against what is posted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    settings: dict[str, Any] = Field(description="The settings as they would be saved.")


class RepostRequest(Shape):
    """Up to 500 posted records that are to be taken back and posted anew."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    records: list[WishShape] = Field(min_length=1, max_length=500, description="As they were seen.")
    note: str = Field("", max_length=1000, description="Kept in each record's history.", examples=["new rate card"])


class RepostAnswer(Shape):
    """What became of each record. The next pass reverses and posts them."""

    accepted: tuple[Accepted, ...]
    refused: tuple[Refused, ...]
    error: Fault | None = Field(None, description="The first refusal, when no record was accepted.")
