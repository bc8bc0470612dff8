"""The API's operations on projects, tasks, budgets and project transactions."""

from __future__ import annotations

from sandbox.visma_net import document_shapes, project_data, project_transactions, shapes
from sandbox.visma_net.company import Company
from sandbox.visma_net.formats import is_period
from sandbox.visma_net.house import House, Operation, get, post
from sandbox.visma_net.listing import Query, bare_page
from sandbox.visma_net.records import BudgetLine, Project, ProjectTransaction, Task, TransactionLine
from sandbox.visma_net.resource import Resource
from sandbox.visma_net.writing import bad
from sandbox.wire import Answer, Call


class ProjectOperations:
    """Reads and writes of project data."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.projects = Resource[Project](
            house, "Project", lambda company: company.projects, lambda row: row.project_id, shapes.project
        )
        self.tasks = Resource[Task](
            house,
            "Project task",
            lambda company: company.tasks,
            lambda row: str(row.internal_id),
            shapes.task,
            cut=bare_page,  # the vendor's schema of a task has no `metadata`
        )
        self.budget = Resource[BudgetLine](
            house,
            "Project budget",
            lambda company: company.budget,
            lambda row: f"{row.project}/{row.task}/{row.group}/{row.item}",
            shapes.budget_line,
        )
        self.transactions = Resource[ProjectTransaction](
            house,
            "Project transaction",
            lambda company: company.project_transactions,
            lambda row: row.number,
            document_shapes.project_transaction,
        )

    def operations(self) -> list[Operation]:
        """All of them."""
        projects, tasks, transactions = self.projects, self.tasks, self.transactions
        project = projects.by_id("projectID")
        internal = projects.by_internal_id("internalID", lambda row: row.internal_id)
        task = tasks.by_internal_id("internalId", lambda row: row.internal_id)
        transaction = transactions.by_id("refNbr")
        return [
            projects.get_all("/v1/project", self._is_project_wanted),
            projects.post("/v1/project", project_data.create_project),
            get("/v1/project/tasks", self.list_tasks),
            projects.get_one("/v1/project/{projectID}", project),
            projects.put("/v1/project/{projectID}", project, project_data.update_project),
            projects.get_one("/v1/project/internal/{internalID}", internal),
            projects.put("/v1/project/internal/{internalID}", internal, project_data.update_project),
            projects.get_all("/v1/projectbasic", _is_basic_wanted, shapes.project_basic),
            get("/v1/projecttask", self.list_tasks),
            tasks.get_one("/v1/projecttask/{internalId}", task),
            post("/v1/projecttask/{internalId}", self.create_task),
            tasks.put("/v1/projecttask/{internalId}", task, project_data.update_task),
            self.budget.get_all("/v1/projectbudget", lambda query, row: query.matches("project", row.project)),
            post("/v1/projectbudget", self.create_budget_line),
            get("/v1/projecttransaction", self.list_transactions),
            transactions.post("/v1/projecttransaction", project_transactions.create),  # the same call twice makes two
            transactions.get_one("/v1/projecttransaction/{refNbr}", transaction),
            transactions.put("/v1/projecttransaction/{refNbr}", transaction, project_transactions.update),
        ]

    def list_tasks(self, call: Call) -> Answer:
        """The tasks of one project or of all."""
        query = Query(call)
        projects = {row.internal_id: row for row in self.house.company.projects}
        tasks = self.tasks.chosen(
            query, lambda query, task: _is_task_wanted(query, task, projects[task.project_internal_id])
        )
        return self.tasks.listed(query, tasks)

    def create_task(self, call: Call) -> Answer:
        """Makes a task; here the id in the path is the project's."""
        project = self.projects.by_internal_id("internalId", lambda row: row.internal_id)(call)
        row = project_data.create_task(self.house.company, project, call.json())
        return self.house.created(call, "/v1/projecttask", str(row.internal_id), row)

    def create_budget_line(self, call: Call) -> Answer:
        """Makes a budget line. ASSUMED: what its `Location` ends in, as a line cannot be read alone."""
        row = project_data.create_budget_line(self.house.company, call.json())
        return self.house.created(call, "/v1/projectbudget", row.project, row)

    def list_transactions(self, call: Call) -> Answer:
        """The documents with a line that passes the filters, each with all its lines; the periods are mandatory."""
        query = Query(call)
        periods = _period(query, "fromPeriod"), _period(query, "toPeriod")
        with_notes = query.flag("expandNote") is True
        rows = self.transactions.chosen(query, lambda query, row: _is_transaction_wanted(query, row, periods))

        def shape(company: Company, row: ProjectTransaction) -> shapes.Json:
            return document_shapes.project_transaction(company, row, with_notes=with_notes)

        return self.transactions.listed(query, rows, shape)

    def _is_project_wanted(self, query: Query, row: Project) -> bool:
        """The full list has templates in it, the non-project only when asked for."""
        task_status, tasks = query.text("taskStatus"), self.house.company.tasks_of(row)
        return (
            _is_project_of_both(query, row)
            and query.matches("branch", row.branch)
            and query.agrees("systemTemplate", row.is_template)
            and query.agrees("onHold", row.hold)
            and query.agrees("visibleInAP", "visibleInAp" not in row.hidden_in)
            and (task_status is None or any(query.matches("taskStatus", task.status) for task in tasks))
        )


def _is_project_of_both(query: Query, row: Project) -> bool:
    starts = query.moment("startDate")
    return (
        row.is_non_project == (query.flag("nonProject") is True)
        and query.matches("status", row.status)
        and query.matches("publicId", row.public_id)
        and (starts is None or row.start_on == starts.date())
    )


def _is_basic_wanted(query: Query, row: Project) -> bool:
    """The light list has filters that the full one ignores, and the other way round."""
    return (
        _is_project_of_both(query, row)
        and query.matches("projectId", row.project_id)
        and query.matches("description", row.description)
        and _is_visible(query, row)
    )


def _is_visible(query: Query, row: Project | Task) -> bool:
    boxes = [f"visibleIn{ledger}" for ledger in shapes.LEDGERS]
    return all(query.agrees(box, box not in row.hidden_in) for box in boxes)


def _is_task_wanted(query: Query, task: Task, project: Project) -> bool:
    return (
        query.matches("projectId", project.project_id)
        and query.matches("publicId", project.public_id)
        and query.matches("projectInternalId", str(project.internal_id))
        and query.matches("taskCd", task.task_id)
        and query.matches("description", task.description)
        and query.matches("status", task.status)
        and _is_visible(query, task)
    )


def _period(query: Query, name: str) -> str:
    """A mandatory period of the list of project transactions, YYYYMM (ASSUMED; the format is not documented)."""
    period = query.text(name)
    if period is None:
        raise bad(f"{name} is mandatory.")
    if not is_period(period):
        raise bad(f"The value '{period}' is not valid for {name}.")
    return period


def _is_transaction_wanted(query: Query, row: ProjectTransaction, periods: tuple[str, str]) -> bool:
    module = (query.text("module") or "").casefold().removeprefix("module")
    return (
        query.matches("status", row.status)
        and (not module or row.module.casefold() == f"module{module}")
        and any(_is_line_wanted(query, line, periods) for line in row.lines)
    )


def _is_line_wanted(query: Query, line: TransactionLine, periods: tuple[str, str]) -> bool:
    on = query.moment("date")
    return (
        periods[0] <= line.period <= periods[1]
        and query.matches("project", line.project)
        and query.matches("projectTask", line.task)
        and query.matches("branch", line.branch)
        and query.agrees("billable", line.billable)
        and (on is None or line.date == on.date())
    )
