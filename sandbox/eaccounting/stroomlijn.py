"""The company that is always there: Stroomlijn Ontwerp BV, an agency in Utrecht, with all it has. Everybody is
invented.

Misfits are there on purpose: an article whose coding has no VAT (A109), one that is not active (A110), a customer that
has the name of another under a number of its own (10012), one that is not active (10011), a private person (10010).
"""

from __future__ import annotations

from dataclasses import dataclass

NAME = "Stroomlijn Ontwerp BV"
PERSON = "boekhouding@stroomlijn.example.test"
BOOKKEEPER = "kantoor@grootboek.example.test"  # may sign in to every company


@dataclass(frozen=True)
class Customer:
    """A customer; without a country it is domestic."""

    number: str
    name: str
    city: str
    postal_code: str
    mail: str | None
    country: str | None = None
    currency: str | None = None
    vat_number: str | None = None
    is_active: bool = True
    is_private: bool = False
    days: int = 30


CUSTOMERS = (
    Customer("10001", "Molenwiek Bakkerijen BV", "Amersfoort", "3811 AA", "crediteuren@molenwiek.example.test"),
    Customer("10002", "Havenlicht Logistiek BV", "Rotterdam", "3011 BB", "facturen@havenlicht.example.test", days=14),
    Customer("10003", "Stichting Wilgenhof", "Zeist", "3701 CC", "administratie@wilgenhof.example.test"),
    Customer("10004", "Tulpenveld Kwekerijen VOF", "Lisse", "2161 DD", "post@tulpenveld.example.test"),
    Customer("10005", "Grachtengroen Hoveniers BV", "Utrecht", "3512 EE", None),
    Customer("10006", "Zilvermeeuw Rederij NV", "Den Helder", "1781 FF", "inkoop@zilvermeeuw.example.test"),
    Customer("10007", "Kaasbuur Zuivel BV", "Gouda", "2801 GG", "facturen@kaasbuur.example.test"),
    Customer("10008", "Fjordhavn Sjømat AS", "Bergen", "5003", "post@fjordhavn.example.test", "NO", "NOK", days=14),
    Customer(
        "10009", "Rheinufer Verlag GmbH", "Köln", "50667", "rechnung@rheinufer.example.test", "DE", "EUR", "DE123456789"
    ),
    Customer("10010", "Sanne de Korenaar", "Houten", "3991 HH", "sanne@korenaar.example.test", is_private=True, days=8),
    Customer("10011", "Oude Spoorzicht BV", "Woerden", "3441 JJ", None, is_active=False),
    Customer("10012", "Molenwiek Bakkerijen BV", "Amersfoort", "3811 AA", "winkels@molenwiek.example.test"),
)

# number, name, index of the coding in the country's list, unit, net price
ARTICLES = (
    ("A100", "Ontwerp", 0, "uur", "95.00"),
    ("A101", "Concept en strategie", 0, "uur", "120.00"),
    ("A102", "Webontwikkeling", 0, "uur", "105.00"),
    ("A103", "Projectleiding", 0, "uur", "110.00"),
    ("A104", "Tekst en redactie", 1, "uur", "85.00"),
    ("A105", "Fotografie", 0, "dag", "780.00"),
    ("A106", "Drukwerk", 3, "stuk", "0.35"),
    ("A107", "Reiskosten", 0, "km", "0.38"),
    ("A108", "Hosting per maand", 0, "maand", "49.95"),
    ("A109", "Workshop voor onderwijs", 2, "dag", "640.00"),
    ("A110", "Zetwerk (vervallen)", 0, "uur", "60.00"),
)
INACTIVE_ARTICLES = ("A110",)

# number, name, customer, finished
PROJECTS = (
    ("P1", "Huisstijl Molenwiek", "10001", False),
    ("P2", "Klantportaal Havenlicht", "10002", False),
    ("P3", "Jaarverslag Wilgenhof", "10003", False),
    ("P4", "Verpakkingen Kaasbuur", "10007", True),
)

# cost centres with their items
COST_CENTRES = (
    ("Afdeling", (("ONTWERP", "Ontwerp"), ("WEB", "Web en techniek"), ("TEKST", "Tekst en redactie"))),
    ("Vestiging", (("UTRECHT", "Utrecht"), ("ZWOLLE", "Zwolle"))),
)

UNITS = (
    ("uur", "Uur", "HUR", "hour"),
    ("dag", "Dag", "DAY", "day"),
    ("stuk", "Stuk", "C62", "pcs"),
    ("km", "Kilometer", "KMT", "km"),
    ("maand", "Maand", "MON", "month"),
)

# name, English name, days, type (0 normal, 1 current month, 2 cash), for sales, for purchase
TERMS = (
    ("30 dagen", "30 days", 30, 0, True, True),
    ("14 dagen", "14 days", 14, 0, True, True),
    ("8 dagen", "8 days", 8, 0, True, True),
    ("Einde maand 30 dagen", "Current month 30 days", 30, 1, True, True),
    ("Contant", "Cash", 0, 2, True, True),
    ("60 dagen", "60 days", 60, 0, False, True),
)
