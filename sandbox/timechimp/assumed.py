"""Everything about TimeChimp that its public documentation leaves open and this stand-in had to decide.

What may well be otherwise can be turned: see `sandbox.timechimp.options`. Of v1 there is a description of 2020, and
clients that were written against later versions; of v2 there is one client and no description. The texts of refusals
are in `sandbox.timechimp.answers`, the members of v2's rows in `sandbox.timechimp.v2_shapes`.
"""

from __future__ import annotations

ASSUMED = {
    "keys": "a key is for one version; a key that is not known is a 401, an account without the API package a 403",
    "limit": "100 calls in any minute are those of one key; the next is a 429, and a refused call is not counted",
    "formats": "JSON is answered whatever is accepted; XML, which v1 is said to have too, is not",
    "errors": "an unknown id is a 404, anything else that is wrong a 400 with the fields' names and nothing done",
    "put": "texts, numbers and references that are not sent become null, flags false, lists empty, choices their first",
    "posts": "active, billable and visible unless they say otherwise; invoiced by the hour of an activity",
    "names": "fields are spelled as described; unknown ones are passed over, and a status is not set by POST or PUT",
    "inactive": "v1 hides inactive projects from its lists alone; inactive rows of other kinds are in theirs",
    "duplicates": "numbers, codes and names may stand twice; a name that stands twice finds the older one",
    "entries": "without a day it is today in UTC; without customer and project the project that is called unspecified",
    "customers alone": "hours of a customer without a project have an activity and no projectTaskId",
    "hours": "those that are sent, else the time between start and end without the pause, in two decimals",
    "portal": "intern and extern status move alone; `status` shows the intern one",
    "status calls": "all ids or none; any status may follow any; what an invoice of TimeChimp holds stays invoiced",
    "submitting": "moves what is open or rejected and leaves the rest as it is",
    "invoiced entries": "take no change and cannot be deleted, whoever marked them",
    "timers": "a timer adds to the hours of its entry; one that does not run stops with 0 and a 200",
    "modified": "moves with every write and every change of status; it is UTC, and `?modified=` takes what is equal",
    "deletes": "what other rows refer to is refused; a project takes its activities, people and notes with it",
    "users": "a PUT changes employee number and name; one object is answered by one, a list by a list",
    "article": "kept on every activity, as the product has it, shown by neither version; customers put it in `code`",
    "invoice status": "of a project is taken from POST and PUT; a subscription's falls back with the next period",
    "invoices": "a number comes with sending; items are marked by the concept, and open again when it is deleted",
    "invoice rows": "hours by activity and rate, each expense, kilometres in one; totals are without VAT, half up",
    "sums": "total and totalExTax are the company's currency, those WithoutExchangeRate the invoice's",
    "credit notes": "concepts of their own with negative quantities, `credit` set and no word of what they credit",
    "unbilled": "billable and not invoiced or written off, approved or not; then priced projects that are due",
    "v2 lists": "`{result, count}`, by id; what `$top` cuts off is told by `count` alone",
    "v2 rows": "references have id and name, whole when expanded; activities and people of a project always are",
    "v2 writes": "a PUT wipes as v1's does, but not what v2 has no word for; 201 for what is made, 204 for gone",
    "v2 hours": "are read only, without a status call",
    "v2 errors": "the problem object of its framework; its limit is not known, so there is none",
}
"""By subject; every one of them is ASSUMED."""

LIMIT_SECONDS = 60  # documented as a minute; whether it slides is not
TOP, TOP_MAX = 100, 10_000  # as a client of v2 says
STATUS_ROWS_MAX = 100  # as a client of v2 says
V2_CREATED, V2_DELETED = 201, 204
FIRST_INVOICE = 1  # each prefix counts for itself
