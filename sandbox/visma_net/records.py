"""What the company's database holds: master data first, documents after it. Names as the vendor's, in our spelling."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Generic, TypeVar

from sandbox.visma_net.formats import EPOCH


@dataclass(kw_only=True)
class Row:
    """When a row was made and last changed (aware), and its version, which is its ETag."""

    created_at: datetime = EPOCH
    changed_at: datetime = EPOCH
    timestamp: str = ""


@dataclass(kw_only=True)
class Account(Row):
    """A general ledger account. `group` is the project account group it counts in."""

    account_id: int
    number: str
    description: str
    type: str
    group: str | None = None
    active: bool = True
    takes_manual_entries: bool = True
    control_module: str | None = None
    uses_default_sub: bool = False
    account_class: str | None = None
    currency: str | None = None
    tax_category: str | None = None
    public_code: str | None = None
    external_code: str | None = None


@dataclass(kw_only=True)
class SegmentValue(Row):
    """A value of one segment of the SUBACCOUNT key, such as cost centre 10."""

    value: str
    description: str
    active: bool = True


@dataclass(kw_only=True)
class Segment(Row):
    """One part of a segmented key."""

    segment_id: int
    description: str
    length: int
    values: dict[str, SegmentValue] = field(default_factory=dict)


@dataclass(kw_only=True)
class Subaccount(Row):
    """A combination of segment values, numbered by joining them with a dash."""

    subaccount_id: int
    number: str
    description: str
    segments: tuple[str, ...]
    active: bool = True


@dataclass(kw_only=True)
class AccountGroup(Row):
    """A project account group."""

    group_id: str
    description: str
    active: bool = True


@dataclass(frozen=True)
class Unit:
    """How many of unit `to` one `name` is; every unit has a row to itself."""

    name: str
    to: str
    factor: Decimal = Decimal(1)


@dataclass(kw_only=True)
class Branch(Row):
    """A branch of the company."""

    branch_id: int
    number: str
    name: str
    city: str
    is_main: bool = False


@dataclass(kw_only=True)
class Period(Row):
    """One month of the company's calendar; `period` is YYYYMM."""

    period: str
    closed: bool
    active: bool = True


@dataclass(kw_only=True)
class Employee(Row):
    """An employee. `number` is the code of paths and of `employee` fields, `employee_id` the internal one."""

    employee_id: int
    number: str
    first_name: str
    last_name: str
    email: str | None
    status: str = "Active"
    department: str = "CONSULT"
    employee_class: str = "EMPLOYEE"
    branch: str = "1"
    user_id: str | None = None
    phone: str | None = None

    @property
    def name(self) -> str:
        """The name as documents show it."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(kw_only=True)
class Item(Row):
    """An inventory item; hours are a labour item counted in HOUR."""

    inventory_id: int
    number: str
    description: str
    type: str
    base_unit: str
    default_price: Decimal
    expense_account: str | None = None
    sales_account: str | None = None
    vat_category: str = "UTG"
    status: str = "Active"


@dataclass(kw_only=True)
class Customer(Row):
    """A customer. The number can be changed by a user, `internal_id` cannot."""

    internal_id: int
    number: str
    name: str
    currency: str = "NOK"
    status: str = "Active"
    corporate_id: str | None = None
    vat_registration_id: str | None = None
    address: dict[str, str | None] = field(default_factory=dict)
    contact: dict[str, str | None] = field(default_factory=dict)
    vat_zone: str = "01"


@dataclass(kw_only=True)
class Project(Row):
    """A project; its tasks are rows of their own."""

    internal_id: int
    project_id: str
    description: str
    public_id: str
    status: str = "Active"
    customer: str | None = None
    manager: str | None = None
    start_on: date | None = None
    end_on: date | None = None
    hold: bool = False
    is_template: bool = False
    is_non_project: bool = False
    branch: str = "1"
    note: str | None = None
    def_account: str | None = None
    def_sub: str | None = None
    billing_period: str = "Monthly"
    restrict_employees: bool = False
    restrict_equipment: bool = False
    auto_allocate: bool = False
    release_invoices: bool = False
    employees: list[str] = field(default_factory=list)
    hidden_in: set[str] = field(default_factory=set)


@dataclass(kw_only=True)
class Task(Row):
    """A task of one project; `task_id` is unique within the project only."""

    internal_id: int
    project_internal_id: int
    task_id: str
    description: str
    status: str = "Active"
    planned_start_on: date | None = None
    planned_end_on: date | None = None
    start_on: date | None = None
    end_on: date | None = None
    restrict_employees: bool = False
    rate_table: str | None = None
    employees: list[str] = field(default_factory=list)
    hidden_in: set[str] = field(default_factory=set)


@dataclass(kw_only=True)
class BudgetLine(Row):
    """A line of a project's budget, one per project, task, account group and item."""

    project: str
    task: str
    group: str
    item: str
    description: str | None
    uom: str | None
    rate: Decimal
    original_quantity: Decimal
    original_amount: Decimal
    revised_quantity: Decimal
    revised_amount: Decimal


