"""What would change: posted records that the rules of now would post otherwise.

Offered, never acted on: a new rate card moves nothing that is posted. The answer compares what the documents have with
what the plan says, line by line; it reads both and writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from handoff.domain.posting import PLANNED_KINDS, ZERO, DocumentKind, Posting
from handoff.domain.problems import Problem
from handoff.domain.reference import ReferenceData
from handoff.domain.staged import IN_THE_BOOKS, StagedRecord, State
from handoff.pipeline.plan import Plan, Planner
from handoff.ports import PostingStore

Booked = tuple[str, ...]
"""What a line says besides hours and amount: where the money and the hours went."""
Lines = Mapping[Booked, tuple[Decimal, Decimal]]
"""Hours and amount by where they went."""


@dataclass(frozen=True, slots=True)
class DocumentPart:
    """A record's part of a document: its value, and where its lines went, for people."""

    amount: Decimal
    currency: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WouldChange:
    """A posted record whose document would be another one today.

    `key` is empty where no document of the kind has it; `after` is None where it can't be planned.
    """

    record: StagedRecord
    kind: DocumentKind
    key: str
    before: DocumentPart
    after: DocumentPart | None
    problems: tuple[Problem, ...] = ()

    @property
    def amount_difference(self) -> Decimal | None:
        """After less before; None where it can't be planned, or is in another currency."""
        if self.after is None or (self.before.lines and self.before.currency != self.after.currency):
            return None
        return self.after.amount - self.before.amount


def whatever_is_closed(reference: ReferenceData) -> ReferenceData:
    """The lists with every period open: a closed month alone makes no line another one."""
    periods = reference.financial_periods
    return replace(reference, financial_periods={key: replace(one, open=True) for key, one in periods.items()})


def would_change(
    records: Sequence[StagedRecord], postings: PostingStore, plan: Planner, kinds: Sequence[DocumentKind], currency: str
) -> Iterator[WouldChange]:
    """The posted ones among the records whose lines would differ, by kind of document; `currency` is that of now."""
    posted = [record for record in records if record.state in IN_THE_BOOKS]
    fresh = [replace(record, covered={}, state=State.READY) for record in posted]
    known: dict[str, Posting | None] = {}
    for kind in PLANNED_KINDS:
        planned = plan(fresh, kind) if kind in kinds else Plan((), (), ())
        now = _by_record(planned.postings)
        problems = {record.external_id: found for record, found in planned.problems}
        for record in posted:
            key = record.covered.get(kind, "")
            if key and key not in known:
                known[key] = postings.get(key)
            posting = known.get(key)
            booked = lines_of(posting, record.external_id)
            found = problems.get(record.external_id, ())
            after = now.get(record.external_id, {})
            before_currency = posting.currency if posting else currency
            if found or after != booked or (booked and before_currency != currency):
                before = part_of(booked, before_currency)
                yield WouldChange(record, kind, key, before, None if found else part_of(after, currency), found)


def lines_of(posting: Posting | None, external_id: str) -> Lines:
    """A record's lines in a document; its parts in a journal. Nothing for a document that is not there."""
    if posting is None:
        return {}
    if posting.kind is DocumentKind.JOURNAL:
        shares = (share for share in posting.shares if share.external_id == external_id)
        parts = (part for share in shares for part in share.parts)
        return _summed(((p.debit_account, p.credit_account, p.cost_centre), ZERO, p.amount) for p in parts)
    return _summed(
        (
            (
                line.project,
                line.task,
                line.employee,
                line.item,
                line.debit_account,
                line.credit_account,
                line.cost_centre,
                f"{line.unit_rate}",
            ),
            line.hours,
            line.amount,
        )
        for line in posting.project_lines
        if line.external_id == external_id
    )


def part_of(lines: Lines, currency: str) -> DocumentPart:
    """The lines for people, in a fixed order."""
    shown = tuple(
        " ".join((*(word for word in booked if word), *((f"{hours} h",) if hours else ()), f"{amount}"))
        for booked, (hours, amount) in sorted(lines.items())
    )
    return DocumentPart(sum((amount for _, amount in lines.values()), ZERO), currency, shown)


def _by_record(postings: Iterable[Posting]) -> dict[str, Lines]:
    return {share.external_id: lines_of(posting, share.external_id) for posting in postings for share in posting.shares}


def _summed(parts: Iterable[tuple[Booked, Decimal, Decimal]]) -> Lines:
    sums: dict[Booked, tuple[Decimal, Decimal]] = {}
    for booked, hours, amount in parts:
        so_far = sums.get(booked, (ZERO, ZERO))
        sums[booked] = (so_far[0] + hours, so_far[1] + amount)
    return sums
