"""Everything about Visma eAccounting that its public documentation leaves open and this stand-in had to decide.

What may well be otherwise can be turned: the names in brackets are those of `sandbox.eaccounting.options`.
"""

from __future__ import annotations

ASSUMED = {
    "http statuses": "the status of each error code but 401, 429 and the 400 of a validation (statuses)",
    "error texts": "all but those of the quota, the bad token, the missing module and the receivables row",
    "order of refusals": "token, quota, scope, state of the company, module, plan, then what was sent",
    "endpoint": "the quota is of one client, method and path without its ids (limit_by)",
    "minute": "the quota's minute begins with its first call; refused calls and those without a token do not count",
    "retry header": "a 429 has no Retry-After, only the seconds in its text (retry_after)",
    "code": "an authorization code lives five minutes and works once",
    "pkce": "a challenge that was sent is checked, plain or S256 (pkce)",
    "refresh life": "a refresh token lives two years, as one client says (refresh_seconds)",
    "reuse": "a refresh token that is used again is refused, and the newer one lives on (reuse_ends_family)",
    "access after refresh": "an access token lives until it expires, whatever becomes of its refresh token",
    "password": "a changed password ends the refresh tokens of that person, the access tokens run out",
    "wrong plan": "403 with 4002, worded like the missing module; sub-fields of what a plan lacks are 400 with 2000",
    "read-only company": "reading works, writing is 403 with 4002",
    "property names": "read in any case, written as described; unknown and read-only ones are passed over",
    "first fault": "a validation names one field, the first in the order of the description",
    "page size": "one over 1000 or under 1 is 400 (cuts_pages); a page behind the last is empty",
    "order of rows": "as they were made, unless $orderby says otherwise; parameters not named here are passed over",
    "filterable": "every plain property, unless told otherwise (unfilterable); others are 400 with 2000",
    "filter functions": "contains, startswith and endswith are refused (filter_functions)",
    "texts in filters": "compare without regard to case; days are midnight UTC",
    "vat figures": "VatRate, VatRatePercent and PercentVat are fractions, as discounts are (vat_as_percent)",
    "single objects": "without the envelope, also where the description has it for one VAT code; the app's is a list",
    "created": "a POST answers 201 and the row (created_status, empty_posts); a DELETE 204 (delete_status)",
    "put and numbers": "a customer keeps its number when a PUT leaves it out; rows without ids get new ones",
    "vies": "a VAT number that VIES does not know, or cannot be asked about, is 400 with 2000 (vies)",
    "prices": "of two prices of an article the net one counts; a row without a price has the article's",
    "inactive": "neither inactive customers nor inactive articles can be invoiced (invoices_inactive)",
    "row rounding": "each row to two decimals, half away from zero; VAT once for each rate on its rows (vat_by_row)",
    "prices with vat": "the gross amounts are summed and the VAT is taken out of the sum of each rate",
    "whole units": "only totals in the company's own currency are rounded; the total holds the rounding",
    "sales case": "by country, VAT number and row flags: see sandbox.eaccounting.sales_cases",
    "currency": "amounts without a currency in their name are the company's; rates are the stand-in's own",
    "credit": "rows are sent positive, totals and what remains are negative",
    "convert": "the invoice names the draft it was made from (names_draft); the draft answers 404 with 3000 then",
    "due date": "follows from the terms again when the conversion gives the invoice another date than the draft's",
    "book a draft": "CreatedFromDraftId books the draft as it is; the rest of the body is passed over",
    "void": "makes a credit invoice of all rows and settles the two; a paid or credited one is 4002",
    "payment": "one that is complete equals what remains, a rounding differs by less than 1; none is more than that",
    "payment stamps": "a payment does not move ModifiedUtc (payments_stamp)",
    "ledger numbers": "a ledger item may have the number of another (unique_ledger_numbers)",
    "voucher amounts": "a voucher that does not balance is 400 with 2000, one without rows too",
    "series": "the default is A; an unknown series is 2000, a closed one 4002; there is no list of them",
    "accounts": "an inactive account is 3002, one blocked for manual booking 2000",
    "lock date": "days up to AccountingLockedTo are locked like a locked year, with 4026",
    "new years": "begin on the day after another ends or end on the day before it begins; at most 18 months",
    "deletes": "customers with documents, drafts or projects cannot be deleted; articles only by people",
}
"""By subject; every one of them is ASSUMED."""

CODE_SECONDS = 300
REFRESH_SECONDS = 2 * 365 * 24 * 3600
DEFAULT_SERIES = "A"
LEDGER_VAT_TOLERANCE = "0.05"  # this one is documented: changelog of 2019-11
STATUSES = {
    2000: 400,
    3000: 404,
    3001: 400,
    3002: 400,
    4000: 409,
    4001: 400,
    4002: 400,
    4003: 403,
    4004: 403,
    4005: 401,
    4006: 403,
    4010: 429,
    4026: 400,
}
