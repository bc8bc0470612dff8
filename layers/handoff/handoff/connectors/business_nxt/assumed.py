"""Everything about Business NXT that its documentation leaves open and we had to assume, in one place.

Each constant is marked ASSUMED, unless it says otherwise, and has its row in ASSUMPTIONS, which is also the table on
the connector's page. When a live company teaches otherwise, this is the file to change; names of columns stand in the
documents.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Assumption:
    """What we take for granted, and what of the vendor's documentation comes nearest to saying so."""

    about: str
    assumed: str
    leans_on: str


# Documented.
API_PATH = "/api/graphql-service"
SCOPE = "business-graphql-service-api:access-group-based"
BATCH_MAX = 32
"""Objects in one write. Documented for operations in one request; a request may take 59 seconds."""
ADDRESS_LINE_MAX = 60
UNIT_NUMBER_MAX = 10
# Seen in clients' code; a default and a largest page are not known.
PAGE_SIZE = 500
# ASSUMED (associate): three columns, as the on-premises model has them.
ADDRESS_LINES = 3
# ASSUMED (inserts): rows of a register in one create; documented is that many go, and 59 seconds for all of them.
HOUR_ROWS_MAX = 250
# ASSUMED (free information): how long its texts may be.
HOUR_TEXT_MAX = 60
# ASSUMED (free information): no GraphQL use of these tables was found; columns are called as in the older model, and
# each installation gives them a meaning of its own. This is ours: what to change where a company keeps it otherwise.
HOUR_COLUMNS: Mapping[str, str] = {
    "employee": "employeeNo",
    "day": "date1",
    "order": "orderNo",
    "hours": "value1",
    "billable": "value2",
    "rate": "value3",
    "amount": "value4",
    "record": "text1",
    "posting": "text2",
    "work": "text3",
    "says": "text4",
    "currency": "text5",
}
# ASSUMED (limits): whether an answer says how long to wait is not known.
BUSY_SECONDS = 30
# ASSUMED (errors): what a request that took longer than 59 seconds is told by.
TIMEOUT_WORDS = ("timeout", "timed out", "exceeded 59 seconds")
# ASSUMED (dates): how far Business NXT's clock and ours may differ.
CLOCKS_APART = timedelta(minutes=5)
# ASSUMED (dates): how far the server's zone may be from Oslo's, should it be another one.
ZONES_APART = timedelta(hours=3)
# ASSUMED (country): more countries than there are.
COUNTRIES_MAX = 1000
# ASSUMED (order, codes): a normal order, which people finish and invoice; a direct one might skip finishing.
NORMAL_ORDER = 1
# Documented.
SALES = 1
# ASSUMED (order, orderPreferences): that there is a bit for credit notes is documented, its number is not.
CREDIT_NOTE_BIT = 2

# Documented.
SIGNATURE_HEADER = "x-vwd-signature-v1"
# ASSUMED (webhooks): seen in a client's code; that an event that is sent again keeps its id is not documented.
EVENT_HEADER = "x-vwd-event-id"

