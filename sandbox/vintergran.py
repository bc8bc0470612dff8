"""Vintergran Rådgivning AS of Bergen: whom it works for, on what, who works there. Everything is invented.

The ERP's stand-in is filled from here. `in_time_tool` is what the same customer or project is called in the time tool:
most are equal, some almost, and some are not there; that is what matching on number and name has to cope with.
"""

from __future__ import annotations

from dataclasses import dataclass

COMPANY = "Vintergran Rådgivning AS"
ORGANISATION_NUMBER = "999888001"
FINANCE_MANAGER = "Solbjørg Heidal"
CURRENCY = "NOK"

DEPARTMENT_DIMENSION, PROJECT_DIMENSION, TEXT_DIMENSION = "orgUnit1", "orgUnit2", "orgUnit7"
DIMENSION_LABELS = {"orgUnit1": "Avdeling", "orgUnit2": "Prosjekt", "orgUnit3": "Ansatt", "orgUnit7": "Aktivitet"}
BLOCKING_GROUP = 3  # group3 of a row; any value but 0 says: do not transfer
FIRST_CUSTOMER, FIRST_PROJECT, FIRST_SUPPLIER = 10_001, 1_001, 50_001

DEPARTMENTS = ((10, "Rådgivning"), (20, "Utvikling"), (30, "Administrasjon"))
ACTIVITIES = (("INTERN", "Internt arbeid"), ("REISE-NO", "Reise i Norge"))


@dataclass(frozen=True)
class Customer:
    """A customer under its number. `country` is the ERP's country number, 0 where nobody filled it in."""

    number: int
    name: str
    organisation_number: str
    address: str
    post_code: str
    post_area: str
    country: int
    in_time_tool: str | None
    blocked: bool = False

    @property
    def email(self) -> str:
        """Where its invoices go."""
        return f"faktura@kunde{self.number}.example.test"


CUSTOMERS = (
    Customer(10_001, "Tåkefjord Rederi AS", "999888101", "Kaia 1", "5003", "BERGEN", 47, "Tåkefjord Rederi AS"),
    Customer(10_002, "Mosegård Meieri AS", "999888102", "Bakkeveien 7", "5200", "OS", 47, "Mosegård Meieri AS"),
    Customer(10_003, "Nattugle Forlag AS", "999888103", "Uglestien 3", "0150", "OSLO", 47, "Nattugle forlag"),
    Customer(10_004, "Rimfrost Kraft SA", "999888104", "Dammen 2", "3800", "BØ", 47, "Rimfrost Kraft AS"),
    Customer(10_005, "Trollsländan Teknik AB", "556000-8005", "Ågatan 9", "652 25", "KARLSTAD", 46, None),
    Customer(10_006, "Hønseby Kommune", "999888106", "Torget 1", "4330", "HØNSEBY", 47, "Hønseby kommune", True),
    Customer(10_007, "Myrull & Kvist", "", "", "", "", 0, "Myrull & Kvist"),
)
SUPPLIERS = ((50_001, "Skisporet Konsulent AS"), (50_002, "Lyngrype Hotell AS"))


@dataclass(frozen=True)
class Project:
    """A project under its number in the project dimension, of a department, for a customer."""

    number: int
    name: str
    customer: int
    department: int
    in_time_tool: str | None


PROJECTS = (
    Project(1_001, "Ny rute til øyene", 10_001, 10, "Ny rute til øyene"),
    Project(1_002, "Osteri: arbeidsflyt", 10_002, 10, "Osteri: arbeidsflyt"),
    Project(1_003, "Nettbutikk", 10_003, 20, "Nettbutikk fase 1"),
    Project(1_004, "Damkontroll 2025", 10_004, 20, None),
)


@dataclass(frozen=True)
class Employee:
    """Somebody who works here; `email` is "" for one whose address nobody filled in."""

    number: int
    name: str
    email: str
    department: int


EMPLOYEES = (
    Employee(1, FINANCE_MANAGER, "solbjorg@vintergran.example.test", 30),
    Employee(2, "Eirik Snøfonn", "eirik@vintergran.example.test", 10),
    Employee(3, "Tiril Bjørkelund", "tiril@vintergran.example.test", 20),
    Employee(4, "Aslak Urfjell", "", 20),
)

PRODUCT_CATEGORIES = ((1, "Timer"), (2, "Reise"), (3, "Utlegg"))
PRODUCTS = (  # number, description, category
    ("TIMER", "Konsulenttimer", 1),
    ("TIMER-U", "Utvikling", 1),
    ("KM", "Kjøring egen bil", 2),
    ("DIETT", "Diett", 2),
    ("UTLEGG", "Viderefakturert utlegg", 3),
)