@dataclass(kw_only=True)
class TransactionLine(Row):
    """A line of a project transaction, hours or pieces on a task."""

    tran_id: int
    date: date
    period: str
    project: str
    task: str
    employee: str | None
    item: str | None
    uom: str | None
    quantity: Decimal
    billable_quantity: Decimal
    billable: bool
    uses_billable_quantity: bool
    unit_rate: Decimal
    amount: Decimal
    debit_account: str | None
    debit_sub: str | None
    credit_account: str | None
    credit_sub: str | None
    group: str | None
    branch: str
    description: str | None
    note: str | None
    batch: str | None = None
    released: bool = False


@dataclass(kw_only=True)
class ProjectTransaction(Row):
    """A project transaction document: Hold, Balanced, then Released by a person."""

    number: str
    description: str | None
    status: str
    module: str
    note: str | None
    lines: list[TransactionLine] = field(default_factory=list)


@dataclass(kw_only=True)
class BatchLine:
    """A line of a journal transaction; exactly one of debit and credit is not zero."""

    number: int
    account: str
    sub: str
    debit: Decimal
    credit: Decimal
    debit_in_currency: Decimal
    credit_in_currency: Decimal
    reference: str | None = None
    text: str | None = None
    project: str | None = None
    task: str | None = None
    vat_code: str | None = None
    vat: str | None = None
    branch: str = "1"
    uom: str | None = None
    quantity: Decimal = Decimal(0)
    note: str | None = None


@dataclass(kw_only=True)
class Batch(Row):
    """A journal transaction: Hold, Balanced, then Posted by its release."""

    number: str
    module: str
    status: str
    date: date
    period: str
    ledger: str
    currency: str
    rate: Decimal
    description: str | None
    control_total: Decimal = Decimal(0)
    auto_reversing: bool = False
    transaction_code: str | None = None
    branch: str = "1"
    lines: list[BatchLine] = field(default_factory=list)


T = TypeVar("T", bound=Row)


class Shelf(Generic[T]):
    """Rows by their id; ids are found whatever their case."""

    def __init__(self) -> None:
        self._rows: dict[str, T] = {}

    def add(self, key: str | int, row: T) -> T:
        """Puts the row in, in place of one with the same id."""
        self._rows[_folded(key)] = row
        return row

    def get(self, key: str | int | None) -> T | None:
        """The row, or None."""
        return None if key is None else self._rows.get(_folded(key))

    def remove(self, key: str | int) -> None:
        """Takes the row out; it is there."""
        del self._rows[_folded(key)]

    def __iter__(self) -> Iterator[T]:
        return iter(self._rows.values())

    def __len__(self) -> int:
        return len(self._rows)


def _folded(key: str | int) -> str:
    return str(key).strip().casefold()
