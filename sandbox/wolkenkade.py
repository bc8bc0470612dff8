"""Wolkenkade Bureau B.V. of Zwolle: whom it works for, on what, who works there. Everything is invented.

The stand-in of its time tool is filled from here. Numbers are those that Visma eAccounting knows the same customers and
articles by, and `in_erp` is what it knows a customer by when that is something else. Mismatches are there on purpose: a
customer without a number, two of one number, one of another number, an activity without an article.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

COMPANY, VAT_NUMBER = "Wolkenkade Bureau B.V.", "NL999911122B01"
FINANCE_MANAGER = "Noor Bloesemgaard"
VAT_HIGH, VAT_LOW, VAT_NONE = Decimal(21), Decimal(9), Decimal(0)
VAT_RATES = (("Hoog", VAT_HIGH), ("Laag", VAT_LOW), ("Nul", VAT_NONE))


@dataclass(frozen=True)
class Article:
    """An article of the ERP: what an activity is linked to is its GUID."""

    number: str
    guid: str
    name: str


ADVICE = Article("101", "0a9c1e00-0000-4000-8000-000000000101", "Advies, per uur")
DESIGN = Article("102", "0a9c1e00-0000-4000-8000-000000000102", "Ontwerp, per uur")
BUILDING = Article("103", "0a9c1e00-0000-4000-8000-000000000103", "Ontwikkeling, per uur")
KILOMETRES = Article("201", "0a9c1e00-0000-4000-8000-000000000201", "Kilometers")
COSTS = Article("202", "0a9c1e00-0000-4000-8000-000000000202", "Doorbelaste kosten")
FIXED = Article("301", "0a9c1e00-0000-4000-8000-000000000301", "Vaste prijs")
SUBSCRIPTION = Article("302", "0a9c1e00-0000-4000-8000-000000000302", "Abonnement")
ARTICLES = (ADVICE, DESIGN, BUILDING, KILOMETRES, COSTS, FIXED, SUBSCRIPTION)


@dataclass(frozen=True)
class Person:
    """Somebody of the house. `account` is 1 for a user, 2 for an administrator, 4 for a project manager."""

    name: str
    number: str
    account: int = 1
    hourly_rate: Decimal = Decimal(95)
    cost: Decimal = Decimal(48)
    is_active: bool = True

    @property
    def email(self) -> str:
        """Their user name."""
        return f"{self.name.split()[0].lower()}@wolkenkade.example.test"


PEOPLE = (
    Person(FINANCE_MANAGER, "001", 2, Decimal(120), Decimal(62)),
    Person("Lotte Zandgolf", "002", 4, Decimal(110), Decimal(55)),
    Person("Teun Kruipnet", "003"),
    Person("Saar Mistflard", "004", 1, Decimal(85), Decimal(41)),
    Person("Wiebe Dauwdruppel", "005", is_active=False),
)


@dataclass(frozen=True)
class Activity:
    """What people do. Its code is the number of its article, by which customers of the vendor help themselves."""

    name: str
    article: Article | None
    hourly_rate: Decimal | None
    is_billable: bool = True
    is_common: bool = True

    @property
    def code(self) -> str | None:
        """The number of its article."""
        return self.article.number if self.article is not None else None


WITHOUT_ARTICLE, INTERNAL_WORK = "Projectleiding", "Intern overleg"
ACTIVITIES = (
    Activity("Advies", ADVICE, Decimal(115)),
    Activity("Ontwerp", DESIGN, Decimal(105)),
    Activity("Ontwikkeling", BUILDING, Decimal("97.50")),
    Activity(WITHOUT_ARTICLE, None, Decimal(110)),
    Activity(INTERNAL_WORK, None, None, is_billable=False, is_common=False),
)


@dataclass(frozen=True)
class Customer:
    """A customer under the number that it has in the time tool. `in_erp` is None where the ERP has the same."""

    name: str
    number: str | None
    street: str
    postal_code: str
    city: str
    country: str = "NL"
    vat: Decimal = VAT_HIGH
    hourly_rate: Decimal | None = None
    contact: str | None = None
    in_erp: str | None = None
    is_active: bool = True
    is_internal: bool = False

    @property
    def email(self) -> str:
        """Where its invoices go."""
        word = "".join(letter for letter in self.name.split()[0].lower() if letter.isalpha())
        return f"factuur@{word}.example.test"


WITHOUT_NUMBER, OTHER_NUMBER, SHARED_NUMBER = "Lisdodde Hoveniers", "Heidekruid Zorg", "1006"
HOUSE = "Wolkenkade (intern)"
CUSTOMERS = (
    Customer("Kievitsbloem Uitgeverij B.V.", "1001", "Boekenpad 4", "8011 ZW", "Zwolle", contact="Jet Inktvlek"),
    Customer("Zeekraal Vishandel V.O.F.", "1002", "Kwelderweg 12", "8861 ZK", "Harlingen", vat=VAT_LOW),
    Customer("Molenwiek Techniek B.V.", "1003", "Wiekslag 1", "7411 MW", "Deventer", contact="Bram Tandrad"),
    Customer("Stichting Waterlelie", "1004", "Vijverlaan 8", "8911 WL", "Leeuwarden", vat=VAT_NONE),
    Customer(WITHOUT_NUMBER, None, "Slootkant 3", "8331 LD", "Steenwijk", contact="Griet Riethalm"),
    Customer("Bakkerij De Zonnepit", SHARED_NUMBER, "Korenmarkt 2", "7411 ZP", "Deventer", hourly_rate=Decimal(80)),
    Customer(
        "De Zonnepit Catering B.V.", SHARED_NUMBER, "Korenmarkt 2", "7411 ZP", "Deventer", hourly_rate=Decimal(80)
    ),
    Customer(OTHER_NUMBER, "1018", "Heideweg 40", "7963 HK", "Ruinen", in_erp="1008"),
    Customer("Sneeuwbes Logistik GmbH", "1009", "Torfkai 9", "26721", "Emden", "DE", VAT_NONE),
    Customer("Oude Haven Reizen", "1011", "Steiger 5", "8601 OH", "Sneek", is_active=False),
    Customer(HOUSE, None, "Wolkenkade 7", "8011 WK", "Zwolle", is_internal=True),
)

NO_INVOICING, BY_ACTIVITY, BY_PERSON, BY_PROJECT, BY_CUSTOMER, FIXED_PRICE, FIXED_BY_ACTIVITY, PERIODS = (
    1, 2, 3, 4, 5, 6, 7, 9,
)  # fmt: skip


@dataclass(frozen=True)
class Project:
    """A project of a customer; `method` is how it is invoiced, and `price` what that needs."""

    code: str | None
    name: str
    customer: str
    method: int
    price: Decimal | None = None
    is_active: bool = True


FIXED_PRICE_PROJECT, SUBSCRIPTION_PROJECT, BY_ACTIVITY_PRICES = "Huisstijl", "Websiteonderhoud", "Intranet"
CLOSED_PROJECT, OWN_PROJECT = "Reisgids 2025", "Algemeen"
PROJECTS = (
    Project("KB-01", "Webwinkel", "Kievitsbloem Uitgeverij B.V.", BY_ACTIVITY),
    Project("ZK-01", FIXED_PRICE_PROJECT, "Zeekraal Vishandel V.O.F.", FIXED_PRICE, Decimal(4800)),
    Project("MW-01", SUBSCRIPTION_PROJECT, "Molenwiek Techniek B.V.", PERIODS, Decimal(350)),
    Project("WL-01", "Jaarverslag", "Stichting Waterlelie", BY_PERSON),
    Project("LD-01", "Tuinapp", WITHOUT_NUMBER, BY_PROJECT, Decimal(95)),
    Project(None, "Menukaarten", "Bakkerij De Zonnepit", BY_CUSTOMER),
    Project("HK-01", BY_ACTIVITY_PRICES, OTHER_NUMBER, FIXED_BY_ACTIVITY, Decimal(2000)),
    Project("SB-01", "Versandportal", "Sneeuwbes Logistik GmbH", BY_ACTIVITY),
    Project("OH-01", CLOSED_PROJECT, "Oude Haven Reizen", BY_ACTIVITY, is_active=False),
    Project(None, OWN_PROJECT, HOUSE, NO_INVOICING),
)

CATEGORIES = (("Verblijf", COSTS.number), ("Software", COSTS.number), ("Drukwerk", None))
VEHICLES = ("Deelauto WK-01", "Eigen auto")
STARTED_ON, SUBSCRIBED_ON, SUBSCRIPTION_PAID_UNTIL = date(2026, 9, 1), date(2026, 7, 1), date(2026, 9, 30)
FIRST_WORKDAY, LAST_WORKDAY = date(2026, 10, 1), date(2026, 11, 3)
