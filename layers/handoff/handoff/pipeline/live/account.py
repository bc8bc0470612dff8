"""The account of a live flow and month: what its source has, where its records stand, and what its target says.

Both sides are asked anew, and every difference is named. Invoices go from the time tool into the ERP, costs the
other way: the source of one is the target of the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

import msgspec

from handoff.domain.capabilities import Side
from handoff.domain.errors import BrokenContract, InvalidInput
from handoff.domain.invoices import CustomerInvoice
from handoff.domain.periods import Period, first_day, months_before, period_of
from handoff.domain.posting import DocumentKind
from handoff.domain.reconciliation import ZERO, Books, Difference, Reconciliation, Sum
from handoff.domain.staged import IN_THE_BOOKS, StagedRecord, State
from handoff.pipeline.live.cost_rules import cost_of
from handoff.pipeline.live.desk import EXPENSES, INVOICES, LiveDesk
from handoff.pipeline.live.expenses import feed_of, first_number
from handoff.pipeline.live.payments import ASKED_AT_ONCE
from handoff.pipeline.reconcile import GROUPS
from handoff.ports.live import ChangedPage

ACCOUNTED = (INVOICES, EXPENSES)
"""The flows that there is an account of."""
NOT_FETCHED, EDITED, GONE = "not_fetched", "edited_since_fetch", "gone_from_source"
NOT_IN_TARGET, OTHER_AMOUNT, UNREADABLE = "not_in_target", "other_amount", "unreadable"
MONTHS_BEFORE = 1
"""Months before the present one that a night looks at: what has a list of its own only by being walked is dear."""
ASKED_ONE_BY_ONE = 300
"""Expenses that the time tool is asked for in one account; each is a call of its own."""
_INVOICES = msgspec.json.Decoder(CustomerInvoice)


@dataclass(frozen=True, slots=True)
class _Amount:
    """One object of the source, or one record: what people call it, and its money."""

    name: str
    currency: str
    amount: Decimal

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


@dataclass(frozen=True, slots=True)
class _Source:
    """What the source has by id, what of it only the next pass fetches, and what can't be read."""

    found: dict[str, _Amount] = field(default_factory=dict)
    later: set[str] = field(default_factory=set)
    unreadable: list[Difference] = field(default_factory=list)


_Checked = tuple[list[_Amount], list[_Amount], list[Difference]]
"""What was posted, what of it is on the other side, and what differs."""


def months_accounted(today: date) -> Sequence[Period]:
    """The months that a night looks at, newest first."""
    present = period_of(today)
    return (present, *months_before(present, MONTHS_BEFORE))


def account_of(desk: LiveDesk, flow: str, period: Period, *, since: datetime | None = None) -> Reconciliation:
    """The account of invoices or expenses in a month, by both systems' own answers.

    `since` is when the pass began whose work is looked at: what changed after it is the next pass's to fetch. Raises
    InvalidInput for another flow, and as reads do. Of expenses the time tool has no list by month: it is asked for
    each one that is posted.
    """
    parts = _PARTS.get(flow)
    if parts is None:
        cure = f"There is one of {' and of '.join(ACCOUNTED)}."
        raise InvalidInput(f"there is no account of {flow}", code="no_account", field="flow", cure=cure)
    source = parts.source(desk, period, since)
    own: dict[str, _Amount] = {}
    records: dict[str, StagedRecord] = {}
    for record in desk.staged.every(flow, period=period, states=()):
        amount = parts.amount_of(record)
        if amount is not None and record.gone_at is None:  # what is known to be gone has a problem of its own
            own[record.external_id], records[record.external_id] = amount, record
    posted = {name: record for name, record in records.items() if record.state in IN_THE_BOOKS}
    written, there, missing = parts.check(desk, tuple(posted.values()))
    return Reconciliation(
        period=period,
        entity=desk.integration.erp.id,
        at=desk.clock(),
        source=parts.side,
        time_tool=_sum_of(source.found.values()),
        states=_states(records, own, source),
        books=_books(parts.kind, written, there),
        currency=desk.settings.customers.currency,
        posted_elsewhere=ZERO,
        from_elsewhere=ZERO,
        differences=[*dict.fromkeys(source.unreadable), *_compared(source, own), *missing],
    )


