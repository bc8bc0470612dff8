"""The account of a live flow and month: what its source has, where its records stand, and what its target says.

Both sides are asked anew, and every difference is named. Invoices go from the time tool into the ERP, costs the
other way: the source of one is the target of the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

import msgspec

from handoff.domain.errors import BrokenContract, InvalidInput
from handoff.domain.invoices import CustomerInvoice
from handoff.domain.periods import Period, first_day, period_of
from handoff.domain.reconciliation import Difference
from handoff.domain.staged import IN_THE_BOOKS, StagedRecord, State
from handoff.pipeline.live.cost_rules import cost_of
from handoff.pipeline.live.desk import EXPENSES, INVOICES, LiveDesk
from handoff.pipeline.live.expenses import first_number
from handoff.pipeline.live.payments import ASKED_AT_ONCE

NOT_FETCHED, EDITED, GONE = "not_fetched", "edited_since_fetch", "gone_from_source"
NOT_IN_TARGET, OTHER_AMOUNT, UNREADABLE = "not_in_target", "other_amount", "unreadable"
GROUPS: Mapping[State, str] = {
    State.POSTED: "posted",
    State.SETTLED: "posted",
    State.HELD: "held",
    State.EXCLUDED: "excluded",
    State.FAILED: "failed",
}
"""Where a state is counted; all others are on the way."""
ON_THE_WAY = "on_the_way"
_INVOICES = msgspec.json.Decoder(CustomerInvoice)


@dataclass(frozen=True, slots=True)
class Sums:
    """How many, and their money by currency."""

    records: int = 0
    amounts: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LiveAccount:
    """One flow and month: the source's own sums, the records' by group, the target's, and all that differs.

    `target` is what the target has of the records that are posted.
    """

    flow: str
    period: Period
    at: datetime
    source: Sums
    states: Mapping[str, Sums]
    target: Sums
    differences: tuple[Difference, ...]

    @property
    def agrees(self) -> bool:
        """Whether everything of the source is in exactly one group, and what is posted is in the target."""
        return not self.differences


@dataclass(frozen=True, slots=True)
class _Amount:
    """One object of the source, or one record: what people call it, and its money."""

    name: str
    currency: str
    amount: Decimal

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


def account_of(desk: LiveDesk, flow: str, period: Period) -> LiveAccount:
    """The account of invoices or expenses in a month, by both systems' own answers.

    Raises InvalidInput for another flow, and as reads do. Of expenses the time tool has no list by month: it is
    asked for each one that is posted.
    """
    parts = _PARTS.get(flow)
    if parts is None:
        raise InvalidInput(f"there is no account of {flow}", code="no_account", field="flow")
    source_of, amount_of, check = parts
    unreadable: list[Difference] = []
    source = source_of(desk, period, unreadable)
    records = {record.external_id: record for record in desk.staged.every(flow, period=period, states=())}
    own = {name: amount_of(record) for name, record in records.items()}
    posted = [record for record in records.values() if record.state in IN_THE_BOOKS]
    target, missing = check(desk, posted)
    return LiveAccount(
        flow=flow,
        period=period,
        at=desk.clock(),
        source=_sums(source.values()),
        states=_groups(records, own),
        target=target,
        differences=(*unreadable, *_compared(source, own), *missing),
    )


def _compared(source: Mapping[str, _Amount], own: Mapping[str, _Amount]) -> Iterator[Difference]:
    """What the source has and we do not, what differs, and what the source has no more."""
    for external_id, theirs in source.items():
        ours = own.get(external_id)
        if ours is None:
            yield Difference(NOT_FETCHED, theirs.name, "", str(theirs))
        elif ours != theirs:
            yield Difference(EDITED, theirs.name, f"{ours.name}: {ours}", f"{theirs.name}: {theirs}")
    for external_id in own.keys() - source.keys():
        yield Difference(GONE, own[external_id].name, str(own[external_id]), "")


def _groups(records: Mapping[str, StagedRecord], own: Mapping[str, _Amount]) -> Mapping[str, Sums]:
    members: dict[str, list[_Amount]] = defaultdict(list)
    for external_id, record in records.items():
        members[GROUPS.get(record.state, ON_THE_WAY)].append(own[external_id])
    return {group: _sums(amounts) for group, amounts in sorted(members.items())}


def _sums(amounts: Iterable[_Amount]) -> Sums:
    count, by_currency = 0, dict[str, Decimal]()
    for one in amounts:
        count += 1
        by_currency[one.currency] = by_currency.get(one.currency, Decimal(0)) + one.amount
    return Sums(count, by_currency)


# ---- invoices: the time tool is the source --------------------------------------------------------


def _finalized(desk: LiveDesk, period: Period, unreadable: list[Difference]) -> Mapping[str, _Amount]:
    """All finalized invoices of the month, from a fresh walk of the time tool's list."""
    found: dict[str, _Amount] = {}
    page, walked = None, set[str]()
    while True:
        answer = desk.time_tool.changed_objects(INVOICES, since=None, page=page)
        for card in answer.cards:
            if isinstance(card, CustomerInvoice) and card.finalized and _month_of(card) == period:
                found[card.external_id] = _of_invoice(card)
        unreadable += [Difference(UNREADABLE, row.external_id, "", row.fault) for row in answer.broken]
        page = answer.next_page
        if page is None:
            return found
        if page in walked:
            raise BrokenContract("the time tool's list of invoices has no end", field=INVOICES)
        walked.add(page)


