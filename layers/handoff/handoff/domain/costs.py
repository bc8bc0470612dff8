"""Costs that were booked on a project in the ERP, on their way into the time tool."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import msgspec


class BookedCost(msgspec.Struct, frozen=True, gc=False):
    """A booked entry on a project: `serial` is the ERP's own rising number of entries.

    `amount` includes VAT, in the currency of the books; a credit is negative. `booked_on` is the voucher's date,
    which may lie long before the entry was booked.
    """

    serial: int
    voucher: int
    year: str
    account: int
    project: int
    cost_type: int | None
    text: str
    amount: Decimal
    currency: str
    booked_on: date
    supplier: str = ""
    supplier_invoice: str = ""


@dataclass(frozen=True, slots=True)
class CostPage:
    """Booked costs in the order of their serial numbers; `highest` is the last number that was looked at."""

    costs: tuple[BookedCost, ...]
    highest: int
    more: bool


@dataclass(frozen=True, slots=True)
class ProjectExpense:
    """A cost as the time tool is to have it; `key` is what it can be asked for by."""

    key: str
    project_id: str
    activity_id: str
    description: str
    amount: Decimal
    currency: str
    spent_on: date
    billable: bool
    supplier: str = ""
    supplier_invoice: str = ""
