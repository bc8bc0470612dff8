"""What the companies hold at the start: Vintergran, an empty sister, one that lets nobody of ours in, and Lumipolku.

Rows of before October 2024 have no timestamps; the customer that was touched later, the last project and the newest
orders have.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sandbox import vintergran
from sandbox.business_nxt import assumed, seed_lumipolku
from sandbox.business_nxt.access import CLOSED_COMPANY_NO, COMPANY_NO, CUSTOMER_NO, SECOND_COMPANY_NO
from sandbox.business_nxt.columns import Row
from sandbox.business_nxt.company import Company, CompanyId, day_number

COMPANIES = (
    CompanyId(COMPANY_NO, CUSTOMER_NO, vintergran.COMPANY, vintergran.ORGANISATION_NUMBER),
    CompanyId(SECOND_COMPANY_NO, CUSTOMER_NO, "Vintergran Sverige AB", "556000-8001"),
    CompanyId(CLOSED_COMPANY_NO, CUSTOMER_NO, "Granbar Eiendom AS", "999888003"),
    seed_lumipolku.WHO,
)
OLD = datetime(2023, 5, 2, 9, 15)  # noqa: DTZ001 - the server's time has no zone
NEW = datetime(2026, 10, 5, 8, 30, 12, 798_000)  # noqa: DTZ001 - likewise
IMPORT_USER = "import"

_ACCOUNTS = (  # number, name, tax code
    (assumed.RECEIVABLES, "Kundefordringer", 0),
    (assumed.BANK, "Bank", 0),
    (assumed.PAYABLES, "Leverandørgjeld", 0),
    (assumed.VAT_OUT, "Utgående merverdiavgift", 0),
    (assumed.VAT_IN, "Inngående merverdiavgift", 0),
    (assumed.REVENUE, "Salgsinntekt, avgiftspliktig", 3),
    (3100, "Salgsinntekt, avgiftsfri", 5),
    (4500, "Underleverandører", 1),
    (7140, "Reisekostnad", 1),
)
_TAX_CODES = ((0, "Ingen"), (1, "Inngående 25 %"), (3, "Utgående 25 %"), (5, "Avgiftsfri"))
_COUNTRIES = ((47, "Norge", "NO"), (46, "Sverige", "SE"), (45, "Danmark", "DK"), (358, "Finland", "FI"))
_CURRENCIES = ((0, "Norske kroner", "NOK"), (46, "Svenske kroner", "SEK"), (978, "Euro", "EUR"))
_SERIES = ((1, "Utgående faktura", 100_001, 199_999), (2, "Inngående faktura", 1, 69_999), (3, "Bank", 1, 9_999))


class _Filler:
    """Puts rows of the past into one company."""

    def __init__(self, company: Company) -> None:
        self._company = company

    def old(self, table: str, **values: object) -> Row:
        return self._company.add_old(table, values, IMPORT_USER, OLD)

    def new(self, table: str, **values: object) -> Row:
        return self._company.add_old(table, values, IMPORT_USER, NEW)


def fill_set_up(company: Company) -> None:
    """Accounts, currencies, series and labels, which every company has."""
    put = _Filler(company)
    labels = {f"{unit}Name": label for unit, label in vintergran.DIMENSION_LABELS.items()}
    put.old("companyInformation", companyNo=company.who.organisation_number, **labels)
    for number, name, tax_code in _ACCOUNTS:
        put.old("generalLedgerAccount", accountNo=number, name=name, taxCode=tax_code)
    for code, text in _TAX_CODES:
        put.old("taxCode", taxCode=code, description=text)
    for number, name, iso in _COUNTRIES:
        put.old("country", countryNo=number, name=name, isoCode=iso)
    for number, name, iso in _CURRENCIES:
        put.old("currency", currencyNo=number, name=name, isoCode=iso)
    for number, text, days in ((1, "Netto 14 dager", 14), (2, "Netto 30 dager", 30)):
        put.old("paymentTerms", paymentTerms=number, description=text, noOfDays=days)
    for number, text in ((1, "Tjenester, avgiftspliktig"), (2, "Tjenester, avgiftsfri")):
        put.old("taxAndAccountingGroup", taxAndAccountingGroup=number, description=text)
    for number, name, first, last in _SERIES:
        put.old("voucherSeries", voucherSeriesNo=number, name=name, nextVoucherNo=first, lastVoucherNo=last)
    for number, text in ((1, "Time"), (2, "Km"), (3, "Stk")):
        put.old("unit", unitNo=number, description=text)


def fill(company: Company) -> None:
    """Vintergran's own rows, after the set-up."""
    put = _Filler(company)
    for number, name in vintergran.DEPARTMENTS:
        put.old("orgUnit1", orgUnit1No=number, name=name)
    for code, name in vintergran.ACTIVITIES:
        put.old("orgUnit7", orgUnit7No=code, name=name)
    _associates(put)
    _projects(put, company)
    for number, text in vintergran.PRODUCT_CATEGORIES:
        put.old("productCategory", productCategoryNo=number, description=text)
    for code, text, category in vintergran.PRODUCTS:
        put.old("product", productNo=code, description=text, productCategoryNo1=category, taxAndAccountingGroup=1)
    _orders(put)


