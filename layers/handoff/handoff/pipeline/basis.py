"""The basis of a record's lines: everything that follows from who worked on what, and not from hours.

Thousands of entries share the same person, project and task; their basis is worked out once. It can
change only with what the entry says of these, and on the days on which a rule starts or ends.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from handoff.accounting.allocation import Shares
from handoff.accounting.exchange import ONE
from handoff.accounting.matching import Choice, Coordinates
from handoff.accounting.plan_rules import PlanRules
from handoff.domain.ledger import Item
from handoff.domain.money import Money, minor_unit, round_to
from handoff.domain.parties import Client, Employee, Person
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.projects import LedgerProject, LedgerTask, Project, Task
from handoff.domain.reference import ReferenceData
from handoff.domain.time import TimeEntry
from handoff.pipeline.counterparts import Counterparts, label

ZERO = Decimal(0)
UNIT_RATE_STEP = Decimal("0.0001")
"""Unit rates carry four decimals: an exchanged rate is rarely whole in minor units."""
NON_BILLABLE = "non_billable"
"""What stands in place of a rate rule's id for work nobody pays for."""


@dataclass(frozen=True, slots=True)
class Price:
    """What an hour is worth and where the value goes; `rate` in the currency of `step`."""

    rate: Decimal = ZERO
    step: Decimal = UNIT_RATE_STEP
    exchange: Decimal = ONE
    unit_rate: Decimal = ZERO
    debit_account: str = ""
    credit_account: str = ""
    rate_rule: str = NON_BILLABLE
    account_rule: str = ""

    def of(self, hours: Decimal, books_step: Decimal) -> Decimal:
        """The value of hours in the books' currency: rounded as the client sees it, then exchanged."""
        if not self.rate:
            return ZERO
        billed = round_to(hours * self.rate, self.step)
        return billed if self.exchange is ONE else round_to(billed * self.exchange, books_step)


NO_PRICE = Price()


@dataclass(frozen=True, slots=True)
class Source:
    """What the time tool says an entry is about; None where its lists do not have it."""

    project: Project | None
    client: Client | None
    task: Task | None
    person: Person | None

    @classmethod
    def of(cls, entry: TimeEntry, reference: ReferenceData) -> Source:
        """Looked up by the entry's ids."""
        return cls(
            reference.projects.get(entry.project_id),
            reference.clients.get(entry.client_id),
            reference.tasks.get(entry.task_id),
            reference.people.get(entry.person_id),
        )

    def unlisted(self, entry: TimeEntry) -> Iterator[Problem]:
        """A problem for each that the time tool's lists do not have."""
        if self.project is None:
            yield Problem(ProblemCode.UNLISTED_PROJECT, entry.project_id)
        if self.client is None:
            yield Problem(ProblemCode.UNKNOWN_CLIENT, entry.client_id)
        if self.task is None:
            yield Problem(ProblemCode.UNLISTED_TASK, entry.task_id)
        if self.person is None:
            yield Problem(ProblemCode.UNKNOWN_PERSON, entry.person_id)

    def coordinates(self) -> Coordinates | None:
        """Where rules find the entry; None when something is unlisted, since rules could then miss it."""
        if self.project is None or self.client is None or self.task is None or self.person is None:
            return None
        return Coordinates.of(
            project=(self.project.id, self.project.code, self.project.name),
            client=(self.client.id, self.client.name),
            project_type=(self.project.type.value,),
            task=(self.task.id, self.task.name),
            member=(self.person.id, self.person.email, self.person.name),
            role=self.person.roles,
        )

    def own_rate(self, entry: TimeEntry) -> Money | None:
        """The time tool's rate of the entry, which is in the client's currency."""
        return None if entry.rate is None or self.client is None else Money(entry.rate, self.client.currency)

    def title(self) -> str:
        """Task, person and project, as lines show them."""
        names = (self.task, self.person, self.project)
        return " · ".join(named.name for named in names if named is not None)


@dataclass(frozen=True, slots=True)
class Basis:
    """What the lines of such entries have in common; with problems there are no lines."""

    problems: tuple[Problem, ...]
    title: str = ""
    project: str = ""
    task: str = ""
    employee: str = ""
    item: str = ""
    unit: str = ""
    price: Price = NO_PRICE
    shares: Shares = ()
    split_rule: str = ""


@dataclass(frozen=True, slots=True)
class Sides:
    """The ERP's side of an entry."""

    project: LedgerProject | None = None
    task: LedgerTask | None = None
    employee: Employee | None = None
    item: Item | None = None


