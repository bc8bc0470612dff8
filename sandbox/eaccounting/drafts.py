"""Drafts of customer invoices: made, replaced, deleted, converted.

Visma eAccounting API v2, `/customerinvoicedrafts`: drafts have no number and their row ids change with every update;
`ReplaceUnitPriceWhenZero` puts the article's price where a row has zero; a PUT replaces everything.
"""

from __future__ import annotations

from decimal import Decimal

from sandbox.eaccounting.amounts import cents
from sandbox.eaccounting.answers import Json
from sandbox.eaccounting.company import Company
from sandbox.eaccounting.converting import convert
from sandbox.eaccounting.countries import rate_between
from sandbox.eaccounting.documents import DRAFT, DRAFT_ROW
from sandbox.eaccounting.fields import read, written
from sandbox.eaccounting.invoices import shown as invoice_shown
from sandbox.eaccounting.listing import listed
from sandbox.eaccounting.sales_heads import due_on, head_of
from sandbox.eaccounting.sales_rows import read_rows, sell
from sandbox.eaccounting.visits import SALES, SALES_PLANS, Door, Visit, created, deleted, reading
from sandbox.wire import Answer

PATH = "/customerinvoicedrafts"


def shown(row: Json) -> Json:
    """A draft as it is answered."""
    return written(DRAFT, _with_rows(row))


def make(company: Company, body: Json, *, override_private: bool = False) -> Json:
    """A new draft. Ends the call with 400."""
    values = _read(company, body, override_private)
    return company.drafts.put({**values, "Id": company.new_id(), "CreatedUtc": company.now()})


def _read(company: Company, body: Json, override_private: bool) -> Json:
    values = read(DRAFT, body)
    private = values.get("CustomerIsPrivatePerson") if override_private else None
    head, customer = head_of(company, values, private=private)
    head["Rows"] = read_rows(company, customer, values.get("Rows", []), head, of_draft=True)
    on = head.get("InvoiceDate") or company.today()
    head.setdefault("DueDate", due_on(company, head, on))
    sale = sell(company, head, customer, head["Rows"], on)
    amounts = iter(sale.totals.rows)
    for row, case in zip(head["Rows"], sale.cases, strict=True):
        if case is not None:
            one = next(amounts)
            row["Amount"] = one.gross if head["IncludesVat"] else one.net
    rate = rate_between(customer["CurrencyCode"], company.currency) or Decimal(1)
    added = sale.totals
    return {
        **head,
        "ReverseChargeOnConstructionServices": any(
            row.get("ReversedConstructionServicesVatFree") for row in head["Rows"]
        ),
        "TotalAmount": added.total,
        "TotalVatAmount": added.vat,
        "TotalRoundings": added.rounding,
        "TotalAmountBaseCurrency": cents(added.total * rate),
        "TotalVatAmountBaseCurrency": cents(added.vat * rate),
    }


def _with_rows(row: Json) -> Json:
    return {**row, "Rows": [written(DRAFT_ROW, one) for one in row["Rows"]]}


def _list(visit: Visit) -> Answer:
    return listed(visit, DRAFT, [_with_rows(row) for row in visit.company.drafts.all()])


def _get(visit: Visit) -> Answer:
    return Answer(200, shown(visit.company.drafts.get(visit.id())))


def _post(visit: Visit) -> Answer:
    override = visit.switch("overrideCustomerIsPrivatePerson")
    draft = make(visit.company, visit.body(), override_private=override)
    return created(visit, shown(draft))


def _put(visit: Visit) -> Answer:
    company, old = visit.company, visit.company.drafts.get(visit.id())
    values = _read(company, visit.body(), False)
    draft = company.drafts.put({**values, "Id": old["Id"], "CreatedUtc": old["CreatedUtc"]})
    return Answer(200, shown(draft))


def _delete(visit: Visit) -> Answer:
    visit.company.drafts.drop(visit.company.drafts.get(visit.id())["Id"])
    return deleted(visit)


def _convert(visit: Visit) -> Answer:
    draft = visit.company.drafts.get(visit.id())
    keep = visit.switch("keepOriginalDraftDate")
    overrides = keep or visit.switch("overrideCompanyKeepOriginalDraftDate")
    invoice = convert(visit.company, draft, visit.body(), keep=keep if overrides else None)
    return created(visit, invoice_shown(visit.company, invoice))


DOORS = (
    Door("GET", PATH, _list, reading(SALES), SALES_PLANS),
    Door("POST", PATH, _post, SALES, SALES_PLANS),
    Door("GET", f"{PATH}/{{id}}", _get, reading(SALES), SALES_PLANS),
    Door("PUT", f"{PATH}/{{id}}", _put, SALES, SALES_PLANS),
    Door("DELETE", f"{PATH}/{{id}}", _delete, SALES, SALES_PLANS),
    Door("POST", f"{PATH}/{{id}}/convert", _convert, SALES, SALES_PLANS),
)
