"""Lumipolku's company in Business NXT, as it stands before the two sides are ever joined.

What Severa has is in `sandbox.lumipolku`. Here some of it is the same, some almost, some missing, some here alone and
some blocked: all that a first contact has to tell apart.
"""

from __future__ import annotations

from datetime import datetime

from sandbox import lumipolku
from sandbox.business_nxt.access import CUSTOMER_NO, LUMIPOLKU_COMPANY_NO
from sandbox.business_nxt.company import Company, CompanyId

WHO = CompanyId(LUMIPOLKU_COMPANY_NO, CUSTOMER_NO, lumipolku.COMPANY, "99887766")
OLD = datetime(2024, 3, 11, 10, 5)  # noqa: DTZ001 - the server's time has no zone
IMPORT_USER = "import"
FINLAND, SWEDEN, NORWAY = 358, 46, 47

DEPARTMENTS = (*((int(code), name) for code, name in lumipolku.UNITS), (300, "Lumipolku Rovaniemi"))
PROJECTS = ((1, "Tuulipuiston kannattavuus"), (2, "Sähköverkon etävalvonta"), (3, "Verkkokauppa"))
"""The third has another name in Severa; the others that are won are missing here."""
EMPLOYEES = (
    (101, "Aamu Pakkasniemi", "aamu.pakkasniemi@lumipolku.example.test"),
    (102, "Veikko Jäkäläharju", ""),  # no address here: it comes from Severa
    (140, "Onni Kelopuu", "onni.kelopuu@lumipolku.example.test"),  # 104 in Severa
    (150, "Säde Routanen", "sade.routanen@lumipolku.example.test"),  # here alone, with an address
    (151, "Tuisku Varvikko", ""),  # here alone, without one
)
PRODUCTS = (
    ("LUM-1", "Lumi-lisenssi, vuosi"),
    ("ALI-1", "Alihankinta"),  # another name in Severa
    ("KM", "Kilometrikorvaus"),
    ("KOULU", "Koulutuspäivä"),  # here alone
)
CUSTOMERS = (  # number, name, organisation number, address, postcode, place, country, e-mail, blocked
    (1001, "Revontuli Energia Oy", "FI11112221", "Kirkkokatu 3", "90100", "OULU", FINLAND, "l@revontuli.example", 0),
    (1002, "Suopursu Puutarhat Oy", "", "", "", "", FINLAND, "", 0),
    (1004, "Björkskata Sågverk AB", "SE556000999101", "Sågvägen 7", "931 30", "SKELLEFTEÅ", SWEDEN, "", 0),
    (1005, "Fjellbekk Laks AS", "NO999111222MVA", "Kaia 4", "9008", "TROMSØ", NORWAY, "post@fjellbekk.example.test", 0),
    (2001, "Talvikki Tukku Oy", "FI11112231", "Tukkutie 1", "01530", "VANTAA", FINLAND, "l@talvikki.example", 0),
    (2002, "Kuuranlehti Lakiasiat Oy", "FI11112232", "Oikotie 5", "00100", "HELSINKI", FINLAND, "", 1),
)  # fmt: skip
SUPPLIERS = ((50_001, "Routakorpi Rakennus Oy"), (50_002, "Hallanmaa Painotalo Ky"))


def fill(company: Company) -> None:
    """Lumipolku's rows, after the set-up that every company has."""

    def put(table: str, **values: object) -> None:
        company.add_old(table, values, IMPORT_USER, OLD)

    for number, name in DEPARTMENTS:
        put("orgUnit1", orgUnit1No=number, name=name)
    for number, name in PROJECTS:
        put("orgUnit2", orgUnit2No=number, name=name)
    for code, text in PRODUCTS:
        put("product", productNo=code, description=text, taxAndAccountingGroup=1)
    place = 0
    for number, name, organisation, line, postcode, city, country, email, blocked in CUSTOMERS:
        place += 1
        put(
            "associate",
            associateNo=place,
            customerNo=number,
            name=name,
            companyNo=organisation,
            addressLine1=line,
            postCode=postcode,
            postalArea=city,
            countryNo=country,
            emailAddress=email,
            paymentTerms=1,
            **{f"group{lumipolku.BLOCKING_GROUP}": blocked},
        )
    for number, name, email in EMPLOYEES:
        place += 1
        put("associate", associateNo=place, employeeNo=number, name=name, emailAddress=email)
    for number, name in SUPPLIERS:
        place += 1
        put("associate", associateNo=place, supplierNo=number, name=name, countryNo=FINLAND)
