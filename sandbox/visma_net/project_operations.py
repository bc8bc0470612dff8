"""The API's operations on projects, tasks, budgets and project transactions."""

from __future__ import annotations

from sandbox.visma_net import document_shapes, project_data, project_transactions, shapes
from sandbox.visma_net.formats import is_period
from sandbox.visma_net.house import (
    House,
    Operation,
    changed,
    found,
    get,
    path_id,
    path_number,
    post,
    put,
    shown,
)
from sandbox.visma_net.listing import Query, bare_page, page, unsorted
from sandbox.visma_net.records import Project, ProjectTransaction, Task, TransactionLine
from sandbox.visma_net.writing import bad
from sandbox.wire import Answer, Call


class ProjectOperations:
    """Reads and writes of project data."""

    def __init__(self, house: House) -> None:
        self.house = house

    def operations(self) -> list[Operation]:
        """All of them."""
        return [
            get("/v1/project", self.list_projects),
            post("/v1/project", self.create_project),
            get("/v1/project/tasks", self.list_tasks),
            get("/v1/project/{projectID}", lambda call: self._show_project(self._project(call))),
            put("/v1/project/{projectID}", lambda call: self._change_project(call, self._project(call))),
            get("/v1/project/internal/{internalID}", lambda call: self._show_project(self._internal(call))),
            put("/v1/project/internal/{internalID}", lambda call: self._change_project(call, self._internal(call))),
            get("/v1/projectbasic", self.list_projects_basic),
            get("/v1/projecttask", self.list_tasks),
            get("/v1/projecttask/{internalId}", self.show_task),
            post("/v1/projecttask/{internalId}", self.create_task),
            put("/v1/projecttask/{internalId}", self.change_task),
            get("/v1/projectbudget", self.list_budget),
            post("/v1/projectbudget", self.create_budget_line),
            get("/v1/projecttransaction", self.list_transactions),
            post("/v1/projecttransaction", self.create_transaction),
            get("/v1/projecttransaction/{refNbr}", self.show_transaction),
            put("/v1/projecttransaction/{refNbr}", self.change_transaction),
        ]

    # Projects

    def list_projects(self, call: Call) -> Answer:
        """The projects with tasks inside; templates are among them, the non-project only when asked for."""
        query, company = Query(call), self.house.company
        rows = [row for row in query.changed(company.projects) if _is_project_wanted(query, row, company.tasks_of(row))]
        rows = unsorted(rows, lambda row: row.project_id)
        shaped = page(query, rows, lambda row: shapes.project(company, row), self.house.settings.max_page_size)
        return Answer(200, shaped)

    def list_projects_basic(self, call: Call) -> Answer:
        """The light list; it has filters that the full one ignores, and the other way round."""
        query, company = Query(call), self.house.company
        rows = [
            row
            for row in query.changed(company.projects)
            if _is_project_of_both(query, row)
            and query.matches("projectId", row.project_id)
            and query.matches("description", row.description)
            and _is_visible(query, row)
        ]
        rows = unsorted(rows, lambda row: row.project_id)
        shaped = page(query, rows, lambda row: shapes.project_basic(company, row), self.house.settings.max_page_size)
        return Answer(200, shaped)

    def create_project(self, call: Call) -> Answer:
        """Makes a project."""
        row = project_data.create_project(self.house.company, call.json())
        return self.house.created(call, "/v1/project", row.project_id, row)

    def _project(self, call: Call) -> Project:
        project_id = path_id(call, "projectID")
        return found(self.house.company.projects.get(project_id), "Project", project_id)

    def _internal(self, call: Call) -> Project:
        number = path_number(call, "internalID")
        return found(self.house.company.project_by_internal_id(number), "Project", number)

    def _show_project(self, row: Project) -> Answer:
        return shown(shapes.project(self.house.company, row), row)

    def _change_project(self, call: Call, row: Project) -> Answer:
        body = call.json()
        return changed(call, row, lambda: project_data.update_project(self.house.company, row, body))

    # Tasks

    def list_tasks(self, call: Call) -> Answer:
        """The tasks of one project or of all; the vendor's schema of a task has no `metadata`."""
        query, company = Query(call), self.house.company
        projects = {row.internal_id: row for row in company.projects}
        rows = [
            task
            for task in query.changed(company.tasks)
            if _is_task_wanted(query, task, projects[task.project_internal_id])
        ]
        rows = unsorted(rows, lambda row: str(row.internal_id))
        shaped = bare_page(query, rows, lambda row: shapes.task(company, row), self.house.settings.max_page_size)
        return Answer(200, shaped)

    def show_task(self, call: Call) -> Answer:
        """One task, by its own internal id."""
        row = self._task(call)
        return shown(shapes.task(self.house.company, row), row)

    def create_task(self, call: Call) -> Answer:
        """Makes a task; here the id in the path is the project's."""
        number = path_number(call, "internalId")
        project = found(self.house.company.project_by_internal_id(number), "Project", number)
        row = project_data.create_task(self.house.company, project, call.json())
        return self.house.created(call, "/v1/projecttask", str(row.internal_id), row)

    def change_task(self, call: Call) -> Answer:
        """Changes a task, by its own internal id."""
        row, body = self._task(call), call.json()
        return changed(call, row, lambda: project_data.update_task(self.house.company, row, body))

    def _task(self, call: Call) -> Task:
        number = path_number(call, "internalId")
        return found(self.house.company.tasks.get(number), "Project task", number)

    # Budgets

    def list_budget(self, call: Call) -> Answer:
        """The budget lines of one project or of all."""
        query, company = Query(call), self.house.company
        rows = [row for row in query.changed(company.budget) if query.matches("project", row.project)]
        rows = unsorted(rows, lambda row: f"{row.project}/{row.task}/{row.group}/{row.item}")
        shaped = page(query, rows, lambda row: shapes.budget_line(company, row), self.house.settings.max_page_size)
        return Answer(200, shaped)

    def create_budget_line(self, call: Call) -> Answer:
        """Makes a budget line. ASSUMED: what its `Location` ends in, as a line cannot be read alone."""
        row = project_data.create_budget_line(self.house.company, call.json())
        return self.house.created(call, "/v1/projectbudget", row.project, row)

    # Project transactions

    def list_transactions(self, call: Call) -> Answer:
        """The documents with a line that passes the filters, each with all its lines; the periods are mandatory."""
        query, company = Query(call), self.house.company
        periods = _period(query, "fromPeriod"), _period(query, "toPeriod")
        module = (query.text("module") or "").casefold().removeprefix("module")
        with_notes = query.flag("expandNote") is True
        rows = [
            row
            for row in query.changed(company.project_transactions)
            if query.matches("status", row.status)
            and (not module or row.module.casefold() == f"module{module}")
            and any(_is_line_wanted(query, line, periods) for line in row.lines)
        ]
        rows = unsorted(rows, lambda row: row.number)

        def shape(row: ProjectTransaction) -> shapes.Json:
            return document_shapes.project_transaction(company, row, with_notes=with_notes)

        return Answer(200, page(query, rows, shape, self.house.settings.max_page_size))

    def show_transaction(self, call: Call) -> Answer:
        """One document."""
        row = self._transaction(call)
        return shown(document_shapes.project_transaction(self.house.company, row), row)

    def create_transaction(self, call: Call) -> Answer:
        """Makes a document; the same call twice makes two."""
        row = project_transactions.create(self.house.company, call.json())
        return self.house.created(call, "/v1/projecttransaction", row.number, row)

    def change_transaction(self, call: Call) -> Answer:
        """Changes a document that is not released."""
        row, body = self._transaction(call), call.json()
        return changed(call, row, lambda: project_transactions.update(self.house.company, row, body))

    def _transaction(self, call: Call) -> ProjectTransaction:
        number = path_id(call, "refNbr")
        return found(self.house.company.project_transactions.get(number), "Project transaction", number)


def _is_project_of_both(query: Query, row: Project) -> bool:
    starts = query.moment("startDate")
    return (
        row.is_non_project == (query.flag("nonProject") is True)
        and query.matches("status", row.status)
        and query.matches("publicId", row.public_id)
        and (starts is None or row.start_on == starts.date())
    )


def _is_project_wanted(query: Query, row: Project, tasks: list[Task]) -> bool:
    task_status = query.text("taskStatus")
    return (
        _is_project_of_both(query, row)
        and query.matches("branch", row.branch)
        and query.agrees("systemTemplate", row.is_template)
        and query.agrees("onHold", row.hold)
        and query.agrees("visibleInAP", "visibleInAp" not in row.hidden_in)
        and (task_status is None or any(query.matches("taskStatus", task.status) for task in tasks))
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
