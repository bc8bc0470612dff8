"""Klitrose Rådgivning ApS of Odense: whom it works for, on what, and what it invoiced. Everything is invented.

The stand-ins of its time tool and of its ERP are both filled from here, so that the same numbers mean the same
companies, projects and invoices on either side.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

TENANT_ID = "klitrose"
INTEGRATION_ID = "moment-to-economic"
COMPANY = "Klitrose Rådgivning ApS"
ORGANISATION_NUMBER = "99887766"
CURRENCY = "DKK"
FINANCE_MANAGER = "Asbjørn Lyngholt"
ERROR_MAILBOX = "bogholderi@klitrose.example.test"

JOURNAL, CUSTOMER_GROUP, PROJECT_GROUP = 1, 1, 1  # what must exist in the ERP
REVENUE_ACCOUNT, REVENUE_ABROAD_ACCOUNT = "1010", "1020"
EXPENSE_ACCOUNTS = ("2210", "2770", "3620")  # subcontractors, travel, software
EXPENSE_ACTIVITY = "Udlæg"  # where expenses from the ERP land in the time tool
VAT_AT_HOME, VAT_ABROAD = "U25", "UEU"
VAT_PERCENT = Decimal(25)

SETTINGS: Mapping[str, object] = {
    "starts_on": "2026-10-01",
    "invoices": {"journal": JOURNAL, "pdf": True, "vat_codes": {VAT_AT_HOME: VAT_AT_HOME, VAT_ABROAD: VAT_ABROAD}},
    "expenses": {
        "on": True,
        "accounts": ", ".join(EXPENSE_ACCOUNTS),
        "activity": EXPENSE_ACTIVITY,
        "billable": True,
        "starts_on": "2026-10-01",
    },
    "notices": {"email": ERROR_MAILBOX},
}
"""As its finance manager would have saved them."""


@dataclass(frozen=True)
class Customer:
    """A customer under its number, which both systems use. `country` is "" for one whose country nobody filled in."""

    number: str
    name: str
    organisation_number: str
    address: str
    postal_code: str
    city: str
    country: str
    email: str

    @property
    def at_home(self) -> bool:
        """Whether Danish VAT is due; without a country it is taken for Danish."""
        return self.country in ("", "DK")


CUSTOMERS = (
    Customer("10001", "Solbær Bryghus A/S", "11223340", "Havnegade 4", "5000", "Odense C", "DK", "solbaer"),
    Customer("10002", "Æblegård Øko ApS", "11223341", "Æblevej 12", "5600", "Faaborg", "DK", "aeblegaard"),
    Customer("10003", "Lyngvig Klinik I/S", "11223342", "Lyngbakken 7", "6950", "Ringkøbing", "DK", "lyngvig"),
    Customer("10004", "Vågsjö Trä AB", "556000-9991", "Sågverksgatan 3", "652 25", "Karlstad", "SE", "vagsjo"),
    Customer("10005", "Bjørkli Bygg AS", "999111222", "Tømmerveien 18", "2317", "Hamar", "NO", "bjorkli"),
    Customer(
        "10006", "Windrose Solartechnik GmbH", "DE999000111", "Deichweg 9", "24937", "Flensburg", "DE", "windrose"
    ),
    Customer("10007", "Kvist & Kogle", "11223343", "Skovstien 2", "8600", "Silkeborg", "", "kvist"),
    Customer(
        "10008", "Tangloppen Havneby Kommune", "11223344", "Rådhustorvet 1", "4400", "Kalundborg", "DK", "tanglop"
    ),
)


def email_of(customer: Customer) -> str:
    """Where the customer's invoices go."""
    return f"faktura@{customer.email}.example.test"


@dataclass(frozen=True)
class Project:
    """A project of a customer. `number` is text in the time tool; None and letters are what the ERP cannot take."""

    name: str
    number: str | None
    customer: str
    state: str = "inProgress"


LETTER_NUMBER, WITHOUT_NUMBER = "P-77", "Forundersøgelse uden nummer"

PROJECTS = (
    Project("Nyt bryggeri: energiplan", "1", "10001"),
    Project("Økologisk omlægning", "2", "10002"),
    Project("Klinik: arbejdsgange", "3", "10003"),
    Project("Sågverk: ny linje", "4", "10004"),
    Project("Byggeplads: logistikk", "5", "10005"),
    Project("Solarpark Deichweg", "6", "10006"),
    Project("Strategi for Kvist & Kogle", LETTER_NUMBER, "10007"),
    Project(WITHOUT_NUMBER, None, "10008"),
    Project("Havneplan", "8", "10008"),
)


def project_of(number: str | None) -> Project:
    """The project of that number; None gives the one without."""
    return next(project for project in PROJECTS if project.number == number)


@dataclass(frozen=True)
class Invoice:
    """An invoice as it is written; `number` is None in a draft, and `net` negative in a credit note."""

    number: int | None
    project: str | None
    on: date
    net: Decimal
    text: str
    currency: str = CURRENCY
    credits: int | None = None
    accounting: str = "toTransfer"
    due_days: int = 14

    @property
    def customer(self) -> Customer:
        """Whose invoice it is: that of its project."""
        number = project_of(self.project).customer
        return next(customer for customer in CUSTOMERS if customer.number == number)

    @property
    def vat(self) -> Decimal:
        """Danish VAT in øre, nothing for customers abroad. Every net amount here divides evenly."""
        return self.net * VAT_PERCENT / 100 if self.customer.at_home else Decimal("0.00")

    @property
    def account(self) -> str:
        """The revenue account."""
        return REVENUE_ACCOUNT if self.customer.at_home else REVENUE_ABROAD_ACCOUNT

    @property
    def vat_code(self) -> str:
        """The VAT code of the ERP."""
        return VAT_AT_HOME if self.customer.at_home else VAT_ABROAD


def _on(month: int, day: int) -> date:
    return date(2026, month, day)


FIRST_INVOICE = 5001

INVOICES = (
    Invoice(5001, "1", _on(10, 5), Decimal("24000.00"), "Energiplan, september"),
    Invoice(5002, "2", _on(10, 5), Decimal("12500.40"), "Omlægning, september"),
    Invoice(5003, "3", _on(10, 7), Decimal("8400.00"), "Arbejdsgange, uge 40"),
    Invoice(5004, "4", _on(10, 9), Decimal("31200.00"), "Ny linje, september", due_days=30),
    Invoice(5005, "5", _on(10, 12), Decimal("17850.00"), "Logistikk, september"),
    Invoice(5006, "6", _on(10, 12), Decimal("4200.00"), "Solarpark, Phase 1", currency="EUR", due_days=30),
    Invoice(5007, "3", _on(10, 14), Decimal("-2400.00"), "Kreditnota til 5003: to timer for meget", credits=5003),
    Invoice(5008, "2", _on(10, 19), Decimal("600.00"), "Internt: skal ikke bogføres", accounting="doNotTransfer"),
    Invoice(5009, "8", _on(10, 26), Decimal("45000.00"), "Havneplan, første rate"),
    Invoice(None, "1", _on(11, 2), Decimal("25600.00"), "Energiplan, oktober"),
    Invoice(None, "2", _on(11, 2), Decimal("9800.00"), "Omlægning, oktober"),
    Invoice(None, "6", _on(11, 3), Decimal("5100.00"), "Solarpark, Phase 2", currency="EUR", due_days=30),
    Invoice(None, LETTER_NUMBER, _on(11, 3), Decimal("15000.00"), "Strategi, oktober"),
)
