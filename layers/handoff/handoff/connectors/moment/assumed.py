"""Everything about Moment that its documentation leaves open and we had to assume, in one place.

Models, feeds and writes take their paths, names and values from here: when a live company teaches otherwise, this is
the file to change. Every constant is marked ASSUMED, unless it says otherwise, with the part of Moment's documentation
that comes nearest; ASSUMPTIONS is the list on the connector's page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from handoff.domain.invoices import AccountingState, PaymentState


@dataclass(frozen=True, slots=True)
class Assumption:
    """What we take for granted, and what of the vendor's documentation comes nearest to saying so."""

    about: str
    assumed: str
    leans_on: str


# ---- paths below /api/1.0/companies/{company}, which is documented ----

# Known from working code: customers, projects, invoices, projectExtensions.
CUSTOMERS = "/customers"
PROJECTS = "/projects"
INVOICES = "/invoices"
ACTIVITIES = "/projectExtensions"
# ASSUMED (Moment, entities: project expenses).
EXPENSES = "/projectExpenses"
# ASSUMED (Moment, not known: attachments): below an expense, a form with one part of this name.
ATTACHMENTS = "attachments"
ATTACHMENT_PART = "file"
ATTACHMENT_MAX = 20 * 1024 * 1024
# ASSUMED (Moment, not known: invoice PDF): below an invoice; 404 while there is none.
PDF = "pdf"

# ---- lists ----

PAGE_SIZE = 500
"""Known to be accepted."""
# ASSUMED (Moment, lists): sorting by this field works as by `id`, and the filter includes its own instant.
CHANGED_AT = "lastModifiedDate"
CHANGED_FROM = "lastModifiedDateFrom"
OLDEST_FIRST = "lastModifiedDate,asc"
BY_ID = "id,asc"
# ASSUMED (Moment, lists: filters per entity): `projectId` is known, `externalId` is not.
BY_PROJECT = "projectId"
BY_KEY = "externalId"

# ---- fields: our name and Moment's; `id`, `name`, numbers and `projectId` are known, the others ASSUMED ----

# ASSUMED (Moment, fields the product needs).
CUSTOMER: Mapping[str, str] = MappingProxyType(
    {
        "changed_at": CHANGED_AT,
        "number": "customerNumber",
        "organisation_number": "organizationNumber",
        "email": "email",
        "invoice_email": "invoiceEmail",
        "address1": "address1",
        "address2": "address2",
        "postcode": "postalCode",
        "city": "city",
        "country": "countryCode",
    }
)
# ASSUMED (Moment, fields the product needs): the customer of a project is flattened.
PROJECT: Mapping[str, str] = MappingProxyType(
    {
        "changed_at": CHANGED_AT,
        "number": "projectNumber",
        "customer_id": "customerId",
        "customer_number": "customerNumber",
    }
)
# ASSUMED (Moment, fields the product needs; naming habits): all but `id` and `invoiceNumber`.
INVOICE: Mapping[str, str] = MappingProxyType(
    {
        "changed_at": CHANGED_AT,
        "number": "invoiceNumber",
        "type": "invoiceType",
        "credits": "creditedInvoiceNumber",
        "state": "invoiceState",
        "accounting": "accountingState",
        "customer_id": "customerId",
        "customer_number": "customerNumber",
        "project_id": "projectId",
        "project_number": "projectNumber",
        "invoiced_on": "invoiceDate",
        "due_on": "dueDate",
        "payment_id": "paymentId",
        "currency": "currencyCode",
        "total": "totalIncludingVat",
        "account": "financialAccountNumber",
        "vat_code": "vatCode",
    }
)
# Known from working code: projectExtensionState.
ACTIVITY: Mapping[str, str] = MappingProxyType({"project_id": "projectId", "state": "projectExtensionState"})
# ASSUMED (Moment, not known: the body of a project expense).
EXPENSE: Mapping[str, str] = MappingProxyType(
    {
        "key": "externalId",
        "project_id": "projectId",
        "activity_id": "projectExtensionId",
        "description": "description",
        "amount": "amountIncludingVat",
        "currency": "currencyCode",
        "spent_on": "expenseDate",
        "billable": "billable",
        "supplier": "supplierName",
        "supplier_invoice": "supplierInvoiceNumber",
    }
)
# ASSUMED (Moment, not known: attachments).
ATTACHMENT: Mapping[str, str] = MappingProxyType({"file_name": "fileName"})
# ASSUMED (Moment, not known: payments): these fields of a finalized invoice may be written.
PAYMENT: Mapping[str, str] = MappingProxyType(
    {"state": "paymentState", "paid": "paidAmount", "remaining": "remainingAmount", "paid_on": "paidDate"}
)

