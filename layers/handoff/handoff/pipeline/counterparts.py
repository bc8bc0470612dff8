"""Counterparts: what a project, task or person of the time tool is called in the ERP.

The settings' word comes first and is final; without one, codes, names and e-mail addresses decide.
Where two open objects of the ERP answer to one name nothing is guessed: that is a problem.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from handoff.accounting.matching import Lost, fold
from handoff.accounting.plan_rules import PlanRules
from handoff.domain.ledger import Item
from handoff.domain.parties import Employee, Person
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.projects import LedgerProject, LedgerTask, Project, Task
from handoff.domain.reference import ReferenceData

T = TypeVar("T")

IN_SETTINGS = "settings"
SAME_CODE = "same_code"
SAME_NAME = "same_name"
SAME_EMAIL = "same_email"
DEFAULT_TASK = "default_task"
_SETTINGS_FIRST = "the settings come first"


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """The object in the ERP, or the problem; `how` it was looked for, under which name, and what lost."""

    how: str
    sought: str
    object: T | None = None
    problem: Problem | None = None
    passed_over: tuple[Lost[str], ...] = ()


class Counterparts:
    """Finds the ERP's side of things; indexes are made once."""

    def __init__(self, rules: PlanRules, reference: ReferenceData) -> None:
        self._rules = rules
        self._reference = reference
        self._employees_by_email: dict[str, list[Employee]] = defaultdict(list)
        for employee in reference.employees.values():
            if employee.email:
                self._employees_by_email[fold(employee.email)].append(employee)
        self._tasks_by_name: dict[str, Mapping[str, list[LedgerTask]]] = {}

    def project(self, project: Project) -> Found[LedgerProject]:
        """By the settings (id or code), else the ERP project whose number is the code."""
        named = _named(self._rules.projects, project.id, project.code)
        code = project.code.strip()
        sought = named or code
        how = IN_SETTINGS if named else SAME_CODE
        passed_over = (Lost(SAME_CODE, code, _SETTINGS_FIRST),) if named else ()
        ledger = self._reference.ledger_projects.get(sought)
        problem = None
        if ledger is None:
            subject = f"{label(project)} (the settings name {named})" if named else label(project)
            problem = Problem(ProblemCode.UNKNOWN_PROJECT, subject)
        elif not ledger.open:
            problem = Problem(ProblemCode.INACTIVE_PROJECT, f"{ledger.number} ({ledger.status})")
        return Found(how, sought, ledger if problem is None else None, problem, passed_over)

    def task(self, task: Task, project: LedgerProject) -> Found[LedgerTask]:
        """By the settings (id or name), else the project's task of that number or name, else the default."""
        named = _named(self._rules.tasks, task.id, task.name)
        if named:
            passed_over = (Lost(SAME_NAME, task.name, _SETTINGS_FIRST),)
            return self._task_called(named, IN_SETTINGS, task, project, passed_over)
        default = self._rules.default_task
        if default and not self._tasks_of(project).get(fold(task.name)):
            passed_over = (Lost(SAME_NAME, task.name, "the ERP project has no such task"),)
            return self._task_called(default, DEFAULT_TASK, task, project, passed_over)
        return self._task_called(task.name, SAME_NAME, task, project, ())

    def employee(self, person: Person) -> Found[Employee]:
        """By the settings (e-mail address or id), else the active employee with the e-mail address."""
        named = _named(self._rules.employees, person.email, person.id)
        if named:
            found = self._reference.employees.get(named)
            problem = None
            if found is None:
                subject = f"{person.email or person.name} (the settings name {named})"
                problem = Problem(ProblemCode.UNKNOWN_EMPLOYEE, subject)
            elif not found.active:
                problem = Problem(ProblemCode.INACTIVE_EMPLOYEE, found.number)
            passed_over = (Lost(SAME_EMAIL, person.email, _SETTINGS_FIRST),)
            return Found(IN_SETTINGS, named, found if problem is None else None, problem, passed_over)
        return self._employee_by_email(person)

    def item(self) -> Found[Item]:
        """The labour item that the settings name."""
        number = self._rules.item
        item = self._reference.items.get(number)
        if item is None or not item.active:
            return Found(IN_SETTINGS, number, problem=Problem(ProblemCode.UNKNOWN_ITEM, number or "(none named)"))
        return Found(IN_SETTINGS, number, item)

    def _employee_by_email(self, person: Person) -> Found[Employee]:
        known = self._employees_by_email.get(fold(person.email), []) if person.email else []
        active = [employee for employee in known if employee.active]
        if len(active) == 1:
            lost = tuple(Lost(SAME_EMAIL, e.number, "not active in the ERP") for e in known if not e.active)
            return Found(SAME_EMAIL, person.email, active[0], passed_over=lost)
        if active:
            problem = Problem(ProblemCode.AMBIGUOUS_EMPLOYEE, person.email)
        elif known:
            problem = Problem(ProblemCode.INACTIVE_EMPLOYEE, ", ".join(sorted(e.number for e in known)))
        else:
            problem = Problem(ProblemCode.UNKNOWN_EMPLOYEE, person.email or person.name)
        return Found(SAME_EMAIL, person.email, problem=problem)

    def _tasks_of(self, project: LedgerProject) -> Mapping[str, list[LedgerTask]]:
        """The project's tasks by folded number, and by folded name where no number is so called."""
        found = self._tasks_by_name.get(project.number)
        if found is None:
            by_number: dict[str, list[LedgerTask]] = defaultdict(list)
            by_name: dict[str, list[LedgerTask]] = defaultdict(list)
            for task in project.tasks:
                by_number[fold(task.number)].append(task)
                by_name[fold(task.name)].append(task)
            found = self._tasks_by_name[project.number] = {**by_name, **by_number}
        return found

    def _task_called(
        self, called: str, how: str, task: Task, project: LedgerProject, passed_over: tuple[Lost[str], ...]
    ) -> Found[LedgerTask]:
        known = self._tasks_of(project).get(fold(called), [])
        still_open = [candidate for candidate in known if candidate.open]
        if len(still_open) == 1:
            return Found(how, called, still_open[0], passed_over=passed_over)
        if still_open:
            problem = Problem(ProblemCode.AMBIGUOUS_TASK, f"{called} on {project.number}")
        elif known:
            problem = Problem(ProblemCode.INACTIVE_TASK, f"{called} on {project.number}")
        else:
            asked = "" if how == SAME_NAME else f" (the settings name {called})"
            problem = Problem(ProblemCode.UNKNOWN_TASK, f"{task.name} on {project.number}{asked}")
        return Found(how, called, problem=problem, passed_over=passed_over)


def label(project: Project) -> str:
    """What people call a project of the time tool: its code, or its name where it has none."""
    return project.code.strip() or f"{project.name} (id {project.id})"


def _named(named: Mapping[str, str], *names: str) -> str:
    """What the settings name for the first of the names that they know; empty for none."""
    if not named:
        return ""
    return next((named[key] for key in map(fold, names) if key in named), "")
