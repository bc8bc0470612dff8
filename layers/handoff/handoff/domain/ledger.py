"""What the ERP's books offer to post to: accounts, cost centres, items."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Account:
    """A general ledger account."""

    number: str
    name: str
    active: bool

    @property
    def key(self) -> str:
        """What it is stored under."""
        return self.number


@dataclass(frozen=True, slots=True)
class CostCentre:
    """A cost centre as postings name it (in Visma.net ERP: a sub-account)."""

    number: str
    name: str
    active: bool

    @property
    def key(self) -> str:
        """What it is stored under."""
        return self.number


@dataclass(frozen=True, slots=True)
class Item:
    """A labour item that hours are posted on, counted in its unit."""

    number: str
    name: str
    unit: str
    active: bool

    @property
    def key(self) -> str:
        """What it is stored under."""
        return self.number
