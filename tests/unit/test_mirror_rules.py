"""What the ERP should have of a customer or project."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.accounting.mirror_rules import (
    CustomerRules,
    number_of,
    same,
    wanted_customer,
    wanted_hash,
    wanted_project,
)
from handoff.domain.master_data import CustomerCard, WantedCustomer, WantedProject
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.integrations.live_settings import CustomerSettings
from tests.unit.pipeline.live.living import a_customer, a_project

SETTINGS = CustomerSettings()
RULES = CustomerRules(1, 2, "DKK", "DK", SETTINGS.vat_zone)


def a_wanted(card: CustomerCard) -> WantedCustomer:
    wanted = wanted_customer(card, RULES)
    assert isinstance(wanted, WantedCustomer)
    return wanted


def test_a_customer_goes_with_all_its_fields() -> None:
    """M2.3: name, number, group, VAT zone, organisation number, e-mail, address and country code."""
    card = a_customer(address=("Havnegade 3", "2. tv."))
    assert a_wanted(card) == WantedCustomer(
        number=1001,
        name="Strandby Kaffe ApS",
        organisation_number="12345674",
        email="regning@strandbykaffe.example",
        address="Havnegade 3\n2. tv.",
        postcode="9970",
        city="Strandby",
        country="DK",
        group=1,
        payment_terms=2,
        vat_zone=1,
        currency="DKK",
    )


@pytest.mark.parametrize(("country", "zone"), [("", 1), ("DK", 1), ("se", 2), ("DE", 2), ("NO", 3), ("US", 3)])
def test_the_country_gives_the_vat_zone(country: str, zone: int) -> None:
    """M2.3: the VAT zone follows the country, Denmark where there is none."""
    assert a_wanted(a_customer(country=country)).vat_zone == zone


def test_a_customer_without_a_country_is_in_the_default_one() -> None:
    """M2.3: the default is DK."""
    assert a_wanted(a_customer(country="")).country == "DK"


def test_the_group_is_that_of_the_settings() -> None:
    """M2.4: group 1 unless another one is set."""
    assert SETTINGS.group == 1
    assert a_wanted(a_customer()).group == 1


def test_a_project_goes_with_number_name_and_customer() -> None:
    """M3.4: name, number and customer number; M3.6: in the group of the settings."""
    assert wanted_project(a_project(), group=1, customer=1001) == WantedProject(501, "Ny webshop", 1001, 1)


@pytest.mark.parametrize("number", ["", "  ", "A-17", "0017", "0", "-5", "12.5", "1 000", "1000000000", "١٢٣", "½"])
def test_a_number_that_the_erp_can_not_have_is_a_problem(number: str) -> None:
    """M3.3: the project number must be numeric; M5.1: it is not changed to make it fit."""
    wanted = wanted_project(a_project(number=number), group=1, customer=None)
    assert isinstance(wanted, Problem)
    assert wanted.code is ProblemCode.NUMBER_NOT_NUMERIC
    assert "project 'Ny webshop'" in wanted.message
    customer = wanted_customer(a_customer(number=number), RULES)
    assert isinstance(customer, Problem)


def test_the_problem_says_which_number_it_is_about() -> None:
    """M3.3: in words that a person understands."""
    wanted = wanted_project(a_project(number="A-17"), group=1, customer=None)
    assert isinstance(wanted, Problem)
    assert wanted.message == "The ERP takes numbers from 1 to 999,999,999 only, and project 'Ny webshop' has 'A-17'."


@given(st.integers(1, 999_999_999))
def test_every_number_of_the_erp_goes_as_it_is(number: int) -> None:
    """M5.1: the number is the time tool's."""
    assert number_of(f" {number} ", "project") == number


@given(st.text(max_size=400))
def test_a_name_is_cut_to_what_the_erp_takes_and_its_spaces_are_put_right(name: str) -> None:
    customer = a_wanted(a_customer(name=name))
    assert len(customer.name) <= 255
    assert " ".join(name.split()).startswith(customer.name)
    project = wanted_project(a_project(name=name), group=1, customer=None)
    assert isinstance(project, WantedProject)
    assert len(project.name) <= 100
    assert same(customer.name, "", customer)


def test_what_is_wanted_has_the_same_hash_until_a_field_of_it_changes() -> None:
    plain = a_wanted(a_customer())
    assert wanted_hash(a_wanted(a_customer(name=" Strandby  Kaffe ApS "))) == wanted_hash(plain)
    assert wanted_hash(a_wanted(a_customer(city="Skagen"))) != wanted_hash(plain)


@pytest.mark.parametrize(
    ("name", "organisation_number", "taken"),
    [
        ("strandby kaffe  APS", "", True),
        ("Kaffehuset", "DK 12 34 56 74", True),
        ("Kaffehuset", "", False),
        ("Kaffehuset", "87654321", False),
    ],
)
def test_the_same_one_is_known_by_organisation_number_or_name(name: str, organisation_number: str, taken: bool) -> None:
    assert same(name, organisation_number, a_wanted(a_customer())) is taken
