"""The plan of hours as rows of a register: who worked how long on what, and what it is worth. No accounts, no periods.

Prices are the time tool's own. A row says its day, and a correction takes it back on that same day: sums by employee,
project and month are right whatever was corrected, and what once was recognised can be seen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import msgspec

from handoff.accounting.calendar import EveryDay
from handoff.domain.money import HOUR_STEP, minor_unit, round_to
from handoff.domain.periods import Period, period_of
from handoff.domain.posting import (
    ZERO,
    DocumentKind,
    Posting,
    ProjectLine,
    RecordShare,
    check_balance,
    posting_key,
)
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.staged import StagedRecord, ref_of
from handoff.domain.time import TimeEntry, entry_from
from handoff.pipeline.billing.partners import EMPLOYEES, PROJECTS, UNITS, Partners
from handoff.pipeline.documents import TEXT_MAX, Sender
from handoff.pipeline.failing import Failing
from handoff.pipeline.plan import ALREADY_POSTED, HOURS_IN_A_DAY, NO_HOURS, Plan
from handoff.pipeline.reverse import Sizes, reversals
from handoff.ports.sales import NamesWork

FROM_TIME_TOOL = "time_tool"
"""What stands in place of a rule's id: the time tool's own price decided."""


@dataclass
class WorkNames:
    """What the time tool calls kinds of work, and which units its projects belong to; asked for once, when needed."""

    tool: NamesWork
    _types: Mapping[str, tuple[str, str]] | None = None
    _units: dict[str, str] = field(default_factory=dict)

    def type_of(self, type_id: str) -> tuple[str, str]:
        """Code and name of a kind of work; raises as reads do."""
        if self._types is None:
            self._types = self.tool.work_types()
        return self._types.get(type_id, ("", ""))

    def units_of(self, project_ids: Sequence[str]) -> Mapping[str, str]:
        """The units of projects, by their ids; raises as reads do."""
        asked = sorted({one for one in project_ids if one not in self._units})
        if asked:
            found = self.tool.units_of(asked)
            self._units.update((one, found.get(one, "")) for one in asked)
        return self._units


@dataclass(frozen=True, slots=True)
class RegisterPlan:
    """A `Planner` of rows; `partners` and `names` are those of one pass."""

    sender: Sender
    rows_max: int
    partners: Partners
    names: Callable[[], WorkNames]

    def __call__(self, records: Sequence[StagedRecord], kind: DocumentKind) -> Plan:
        """Documents of rows, by month and currency, whatever order the records come in."""
        readable, problems = _readable(records)
        out = [(record, why) for entry, record in readable if (why := _out(entry, record, kind))]
        left = {record.external_id for record, _ in out}
        wanted = [(entry, record) for entry, record in readable if record.external_id not in left]
        self.partners.know(EMPLOYEES, {entry.person_id for entry, _ in wanted})
        self.partners.know(PROJECTS, {entry.project_id for entry, _ in wanted})
        sound: list[tuple[TimeEntry, StagedRecord]] = []
        for entry, record in wanted:
            found = self._problems(entry)
            if found:
                problems.append((record, found))
            else:
                sound.append((entry, record))
        return Plan(tuple(self._documents(sound, kind)), tuple(problems), tuple(out))

    def reversals(self, records: Sequence[StagedRecord], kind: DocumentKind, originals: Mapping[str, Posting]) -> Plan:
        """Rows that take back what the records have in the originals, by key, each on the day it stands on."""
        sizes = Sizes(self.rows_max, self.rows_max)
        found = reversals(records, kind, originals, calendar=EveryDay(), sender=self.sender, sizes=sizes)
        return Plan(*found, ())

    def _problems(self, entry: TimeEntry) -> tuple[Problem, ...]:
        found = [
            self.partners.of(EMPLOYEES, entry.person_id).problem,
            self.partners.of(PROJECTS, entry.project_id).problem,
        ]
        return tuple(dict.fromkeys([*_hours_problems(entry), *(one for one in found if one is not None)]))

    def _documents(self, works: Sequence[tuple[TimeEntry, StagedRecord]], kind: DocumentKind) -> Iterator[Posting]:
        if not works:
            return
        names = self.names()
        units = names.units_of([entry.project_id for entry, _ in works])
        self.partners.know(UNITS, set(units.values()))
        together: dict[tuple[Period, str], list[tuple[ProjectLine, StagedRecord]]] = defaultdict(list)
        for entry, record in works:
            currency = entry.currency or self.sender.currency
            row = self._row(entry, currency, names, units.get(entry.project_id, ""))
            together[period_of(entry.spent_on), currency].append((row, record))
        for (period, currency), rows in sorted(together.items(), key=lambda pair: pair[0]):
            for start in range(0, len(rows), self.rows_max):
                yield self._document(rows[start : start + self.rows_max], period, currency, kind)

    def _row(self, entry: TimeEntry, currency: str, names: WorkNames, unit: str) -> ProjectLine:
        code, name = names.type_of(entry.task_id)
        hours = round_to(entry.hours, HOUR_STEP)
        rate = entry.rate if entry.billable and entry.rate is not None else ZERO
        person, project = self.partners.of(EMPLOYEES, entry.person_id), self.partners.of(PROJECTS, entry.project_id)
        said = (name, person.name, project.name, " ".join(entry.notes.split()))
        text = " · ".join(word for word in said if word)
        return ProjectLine(
            external_id=entry.external_id,
            spent_on=entry.spent_on,
            posted_on=entry.spent_on,
            project=project.number,
            task=code or name,
            employee=person.number,
            item="",
            unit="",
            hours=hours,
            billable_hours=hours if entry.billable else ZERO,
            unit_rate=rate,
            amount=round_to(hours * rate, minor_unit(currency)),
            debit_account="",
            credit_account="",
            cost_centre=self.partners.of(UNITS, unit).number if unit else "",
            text=text if len(text) <= TEXT_MAX else f"{text[: TEXT_MAX - 1].rstrip()}…",
            rate_rule=FROM_TIME_TOOL,
            account_rule="",
            split_rule="",
        )

    def _document(
        self, rows: Sequence[tuple[ProjectLine, StagedRecord]], period: Period, currency: str, kind: DocumentKind
    ) -> Posting:
        """The document; raises Unbalanced rather than hand on one whose sums differ."""
        sender, refs = self.sender, tuple(ref_of(record) for _, record in rows)
        lines = tuple(line for line, _ in rows)
        posting = Posting(
            key=posting_key(sender.tenant_id, sender.entity, sender.flow, kind, refs),
            kind=kind,
            entity=sender.entity,
            flow=sender.flow,
            period=period,
            posted_on=max(line.posted_on for line in lines),
            currency=currency,
            text=f"{sender.flow.capitalize()} {period}",
            records=refs,
            hours=sum((line.hours for line in lines), ZERO),
            amount=sum((line.amount for line in lines), ZERO),
            project_lines=lines,
            shares=tuple(RecordShare(line.external_id, line.hours, line.amount) for line in lines),
            settings_version=sender.settings_version,
        )
        check_balance(posting)
        return posting


def _readable(records: Sequence[StagedRecord]) -> tuple[list[tuple[TimeEntry, StagedRecord]], list[Failing]]:
    """The records with their entries, by day and id, and those whose stored body can't be read."""
    readable: list[tuple[TimeEntry, StagedRecord]] = []
    unreadable: list[Failing] = []
    for record in records:
        try:
            readable.append((entry_from(record.body), record))
        except msgspec.DecodeError:
            unreadable.append((record, (Problem(ProblemCode.BROKEN_CONTRACT, f"Entry {record.external_id}"),)))
    readable.sort(key=lambda pair: (pair[0].spent_on, pair[1].external_id))
    return readable, unreadable


def _out(entry: TimeEntry, record: StagedRecord, kind: DocumentKind) -> str:
    if kind in record.covered:
        return ALREADY_POSTED
    return "" if round_to(entry.hours, HOUR_STEP) else NO_HOURS


def _hours_problems(entry: TimeEntry) -> Iterator[Problem]:
    """A day has 24 hours; what is taken back is taken back by us, and not by negative hours."""
    about = f"Entry {entry.external_id}"
    if entry.hours < Decimal(0):
        yield Problem(ProblemCode.NEGATIVE_HOURS, about)
    elif entry.hours > HOURS_IN_A_DAY:
        yield Problem(ProblemCode.TOO_MANY_HOURS, about)