def _compared(source: _Source, own: Mapping[str, _Amount]) -> Iterator[Difference]:
    """What the source has and we do not, what differs, and what the source has no more."""
    for external_id, theirs in source.found.items():
        ours = own.get(external_id)
        if external_id in source.later:
            continue
        if ours is None:
            yield Difference(NOT_FETCHED, theirs.name, "", str(theirs))
        elif ours != theirs:
            yield Difference(EDITED, theirs.name, f"{ours.name}: {ours}", f"{theirs.name}: {theirs}")
    for external_id in own.keys() - source.found.keys() - source.later:
        yield Difference(GONE, own[external_id].name, str(own[external_id]), "")


def _states(records: Mapping[str, StagedRecord], own: Mapping[str, _Amount], source: _Source) -> Mapping[str, Sum]:
    members: dict[str, list[_Amount]] = {group: [] for group in dict.fromkeys(GROUPS.values())}
    for external_id, record in records.items():
        if external_id not in source.later:
            members[GROUPS[record.state]].append(own[external_id])
    members[GROUPS[State.READY]] += [source.found[name] for name in source.later if name in source.found]
    return {group: _sum_of(amounts) for group, amounts in members.items()}


def _sum_of(amounts: Iterable[_Amount]) -> Sum:
    total = Sum()
    for one in amounts:
        total.add(ZERO, one.amount, one.currency)
    return total


def _books(kind: DocumentKind, posted: Sequence[_Amount], there: Sequence[_Amount]) -> Sequence[Books]:
    """By currency: what we posted, and what the target has of it."""
    books = []
    for currency in sorted({one.currency for one in (*posted, *there)}):
        ours = [one.amount for one in posted if one.currency == currency]
        theirs = [one.amount for one in there if one.currency == currency]
        books.append(
            Books(
                kind=kind,
                documents=len(ours),
                hours=ZERO,
                amount=sum(ours, ZERO),
                ledger_documents=len(theirs),
                ledger_hours=ZERO,
                ledger_amount=sum(theirs, ZERO),
                currency=currency,
            )
        )
    return books


# ---- invoices: the time tool is the source --------------------------------------------------------


def _finalized(desk: LiveDesk, period: Period, since: datetime | None) -> _Source:
    """All finalized invoices of the month, from a fresh walk of the time tool's list."""
    source = _Source()
    for page in _walked(desk, None):
        for card in page.cards:
            if isinstance(card, CustomerInvoice) and card.finalized and _month_of(card) == period:
                source.found[card.external_id] = _of_invoice(card)
        source.unreadable.extend(Difference(UNREADABLE, row.external_id, "", row.fault) for row in page.broken)
    if since is not None:
        source.later.update(card.external_id for page in _walked(desk, since) for card in page.cards)
    return source


def _walked(desk: LiveDesk, since: datetime | None) -> Iterator[ChangedPage]:
    page, walked = None, set[str]()
    while True:
        answer = desk.time_tool.changed_objects(INVOICES, since=since, page=page)
        yield answer
        page = answer.next_page
        if page is None:
            return
        if page in walked:
            raise BrokenContract("the time tool's list of invoices has no end", field=INVOICES)
        walked.add(page)


def _month_of(invoice: CustomerInvoice) -> Period | None:
    return None if invoice.invoiced_on is None else period_of(invoice.invoiced_on)


def _of_invoice(invoice: CustomerInvoice) -> _Amount:
    return _Amount(f"invoice {invoice.number}", invoice.currency, invoice.total)


def _invoice_amount(record: StagedRecord) -> _Amount | None:
    invoice = _INVOICES.decode(record.body)
    return _of_invoice(invoice) if invoice.finalized else None


