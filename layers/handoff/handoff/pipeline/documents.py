"""Documents: planned work grouped into postings, by accounting period and no larger than allowed.

Project transactions have a line per record and cost centre. A journal has one credit per revenue
account and cost centre and one debit of accrued revenue per cost centre, whatever the number of
records behind it; each record's part stays named in the posting's shares.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import msgspec

from handoff.accounting.calendar import AccountingDay
from handoff.domain.periods import Period
from handoff.domain.posting import (
    ZERO,
    DocumentKind,
    JournalLine,
    Posting,
    ProjectLine,
    RecordShare,
    SharePart,
    check_balance,
    posting_key,
)
from handoff.domain.staged import StagedRecord, ref_of
from handoff.domain.time import TimeEntry
from handoff.pipeline.basis import Basis

TEXT_MAX = 120
"""Characters of a line's text: what people still read in a list of lines."""

Part = tuple[str, Decimal, Decimal]
"""A cost centre with its hours and its value."""


class Work(msgspec.Struct, frozen=True, gc=False):
    """A record that can be posted: its hours (0.01), its value (minor units), its parts."""

    record: StagedRecord
    entry: TimeEntry
    basis: Basis
    day: AccountingDay
    hours: Decimal
    amount: Decimal
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Sender:
    """What all documents of one pass have in common."""

    tenant_id: str
    entity: str
    flow: str
    currency: str
    settings_version: int


def project_documents(works: Iterable[Work], sender: Sender, *, lines_max: int) -> Iterator[Posting]:
    """Project transactions; a record's lines are never parted, even where they alone are too many."""
    for period, of_period in _by_period(works):
        chunk: list[Work] = []
        lines = 0
        for work in of_period:
            if chunk and lines + len(work.parts) > lines_max:
                yield _project_document(chunk, period, sender)
                chunk, lines = [], 0
            chunk.append(work)
            lines += len(work.parts)
        yield _project_document(chunk, period, sender)


def journals(
    works: Iterable[Work], sender: Sender, *, accrued_revenue: str, records_max: int
) -> Iterator[Posting | Sequence[Work]]:
    """Journals, and in place of one whose amounts cancel out to nothing, its work."""
    for period, of_period in _by_period(works):
        for start in range(0, len(of_period), records_max):
            chunk = of_period[start : start + records_max]
            shares = tuple(_journal_share(work, accrued_revenue) for work in chunk)
            lines = journal_lines((part for share in shares for part in share.parts), f"{sender.flow} {period}")
            if lines:
                yield _posting(chunk, period, sender, DocumentKind.JOURNAL, shares=shares, journal_lines=lines)
            else:
                yield chunk


def line_text(work: Work) -> str:
    """What a line says to people: the day if it is not the accounting date, what, who, where, the note."""
    text = work.basis.title
    if work.day.moved:
        text = f"{work.entry.spent_on} · {text}"
    if work.entry.notes:
        text = f"{text} · {' '.join(work.entry.notes.split())}"
    return text if len(text) <= TEXT_MAX else f"{text[: TEXT_MAX - 1].rstrip()}…"


def _by_period(works: Iterable[Work]) -> Iterator[tuple[Period, Sequence[Work]]]:
    grouped: dict[Period, list[Work]] = defaultdict(list)
    for work in works:
        grouped[work.day.period].append(work)
    for period in sorted(grouped):
        yield period, grouped[period]


def _project_document(works: Sequence[Work], period: Period, sender: Sender) -> Posting:
    lines = tuple(line for work in works for line in _project_lines(work))
    shares = tuple(RecordShare(work.record.external_id, work.hours, work.amount) for work in works)
    return _posting(works, period, sender, DocumentKind.PROJECT_TRANSACTIONS, shares=shares, project_lines=lines)


def _project_lines(work: Work) -> Iterator[ProjectLine]:
    basis, entry = work.basis, work.entry
    price = basis.price
    text = line_text(work)
    for cost_centre, hours, amount in work.parts:
        yield ProjectLine(
            external_id=work.record.external_id,
            spent_on=entry.spent_on,
            posted_on=work.day.posted_on,
            project=basis.project,
            task=basis.task,
            employee=basis.employee,
            item=basis.item,
            unit=basis.unit,
            hours=hours,
            billable_hours=hours if entry.billable else ZERO,
            unit_rate=price.unit_rate,
            amount=amount,
            debit_account=price.debit_account,
            credit_account=price.credit_account,
            cost_centre=cost_centre,
            text=text,
            rate_rule=price.rate_rule,
            account_rule=price.account_rule,
            split_rule=basis.split_rule,
        )


def _journal_share(work: Work, accrued_revenue: str) -> RecordShare:
    """A record's part of a journal, with where it went: the lines name no record, and it may have to be taken back."""
    account = work.basis.price.credit_account
    parts = tuple(SharePart(accrued_revenue, account, cost_centre, amount) for cost_centre, _, amount in work.parts)
    return RecordShare(work.record.external_id, work.hours, work.amount, parts)


def journal_lines(parts: Iterable[SharePart], named: str) -> tuple[JournalLine, ...]:
    """A line for each account and cost centre, what was added up first; nothing where all of it cancels out."""
    debits: dict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
    credits: dict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
    for part in parts:
        debits[part.debit_account, part.cost_centre] += part.amount
        credits[part.credit_account, part.cost_centre] += part.amount
    return (
        *_sides(debits, f"Accrued revenue, {named}", sign=1),
        *_sides(credits, f"Revenue, {named}", sign=-1),
    )


def _sides(amounts: Mapping[tuple[str, str], Decimal], text: str, *, sign: int) -> Iterator[JournalLine]:
    """A line for each amount that is not zero; a negative one stands on the other side."""
    for (account, cost_centre), amount in sorted(amounts.items()):
        debit = amount * sign
        if debit > 0:
            yield JournalLine(account, cost_centre, debit=debit, credit=ZERO, text=text)
        elif debit < 0:
            yield JournalLine(account, cost_centre, debit=ZERO, credit=-debit, text=text)


def _posting(
    works: Sequence[Work],
    period: Period,
    sender: Sender,
    kind: DocumentKind,
    *,
    shares: tuple[RecordShare, ...],
    project_lines: tuple[ProjectLine, ...] = (),
    journal_lines: tuple[JournalLine, ...] = (),
) -> Posting:
    """The document; raises Unbalanced rather than hand on one whose sums differ."""
    records = tuple(ref_of(work.record) for work in works)
    posting = Posting(
        key=posting_key(sender.tenant_id, sender.entity, sender.flow, kind, records),
        kind=kind,
        entity=sender.entity,
        flow=sender.flow,
        period=period,
        # The latest day it covers: always within the period, and never later than the work itself.
        posted_on=max(work.day.posted_on for work in works),
        currency=sender.currency,
        text=_header_text(works, period, sender.flow),
        records=records,
        hours=sum((work.hours for work in works), ZERO),
        amount=sum((work.amount for work in works), ZERO),
        project_lines=project_lines,
        journal_lines=journal_lines,
        shares=shares,
        settings_version=sender.settings_version,
    )
    check_balance(posting)
    return posting


def _header_text(works: Iterable[Work], period: Period, flow: str) -> str:
    text = f"{flow.capitalize()} {period}"
    moved = [work.entry.spent_on for work in works if work.day.moved]
    return f"{text}, with work of {min(moved)} to {max(moved)}" if moved else text
