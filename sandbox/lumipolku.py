"""Lumipolku Konsultit Oy of Oulu: its units, people, customers, projects, products and prices. Everything is invented.

Numbers are those that an ERP would know the same things by. People and products without a code, and customers without a
won project, are there on purpose: what must not reach the ERP has to be somewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

TENANT_ID, INTEGRATION_ID = "lumipolku", "severa-and-business"
COMPANY, VAT_NUMBER = "Lumipolku Konsultit Oy", "FI99887766"
FINANCE_MANAGER = "Aamu Pakkasniemi"

BLOCKING_GROUP = 3
DRAFT, TO_TRANSFER, TRANSFERRED, SENT, PAID, CREDIT = (
    "Luonnos",
    "Siirrettävä",
    "Siirretty",
    "Lähetetty",
    "Maksettu",
    "Hyvitys",
)
"""What its invoice statuses are called."""
SETTINGS: Mapping[str, object] = {
    "report_only": True,
    "master": "erp",
    "case_master": "time_tool",
    "department_unit": 1,
    "project_unit": 2,
    "customers": {"blocked_group": BLOCKING_GROUP, "blocked_value": 1},
    "currency": "EUR",
    "hours": {"on": True, "table": 2, "starts_on": "2026-09-01"},
    "invoices": {
        "on": True,
        "ready_status": TO_TRANSFER,
        "starts_on": "2026-11-01",
        "tax_groups": {"25.5": 1},
        "default_item": "LUM-1",
    },
    "notices": {"email": "talous@lumipolku.example.test"},
}
"""As its finance manager would have saved them: nothing is written before she has read the report."""

UNITS = (("100", "Lumipolku Helsinki"), ("200", "Lumipolku Oulu"))
COST_CENTRES = (("10", "Neuvonta"), ("20", "Toteutus"))
SALES_ACCOUNTS = (("3000", "Neuvontamyynti"), ("3010", "Lisenssimyynti"), ("3020", "Matkojen laskutus"))
COST_ACCOUNTS = (("4000", "Alihankinta"), ("7800", "Matkakulut"))


@dataclass(frozen=True)
class Person:
    """Somebody of the house; the last one has neither e-mail nor code."""

    first_name: str
    last_name: str
    code: str | None
    email: str | None
    unit: str
    user_type: str = "FullUser"
    is_active: bool = True


PEOPLE = (
    Person("Aamu", "Pakkasniemi", "101", "aamu.pakkasniemi@lumipolku.example.test", "100"),
    Person("Veikko", "Jäkäläharju", "102", "veikko.jakalaharju@lumipolku.example.test", "100"),
    Person("Taimi", "Hillasuo", "103", "taimi.hillasuo@lumipolku.example.test", "200", "Employee"),
    Person("Onni", "Kelopuu", "104", "onni.kelopuu@lumipolku.example.test", "200", "Employee"),
    Person("Sointu", "Tuulenkolo", "105", "sointu.tuulenkolo@lumipolku.example.test", "200", "Employee", False),
    Person("Urho", "Vierasmaa", None, None, "100", "Subcontractor"),
)


@dataclass(frozen=True)
class Client:
    """A customer; `number` is None for one that the ERP never heard of."""

    name: str
    number: int | None
    vat_number: str | None
    street: str
    postal_code: str
    city: str
    country: str
    email: str
    contact: tuple[str, str] | None = None
    currency: str = "EUR"
    term: int = 14


CLIENTS = (
    Client(
        "Revontuli Energia Oy",
        1001,
        "FI11112221",
        "Kirkkokatu 3",
        "90100",
        "Oulu",
        "FI",
        "revontuli",
        ("Hilja", "Kuura"),
    ),
    Client(
        "Suopursu Puutarhat Oy",
        1002,
        "FI11112222",
        "Suotie 12",
        "99600",
        "Sodankylä",
        "FI",
        "suopursu",
        ("Eino", "Räme"),
    ),
    Client(
        "Kallioranta Satama Ab", 1003, "FI11112223", "Laituri 1", "65170", "Vaasa", "FI", "kallioranta", None, "EUR", 30
    ),
    Client(
        "Björkskata Såg AB",
        1004,
        "SE556000999101",
        "Sågvägen 7",
        "931 30",
        "Skellefteå",
        "SE",
        "bjorkskata",
        ("Alva", "Storsten"),
        "SEK",
        30,
    ),
    Client(
        "Fjellbekk Laks AS",
        1005,
        "NO999111222MVA",
        "Kaia 4",
        "9008",
        "Tromsø",
        "NO",
        "fjellbekk",
        ("Eirik", "Svaberg"),
        "NOK",
    ),
    Client("Tihkusade Kosmetiikka Ky", 1006, None, "Sadetie 2", "33100", "Tampere", "FI", "tihkusade"),
    Client(
        "Kaarnalaiva Päiväkodit ry",
        None,
        None,
        "Leikkipolku 5",
        "40100",
        "Jyväskylä",
        "FI",
        "kaarnalaiva",
        ("Lumi", "Kaarna"),
    ),
    Client("Harmaahylje Varustamo Oy", None, "FI11112228", "Rantakatu 9", "20100", "Turku", "FI", "harmaahylje"),
)


@dataclass(frozen=True)
class Assignment:
    """A project of a client with the name of its sales status."""

    number: int
    name: str
    client: str
    status: str
    unit: str
    owner: str
    is_closed: bool = False


WON, ORDERED, LEAD, OFFER, LOST = "Voitettu", "Tilaus saatu", "Liidi", "Tarjous", "Hävitty"
SALES_STATUSES = (
    (LEAD, "InProgress", 10),
    (OFFER, "InProgress", 50),
    (WON, "Won", 100),
    (ORDERED, "Won", 100),  # two ways of being won: the state counts, not the name
    (LOST, "Lost", 0),
)

PROJECTS = (
    Assignment(1, "Tuulipuiston kannattavuus", "Revontuli Energia Oy", WON, "100", "101"),
    Assignment(2, "Sähköverkon etävalvonta", "Revontuli Energia Oy", ORDERED, "200", "102"),
    Assignment(3, "Verkkokaupan uudistus", "Suopursu Puutarhat Oy", WON, "200", "103"),
    Assignment(4, "Satamalogistiikka", "Kallioranta Satama Ab", WON, "100", "101"),
    Assignment(5, "Ny såglinje", "Björkskata Såg AB", WON, "200", "102"),
    Assignment(6, "Laks fra not til bord", "Fjellbekk Laks AS", WON, "200", "103", True),
    Assignment(7, "Asiakastietojen siirto", "Fjellbekk Laks AS", OFFER, "200", "102"),
    Assignment(8, "Pakkausten elinkaari", "Tihkusade Kosmetiikka Ky", LEAD, "100", "101"),
    Assignment(9, "Päiväkotien tilavaraus", "Kaarnalaiva Päiväkodit ry", OFFER, "100", "102"),
    Assignment(10, "Polttoaineen säästö", "Harmaahylje Varustamo Oy", LOST, "100", "101"),
)

WORK_TYPES = (
    ("KONS", "Konsultointi", True, "3000"),
    ("SUUN", "Suunnittelu", True, "3000"),
    ("PROJ", "Projektinhallinta", True, "3000"),
    ("LOMA", "Vuosiloma", False, None),
    (None, "Sisäinen työ", False, None),
)
CATEGORIES = (("LIS", "Lisenssit"), ("ALI", "Alihankinta"), ("MAT", "Matkat"))
PRODUCTS = (
    ("LUM-1", "Lumi-lisenssi, vuosi", "Materials", "LIS", "1200.00", "700.00", "kpl", "3010"),
    ("LUM-K", "Käyttöönotto", "FixedFees", "LIS", "2400.00", "900.00", "erä", "3000"),
    ("ALI-1", "Alihankintatyö", "Subcontracting", "ALI", "95.00", "80.00", "h", "3000"),
    (None, "Painotyöt", "Materials", "ALI", "150.00", "120.00", "erä", "3000"),
)
TRAVEL_TYPES = (
    ("KM", "Kilometrikorvaus", "Mileage", "0.57", "km", "MAT"),
    ("PVR", "Päiväraha, kotimaa", "DailyAllowance", "53.00", "pv", "MAT"),
    ("HOT", "Majoitus", "OtherTravelExpense", "140.00", "yö", "MAT"),
)


@dataclass(frozen=True)
class Step:
    """An invoice status with what it means."""

    name: str
    is_default: bool = False
    is_default_for_credit_note: bool = False
    is_read_only: bool = False
    has_invoice_number: bool = False
    is_sent: bool = False
    is_waiting_payment: bool = False
    is_paid: bool = False


INVOICE_STATUSES = (
    Step(DRAFT, is_default=True),
    Step(TO_TRANSFER, has_invoice_number=True),
    Step(TRANSFERRED, has_invoice_number=True, is_read_only=True),
    Step(SENT, has_invoice_number=True, is_read_only=True, is_sent=True, is_waiting_payment=True),
    Step(PAID, has_invoice_number=True, is_read_only=True, is_sent=True, is_paid=True),
    Step(CREDIT, has_invoice_number=True, is_default_for_credit_note=True),
)
