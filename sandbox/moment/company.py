"""One company at Moment with everything that happens in it, whether by a call or by a person in the product.

Saving a customer or project, and finalizing an invoice, is announced to whoever set up a webhook for it.
"""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.moment import rules
from sandbox.moment.answers import Json, refuse
from sandbox.moment.assumed import ATTACHMENT_BYTES_MAX, EVENT_CHANGED, EVENT_NEW, EXPENSES
from sandbox.moment.database import Database
from sandbox.moment.multipart import Upload
from sandbox.moment.options import Options
from sandbox.moment.webhooks import Webhooks
from sandbox.standin import Clock

ANNOUNCED_ON_SAVE = ("customers", "projects")


@dataclass(frozen=True)
class Attachment:
    """A PDF on an expense."""

    id: int
    file_name: str
    content: bytes

    def shown(self) -> Json:
        """The attachment as its list shows it."""
        return {"id": self.id, "fileName": self.file_name, "size": len(self.content)}


class Company:
    """The state of one company. Webhook addresses outlive a reset, as the connection they belong to does."""

    def __init__(self, code: str, company_id: int, webhooks: Webhooks, clock: Clock) -> None:
        self.code = code
        self.webhooks = webhooks
        self._id = company_id
        self._clock = clock
        self.start_over(Options())

    def start_over(self, options: Options) -> None:
        """An empty company under these options."""
        self.options = options
        self.database = Database(self.code, self._id, self._clock)
        self._attachments: dict[int, list[Attachment]] = {}

    def create(self, entity: str, fields: Json) -> Json:
        """A new row, announced. Ends the call with 400 or 409."""
        row = self.database.add(entity, rules.completed(self.database, entity, fields))
        if entity in ANNOUNCED_ON_SAVE:
            self.webhooks.announce(EVENT_NEW, self.database, entity, row)
        return row

    def update(self, entity: str, row_id: int, fields: Json) -> Json:
        """The changed row, announced, whether or not anything differs. Ends the call with 400, 404 or 409."""
        rules.check_change(self.database, entity, self.database.get(entity, row_id), fields)
        totals = entity == "invoices" and set(rules.TOTALS) & set(fields)
        row = self.database.change(entity, row_id, rules.with_totals(fields) if totals else fields)
        self._announce_change(entity, row)
        return row

    def delete(self, entity: str, row_id: int) -> None:
        """Takes the row away. Ends the call with 404 or 409."""
        rules.check_removal(entity, self.database.get(entity, row_id))
        self.database.remove(entity, row_id)
        if entity == EXPENSES:
            self._attachments.pop(row_id, None)

    def finalize(self, invoice_id: int) -> Json:
        """Makes an invoice of the draft: number, KID, what remains to pay, and the webhook. Ends with 404 or 409."""
        draft = self.database.get("invoices", invoice_id)
        if draft["invoiceState"] != "draft":
            refuse("The invoice is already finalized.", 409)
        number = draft["invoiceNumber"] or rules.next_invoice_number(self.database)
        today = self._clock().date().isoformat()
        fields = {
            "invoiceState": "finalized",
            "invoiceNumber": number,
            "paymentId": rules.payment_id(number),
            "invoiceDate": draft["invoiceDate"] or today,
            "dueDate": draft["dueDate"] or draft["invoiceDate"] or today,
            "paidAmount": 0,
            "remainingAmount": draft["totalIncludingVat"],
        }
        row = self.database.change("invoices", invoice_id, fields)
        self.webhooks.announce(EVENT_NEW, self.database, "invoices", row)
        return row

    def announce_again(self, invoice_number: int) -> Json:
        """Sends the webhook of a finalized invoice once more. Ends the call with 404."""
        found = [row for row in self.database.rows("invoices") if row["invoiceNumber"] == invoice_number]
        if not found:
            refuse(f"No invoice with number {invoice_number}.", 404)
        self.webhooks.announce(EVENT_NEW, self.database, "invoices", found[0])
        return found[0]

    def touch(self, entity: str, row_id: int, *, announce: bool = True) -> Json:
        """Stamps the row as saved without a change. Ends the call with 404."""
        row = self.database.change(entity, row_id, {})
        if announce:
            self._announce_change(entity, row)
        return row

    def attach(self, expense_id: int, upload: Upload) -> Attachment:
        """Keeps the PDF on the expense; one of the same name is a second one. Ends the call with 400, 404 or 413."""
        self.database.get(EXPENSES, expense_id)
        if len(upload.content) > ATTACHMENT_BYTES_MAX:
            refuse("The file is too large.", 413)
        if not upload.content.startswith(b"%PDF-"):
            refuse("Only PDF files can be attached.")
        attachment = Attachment(self.database.next_id(), upload.file_name, upload.content)
        self._attachments.setdefault(expense_id, []).append(attachment)
        return attachment

    def attachments_of(self, expense_id: int) -> list[Attachment]:
        """What is attached to the expense. Ends the call with 404."""
        self.database.get(EXPENSES, expense_id)
        return list(self._attachments.get(expense_id, ()))

    def _announce_change(self, entity: str, row: Json) -> None:
        is_news = entity == "invoices" and row["invoiceState"] == "finalized" and self.options.announce_invoice_changes
        if entity in ANNOUNCED_ON_SAVE or is_news:
            self.webhooks.announce(EVENT_CHANGED, self.database, entity, row)
