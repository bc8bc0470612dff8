"""Everything about Severa that its public documentation leaves open and this stand-in had to decide.

What may well be otherwise can be turned: see `sandbox.severa.options`. Sums and rounding of invoices are in
`sandbox.severa.invoice_views`, which hours a new invoice takes in `sandbox.severa.invoicing`.
"""

from __future__ import annotations

from decimal import Decimal

ASSUMED = {
    "limit": "10 calls a second are those of one client; a call for a token counts",
    "tokens": "a refresh token works once; scopes that a client lacks are left out; no scope asked means all it has",
    "client id": "the Client_Id header is needed, as described, though not every client in the field sends it",
    "paging": "rows come as they were made; a token belongs to its path and filters; larger pages are cut",
    "filters": "texts match whole, without regard to case; unknown parameters are passed over",
    "projects": "the list holds sales cases of every state; that of sales cases leaves out what is Won",
    "creates": "a field that nobody can set, or that is not kept here, is passed over",
    "patches": "a path that cannot be set is refused; every accepted patch moves the time of the last change",
    "references": "a guid that leads nowhere is a 400 for its field",
    "duplicates": "numbers, codes, names and e-mails may stand twice, as nothing says otherwise",
    "numbers": "customers, projects and invoices without a number get the next one; an invoice keeps its own",
    "deletes": "what other rows refer to is refused with 400, as documented for users; a contact stays as deleted",
    "hours": "an invoiced hour, or one in a locked phase, takes no change; its price is the house's unless sent",
    "several hours": "a patch of several guids answers {succeeded: [hours], errors: [{guid, error}]}",
    "fees": "name, prices, unit, VAT rate and type come from the product where they are not sent",
    "read-only statuses": "only the status and the day of payment change, and the invoice cannot be deleted",
    "paid": "a paid status sets today as the day of payment when there is none; invoice and settings share that day",
    "invoice rows": "approved billable hours by work type and price, then each fee and each travel expense",
    "credit notes": "creditNoteInvoice stands on the credited invoice, reimburseInvoice on the credit note",
}
"""By subject; every one of them is ASSUMED."""

SUCCEEDED, ERRORS = "succeeded", "errors"  # patch of several hours: the names in its answer
HOUR_PRICE = Decimal("110.00")  # of hours without a price: no price list is modelled
VAT_RATE = Decimal("25.5")  # of what has none
FIRST_CUSTOMER, FIRST_PROJECT, FIRST_INVOICE = 1001, 1, 7001
PAYMENT_TERM_DAYS = 14
