"""Work that rules are asked about: where it was done, by whom, for whom; and what would fit it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from handoff.accounting.matching import Coordinates
from handoff.domain.money import Money

AT = Coordinates.of(
    project=("401", "NB1", "Nettbutikk"),
    client=("301", "Fjord Industri AS"),
    project_type=("fixed_fee",),
    task=("601", "Design"),
    member=("501", "asa@fjordlys.example", "Åsa Fjell"),
    role=("Designer", "Senior"),
)
FITTING = {
    "project": "nb1",
    "client": "Fjord Industri AS",
    "project_type": "fixed_fee",
    "task": "design",
    "member": "ASA@fjordlys.example",
    "role": "senior",
}

ON = date(2026, 10, 5)
OWN = Money(Decimal("1100.00"), "NOK")


def kr(amount: str) -> Money:
    return Money(Decimal(amount), "NOK")


def work(
    *,
    project: str = "NB1",
    client: str = "Fjord Industri AS",
    project_type: str = "time_and_materials",
    task: str = "Design",
    member: str = "asa@fjordlys.example",
    role: tuple[str, ...] = ("Designer",),
) -> Coordinates:
    return Coordinates.of(
        project=(project,), client=(client,), project_type=(project_type,), task=(task,), member=(member,), role=role
    )
