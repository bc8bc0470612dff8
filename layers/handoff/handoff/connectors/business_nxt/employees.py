"""Employees: associates with an employee number. Source: Business NXT, associate: who has no such role has 0."""

from __future__ import annotations

import msgspec

from handoff.connectors.business_nxt.documents import employees, filled
from handoff.connectors.business_nxt.one_table import Documents, Shape
from handoff.connectors.business_nxt.rows import Kind, Text, changed_at
from handoff.connectors.business_nxt.tables import Marks, block_column, marks
from handoff.connectors.business_nxt.values import Columns, whole_number
from handoff.domain.pairs import Employee
from handoff.ports.mirror import Blocked, Listed

WHAT = "employees"
NO_EMAIL: Marks = {"excluded": "it has no e-mail address"}


class EmployeeRow(msgspec.Struct, rename="camel"):
    """An associate as an employee."""

    associate_no: int
    employee_no: int
    name: Text = None
    email_address: Text = None
    changed_timestamp: Text = None
    block: int | None = None


def employees_shape(blocked: Blocked | None) -> Shape[Employee, EmployeeRow]:
    """The employees; one without an e-mail address doesn't travel."""

    def says(row: EmployeeRow) -> Listed[Employee]:
        said = Employee(str(row.employee_no), row.name or "", row.email_address or "")
        held = marks(blocked, row.block) or ({} if said.email.strip() else NO_EMAIL)
        return Listed(str(row.associate_no), said, changed_at(row.changed_timestamp), **held)

    def stored(one: Employee) -> Columns:
        number = whole_number(one.number, WHAT) if one.number else 0
        return {"employeeNo": number, "name": one.name, "emailAddress": one.email}

    names = {"block": block_column(blocked)}
    texts = (employees.PAGE, employees.CREATE, employees.UPDATE)
    return Shape(
        kind=Kind(WHAT, EmployeeRow, "associateNo"),
        documents=Documents(*(filled(text, **names) for text in texts)),
        key="associateNo",
        of_key=int,
        says=says,
        stored=stored,
        number="employeeNo",
        name="name",
        only={"employeeNo": {"_gt": 0}},
        fixed=False,
    )
