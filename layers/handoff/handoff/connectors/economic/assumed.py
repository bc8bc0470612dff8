"""Everything about Visma e-conomic that its documentation leaves open and we had to assume, in one place.

Paths, field names and codes that no published page settles are constants here, marked ASSUMED, with their rows in
ASSUMPTIONS, which is also the table on the connector's page. When a live agreement teaches otherwise, this is the
file to change.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Assumption:
    """What we take for granted, and the vendor's page that comes nearest to saying so."""

    about: str
    assumed: str
    leans_on: str


# ---- paths, below their service ------------------------------------------------------------------

# ASSUMED (e-conomic, Conventions: services): spelled as most clients do; matched without regard to case.
PROJECTS = "/projects"
PROJECT_GROUPS = "/projectgroups"
COST_TYPES = "/costtypes"
DRAFT_ENTRIES = "/draft-entries"
BOOK_DRAFTS = "/journals/{journal}/bookdraftentries"
BOOKED_ENTRIES = "/booked-entries"
DOCUMENTS = "/AttachedDocuments"

# ---- numbers of entry types ----------------------------------------------------------------------

# ASSUMED (e-conomic, Booked entries: fields): the numbers beyond 1, 3, 4 and 10 are those of draft entries.
CUSTOMER_INVOICE, CUSTOMER_PAYMENT, SUPPLIER_PAYMENT, MANUAL_CUSTOMER_INVOICE = 1, 2, 4, 10
INVOICE_TYPES = frozenset({CUSTOMER_INVOICE, MANUAL_CUSTOMER_INVOICE})
NO_COST_TYPES = frozenset({CUSTOMER_INVOICE, CUSTOMER_PAYMENT, SUPPLIER_PAYMENT, MANUAL_CUSTOMER_INVOICE})
# ASSUMED (e-conomic, Booked entries: REST entry types): what carries last year's balances is no cost.
NO_COST_NAMES = frozenset(
    {
        "customerInvoice",
        "customerPayment",
        "manualDebtorInvoice",
        "openingEntry",
        "reminder",
        "supplierPayment",
        "systemEntry",
        "transferredOpeningEntry",
    }
)

# ---- codes of refusals ---------------------------------------------------------------------------

# ASSUMED (e-conomic, Plans and modules): how a call says that the project module is off.
MODULE_NOT_ACTIVE = "ModuleNotActive"
# ASSUMED (e-conomic, Vouchers: closed period): any of these in the body of a refusal.
CLOSED_CODES = (
    "AccountingYearClosed",
    "EntryDateInClosedPeriod",
    "DateInClosedPeriod",
    "PeriodClosed",
    "ClosedAccountingYear",
    "JournalEntryDateInClosedAccountingPeriod",
)
# ASSUMED (e-conomic, Journals OpenAPI: booking): refusals of the booking of chosen entries.
ENTRY_GONE = "JournalEntryNotFound"
NOT_BALANCED = "VoucherNotBalanced"
# ASSUMED (e-conomic, Attachments): the words of the refusal of a second file on a voucher.
ALREADY_ATTACHED = "already has attachment"
# ASSUMED (e-conomic, Projects: error codes): a number that another project has.
PROJECT_NUMBER_TAKEN = "NumberAlreadyExists"

# ---- sizes and words -----------------------------------------------------------------------------

TEXT_MAX = 250
NAME_MAX = 255
PROJECT_NAME_MAX = 100
PAGE_SIZE = 1000
IN_MAX = 200
# ASSUMED (e-conomic, Attachments: 9.0 MB): counted as millions of bytes, the smaller reading.
ATTACHMENT_MAX = 9_000_000
# ASSUMED (e-conomic, Company: modules): what the project module is called, as a part of its name in any case.
PROJECT_MODULE = "project"
SUPER_USER = "SuperUser"
INTERNAL_GROUP = 1
INVOICE_ENTRY = "manualCustomerInvoice"
INSTALL_PAGE = "/secure/api1/requestaccess.aspx"