class BasisFinder:
    """Finds and remembers bases for one pass; `with_project` asks for the ERP's project side too."""

    def __init__(self, rules: PlanRules, reference: ReferenceData, *, with_project: bool) -> None:
        self._rules = rules
        self._reference = reference
        self._with_project = with_project
        self._counterparts = Counterparts(rules, reference)
        self._turning_days = sorted(
            rules.rate_card.turning_days | rules.allocations.turning_days | rules.exchange.turning_days
        )
        self._known: dict[tuple[object, ...], Basis] = {}

    def of(self, entry: TimeEntry) -> Basis:
        """The basis of an entry's lines."""
        key = (
            entry.project_id,
            entry.task_id,
            entry.person_id,
            entry.client_id,
            entry.billable,
            entry.rate,
            bisect_right(self._turning_days, entry.spent_on),
        )
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._find(entry)
        return found

    def _find(self, entry: TimeEntry) -> Basis:
        source = Source.of(entry, self._reference)
        problems = list(source.unlisted(entry))
        sides = self._sides(source, problems) if self._with_project else Sides()
        at = source.coordinates()
        price = NO_PRICE
        split: Choice[Shares] = Choice()
        if at is not None and source.project is not None:
            subject = label(source.project)
            if entry.billable:
                price = self._price(at, entry.spent_on, source.own_rate(entry), subject, problems)
            split = self._split(at, entry.spent_on, subject, problems)
        return Basis(
            problems=tuple(dict.fromkeys(problems)),
            title=source.title(),
            project=sides.project.number if sides.project else "",
            task=sides.task.number if sides.task else "",
            employee=sides.employee.number if sides.employee else "",
            item=sides.item.number if sides.item else "",
            unit=sides.item.unit if sides.item else "",
            price=price,
            shares=split.value or (),
            split_rule=split.rule_id,
        )

    def _sides(self, source: Source, problems: list[Problem]) -> Sides:
        project = self._counterparts.project(source.project) if source.project else None
        task = None
        if source.task and project and project.object:
            task = self._counterparts.task(source.task, project.object)
        employee = self._counterparts.employee(source.person) if source.person else None
        item = self._counterparts.item()
        problems += [found.problem for found in (project, task, employee, item) if found and found.problem]
        return Sides(
            project.object if project else None,
            task.object if task else None,
            employee.object if employee else None,
            item.object,
        )

    def _price(self, at: Coordinates, on: date, own: Money | None, subject: str, problems: list[Problem]) -> Price:
        rate = self._rules.rate_card.rate(at, on, own=own)
        if rate.tied:
            problems.append(_tie(rate.tied, "rate"))
        elif rate.value is None:
            problems.append(Problem(ProblemCode.NO_RATE, subject))
        elif not rate.value.amount:
            return Price(rate_rule=rate.rule_id)  # worth nothing: there is nothing to book on accounts
        account = self._account(at, on, subject, problems)
        if rate.value is None:
            return NO_PRICE
        exchange = self._exchange(rate.value.currency, on, problems)
        return Price(
            rate=rate.value.amount,
            step=minor_unit(rate.value.currency),
            exchange=exchange,
            unit_rate=round_to(rate.value.amount * exchange, UNIT_RATE_STEP),
            debit_account=self._rules.accrued_revenue,
            credit_account=account.value or "",
            rate_rule=rate.rule_id,
            account_rule=account.rule_id,
        )

    def _account(self, at: Coordinates, on: date, subject: str, problems: list[Problem]) -> Choice[str]:
        account = self._rules.rate_card.account(at, on)
        if account.tied:
            problems.append(_tie(account.tied, "account"))
        elif account.value is None:
            problems.append(Problem(ProblemCode.NO_ACCOUNT_RULE, subject))
        for number in (self._rules.accrued_revenue, account.value):
            known = self._reference.accounts.get(number) if number is not None else None
            if number is not None and (known is None or not known.active):
                problems.append(Problem(ProblemCode.UNKNOWN_ACCOUNT, number or "(none named)"))
        return account

    def _exchange(self, currency: str, on: date, problems: list[Problem]) -> Decimal:
        exchange = self._rules.exchange.rate(currency, on)
        if exchange.tied:
            problems.append(_tie(exchange.tied, "exchange rate"))
        elif exchange.value is None:
            problems.append(Problem(ProblemCode.NO_CURRENCY_RULE, currency))
        return exchange.value or ONE

    def _split(self, at: Coordinates, on: date, subject: str, problems: list[Problem]) -> Choice[Shares]:
        split = self._rules.allocations.shares(at, on)
        if split.tied:
            problems.append(_tie(split.tied, "cost centre"))
        elif split.value is None:
            problems.append(Problem(ProblemCode.NO_COST_CENTRE_RULE, subject))
        for number, _ in split.value or ():
            known = self._reference.cost_centres.get(number)
            if known is None or not known.active:
                problems.append(Problem(ProblemCode.UNKNOWN_COST_CENTRE, number))
        return split


def _tie(rule_ids: tuple[str, ...], sets: str) -> Problem:
    return Problem(ProblemCode.AMBIGUOUS_RULES, f"{', '.join(rule_ids)} ({sets})")