# ---- values ----

# ASSUMED (Moment, not known: drafts): whether an invoice is final. Any other text is a broken row.
FINALIZED: Mapping[str, bool] = MappingProxyType({"draft": False, "finalized": True})
# ASSUMED (Moment, not known: credit notes): whether an invoice credits another one.
CREDITS: Mapping[str, bool] = MappingProxyType({"invoice": False, "creditNote": True})
# ASSUMED (Moment, accounting export status).
ACCOUNTING: Mapping[str, AccountingState] = MappingProxyType(
    {
        "toTransfer": AccountingState.TO_TRANSFER,
        "transferred": AccountingState.TRANSFERRED,
        "doNotTransfer": AccountingState.DO_NOT_TRANSFER,
    }
)
# ASSUMED (Moment, not known: payments).
PAID: Mapping[PaymentState, str] = MappingProxyType(
    {PaymentState.UNPAID: "unpaid", PaymentState.PARTLY_PAID: "partlyPaid", PaymentState.PAID: "paid"}
)
ACTIVITY_CLOSED = "closed"
"""Known from working code; every other state is open for work."""

# ---- webhooks ----

# `invoice` is documented, the other two ASSUMED (Moment, webhooks: bodies).
HOOK_INVOICE = "invoice"
HOOK_CUSTOMER = "customer"
HOOK_PROJECT = "project"


def _names(fields: Mapping[str, str]) -> str:
    return ", ".join(f"`{name}`" for name in fields.values())


def _values(values: Mapping[str, object]) -> str:
    return ", ".join(f"`{value}`" for value in values)


ASSUMPTIONS = (
    Assumption("Reading", "A plain GET gives every field that is read here, without an include.", "Includes"),
    Assumption("Lists", f"`sort={OLDEST_FIRST}` is kept; where it is not, pages are walked by number.", "Lists"),
    Assumption("Lists", f"`{CHANGED_FROM}` includes its own instant; one second more is asked for.", "Lists"),
    Assumption("Lists", f"A list without totals is cut at no less than {PAGE_SIZE} rows.", "Lists, bare arrays"),
    Assumption("Absence", "404 for an object means gone when its list can be read, else no access.", "Errors"),
    Assumption("Customers", f"Fields {_names(CUSTOMER)}; the country is ISO 3166 alpha-2.", "Fields"),
    Assumption("Projects", f"Fields {_names(PROJECT)}.", "Fields"),
    Assumption("Invoices", f"Fields {_names(INVOICE)}.", "Fields, naming habits"),
    Assumption("Invoices", f"`invoiceState` is {_values(FINALIZED)}; any other is a broken row.", "Naming habits"),
    Assumption("Invoices", f"`invoiceType` is {_values(CREDITS)}; a credit note's total is negative.", "Credit notes"),
    Assumption("Invoices", f"`accountingState` is {_values(ACCOUNTING)}.", "Accounting export status"),
    Assumption("Invoice PDF", f"`GET {INVOICES}/{{id}}/{PDF}`, 404 while there is none.", "Not known"),
    Assumption("Activities", f"`POST {ACTIVITIES}` with name and `projectId` makes one.", "Activities"),
    Assumption("Expenses", f"`{EXPENSES}` with fields {_names(EXPENSE)}.", "Project expenses"),
    Assumption("Expenses", f"`{BY_KEY}` may be repeated and is a filter; if it is none, the list is walked.", "Lists"),
    Assumption(
        "Attachments",
        f"`{EXPENSES}/{{id}}/{ATTACHMENTS}`, a form with the part `{ATTACHMENT_PART}`, at most 20 MB, "
        f"listed with {_names(ATTACHMENT)}.",
        "Not known",
    ),
    Assumption("Attachments", "A file keeps the name that it was sent with.", "Not known"),
    Assumption("Payments", f"`PUT {INVOICES}/{{id}}` takes {_names(PAYMENT)} of a finalized invoice.", "Updates"),
    Assumption("Payments", f"`paymentState` is {', '.join(f'`{text}`' for text in PAID.values())}.", "Not known"),
    Assumption("Webhooks", "Any text as `event`; the object is under its singular name with a numeric `id`.", "Bodies"),
    Assumption("Webhooks", "Deletions may never be told; an object is found to be gone when it is read.", "Deletions"),
)
