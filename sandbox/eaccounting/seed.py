"""Fills companies: every one with set-up, the first with what Stroomlijn has, all with the extra rows of the options.

Extra rows go straight into the tables, as an import would put them, so that a hundred companies with thousands of
customers cost little; a company is filled when it is first looked at.
"""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sandbox.eaccounting import articles, customers, dimensions, drafts, invoices, vouchers, years
from sandbox.eaccounting import stroomlijn as house
from sandbox.eaccounting.answers import Json
from sandbox.eaccounting.company import Card, Company
from sandbox.eaccounting.countries import Sales
from sandbox.eaccounting.models import SALES_ACCOUNTS
from sandbox.eaccounting.options import Options

SEEDED_AT = datetime(2026, 10, 1, 6, 0, tzinfo=UTC)
FIRST_YEAR, OPEN_YEAR = 2025, 2026
_COMPANIES = uuid.UUID("ea000000-0000-4000-8000-000000000000")
FIRST_EXTRA = 20_001  # clear of the seed's numbers


def cards(options: Options) -> list[Card]:
    """Who the companies are; the same in every run."""
    found = []
    for serial in range(1, options.companies + 1):
        identifier = str(uuid.uuid5(_COMPANIES, str(serial)))
        name = house.NAME if serial == 1 else f"Grachtenpand Ateliers {serial} BV"
        person = house.PERSON if serial == 1 else f"kantoor@ateliers{serial}.example.test"
        found.append(Card(identifier, name, options.country, person, serial))
    return found


def fill(company: Company) -> None:
    """Puts everything into an empty company."""
    with company.writing_at(SEEDED_AT):
        _settings(company)
        _lists(company)
        _books(company)
        _registers(company)
        if company.card.serial == 1:
            _customers(company)
            _documents(company)
        _extra(company, company.options)


def _settings(company: Company) -> None:
    country = company.country
    company.settings = {
        "Name": company.card.name,
        "Email": company.card.person,
        "Phone": country.phone,
        "Address1": "Stroomweg 1",
        "PostalCode": "3511 AB",
        "City": country.city,
        "CountryCode": country.code,
        "CurrencyCode": country.currency,
        "CorporateIdentityNumber": f"9000{company.card.serial:04d}",
        "VatCode": f"{country.code}90000{company.card.serial:04d}",
        "TypeOfBusiness": 1,
        "VatPeriod": 3,
        "AccountNumberDigits": 4,
        "AccountingLockInterval": 0,
        "DomesticCurrencyRounding": 0,
        "UsesCostCenter": True,
        "UsesProject": True,
        "UsesPaymentReferenceNumber": country.code != "NL",
        "UseAutomaticVatCalculation": country.automatic_vat,
        "UsesReverseConstructionVat": True,
        "KeepOriginalDraftDate": False,
        "ShowPricesExclVatPC": False,
        "ApprovalSettings": {"UsesVatReportApproval": False, "UsesSupplierInvoiceApproval": False},
    }
    company.app = {"Id": company.new_id(), "ActivationStatus": 0, "ModifiedUtc": company.now()}


def _lists(company: Company) -> None:
    for person in (company.card.person, house.BOOKKEEPER):
        company.users.put({"Id": company.new_id(), "Email": person, "FirstName": "Eva", "LastName": "Grootboek"})
    for user in list(company.users.all()):
        is_guest = user["Email"] == house.BOOKKEEPER
        company.users.put({**user, "IsActive": True, "IsConsultant": is_guest})
    for name, english, days, kind, sales, purchase in house.TERMS:
        row: Json = {"Name": name, "NameEnglish": english, "NumberOfDays": days, "TermsOfPaymentTypeId": kind}
        row |= {"AvailableForSales": sales, "AvailableForPurchase": purchase}
        company.terms.put({**row, "Id": company.new_id()})
    for short, name, code, english in house.UNITS:
        words = {"Name": name, "Code": code, "Abbreviation": short, "AbbreviationEnglish": english}
        company.units.put({**words, "Id": company.new_id()})
    for vat in company.country.vats:
        accounts = {"AccountNumber1": vat.account, "AccountNumber2": None, "AccountNumber3": None}
        row = {"Code": vat.code, "Description": vat.description, "OssCodeType": 0, "RelatedAccounts": accounts}
        company.vat_codes.put({**row, "Id": company.new_id()})
    for one in company.country.sales:
        company.codings.put(_coding(company, one))
    bank = {"Name": "Bank", "BankAccountType": 1, "LedgerAccountNumber": company.country.bank, "IsActive": True}
    more = {"CurrencyCode": company.currency, "IsDefaultChequeAccount": True, "ModifiedUtc": company.now()}
    company.banks.put({**bank, **more, "Id": company.new_id()})