ASSUMPTIONS = (
    Assumption("Access", "An error at `useCompany` itself means that the company is closed to us.", "Errors"),
    Assumption(
        "Access", "`mutation { useCompany { __typename } }` writes nothing and needs the right to write.", "Errors"
    ),
    Assumption("Errors", "`status_name` stands in `extensions`; a code may stand in either.", "Errors"),
    Assumption(
        "Errors",
        f"What took too long says one of {', '.join(TIMEOUT_WORDS)}; such a write may have been done.",
        "Async, timeout",
    ),
    Assumption(
        "Errors", "A failed row is named by its place among the values in the error's path.", "Inserts, updates"
    ),
    Assumption("Errors", "Errors without data and path mean that nothing was done.", "Errors"),
    Assumption("Limits", f"After too many requests at once, {BUSY_SECONDS} seconds are waited.", "Rate limits"),
    Assumption("Time stamps", "Local time is that of Oslo, for every company.", "DateTime"),
    Assumption(
        "Time stamps",
        f"The server's clock and ours differ by less than {CLOCKS_APART.seconds // 60} minutes.",
        "DateTime",
    ),
    Assumption(
        "Time stamps",
        f"Should the zone be another one, it is less than {ZONES_APART.seconds // 3600} hours away: no change is "
        "missed, but which of two changes is the later one may be told wrongly.",
        "DateTime",
    ),
    Assumption(
        "Time stamps", "A filter takes a stamp as a text in the form in which it is given.", "DateTime, filters"
    ),
    Assumption(
        "Lists", f"{PAGE_SIZE} rows a page are taken; a page that is cut shorter says that more follow.", "Paging"
    ),
    Assumption("Lists", "Texts are sorted and compared with `_gt` in the same order.", "Filtering"),
    Assumption("Lists", f"`_in` takes {PAGE_SIZE} values.", "Filtering"),
    Assumption("Inserts", "New rows come back in the order in which they were sent, without failed ones.", "Inserts"),
    Assumption("Inserts", "What was written stays when another row of the same write fails.", "Inserts"),
    Assumption("Updates", "Pairs whose filter means no row any more are passed over, the others done.", "Updates"),
    Assumption("Updates", "Old values in a filter find a row as long as they stand in it.", "Filtering"),
    Assumption(
        "Numbers", "`null` gives the next number also for units 1 to 6 and product categories.", "Suggested values"
    ),
    Assumption("Numbers", "Employee and customer numbers can be changed; the other numbers are keys.", "Associate"),
    Assumption(
        "Columns",
        "`employeeNo`, `addressLine3`, `countryNo` and `group1` to `group12` are called as in the older model.",
        "Associate",
    ),
    Assumption("Units", "Rows of organisational units have `group1` to `group12`.", "orgUnit"),
    Assumption(
        "Products",
        "`productCategoryNo1` is the category; `productCategory` has `productCategoryNo`, `description` and groups.",
        "Product",
    ),
    Assumption("Countries", "`country` has `countryNo` and `isoCode`, alpha-2.", "Associate"),
    Assumption(
        "Delivery addresses",
        "`deliveryAddress` has `deliveryAddressNo`, `associateNo`, `name` and the columns of an address.",
        "Delivery addresses",
    ),
    Assumption("Contacts", "Associates whose `liaisonAssociateNo` is the customer's `associateNo`.", "Contacts"),
    Assumption(
        "Hours",
        "Rows of `freeInformation1` to `3` have `pk`, `employeeNo` (the employee), `orgUnit1` to `12` (project and "
        "department), `date1` (the day), `value1` (hours), `value2` (billable hours), `value3` (rate), `value4` "
        "(amount), `text1` (the entry's id), `text2` (our key), `text3` (kind of work), `text4` (what was done), "
        "`text5` (currency) and `orderNo` (0 until it is billed).",
        "Free information",
    ),
    Assumption(
        "Hours", f"One create takes {HOUR_ROWS_MAX} rows, and texts hold {HOUR_TEXT_MAX} characters.", "Inserts"
    ),
    Assumption("Hours", "`pk` is given by Business NXT, and later rows have higher ones.", "Free information"),
    Assumption("Hours", "`_like` with `%` at the end finds texts that begin so; days can be compared.", "Filtering"),
    Assumption(
        "Costs",
        "`generalLedgerTransaction` has the key `voucherJournalNo` and `auditNo`, and `voucherNo`, `voucherType`, "
        "`voucherDate`, `supplierNo`, `invoiceNo` and `text`.",
        "Supplier side and ledger",
    ),
    Assumption(
        "Costs",
        "`supplierNo` stands on every row of a supplier's voucher, not on that of the debt alone.",
        "Supplier side and ledger",
    ),
    Assumption(
        "Costs", "Costs are positive in `postedAmountDomestic` and without VAT, which has a row of its own.", "Ledger"
    ),
    Assumption(
        "Costs", "Posted rows are never deleted; one that is changed gets a new `changedTimestamp`.", "DateTime"
    ),
    Assumption(
        "Texts",
        "Only lines of addresses have a known length; a text that is too long elsewhere is refused.",
        "Associate",
    ),
    Assumption(
        "Orders", f"`orderType` {NORMAL_ORDER} is an order that waits until a person finishes and invoices it.", "Order"
    ),
    Assumption("Orders", "`information6` is free: it holds our key. `information1` holds the text.", "Idempotency"),
    Assumption(
        "Orders",
        "`ourReference`, `yourReference`, `customerOrSupplierOrderNo`, `currencyNo` are called as in the older model.",
        "Order",
    ),
    Assumption(
        "Orders", "A line's `transactionInformation1` is free; it holds the id of the time tool's line.", "Order line"
    ),
    Assumption(
        "Orders",
        f"Bit {CREDIT_NOTE_BIT} of `orderPreferences` makes a credit note; its lines are positive, and "
        "`invoiceReference` is the invoice that it takes back. Other bits of a credit note are not set.",
        "Order, orderPreferences",
    ),
    Assumption(
        "Orders",
        "An order that is refused for one of its lines may be there without it; `order_delete` takes it away.",
        "Inserts; partial failure is not described",
    ),
    Assumption(
        "Order lines",
        "A line is worth `quantity` × `priceInCurrency` less `discountPercent1`, in the order's currency; its "
        "`quantity` stays when it is invoiced.",
        "Order line",
    ),
    Assumption("Order lines", "`unrealisedQuantity` is what is left to invoice, 0 for texts.", "Order line"),
    Assumption("Currencies", "`currency` has `currencyNo` and `isoCode`.", "Order"),
    Assumption(
        "Customer transactions",
        "`voucherJournalNo` and `auditNo` are the key, and grow; an invoice's row is made before what is paid of it.",
        "customerTransaction",
    ),
    Assumption(
        "Customer transactions",
        "The own row has the `orderNo`, for one of the orders on it; a payment and a credit note change its stamp.",
        "customerTransaction",
    ),
    Assumption(
        "Webhooks", f"`{EVENT_HEADER}` is the event's own, and the same when an event is sent again.", "Webhooks"
    ),
    Assumption("Webhooks", "The signature key is used as it is shown, as text in UTF-8.", "Webhooks"),
    Assumption("Webhooks", "A change can be read by the time its webhook comes.", "Webhooks"),
    Assumption(
        "Late writes", "A write whose answer was lost is carried out within 4 minutes or not at all.", "Async, timeout"
    ),
)
