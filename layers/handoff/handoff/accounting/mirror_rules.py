"""What the ERP should have of a customer or project, from the time tool's card and the settings: pure.

The number is the time tool's and goes over as it is or not at all. Texts lose the spaces around them, a name the rest
that the ERP has no room for; the cut name is what is compared from then on, so it is no difference later.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from handoff.domain.master_data import CustomerCard, ProjectCard, WantedCustomer, WantedProject
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.time import content_hash

NUMBER_MAX = 999_999_999
CUSTOMER_NAME_MAX = 255
PROJECT_NAME_MAX = 100

_ENCODER = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class CustomerRules:
    """What the settings say of customers; `vat_zone` gives the zone of a country."""

    group: int
    payment_terms: int
    currency: str
    default_country: str
    vat_zone: Callable[[str], int]


def wanted_customer(card: CustomerCard, rules: CustomerRules) -> WantedCustomer | Problem:
    """The customer as the ERP should have it, or why its number can't go there."""
    number = number_of(card.number, f"customer '{_line(card.name)}'")
    if isinstance(number, Problem):
        return number
    country = card.country.strip().upper() or rules.default_country
    return WantedCustomer(
        number=number,
        name=_cut(card.name, CUSTOMER_NAME_MAX),
        organisation_number=card.organisation_number.strip(),
        email=card.email.strip(),
        address="\n".join(line.strip() for line in card.address if line.strip()),
        postcode=card.postcode.strip(),
        city=card.city.strip(),
        country=country,
        group=rules.group,
        payment_terms=rules.payment_terms,
        vat_zone=rules.vat_zone(country),
        currency=rules.currency,
    )


def wanted_project(card: ProjectCard, *, group: int, customer: int | None) -> WantedProject | Problem:
    """The project as the ERP should have it, or why its number can't go there."""
    number = number_of(card.number, f"project '{_line(card.name)}'")
    if isinstance(number, Problem):
        return number
    return WantedProject(number, _cut(card.name, PROJECT_NAME_MAX), customer, group)


def number_of(text: str, what: str) -> int | Problem:
    """The number that a text is in the ERP, digit by digit: `0017` would become another one."""
    text = text.strip()
    if not text:
        return Problem(ProblemCode.NUMBER_NOT_NUMERIC, f"{what} has none")
    fits = text.isascii() and text.isdigit() and not text.startswith("0") and len(text) <= len(str(NUMBER_MAX))
    return int(text) if fits else Problem(ProblemCode.NUMBER_NOT_NUMERIC, f"{what} has '{text[:40]}'")


def wanted_hash(wanted: WantedCustomer | WantedProject) -> str:
    """What tells one wanted content from another."""
    return content_hash(_ENCODER.encode(wanted))


def folded(name: str) -> str:
    """A name as it is compared: people write capitals and spaces as they like."""
    return " ".join(name.split()).casefold()


def plain(number: str) -> str:
    """An organisation number as it is compared: without country, spaces and marks."""
    return "".join(sign for sign in number if sign.isdigit())


def same(name: str, organisation_number: str, wanted: WantedCustomer | WantedProject) -> bool:
    """Whether an object of the ERP is taken for the wanted one: by organisation number, else by name."""
    theirs = plain(organisation_number)
    ours = plain(wanted.organisation_number) if isinstance(wanted, WantedCustomer) else ""
    return (bool(ours) and ours == theirs) or folded(name) == folded(wanted.name)


def _line(text: str) -> str:
    return " ".join(text.split())


def _cut(text: str, room: int) -> str:
    return _line(text)[:room].rstrip()
