"""What the API says about postings and the documents they are or would be."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import ConfigDict, Field

from handoff.console.models import Shape
from handoff.console.models_invoices import InvoiceShape, OrderShape, PostingProblem
from handoff.console.values import DecimalText, Instant
from handoff.domain.posting import DocumentKind, PostingState

PostingKey = Annotated[
    str,
    Field(description="The document's key; it stands in the ERP's document too.", examples=["HOABCDEFGHIJKLMNOP"]),
]


class Totals(Shape):
    """What a document adds up to."""

    records: int
    hours: DecimalText
    amount: DecimalText
    currency: str = Field(examples=["NOK"])


class ReceiptShape(Shape):
    """The ERP's answer."""

    number: str = Field(description="The document's number in the ERP.")
    url: str = Field(description="A link for people; empty where the ERP has none.")
    at: Instant
    adopted: bool = Field(description="Whether the document was found by asking, after an answer was lost.")


class ProjectLineShape(Shape):
    """Hours of one record on one cost centre."""

    external_id: str
    spent_on: date = Field(description="Day of the work.")
    posted_on: date = Field(description="Accounting date.")
    project: str
    task: str
    employee: str
    item: str
    unit: str
    hours: DecimalText
    billable_hours: DecimalText
    unit_rate: DecimalText
    amount: DecimalText
    debit_account: str
    credit_account: str
    cost_centre: str
    text: str
    rate_rule: str = Field(description="The rule that gave the rate.")
    account_rule: str = Field(description="The rule that gave the account.")
    split_rule: str = Field(description="The rule that gave the cost centres.")


class JournalLineShape(Shape):
    """One side of a journal entry."""

    account: str
    cost_centre: str
    debit: DecimalText
    credit: DecimalText
    text: str


class CoveredRecord(Shape):
    """A record's exact version and its part of the document."""

    external_id: str
    version: int
    hash: str
    hours: DecimalText
    amount: DecimalText
    reverses: str = Field(description="In a reversal: key of the posting that the part is taken back from; else empty.")
    taken_out: bool = Field(description="Whether a person took the part out of the ERP's document, and told us so.")


class Header(Shape):
    """A document without its lines."""

    key: PostingKey
    kind: DocumentKind
    entity: str = Field(description="The ERP connection it goes to.")
    flow: str
    period: str = Field(description="Accounting period.", examples=["2026-10"])
    posted_on: date = Field(description="Accounting date.")
    text: str
    settings_version: int
    reversal: bool = Field(description="Whether it takes back what earlier documents have, with the signs turned.")
    totals: Totals
    invoice: InvoiceShape | None = Field(description="The invoice that it is; null for any other kind of document.")
    order: OrderShape | None = Field(description="The order that it is; null for any other kind of document.")


class Lines(Shape):
    """A document's lines; a project document has the one kind, a journal the other."""

    project_lines: tuple[ProjectLineShape, ...]
    journal_lines: tuple[JournalLineShape, ...]
    records: tuple[CoveredRecord, ...]


class Document(Header, Lines):
    """A document exactly as it would be written."""

    lines_omitted: int = Field(
        0, description="Lines left out of a very long answer; …/runs/{run}/documents/{key} has them."
    )


class PostingHeader(Header):
    """A document on its way, or written."""

    state: PostingState
    receipt: ReceiptShape | None
    refusal: str = Field(description="The ERP's sentence, if it refused the document; else empty.")
    run: str = Field(description="The run that last worked on it.")
    claimed_at: Instant | None
    sent_at: Instant | None = Field(description="When it was sent, where the answer was lost.")
    age_seconds: int | None = Field(description="How long it has been open; null once it is at rest.")


class PostingShape(PostingHeader, Lines):
    """A document on its way, or written, with its lines."""

    problems: tuple[PostingProblem, ...] = Field(
        description="Of a document that covers a single record, as an invoice does: what keeps it back, or stands "
        "beside it as a note. Those of many records stand with the records."
    )


class PostingPage(Shape):
    """Some postings, newest period first."""

    postings: tuple[PostingHeader, ...]
    next_cursor: str | None = Field(description="For the next page; null at the end.")


class OutcomeRequest(Shape):
    """What a person found in the ERP."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    written: bool = Field(strict=True, description="Whether the ERP has the document.")
    number: str = Field("", max_length=60, description="Its number, if it is there.", examples=["PM00000012"])


class RecordPosting(PostingHeader):
    """A posting as it concerns one record."""

    version: int = Field(description="The version of the record that it covers.")
    hours: DecimalText = Field(description="The record's hours in it.")
    amount: DecimalText = Field(description="The record's value in it.")
    lines: tuple[ProjectLineShape, ...] = Field(description="The record's own lines; none in a journal.")
    journal_lines: tuple[JournalLineShape, ...] = Field(
        description="All lines of a journal, which aggregates many records."
    )
