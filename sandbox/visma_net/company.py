"""One company's database: rows by id, versions, number series, and the look-ups that refuse what is not there.

The texts of the refusals are ASSUMED except for the form "… cannot be found in the system", which is the vendor's
(developer forum, on VAT ids). As in the vendor's screens a refusal names one fault, the first one, and no line.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from sandbox.visma_net.formats import period_of, row_version
from sandbox.visma_net.records import (
    Account,
    AccountGroup,
    Batch,
    Branch,
    BudgetLine,
    Customer,
    Employee,
    Item,
    Period,
    Project,
    ProjectTransaction,
    Row,
    Segment,
    Shelf,
    Subaccount,
    Task,
    Unit,
)
from sandbox.visma_net.writing import Sent, bad
from sandbox.wire import Refused

R = TypeVar("R", bound=Row)

FIRST_VERSION = 0x4D182222  # any start will do; the documented sample value has this size
SUB_SEPARATOR = "-"
ID_SPACE = uuid.UUID("5f6d1c1e-3f0c-4b55-8a11-0b5c1e9f7a10")  # makes public ids that stay the same run after run


class Company:
    """The state of the ERP for one company. `now` gives aware instants."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.name = ""
        self.corporate_id = ""
        self.currency = "NOK"
        self.ledger = "1"
        self.main_branch = "1"
        self.rates: dict[str, Decimal] = {}  # exchange rates into the company's currency
        self.units: list[Unit] = []
        self.accounts: Shelf[Account] = Shelf()
        self.segments: Shelf[Segment] = Shelf()
        self.subaccounts: Shelf[Subaccount] = Shelf()
        self.account_groups: Shelf[AccountGroup] = Shelf()
        self.branches: Shelf[Branch] = Shelf()
        self.periods: Shelf[Period] = Shelf()
        self.employees: Shelf[Employee] = Shelf()
        self.items: Shelf[Item] = Shelf()
        self.customers: Shelf[Customer] = Shelf()
        self.projects: Shelf[Project] = Shelf()
        self.tasks: Shelf[Task] = Shelf()
        self.budget: Shelf[BudgetLine] = Shelf()
        self.project_transactions: Shelf[ProjectTransaction] = Shelf()
        self.batches: Shelf[Batch] = Shelf()
        self.vat: dict[str, list[dict[str, object]]] = {}  # vat, vatCategory, vatZone as they are read
        self._tasks_of: dict[int, dict[str, Task]] = {}
        self._version = FIRST_VERSION
        self._series: Counter[str] = Counter()

    def touch(self, row: Row, *, at: datetime | None = None, is_new: bool = False) -> None:
        """Gives the row its next version and the time of the change."""
        self._version += 1
        row.timestamp = row_version(self._version)
        row.changed_at = at or self.now()
        if is_new:
            row.created_at = row.changed_at

    def add(self, shelf: Shelf[R], number: str, row: R) -> R:
        """Puts a new row in, under its number, and gives it its first version."""
        self.touch(row, is_new=True)
        return shelf.add(number, row)

    def next_number(self, series: str, start: int = 1) -> int:
        """The next whole number of a series."""
        self._series[series] += 1
        return start - 1 + self._series[series]

    def next_batch_number(self) -> str:
        """The next number of the ledger's batches, whatever module they come from."""
        return f"GL{self.next_number('GL'):08d}"

    def public_id(self, kind: str, key: str) -> str:
        """A GUID that is the same for the same row whenever the data starts over."""
        return str(uuid.uuid5(ID_SPACE, f"{kind}/{key}"))

    def add_task(self, task: Task) -> None:
        """Puts a task in, under its own id and its project's."""
        self.tasks.add(task.internal_id, task)
        self._tasks_of.setdefault(task.project_internal_id, {})[task.task_id.casefold()] = task

    def tasks_of(self, project: Project) -> list[Task]:
        """The project's tasks."""
        return list(self._tasks_of.get(project.internal_id, {}).values())

    def task_of(self, project: Project, task_id: str | None) -> Task | None:
        """The project's task with this id, or None."""
        if task_id is None:
            return None
        return self._tasks_of.get(project.internal_id, {}).get(task_id.strip().casefold())

    # What a written line may name; each raises `Refused` for what is unknown or not usable.

    def project_for_entry(self, project_id: str | None) -> Project:
        """The project, when hours and amounts may be entered on it: only while it is Active (ASSUMED)."""
        project = self.projects.get(required("Project", project_id))
        if project is None or project.is_template:
            raise unknown("Project", project_id)
        if project.status != "Active":
            raise bad(f"Project '{project.project_id}' is not active. Its status is {project.status}.")
        return project

    def task_for_entry(self, project: Project, task_id: str | None) -> Task:
        """The project's task, when it may be entered on: only while it is Active (ASSUMED)."""
        task = self.task_of(project, required("Project task", task_id))
        if task is None:
            raise unknown("Project task", task_id)
        if task.status != "Active":
            raise bad(f"Project task '{task.task_id}' is not active. Its status is {task.status}.")
        return task

    def employee(self, number: str) -> Employee:
        """The employee with this number; leavers still have hours of earlier weeks."""
        found = self.employees.get(number)
        if found is None:
            raise unknown("Employee", number)
        return found

    def item(self, number: str) -> Item:
        """The active item with this number."""
        found = self.items.get(number)
        if found is None:
            raise unknown("Inventory item", number)
        if found.status != "Active":
            raise bad(f"Inventory item '{found.number}' is {found.status.lower()}.")
        return found

    def unit(self, uom: str, base: str | None = None) -> str:
        """The unit of measure as the company spells it, one that can be counted in `base`."""
        names = [unit for unit in self.units if unit.name.casefold() == uom.strip().casefold()]
        if not names:
            raise unknown("UOM", uom)
        if base is not None and base not in {unit.to for unit in names}:
            raise bad(f"Unit conversion from '{names[0].name}' to '{base}' is missing.")
        return names[0].name

    def account(self, number: str | None) -> Account:
        """The active account with this number."""
        found = self.accounts.get(required("Account", number))
        if found is None:
            raise unknown("Account", number)
        if not found.active:
            raise bad(f"Account '{found.number}' is inactive.")
        return found

    def account_group(self, group_id: str) -> AccountGroup:
        """The project account group."""
        found = self.account_groups.get(group_id)
        if found is None:
            raise unknown("Account group", group_id)
        return found

    def branch(self, number: str) -> Branch:
        """The branch with this number."""
        found = self.branches.get(number)
        if found is None:
            raise unknown("Branch", number)
        return found

    def subaccount(self, number: str) -> Subaccount:
        """The active subaccount; `10-000` and `10000` are the same one (ASSUMED)."""
        found = self.subaccounts.get(number)
        if found is None:
            bare = number.replace(SUB_SEPARATOR, "").strip()
            found = next((sub for sub in self.subaccounts if "".join(sub.segments) == bare), None)
        if found is None:
            raise unknown("Subaccount", number)
        if not found.active:
            raise bad(f"Subaccount '{found.number}' is inactive.")
        return found

    def subaccount_of(self, segments: list[Sent]) -> Subaccount:
        """The subaccount of written segments; a segment that is not sent has its first value (ASSUMED)."""
        sent = {row.whole("segmentId"): row.text("segmentValue") or "" for row in segments}
        known = sorted(self.segments, key=lambda segment: segment.segment_id)
        if strange := set(sent) - {segment.segment_id for segment in known}:
            raise unknown("Segment", str(strange.pop()))
        values = [sent.get(segment.segment_id) or next(iter(segment.values)) for segment in known]
        return self.subaccount(SUB_SEPARATOR.join(values))

    def default_subaccount(self) -> Subaccount:
        """The subaccount that stands where none was sent: the first value of each segment."""
        return self.subaccount_of([])

    def open_period(self, period: str) -> Period:
        """The period, when the general ledger takes postings in it."""
        found = self.periods.get(period)
        shown = f"{period[4:]}-{period[:4]}"
        if found is None:
            raise unknown("Financial period", shown)
        if found.closed:
            raise bad(f"Financial period {shown} is closed in General ledger.")
        if not found.active:
            raise bad(f"Financial period {shown} is inactive.")
        return found

    def period_for(self, sent: str | None, day: datetime) -> str:
        """The period a line goes to: the one it names, else the month of its date. It is open."""
        return self.open_period(sent or period_of(day)).period

    def exchange_rate(self, currency: str) -> Decimal:
        """The company's own rate of a currency."""
        if currency == self.currency:
            return Decimal(1)
        if currency not in self.rates:
            raise unknown("Currency", currency)
        return self.rates[currency]

    def vat_id(self, vat_id: str) -> Mapping[str, object]:
        """The VAT row with this id."""
        found = next((row for row in self.vat.get("vat", []) if row["vatId"] == vat_id), None)
        if found is None:
            raise unknown("TaxID", vat_id)
        return found


def unknown(what: str, value: str | None) -> Refused:
    """The refusal of an id that names nothing."""
    return bad(f"{what} '{value}' cannot be found in the system.")


def refuse_taken(what: str, number: str, shelf: Shelf[R]) -> None:
    """Refuses a number that a row already has."""
    if shelf.get(number) is not None:
        raise bad(f"{what} '{number}' already exists.")


def required(what: str, value: str | None) -> str:
    """The value, when it is there and not blank."""
    if value is None or not value.strip():
        raise bad(f"'{what}' cannot be empty.")
    return value
