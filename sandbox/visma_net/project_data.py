"""Writing projects, their tasks and their budgets.

Some names a client must write are misspelt, and only the misspelt ones are read: `projectManger`, `restricEmployees`,
`restricEquipment`, `automaticReleaseArDoc` (Visma.net ERP API, schemas of the update bodies). ASSUMED: project ids
are given by hand, and a project and its tasks are changed together or not at all.
"""

from __future__ import annotations

from decimal import Decimal

from sandbox.visma_net.company import Company, refuse_taken, required, unknown
from sandbox.visma_net.records import BudgetLine, Project, Task
from sandbox.visma_net.shapes import LEDGERS
from sandbox.visma_net.writing import (
    FLAG,
    MOMENT,
    NUMBER,
    OPERATION,
    SEGMENTS,
    TEXT,
    Sent,
    bad,
    one_of,
    part,
    read,
    rows,
    wrapped,
)

PROJECT_STATUSES = ("Planned", "Active", "Completed", "Cancelled", "OnHold", "PendingApproval")
TASK_STATUSES = ("Planned", "Active", "Cancelled", "Canceled", "Completed")

_VISIBILITY = part({f"visibleIn{ledger}": FLAG for ledger in LEDGERS})
_TEAM = rows({"operation": OPERATION, "employeeId": TEXT})

TASK = {
    "taskId": TEXT,
    "description": TEXT,
    "plannedStart": MOMENT,
    "plannedEnd": MOMENT,
    "startDate": MOMENT,
    "rateTable": TEXT,
    "status": wrapped(one_of(*TASK_STATUSES)),
    "visibility": _VISIBILITY,
    "restrictEmployees": FLAG,
    "employees": _TEAM,
}
PROJECT = {
    "projectID": TEXT,
    "customer": TEXT,
    "description": TEXT,
    "hold": FLAG,
    "status": wrapped(one_of(*PROJECT_STATUSES)),
    "defAccount": TEXT,
    "defSub": SEGMENTS,
    "startDate": MOMENT,
    "endDate": MOMENT,
    "billingPeriod": TEXT,
    "branch": TEXT,
    "projectManger": TEXT,
    "autoAllocate": FLAG,
    "automaticReleaseArDoc": FLAG,
    "restricEmployees": FLAG,
    "restricEquipment": FLAG,
    "visibility": _VISIBILITY,
    "tasks": rows({"operation": OPERATION, **TASK}),
    "employees": _TEAM,
    "note": TEXT,
}
BUDGET = {
    **dict.fromkeys(("projectID", "projectTaskID", "accountGroupID", "inventoryNumber"), TEXT),
    **dict.fromkeys(("description", "uom"), TEXT),
    **dict.fromkeys(("rate", "originalBudgetQty", "originalBudgetAmount"), NUMBER),
    **dict.fromkeys(("revisedBudgetQty", "revisedBudgetAmount"), NUMBER),
}


def create_project(company: Company, raw: object) -> Project:
    """A new project; description and start date are needed, and a default subaccount. Raises `Refused`."""
    sent = read(raw, PROJECT)
    project_id = required("Project ID", sent.text("projectID"))
    required("Description", sent.text("description"))
    if sent.moment("startDate") is None:
        raise bad("'Start date' cannot be empty.")
    refuse_taken("Project", project_id, company.projects)
    number = company.next_number("project", 900)
    project = Project(
        internal_id=number,
        project_id=project_id,
        description="",
        public_id=company.public_id("project", project_id),
        status="Planned",
        branch=company.main_branch,
    )
    _check_project(company, sent)
    _check_tasks(company, project, sent.rows("tasks"), is_new=True)
    _fill_project(company, project, sent)
    company.add(company.projects, project_id, project)
    _write_tasks(company, project, sent.rows("tasks"))
    return project


def update_project(company: Company, project: Project, raw: object) -> None:
    """Changes a project and the tasks sent with it. Raises `Refused`."""
    sent = read(raw, PROJECT)
    _check_project(company, sent)
    _check_tasks(company, project, sent.rows("tasks"))
    _fill_project(company, project, sent)
    company.touch(project)
    _write_tasks(company, project, sent.rows("tasks"))


def _check_project(company: Company, sent: Sent) -> None:
    customer = sent.text("customer")
    if customer and company.customers.get(customer) is None:
        raise unknown("Customer", customer)
    if manager := sent.text("projectManger"):
        company.employee(manager)
    if sent.rows("defSub"):
        company.subaccount_of(sent.rows("defSub"))
    if account := sent.text("defAccount"):
        company.account(account)
    if branch := sent.text("branch"):
        company.branch(branch)
    _check_team(company, sent)


def _check_tasks(company: Company, project: Project, tasks: list[Sent], *, is_new: bool = False) -> None:
    for row in tasks:
        if row.text("operation") == "Insert":
            _check_new_task(company, project, row)
        elif row.text("operation") == "Delete":
            raise bad("A project task cannot be deleted.")
        elif is_new or company.task_of(project, row.text("taskId")) is None:
            raise unknown("Project task", row.text("taskId"))
        _check_team(company, row)


