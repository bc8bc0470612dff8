"""Lists that a client mostly reads: codings, units, terms, VAT codes, bank accounts, users, currencies, countries.

Visma eAccounting API v2: rates of codings and VAT codes are today's unless `vatRateDate` says another day; `/vatcodes`
needs a scope of accounting and `/bankaccounts` one of purchase; `/currencies` is not for Solo.
"""

from __future__ import annotations

from datetime import date

from sandbox.eaccounting.answers import Json, missing, refuse
from sandbox.eaccounting.company import Company
from sandbox.eaccounting.countries import COUNTRIES, EU, IN_EURO, LONG_AGO
from sandbox.eaccounting.documents import VAT_CODE, VAT_CODE_RATES
from sandbox.eaccounting.fields import Model, written
from sandbox.eaccounting.listing import listed
from sandbox.eaccounting.models import BANK_ACCOUNT, CODING, COUNTRY, CURRENCY, TERMS, UNIT, USER
from sandbox.eaccounting.sales_cases import vat_of
from sandbox.eaccounting.sales_rows import percent_shown
from sandbox.eaccounting.visits import (
    ACCOUNTING,
    ALL,
    DIMENSION_PLANS,
    PURCHASE,
    SALES,
    SALES_PLANS,
    Door,
    Handler,
    Visit,
    reading,
)
from sandbox.eaccounting.vouchers import percent_of
from sandbox.wire import Answer


def _day(visit: Visit) -> date:
    text = visit.query.get("vatratedate", "")
    try:
        return date.fromisoformat(text) if text else visit.company.today()
    except ValueError:
        refuse(f"The value '{text}' is not valid for vatRateDate.")


def _coding(company: Company, row: Json, on: date) -> Json:
    vat = vat_of(company, row)
    if vat is None:
        return {**row, "VatRate": None, "VatRatePercent": None}
    percent = vat.rate_on(on)
    return {**row, "VatRate": f"{percent.normalize():f}%", "VatRatePercent": percent_shown(company, percent)}


def _vat_code(company: Company, row: Json, on: date) -> Json:
    return {**row, "VatRate": percent_shown(company, percent_of(company, row["Code"], on))}


def _codings(visit: Visit) -> Answer:
    on = _day(visit)
    return listed(visit, CODING, [_coding(visit.company, row, on) for row in visit.company.codings.all()])


def _one_coding(visit: Visit) -> Answer:
    row = visit.company.codings.get(visit.id())
    return Answer(200, written(CODING, _coding(visit.company, row, _day(visit))))


def _vat_codes(visit: Visit) -> Answer:
    on = _day(visit)
    return listed(visit, VAT_CODE, [_vat_code(visit.company, row, on) for row in visit.company.vat_codes.all()])


def _one_vat_code(visit: Visit) -> Answer:
    row = visit.company.vat_codes.get(visit.id())
    return Answer(200, written(VAT_CODE, _vat_code(visit.company, row, _day(visit))))


def _vat_rates(visit: Visit) -> Answer:
    company = visit.company
    by_code = {one.code: one for one in company.country.vats}
    rows = []
    for row in company.vat_codes.all():
        rates = [
            {
                "VatRateDate": None if since == LONG_AGO else since.isoformat(),
                "VatRate": percent_shown(company, percent),
            }
            for since, percent in by_code[row["Code"]].rates
        ]
        rows.append({**row, "VatRates": rates})
    return listed(visit, VAT_CODE_RATES, rows)


def _table(name: str, model: Model) -> Handler:
    return lambda visit: listed(visit, model, getattr(visit.company, name).all())


def _row(name: str, model: Model) -> Handler:
    return lambda visit: Answer(200, written(model, getattr(visit.company, name).get(visit.id())))


def _users(visit: Visit) -> Answer:
    rows = [{**row, "IsCurrentUser": row["Email"] == visit.grant.person} for row in visit.company.users.all()]
    return listed(visit, USER, rows)


def _currencies(visit: Visit) -> Answer:
    return listed(visit, CURRENCY, [{"Code": code} for code in IN_EURO])


def _countries(visit: Visit) -> Answer:
    return listed(visit, COUNTRY, list(map(_country, sorted({*EU, *COUNTRIES, "GB", "US"}))))


def _one_country(visit: Visit) -> Answer:
    code = visit.call.ids["code"].upper()
    return Answer(200, written(COUNTRY, _country(code))) if code in {*EU, *COUNTRIES} else missing("Country")


def _country(code: str) -> Json:
    return {"Code": code, "Name": code, "IsEuMember": code in EU}


_SELLS = reading(SALES)
_BOOKS = reading(ACCOUNTING)
_BUYS = reading(PURCHASE)
_EITHER = reading(SALES, PURCHASE)
DOORS = (
    Door("GET", "/articleaccountcodings", _codings, _SELLS, SALES_PLANS),
    Door("GET", "/articleaccountcodings/{id}", _one_coding, _SELLS, SALES_PLANS),
    Door("GET", "/units", _table("units", UNIT), _SELLS, SALES_PLANS),
    Door("GET", "/units/{id}", _row("units", UNIT), _SELLS, SALES_PLANS),
    Door("GET", "/termsofpayments", _table("terms", TERMS), _EITHER),
    Door("GET", "/termsofpayments/{id}", _row("terms", TERMS), _EITHER),
    Door("GET", "/vatcodes", _vat_codes, _BOOKS),
    Door("GET", "/vatcodes/{id}", _one_vat_code, _BOOKS),
    Door("GET", "/vatcodesrates", _vat_rates, _BOOKS),
    Door("GET", "/bankaccounts", _table("banks", BANK_ACCOUNT), _BUYS),
    Door("GET", "/bankaccounts/{id}", _row("banks", BANK_ACCOUNT), _BUYS),
    Door("GET", "/users", _users, reading(SALES, PURCHASE, ACCOUNTING), ALL),
    Door("GET", "/currencies", _currencies, _EITHER, DIMENSION_PLANS),
    Door("GET", "/countries", _countries, _SELLS),
    Door("GET", "/countries/{code}", _one_country, _SELLS),
)
