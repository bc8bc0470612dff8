"""Explain: why a record got its account, rate, split and counterparts, and why everything else lost.

It asks the same rules that the plan asks, in the same way, and adds what the plan leaves out: the
alternatives. It never decides anything by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from handoff.accounting.allocation import Shares
from handoff.accounting.calendar import AccountingCalendar
from handoff.accounting.matching import Choice, Coordinates, Lost
from handoff.accounting.plan_rules import PlanRules
from handoff.domain.money import Money
from handoff.domain.posting import DocumentKind
from handoff.domain.problems import Problem
from handoff.domain.reference import ReferenceData
from handoff.domain.staged import StagedRecord
from handoff.domain.time import TimeEntry, entry_from
from handoff.pipeline.basis import NON_BILLABLE, Source
from handoff.pipeline.counterparts import Counterparts, Found
from handoff.pipeline.documents import Part, Work
from handoff.pipeline.plan import Desk

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Alternative:
    """What another rule would have said, and why it did not decide."""

    rule_id: str
    value: str
    why: str


@dataclass(frozen=True, slots=True)
class Decision:
    """The rule that decided and its value, for people; both empty when nothing decided."""

    rule_id: str = ""
    value: str = ""
    tied: tuple[str, ...] = ()
    alternatives: tuple[Alternative, ...] = ()


UNDECIDED = Decision()


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that decides how one record is posted; `parts` are its cost centres if it can be.

    `out` says why a kind of document has no place for it, by kind.
    """

    account: Decision
    rate: Decision
    exchange: Decision
    split: Decision
    project: Decision
    task: Decision
    employee: Decision
    item: Decision
    accounting_date: Decision
    problems: tuple[Problem, ...]
    parts: tuple[Part, ...]
    out: tuple[tuple[DocumentKind, str], ...]


def explain(record: StagedRecord, *, rules: PlanRules, reference: ReferenceData) -> Explanation:
    """The record's story under these settings; raises msgspec.DecodeError for a body we did not write."""
    entry = entry_from(record.body)
    source = Source.of(entry, reference)
    at = source.coordinates()
    fresh = replace(record, covered={})  # what has been posted is explained like what will be
    decided = {kind: Desk(rules, reference, kind).decide(entry, fresh) for kind in sorted(rules.post_as)}
    # All kinds ask for the same, so the first that has a place for the record speaks for them.
    problems = next((found for found in decided.values() if isinstance(found, tuple)), ())
    work = next((found for found in decided.values() if isinstance(found, Work)), None)
    rate, exchange, account = _price(entry, source, at, rules)
    project, task, employee, item = _sides(source, rules, reference)
    return Explanation(
        account=account,
        rate=rate,
        exchange=exchange,
        split=_split(at, entry.spent_on, rules),
        project=project,
        task=task,
        employee=employee,
        item=item,
        accounting_date=_accounting_date(entry.spent_on, rules, reference),
        problems=problems,
        parts=work.parts if work else (),
        out=tuple((kind, found) for kind, found in decided.items() if isinstance(found, str)),
    )


def _price(
    entry: TimeEntry, source: Source, at: Coordinates | None, rules: PlanRules
) -> tuple[Decision, Decision, Decision]:
    """Rate, exchange and account; work nobody pays for has none of them."""
    if not entry.billable:
        unpaid = Decision(NON_BILLABLE)
        return unpaid, unpaid, unpaid
    if at is None:
        return UNDECIDED, UNDECIDED, UNDECIDED
    on, own = entry.spent_on, source.own_rate(entry)
    rate = rules.rate_card.rate(at, on, own=own)
    decided_rate = _decision(rate, rules.rate_card.lost_rates(at, on, own=own), _money)
    account = _decision(rules.rate_card.account(at, on), rules.rate_card.lost_accounts(at, on), str)
    exchange = UNDECIDED
    if rate.value is not None:
        currency = rate.value.currency
        exchange = _decision(rules.exchange.rate(currency, on), rules.exchange.lost(currency, on), str)
    return decided_rate, exchange, account


def _split(at: Coordinates | None, on: date, rules: PlanRules) -> Decision:
    if at is None:
        return UNDECIDED
    return _decision(rules.allocations.shares(at, on), rules.allocations.lost(at, on), _shares)


def _sides(source: Source, rules: PlanRules, reference: ReferenceData) -> tuple[Decision, Decision, Decision, Decision]:
    """The ERP's project, task, employee and item."""
    counterparts = Counterparts(rules, reference)
    project = counterparts.project(source.project) if source.project else None
    task = None
    if source.task and project and project.object:
        task = counterparts.task(source.task, project.object)
    employee = counterparts.employee(source.person) if source.person else None
    item = counterparts.item()
    return (
        _counterpart(project, project.object.number if project and project.object else ""),
        _counterpart(task, task.object.number if task and task.object else ""),
        _counterpart(employee, employee.object.number if employee and employee.object else ""),
        _counterpart(item, item.object.number if item.object else ""),
    )


def _accounting_date(worked_on: date, rules: PlanRules, reference: ReferenceData) -> Decision:
    day = AccountingCalendar(reference.financial_periods.values(), rules.closed_period).day(worked_on)
    if day.problem is not None:
        return UNDECIDED
    if not day.moved:
        return Decision("open_period", str(day.posted_on))
    closed = Alternative("open_period", str(worked_on), f"the period of {worked_on} is closed")
    return Decision(rules.closed_period.value, str(day.posted_on), alternatives=(closed,))


def _decision(choice: Choice[V], lost: Iterable[Lost[V]], show: Callable[[V], str]) -> Decision:
    return Decision(
        choice.rule_id,
        "" if choice.value is None else show(choice.value),
        choice.tied,
        tuple(Alternative(other.rule_id, show(other.value), other.why) for other in lost),
    )


def _counterpart(found: Found[V] | None, number: str) -> Decision:
    if found is None:
        return UNDECIDED
    alternatives = tuple(Alternative(other.rule_id, other.value, other.why) for other in found.passed_over)
    return Decision(found.how if number else "", number, alternatives=alternatives)


def _money(money: Money) -> str:
    return f"{money.amount} {money.currency}"


def _shares(shares: Shares) -> str:
    return ", ".join(f"{cost_centre}: {weight}" for cost_centre, weight in shares)
