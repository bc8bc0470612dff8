"""How master data looks when it is read: plain scalars and nested objects, no wrappers. Names as the vendor's.

Every function gives the JSON object of one row, without `metadata`, which lists add.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from sandbox.visma_net.company import Company
from sandbox.visma_net.formats import day_text, moment_text, offset_moment_text, read_moment
from sandbox.visma_net.records import (
    Account,
    AccountGroup,
    Branch,
    BudgetLine,
    Customer,
    Employee,
    Item,
    Period,
    Project,
    Row,
    Segment,
    Subaccount,
    Task,
    Unit,
)

Json = dict[str, object]

LEDGERS = ("Gl", "Ap", "Ar", "So", "Po", "Ea", "Ta", "In", "Ca", "Cr")
NOTHING = Decimal(0)


def project(company: Company, row: Project) -> Json:
    """A project with its tasks inside. The tasks in it have no internal id."""
    customer = company.customers.get(row.customer)
    manager = company.employees.get(row.manager)
    return {
        **_project_head(company, row),
        "template": None,
        "assets": NOTHING,
        "liability": NOTHING,
        "income": NOTHING,
        "expenses": NOTHING,
        "projectManager": employee(company, manager) if manager else None,
        "restrictEmployees": row.restrict_employees,
        "restrictEquipment": row.restrict_equipment,
        "visibility": visibility(row.hidden_in),
        "defAccount": account_ref(company, row.def_account),
        "defSub": sub_ref(company, row.def_sub),
        "billingPeriod": row.billing_period,
        "customerLocation": {"id": customer.internal_id, "name": "MAIN"} if customer else None,
        "branch": branch_ref(company, row.branch),
        "tasks": [task_inside(company, task) for task in company.tasks_of(row)],
        "employees": _employees(company, row.employees),
        "systemTemplate": row.is_template,
        "attributes": None,
        "note": row.note,
    }


def project_basic(company: Company, row: Project) -> Json:
    """A project of the light list: no tasks, no manager."""
    return {**_project_head(company, row), "visibility": visibility(row.hidden_in)}


def _project_head(company: Company, row: Project) -> Json:
    customer = company.customers.get(row.customer)
    return {
        "internalID": row.internal_id,
        "projectID": row.project_id,
        "customer": {"number": customer.number, "name": customer.name} if customer else None,
        "hold": row.hold,
        "status": row.status,
        "description": row.description,
        "startDate": day_text(row.start_on),
        "endDate": day_text(row.end_on),
        "autoAllocate": row.auto_allocate,
        "automaticReleaseAr": row.release_invoices,
        "lastModifiedDateTime": moment_text(row.changed_at),
        "publicId": row.public_id,
        "timeStamp": row.timestamp,
    }


def task_inside(company: Company, row: Task) -> Json:
    """A task as it stands inside its project."""
    return {
        "taskId": row.task_id,
        "description": row.description,
        "plannedStart": day_text(row.planned_start_on),
        "plannedEnd": day_text(row.planned_end_on),
        "startDate": day_text(row.start_on),
        "endDate": day_text(row.end_on),
        "branch": None,
        "rateTable": {"id": row.rate_table, "description": row.rate_table} if row.rate_table else None,
        "status": row.status,
        "restrictEmployees": row.restrict_employees,
        "visibility": visibility(row.hidden_in),
        "timeStamp": row.timestamp,
        "employees": _employees(company, row.employees),
        "attributes": None,
    }


def task(company: Company, row: Task) -> Json:
    """A task as its own resource."""
    return {
        **task_inside(company, row),
        "internalId": row.internal_id,
        "projectInternalId": row.project_internal_id,
        "taxCategory": None,
        "lastModifiedDateTime": moment_text(row.changed_at),
        "createdDateTime": moment_text(row.created_at),
    }


def visibility(hidden_in: Iterable[str]) -> Json:
    """The check boxes that say where a project or task can be chosen; `visibleInTa` is time entry."""
    return {f"visibleIn{ledger}": f"visibleIn{ledger}" not in hidden_in for ledger in LEDGERS}


def employee(company: Company, row: Employee) -> Json:
    """An employee. `employeeId` is internal; `employeeNumber` is the code used everywhere else."""
    return {
        "employeeUserId": row.user_id,
        "employeeId": row.employee_id,
        "employeeNumber": row.number,
        "employeeName": row.name,
        "status": row.status,
        "department": row.department,
        "contact": {
            "contactId": row.employee_id + 5000,
            "name": row.name,
            "firstName": row.first_name,
            "midName": None,
            "lastName": row.last_name,
            "email": row.email,
            "phone1": row.phone,
        },
        "address": None,
        "lastModifiedDateTime": offset_moment_text(row.changed_at),
        "employeeClass": {"id": row.employee_class, "description": "Employee"},
        "branch": branch_ref(company, row.branch),
        "calendarID": "NORMAL",
        "employeeLogin": row.email,
        "timeStamp": row.timestamp,
    }


def _employees(company: Company, numbers: Iterable[str]) -> list[Json]:
    found = (company.employees.get(number) for number in numbers)
    return [employee(company, row) for row in found if row is not None]


def item(company: Company, row: Item) -> Json:
    """An inventory item. Here `inventoryId` is the internal number and the version is spelt `timestamp`."""
    labour = row.type == "LaborItem"
    return {
        "inventoryId": row.inventory_id,
        "inventoryNumber": row.number,
        "status": row.status,
        "type": row.type,
        "description": row.description,
        "itemClass": {"type": row.type, "id": "ARBEID" if labour else "DIVERSE", "description": row.type},
        "postingClass": {"id": "ALLE", "description": "Alle varer"},
        "vatCode": {"id": row.vat_category, "description": row.vat_category},
        "defaultPrice": row.default_price,
        "pendingCost": NOTHING,
        "currentCost": NOTHING,
        "lastCost": NOTHING,
        "lastModifiedDateTime": moment_text(row.changed_at),
        "baseUnit": row.base_unit,
        "salesUnit": row.base_unit,
        "purchaseUnit": row.base_unit,
        "stockItem": row.type == "FinishedGoodItem",
        "kitItem": False,
        "accountInformation": {
            "expenseAccount": account_ref(company, row.expense_account),
            "salesAccount": account_ref(company, row.sales_account),
        },
        "timestamp": row.timestamp,
    }


def account(_: Company, row: Account) -> Json:
    """A general ledger account."""
    return {
        "accountID": row.account_id,
        "accountCD": row.number,
        "accountGroupCD": row.group,
        "accountClass": row.account_class,
        "type": row.type,
        "active": row.active,
        "description": row.description,
        "useDefaultSub": row.uses_default_sub,
        "postOption": "Detail",
        "currency": row.currency,
        "taxCategory": row.tax_category,
        "cashAccount": row.control_module == "CA",
        "publicCode1": row.public_code,
        "externalCode1Info": {"number": row.external_code, "description": None} if row.external_code else None,
        "lastModifiedDateTime": moment_text(row.changed_at),
        "controlAccountModule": row.control_module,
        "allowManualEntry": row.takes_manual_entries,
        "timeStamp": row.timestamp,
    }


def subaccount(company: Company, row: Subaccount) -> Json:
    """A subaccount with its segments."""
    segments = sorted(company.segments, key=lambda segment: segment.segment_id)
    return {
        "subaccountNumber": row.number,
        "subaccountId": row.subaccount_id,
        "description": row.description,
        "lastModifiedDateTime": moment_text(row.changed_at),
        "active": row.active,
        "segments": [
            {
                "segmentId": segment.segment_id,
                "segmentDescription": segment.description,
                "segmentValue": value,
                "segmentValueDescription": segment.values[value].description,
            }
            for segment, value in zip(segments, row.segments, strict=True)
        ],
        "timeStamp": row.timestamp,
    }


def segment(company: Company, row: Segment) -> Json:
    """One segment of the SUBACCOUNT key with its values."""
    return {
        "segmentId": row.segment_id,
        "description": row.description,
        "length": row.length,
        "publicId": company.public_id("segment", str(row.segment_id)),
        "timeStamp": row.timestamp,
        "lastModified": moment_text(row.changed_at),
        "validate": True,
        "segmentValues": [
            {
                "segmentId": row.segment_id,
                "valueId": value.value,
                "description": value.description,
                "publicId": company.public_id(f"segment/{row.segment_id}", value.value),
                "active": value.active,
                "timeStamp": value.timestamp,
                "lastModified": moment_text(value.changed_at),
            }
            for value in row.values.values()
        ],
        "isAutoNumber": False,
    }


def branch(company: Company, row: Branch) -> Json:
    """A branch of the company."""
    return {
        "branchId": row.branch_id,
        "number": row.number,
        "name": row.name,
        "organizationId": 1,
        "isMainBranch": row.is_main,
        "isActive": True,
        "lastModifiedDateTime": moment_text(row.changed_at),
        "corporateId": company.corporate_id,
        "currency": {"id": company.currency, "description": company.currency, "symbol": "kr"},
        "ledger": {"id": company.ledger, "description": "Hovedbok"},
        "defaultCountry": {"id": "NO", "name": "Norge"},
    }


def period(_: Company, row: Period) -> Json:
    """A financial period. Its text form is "period and year", MMYYYY by that wording."""
    year, month = int(row.period[:4]), int(row.period[4:])
    after = f"{year + month // 12}-{month % 12 + 1:02d}-01"
    return {
        "year": year,
        "period": row.period[4:] + row.period[:4],
        "startDate": f"{year}-{month:02d}-01T00:00:00",
        "endDate": day_text(read_moment(after)),  # ASSUMED: the day after the last one
        "description": row.period,
        "active": row.active,
        "closedInSupplierLedger": row.closed,
        "closedInCustomerLedger": row.closed,
        "closedInInventoryManagement": row.closed,
        "closedInGeneralLedger": row.closed,
        "closedInCashManagement": row.closed,
        "closedInFixedAssets": row.closed,
    }


def customer(_: Company, row: Customer) -> Json:
    """A customer."""
    address = {
        "addressId": row.internal_id + 7000,
        **{key: value for key, value in row.address.items() if key != "countryId"},
        "country": {"id": row.address.get("countryId") or "NO", "name": None},
    }
    contact = {"contactId": row.internal_id + 8000, "name": row.name, **row.contact}
    return {
        "internalId": row.internal_id,
        "number": row.number,
        "name": row.name,
        "status": row.status,
        "mainAddress": address,
        "mainContact": contact,
        "invoiceAddress": address,
        "invoiceContact": contact,
        "customerClass": {"id": "1", "description": "Standard"},
        "creditTerms": {"id": "30", "description": "30 dager netto"},
        "currencyId": row.currency,
        "vatRegistrationId": row.vat_registration_id,
        "corporateId": row.corporate_id,
        "vatZone": {"id": row.vat_zone, "description": None},
        "location": {"countryId": None, "id": "MAIN", "name": "Main"},
        "attributes": [],
        "lastModifiedDateTime": moment_text(row.changed_at),
        "createdDateTime": moment_text(row.created_at),
        "timeStamp": row.timestamp,
    }


def account_group(_: Company, row: AccountGroup) -> Json:
    """A project account group."""
    return {
        "accountGroupId": row.group_id,
        "active": row.active,
        "description": row.description,
        "attributes": None,
    }


def unit(_: Company, row: Unit) -> Json:
    """A conversion between units of measure."""
    return {
        "fromUnit": row.name,
        "toUnit": row.to,
        "unitMultDiv": "Multiply",
        "unitRate": row.factor,
        "supplementaryMeasureUnit": "None",
    }


def budget_line(company: Company, row: BudgetLine) -> Json:
    """A budget line; actuals are the released transactions on the same task, group and item."""
    actual = [
        line
        for document in company.project_transactions
        for line in document.lines
        if line.released
        and (line.project, line.task, line.group, line.item) == (row.project, row.task, row.group, row.item)
    ]
    return {
        "projectID": row.project,
        "projectTaskID": row.task,
        "accountGroupID": row.group,
        "inventoryNumber": row.item,
        "description": row.description,
        "uom": row.uom,
        "rate": row.rate,
        "originalBudgetQty": row.original_quantity,
        "originalBudgetAmount": row.original_amount,
        "revisedBudgetQty": row.revised_quantity,
        "revisedBudgetAmount": row.revised_amount,
        "actualQty": sum((line.quantity for line in actual), NOTHING),
        "actualAmount": sum((line.amount for line in actual), NOTHING),
        "type": "Expense",
        "committedQty": NOTHING,
        "committedAmount": NOTHING,
    }


def account_ref(company: Company, number: str | None) -> Json | None:
    """An account inside another object."""
    row = company.accounts.get(number)
    return {"type": row.type, "number": row.number, "description": row.description} if row else None


def sub_ref(company: Company, number: str | None) -> Json | None:
    """A subaccount inside another object; its number is called id."""
    row = company.subaccounts.get(number)
    return {"active": row.active, "id": row.number, "description": row.description} if row else None


def branch_ref(company: Company, number: str | None) -> Json | None:
    """A branch inside another object."""
    row = company.branches.get(number)
    return {"number": row.number, "name": row.name} if row else None


def version_of(row: Row) -> str:
    """The row's version, which is its ETag."""
    return row.timestamp
