"""Everything about Visma.net ERP that its documentation leaves open and we had to assume, in one place.

Each constant is marked ASSUMED and has its row in ASSUMPTIONS, which is also the table on the
connector's page. When a live company teaches otherwise, this is the file to change.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from handoff.domain.posting import DocumentKind


@dataclass(frozen=True, slots=True)
class Assumption:
    """What we take for granted, and the vendor's page that comes nearest to saying so."""

    about: str
    assumed: str
    leans_on: str


# ASSUMED: no list of page sizes is published; the server cuts a larger one down and says its own.
PAGE_SIZE = 1000
# ASSUMED: what fits into the texts of documents and lines.
DOCUMENT_TEXT_MAX = 120
LINE_TEXT_MAX = 255
REFERENCE_MAX = 15
# ASSUMED: what joins the segments of a subaccount in its number.
SEGMENT_SEPARATOR = "-"
# ASSUMED: item types that hours can be posted on, and how several are written in one filter.
HOUR_ITEM_TYPES = ("NonStockItem", "LaborItem", "ServiceItem")
# ASSUMED: item statuses that documents may name; "no purchases" and "no requests" do not touch hours.
USABLE_ITEM_STATUSES = frozenset({"Active", "NoPurchases", "NoRequest"})
ACTIVE = "Active"
GENERAL_LEDGER = "GL"
PROJECTS_MODULE = "ModulePM"
SERVICE_SCOPE = "vismanet_erp_service_api:read vismanet_erp_service_api:create"
ACCESS_REFUSED = "IPPException"
"""Type of a gateway's error body that says the company is closed to us: no licence, no access."""

# ASSUMED: address of a document for people; nothing is ever called there.
_DOCUMENT_PAGE = "https://finance.visma.net/{company}/Main?ScreenId={screen}&{id_name}={number}"
_SCREENS = {
    DocumentKind.PROJECT_TRANSACTIONS: ("PM304000", "RefNbr"),
    DocumentKind.JOURNAL: ("GL301000", "BatchNbr"),
}


def document_page(company: str, kind: DocumentKind, number: str) -> str:
    """A link to the document for people."""
    screen, id_name = _SCREENS[kind]
    return _DOCUMENT_PAGE.format(company=quote(company), screen=screen, id_name=id_name, number=quote(number))


ASSUMPTIONS = (
    Assumption("Periods", "Written as YYYYMM, also in fromPeriod and toPeriod.", "Journal transaction, periodId"),
    Assumption(
        "Periods", "Read as YYYYMM or MMYYYY; a month is never 19 or 20, so one reading fits.", "Financial period"
    ),
    Assumption("Periods", "The financial year is the calendar year; other periods are refused.", "Financial period"),
    Assumption("Periods", "A period is open when active and not closed in the general ledger.", "Financial period"),
    Assumption(
        "Time stamps",
        "Those without a zone are in one fixed zone: they are taken as UTC and sent back alike.",
        "Date-time condition operators",
    ),
    Assumption("Page size", f"{PAGE_SIZE} is asked for; the server's own maximum counts.", "Pagination"),
    Assumption(
        "Counts", "totalCount counts documents, for journal transactions lines, and is on every element.", "Pagination"
    ),
    Assumption(
        "Cost centre",
        f"A subaccount by its number; segments are its parts between '{SEGMENT_SEPARATOR}', counted from 1.",
        "Subaccount, format 9-XX",
    ),
    Assumption(
        "Text lengths", f"{DOCUMENT_TEXT_MAX} for a document, {LINE_TEXT_MAX} for a line.", "Project transaction"
    ),
    Assumption(
        "Reference number", f"{REFERENCE_MAX} characters; it holds the beginning of the key.", "Journal transaction"
    ),
    Assumption(
        "Items",
        "Types are filtered as a list with commas; hours go on non-stock, labour and service items.",
        "Inventory",
    ),
    Assumption(
        "Statuses", "Only Active projects, tasks and employees take postings.", "Project, Project task, Employee"
    ),
    Assumption(
        "Project transactions", "The list holds lines, and module and status need not be sent.", "Project transaction"
    ),
    Assumption("Project transactions", "Accounts may be sent without an account group.", "Project transaction"),
    Assumption("Reversals", "A document with negative quantities and amounts is taken.", "Project transaction"),
    Assumption("Links", "The address of a document's page; nothing is called there.", "Project transaction, screen"),
    Assumption(
        "Late writes", "A write whose answer was lost is carried out within 4 minutes or not at all.", "Time-outs"
    ),
)
