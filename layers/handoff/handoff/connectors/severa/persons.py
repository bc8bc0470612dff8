"""A customer's contact persons at Severa: who is who when the other side changes them, and what is written.

Pure. Nobody is deleted: a person whom the other side has no more is made inactive, and active again when he comes back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from handoff.accounting.mirror_rules import folded
from handoff.connectors.severa.assumed import NAME_PART_MAX, NO_NAME
from handoff.connectors.severa.writing import one_line, split_name
from handoff.domain.pairs import Contact


@dataclass(frozen=True, slots=True)
class Person:
    """One contact person as Severa has it."""

    guid: str
    contact: Contact
    active: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """A person of Severa (None: somebody new) who shall say something (None: be active no more)."""

    person: Person | None
    wanted: Contact | None


def contacts_of(persons: Sequence[Person]) -> tuple[Contact, ...]:
    """Those who are active, by name, each once."""
    found = {one.contact for one in persons if one.active}
    return tuple(sorted(found, key=lambda one: (one.name, one.email, one.phone)))


def full_name(first: str, last: str) -> str:
    """The name of two parts, of which one may only stand for what is missing."""
    return one_line(" ".join(part for part in (first.strip(), last.strip()) if part != NO_NAME))


def name_parts(name: str) -> dict[str, str]:
    """First and last name as they are written; neither is ever empty there."""
    first, last = split_name(name)
    return {"firstName": first[:NAME_PART_MAX].rstrip() or NO_NAME, "lastName": last[:NAME_PART_MAX] or NO_NAME}


def fitted(contact: Contact) -> Contact:
    """The contact as Severa has room for it."""
    return Contact(full_name(**_keywords(contact.name)), contact.email.strip(), contact.phone.strip())


def contact_steps(persons: Sequence[Person], before: Sequence[Contact], after: Sequence[Contact]) -> list[Step]:
    """What makes the persons say what is wanted; whom the other side did not know `before` stays as he is."""
    known = {fitted(one) for one in before}
    wanted = list(dict.fromkeys(fitted(one) for one in after))
    left = sorted(persons, key=lambda one: (not one.active, one.guid))
    steps: list[Step] = []

    def pair(is_same: Callable[[Person, Contact], bool]) -> None:
        for contact in list(wanted):
            found = next((one for one in left if is_same(one, contact)), None)
            if found is not None:
                left.remove(found)
                wanted.remove(contact)
                if found.contact != contact or not found.active:
                    steps.append(Step(found, contact))

    pair(lambda one, contact: one.active and one.contact == contact)
    pair(lambda one, contact: folded(one.contact.name) == folded(contact.name))
    pair(lambda one, contact: one.contact in known and bool(contact.email) and one.contact.email == contact.email)
    steps += [Step(None, contact) for contact in wanted]
    return steps + [Step(one, None) for one in left if one.active and one.contact in known]


def _keywords(name: str) -> dict[str, str]:
    parts = name_parts(name)
    return {"first": parts["firstName"], "last": parts["lastName"]}
