"""Company settings, the lock date, the app's activation, and links of partners.

Visma eAccounting API v2: `/companysettings` is one object without an envelope, and its PUT replaces everything; next
numbers are informative and reserve nothing; `AccountingLockedAsOf` is a year and a month; a partner's link has an
address and two names, at a customer, an article, an invoice or a draft.
"""

from __future__ import annotations

from datetime import date, timedelta

from sandbox.eaccounting.answers import NOT_FOUND, Json, refuse
from sandbox.eaccounting.company import VARIANTS, Company
from sandbox.eaccounting.fields import read, written
from sandbox.eaccounting.listing import listed
from sandbox.eaccounting.models import APP_STATUS, LINK, LOCK_SETTINGS, SETTINGS
from sandbox.eaccounting.visits import ACCOUNTING, PURCHASE, SALES, Door, Visit, created, deleted, reading
from sandbox.wire import Answer

LINKS = "/partnerresourcelinks"


def view(company: Company) -> Json:
    """The settings with what the company knows of itself."""
    return {
        **company.settings,
        "CompanyIdentifier": company.card.identifier,
        "ProductVariant": VARIANTS[company.plan],
        "UsesProject": company.plan != "Solo" and company.settings.get("UsesProject", False),
        "UsesCostCenter": company.plan != "Solo" and company.settings.get("UsesCostCenter", False),
        "CompanyStatus": company.status,
        "ActivatedModules": ["api_standard"] if company.has_module else [],
        "NextCustomerNumber": int(company.next_customer_number()),
        "NextCustomerInvoiceNumber": company.numbers["invoices"] + 1,
        "NextSupplierNumber": 1,
        "NextQuoteNumber": 1,
        "NextOrderNumber": 1,
        "NextArticleNumber": len(company.articles.all()) + 1,
    }


def lock_to(company: Company, year: int, month: int) -> None:
    """Locks all days to the end of the month."""
    after = date(year + month // 12, month % 12 + 1, 1)
    company.settings = {**company.settings, "AccountingLockedTo": after - timedelta(days=1)}


def _get(visit: Visit) -> Answer:
    return Answer(200, written(SETTINGS, view(visit.company)))


def _put(visit: Visit) -> Answer:
    company = visit.company
    values = read(SETTINGS, visit.body())
    if (
        values["CountryCode"] != company.country.code
        or values.get("CurrencyCode", company.currency) != company.currency
    ):
        refuse("CountryCode and CurrencyCode cannot be changed.")
    if "TermsOfPaymentId" in values:
        company.terms.named(values["TermsOfPaymentId"], "TermsOfPaymentId")
    settled = {name: one for name, one in company.settings.items() if SETTINGS.fields[name].settled}
    company.settings = {"CurrencyCode": company.currency, **values, **settled}
    return _get(visit)


def _put_lock(visit: Visit) -> Answer:
    company = visit.company
    values = read(LOCK_SETTINGS, visit.body())
    locked = values.get("AccountingLockedAsOf")
    if locked is None:
        company.settings = {**company.settings, "AccountingLockedTo": None}
    elif isinstance(locked, dict) and isinstance(locked.get("Year"), int) and locked.get("Month") in range(1, 13):
        lock_to(company, locked["Year"], locked["Month"])
    else:
        refuse("AccountingLockedAsOf needs Year and Month, from 1 to 12.")
    company.settings["AccountingLockInterval"] = values.get("AccountingLockInterval", 0)
    return _get(visit)


def _get_app(visit: Visit) -> Answer:
    """In an envelope, as the description has it, though there is only one."""
    return listed(visit, APP_STATUS, [visit.company.app])


def _put_app(visit: Visit) -> Answer:
    company = visit.company
    values = read(APP_STATUS, visit.body())
    if values["ActivationStatus"] not in (0, 1):
        refuse("The field ActivationStatus must be 0 or 1.")
    company.app = {**company.app, **values, "ModifiedUtc": company.now()}
    return Answer(200, written(APP_STATUS, company.app))


def _link(visit: Visit) -> Json:
    company, values = visit.company, read(LINK, visit.body())
    tables = {0: company.articles, 1: company.customers, 3: company.invoices, 5: company.drafts}
    table = tables.get(values["ResourceType"])
    if table is None:
        refuse("The field ResourceType is not one of 0, 1, 3 and 5.")
    if table.find(values["ResourceId"]) is None:
        refuse(f"ResourceId {values['ResourceId']} was not found.", NOT_FOUND, 400)
    return values


def _links(visit: Visit) -> Answer:
    return listed(visit, LINK, visit.company.links.all())


def _get_link(visit: Visit) -> Answer:
    return Answer(200, written(LINK, visit.company.links.get(visit.id())))


def _post_link(visit: Visit) -> Answer:
    row = visit.company.links.put({**_link(visit), "Id": visit.company.new_id()})
    return created(visit, written(LINK, row))


def _put_link(visit: Visit) -> Answer:
    old = visit.company.links.get(visit.id())
    return Answer(200, written(LINK, visit.company.links.put({**_link(visit), "Id": old["Id"]})))


def _delete_link(visit: Visit) -> Answer:
    visit.company.links.drop(visit.company.links.get(visit.id())["Id"])
    return deleted(visit)


_ANY = reading(ACCOUNTING, SALES, PURCHASE)
_LINKING, _LINKED = (*SALES, *PURCHASE), reading(SALES, PURCHASE)
DOORS = (
    Door("GET", "/companysettings", _get, reading(SALES)),
    Door("PUT", "/companysettings", _put, SALES),
    Door("PUT", "/companysettings/accountinglocksettings", _put_lock, SALES),
    Door("GET", "/appstore/status", _get_app, _ANY),
    Door("PUT", "/appstore/status", _put_app, _ANY),
    Door("GET", LINKS, _links, _LINKED),
    Door("POST", LINKS, _post_link, _LINKING),
    Door("GET", f"{LINKS}/{{id}}", _get_link, _LINKED),
    Door("PUT", f"{LINKS}/{{id}}", _put_link, _LINKING),
    Door("DELETE", f"{LINKS}/{{id}}", _delete_link, _LINKING),
)
