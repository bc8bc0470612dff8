"""Visma.net ERP's rows, as far as they are read; fields that are not named here are skipped.

Source: Visma.net ERP API, schemas of the service API. No field is documented as required, so only what a
row makes no sense without has no default. Names are the vendor's, its spelling kept.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import msgspec


class VismaTask(msgspec.Struct, rename="camel", gc=False):
    """A task inside its project; unique within it only."""

    task_id: str
    description: str | None = None
    status: str | None = None


class VismaProject(msgspec.Struct, rename="camel"):
    """A project; `description` is its name. Templates stand in the same list."""

    project_id: str = msgspec.field(name="projectID")
    description: str | None = None
    status: str | None = None
    hold: bool | None = None
    system_template: bool | None = None
    tasks: list[VismaTask] | None = None


class VismaContact(msgspec.Struct, gc=False):
    """An employee's contact."""

    email: str | None = None


class VismaEmployee(msgspec.Struct, rename="camel", gc=False):
    """An employee; `employee_number` is the code that documents carry, `employeeId` is internal."""

    employee_number: str
    employee_name: str | None = None
    status: str | None = None
    contact: VismaContact | None = None


class VismaItem(msgspec.Struct, rename="camel", gc=False):
    """An inventory item; `inventoryId` is internal here, but the number in project transactions."""

    inventory_number: str
    type: str | None = None
    status: str | None = None
    description: str | None = None
    base_unit: str | None = None
    last_modified_date_time: datetime | None = None


class VismaAccount(msgspec.Struct, rename="camel", gc=False):
    """A general ledger account."""

    active: bool
    account_cd: str = msgspec.field(name="accountCD")
    description: str | None = None


class VismaSubaccount(msgspec.Struct, rename="camel", gc=False):
    """A subaccount, a combination of segment values."""

    subaccount_number: str
    active: bool
    description: str | None = None


class VismaPeriod(msgspec.Struct, rename="camel", gc=False):
    """A financial period; `period` is "period number and year"."""

    period: str
    active: bool
    closed_in_general_ledger: bool
    start_date: str | None = None


class VismaBranch(msgspec.Struct, gc=False):
    """A branch of the company."""

    number: str
    name: str | None = None


class VismaTransactionLine(msgspec.Struct, rename="camel", gc=False):
    """A line of a project transaction as read."""

    description: str | None = None
    quantity: Decimal | None = None
    amount: Decimal | None = None
    financial_period: str | None = None
    date: str | None = None


class VismaProjectTransaction(msgspec.Struct, rename="camel"):
    """A project transaction document as read."""

    ref_nbr: str
    description: str | None = None
    status: str | None = None
    lines: list[VismaTransactionLine] | None = None


class VismaJournalLine(msgspec.Struct, rename="camel", gc=False):
    """A line of a journal transaction as read; only amounts in currency can be written."""

    reference_number: str | None = None
    debit_amount: Decimal | None = None
    debit_amount_in_currency: Decimal | None = None
    quantity: Decimal | None = None


class VismaJournal(msgspec.Struct, rename="camel"):
    """A batch of the general ledger as read; a page may hold only some of its lines."""

    batch_number: str
    description: str | None = None
    status: str | None = None
    financial_period: str | None = None
    post_period: str | None = None
    transaction_date: str | None = None
    journal_transaction_lines: list[VismaJournalLine] | None = None
