"""The shapes of the world: people, clients, projects, tasks and hours, in no vendor's words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class Bill(StrEnum):
    """Where a project's billing rate comes from."""

    PROJECT = "Project"
    TASKS = "Tasks"
    PEOPLE = "People"
    NONE = "none"


class Budget(StrEnum):
    """What a project is budgeted by: hours (project, task, person), money (project_cost, task_fees) or nothing."""

    PROJECT = "project"
    PROJECT_COST = "project_cost"
    TASK = "task"
    TASK_FEES = "task_fees"
    PERSON = "person"
    NONE = "none"


class Approval(StrEnum):
    """How far a time entry got with the person's manager."""

    UNSUBMITTED = "unsubmitted"
    SUBMITTED = "submitted"
    APPROVED = "approved"


class ErpStatus(StrEnum):
    """What the ERP thinks of a project."""

    ACTIVE = "Active"
    COMPLETED = "Completed"
    UNKNOWN = "unknown"  # the ERP has no such project


@dataclass(frozen=True)
class CostCentre:
    """A cost centre; offices have one each, and one is shared."""

    code: str
    name: str


@dataclass(frozen=True)
class Period:
    """A month of the ERP's calendar, such as 2026-10."""

    year: int
    month: int
    is_open: bool

    @property
    def name(self) -> str:
        """The month as 2026-10."""
        return f"{self.year}-{self.month:02d}"


@dataclass(frozen=True)
class Role:
    """What somebody does, with the usual billing rate and cost an hour in NOK."""

    name: str
    hourly_rate: Decimal
    cost_rate: Decimal


@dataclass(frozen=True)
class Person:
    """Somebody who logs hours. `employee_number` is the ERP's, None when the ERP does not know the person."""

    number: int
    first_name: str
    last_name: str
    email: str
    role: str
    cost_centre: str
    hourly_rate: Decimal
    cost_rate: Decimal
    access: str
    is_contractor: bool
    is_active: bool
    employee_number: str | None

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True)
class Client:
    """A customer; `erp_number` is its number in the ERP, None for ourselves."""

    number: int
    name: str
    address: str
    currency: str
    erp_number: str | None


@dataclass(frozen=True)
class Task:
    """A kind of work; `erp_task` is its id within each ERP project, None when no ERP project has it."""

    number: int
    name: str
    billable: bool
    hourly_rate: Decimal | None
    is_default: bool
    erp_task: str | None


@dataclass(frozen=True)
class ProjectTask:
    """A task that a project allows; the rate counts where the project bills by tasks."""

    task: int
    billable: bool
    hourly_rate: Decimal | None
    budget: Decimal | None


@dataclass(frozen=True)
class Member:
    """Somebody on a project; the rate counts where it bills by people, None means the person's own."""

    person: int
    is_manager: bool
    hourly_rate: Decimal | None
    budget: Decimal | None


@dataclass(frozen=True)
class Project:
    """A project in the time tool; `code` is its id in the ERP. Rates are in the client's currency."""

    number: int
    code: str
    name: str
    client: int
    cost_centre: str
    is_active: bool
    is_billable: bool
    bill_by: Bill
    hourly_rate: Decimal | None
    fee: Decimal | None
    budget_by: Budget
    budget: Decimal | None
    cost_budget: Decimal | None
    budget_is_monthly: bool
    starts_on: date
    ends_on: date | None
    tasks: tuple[ProjectTask, ...]
    team: tuple[Member, ...]
    erp_status: ErpStatus

    @property
    def is_fixed_fee(self) -> bool:
        """Whether the client pays one amount, whatever the hours."""
        return self.fee is not None


@dataclass(frozen=True, slots=True)
class Entry:
    """Hours of one person on one project and task. `started_at` is set while a timer runs."""

    number: int
    spent_on: date
    person: int
    project: int
    task: int
    hours: Decimal
    notes: str | None
    approval: Approval
    is_billed: bool
    started_at: datetime | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class Misfit:
    """Something the time tool has and the ERP refuses or lacks, put there on purpose."""

    kind: str
    subject: str
    why: str
    cure: str