def _coding(company: Company, sales: Sales) -> Json:
    country = company.country
    accounts = dict.fromkeys(SALES_ACCOUNTS, country.exempt) | {
        "DomesticSalesSubjectToVatAccountNumber": sales.account,
        "DomesticSalesSubjectToReversedConstructionVatAccountNumber": country.reversed_construction,
        "ForeignSalesSubjectToVatWithinEuAccountNumber": sales.account,
        "ForeignSalesVatExemptWithinEuAccountNumber": country.within_eu,
        "ForeignSalesVatExemptOutsideEuAccountNumber": country.outside_eu,
        "ForeignSalesSubjectToThirdPartySalesAccountNumber": country.third_party,
        "ForeignSalesSubjectToMossAccountNumber": None,
    }
    named = {"Name": sales.name, "NameEnglish": sales.name_english, "Type": sales.kind, "IsActive": True}
    return {**named, **accounts, "Id": company.new_id(), "VatCode": sales.vat, "ChangedUtc": company.now()}


def _books(company: Company) -> None:
    """Years with their accounts; the first is locked. The blocked account and the bank allow no dimensions."""
    first = years.make(company, date(FIRST_YEAR, 1, 1), date(FIRST_YEAR, 12, 31), locked=True)
    country = company.country
    codes = {row["Code"]: row["Id"] for row in company.vat_codes.all()}
    plain = {
        country.receivables: "Debiteuren",
        country.bank: "Bank",
        country.rounding: "Afrondingsverschillen",
        country.blocked: "Privé, geblokkeerd",
        country.exempt: "Omzet vrijgesteld",
        country.reversed_construction: "Omzet btw verlegd",
        country.within_eu: "Omzet binnen de EU",
        country.outside_eu: "Omzet buiten de EU",
        country.third_party: "Omzet derden EU",
        country.expense: "Kantoorkosten",
    }
    closed = (country.receivables, country.bank, country.blocked)
    rows: dict[int, Json] = {account: {"Name": name} for account, name in plain.items()}
    for vat in country.vats:
        rows[vat.account] = {"Name": vat.description}
    for sales in country.sales:
        rows[sales.account] = {"Name": sales.name, "VatCodeId": codes.get(sales.vat) if sales.vat else None}
    for number, row in sorted(rows.items()):
        flags = {"IsActive": True, "IsBlockedForManualBooking": number == country.blocked}
        allowed = dict.fromkeys(("IsProjectAllowed", "IsCostCenterAllowed"), number not in closed)
        stamps = {"CreatedUtc": company.now(), "ModifiedUtc": company.now()}
        known: Json = {"Number": str(number), "FiscalYearId": first["Id"], "Type": 1, "TypeDescription": "Standaard"}
        company.accounts[(first["Id"], number)] = {**known, **row, **flags, **allowed, **stamps}
    years.make(company, date(OPEN_YEAR, 1, 1), date(OPEN_YEAR, 12, 31))


def _registers(company: Company) -> None:
    codings, units = list(company.codings.all()), {row["Abbreviation"]: row["Id"] for row in company.units.all()}
    for number, name, coding, unit, price in house.ARTICLES:
        body = {"Number": number, "Name": name, "IsActive": number not in house.INACTIVE_ARTICLES}
        refs = {"CodingId": codings[coding]["Id"], "UnitId": units[unit], "NetPrice": Decimal(price)}
        articles.make(company, {**body, **refs})
    for place, (name, items) in enumerate(house.COST_CENTRES, start=1):
        centre = company.centres.put({"Id": company.new_id(), "Name": name, "Number": place, "IsActive": True})
        for short, long in items:
            body = {"CostCenterId": centre["Id"], "Name": long, "ShortName": short, "IsActive": True}
            dimensions.make_item(company, body)


