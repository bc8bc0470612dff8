"""Plan: what would be written for some records, and what keeps the others from it.

Pure and total: settings, reference data and records in, postings and problems out. The preview, the
real run and the tests call this one function, so what was shown is what is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

import msgspec

from handoff.accounting.allocation import allocate
from handoff.accounting.calendar import AccountingCalendar
from handoff.accounting.plan_rules import NonBillable, PlanRules
from handoff.domain.money import HOUR_STEP, minor_unit, round_to
from handoff.domain.posting import ZERO, DocumentKind, Posting
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.reference import ReferenceData
from handoff.domain.staged import StagedRecord
from handoff.domain.time import TimeEntry, entry_from
from handoff.pipeline.basis import Basis, BasisFinder
from handoff.pipeline.documents import Part, Sender, Work, journals, project_documents
from handoff.pipeline.failing import Failing
from handoff.pipeline.reverse import Sizes, reversals

HOURS_IN_A_DAY = Decimal(24)

ALREADY_POSTED = "already_posted"
NO_HOURS = "no_hours"
NON_BILLABLE = "non_billable"
NO_VALUE = "no_value"

Readable = tuple[TimeEntry, StagedRecord]


@dataclass(frozen=True, slots=True)
class Plan:
    """Every record is in exactly one of the three, in the order of day and id.

    `out` are records that this kind of document has no place for, with the reason: nothing will be
    posted for them, and nothing is wrong with them.
    """

    postings: tuple[Posting, ...]
    problems: tuple[Failing, ...]
    out: tuple[tuple[StagedRecord, str], ...]


def plan(
    records: Sequence[StagedRecord],
    *,
    kind: DocumentKind,
    rules: PlanRules,
    reference: ReferenceData,
    tenant_id: str,
    entity: str,
    flow: str,
    settings_version: int,
) -> Plan:
    """The documents of one kind for the records, whatever order they come in."""
    sender = Sender(tenant_id, entity, flow, rules.currency, settings_version)
    return BoundPlan(rules, reference, sender)(records, kind)


class Planner(Protocol):
    """The plan with settings and reference data bound to it."""

    def __call__(self, records: Sequence[StagedRecord], kind: DocumentKind) -> Plan:
        """The documents of one kind for the records, whatever order they come in."""
        ...

    def reversals(self, records: Sequence[StagedRecord], kind: DocumentKind, originals: Mapping[str, Posting]) -> Plan:
        """The documents of one kind that take back what the records have in the originals, by key."""
        ...


class BoundPlan:
    """A `Planner`; slices share what was looked up once."""

    def __init__(self, rules: PlanRules, reference: ReferenceData, sender: Sender) -> None:
        self._rules = rules
        self._reference = reference
        self._sender = sender
        self._desks: dict[DocumentKind, Desk] = {}

    def __call__(self, records: Sequence[StagedRecord], kind: DocumentKind) -> Plan:
        """The documents of one kind for the records, whatever order they come in."""
        if kind not in self._desks:
            self._desks[kind] = Desk(self._rules, self._reference, kind)
        desk = self._desks[kind]
        readable, problems = _read(records)
        works: list[Work] = []
        out: list[tuple[StagedRecord, str]] = []
        for entry, record in readable:
            decided = desk.decide(entry, record)
            if isinstance(decided, Work):
                works.append(decided)
            elif isinstance(decided, str):
                out.append((record, decided))
            else:
                problems.append((record, decided))
        postings: list[Posting] = []
        for document in _documents(works, kind, self._rules, self._sender):
            if isinstance(document, Posting):
                postings.append(document)
            else:
                out += [(work.record, NO_VALUE) for work in document]
        return Plan(tuple(postings), tuple(problems), tuple(out))

    def reversals(self, records: Sequence[StagedRecord], kind: DocumentKind, originals: Mapping[str, Posting]) -> Plan:
        """The documents of one kind that take back what the records have in the originals, by key."""
        documents, problems = reversals(
            records,
            kind,
            originals,
            calendar=AccountingCalendar(self._reference.financial_periods.values(), self._rules.closed_period),
            sender=self._sender,
            sizes=Sizes(self._rules.lines_per_document, self._rules.records_per_journal),
        )
        return Plan(documents, problems, ())


class Desk:
    """Decides about single entries under one set of rules, and remembers what it looked up.

    Where a tenant posts both kinds, an entry must satisfy both before either is written: a half that
    reaches the books is worse than one that waits.
    """

    def __init__(self, rules: PlanRules, reference: ReferenceData, kind: DocumentKind) -> None:
        self._rules = rules
        self._kind = kind
        self._books_step = minor_unit(rules.currency)
        with_project = DocumentKind.PROJECT_TRANSACTIONS in {kind, *rules.post_as}
        self._bases = BasisFinder(rules, reference, with_project=with_project)
        self._calendar = AccountingCalendar(reference.financial_periods.values(), rules.closed_period)
        self._parted: dict[tuple[str, Decimal, Decimal], tuple[Part, ...]] = {}

    def decide(self, entry: TimeEntry, record: StagedRecord) -> Work | tuple[Problem, ...] | str:
        """The work to post, else everything that keeps it from being posted, else why it is out."""
        if why := self._out(entry, record):
            return why
        basis = self._bases.of(entry)
        day = self._calendar.day(entry.spent_on)
        hours_problem = _hours_problem(entry)
        if basis.problems or day.problem is not None or hours_problem is not None:
            own = [problem for problem in (hours_problem, day.problem) if problem is not None]
            return (*own, *basis.problems)
        hours = round_to(entry.hours, HOUR_STEP)
        amount = basis.price.of(hours, self._books_step)
        if not amount and self._kind is DocumentKind.JOURNAL:
            return NO_VALUE
        return Work(record, entry, basis, day, hours, amount, self._parts(basis, hours, amount))

    def _out(self, entry: TimeEntry, record: StagedRecord) -> str:
        if self._kind in record.covered:
            return ALREADY_POSTED
        if not entry.hours:
            return NO_HOURS
        if entry.billable:
            return ""
        posted = self._kind is DocumentKind.PROJECT_TRANSACTIONS and self._rules.non_billable is NonBillable.POST
        return "" if posted else NON_BILLABLE

    def _parts(self, basis: Basis, hours: Decimal, amount: Decimal) -> tuple[Part, ...]:
        if len(basis.shares) == 1:
            return ((basis.shares[0][0], hours, amount),)
        # Quarters of hours at a few rates: the same whole is parted again and again.
        key = (basis.split_rule, hours, amount)
        parts = self._parted.get(key)
        if parts is None:
            of_hours = allocate(hours, basis.shares, HOUR_STEP)
            # A cost centre without hours gets no amount: no document line has a value and no quantity.
            of_hours = tuple(part for part in of_hours if part[1])
            with_hours = {cost_centre for cost_centre, _ in of_hours}
            shares = tuple(share for share in basis.shares if share[0] in with_hours)
            of_amount = allocate(amount, shares, self._books_step)
            parts = self._parted[key] = tuple(
                (cost_centre, part, value) for (cost_centre, part), (_, value) in zip(of_hours, of_amount, strict=True)
            )
        return parts


def _read(
    records: Sequence[StagedRecord],
) -> tuple[list[Readable], list[Failing]]:
    """The records with their entries, by day and id, and those whose stored body can't be read."""
    readable: list[Readable] = []
    unreadable: list[Failing] = []
    for record in records:
        try:
            readable.append((entry_from(record.body), record))
        except msgspec.DecodeError:
            broken = Problem(ProblemCode.BROKEN_CONTRACT, f"Entry {record.external_id}")
            unreadable.append((record, (broken,)))
    # Sorting is stable; two plain keys compare several times faster than one of pairs.
    readable.sort(key=lambda pair: pair[1].external_id)
    readable.sort(key=lambda pair: pair[0].spent_on)
    unreadable.sort(key=lambda pair: pair[0].external_id)
    return readable, unreadable


def _hours_problem(entry: TimeEntry) -> Problem | None:
    hours = entry.hours
    if HOUR_STEP <= hours <= HOURS_IN_A_DAY:
        return None
    if hours < 0:
        code = ProblemCode.NEGATIVE_HOURS
    elif hours > HOURS_IN_A_DAY:
        code = ProblemCode.TOO_MANY_HOURS
    elif round_to(hours, HOUR_STEP) == ZERO:
        code = ProblemCode.HOURS_ROUND_TO_NOTHING
    else:
        return None
    return Problem(code, f"Entry {entry.external_id}")


def _documents(
    works: Sequence[Work], kind: DocumentKind, rules: PlanRules, sender: Sender
) -> Iterator[Posting | Sequence[Work]]:
    if kind is DocumentKind.PROJECT_TRANSACTIONS:
        return project_documents(works, sender, lines_max=rules.lines_per_document)
    return journals(works, sender, accrued_revenue=rules.accrued_revenue, records_max=rules.records_per_journal)
