"""Everything about Business NXT that its documentation leaves open and we had to assume, in one place.

Each constant is marked ASSUMED, unless it says otherwise, and has its row in ASSUMPTIONS, which is also the table on
the connector's page. When a live company teaches otherwise, this is the file to change; names of columns stand in the
documents.
"""

from __future__ import annotations

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
        "Texts",
        "Only lines of addresses have a known length; a text that is too long elsewhere is refused.",
        "Associate",
    ),
)
