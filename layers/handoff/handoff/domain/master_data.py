"""Customers and projects that are kept the same on both sides: as the time tool has them, and as the ERP should.

A card is what the time tool says of an object; what is *wanted* of the ERP follows from the card and the
settings, and its hash tells whether anything has to be written. The ERP's own form of an object is opaque here.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec


class CustomerCard(msgspec.Struct, frozen=True, gc=False):
    """A customer in the time tool; `number` is what people call it by, `country` an ISO 3166 alpha-2 code or empty."""

    external_id: str
    number: str
    name: str
    organisation_number: str = ""
    email: str = ""
    address: tuple[str, ...] = ()
    postcode: str = ""
    city: str = ""
    country: str = ""


class ProjectCard(msgspec.Struct, frozen=True, gc=False):
    """A project in the time tool; `number` may be empty or hold letters there."""

    external_id: str
    number: str
    name: str
    customer_id: str = ""
    customer_number: str = ""


class WantedCustomer(msgspec.Struct, frozen=True, gc=False):
    """A customer as the ERP should have it; group, terms and zone are numbers of the ERP's own lists."""

    number: int
    name: str
    organisation_number: str
    email: str
    address: str
    postcode: str
    city: str
    country: str
    group: int
    payment_terms: int
    vat_zone: int
    currency: str


class WantedProject(msgspec.Struct, frozen=True, gc=False):
    """A project as the ERP should have it; `customer` None leaves it without one."""

    number: int
    name: str
    customer: int | None
    group: int


@dataclass(frozen=True, slots=True)
class ErpObject:
    """A customer or project as the ERP has it now.

    `fingerprint` is a hash over the fields that we write, as the ERP reports them: our own write does not come back
    as a change. `form` is the vendor's own form of the object, to be handed back with the next write.
    """

    number: int
    name: str
    fingerprint: str
    form: bytes
    organisation_number: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """Our pairing of an object in the time tool with one in the ERP.

    `wanted` is the hash of what was last written, `fingerprint` and `form` what the ERP reported after it (see
    `ErpObject`). `revision` counts writes.
    """

    flow: str
    external_id: str
    number: int
    wanted: str
    fingerprint: str
    form: bytes
    revision: int = 0
