"""Everything about Severa that its documentation leaves open and we had to assume, in one place.

Every constant is marked ASSUMED, unless it says otherwise, with the part of Severa's documentation that comes nearest;
ASSUMPTIONS is the list on the connector's page. When an organisation teaches otherwise, this is the file to change.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, timedelta, tzinfo
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Assumption:
    """What we take for granted, and what of the vendor's documentation comes nearest to saying so."""

    about: str
    assumed: str
    leans_on: str


PAGE_SIZE = 100
"""Documented as the most for nearly every list; elsewhere 1000 is said."""
NAME_PART_MAX = 100
"""Documented for users' first and last names; it is used for contacts' too."""
NUMBER_MAX = 2**63 - 1
"""Documented: numbers of customers and projects are int64."""
# ASSUMED (rate limits: 10 calls in a second): a second's wait ends it; `Retry-After` need not be there.
RETRY_AFTER_SECONDS = 2
# ASSUMED (dates: the zone of returned times is not stated): one without a zone is UTC.
ZONE: tzinfo = UTC
# ASSUMED (products: types): what a product becomes where the settings don't say.
PRODUCT_TYPE = "Materials"
# ASSUMED (contact persons: both names are required): what stands for a name that somebody doesn't have.
NO_NAME = "-"
# ASSUMED (addresses: uses): a delivery address is one that is visited.
DELIVERY_USE = "isVisitAddress"
EMAIL_KINDS = ("EmailAddress",)
PHONE_KINDS = ("Phone", "MobilePhone", "IPPhone")
"""Documented kinds of contact communications, in the order in which one is chosen for a new number."""
PROJECTS_A_CALL = 50
"""Ids of projects that one call asks for."""
BILLABLE = "Billable"
"""Documented: the others are `NotBillable` and `RemovedFromInvoice`."""
# ASSUMED (error types): an organisation that is closed to everybody, whatever the status says.
CLOSED_TYPES = ("OrganizationNotActive", "TrialExpired", "TermsOfServiceNotApproved")
CENT = Decimal("0.01")
# ASSUMED (invoices: rounding is not described): Severa's sum of an invoice differs from that of its rows, each rounded
# half up to cents, by no more than this for each row.
INVOICE_ROUNDING = CENT
# ASSUMED (invoices, changing the status: no example): a status is replaced whole, the day of payment beside it.
STATUS_FIELD, PAYMENT_DATE_FIELD = "status", "paymentDate"
# ASSUMED (project fees, products): what a fee is of that names no product.
FEE_TYPE = "Subcontracting"
# ASSUMED (project fees: no lengths are described): what names and descriptions hold.
FEE_NAME_MAX, DESCRIPTION_MAX = 100, 250
# ASSUMED (idempotency: no key is described): a making that was not answered is done, or never will be, after this.
FEE_ABSENCE_DELAY = timedelta(minutes=10)

