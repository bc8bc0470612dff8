"""Where the invoices of the Severa stand-in are found by what a person would call them."""

from __future__ import annotations

from typing import Any

from handoff.domain.sales import StatusChoices
from sandbox import lumipolku as house
from tests.contract.severa_organisation import SeveraOrganisation

CHOICES = StatusChoices(ready=house.TO_TRANSFER)


def called(severa: SeveraOrganisation, path: str, name: str) -> Any:
    """The row of a list that has the name."""
    return next(row for row in severa.rows(path) if row["name"] == name)


def in_status(severa: SeveraOrganisation, name: str) -> Any:
    """The only invoice that stands in the status."""
    return severa.row("invoices", invoiceStatusGuids=called(severa, "invoicestatuses", name)["guid"])


def project(severa: SeveraOrganisation, number: int) -> Any:
    """The project with the number."""
    return next(row for row in severa.rows("projects") if row["number"] == number)
