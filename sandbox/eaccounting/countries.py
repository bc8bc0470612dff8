"""What differs by country: currency, VAT codes and their accounts, revenue accounts, rounding.

Visma eAccounting API v2: VAT codes and codings are the company's own, ids differ between companies, and a rate is as of
a day. The codes are the boxes or codes of each country's VAT report; charts are shortened. Accounts of Sweden and rows
on them as seen in answers of a Swedish company (3041, 2611, 1510). Exchange rates are invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

EU = (
    *("AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT", "LV", "LT", "LU"),
    *("MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE"),
)
IN_EURO = {
    "EUR": Decimal(1),
    "SEK": Decimal("0.09"),
    "NOK": Decimal("0.085"),
    "DKK": Decimal("0.134"),
    "GBP": Decimal("1.15"),
    "USD": Decimal("0.92"),
}
LONG_AGO = date(2000, 1, 1)


@dataclass(frozen=True)
class Vat:
    """A VAT code: the account of the tax, and the rates in percent from a day on."""

    code: str
    description: str
    account: int
    rates: tuple[tuple[date, Decimal], ...]

    def rate_on(self, day: date) -> Decimal:
        """The rate in percent."""
        return next(rate for since, rate in reversed(self.rates) if since <= day)


@dataclass(frozen=True)
class Sales:
    """A coding of articles: where their sales go, by case. `vat` is a VAT code, None for sales without VAT."""

    name: str
    name_english: str
    kind: str  # Service or Goods
    account: int
    vat: str | None


@dataclass(frozen=True)
class Country:
    """A country's books. `exempt` to `third_party` are revenue accounts of sales without VAT."""

    code: str
    currency: str
    vats: tuple[Vat, ...]
    sales: tuple[Sales, ...]
    receivables: int
    bank: int
    rounding: int
    exempt: int
    reversed_construction: int
    within_eu: int
    outside_eu: int
    third_party: int
    expense: int
    blocked: int
    phone: str
    city: str
    automatic_vat: bool  # Visma eAccounting API v2: UseAutomaticVatCalculation is for SE, NO and FI


def _vat(code: str, description: str, account: int, percent: str, *later: tuple[date, str]) -> Vat:
    rates = ((LONG_AGO, Decimal(percent)), *((since, Decimal(rate)) for since, rate in later))
    return Vat(code, description, account, rates)


NETHERLANDS = Country(
    code="NL",
    currency="EUR",
    vats=(
        _vat("1a", "BTW hoog 21%", 1510, "21"),
        _vat("1b", "BTW laag 9%", 1511, "6", (date(2019, 1, 1), "9")),
        _vat("1e", "Geen BTW", 1515, "0"),
    ),
    sales=(
        Sales("Diensten hoog tarief", "Services, high rate", "Service", 8000, "1a"),
        Sales("Diensten laag tarief", "Services, low rate", "Service", 8010, "1b"),
        Sales("Diensten vrijgesteld", "Services, exempt", "Service", 8020, None),
        Sales("Goederen hoog tarief", "Goods, high rate", "Goods", 8100, "1a"),
    ),
    receivables=1300,
    bank=1100,
    rounding=4910,
    exempt=8030,
    reversed_construction=8040,
    within_eu=8050,
    outside_eu=8060,
    third_party=8070,
    expense=4500,
    blocked=1800,
    phone="+31 30 000 0000",
    city="Utrecht",
    automatic_vat=False,
)
SWEDEN = Country(
    code="SE",
    currency="SEK",
    vats=(
        _vat("10", "Utgående moms 25%", 2611, "25"),
        _vat("11", "Utgående moms 12%", 2621, "12"),
        _vat("12", "Utgående moms 6%", 2631, "6"),
    ),
    sales=(
        Sales("Tjänster 25%", "Services 25%", "Service", 3041, "10"),
        Sales("Tjänster 6%", "Services 6%", "Service", 3043, "12"),
        Sales("Tjänster momsfria", "Services, exempt", "Service", 3044, None),
        Sales("Varor 25%", "Goods 25%", "Goods", 3051, "10"),
    ),
    receivables=1510,
    bank=1930,
    rounding=3740,
    exempt=3004,
    reversed_construction=3231,
    within_eu=3308,
    outside_eu=3305,
    third_party=3107,
    expense=5800,
    blocked=2012,
    phone="+46 8 000 00 00",
    city="Uppsala",
    automatic_vat=True,
)
NORWAY = Country(
    code="NO",
    currency="NOK",
    vats=(
        _vat("3", "Utgående mva 25%", 2700, "25"),
        _vat("31", "Utgående mva 15%", 2701, "15"),
        _vat("33", "Utgående mva 12%", 2702, "12"),
    ),
    sales=(
        Sales("Tjenester 25%", "Services 25%", "Service", 3000, "3"),
        Sales("Tjenester 12%", "Services 12%", "Service", 3005, "33"),
        Sales("Tjenester avgiftsfri", "Services, exempt", "Service", 3200, None),
        Sales("Varer 25%", "Goods 25%", "Goods", 3010, "3"),
    ),
    receivables=1500,
    bank=1920,
    rounding=7770,
    exempt=3100,
    reversed_construction=3105,
    within_eu=3150,
    outside_eu=3160,
    third_party=3170,
    expense=6800,
    blocked=2050,
    phone="+47 22 00 00 00",
    city="Hamar",
    automatic_vat=True,
)
DENMARK = Country(
    code="DK",
    currency="DKK",
    vats=(_vat("U25", "Salgsmoms 25%", 6902, "25"), _vat("U0", "Uden moms", 6903, "0")),
    sales=(
        Sales("Ydelser med moms", "Services", "Service", 1010, "U25"),
        Sales("Ydelser nulsats", "Services, zero rate", "Service", 1015, "U0"),
        Sales("Ydelser uden moms", "Services, exempt", "Service", 1020, None),
        Sales("Varer med moms", "Goods", "Goods", 1030, "U25"),
    ),
    receivables=5600,
    bank=5820,
    rounding=1390,
    exempt=1025,
    reversed_construction=1040,
    within_eu=1050,
    outside_eu=1060,
    third_party=1070,
    expense=2770,
    blocked=6000,
    phone="+45 33 00 00 00",
    city="Odense",
    automatic_vat=False,
)
FINLAND = Country(
    code="FI",
    currency="EUR",
    vats=(
        _vat("301", "Suoritettava vero", 2931, "24", (date(2024, 9, 1), "25.5")),
        _vat("302", "Suoritettava vero 14%", 2932, "14"),
        _vat("303", "Suoritettava vero 10%", 2933, "10"),
    ),
    sales=(
        Sales("Palvelut", "Services", "Service", 3000, "301"),
        Sales("Palvelut 10%", "Services 10%", "Service", 3005, "303"),
        Sales("Palvelut veroton", "Services, exempt", "Service", 3020, None),
        Sales("Tavarat", "Goods", "Goods", 3030, "301"),
    ),
    receivables=1700,
    bank=1910,
    rounding=3790,
    exempt=3050,
    reversed_construction=3060,
    within_eu=3070,
    outside_eu=3080,
    third_party=3090,
    expense=7800,
    blocked=2370,
    phone="+358 9 000 0000",
    city="Turku",
    automatic_vat=True,
)
COUNTRIES = {one.code: one for one in (NETHERLANDS, SWEDEN, NORWAY, DENMARK, FINLAND)}


def rate_between(currency: str, into: str) -> Decimal | None:
    """What one unit of a currency is in another; None for one that is not known."""
    if currency not in IN_EURO or into not in IN_EURO:
        return None
    return round(IN_EURO[currency] / IN_EURO[into], 6)
