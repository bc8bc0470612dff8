"""A customer's addresses at Severa: which one is billed to, and what is written so that they say what is wanted.

Pure. Severa has any number of addresses with marks for their uses; the shared vocabulary has one that is billed to and
others. An address that the other side has no more is taken away only where that is sure to do no harm: both sides had
it, nothing is billed or posted to it, and no contact person is found there. Any other stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from handoff.connectors.severa.writing import one_line
from handoff.domain.pairs import Address

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Place:
    """One address as Severa has it."""

    guid: str
    address: Address
    billing: bool = False
    posted: bool = False
    visited_by_contacts: bool = False
    made_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Put:
    """An address that is there gets another content."""

    place: Place
    address: Address


@dataclass(frozen=True, slots=True)
class Add:
    """An address is made."""

    address: Address
    billing: bool = False


@dataclass(frozen=True, slots=True)
class Drop:
    """An address is taken away."""

    place: Place


Step = Put | Add | Drop


def billed(places: Sequence[Place]) -> Place | None:
    """The one that is billed to: the oldest, if there are several."""
    found = [one for one in places if one.billing]
    return min(found, key=lambda one: (one.made_at or _NEVER, one.guid), default=None)


def billing_of(places: Sequence[Place]) -> Address:
    """What the one that is billed to says; nothing, if there is none."""
    own = billed(places)
    return own.address if own else Address()


def deliveries_of(places: Sequence[Place]) -> tuple[Address, ...]:
    """All others in an order that follows from their content alone, each once; empty ones say nothing."""
    return ordered(one.address for one in _others(places))


def ordered(addresses: Iterable[Address]) -> tuple[Address, ...]:
    """Addresses in the order in which they are compared."""
    found = {one for one in addresses if one != Address()}
    return tuple(sorted(found, key=lambda one: (one.country, one.postcode, one.city, one.line)))


def fitted(address: Address) -> Address:
    """The address as Severa has room for it: a single line for the street."""
    return Address(
        one_line(address.line),
        one_line(address.postcode),
        one_line(address.city),
        address.country.strip().upper(),
    )


def billing_steps(places: Sequence[Place], wanted: Address) -> list[Step]:
    """What makes the billing address say what is wanted. One that is to say nothing is emptied, not taken away."""
    own, wanted = billed(places), fitted(wanted)
    if own is not None:
        return [] if own.address == wanted else [Put(own, wanted)]
    return [] if wanted == Address() else [Add(wanted, billing=True)]


def delivery_steps(places: Sequence[Place], before: Sequence[Address], after: Sequence[Address]) -> list[Step]:
    """What makes the other addresses say what is wanted; what neither side named `before` stays as it is."""
    others = _others(places)
    known, wanted = {fitted(one) for one in before}, ordered(fitted(one) for one in after)
    missing = [one for one in wanted if one not in {place.address for place in others}]
    left = [place for place in others if place.address in known and place.address not in wanted]
    steps: list[Step] = []
    for address in missing:
        nearest = max(left, key=lambda place: _likeness(place.address, address), default=None)
        if nearest is None:
            steps.append(Add(address))
        else:
            left.remove(nearest)
            steps.append(Put(nearest, address))
    return steps + [Drop(place) for place in left if not (place.posted or place.visited_by_contacts)]


def _others(places: Sequence[Place]) -> list[Place]:
    own = billed(places)
    return sorted((one for one in places if one is not own), key=lambda one: (one.made_at or _NEVER, one.guid))


def _likeness(one: Address, other: Address) -> int:
    return 2 * (one.line == other.line) + (one.postcode == other.postcode) + (one.city == other.city)