ASSUMPTIONS = (
    Assumption("Paths", "Spelled as most clients do; matched without regard to case.", "Conventions, services"),
    Assumption(
        "Services", "projectsapi kept the fields of the published project service.", "Projects; services and versions"
    ),
    Assumption("Customers", "PUT answers 200 with the whole customer as it is then.", "Customers"),
    Assumption(
        "Customers",
        "The parts that the schema marks as read-only, links, and eInvoicingDisabledByDefault are left out of PUT; "
        "everything else goes back as it was read.",
        "Customers, schema",
    ),
    Assumption(
        "Customers",
        "lastUpdated is an instant with zone, and filters take one in UTC with Z.",
        "Customers, lastUpdated",
    ),
    Assumption(
        "Taken numbers",
        "No code is published: after a refusal the number is looked up.",
        "Errors; Projects, error codes",
    ),
    Assumption(
        "Vouchers", "POST answers 201 with an array of vouchers; a bare object is read as well.", "Vouchers, POST"
    ),
    Assumption(
        "Vouchers",
        "An invoice with a project is one voucher of two entries: the customer's without contra account, and a finance "
        "voucher of the opposite amount with the project.",
        "Vouchers, quirk of manualCustomerInvoices",
    ),
    Assumption("Vouchers", "A credit note is a manual customer invoice with a negative amount.", "Vouchers, signs"),
    Assumption(
        "Vouchers",
        "An entry without a VAT code is booked without VAT, so the account's own code is sent where none is set.",
        "Vouchers, fields",
    ),
    Assumption("Invoice number", "Not forced to be unique by e-conomic; we look before we write.", "Vouchers, fields"),
    Assumption(
        "Draft entries",
        "Rows have entryNumber, journalNumber, voucherNumber, entryTypeNumber, customerInvoiceNumber, date and text, "
        "and can be filtered by text and customerInvoiceNumber.",
        "Journals OpenAPI, entry fields",
    ),
    Assumption(
        "Booking",
        "All or nothing; answers bookedEntries with draftEntryNumber, entryNumber and voucherNumber.",
        "Journals OpenAPI, booking",
    ),
    Assumption("Booking", "Text, voucher number and invoice number survive it.", "Vouchers, other journal calls"),
    Assumption(
        "Closed periods", f"Refused with one of {', '.join(CLOSED_CODES)} in the body.", "Vouchers, closed period"
    ),
    Assumption("Module missing", f"403 with the code {MODULE_NOT_ACTIVE}.", "Plans and modules"),
    Assumption("Attachments", "A 403 on one means the plan: the voucher itself could be written.", "Plans and modules"),
    Assumption("Attachments", "A draft without one answers 404.", "Attachments, GET"),
    Assumption("Attachments", f"9.0 MB are {ATTACHMENT_MAX:,} bytes.", "Attachments, limits"),
    Assumption(
        "Documents", "What was attached to a draft is found by voucher number and year once it is booked.", "Documents"
    ),
    Assumption("Booked entries", "In the order of their numbers from page to page.", "Conventions, cursor paging"),
    Assumption(
        "Booked entries",
        "Only the customer's or supplier's own line names the customer or supplier; remainder is in its currency.",
        "Booked entries, REST list",
    ),
    Assumption(
        "Costs",
        "The VAT of a line is its VAT code's rate on the net amount, half up to two decimals.",
        "Not known, rounding",
    ),
    Assumption(
        "Costs",
        "A VAT code with a contra account is reverse charge: nothing is added to the net amount.",
        "Company, VAT accounts",
    ),
    Assumption(
        "Costs",
        "A voucher with one supplier line and one cost line costs what the supplier line says.",
        "Booked entries",
    ),
    Assumption(
        "Costs",
        "A line of the balance sheet is a cost only with a cost type: the bank's side may name the project.",
        "Booked entries",
    ),
    Assumption("Costs", "VAT lines stand on the accounts of the VAT codes.", "Company, VAT accounts"),
    Assumption("Accounting years", "closed is left out or false while a year is open.", "Company, accounting years"),
    Assumption("Modules", f"The project module has '{PROJECT_MODULE}' in its name.", "Company, /self"),
    Assumption("Webhooks", "On create the old number is empty, on delete the new one.", "Webhooks"),
    Assumption("Webhooks", "Merge fields are put in as they are, without URL encoding.", "Webhooks"),
    Assumption("Grant page", "Our redirect address comes back as it was, with token added.", "Authentication"),
    Assumption(
        "Late writes", "A write whose answer was lost is carried out within 2 minutes or not at all.", "Not documented"
    ),
)
