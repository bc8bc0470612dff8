"""Customers: numbers that the server gives or the caller, and a PUT that wipes what it leaves out.

Visma eAccounting API v2, `/customers`: the number has 16 characters at most and is unique, one is given when none is
sent; city and postal code are required, of foreign customers too; the VAT number is two letters and 8 to 12 digits
and has to be known to VIES; reverse charge on construction needs it, in words that a client saw. Measured: a PUT
replaces the whole customer, what is omitted is null afterwards.
"""

from __future__ import annotations

import re

from sandbox.eaccounting.answers import CONFLICT, IN_USE, Json, refuse
from sandbox.eaccounting.company import Company
from sandbox.eaccounting.countries import IN_EURO
from sandbox.eaccounting.fields import read, written
from sandbox.eaccounting.listing import listed
from sandbox.eaccounting.models import CUSTOMER, TERMS
from sandbox.eaccounting.visits import SALES, SALES_PLANS, Door, Visit, created, deleted, reading
from sandbox.wire import Answer

PATH = "/customers"
VAT_NUMBER = re.compile(r"[A-Z]{2}[A-Z0-9]{8,12}")  # Dutch ones have a letter among the digits
KEPT = ("Id", "CustomerNumber", "LastInvoiceDate", "UnpaidInvoicesAmount")


def view(company: Company, row: Json) -> Json:
    """The customer with its terms of payment written out."""
    return {**row, "TermsOfPayment": written(TERMS, company.terms.get(row["TermsOfPaymentId"]))}


def shown(company: Company, row: Json) -> Json:
    """A customer as it is answered."""
    return written(CUSTOMER, view(company, row))


def make(company: Company, body: Json) -> Json:
    """A new customer. Ends the call with 400 or a conflict."""
    values = _read(company, body)
    number = values.get("CustomerNumber") or company.next_customer_number()
    _check_free(company, number, "")
    if number.isdecimal():
        company.numbers["customers"] = max(company.numbers["customers"], int(number))
    return company.customers.put(
        {**values, "Id": company.new_id(), "CustomerNumber": number, "ChangedUtc": company.now()}
    )


def replace(company: Company, old: Json, body: Json) -> Json:
    """The customer with what was sent and nothing else. Ends the call with 400 or a conflict."""
    values = _read(company, body)
    kept = {name: old[name] for name in KEPT if name in old}
    number = values.get("CustomerNumber") or old["CustomerNumber"]
    _check_free(company, number, old["Id"])
    return company.customers.put({**values, **kept, "CustomerNumber": number, "ChangedUtc": company.now()})


def delete(company: Company, row: Json) -> None:
    """Takes an unused customer away. Ends the call when something refers to it."""
    for table in (company.drafts, company.invoices, company.ledger, company.projects):
        if table.first(CustomerId=row["Id"]) is not None:
            refuse(f"The customer {row['CustomerNumber']} has dependencies and cannot be deleted.", IN_USE)
    company.customers.drop(row["Id"])


def _read(company: Company, body: Json) -> Json:
    values = read(CUSTOMER, body)
    terms = company.terms.named(values["TermsOfPaymentId"], "TermsOfPaymentId")
    if not terms["AvailableForSales"]:
        refuse("The terms of payment are not available for sales.")
    if values.setdefault("CurrencyCode", company.currency) not in IN_EURO:
        refuse(f"The currency {values['CurrencyCode']} was not found.")
    number = values.get("VatNumber")
    if number and not VAT_NUMBER.fullmatch(number):
        refuse("VatNumber must be a country code of 2 characters followed by 8-12 numbers.")
    if number and company.options.vies == "invalid":
        refuse(f"VatNumber {number} is not valid in VIES.")
    if number and company.options.vies == "down":
        refuse(f"VatNumber {number} could not be validated, VIES is not available.")
    if values.get("ReverseChargeOnConstructionServices") and not number:
        refuse("VatNumber can not be null or empty when using ReverseChargeOnConstructionServices")
    return values


def _check_free(company: Company, number: str, mine: str) -> None:
    other = company.customers.first(CustomerNumber=number)
    if other is not None and other["Id"] != mine:
        refuse(f"A customer with the number {number} already exists.", CONFLICT)


def _list(visit: Visit) -> Answer:
    terms = {row["Id"]: written(TERMS, row) for row in visit.company.terms.all()}
    rows = ({**row, "TermsOfPayment": terms[row["TermsOfPaymentId"]]} for row in visit.company.customers.all())
    return listed(visit, CUSTOMER, rows)


def _get(visit: Visit) -> Answer:
    return Answer(200, shown(visit.company, visit.company.customers.get(visit.id())))


def _post(visit: Visit) -> Answer:
    return created(visit, shown(visit.company, make(visit.company, visit.body())))


def _put(visit: Visit) -> Answer:
    row = replace(visit.company, visit.company.customers.get(visit.id()), visit.body())
    return Answer(200, shown(visit.company, row))


def _delete(visit: Visit) -> Answer:
    delete(visit.company, visit.company.customers.get(visit.id()))
    return deleted(visit)


DOORS = (
    Door("GET", PATH, _list, reading(SALES), SALES_PLANS),
    Door("POST", PATH, _post, SALES, SALES_PLANS),
    Door("GET", f"{PATH}/{{id}}", _get, reading(SALES), SALES_PLANS),
    Door("PUT", f"{PATH}/{{id}}", _put, SALES, SALES_PLANS),
    Door("DELETE", f"{PATH}/{{id}}", _delete, SALES, SALES_PLANS),
)
