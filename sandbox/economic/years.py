"""`/accounting-years`: years under codes that must be read, their periods, and the booked entries with cost types.

Account numbers cannot be filtered among entries here. ASSUMED: `costType` and `project` on the line that carries them
only.
"""

from __future__ import annotations

from decimal import Decimal

from sandbox.economic import errors
from sandbox.economic.agreement import Agreement
from sandbox.economic.filters import AMOUNT, MOMENT, NUMBER, WORDS
from sandbox.economic.formats import Json, from_address, in_address, shown
from sandbox.economic.listing import collection
from sandbox.economic.records import BOOKED_NAMES, Line, Period, Year
from sandbox.wire import Answer, Call, Route

YEAR_FIELDS = {"year": WORDS, "fromDate": MOMENT, "toDate": MOMENT}
PERIOD_FIELDS = {"periodNumber": NUMBER, "fromDate": MOMENT, "toDate": MOMENT}
ENTRY_FIELDS = {
    **dict.fromkeys(
        (
            "costType.costTypeNumber",
            "customer.customerNumber",
            "entryNumber",
            "project.projectNumber",
            "supplier.supplierNumber",
            "voucherNumber",
        ),
        NUMBER,
    ),
    **dict.fromkeys(("amount", "amountInBaseCurrency", "remainder", "remainderInBaseCurrency"), AMOUNT),
    **dict.fromkeys(("date", "dueDate"), MOMENT),
    **dict.fromkeys(("currency", "entryType", "supplierInvoiceNumber", "text"), WORDS),
}


class Years:
    """The accounting years of one agreement."""

    def __init__(self, agreement: Agreement) -> None:
        self._agreement = agreement

    def routes(self) -> list[Route]:
        """Years, periods, entries; entries of one account too."""
        return [
            Route("GET", "/accounting-years", self._list),
            Route("GET", "/accounting-years/{year}", self._read),
            Route("GET", "/accounting-years/{year}/periods", self._periods),
            Route("GET", "/accounting-years/{year}/entries", self._entries),
            Route("GET", "/accounts/{account}/accounting-years/{year}/entries", self._account_entries),
        ]

    def _list(self, call: Call) -> Answer:
        years = sorted(self._agreement.ledger.years.values(), key=lambda year: year.from_on)
        return collection(call, [_year(call, year) for year in years], YEAR_FIELDS)

    def _read(self, call: Call) -> Answer:
        return Answer(200, _year(call, self._year(call)))

    def _periods(self, call: Call) -> Answer:
        year = self._year(call)
        return collection(call, [_period(call, year, period) for period in year.periods], PERIOD_FIELDS)

    def _entries(self, call: Call) -> Answer:
        year = self._year(call)
        lines = [line for line in self._agreement.ledger.lines if line.year == year.code]
        return collection(call, [_entry(call, line) for line in lines], ENTRY_FIELDS)

    def _account_entries(self, call: Call) -> Answer:
        year, account = self._year(call), call.ids["account"]
        lines = [line for line in self._agreement.ledger.lines if line.year == year.code]
        return collection(call, [_entry(call, line) for line in lines if str(line.account) == account], ENTRY_FIELDS)

    def _year(self, call: Call) -> Year:
        code = from_address(call.ids["year"])
        year = self._agreement.ledger.years.get(code)
        if year is None:
            raise errors.refuse(404, "The requested resource was not found.", f"No accounting year {code}.")
        return year


def _year(call: Call, year: Year) -> Json:
    here = f"{call.base_url}/accounting-years/{in_address(year.code)}"
    row = {"year": year.code, "fromDate": year.from_on, "toDate": year.to_on, "closed": year.closed}
    links = {name: f"{here}/{name}" for name in ("periods", "entries", "totals", "vouchers")}
    return shown({**row, **links, "self": here}, call.base_url)


def _period(call: Call, year: Year, period: Period) -> Json:
    here = f"{call.base_url}/accounting-years/{in_address(year.code)}/periods/{period.number}"
    row = {
        "periodNumber": period.number,
        "accountingYear": {"year": year.code},
        "fromDate": period.from_on,
        "toDate": period.to_on,
        "closed": period.closed,
        "entries": f"{here}/entries",
        "totals": f"{here}/totals",
        "self": here,
    }
    return shown(row, call.base_url)


def _entry(call: Call, line: Line) -> Json:
    row: Json = {
        "entryNumber": line.entry,
        "account": {"accountNumber": line.account},
        "amount": line.amount,
        "amountInBaseCurrency": line.in_base,
        "currency": line.currency,
        "date": line.on,
        "dueDate": line.due_on,
        "text": line.text,
        "entryType": BOOKED_NAMES[line.kind],
        "voucherNumber": line.voucher,
        "supplierInvoiceNumber": line.supplier_invoice,
        "invoiceNumber": None if line.customer_invoice is None else str(line.customer_invoice),
        "remainder": line.remainder if line.remainder is not None else Decimal(0),
        "remainderInBaseCurrency": line.remainder if line.remainder is not None else Decimal(0),
        "self": f"{call.base_url}/accounting-years/{in_address(line.year)}/entries/{line.entry}",
    }
    references = (
        ("customer", "customerNumber", line.customer),
        ("supplier", "supplierNumber", line.supplier),
        ("project", "projectNumber", line.project),
        ("costType", "costTypeNumber", line.cost_type),
        ("vatAccount", "vatCode", line.vat_code),
    )
    for name, key, value in references:
        if value is not None:
            row[name] = {key: value}
    return shown(row, call.base_url)
