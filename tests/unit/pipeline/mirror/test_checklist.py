"""The checklist before the first write: what is in order, what is to be looked at, what can't be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from handoff.accounting.merging import MirrorRule
from handoff.domain.capabilities import Side
from handoff.domain.pairs import KINDS, Customer, Employee, Master, Product, ProductCategory, Project, Shared, Sighting
from handoff.integrations.both_ways_settings import BothWaysSettings
from handoff.pipeline.mirror.checklist import Checklist, Looked
from handoff.pipeline.mirror.report import report_on
from handoff.ports.live import Finding
from tests.builders import NOW

TITLES = {Side.TIME_TOOL: "Severa", Side.ERP: "Business"}


def points(
    ours: Sequence[Shared] = (), theirs: Sequence[Shared] = (), *, flow: str, settings: Mapping[str, Any] | None = None,
    **marks: Any,
) -> dict[str, Finding]:  # fmt: skip
    """The points by their codes, of one flow with these objects; `marks` are those of the time tool's."""
    sides = {
        Side.TIME_TOOL: [Sighting(flow, Side.TIME_TOOL, f"t{n}", one, **marks) for n, one in enumerate(ours)],
        Side.ERP: [Sighting(flow, Side.ERP, f"e{n}", one) for n, one in enumerate(theirs)],
    }
    looked = {flow: Looked(sides, report_on(sides, MirrorRule(Master.NONE, Side.ERP), clock=lambda: NOW))}
    found = Checklist(looked, BothWaysSettings.model_validate(settings or {}), TITLES).points()
    return {one.code: one for one in found}


def test_two_empty_sides_are_in_order_but_for_what_nothing_says_is_blocked() -> None:
    for flow in KINDS:
        found = points(flow=flow)
        assert {one.code for one in found.values() if one.ok is False} == {"blocked"}


def test_S5_7_the_same_customers_must_carry_the_same_numbers() -> None:
    """S5.7, S10.1."""
    same = points([Customer("1", "Tuuli")], [Customer("1", "Tuuli")], flow="customers")["customer_numbers"]
    assert (same.ok, same.sentence) == (True, "The same customers carry the same numbers on both sides.")
    found = points(
        [Customer("1", "Tuuli"), Customer("7", "Metsä")], [Customer("2", "tuuli"), Customer("7", "Järvi")],
        flow="customers",
    )["customer_numbers"]  # fmt: skip
    assert found.ok is False
    assert found.sentence == (
        "There is 1 customer under one name with two numbers and 1 customer with one number under two names."
    )
    assert "the number that Business has" in found.cure


def test_a_number_of_a_customer_that_the_erp_may_give_to_another_one_is_shown() -> None:
    ours = [Customer("15", "Tuuli"), Customer("16", "Metsä"), Customer("99", "Suo"), Customer("", "Lampi")]
    theirs = [Customer("10", "Järvi"), Customer("20", "Meri")]
    found = points(ours, theirs, flow="customers")
    assert found["customer_ranges"].sentence == (
        "2 customers that only Severa has carry a number from Business's range, 10 to 20: 15, 16."
    )
    assert points(ours[2:], theirs, flow="customers")["customer_ranges"].ok is True
    assert points(ours, [], flow="customers")["customer_ranges"].ok is None
    assert found["invoice_ranges"].ok is None


def test_what_almost_matches_and_what_would_be_there_twice_are_told_apart() -> None:
    found = points(
        [Project("3", "Verkkokauppa"), Project("4", "Satamalogistiikka")],
        [Project("3", "Kauppa"), Project("9", "Satamalogistikka")],
        flow="projects",
    )
    assert found["almost"].sentence == "Numbers or names almost match: 1 project to be looked at."
    assert found["doubles"].sentence == "These would be made although something nearly alike is there: 1 project."


def test_two_with_one_number_on_one_side_are_named() -> None:
    found = points([Product("KM", "Kilometri"), Product("km", "Matka")], flow="products")
    assert found["number_twice"].sentence == "Numbers are used twice: products in Severa (km)."


def test_people_without_an_e_mail_address_are_named() -> None:
    """S3.3."""
    people = [Employee(str(n), f"Person {n}") for n in range(5)]
    found = points([Employee("9", "Aamu", "aamu@lumipolku.example")], people, flow="employees")
    assert found["emails"].sentence == (
        "Without an e-mail address: 5 employees of Business (Person 0, Person 1, Person 2 and 2 more)."
    )
    assert points([Employee("9", "Aamu", "aamu@lumipolku.example")], flow="employees")["emails"].ok is True


def test_projects_without_a_customer_are_named_on_either_side() -> None:
    found = points([Project("1", "Tuuli")], [Project("2", "Metsä")], flow="projects")["projects_customers"]
    assert "1 project of Severa without a customer (Tuuli)" in found.sentence
    assert (
        "1 project that only Business has, which no customer and owner in Severa are set for (Metsä)" in found.sentence
    )
    set_ = {"projects": {"new_customer": "10", "new_owner": "aamu@lumipolku.example"}}
    there = points([Project("1", "Tuuli")], [Project("2", "Metsä")], flow="projects", settings=set_, refers="c1")
    assert there["projects_customers"].ok is True


def test_product_categories_need_whole_numbers() -> None:
    """S4.6."""
    odd = points([ProductCategory("LIS", "Lisenssit"), ProductCategory("7", "Matkat")], flow="product_categories")
    assert (
        odd["category_codes"].sentence == "1 product category without a whole number can't go to Business (Lisenssit)."
    )
    assert points([ProductCategory("7", "Matkat")], flow="product_categories")["category_codes"].ok is True


def test_what_is_blocked_is_counted_by_the_group_that_was_chosen() -> None:
    """S5.8."""
    found = points([], [Customer("1", "Tuuli")], flow="customers", settings={"customers": {"blocked_group": 3}})
    assert (found["blocked"].ok, found["blocked"].sentence) == (
        True,
        "What is blocked in Business stays there: customers with 1 in group 3 (0 now).",
    )
