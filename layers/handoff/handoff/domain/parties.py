"""People and companies, as the time tool and the ERP know them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Client:
    """A customer in the time tool; its hours are priced in its currency (ISO 4217)."""

    id: str
    name: str
    currency: str
    active: bool

    @property
    def key(self) -> str:
        """What it is stored under."""
        return self.id


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who logs time; roles are the time tool's, often departments or skills."""

    id: str
    name: str
    email: str
    roles: tuple[str, ...]
    active: bool

    @property
    def key(self) -> str:
        """What it is stored under."""
        return self.id


@dataclass(frozen=True, slots=True)
class Employee:
    """Somebody on the ERP's payroll list; the number is what documents carry."""

    number: str
    name: str
    email: str
    active: bool

    @property
    def key(self) -> str:
        """What it is stored under."""
        return self.number