ASSUMPTIONS = (
    Assumption("Tokens", "Asked for without a scope, a token has all that the credentials have.", "Token request"),
    Assumption("Tokens", "The refresh token isn't needed: credentials give a new token at any time.", "Refresh"),
    Assumption("Quota", f"A 429 that names no wait is over after {RETRY_AFTER_SECONDS} seconds.", "Rate limits"),
    Assumption("Times", "A time without a zone is UTC.", "Dates, numbers, money"),
    Assumption(
        "Lists by token", "The order stays while pages are followed; `changedSince` includes its instant.", "Paging"
    ),
    Assumption(
        "Lists by row",
        "A page that is not full is the last one, unless its rows are a round number: then the next one is asked for.",
        "Paging; the largest page is told in two ways",
    ),
    Assumption(
        "Lists by row",
        "Rows come in the same order on every page; one that came or went in between shows at the seam of two pages.",
        "Paging; the order is not described",
    ),
    Assumption("Changes", "PATCH takes `replace` with typed values, null for none.", "PATCH = JSON Patch"),
    Assumption("Changes", "A reference is replaced whole: `/country`, `/productCategory`.", "PATCH = JSON Patch"),
    Assumption("Business units", "A new unit hangs below the only one that hangs below none.", "Business units"),
    Assumption("Users", "`code` is the employee number; type and contract of a new user are Severa's own.", "Users"),
    Assumption("Products", f"A product made in the ERP is of the type `{PRODUCT_TYPE}`, if none is set.", "Products"),
    Assumption("Projects", "A change of the sales status is found by `changedSince`.", "Incremental reading"),
    Assumption("Projects", "`/v1/projects` has the won ones; whether also others doesn't matter.", "Projects"),
    Assumption(
        "Hours",
        "A change of the approval or of the bill need not move the stamp: the census by days finds it.",
        "Not known, work hours",
    ),
    Assumption("Hours", "Hours without `quantity` are not finished; they wait until they have one.", "Work hours"),
    Assumption("Hours", "`isBillable` and the status `Billable` together make hours billable.", "Work hours"),
    Assumption(
        "Hours", "Who may read the list of hours is shown every row of it: a 404 is then an absence.", "Status codes"
    ),
    Assumption(
        "Numbers",
        "A customer or project that is made without a number gets the next one; two with one number may be.",
        "Not known, uniqueness",
    ),
    Assumption("Customers", "`vatNumber` is what the ERP calls the organisation number.", "Customers"),
    Assumption("Customers", "`customerNames` finds names as they are written.", "Customers, filters"),
    Assumption("Addresses", "Several can be billing addresses; the oldest of them is the one.", "Addresses"),
    Assumption("Addresses", "A delivery address is made as a visiting address.", "Addresses"),
    Assumption(
        "Contact persons",
        "`emails` and `phoneNumbers` have no order that stays; of several the first by its text counts.",
        "Contact persons and channels",
    ),
    Assumption(
        "Contact persons",
        f"A person of one name has `{NO_NAME}` as the last name, which Severa requires.",
        "Contact persons and channels",
    ),
    Assumption(
        "Contact persons",
        "A changed e-mail address or phone number need not move the stamp of its contact person.",
        "Contact persons and channels",
    ),
    Assumption(
        "Invoices", "A change of the status, or of a row, moves the invoice's own stamp.", "Incremental reading"
    ),
    Assumption(
        "Invoices",
        "A row is quantity × unit price, rounded half up to cents; the invoice's own sum is at most a cent a row away.",
        "Invoices; neither totals of rows nor discounts are described",
    ),
    Assumption(
        "Invoices",
        "`reimburseInvoice` of a credit note is the invoice that it credits, whose signs it turns.",
        "Invoices",
    ),
    Assumption(
        "Invoices",
        "`code` of a row holds the codes of what stands behind it.",
        "Invoices; a list without a description",
    ),
    Assumption(
        "Invoices", "A status is set by replacing `/status` with its guid, and may skip others.", "PATCH = JSON Patch"
    ),
    Assumption(
        "Invoices",
        "The day of payment is set by replacing `/paymentDate` together with the status, also a read-only one.",
        "Invoices; it stands on the invoice and on its settings",
    ),
    Assumption(
        "Costs", "A description is kept as it was written: the key at its end finds the cost again.", "Project costs"
    ),
    Assumption(
        "Costs",
        f"A making whose answer was lost shows in the project's list within {FEE_ABSENCE_DELAY.seconds // 60} minutes.",
        "Idempotency",
    ),
    Assumption("Costs", "A cost may be negative, with a quantity of 1: a credit note is one.", "Project costs"),
    Assumption("Costs", "A cost may be in another currency than its project's is.", "Project costs"),
    Assumption(
        "Costs", "With `unitCost` and `unitPrice` sent, those of the product or type don't count.", "Project costs"
    ),
    Assumption(
        "Costs",
        f"A fee without a product is of the type `{FEE_TYPE}`; one with a product is of the product's.",
        "Products",
    ),
    Assumption(
        "Costs", "`travelReimbursementRequired: false` keeps an expense off its user's claims.", "Project costs"
    ),
    Assumption(
        "Costs", f"Names have up to {FEE_NAME_MAX} characters, descriptions up to {DESCRIPTION_MAX}.", "Project costs"
    ),
)