def _check_new_task(company: Company, project: Project, sent: Sent) -> None:
    task_id = required("Project task ID", sent.text("taskId"))
    required("Description", sent.text("description"))
    if company.task_of(project, task_id) is not None:
        raise bad(f"Project task '{task_id}' already exists.")


def _check_team(company: Company, sent: Sent) -> None:
    for member in sent.rows("employees"):
        company.employee(required("Employee", member.text("employeeId")))


def _write_tasks(company: Company, project: Project, tasks: list[Sent]) -> None:
    for row in tasks:
        task = company.task_of(project, row.text("taskId"))
        if task is None:
            _add_task(company, project, row)
        else:
            _fill_task(company, task, row)
            company.touch(task)


def _fill_project(company: Company, project: Project, sent: Sent) -> None:
    if sent.rows("defSub"):
        project.def_sub = company.subaccount_of(sent.rows("defSub")).number
    names = {
        "customer": "customer",
        "description": "description",
        "hold": "hold",
        "status": "status",
        "defAccount": "def_account",
        "startDate": "start_on",
        "endDate": "end_on",
        "billingPeriod": "billing_period",
        "branch": "branch",
        "projectManger": "manager",
        "autoAllocate": "auto_allocate",
        "automaticReleaseArDoc": "release_invoices",
        "restricEmployees": "restrict_employees",
        "restricEquipment": "restrict_equipment",
        "note": "note",
    }
    sent.fill(project, names)
    _fill_people(company, project, sent)


def create_task(company: Company, project: Project, raw: object) -> Task:
    """A new task of the project. Raises `Refused`."""
    sent = read(raw, TASK)
    _check_new_task(company, project, sent)
    _check_team(company, sent)
    return _add_task(company, project, sent)


def _add_task(company: Company, project: Project, sent: Sent) -> Task:
    task = Task(
        internal_id=company.next_number("task", 3000),
        project_internal_id=project.internal_id,
        task_id=sent.text("taskId") or "",
        description="",
        status="Planned",
    )
    _fill_task(company, task, sent)
    company.add_task(task)
    company.touch(task, is_new=True)
    return task


def update_task(company: Company, task: Task, raw: object) -> None:
    """Changes a task; the project's own time of change stays as it is. Raises `Refused`."""
    sent = read(raw, TASK)
    _check_team(company, sent)
    _fill_task(company, task, sent)
    company.touch(task)


def _fill_task(company: Company, task: Task, sent: Sent) -> None:
    names = {
        "description": "description",
        "plannedStart": "planned_start_on",
        "plannedEnd": "planned_end_on",
        "startDate": "start_on",
        "rateTable": "rate_table",
        "status": "status",
        "restrictEmployees": "restrict_employees",
    }
    sent.fill(task, names)
    _fill_people(company, task, sent)


def _fill_people(company: Company, row: Project | Task, sent: Sent) -> None:
    """Applies `employees` and `visibility`, which projects and tasks have alike."""
    for member in sent.rows("employees"):
        number = company.employee(member.text("employeeId") or "").number
        row.employees = [known for known in row.employees if known != number]
        if member.text("operation") != "Delete":
            row.employees.append(number)
    boxes = sent.part("visibility")
    for name in boxes.values:
        (row.hidden_in.discard if boxes.flag(name) else row.hidden_in.add)(name)


def create_budget_line(company: Company, raw: object) -> BudgetLine:
    """A new budget line; a second one for the same key is refused (ASSUMED). Raises `Refused`."""
    sent = read(raw, BUDGET)
    project = company.projects.get(required("Project", sent.text("projectID")))
    if project is None:
        raise unknown("Project", sent.text("projectID"))
    task = company.task_of(project, required("Project task", sent.text("projectTaskID")))
    if task is None:
        raise unknown("Project task", sent.text("projectTaskID"))
    group = company.account_group(required("Account group", sent.text("accountGroupID")))
    item, uom = company.item(required("Inventory item", sent.text("inventoryNumber"))), sent.text("uom")
    key = f"{project.project_id}/{task.task_id}/{group.group_id}/{item.number}"
    if company.budget.get(key) is not None:
        raise bad("A budget line for this project, task, account group and item already exists.")
    quantity = sent.number("originalBudgetQty") or Decimal(0)
    rate = sent.number("rate") or Decimal(0)
    amount = sent.number("originalBudgetAmount")
    amount = quantity * rate if amount is None else amount
    revised_quantity, revised_amount = sent.number("revisedBudgetQty"), sent.number("revisedBudgetAmount")
    line = BudgetLine(
        project=project.project_id,
        task=task.task_id,
        group=group.group_id,
        item=item.number,
        description=sent.text("description"),
        uom=company.unit(uom or item.base_unit, item.base_unit),
        rate=rate,
        original_quantity=quantity,
        original_amount=amount,
        revised_quantity=quantity if revised_quantity is None else revised_quantity,
        revised_amount=amount if revised_amount is None else revised_amount,
    )
    return company.add(company.budget, key, line)
