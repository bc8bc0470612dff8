"""Addresses, contact persons and names of Severa, and what is written so that they say what is wanted."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from handoff.connectors.severa import persons, places
from handoff.connectors.severa.persons import Person
from handoff.connectors.severa.places import Add, Drop, Place, Put
from handoff.connectors.severa.writing import split_name
from handoff.domain.pairs import Address, Contact

HOME, GATE, PORT, YARD = (Address(line, "90100", "Oulu", "FI") for line in ("Koti 1", "Portti 2", "Satama 3", "Piha 4"))
AATU, BEEDA = Contact("Aatu Aho", "aatu@x.example.test", "1"), Contact("Beeda Bo", "beeda@x.example.test", "2")


def a_place(guid: str, address: Address, *, day: int = 1, billing: bool = False, posted: bool = False) -> Place:
    return Place(guid, address, billing, posted, made_at=datetime(2026, 10, day, tzinfo=UTC))


# ---- addresses ----


def test_the_oldest_billing_address_counts_in_whatever_order_they_come() -> None:
    old, new = a_place("z", HOME, billing=True), a_place("a", GATE, day=2, billing=True)
    for order in ([old, new], [new, old]):
        assert places.billing_of(order) == HOME
        assert places.deliveries_of(order) == (GATE,)
    assert places.billing_of([a_place("a", HOME)]) == Address()


def test_deliveries_stand_in_the_order_of_their_content_each_once_and_none_empty() -> None:
    there = [a_place("1", PORT), a_place("2", GATE), a_place("3", PORT), a_place("4", Address())]
    assert places.deliveries_of(there) == places.deliveries_of(there[::-1]) == (GATE, PORT)


def test_a_billing_address_is_put_where_one_is_and_made_where_none_is() -> None:
    own = a_place("1", HOME, billing=True)
    assert places.billing_steps([own], HOME) == []
    assert places.billing_steps([own], GATE) == [Put(own, GATE)]
    assert places.billing_steps([own], Address()) == [Put(own, Address())]
    assert places.billing_steps([], GATE) == [Add(GATE, billing=True)]
    assert places.billing_steps([], Address()) == []


def test_a_changed_delivery_is_put_in_the_place_that_is_most_like_it() -> None:
    gate, port = a_place("1", GATE), a_place("2", PORT)
    moved = Address("Satama 3", "00100", "Helsinki", "FI")
    assert places.delivery_steps([gate, port], [GATE, PORT], [GATE, moved]) == [Put(port, moved)]


def test_a_delivery_is_dropped_only_where_nobody_is_harmed() -> None:
    gate = a_place("1", GATE)
    assert places.delivery_steps([gate], [GATE], []) == [Drop(gate)]
    assert places.delivery_steps([gate], [], []) == []  # the other side never knew it
    assert places.delivery_steps([a_place("1", GATE, posted=True)], [GATE], []) == []
    assert places.delivery_steps([Place("1", GATE, visited_by_contacts=True)], [GATE], []) == []


def test_what_is_there_already_is_not_written_again() -> None:
    gate = a_place("1", GATE)
    assert places.delivery_steps([gate], [], [GATE, GATE]) == []
    assert places.delivery_steps([gate], [], [GATE, YARD]) == [Add(YARD)]


# ---- contact persons ----


def test_a_person_is_known_by_content_then_name_then_email() -> None:
    aatu, beeda = Person("1", AATU), Person("2", BEEDA)
    told, married = Contact("aatu  aho", AATU.email, "9"), Contact("Beeda Dal", BEEDA.email, "2")
    steps = persons.contact_steps([aatu, beeda], [AATU, BEEDA], [told, married])
    assert [(step.person, step.wanted) for step in steps] == [
        (aatu, persons.fitted(told)), (beeda, married),
    ]  # fmt: skip
    assert persons.contact_steps([aatu, beeda], [AATU, BEEDA], [BEEDA, AATU]) == []


def test_who_is_left_out_is_made_inactive_if_the_other_side_knew_him() -> None:
    aatu, beeda = Person("1", AATU), Person("2", BEEDA)
    (step,) = persons.contact_steps([aatu, beeda], [AATU], [])
    assert (step.person, step.wanted) == (aatu, None)


def test_who_comes_back_is_the_same_person() -> None:
    away = Person("1", AATU, active=False)
    (step,) = persons.contact_steps([away], [], [AATU])
    assert (step.person, step.wanted) == (away, AATU)
    assert persons.contacts_of([away]) == ()


def test_a_stranger_with_the_same_email_is_not_renamed() -> None:
    stranger = Person("1", Contact("Vieras Viita", AATU.email))
    (step,) = persons.contact_steps([stranger], [], [AATU])
    assert (step.person, step.wanted) == (None, AATU)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Aina Maria  Talvio", ("Aina Maria", "Talvio")), ("Varasto", ("Varasto", "")), (" ", ("", "")),
    ],
)  # fmt: skip
def test_the_last_word_is_the_last_name(name: str, parts: tuple[str, str]) -> None:
    assert split_name(name) == parts


@pytest.mark.parametrize("name", ["Varasto", "Aina Talvio", "Aina Maria Talvio", "Å"])
def test_a_contacts_name_comes_back_as_it_was_written(name: str) -> None:
    written = persons.name_parts(name)
    assert all(written.values())
    assert persons.full_name(written["firstName"], written["lastName"]) == name
