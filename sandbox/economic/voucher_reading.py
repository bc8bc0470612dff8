"""The body of a voucher read into drafts, with everything that is wrong with it noted at its place.

ASSUMED: barred customers and cost types take no entries; projects refuse with the codes of time entries.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sandbox.economic import errors
from sandbox.economic.agreement import Agreement
from sandbox.economic.errors import Path, Problems
from sandbox.economic.formats import Json, identifier, read_day, whole
from sandbox.economic.records import (
    ARRAYS,
    CUSTOMER_PAYMENT,
    DRAFT_NAMES,
    FINANCE_VOUCHER,
    MANUAL_INVOICE,
    SUPPLIER_INVOICE,
    SUPPLIER_PAYMENT,
    Draft,
    Journal,
    Year,
)

CUSTOMERS, SUPPLIERS = (MANUAL_INVOICE, CUSTOMER_PAYMENT), (SUPPLIER_INVOICE, SUPPLIER_PAYMENT)
WITH_PROJECT = (FINANCE_VOUCHER, SUPPLIER_INVOICE)
TEXT_MAX, SUPPLIER_INVOICE_MAX, NUMBER_MAX = 250, 30, 999_999_999
HUNDRED, AMOUNT_END = Decimal(100), Decimal(10) ** 13


class VoucherReader:
    """Reads a voucher's body into drafts and notes everything that is wrong with it."""

    def __init__(self, agreement: Agreement, journal: Journal, problems: Problems, before: list[Draft]) -> None:
        self._agreement = agreement
        self._journal = journal
        self._problems = problems
        self._before = before

    def voucher(self, body: Json, path: Path) -> list[Draft]:
        """The drafts of the voucher, worth keeping when no problem was noted."""
        for name in [name for name, value in body.items() if value is None]:
            self._problems.missing((*path, name))
        year = self._year(body, path)
        code = year.code if year is not None else ""
        number = self._number(body, code, path)
        entries, drafts = body.get("entries"), list[Draft]()
        if not isinstance(entries, dict) or not any(_listed(entries.get(name)) for name in ARRAYS):
            self._problems.missing((*path, "entries"))
            return drafts
        for name, kind in ARRAYS.items():
            for index, entry in enumerate(_listed(entries.get(name))):
                place = (*path, "entries", name, index)
                restricted = self._journal.restricted_to
                if restricted not in (None, DRAFT_NAMES[kind]):
                    text = f"The journal takes entries of type {restricted} only."
                    self._problems.add((*place, "entryType"), "JournalEntryTypeNotAllowed", text)
                drafts.append(self._entry(entry, kind, year, number, place))
        return drafts

    def _year(self, body: Json, path: Path) -> Year | None:
        place, value = (*path, "accountingYear"), body.get("accountingYear")
        code = identifier(value, "accountingYear")
        if value is None:
            self._problems.missing(place)
            return None
        if code is None:
            self._problems.add(place, errors.NO_IDENTIFIER, "accountingYear has no identifier.")
            return None
        year = self._agreement.ledger.years.get(str(code))
        if year is None:
            self._problems.unknown(place, code, "/accounting-years")
        elif year.closed:
            self._problems.add(place, "AccountingYearClosed", "The accounting year is closed.", code)
        return year

    def _number(self, body: Json, year: str, path: Path) -> int:
        ledger, place = self._agreement.ledger, (*path, "voucherNumber")
        given = body.get("voucherNumber")
        if given is None:
            taken = [draft.voucher for draft in self._before if draft.year == year]
            number = max(ledger.next_voucher(self._journal, year), max(taken, default=0) + 1)
            if number > self._journal.highest:
                text = "The journal's range of voucher numbers is used up."
                self._problems.add(place, "JournalEntryVoucherNumberCannotBeGenerated", text)
            return number
        wanted = whole(given) or 0
        if not self._journal.lowest <= wanted <= self._journal.highest:
            text = f"voucherNumber must be from {self._journal.lowest} to {self._journal.highest}."
            self._problems.add(place, "JournalEntryVoucherNumberNotWithinBoundaries", text, given)
        elsewhere = any(draft.journal != self._journal.number for draft in ledger.voucher(year, wanted))
        if elsewhere or ledger.is_booked(year, wanted):
            self._problems.add(place, "VoucherNumberAlreadyInUse", "voucherNumber is already in use.", given)
        return wanted

    def _entry(self, body: Any, kind: int, year: Year | None, voucher: int, path: Path) -> Draft:
        body = body if isinstance(body, dict) else {}
        for name in [name for name, value in body.items() if value is None]:
            self._problems.missing((*path, name))
        draft = Draft(
            entry=0,
            journal=self._journal.number,
            year=year.code if year else "",
            voucher=voucher,
            kind=kind,
            amount=self._amount(body, path),
            on=self._day(body, year, path),
            text=self._text(body, path),
            contra=self._ref(body, "contraAccount", self._agreement.accounts, path),
            contra_vat_code=self._ref(body, "contraVatAccount", self._agreement.vat_accounts, path),
            currency=(currency := self._currency(body, path)),
            rate=self._rate(body, currency),
            due_on=self._due_day(body, path),
        )
        if kind == FINANCE_VOUCHER:
            draft.account = self._ref(body, "account", self._agreement.accounts, path)
            draft.vat_code = self._ref(body, "vatAccount", self._agreement.vat_accounts, path)
        if kind in CUSTOMERS:
            draft.customer = self._ref(body, "customer", self._agreement.customers, path)
            draft.customer_invoice = self._invoice_number(body, path)
        if kind in SUPPLIERS:
            draft.supplier = self._ref(body, "supplier", self._agreement.suppliers, path)
            draft.supplier_invoice = self._text(body, path, "supplierInvoiceNumber", SUPPLIER_INVOICE_MAX)
        if kind in WITH_PROJECT:
            draft.project = self._ref(body, "project", self._agreement.projects, path)
            draft.cost_type = self._ref(body, "costType", self._agreement.flat["costtypes"], path)
        if not draft.has_own_side and draft.contra is None:
            name = "customer" if kind in CUSTOMERS else "supplier" if kind in SUPPLIERS else "account"
            self._problems.add((*path, name), errors.NO_VALUE, f"Either {name} or contraAccount is required.")
        return draft

    def _amount(self, body: Json, path: Path) -> Decimal:
        value = body.get("amount")
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            self._problems.missing((*path, "amount"))
            return Decimal(0)
        amount = Decimal(value)
        if abs(amount) >= AMOUNT_END:
            self._problems.add((*path, "amount"), errors.OUT_OF_RANGE, "amount is out of range.")
            return Decimal(0)
        if amount != round(amount, 2):
            text = "amount scale cannot be greater then two decimal places."
            self._problems.add((*path, "amount"), errors.DECIMALS, text, amount)
        return amount

    def _day(self, body: Json, year: Year | None, path: Path) -> date:
        place, day = (*path, "date"), plain_day(body.get("date"))
        if day is None:
            self._problems.missing(place)
            return date.min
        if year is not None and not year.holds(day):
            text = "The date is outside the accounting year."
            self._problems.add(place, "EntryDateOutsideAccountingYear", text, body["date"])
        elif year is not None and not year.closed and not year.is_open(day):
            self._problems.add(place, "EntryDateInClosedPeriod", "The date is in a closed period.", body["date"])
        return day

    def _due_day(self, body: Json, path: Path) -> date | None:
        day = plain_day(body.get("dueDate"))
        if day is None and body.get("dueDate") is not None:
            self._problems.add((*path, "dueDate"), errors.OUT_OF_RANGE, "dueDate must be YYYY-MM-DD.", body["dueDate"])
        return day

    def _text(self, body: Json, path: Path, name: str = "text", longest: int = TEXT_MAX) -> str | None:
        text = body.get(name)
        if text is None:
            return None
        if not isinstance(text, str) or len(text) > longest:
            self._problems.add((*path, name), errors.TOO_LONG, f"{name} must have at most {longest} characters.")
        return str(text)

    def _currency(self, body: Json, path: Path) -> str:
        code = self._ref(body, "currency", self._agreement.currencies, path)
        return "DKK" if code is None else str(code)

    def _rate(self, body: Json, currency: str) -> Decimal:
        rate = body.get("exchangeRate")
        return Decimal(rate) if isinstance(rate, int | Decimal) else self._agreement.ledger.rates.get(currency, HUNDRED)

    def _invoice_number(self, body: Json, path: Path) -> int | None:
        # The vendor's sample says customerInvoiceNumber, its schema customerInvoice.
        name = "customerInvoice" if "customerInvoice" in body else "customerInvoiceNumber"
        value = body.get(name)
        if value is None:
            return None
        number = whole(value)
        if number is None or not 1 <= number <= NUMBER_MAX:
            self._problems.add((*path, name), errors.OUT_OF_RANGE, f"{name} must be from 1 to {NUMBER_MAX}.", value)
        return number

    def _ref(self, body: Json, name: str, shelf: Any, path: Path) -> Any:
        """The identifier of a reference to something on the shelf, or None."""
        if body.get(name) is None:
            return None
        key, place = identifier(body[name], name), (*path, name)
        if key is None:
            self._problems.add(place, errors.NO_IDENTIFIER, f"{name} has no identifier.")
            return None
        known = key if isinstance(key, str) else whole(key)
        row = shelf.get(known)
        if row is None:
            self._problems.unknown(place, key, f"/{_PLACES.get(name, name)}")
        elif code := _barred(name, row):
            self._problems.add(place, code, f"{name} takes no entries.", key)
        return known


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def plain_day(value: object) -> date | None:
    """The day of `YYYY-MM-DD`, which is all that REST takes."""
    return read_day(value) if isinstance(value, str) and len(value) == 10 else None


def _barred(name: str, row: Json) -> str | None:
    """Why the thing takes no entries, as an error code; None when it takes them."""
    if name in ("account", "contraAccount"):
        return "AccountCannotBePosted" if row["accountType"] not in _POSTED or row.get("barred") else None
    if name == "project":
        reasons = (("isClosed", "IsClosed"), ("isBarred", "IsBarred"), ("isMainProject", "IsMain"))
        return next((f"EntriesNotAllowedProject{code}" for flag, code in reasons if row.get(flag)), None)
    if row.get("barred") or row.get("isBarred"):
        return f"{name[0].upper()}{name[1:]}IsBarred"
    return None


_POSTED = ("profitAndLoss", "status")
_PLACES = {
    "account": "accounts",
    "contraAccount": "accounts",
    "vatAccount": "vat-accounts",
    "contraVatAccount": "vat-accounts",
    "customer": "customers",
    "supplier": "suppliers",
    "project": "projects",
    "costType": "cost-types",
    "currency": "currencies",
}
