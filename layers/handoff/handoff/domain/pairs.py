"""Master data that lives on both sides: what the two sides share of it, and what each was last seen to say.

An object is described by what both sides can hold, in one vocabulary. A sighting is one side's object as it was
last read; two sightings that name each other are a pair. `agreed` is what the side said when its pair was last
settled: whatever differs from it was changed by somebody else than us, so our own write never comes back as a change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

import msgspec

from handoff.domain.capabilities import Side


class Address(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """Where something is or is sent; `country` is an ISO 3166 alpha-2 code or empty."""

    line: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""

    @property
    def key(self) -> str:
        """What tells it from the others of a list, whatever else is said of it."""
        return " ".join(f"{self.line} {self.postcode}".split()).casefold()


class Contact(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """Somebody who is spoken to at a customer."""

    name: str
    email: str = ""
    phone: str = ""

    @property
    def key(self) -> str:
        """What tells it from the others of a list, whatever else is said of it."""
        return " ".join(self.name.split()).casefold()


class BusinessUnit(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A department; `number` is the code that people know it by, on either side."""

    number: str
    name: str


class Employee(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """Somebody who works for the company."""

    number: str
    name: str
    email: str = ""


class ProductCategory(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A group that products are counted in."""

    number: str
    name: str


class Product(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """Something that is sold, or a kind of travel expense; `category` is the number of its category, or empty."""

    number: str
    name: str
    category: str = ""


class Customer(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A company that is invoiced: one billing address, any number of others, and the people spoken to there."""

    number: str
    name: str
    organisation_number: str = ""
    email: str = ""
    billing: Address = Address()
    deliveries: tuple[Address, ...] = ()
    contacts: tuple[Contact, ...] = ()


class Project(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A job for a customer, as far as both sides hold it: hours, costs and invoices name it."""

    number: str
    name: str


Shared = BusinessUnit | Employee | ProductCategory | Product | Customer | Project
S = TypeVar("S", bound=Shared)
KINDS: Mapping[str, type[Shared]] = {
    "business_units": BusinessUnit,
    "employees": Employee,
    "product_categories": ProductCategory,
    "products": Product,
    "customers": Customer,
    "projects": Project,
}
"""What the objects of each mirrored flow are."""


class Master(StrEnum):
    """Whose word counts where both sides have an object."""

    TIME_TOOL = "time_tool"
    ERP = "erp"
    NONE = "none"


NOTES_MAX = 20
"""So many notes are kept of an object, the newest."""


class NoteKind(StrEnum):
    """What happened to a value that did not go its way."""

    IGNORED = "ignored"
    OVERWRITTEN = "overwritten"
    DIFFERS = "differs"


class Note(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A value that was not carried, or that was written over: nothing of a person's is lost unseen.

    `side` is where the value stood, `value` what it was, `other` what the other side said.
    """

    at: datetime
    kind: NoteKind
    side: Side
    field: str
    value: str
    other: str


@dataclass(frozen=True, slots=True)
class Sighting(Generic[S]):
    """One side's object as it was last read.

    `changed_at` is the vendor's own stamp, None where it gives none, and `noted_at` when we noted it. `excluded` is
    why its changes stay where they are, or empty; `blocked` says that nothing is written to it either. `refers` is the
    id of an object on the same side that it belongs to: a project's customer. `partner` is the id of its other half,
    `agreed` what it said when both were last settled. `making` says that the other half was being made: it may be
    there. `refused` names a content that the other side has refused. `revision` counts writes.
    """

    flow: str
    side: Side
    id: str
    says: S
    changed_at: datetime | None = None
    noted_at: datetime | None = None
    excluded: str = ""
    blocked: bool = False
    gone: bool = False
    refers: str = ""
    partner: str = ""
    agreed: S | None = None
    making: bool = False
    refused: str = ""
    notes: tuple[Note, ...] = ()
    revision: int = 0

    @property
    def is_open(self) -> bool:
        """Whether there is something to do about it: it has no other half, or says something new."""
        if self.gone or self.blocked or self.excluded:
            return False
        return self.agreed != self.says if self.partner else True
