"""Visma.net ERP's lists as data, and what their rows become.

Source: Visma.net ERP API, Pagination (bare arrays, the count in each element) and Date-time condition
operators. Filters the server does not know are ignored in silence, so every filter is checked again on
the rows. All lists but the items are read whole: a change of a task or of a contact is not promised to
touch the project's or employee's own time stamp, and only a whole list shows what is gone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from handoff.connectors.feed import Feed, RowFault
from handoff.connectors.paging import PageNumber, Unpaged
from handoff.connectors.visma_net.assumed import ACTIVE, HOUR_ITEM_TYPES, PAGE_SIZE, USABLE_ITEM_STATUSES
from handoff.connectors.visma_net.formats import instant_of, instant_text, period_from
from handoff.connectors.visma_net.models import (
    VismaAccount,
    VismaEmployee,
    VismaItem,
    VismaPeriod,
    VismaProject,
    VismaSubaccount,
    VismaTask,
)
from handoff.domain.ledger import Account, CostCentre, Item
from handoff.domain.parties import Employee
from handoff.domain.periods import FinancialPeriod
from handoff.domain.projects import LedgerProject, LedgerTask

PAGES = PageNumber(size=PAGE_SIZE, page_param="pageNumber", size_param="pageSize")
_EXPANDS = (
    "CrossReference",
    "Attachment",
    "Attribute",
    "WarehouseDetail",
    "AccountInformation",
    "InventoryUnits",
    "SupplierDetails",
    "SalesCategories",
    "Note",
)


def text_of(text: str | None) -> str:
    """The text without the padding that coded fields can have; empty for null."""
    return (text or "").strip()


def project_of(row: VismaProject) -> LedgerProject | None:
    """The project with its tasks; templates are none of ours."""
    if row.system_template:
        return None
    return LedgerProject(
        number=text_of(row.project_id),
        name=text_of(row.description),
        status=text_of(row.status),
        open=row.status == ACTIVE and not row.hold,
        tasks=tuple(task_of(task) for task in row.tasks or ()),
    )


def task_of(row: VismaTask) -> LedgerTask:
    """The task."""
    return LedgerTask(number=text_of(row.task_id), name=text_of(row.description), open=row.status == ACTIVE)


def employee_of(row: VismaEmployee) -> Employee:
    """The employee; the contact's e-mail address is what time tools know them by."""
    return Employee(
        number=text_of(row.employee_number),
        name=text_of(row.employee_name),
        email=text_of(row.contact.email if row.contact else None),
        active=row.status == ACTIVE,
    )


def item_of(row: VismaItem) -> Item | None:
    """The item, if hours can be posted on its type."""
    if row.type not in HOUR_ITEM_TYPES:
        return None
    return Item(
        number=text_of(row.inventory_number),
        name=text_of(row.description),
        unit=text_of(row.base_unit),
        active=row.status in USABLE_ITEM_STATUSES,
    )


def account_of(row: VismaAccount) -> Account:
    """The account."""
    return Account(number=text_of(row.account_cd), name=text_of(row.description), active=row.active)


def cost_centre_of(row: VismaSubaccount) -> CostCentre:
    """The subaccount under its number, which postings name."""
    return CostCentre(number=text_of(row.subaccount_number), name=text_of(row.description), active=row.active)


def period_of_row(row: VismaPeriod) -> FinancialPeriod | None:
    """The period, when it is a calendar month; a 13th period of closing entries is none of ours.

    A financial year that is not the calendar year would send hours to a wrong month, so it is refused.
    """
    try:
        period = period_from(row.period)
    except ValueError:
        raise RowFault("period", "neither YYYYMM nor MMYYYY") from None
    if period is None:
        return None
    if row.start_date is not None and row.start_date[:7] != period:
        raise RowFault("startDate", "the financial year is not the calendar year")
    return FinancialPeriod(period=period, open=row.active and not row.closed_in_general_ledger)


def _changed_since(since: datetime) -> Mapping[str, str]:
    return {"lastModifiedDateTime": instant_text(since), "lastModifiedDateTimeCondition": ">="}


LEDGER_PROJECTS = Feed(
    name="ledger_projects", kind="ledger_projects", path="/v1/project", row=VismaProject, id_key="projectID",
    paging=PAGES, convert=project_of, params={"systemTemplate": "false"},
)  # fmt: skip
EMPLOYEES = Feed(
    name="employees", kind="employees", path="/v1/employee", row=VismaEmployee, id_key="employeeNumber",
    paging=PAGES, convert=employee_of,
)  # fmt: skip
ITEMS = Feed(
    name="items", kind="items", path="/v1/inventory", row=VismaItem, id_key="inventoryNumber",
    paging=PAGES, convert=item_of, since=_changed_since,
    changed_at=lambda row: instant_of(row.last_modified_date_time),
    params={"inventoryTypes": ",".join(HOUR_ITEM_TYPES), **{f"expand{what}": "false" for what in _EXPANDS}},
)  # fmt: skip
ACCOUNTS = Feed(
    name="accounts", kind="accounts", path="/v1/account", row=VismaAccount, id_key="accountCD",
    paging=Unpaged(), convert=account_of,
)  # fmt: skip
COST_CENTRES = Feed(
    name="cost_centres", kind="cost_centres", path="/v1/subaccount", row=VismaSubaccount, id_key="subaccountNumber",
    paging=PAGES, convert=cost_centre_of,
)  # fmt: skip
FINANCIAL_PERIODS = Feed(
    name="financial_periods", kind="financial_periods", path="/v1/financialPeriod", row=VismaPeriod, id_key="period",
    paging=Unpaged(), convert=period_of_row,
)  # fmt: skip

_IN_ORDER: Sequence[Feed[Any, Any]] = (
    FINANCIAL_PERIODS,
    ACCOUNTS,
    COST_CENTRES,
    ITEMS,
    EMPLOYEES,
    LEDGER_PROJECTS,
)
FEEDS = {feed.name: feed for feed in _IN_ORDER}