def _associates(put: _Filler) -> None:
    number = 0
    for customer in vintergran.CUSTOMERS:
        number += 1
        add = put.new if customer is vintergran.CUSTOMERS[-1] else put.old
        add(
            "associate",
            associateNo=number,
            customerNo=customer.number,
            name=customer.name,
            companyNo=customer.organisation_number,
            addressLine1=customer.address,
            postCode=customer.post_code,
            postalArea=customer.post_area,
            countryNo=customer.country,
            emailAddress=customer.email,
            paymentTerms=1,
            **{f"group{vintergran.BLOCKING_GROUP}": int(customer.blocked)},
        )
    for supplier, name in vintergran.SUPPLIERS:
        number += 1
        put.old("associate", associateNo=number, supplierNo=supplier, name=name, countryNo=assumed.HOME_COUNTRY)
    for one in vintergran.EMPLOYEES:
        number += 1
        values = {"employeeNo": one.number, "emailAddress": one.email, vintergran.DEPARTMENT_DIMENSION: one.department}
        put.old("associate", associateNo=number, name=one.name, **values)
    contact = {"liaisonAssociateNo": 1, "emailAddress": "kaptein@kunde10001.example.test"}
    put.old("associate", associateNo=number + 1, name="Rasmus Tangvald", **contact)
    address = {"addressLine1": "Brygga 4", "postCode": "5003", "postalArea": "BERGEN", "countryNo": 47}
    put.old("deliveryAddress", deliveryAddressNo=1, associateNo=1, name="Tåkefjord Rederi, lager", **address)


def _projects(put: _Filler, company: Company) -> None:
    for project in vintergran.PROJECTS:
        add = put.new if project is vintergran.PROJECTS[-1] else put.old
        (customer,) = company.rows("associate").where("customerNo", project.customer)
        add(
            vintergran.PROJECT_DIMENSION,
            orgUnit2No=project.number,
            name=project.name,
            associateNo1=customer["associateNo"],
            orgUnit1=project.department,
        )


def _orders(put: _Filler) -> None:
    """An order that waits to be invoiced, and a quotation, which is none."""
    for number, kind, quantity in ((1_001, 1, Decimal("12.5")), (1_002, 5, Decimal(40))):
        amount = quantity * 1450
        put.new(
            "order",
            orderNo=number,
            orderDate=day_number(NEW.date()),
            transactionType=1,
            orderType=kind,
            customerNo=10_001,
            name="Tåkefjord Rederi AS",
            orgUnit2=1_001,
            orgUnit1=10,
            orderSumNetDomestic=amount,
        )
        put.new(
            "orderLine",
            orderNo=number,
            lineNo=1,
            productNo="TIMER",
            description="Konsulenttimer",
            quantity=quantity,
            totalQuantity=quantity,
            unrealisedQuantity=quantity,
            priceInCurrency=Decimal(1450),
            amountDomestic=amount,
            orgUnit2=1_001,
            orgUnit1=10,
        )
