"""Histories of two sides as data: what people do on either, what messages do, and what goes wrong at which call.

A history replays from itself alone: faults are named by the call that meets them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from tests.histories.story import Fault

TOOL, ERP = "tool", "erp"
UNITS, EMPLOYEES, PROJECTS, CUSTOMERS = ("u1",), ("e1", "e2"), ("p1", "p2"), ("c1", "c2")
KEPT = (*UNITS, *EMPLOYEES, *PROJECTS, *CUSTOMERS)
"""What both sides keep: a project names the customer of its number."""
HOURS = ("h1", "h2", "h3")
"""Hours h1 and h3 are of e1 on p1, h2 of e2 on p2."""
INVOICES = ("i1", "i2", "i3")
"""Invoice i1 bills p1, i2 bills p2, i3 is a credit note of i1."""
_BASE: Mapping[str, object] = {
    "report_only": False,
    "currency": "EUR",
    "products": {"on": False},
    "customers": {"blocked_group": 3},
    "projects": {"new_customer": "10001", "new_owner": "aamu@lumipolku.example"},
    "hours": {"on": True, "rows_per_document": 2},
    "invoices": {"on": True, "ready_status": "ready", "default_item": "LUM-1"},
}
SETTINGS: tuple[Mapping[str, object], ...] = (
    {**_BASE, "master": "erp", "case_master": "time_tool"},
    {**_BASE, "master": "erp"},
    {**_BASE, "master": "time_tool", "projects": {"new_customer": ""}},
    {**_BASE, "master": "none"},
    {**_BASE, "master": "erp", "report_only": True},
    {**_BASE, "master": "erp", "hours": {"on": True, "starts_on": "2026-10-10"}},
    {**_BASE, "master": "erp", "employees": {"on": False}},
)
"""Settings that a person may save: whose word counts, only a report, a later start, a flow switched off."""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that happens; `faults` name by call and number what goes wrong while it does.

    `what` is the object and `side` where it is done, `value` a short word for the new content, `amount` what the kind
    of act counts. `meanwhile` are done in the middle of it, where a fault says so.
    """

    kind: str
    what: str = ""
    side: str = TOOL
    value: str = ""
    amount: int = 0
    faults: tuple[Fault, ...] = ()
    meanwhile: tuple[Act, ...] = ()

    def __repr__(self) -> str:
        """As it is written in a test."""
        told = [f"{name}={value!r}" for name, value in _own(self, Act(""))]
        return f"Act({', '.join([repr(self.kind), *told])})"


@dataclass(frozen=True, slots=True)
class BothHistory:
    """What happens to one integration, what its vendors are like, and which settings it begins with.

    `page` is how many objects stand on a page of a list.
    """

    acts: tuple[Act, ...]
    absence_seconds: int = 120
    settings: int = 0
    page: int = 3

    def __str__(self) -> str:
        lines = [f"    {act!r}," for act in self.acts]
        told = [f"{name}={value!r}" for name, value in _own(self, BothHistory(()))]
        return "\n".join(["BothHistory((", *lines, f"), {', '.join(told)})"])


def _own(one: Any, plain: Any) -> list[tuple[str, object]]:
    """What differs from a plain one, but for the first field."""
    said = [(each.name, getattr(one, each.name)) for each in fields(one)[1:]]
    return [(name, value) for name, value in said if value != getattr(plain, name)]