def _month_of(invoice: CustomerInvoice) -> Period | None:
    return None if invoice.invoiced_on is None else period_of(invoice.invoiced_on)


def _of_invoice(invoice: CustomerInvoice) -> _Amount:
    return _Amount(f"invoice {invoice.number}", invoice.currency, invoice.total)


def _invoice_amount(record: StagedRecord) -> _Amount:
    return _of_invoice(_INVOICES.decode(record.body))


def _booked(desk: LiveDesk, posted: Sequence[StagedRecord]) -> tuple[Sums, list[Difference]]:
    """What the ERP has booked of the posted invoices, by its own totals."""
    invoices = [_INVOICES.decode(record.body) for record in posted]
    numbered = [(invoice.number, invoice) for invoice in invoices if invoice.number is not None]
    there: list[_Amount] = []
    differences: list[Difference] = []
    for start in range(0, len(numbered), ASKED_AT_ONCE):
        some = numbered[start : start + ASKED_AT_ONCE]
        totals = desk.erp.invoices.remainders([number for number, _ in some])
        for number, invoice in some:
            ours = _of_invoice(invoice)
            if number not in totals:
                differences.append(Difference(NOT_IN_TARGET, ours.name, str(ours), ""))
                continue
            theirs = _Amount(ours.name, ours.currency, totals[number].total)
            there.append(theirs)
            if theirs != ours:
                differences.append(Difference(OTHER_AMOUNT, ours.name, str(ours), str(theirs)))
    return _sums(there), differences


# ---- expenses: the ERP is the source --------------------------------------------------------------


def _costs(desk: LiveDesk, period: Period, unreadable: list[Difference]) -> Mapping[str, _Amount]:
    """The month's booked costs since the first look, from a fresh walk of the ERP's list."""
    found: dict[str, _Amount] = {}
    first, after = first_number(desk), None
    known = frozenset(desk.staged.ids_of(EXPENSES, period))
    while True:
        page = desk.erp.costs.costs_after(after, since=first_day(period))
        for cost in page.costs:
            external_id = str(cost.serial)
            ours = external_id in known or (first is not None and cost.serial > first)
            if ours and period_of(cost.booked_on) == period:
                found[external_id] = _Amount(f"cost {cost.serial}", cost.currency, cost.amount)
        if not page.more:
            return found
        if after is not None and page.highest <= after:
            raise BrokenContract("the ERP's list of costs has no end", field="costs")
        after = page.highest


def _cost_amount(record: StagedRecord) -> _Amount:
    cost = cost_of(record)
    return _Amount(f"cost {cost.serial}", cost.currency, cost.amount)


def _in_the_time_tool(desk: LiveDesk, posted: Sequence[StagedRecord]) -> tuple[Sums, list[Difference]]:
    """Which of the posted costs the time tool has; it says that they are there, and not their amounts."""
    there: list[_Amount] = []
    differences: list[Difference] = []
    for record in posted:
        ours = _cost_amount(record)
        key = next(iter(record.covered.values()), "")
        if desk.time_tool.find_expense(key) is None:
            differences.append(Difference(NOT_IN_TARGET, ours.name, str(ours), ""))
        else:
            there.append(ours)
    return _sums(there), differences


_Source = Callable[[LiveDesk, Period, list[Difference]], Mapping[str, _Amount]]
_Check = Callable[[LiveDesk, Sequence[StagedRecord]], tuple[Sums, list[Difference]]]
_PARTS: Mapping[str, tuple[_Source, Callable[[StagedRecord], _Amount], _Check]] = {
    INVOICES: (_finalized, _invoice_amount, _booked),
    EXPENSES: (_costs, _cost_amount, _in_the_time_tool),
}