def _customers(company: Company) -> None:
    terms = {row["NumberOfDays"]: row["Id"] for row in company.terms.all() if row["TermsOfPaymentTypeId"] == 0}
    for one in house.CUSTOMERS:
        own = company.country.code if one.country is None else one.country
        body: Json = {
            "CustomerNumber": one.number,
            "Name": one.name,
            "InvoiceAddress1": "Postbus 1",
            "InvoicePostalCode": one.postal_code,
            "InvoiceCity": one.city,
            "InvoiceCountryCode": own,
            "EmailAddress": one.mail,
            "VatNumber": one.vat_number,
            "CurrencyCode": one.currency if one.country is not None else company.currency,
            "IsPrivatePerson": one.is_private,
            "IsActive": one.is_active,
            "TermsOfPaymentId": terms[one.days],
        }
        customers.make(company, body)
    for number, name, customer, finished in house.PROJECTS:
        body = {"Number": number, "Name": name, "StartDate": "2026-01-05", "Status": 2 if finished else 1}
        known = company.customers.first(CustomerNumber=customer) or {}
        dimensions.make_project(company, {**body, "CustomerId": known["Id"]})


def _documents(company: Company) -> None:
    """One invoice that is paid, one that is overdue, one that is not yet due, and a draft; a voucher of a person."""
    for number, days_ago in (("10001", 60), ("10002", 45), ("10003", 5)):
        body = {**_sale(company, number), "InvoiceDate": (SEEDED_AT.date() - timedelta(days=days_ago)).isoformat()}
        invoice = invoices.make(company, body)
        if number == "10001":
            bank = next(iter(company.banks.all()))
            paid: Json = {"CompanyBankAccountId": bank["Id"], "PaymentDate": date(2026, 9, 1), "PaymentType": 2}
            amount = {"PaymentAmount": invoice["TotalAmountInvoiceCurrency"], "PaymentCurrency": company.currency}
            invoices.pay(company, invoice, {**paid, **amount})
    drafts.make(company, {**_sale(company, "10004"), "EuThirdParty": False, "RotReducedInvoicingType": 0})
    rows = [
        {"AccountNumber": company.country.expense, "DebitAmount": Decimal("120.00")},
        {"AccountNumber": company.country.bank, "CreditAmount": Decimal("120.00")},
    ]
    body = {"VoucherDate": "2026-09-15", "VoucherText": "Kantoorartikelen", "Rows": rows}
    vouchers.make(company, vouchers.prepare(company, body, vouchers.Switches()))


def _sale(company: Company, number: str) -> Json:
    customer = company.customers.first(CustomerNumber=number) or {}
    article = company.articles.first(Number="A100") or {}
    row: Json = {"ArticleId": article["Id"], "Quantity": Decimal("8"), "UnitPrice": Decimal("95.00")}
    row |= {"IsTextRow": False, "ReversedConstructionServicesVatFree": False}
    return {"CustomerId": customer["Id"], "YourReference": "zomer", "Rows": [row]}


def _extra(company: Company, options: Options) -> None:
    """Rows for measurements; what they are called follows from their number alone."""
    terms, now = next(iter(company.terms.all()))["Id"], company.now()
    dull: Json = {"InvoicePostalCode": "3511 AB", "InvoiceCity": "Utrecht", "IsActive": True, "IsPrivatePerson": False}
    dull |= {"InvoiceCountryCode": company.country.code, "CurrencyCode": company.currency, "TermsOfPaymentId": terms}
    for number in range(FIRST_EXTRA, FIRST_EXTRA + options.extra_customers):
        own = {"CustomerNumber": str(number), "Name": f"Klant {number} BV", "ChangedUtc": now}
        company.customers.put({**dull, **own, "Id": company.new_id()})
        company.numbers["customers"] = number
    model: Any = next(iter(company.articles.all()))
    for number in range(1, options.extra_articles + 1):
        own = {"Number": f"X{number:06d}", "Name": f"Artikel {number}", "Id": company.new_id()}
        company.articles.put({**model, **own})
    for number in range(1, options.extra_projects + 1):
        own = {"Number": f"X{number}", "Name": f"Project {number}", "Id": company.new_id()}
        company.projects.put({**own, "StartDate": date(OPEN_YEAR, 1, 1), "Status": 1, "ModifiedUtc": now})
    buyers = [row["CustomerNumber"] for row in company.customers.all() if row["IsActive"]]
    for number in range(options.extra_invoices if buyers else 0):
        invoices.make(company, _sale(company, buyers[number % len(buyers)]))
