"""Fiscal years and the accounts that belong to them.

Visma eAccounting API v2, `/fiscalyears` and `/accounts`: a year can be locked; its method of bookkeeping comes from
the year before; an account's number is text here and a whole number in rows of vouchers; an account is of one year.
Changes of VAT codes that rules forbid are ignored in silence (changelog); here none is forbidden.
"""

from __future__ import annotations

from datetime import date, timedelta

from sandbox.eaccounting.answers import CANNOT, CONFLICT, Json, missing, refuse
from sandbox.eaccounting.company import Company
from sandbox.eaccounting.documents import ACCOUNT, YEAR, YEAR_LOCK
from sandbox.eaccounting.fields import read, written
from sandbox.eaccounting.listing import listed
from sandbox.eaccounting.visits import ACCOUNTING, SALES, Door, Visit, created, reading
from sandbox.wire import Answer

MONTHS_MAX = 18
DAY = timedelta(days=1)


def make(company: Company, start: date, end: date, *, locked: bool = False) -> Json:
    """A year with the accounts of the one before it. Ends the call with 400 or a conflict."""
    years = list(company.years.all())
    if any(start <= one["EndDate"] and one["StartDate"] <= end for one in years):
        refuse("There is a fiscal year in this period.", CONFLICT)
    near = [one for one in years if start - DAY == one["EndDate"] or end + DAY == one["StartDate"]]
    if end <= start or (end - start).days > MONTHS_MAX * 31 or (years and not near):
        refuse("StartDate and EndDate do not fit to the other fiscal years.")
    method = near[0]["BookkeepingMethod"] if near else 0
    values = {"StartDate": start, "EndDate": end, "IsLockedForAccounting": locked, "BookkeepingMethod": method}
    year = company.years.put({**values, "Id": company.new_id()})
    for (_, number), account in [*company.accounts.items()] if near else []:
        if account["FiscalYearId"] == near[0]["Id"]:
            company.accounts[(year["Id"], number)] = {**account, "FiscalYearId": year["Id"]}
    return year


def _account(company: Company, row: Json) -> Json:
    code = company.vat_codes.find(row.get("VatCodeId"))
    return {**row, "VatCodeDescription": code["Description"] if code is not None else None}


def _list(visit: Visit) -> Answer:
    return listed(visit, YEAR, visit.company.years.all())


def _get(visit: Visit) -> Answer:
    return Answer(200, written(YEAR, visit.company.years.get(visit.id())))


def _post(visit: Visit) -> Answer:
    values = read(YEAR, visit.body())
    return created(visit, written(YEAR, make(visit.company, values["StartDate"], values["EndDate"])))


def _put(visit: Visit) -> Answer:
    old = visit.company.years.get(visit.id())
    return Answer(200, written(YEAR, visit.company.years.put({**old, **read(YEAR_LOCK, visit.body())})))


def _accounts(visit: Visit) -> Answer:
    rows = [_account(visit.company, row) for row in visit.company.accounts.values()]
    return listed(visit, ACCOUNT, rows)


def _accounts_of(visit: Visit) -> Answer:
    year = visit.company.years.get(visit.id("fiscalyearId"))
    rows = [_account(visit.company, row) for (of, _), row in visit.company.accounts.items() if of == year["Id"]]
    return listed(visit, ACCOUNT, rows)


def _kept_account(visit: Visit) -> Json:
    number = visit.call.ids["accountNumber"]
    found = visit.company.accounts.get((visit.id("fiscalyearId"), int(number))) if number.isdecimal() else None
    return found if found is not None else missing("Account")


def _one_account(visit: Visit) -> Answer:
    return Answer(200, written(ACCOUNT, _account(visit.company, _kept_account(visit))))


def _put_account(visit: Visit) -> Answer:
    company, old = visit.company, _kept_account(visit)
    values = read(ACCOUNT, visit.body())
    if "VatCodeId" in values:
        company.vat_codes.named(values["VatCodeId"], "VatCodeId")
    if values["Number"] != old["Number"]:
        refuse("The number of an account cannot be changed.", CANNOT)
    kept = {name: old[name] for name in ("Number", "FiscalYearId", "CreatedUtc")}
    row = {**values, **kept, "ModifiedUtc": company.now()}
    company.accounts[(old["FiscalYearId"], int(old["Number"]))] = row
    return Answer(200, written(ACCOUNT, _account(company, row)))


_READS = reading(SALES, ACCOUNTING)
_WRITES = (*SALES, *ACCOUNTING)
DOORS = (
    Door("GET", "/fiscalyears", _list, _READS),
    Door("POST", "/fiscalyears", _post, _WRITES),
    Door("GET", "/fiscalyears/{id}", _get, _READS),
    Door("PUT", "/fiscalyears/{id}", _put, _WRITES),
    Door("GET", "/accounts", _accounts, reading(ACCOUNTING)),
    Door("GET", "/accounts/{fiscalyearId}", _accounts_of, reading(ACCOUNTING)),
    Door("GET", "/accounts/{fiscalyearId}/{accountNumber}", _one_account, reading(ACCOUNTING)),
    Door("PUT", "/accounts/{fiscalyearId}/{accountNumber}", _put_account, ACCOUNTING),
)
