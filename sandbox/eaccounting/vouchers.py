"""Vouchers: created and never changed; numbered by series and fiscal year, as in `A12`.

Visma eAccounting API v2, `/vouchers`: the account of a row is a whole number; the default series and the accounts' own
VAT codes stand above what is sent, unless `useDefaultVoucherSeries` and `useDefaultVatCodes` are false;
`useAutomaticVatCalculation` adds the rows of VAT to gross amounts in Sweden, Norway and Finland; a cost centre on an
account that allows none is 2000, a locked year 4026. ASSUMED: the rest of what is refused, see `assumed`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sandbox.eaccounting.amounts import net_of
from sandbox.eaccounting.answers import CANNOT, Json, missing, refuse
from sandbox.eaccounting.assumed import DEFAULT_SERIES
from sandbox.eaccounting.company import Company
from sandbox.eaccounting.documents import COST_CENTRES, VOUCHER, VOUCHER_ROW
from sandbox.eaccounting.fields import read, written
from sandbox.eaccounting.listing import listed
from sandbox.eaccounting.visits import ACCOUNTING, ALL, BOOKS_PLANS, Door, Visit, created, reading
from sandbox.wire import Answer

MANUAL, BANK, INVOICE_DEBIT, INVOICE_CREDIT = 2, 5, 14, 15
ZERO = Decimal(0)


@dataclass(frozen=True)
class Switches:
    """The query of a POST with its documented defaults."""

    automatic_vat: bool = False
    default_vat_codes: bool = True
    default_series: bool = True

    @classmethod
    def of(cls, visit: Visit) -> Switches:
        """Those of the call. Ends the call with 400."""
        return cls(
            visit.switch("useAutomaticVatCalculation"),
            visit.switch("useDefaultVatCodes", default=True),
            visit.switch("useDefaultVoucherSeries", default=True),
        )


def shown(row: Json) -> Json:
    """A voucher as it is answered."""
    return written(VOUCHER, {**row, "Rows": [written(VOUCHER_ROW, one) for one in row["Rows"]]})


@dataclass(frozen=True)
class Prepared:
    """A voucher that was read and found in order, but for its balance and its series."""

    on: date
    text: str
    rows: list[Json]
    series: str


def prepare(company: Company, body: object, switches: Switches) -> Prepared:
    """What a POST would enter. Ends the call with 400."""
    values = read(VOUCHER, body)
    if not isinstance(values["Rows"], list) or not values["Rows"]:
        refuse("The Rows field is required.")
    year = company.year_of(values["VoucherDate"])
    rows = [_row(company, year, one, switches, values["VoucherDate"]) for one in values["Rows"]]
    if switches.automatic_vat and company.country.automatic_vat:
        rows = [one for row in rows for one in _with_vat(company, row, values["VoucherDate"])]
    series = DEFAULT_SERIES if switches.default_series else values.get("NumberSeries", DEFAULT_SERIES)
    return Prepared(values["VoucherDate"], values["VoucherText"], rows, series)


def make(company: Company, prepared: Prepared) -> Json:
    """A manual voucher. Ends the call with 400."""
    return enter(company, prepared.on, prepared.text, prepared.rows, kind=MANUAL, series=prepared.series)


def enter(
    company: Company,
    on: date,
    text: str,
    rows: list[Json],
    *,
    kind: int,
    series: str = DEFAULT_SERIES,
    source: str | None = None,
) -> Json:
    """Numbers the voucher and keeps it; nobody can change it from now on. Ends the call with 400."""
    year = company.year_of(on)
    if series not in company.series:
        refuse(f"The number series {series} was not found.")
    if not company.series[series]:
        refuse(f"The number series {series} is closed.", CANNOT)
    debit, credit = (sum((row[name] for row in rows), ZERO) for name in ("DebitAmount", "CreditAmount"))
    if debit != credit or not rows:
        refuse(f"The voucher does not balance: debit is {debit} and credit {credit}.")
    counter = f"voucher {year['Id']} {series}"
    company.numbers[counter] += 1
    now = company.now()
    voucher = {
        "Id": company.new_id(),
        "VoucherDate": on,
        "VoucherText": text,
        "Rows": rows,
        "NumberSeries": series,
        "NumberAndNumberSeries": f"{series}{company.numbers[counter]}",
        "VoucherType": kind,
        "SourceId": source,
        "CreatedUtc": now,
        "ModifiedUtc": now,
    }
    return company.vouchers.put(voucher)


def side(company: Company, account: int, amount: Decimal, **more: object) -> Json:
    """A row with the amount in debit, or in credit when it is negative."""
    debit, credit = (amount, ZERO) if amount >= 0 else (ZERO, -amount)
    row: Json = {"AccountNumber": account, "AccountDescription": company.account_name(account)}
    return {**row, "DebitAmount": debit, "CreditAmount": credit, **more}


def _row(company: Company, year: Json, body: object, switches: Switches, on: date) -> Json:
    row = {"DebitAmount": ZERO, "CreditAmount": ZERO, **read(VOUCHER_ROW, body)}
    account = company.account(year, row["AccountNumber"])
    if account["IsBlockedForManualBooking"]:
        refuse(f"The account {row['AccountNumber']} is blocked for manual booking.")
    if row.get("ProjectId") and not account["IsProjectAllowed"]:
        refuse(f"The account {row['AccountNumber']} does not allow projects.")
    if any(row.get(name) for name in COST_CENTRES) and not account["IsCostCenterAllowed"]:
        refuse(f"The account {row['AccountNumber']} does not allow cost centers.")
    company.check_dimensions(row)
    if "VatCodeId" in row:
        company.vat_codes.named(row["VatCodeId"], "VatCodeId")
    if switches.default_vat_codes:
        row["VatCodeId"] = account.get("VatCodeId")
    code = company.vat_codes.find(row.get("VatCodeId"))
    if code is not None:
        row["VatCodeAndPercent"] = f"{code['Code']} {percent_of(company, code['Code'], on).normalize():f}%"
    return {**row, "AccountDescription": account["Name"]}


def percent_of(company: Company, code: str, on: date) -> Decimal:
    """The rate of a VAT code on a day, in percent."""
    return next(one.rate_on(on) for one in company.country.vats if one.code == code)


def _with_vat(company: Company, row: Json, on: date) -> list[Json]:
    """The row without its VAT, and the row of the VAT."""
    code = company.vat_codes.find(row.get("VatCodeId"))
    if code is None or row["AccountNumber"] == code["RelatedAccounts"]["AccountNumber1"]:
        return [row]
    percent = percent_of(company, code["Code"], on)
    name = "DebitAmount" if row["DebitAmount"] else "CreditAmount"
    net = net_of(row[name], percent)
    vat_account = code["RelatedAccounts"]["AccountNumber1"]
    sign = 1 if name == "DebitAmount" else -1
    return [{**row, name: net}, side(company, vat_account, sign * (row[name] - net))]


def _list(visit: Visit) -> Answer:
    return listed(visit, VOUCHER, [_with_rows(row) for row in visit.company.vouchers.all()])


def _list_year(visit: Visit) -> Answer:
    year = visit.company.years.get(visit.id("fiscalyearId"))
    return listed(visit, VOUCHER, [_with_rows(row) for row in visit.company.vouchers.all() if _is_in(year, row)])


def _get(visit: Visit) -> Answer:
    year = visit.company.years.get(visit.id("fiscalyearId"))
    voucher = visit.company.vouchers.get(visit.id("voucherId"))
    return Answer(200, shown(voucher)) if _is_in(year, voucher) else missing("Voucher")


def _post(visit: Visit) -> Answer:
    return created(visit, shown(make(visit.company, prepare(visit.company, visit.body(), Switches.of(visit)))))


def _with_rows(row: Json) -> Json:
    return {**row, "Rows": [written(VOUCHER_ROW, one) for one in row["Rows"]]}


def _is_in(year: Json, voucher: Json) -> bool:
    return bool(year["StartDate"] <= voucher["VoucherDate"] <= year["EndDate"])


DOORS = (
    Door("GET", "/vouchers", _list, reading(ACCOUNTING), ALL),
    Door("POST", "/vouchers", _post, ACCOUNTING, BOOKS_PLANS),
    Door("GET", "/vouchers/{fiscalyearId}", _list_year, reading(ACCOUNTING), ALL),
    Door("GET", "/vouchers/{fiscalyearId}/{voucherId}", _get, reading(ACCOUNTING), ALL),
)
