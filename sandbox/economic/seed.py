"""What the agreement holds at the start: an invented company with its set-up, chart, years and journals."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from sandbox import klitrose
from sandbox.economic.agreement import Agreement
from sandbox.economic.formats import Json
from sandbox.economic.records import FINANCE_VOUCHER, MANUAL_INVOICE, Draft, Journal, Period, Year

APP_PUBLIC_TOKEN = "sandbox-economic-app-public-token"
PROJECT_MODULE = {"moduleNumber": 14, "name": "Project"}
FIRST_CUSTOMER = 90_001

COMPANY: Json = {
    "agreementNumber": 990_001,
    "agreementType": {"agreementTypeNumber": 1, "name": "denmark"},
    "userName": "ASL",
    "signupDate": "2023-05-02",
    "user": {"loginId": "ASL", "email": klitrose.ERROR_MAILBOX, "name": klitrose.FINANCE_MANAGER},
    "company": {
        "name": klitrose.COMPANY,
        "addressLine1": "Opdigtet Plads 4",
        "zip": "5000",
        "city": "Odense C",
        "country": "Danmark",
        "email": klitrose.ERROR_MAILBOX,
        "companyIdentificationNumber": klitrose.ORGANISATION_NUMBER,
    },
    "settings": {"baseCurrency": klitrose.CURRENCY},
}
# number, name, type, debit or credit, VAT code
ACCOUNTS: tuple[tuple[int, str, str, str, str | None], ...] = (
    (1000, "RESULTATOPGØRELSE", "heading", "credit", None),
    (1010, "Honorarer med moms", "profitAndLoss", "credit", "U25"),
    (1020, "Honorarer, udland", "profitAndLoss", "credit", "UEU"),
    (1099, "OMSÆTNING", "totalFrom", "credit", None),
    (2210, "Underleverandører", "profitAndLoss", "debit", "I25"),
    (2770, "Rejser og ophold", "profitAndLoss", "debit", "I25"),
    (3600, "Kontorartikler", "profitAndLoss", "debit", "I25"),
    (3620, "Programmer og abonnementer", "profitAndLoss", "debit", "I25"),
    (3690, "Gammel konto, spærret", "profitAndLoss", "debit", None),
    (4999, "RESULTAT", "totalFrom", "credit", None),
    (5600, "Debitorer", "status", "debit", None),
    (5610, "Debitorer, udland", "status", "debit", None),
    (5820, "Bank", "status", "debit", None),
    (6800, "Kreditorer", "status", "credit", None),
    (6902, "Salgsmoms", "status", "credit", None),
    (6903, "Købsmoms", "status", "debit", None),
)
BARRED_ACCOUNTS = (3690,)
VAT: tuple[tuple[str, str, int, int], ...] = (
    ("U25", "Salgsmoms 25 %", 25, 6902),
    ("I25", "Købsmoms 25 %", 25, 6903),
    ("UEU", "Salg til EU uden moms", 0, 6902),
)
CURRENCIES = (
    ("DKK", "Danske kroner", "208", "100"),
    ("EUR", "Euro", "978", "746"),
    ("NOK", "Norske kroner", "578", "64.5"),
    ("SEK", "Svenske kroner", "752", "65.2"),
)  # the rate buys a hundred
COST_TYPES = ((1, "Underleverandør", 1), (2, "Rejse og ophold", 1), (3, "Programmer", 1), (9, "Internt", 2))


def fill(agreement: Agreement) -> None:
    """Puts everything in; the agreement is new."""
    _lists(agreement)
    _customers(agreement)
    _invoice(agreement)
    _projects(agreement)
    _ledger(agreement)


def _lists(agreement: Agreement) -> None:
    options = agreement.options
    for number, name, account in ((1, "Indenlandske", 5600), (2, "Udenlandske", 5610)):
        if number != 1 or options.has_group_1:
            group = {"customerGroupNumber": number, "name": name, "account": {"accountNumber": account}}
            agreement.customer_groups[number] = {**group, "layout": {"layoutNumber": 19}}
    for number, name in ((1, "Indland"), (2, "EU"), (3, "Udland"), (4, "Indland uden moms")):
        zone = {"vatZoneNumber": number, "name": name, "enabledForCustomer": True, "enabledForSupplier": number != 4}
        agreement.vat_zones[number] = zone
    for number, name, days, kind in ((1, "Netto 14 dage", 14, "net"), (2, "Løbende måned 30", 30, "invoiceMonth")):
        terms = {"paymentTermsNumber": number, "name": name, "daysOfCredit": days, "paymentTermsType": kind}
        agreement.payment_terms[number] = terms
    for code, name, iso, rate in CURRENCIES:
        agreement.currencies[code] = {"code": code, "name": name, "isoNumber": iso}
        agreement.ledger.rates[code] = Decimal(rate)
    agreement.layouts[19] = {"layoutNumber": 19, "name": "Dansk standard", "deleted": False}
    for number, name, kind, side, vat in ACCOUNTS:
        account_row: Json = {"accountNumber": number, "name": name, "accountType": kind, "debitCredit": side}
        account_row |= {"balance": Decimal("0.00"), "barred": number in BARRED_ACCOUNTS}
        account_row |= {"vatAccount": {"vatCode": vat}} if vat else {}
        agreement.accounts[number] = account_row
    for code, name, percent, account in VAT:
        kind_row = {"vatTypeNumber": 1 if code.startswith("U") else 2, "name": "Salg" if code[0] == "U" else "Køb"}
        row = {"vatCode": code, "name": name, "ratePercentage": Decimal(percent), "account": {"accountNumber": account}}
        agreement.vat_accounts[code] = {**row, "vatType": kind_row}
        agreement.ledger.vat[code] = (Decimal(percent), account)
    for number, name in ((501, "Havtorn Teknik ApS"), (502, "Tryksværten A/S")):
        supplier = {"supplierNumber": number, "name": name, "currency": "DKK", "vatZone": {"vatZoneNumber": 1}}
        more = {"supplierGroup": {"supplierGroupNumber": 1}, "paymentTerms": {"paymentTermsNumber": 1}}
        agreement.suppliers[number] = {**supplier, **more}


def _customers(agreement: Agreement) -> None:
    group = 1 if agreement.options.has_group_1 else 2
    for number, name in ((FIRST_CUSTOMER, "Strandsiv Kro I/S"), (FIRST_CUSTOMER + 1, "Lyngvang Kommune")):
        references = {
            "customerGroup": {"customerGroupNumber": group},
            "paymentTerms": {"paymentTermsNumber": 1},
            "vatZone": {"vatZoneNumber": 1},
        }
        agreement.stamp_customer(number, {"name": name, "currency": "DKK", **references}, None)


def _invoice(agreement: Agreement) -> None:
    row = {"bookedInvoiceNumber": 30_001, "date": "2026-09-15", "dueDate": "2026-09-29", "currency": "DKK"}
    sums = {"netAmount": "800.00", "vatAmount": "200.00", "grossAmount": "1000.00", "remainder": "0.00"}
    amounts = {name: Decimal(value) for name, value in sums.items()}
    agreement.invoices[30_001] = {**row, **amounts, "customer": {"customerNumber": FIRST_CUSTOMER}}


def _projects(agreement: Agreement) -> None:
    rows: dict[str, list[Json]] = {
        "projectgroups": [
            {"number": 1, "name": "Interne", "type": 1},
            {"number": 2, "name": "Fakturerbare", "type": 2},
            {"number": 3, "name": "Ikke fakturerbare", "type": 3},
        ],
        "projectstatuses": [{"number": 1, "name": "Tilbud sendt", "priority": 1, "type": 1}],
        "costtypegroups": [
            {"number": 1, "name": "Fakturerbare", "type": 1, "accountOnGoing": 2210, "accountClosed": 2210},
            {"number": 2, "name": "Interne", "type": 2, "accountOnGoing": 3600, "accountClosed": 3600},
        ],
        "costtypes": [
            {"number": number, "name": name, "costGroupNumber": group, "vatCode": "I25", "isBarred": number == 9}
            for number, name, group in COST_TYPES
        ],
        "activitygroups": [{"number": 1, "name": "Ydelser", "type": 2}],
        "activities": [{"number": 1, "name": "Skitsering", "groupNumber": 1, "isAccessible": True}],
        "project-activities": [],
        "projects": [],
    }
    for name, shelf in rows.items():
        agreement.flat[name] = {}
        for row in shelf:
            if agreement.options.has_internal_group or not (name == "projectgroups" and row["type"] == 1):
                agreement.stamp_flat(name, row)


def _ledger(agreement: Agreement) -> None:
    ledger, options = agreement.ledger, agreement.options
    calendar = (
        ("2023/2024a", date(2023, 7, 1), date(2024, 6, 30), True),
        ("2024/2025", date(2024, 7, 1), date(2025, 12, 31), False),
        ("2026", date(2026, 1, 1), date(2026, 12, 31), False),
        ("2027", date(2027, 1, 1), date(2027, 12, 31), False),
    )
    split = (
        ("2024/2025", date(2024, 7, 1), date(2025, 6, 30), True),
        ("2025/2026", date(2025, 7, 1), date(2026, 6, 30), False),
        ("2026/2027a", date(2026, 7, 1), date(2027, 6, 30), False),
    )
    for code, first, last, closed in split if options.split_years else calendar:
        ledger.years[code] = Year(code, first, last, _months(first, last), closed)
    if options.has_journal_1:
        ledger.journals[1] = Journal(1, "Daglig kladde", 50_001, 59_999)
    ledger.journals[2] = Journal(2, "Kreditorer og bank", 70_001, 79_999)
    if options.has_journal_1 and options.others_drafts:
        rent = {"account": 3600, "contra": 5820, "amount": Decimal("1250.00"), "text": "Kontorartikler, mangler bilag"}
        half = {"customer": FIRST_CUSTOMER, "amount": Decimal("4000.00"), "text": "Ikke færdig"}
        for kind, values in ((FINANCE_VOUCHER, rent), (MANUAL_INVOICE, half)):
            add_draft(agreement, 1, kind, date(2026, 10, 1), values)


def add_draft(agreement: Agreement, journal: int, kind: int, on: date, values: Json) -> Draft:
    """Puts a draft entry into a journal under a voucher number of its own, as a person does."""
    year = next(one.code for one in agreement.ledger.years.values() if one.holds(on))
    ledger = agreement.ledger
    voucher = ledger.next_voucher(ledger.journals[journal], year)
    amount = values.pop("amount")
    entry = ledger.next_draft()
    values = {"rate": ledger.rates["DKK"], **values}
    draft = Draft(entry=entry, journal=journal, year=year, voucher=voucher, kind=kind, amount=amount, on=on, **values)
    ledger.drafts[draft.entry] = draft
    return draft


def _months(first: date, last: date) -> list[Period]:
    periods, start = list[Period](), first
    while start <= last:
        following = (start + timedelta(days=32)).replace(day=1)
        periods.append(Period(len(periods) + 1, start, following - timedelta(days=1)))
        start = following
    return periods
