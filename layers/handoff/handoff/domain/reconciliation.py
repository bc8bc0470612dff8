"""What a reconciliation says: one period, from both systems' own answers, to the last hour and öre."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from handoff.domain.periods import Period

ZERO = Decimal(0)


@dataclass(slots=True)
class Sum:
    """Records, their hours, and their value by currency at the time tool's own rates."""

    records: int = 0
    hours: Decimal = ZERO
    value: dict[str, Decimal] = field(default_factory=dict)

    def add(self, hours: Decimal, value: Decimal, currency: str) -> None:
        """Counts one more record."""
        self.records += 1
        self.hours += hours
        if value:
            self.value[currency] = self.value.get(currency, ZERO) + value


@dataclass(frozen=True, slots=True)
class Books:
    """One document kind of the period: what we posted, and what the ERP says it has."""

    kind: str
    documents: int
    hours: Decimal
    amount: Decimal
    ledger_documents: int
    ledger_hours: Decimal
    ledger_amount: Decimal

    @property
    def agrees(self) -> bool:
        """Whether both sides have the same documents, hours and amounts."""
        ours = (self.documents, self.hours, self.amount)
        return ours == (self.ledger_documents, self.ledger_hours, self.ledger_amount)


@dataclass(frozen=True, slots=True)
class Difference:
    """One record or document on which the sides disagree: `expected` is ours, `found` theirs."""

    code: str
    subject: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The period's account: every hour of the time tool is in exactly one of `states`.

    `on_the_way` are records that are ready or being posted. `posted_elsewhere` are hours of this
    period's work whose accounting date lies in another period, `from_elsewhere` the reverse.
    """

    period: Period
    at: datetime
    time_tool: Sum
    states: Mapping[str, Sum]
    books: Sequence[Books]
    currency: str
    posted_elsewhere: Decimal
    from_elsewhere: Decimal
    differences: Sequence[Difference]

    @property
    def hours_difference(self) -> Decimal:
        """The time tool's hours less those accounted for."""
        return self.time_tool.hours - sum((part.hours for part in self.states.values()), ZERO)

    @property
    def amount_difference(self) -> Decimal:
        """What we posted less what the ERP has, over all document kinds, in the books' currency."""
        return sum((abs(part.amount - part.ledger_amount) for part in self.books), ZERO)

    @property
    def agrees(self) -> bool:
        """No difference anywhere."""
        return not self.differences and not self.hours_difference and all(part.agrees for part in self.books)
