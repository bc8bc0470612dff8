"""Live histories as data: what people do on both sides, what webhooks do of it, and what goes wrong at which call.

A history replays from itself alone: faults are named by the call that meets them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from tests.histories.story import Fault

CUSTOMERS, PROJECTS, INVOICES = ("c1", "c2"), ("p1", "p2"), ("i1", "i2", "i3")
"""Invoice i1 names c1 and p1, i2 names c1 alone, i3 is a credit note of i1 and names c2 and p2."""
LOST, ONCE, TWICE, KEPT = 0, 1, 2, 3
"""What becomes of the webhook of a change: it is lost, comes once, twice, or later, in any order."""
EXPENSES: Mapping[str, object] = {"on": True, "activity": "Udlæg"}
BASE: Mapping[str, object] = {"expenses": EXPENSES}
SETTINGS: tuple[Mapping[str, object], ...] = (
    BASE,
    {**BASE, "invoices": {"pdf": False}},
    {"expenses": {**EXPENSES, "accounts": ["4000-4999"]}},
    {**BASE, "invoices": {"on": False}},
    {**BASE, "customers": {"group": 2}},
    {**BASE, "projects": {"on": False}},
    {"expenses": {"on": False}, "payments": {"on": False}},
    {**BASE, "starts_on": "2026-11-01"},
    {**BASE, "customers": {"on": False}},
)
"""Settings that a person may save: as at the start, without the PDF, some accounts only, a flow or two switched off,
another group, a start that all invoices lie before."""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that happens; `faults` name by call and number what goes wrong while it does.

    `what` is the object, `value` its new content as a short word, `hook` what becomes of the webhook that tells of it,
    `amount` what the kind of act counts. `meanwhile` are done in the middle of it, where a fault says so.
    """

    kind: str
    what: str = ""
    value: str = ""
    hook: int = ONCE
    amount: int = 0
    faults: tuple[Fault, ...] = ()
    meanwhile: tuple[Act, ...] = ()

    def __repr__(self) -> str:
        """As it is written in a test."""
        told = [f"{name}={value!r}" for name, value in _own(self, Act(""))]
        return f"Act({', '.join([repr(self.kind), *told])})"


@dataclass(frozen=True, slots=True)
class LiveHistory:
    """What happens to one integration, and what its vendors are like.

    `registered` says whether customers have organisation numbers, by which they are known whatever they are called.
    """

    acts: tuple[Act, ...]
    absence_seconds: int = 120
    registered: bool = True

    def __str__(self) -> str:
        lines = [f"    {act!r}," for act in self.acts]
        told = [f"{name}={value!r}" for name, value in _own(self, LiveHistory(()))]
        return "\n".join(["LiveHistory((", *lines, f"), {', '.join(told)})"])


def _own(one: object, plain: object) -> list[tuple[str, object]]:
    """What differs from a plain one, but for the first field."""
    said = [(each.name, getattr(one, each.name)) for each in fields(one)[1:]]  # type: ignore[arg-type]
    return [(name, value) for name, value in said if value != getattr(plain, name)]
