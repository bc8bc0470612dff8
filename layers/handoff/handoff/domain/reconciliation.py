"""What a reconciliation says: one period, from both systems' own answers, to the last hour and öre."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from handoff.domain.periods import Period

ZERO = Decimal(0)
HOURS_UNIT = "h"
"""The unit of a proof in hours; all others are currencies."""
LISTED_MAX = 2_000
"""Differences that an answer or a kept account lists at most; all of them are counted."""
UNTIL_THE_NEXT_PASS = frozenset({"not_fetched", "edited_since_fetch", "gone_from_time_tool", "gone_from_source"})
"""What a person's work since the last pass looks like; a difference that is still there after one is a defect."""


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
    """One document kind of the period: what we posted, and what the ERP says it has.

    `reversals` of our `documents` take back what earlier ones posted; hours and amounts are net of them. `currency` is
    that of the amounts, or empty for the reconciliation's.
    """

    kind: str
    documents: int
    hours: Decimal
    amount: Decimal
    ledger_documents: int
    ledger_hours: Decimal
    ledger_amount: Decimal
    reversals: int = 0
    currency: str = ""

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
class Proof:
    """One unit's plain sum: what the time tool has, less what all states together account for."""

    unit: str
    time_tool: Decimal
    states: Mapping[str, Decimal]

    @property
    def accounted(self) -> Decimal:
        """The sum of all states."""
        return sum(self.states.values(), ZERO)

    @property
    def difference(self) -> Decimal:
        """What is not accounted for, or accounted for twice."""
        return self.time_tool - self.accounted


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The account of a period and an entity: every hour of the time tool is in exactly one of `states`.

    `source` is the side that the records come from. Where that is the ERP, `time_tool` has what the ERP has, and the
    ledger's part of `books` what the time tool has.

    `on_the_way` are records that are ready or being posted, or that are fetched next. `posted_elsewhere` are hours
    of this period's work whose accounting date lies in another period, `from_elsewhere` the reverse. `corrections`
    are records whose earlier version is still in the books, and what keeps it there: an approval, a problem,
    the next pass. Both sides agree on them, so they are no differences. `unlisted` differences and
    `unlisted_corrections` are counted, and named nowhere.
    """

    period: Period
    entity: str
    at: datetime
    time_tool: Sum
    states: Mapping[str, Sum]
    books: Sequence[Books]
    currency: str
    posted_elsewhere: Decimal
    from_elsewhere: Decimal
    differences: Sequence[Difference]
    corrections: Sequence[Difference] = ()
    unlisted: int = 0
    unlisted_corrections: int = 0
    source: str = "time_tool"

    @property
    def proof(self) -> Sequence[Proof]:
        """The sum in hours, then in each currency that the time tool or a state has a value in."""
        parts = (self.time_tool, *self.states.values())
        currencies = sorted({currency for part in parts for currency in part.value})
        hours = Proof(HOURS_UNIT, self.time_tool.hours, {name: part.hours for name, part in self.states.items()})
        return [hours, *map(self._proof_of, currencies)]

    def _proof_of(self, currency: str) -> Proof:
        states = {name: part.value.get(currency, ZERO) for name, part in self.states.items()}
        return Proof(currency, self.time_tool.value.get(currency, ZERO), states)

    @property
    def hours_difference(self) -> Decimal:
        """The time tool's hours less those accounted for."""
        return self.time_tool.hours - sum((part.hours for part in self.states.values()), ZERO)

    @property
    def amount_difference(self) -> Decimal:
        """What we posted less what the ERP has, over all document kinds, in the books' currency."""
        ours = (part for part in self.books if part.currency in ("", self.currency))
        return sum((abs(part.amount - part.ledger_amount) for part in ours), ZERO)

    @property
    def agrees(self) -> bool:
        """No difference anywhere."""
        return not self.difference_count

    @property
    def difference_count(self) -> int:
        """How many differences there are: at least one where sums disagree, though no record or document does."""
        sums_agree = not any(part.difference for part in self.proof) and all(part.agrees for part in self.books)
        return max(len(self.differences) + self.unlisted, 0 if sums_agree else 1)

    @property
    def lasting_count(self) -> int:
        """As `difference_count`, without those that the next pass may settle by itself."""
        passing = sum(found.code in UNTIL_THE_NEXT_PASS for found in self.differences)
        lasting = len(self.differences) + self.unlisted - passing
        return lasting if passing else max(lasting, self.difference_count)

    @property
    def correction_count(self) -> int:
        """How many records have an earlier version in the books."""
        return len(self.corrections) + self.unlisted_corrections

    def shortened(self) -> Reconciliation:
        """The same with its lists cut to what can be kept and answered; the counts stay."""
        return replace(
            self,
            differences=self.differences[:LISTED_MAX],
            corrections=self.corrections[:LISTED_MAX],
            unlisted=self.unlisted + max(len(self.differences) - LISTED_MAX, 0),
            unlisted_corrections=self.unlisted_corrections + max(len(self.corrections) - LISTED_MAX, 0),
        )


@dataclass(frozen=True, slots=True)
class KeptReconciliation:
    """The account of a flow's period that a nightly run made and left to be read."""

    flow: str
    run_id: str
    account: Reconciliation

    @property
    def summary(self) -> ReconciliationSummary:
        """What a list says of it."""
        account = self.account
        return ReconciliationSummary(
            self.flow, account.period, account.entity, account.at, self.run_id, account.agrees,
            account.difference_count, account.correction_count,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReconciliationSummary:
    """One line about a kept account."""

    flow: str
    period: Period
    entity: str
    at: datetime
    run_id: str
    agrees: bool
    differences: int
    corrections: int
