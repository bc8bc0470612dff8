"""Everything about Moment that its public documentation leaves open and this stand-in had to decide.

ASSUMED throughout; the names of sections are those of what is known about the Moment API. Field names of customers,
projects, invoices and expenses stand in `sandbox.moment.schema`, the texts of refusals in `sandbox.moment.answers`.
"""

from __future__ import annotations

PREFIX = "/api/1.0/companies/{company}"  # documented; everything below is not

EXPENSES = "projectExpenses"  # entities: path of project expenses
ATTACHMENTS = "attachments"  # entities: sub-resource of an expense, multipart
ATTACHMENT_FIELD = "file"
ATTACHMENT_BYTES_MAX = 20 * 1024 * 1024
INVOICE_PDF = "pdf"  # entities: download of an invoice

EVENT_NEW = "CREATE_NEW"  # webhooks: documented for a finalized invoice; taken for new customers and projects too
EVENT_CHANGED = "UPDATE"  # webhooks: no name is known

PAGE_SIZE = 50  # lists: the server's own default
PAGE_SIZE_MAX = 500  # lists: 500 is known to work; more is cut down to it
LIMIT_SECONDS = 60  # rate limit: none is documented; the option counts calls in this stretch
