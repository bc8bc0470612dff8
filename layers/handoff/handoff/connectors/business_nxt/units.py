"""Business units and projects: rows of the organisational unit that was chosen for them.

Source: Business NXT, orgUnit1 to orgUnit12: numbers are whole in the first six, texts of at most ten
characters after them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import msgspec

from handoff.connectors.business_nxt.assumed import UNIT_NUMBER_MAX
from handoff.connectors.business_nxt.documents import filled, units
from handoff.connectors.business_nxt.one_table import Documents, Shape
from handoff.connectors.business_nxt.rows import Kind, Text, changed_at
from handoff.connectors.business_nxt.tables import WITH_TEXT_NUMBERS, block_column, marks, type_of, unit_table
from handoff.connectors.business_nxt.values import Columns, short_text, whole_number
from handoff.domain.pairs import BusinessUnit, Project
from handoff.ports.mirror import Blocked, Listed

U = TypeVar("U", BusinessUnit, Project)


class UnitRow(msgspec.Struct, rename="camel"):
    """A row of an organisational unit."""

    number: int | str
    name: Text = None
    changed_timestamp: Text = None
    block: int | None = None


def units_shape(what: str, unit: int, blocked: Blocked | None, make: Callable[[str, str], U]) -> Shape[U, UnitRow]:
    """The objects of an organisational unit; raises InvalidInput for a unit or a group that there is none of."""
    table, as_text = unit_table(unit), unit in WITH_TEXT_NUMBERS
    names = {"unit": table, "Unit": type_of(table), "block": block_column(blocked)}
    number = f"{table}No"

    def says(row: UnitRow) -> Listed[U]:
        said = make(str(row.number), row.name or "")
        return Listed(str(row.number), said, changed_at(row.changed_timestamp), **marks(blocked, row.block))

    def stored(one: U) -> Columns:
        if as_text:
            return {number: short_text(one.number, UNIT_NUMBER_MAX, what), "name": one.name}
        return {number: whole_number(one.number, what) if one.number else 0, "name": one.name}

    return Shape(
        kind=Kind(what, UnitRow, "number"),
        documents=Documents(*(filled(text, **names) for text in (units.PAGE, units.CREATE, units.UPDATE))),
        key=number,
        of_key=str if as_text else int,
        says=says,
        stored=stored,
        number=number,
        name="name",
        suggests=not as_text,
    )
