"""Reference data: what a plan looks up, one mapping per kind, keyed as stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from handoff.domain.ledger import Account, CostCentre, Item
from handoff.domain.parties import Client, Employee, Person
from handoff.domain.periods import FinancialPeriod
from handoff.domain.projects import LedgerProject, Project, Task

ReferenceObject = (
    Client | Person | Project | Task | LedgerProject | Employee | Account | CostCentre | Item | FinancialPeriod
)
"""Anything a feed brings that is not a record to be posted; each has a `key`."""

REFERENCE_KINDS: Mapping[str, type[ReferenceObject]] = {
    "clients": Client,
    "people": Person,
    "projects": Project,
    "tasks": Task,
    "ledger_projects": LedgerProject,
    "employees": Employee,
    "accounts": Account,
    "cost_centres": CostCentre,
    "items": Item,
    "financial_periods": FinancialPeriod,
}
"""The name of each kind, as feeds and the store use it."""


@dataclass(frozen=True, slots=True)
class ReferenceData:
    """All reference data of one integration, from both sides, by key."""

    clients: Mapping[str, Client] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)
    projects: Mapping[str, Project] = field(default_factory=dict)
    tasks: Mapping[str, Task] = field(default_factory=dict)
    ledger_projects: Mapping[str, LedgerProject] = field(default_factory=dict)
    employees: Mapping[str, Employee] = field(default_factory=dict)
    accounts: Mapping[str, Account] = field(default_factory=dict)
    cost_centres: Mapping[str, CostCentre] = field(default_factory=dict)
    items: Mapping[str, Item] = field(default_factory=dict)
    financial_periods: Mapping[str, FinancialPeriod] = field(default_factory=dict)
