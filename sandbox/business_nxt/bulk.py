"""Rows in any number, for measurements: customers, projects, products and employees beside those of the seed.

Numbers are far above the seed's and follow from the place, so two runs are equal, and so are two systems filled alike.
"""

from __future__ import annotations

from collections.abc import Callable

from sandbox.business_nxt.columns import Row
from sandbox.business_nxt.company import Company
from sandbox.business_nxt.options import Options
from sandbox.business_nxt.seed import IMPORT_USER, NEW

FIRST_CUSTOMER, FIRST_PROJECT, FIRST_EMPLOYEE, FIRST_ASSOCIATE = 200_001, 300_001, 5_001, 100_001


def fill_up(company: Company, options: Options) -> None:
    """As many rows of each kind as the options say, all with timestamps."""
    for table, count, make in _kinds(options):
        for place in range(count):
            company.add_old(table, make(place), IMPORT_USER, NEW)


def customer(place: int) -> Row:
    """The customer at that place, counted from 0."""
    number = FIRST_CUSTOMER + place
    return {
        "associateNo": FIRST_ASSOCIATE + place,
        "customerNo": number,
        "name": f"Lastprøve Kunde {place + 1} AS",
        "companyNo": f"8{place:08d}",
        "addressLine1": f"Prøveveien {place % 200 + 1}",
        "postCode": f"{place % 9000 + 1000}",
        "postalArea": "PRØVEBY",
        "countryNo": 47,
        "emailAddress": f"faktura@kunde{number}.example.test",
    }


def project(place: int) -> Row:
    """The project at that place."""
    return {"orgUnit2No": FIRST_PROJECT + place, "name": f"Lastprøve prosjekt {place + 1}", "orgUnit1": 10}


def product(place: int) -> Row:
    """The product at that place."""
    return {
        "productNo": f"P{place + 1:06d}",
        "description": f"Lastprøve vare {place + 1}",
        "productCategoryNo1": 1,
        "taxAndAccountingGroup": 1,
    }


def _kinds(options: Options) -> tuple[tuple[str, int, Callable[[int], Row]], ...]:
    def employee(place: int) -> Row:
        number = FIRST_EMPLOYEE + place
        return {
            "associateNo": FIRST_ASSOCIATE + options.customers + place,
            "employeeNo": number,
            "name": f"Lastprøve Ansatt {place + 1}",
            "emailAddress": f"ansatt{number}@vintergran.example.test",
        }

    return (
        ("associate", options.customers, customer),
        ("associate", options.employees, employee),
        ("orgUnit2", options.projects, project),
        ("product", options.products, product),
    )
