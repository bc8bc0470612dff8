"""Articles: what invoices sell, linked by their id; the coding decides account and VAT.

Visma eAccounting API v2, `/articles`: number, name, coding and unit are required, there is no DELETE; of net and gross
price one depends on the other and on the coding's VAT. ASSUMED: the net price counts where both are sent.
"""

from __future__ import annotations

from decimal import Decimal

from sandbox.eaccounting.amounts import HUNDRED, cents, net_of
from sandbox.eaccounting.answers import CONFLICT, Json, refuse
from sandbox.eaccounting.company import Company
from sandbox.eaccounting.fields import read, written
from sandbox.eaccounting.listing import listed
from sandbox.eaccounting.models import ARTICLE
from sandbox.eaccounting.sales_cases import vat_of
from sandbox.eaccounting.visits import SALES, SALES_PLANS, Door, Visit, created, reading
from sandbox.wire import Answer

PATH = "/articles"


def make(company: Company, body: Json) -> Json:
    """A new article. Ends the call with 400 or a conflict."""
    now = company.now()
    return company.articles.put(
        {**_read(company, body, ""), "Id": company.new_id(), "CreatedUtc": now, "ChangedUtc": now}
    )


def replace(company: Company, old: Json, body: Json) -> Json:
    """The article with what was sent and nothing else. Ends the call with 400 or a conflict."""
    kept = {"Id": old["Id"], "CreatedUtc": old["CreatedUtc"], "ChangedUtc": company.now()}
    return company.articles.put({**_read(company, body, old["Id"]), **kept})


def _read(company: Company, body: Json, mine: str) -> Json:
    values = read(ARTICLE, body)
    coding = company.codings.named(values["CodingId"], "CodingId")
    unit = company.units.named(values["UnitId"], "UnitId")
    other = company.articles.first(Number=values["Number"])
    if other is not None and other["Id"] != mine:
        refuse(f"An article with the number {values['Number']} already exists.", CONFLICT)
    vat = vat_of(company, coding)
    percent = vat.rate_on(company.today()) if vat is not None else Decimal(0)
    if "NetPrice" in values or "GrossPrice" not in values:
        net = values.get("NetPrice", Decimal(0))
        gross = cents(net * (HUNDRED + percent) / HUNDRED)
    else:
        gross = values["GrossPrice"]
        net = net_of(gross, percent)
    return {
        **values,
        "NetPrice": net,
        "GrossPrice": gross,
        "CodingName": coding["Name"],
        "IsServiceArticle": coding["Type"] == "Service",
        "UnitName": unit["Name"],
        "UnitAbbreviation": unit["Abbreviation"],
    }


def _list(visit: Visit) -> Answer:
    if customer := visit.query.get("customerid"):
        visit.company.customers.named(customer, "customerId")
    return listed(visit, ARTICLE, visit.company.articles.all())


def _get(visit: Visit) -> Answer:
    return Answer(200, written(ARTICLE, visit.company.articles.get(visit.id())))


def _post(visit: Visit) -> Answer:
    return created(visit, written(ARTICLE, make(visit.company, visit.body())))


def _put(visit: Visit) -> Answer:
    row = replace(visit.company, visit.company.articles.get(visit.id()), visit.body())
    return Answer(200, written(ARTICLE, row))


DOORS = (
    Door("GET", PATH, _list, reading(SALES), SALES_PLANS),
    Door("POST", PATH, _post, SALES, SALES_PLANS),
    Door("GET", f"{PATH}/{{id}}", _get, reading(SALES), SALES_PLANS),
    Door("PUT", f"{PATH}/{{id}}", _put, SALES, SALES_PLANS),
)
