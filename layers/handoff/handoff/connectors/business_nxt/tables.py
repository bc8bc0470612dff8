"""The names that a number of the settings stands for; documents are made of these and of no others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from handoff.connectors.business_nxt.config import TITLE
from handoff.domain.errors import InvalidInput
from handoff.ports.mirror import Blocked

UNITS: Mapping[int, str] = {
    1: "orgUnit1", 2: "orgUnit2", 3: "orgUnit3", 4: "orgUnit4", 5: "orgUnit5", 6: "orgUnit6",
    7: "orgUnit7", 8: "orgUnit8", 9: "orgUnit9", 10: "orgUnit10", 11: "orgUnit11", 12: "orgUnit12",
}  # fmt: skip
WITH_TEXT_NUMBERS = range(7, 13)
"""Organisational units whose numbers are texts; those of the others are whole numbers (Business, orgUnit)."""
GROUPS: Mapping[int, str] = {
    1: "group1", 2: "group2", 3: "group3", 4: "group4", 5: "group5", 6: "group6",
    7: "group7", 8: "group8", 9: "group9", 10: "group10", 11: "group11", 12: "group12",
}  # fmt: skip

REGISTERS: Mapping[int, str] = {1: "freeInformation1", 2: "freeInformation2", 3: "freeInformation3"}


class Marks(TypedDict, total=False):
    """What is said of a row besides what it holds."""

    excluded: str
    blocked: bool


def unit_table(number: int) -> str:
    """The table of an organisational unit; raises InvalidInput for a number that is none."""
    return _named(UNITS, number, "organisational units")


def register_table(number: int) -> str:
    """The table of free information with that number; raises InvalidInput for a number that is none."""
    return _named(REGISTERS, number, "tables of free information")


def block_column(blocked: Blocked | None) -> str:
    """What a document asks for besides to see which rows are blocked; empty where nothing blocks."""
    return f"block: {_named(GROUPS, blocked.group, 'groups')}" if blocked is not None else ""


def marks(blocked: Blocked | None, value: int | None) -> Marks:
    """What is said of a row with this value in the column that blocks."""
    if blocked is None or value != blocked.value:
        return {}
    return {"excluded": f"it is blocked in group {blocked.group}", "blocked": True}


def type_of(table: str) -> str:
    """The GraphQL type of a table's rows."""
    return table[0].upper() + table[1:]


def _named(names: Mapping[int, str], number: int, what: str) -> str:
    if number not in names:
        text = f"{TITLE} has {what} 1 to {len(names)}, not {number}"
        raise InvalidInput(text, code="no_such_column", cure="Choose another number in the settings.")
    return names[number]
