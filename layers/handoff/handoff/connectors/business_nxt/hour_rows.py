"""Hours as rows of free information: what a line becomes, and what is read back of it.

Source: Business NXT, freeInformation1 to 3, whose columns are assumed (`assumed.HOUR_COLUMNS`). Inserts: fields are
entered in the order given, as if typed, and a project may suggest its department, so the department comes after it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import msgspec

from handoff.connectors.business_nxt.assumed import HOUR_COLUMNS, HOUR_TEXT_MAX, UNIT_NUMBER_MAX
from handoff.connectors.business_nxt.config import TITLE
from handoff.connectors.business_nxt.documents import filled
from handoff.connectors.business_nxt.documents import hour_register as documents
from handoff.connectors.business_nxt.rows import Kind, Text
from handoff.connectors.business_nxt.tables import WITH_TEXT_NUMBERS, register_table, type_of, unit_table
from handoff.connectors.business_nxt.values import Unfit, Value, short_text, shortened, whole_number
from handoff.domain.errors import InvalidInput
from handoff.domain.posting import Posting, ProjectLine
from handoff.domain.sales import RegisterChoices, UnitChoices

WHAT = "hours"
Row = Mapping[str, str | int | Decimal | None]


class HourRow(msgspec.Struct, frozen=True):
    """A row as it is read back."""

    pk: int
    hours: Decimal
    amount: Decimal
    order: int
    posting: Text = None
    record: Text = None


HOURS = Kind(WHAT, HourRow, "pk")


@dataclass(frozen=True, slots=True)
class HourDocuments:
    """The documents of one table, complete."""

    page: str
    create: str
    update: str
    delete: str


def documents_of(choices: RegisterChoices) -> HourDocuments:
    """The documents of the chosen table; raises InvalidInput for a table or a unit that there is none of."""
    department_and_project(choices.units)
    names = _names(choices.table)
    texts = (documents.PAGE, documents.CREATE, documents.UPDATE, documents.DELETE)
    return HourDocuments(*(filled(text, **names) for text in texts))


def look_at(choices: RegisterChoices) -> str:
    """The document that asks for everything that is ever written or read; raises as `documents_of` does."""
    department, project = department_and_project(choices.units)
    return filled(documents.COLUMNS, **_names(choices.table), department=department, project=project)


def department_and_project(units: UnitChoices) -> tuple[str, str]:
    """The columns of both units; raises InvalidInput for one that there is none of, or where they are the same."""
    department, project = unit_table(units.department_unit), unit_table(units.project_unit)
    if department == project:
        text = f"departments and projects can't both be organisational unit {units.project_unit} of {TITLE}"
        raise InvalidInput(text, code="units_differ", cure="Choose two different ones in the settings.")
    return department, project


def _names(table: int) -> Mapping[str, str]:
    name = register_table(table)
    return {**HOUR_COLUMNS, "table": name, "Table": type_of(name)}


def rows_of(posting: Posting, units: UnitChoices) -> list[Row]:
    """One row for each line; raises Unfit for a number that has no place."""
    return [_row(posting, line, units) for line in posting.project_lines]


def _row(posting: Posting, line: ProjectLine, units: UnitChoices) -> Row:
    department, project = department_and_project(units)
    name = HOUR_COLUMNS
    row: dict[str, str | int | Decimal | None] = {
        name["employee"]: whole_number(line.employee, "employees"),
        project: _unit_number(line.project, units.project_unit, "projects"),
    }
    if line.cost_centre:
        row[department] = _unit_number(line.cost_centre, units.department_unit, "departments")
    return row | {
        name["day"]: day_number(line.spent_on),
        name["hours"]: line.hours,
        name["billable"]: line.billable_hours,
        name["rate"]: line.unit_rate,
        name["amount"]: line.amount,
        name["record"]: line.external_id,
        name["posting"]: posting.key,
        name["work"]: shortened(line.task, HOUR_TEXT_MAX),
        name["says"]: shortened(line.text, HOUR_TEXT_MAX),
        name["currency"]: posting.currency,
    }


def _unit_number(number: str, unit: int, what: str) -> Value:
    if unit not in WITH_TEXT_NUMBERS:
        return whole_number(number, what)
    if not number:
        raise Unfit(f"hours in {TITLE} need the number of their {what}", code="number_missing", field="number")
    return short_text(number, UNIT_NUMBER_MAX, what)


def day_number(day: date) -> int:
    """The day as Business NXT has it, `yyyymmdd` (DateTime)."""
    return day.year * 10_000 + day.month * 100 + day.day
