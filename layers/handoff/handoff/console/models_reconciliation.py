"""What the API says about reconciliations: the account of a period, and the list of those that are kept."""

from __future__ import annotations

from pydantic import Field

from handoff.console.models import Shape
from handoff.console.values import DecimalText, Instant


class SumShape(Shape):
    """Records, their hours, and their value by currency at the time tool's own rates."""

    records: int
    hours: DecimalText
    value: dict[str, DecimalText]


class ProofShape(Shape):
    """One unit's plain sum: time_tool = posted + held + excluded + failed + on_the_way, or a difference."""

    unit: str = Field(description="h for hours, or a currency.", examples=["h"])
    time_tool: DecimalText = Field(description="What the time tool has.")
    states: dict[str, DecimalText] = Field(description="What each state accounts for.")
    accounted: DecimalText = Field(description="The sum of the states.")
    difference: DecimalText = Field(description="time_tool less accounted.")


class BooksShape(Shape):
    """One kind of document: what we posted, and what the ERP says it has."""

    kind: str
    currency: str = Field(description="Currency of the amounts.")
    documents: int = Field(description="Documents that we posted.")
    reversals: int = Field(description="Those of them that take back what others posted; sums are net of them.")
    hours: DecimalText
    amount: DecimalText
    ledger_documents: int
    ledger_hours: DecimalText
    ledger_amount: DecimalText
    agrees: bool


class DifferenceShape(Shape):
    """One record or document on which the sides disagree."""

    code: str = Field(examples=["missing_document"])
    subject: str = Field(description="The record or document.")
    expected: str = Field(description="What we have.")
    found: str = Field(description="What the vendor has.")


class ReconciliationAnswer(Shape):
    """A period's account: every hour of the time tool is in exactly one of the states."""

    integration: str
    flow: str
    period: str
    entity: str = Field(description="The company whose books these are.")
    run: str | None = Field(None, description="The nightly run that made it; null for one made now.")
    at: Instant
    agrees: bool = Field(description="No difference anywhere.")
    currency: str = Field(description="Currency of the books.")
    source: str = Field(
        description="The side that the records come from: time_tool, or erp for costs that come back. Where it is erp, "
        "`time_tool` has what the ERP has, and the `ledger_` figures what the time tool has.",
        examples=["time_tool"],
    )
    proof: tuple[ProofShape, ...] = Field(description="The sum in hours, then in each currency.")
    hours_difference: DecimalText = Field(description="The time tool's hours less those accounted for.")
    amount_difference: DecimalText = Field(description="What was posted less what the ERP has.")
    time_tool: SumShape = Field(description="All the period's records, as the time tool has them now.")
    states: dict[str, SumShape] = Field(description="posted, held, excluded, failed and on_the_way.")
    books: tuple[BooksShape, ...] = Field(description="One for each kind of document and currency.")
    posted_elsewhere: DecimalText = Field(description="Hours of this period's work in other periods' books.")
    from_elsewhere: DecimalText = Field(description="Hours of other periods' work in this one's books.")
    difference_count: int = Field(description="How many differences there are.")
    differences: tuple[DifferenceShape, ...] = Field(description="The first 2,000 of them.")
    correction_count: int = Field(description="How many records have an earlier version in the books.")
    corrections: tuple[DifferenceShape, ...] = Field(
        description="The first 2,000 of them: what the time tool has now and what keeps it from the books (expected), "
        "and what the books still have (found). Both sides agree on it, so it is no difference."
    )


class ReconciliationLine(Shape):
    """One line about a kept account."""

    period: str
    flow: str
    entity: str = Field(description="The company whose books these are.")
    at: Instant
    run: str = Field(description="The nightly run that made it.")
    agrees: bool
    differences: int = Field(description="How many there were.")
    corrections: int = Field(description="How many records had an earlier version in the books.")


class ReconciliationList(Shape):
    """The newest kept account of each period, newest period first."""

    reconciliations: tuple[ReconciliationLine, ...]