def _booked(desk: LiveDesk, posted: Sequence[StagedRecord]) -> _Checked:
    """What the ERP has booked of the posted invoices, by its own totals."""
    invoices = [(_INVOICES.decode(record.body).number, _as_written(desk, record)) for record in posted]
    numbered = [(number, ours) for number, ours in invoices if number is not None]
    there: list[_Amount] = []
    differences: list[Difference] = []
    for start in range(0, len(numbered), ASKED_AT_ONCE):
        some = numbered[start : start + ASKED_AT_ONCE]
        totals = desk.erp.invoices.remainders([number for number, _ in some])
        for number, ours in some:
            if number not in totals:
                differences.append(Difference(NOT_IN_TARGET, ours.name, str(ours), ""))
                continue
            theirs = _Amount(ours.name, ours.currency, totals[number].total)
            there.append(theirs)
            if theirs != ours:
                differences.append(Difference(OTHER_AMOUNT, ours.name, str(ours), str(theirs)))
    return [ours for _, ours in numbered], there, differences


def _as_written(desk: LiveDesk, record: StagedRecord) -> _Amount:
    """The invoice as it was posted: a later version may say otherwise, and a person that it is right so."""
    invoice = _of_invoice(_INVOICES.decode(record.body))
    key = record.covered.get(DocumentKind.CUSTOMER_INVOICE)
    posting = desk.postings.get(key) if key is not None and record.version > 1 else None
    if posting is None or posting.invoice is None:
        return invoice
    return _Amount(invoice.name, posting.invoice.currency, posting.invoice.total)


# ---- expenses: the ERP is the source --------------------------------------------------------------


def _costs(desk: LiveDesk, period: Period, since: datetime | None) -> _Source:
    """The month's booked costs since the first look, from a fresh walk of the ERP's list."""
    source = _Source()
    first, after = first_number(desk), None
    seen = desk.passes.load().serials.get(feed_of(desk), 0)
    known = frozenset(desk.staged.ids_of(EXPENSES, period))
    while True:
        page = desk.erp.costs.costs_after(after, since=first_day(period))
        for cost in page.costs:
            external_id = str(cost.serial)
            ours = external_id in known or (first is not None and cost.serial > first)
            if ours and period_of(cost.booked_on) == period:
                source.found[external_id] = _Amount(f"cost {cost.serial}", cost.currency, cost.amount)
                if since is not None and cost.serial > seen:  # booked after the pass came to the list's end
                    source.later.add(external_id)
        if not page.more:
            return source
        if after is not None and page.highest <= after:
            raise BrokenContract("the ERP's list of costs has no end", field="costs")
        after = page.highest


def _cost_amount(record: StagedRecord) -> _Amount:
    cost = cost_of(record)
    return _Amount(f"cost {cost.serial}", cost.currency, cost.amount)


def _in_the_time_tool(desk: LiveDesk, posted: Sequence[StagedRecord]) -> _Checked:
    """Which of the posted costs the time tool has; it says that they are there, and not their amounts.

    Of very many the newest are asked for, and the others stand by their receipts.
    """
    posted = sorted(posted, key=lambda record: cost_of(record).serial, reverse=True)
    written = [_cost_amount(record) for record in posted]
    there: list[_Amount] = []
    differences: list[Difference] = []
    for place, (record, ours) in enumerate(zip(posted, written, strict=True)):
        key = next(iter(record.covered.values()), "")
        if place < ASKED_ONE_BY_ONE and desk.time_tool.find_expense(key) is None:
            differences.append(Difference(NOT_IN_TARGET, ours.name, str(ours), ""))
        else:
            there.append(ours)
    return written, there, differences


@dataclass(frozen=True, slots=True)
class _Parts:
    """How one flow is accounted for: which side its source is, and how both sides are asked.

    `amount_of` gives None for what is no document yet.
    """

    side: Side
    kind: DocumentKind
    source: Callable[[LiveDesk, Period, datetime | None], _Source]
    amount_of: Callable[[StagedRecord], _Amount | None]
    check: Callable[[LiveDesk, Sequence[StagedRecord]], _Checked]


_PARTS: Mapping[str, _Parts] = {
    INVOICES: _Parts(Side.TIME_TOOL, DocumentKind.CUSTOMER_INVOICE, _finalized, _invoice_amount, _booked),
    EXPENSES: _Parts(Side.ERP, DocumentKind.PROJECT_EXPENSE, _costs, _cost_amount, _in_the_time_tool),
}
