"""The data both stand-ins agree on: Fjordlys Konsult AS, a consultancy with offices in Oslo and Bergen.

40 people, 30 clients, 60 projects, 10 tasks, one closed month (2026-09) and one open one (2026-10). The time tool's
project code is the ERP's project id, an e-mail address is the same on both sides, and a task's name is the ERP
task's description. What does not fit is put there on purpose and listed in `MISFITS`.

Everything here is pure and the same on every machine: no clock, no I/O, one seeded generator for the hours.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_CEILING, Decimal

from sandbox.world import entries as hours
from sandbox.world import projects as work
from sandbox.world.model import (
    Approval,
    Bill,
    Budget,
    Client,
    CostCentre,
    Entry,
    ErpStatus,
    Member,
    Misfit,
    Period,
    Person,
    Project,
    ProjectTask,
    Role,
    Task,
)
from sandbox.world.people import ROLES, WITHOUT_EMPLOYEE, people

__all__ = [
    "COMPANY",
    "COST_CENTRES",
    "CURRENCY",
    "DEFAULT_ENTRIES",
    "DEFAULT_SEED",
    "MISFITS",
    "PERIODS",
    "ROLES",
    "Approval",
    "Bill",
    "Budget",
    "Client",
    "CostCentre",
    "Entry",
    "ErpStatus",
    "Member",
    "Misfit",
    "Period",
    "Person",
    "Project",
    "ProjectTask",
    "Role",
    "Task",
    "World",
    "rounded_up",
]

COMPANY = "Fjordlys Konsult AS"
CURRENCY = "NOK"
DEFAULT_ENTRIES = 3_000
DEFAULT_SEED = 2026

COST_CENTRES = (CostCentre("10", "Oslo"), CostCentre("20", "Bergen"), CostCentre("30", "Felles"))
PERIODS = (Period(2026, 9, is_open=False), Period(2026, 10, is_open=True), Period(2026, 11, is_open=True))

MISFITS = (
    Misfit(
        "person without an employee",
        f"person {WITHOUT_EMPLOYEE}",
        "a contractor logs hours, two days in October, and has no employee in the ERP",
        "make an employee with the same e-mail address in the ERP",
    ),
    Misfit(
        "project closed in the ERP",
        work.COMPLETED_IN_ERP,
        "the project is active in the time tool but Completed in the ERP; two entries in October",
        "set the ERP project back to Active, or move the hours to another project",
    ),
    Misfit(
        "task unknown to the ERP",
        f"task {work.TASK_UNKNOWN_TO_ERP} on P1001",
        "no ERP project has a task of this name; one entry in October",
        "add the task to the ERP project, or map it to another one",
    ),
    Misfit(
        "currency without a rule",
        work.IN_USD,
        "the only client in USD; two entries in October",
        "say in the settings how USD becomes NOK",
    ),
    Misfit(
        "project unknown to the ERP",
        work.UNKNOWN_TO_ERP,
        "nobody made the project in the ERP; its two entries still wait for approval, so nothing fails yet",
        "make the project in the ERP with the same id",
    ),
    Misfit(
        "fixed fee without a rate",
        work.WITHOUT_RATE[0],
        "billable hours that no rate of the time tool prices; its one entry still waits for approval",
        "give the project or its project type a rate in the rate card",
    ),
)


class World:
    """The whole of it. Numbers count from 1 and are the place in the tuple, so person 7 is `people[6]`."""

    def __init__(self, seed: int = DEFAULT_SEED) -> None:
        self.seed = seed
        self.people: tuple[Person, ...] = people()
        self.clients: tuple[Client, ...] = work.clients()
        self.tasks: tuple[Task, ...] = work.tasks()
        self.projects: tuple[Project, ...] = work.projects(self.people)

    def client_of(self, project: Project) -> Client:
        """Whom the project is for."""
        return self.clients[project.client - 1]

    def entries(self, count: int = DEFAULT_ENTRIES) -> Iterator[Entry]:
        """So many entries over both months, in the order in which they were created."""
        return hours.entries(count, self.seed, self.people, self.projects)


def rounded_up(hours: Decimal) -> Decimal:
    """Hours as the time tool's reports and invoices count them: up to the next quarter."""
    return (hours * 4).to_integral_value(rounding=ROUND_CEILING) / 4
