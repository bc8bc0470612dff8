"""Severa's invoices: drafted by people, handed over once they stand in a chosen status, told that they are sent, paid.

Source: Severa, REST API, invoices and invoice statuses; handing over by status is how Severa's own integrations work.
Attachments are not read.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from handoff.connectors.feed import Feed, RowFault
from handoff.connectors.http import NOT_FOUND, VendorClient
from handoff.connectors.severa.assumed import PAYMENT_DATE_FIELD, STATUS_FIELD
from handoff.connectors.severa.client import decoded
from handoff.connectors.severa.config import TITLE
from handoff.connectors.severa.invoice_lines import InvoiceLines, Lines
from handoff.connectors.severa.invoice_models import SeveraInvoice, SeveraInvoiceHead
from handoff.connectors.severa.invoice_statuses import Statuses
from handoff.connectors.severa.lists import BY_TOKEN, a_list, mark_of
from handoff.connectors.severa.writing import one_line, replaced
from handoff.domain.errors import BrokenContract, ReconnectNeeded, Rejected, Stale
from handoff.domain.sales import FetchedInvoice, Milestone, SalesInvoice, StatusChoices
from handoff.ports.sales import InvoiceHead, InvoicePage

WHAT, LIST = "invoices", "/v1/invoices"


class Invoices:
    """The invoices of one organisation: implements `DraftedInvoices`. Statuses are looked up once."""

    def __init__(self, client: VendorClient, choices: StatusChoices, now: Callable[[], datetime]) -> None:
        self._client = client
        self._now = now
        self._statuses = Statuses(client, choices)
        self._lines = InvoiceLines(client)
        self._feed: Feed[SeveraInvoiceHead, InvoiceHead] = a_list(
            WHAT, LIST, SeveraInvoiceHead, self._head, BY_TOKEN, changed_at=lambda row: row.changed_at
        )

    def changed(self, *, since: datetime | None, page: str | None) -> InvoicePage:
        """A page of a hundred; raises InvalidInput `no_such_status`, and as `Feed.pull` does."""
        self._statuses.check_ready()
        mark = mark_of(page, self._now())
        rows = self._feed.pull(self._client, since=since, page=mark.inner)
        return InvoicePage(rows.rows, rows.broken, mark.onward(rows.next_page), mark.seen(rows.latest_change))

    def read(self, external_id: str) -> FetchedInvoice | None:
        """The invoice with its lines: two calls, and one for each row that is no fixed price.

        A row that is gone by the time that what stands behind it is asked for makes it read once more from the
        beginning; an invoice that is gone by then is None.
        """
        invoice = self._invoice(external_id)
        if invoice is None:
            return None
        try:
            lines = self._lines.of(invoice)
        except ReconnectNeeded as error:
            if error.status != NOT_FOUND:
                raise
            invoice = self._invoice(external_id)
            if invoice is None:
                return None
            lines = self._lines.of(invoice)
        return self._fetched(invoice, lines)

    def report(self, external_id: str, milestone: Milestone, *, on: date) -> None:
        """Tells it by the status, and the day of payment with it: two calls, or one where nothing is to be told.

        Raises Rejected `invoice_gone`, and `status_kept` where Severa took the change and the status is another one;
        InvalidInput `no_such_status`, and as `DraftedInvoices` says.
        """
        invoice = self._invoice(external_id)
        if invoice is None:
            raise _gone()
        if self._statuses.tells(invoice.status, milestone):
            return
        target = self._statuses.target(milestone)
        fields: dict[str, object] = {STATUS_FIELD: {"guid": target.guid}}
        if milestone is Milestone.PAID:
            fields[PAYMENT_DATE_FIELD] = on.isoformat()
        try:
            told: SeveraInvoiceHead = replaced(
                self._client, f"{LIST}/{external_id}", fields, SeveraInvoiceHead, what=WHAT
            )
        except Stale as error:
            raise _gone() from error
        if told.status.guid != target.guid:
            raise Rejected(
                f"{TITLE} took the change and left the invoice in the status '{told.status.name or told.status.guid}'",
                code="status_kept",
                field="status",
                cure=f"Set the invoice to '{target.name}' in {TITLE}, and tell support.",
            )

    def _head(self, row: SeveraInvoiceHead) -> InvoiceHead:
        if row.changed_at is None:
            raise RowFault("createdDateTime", "there is no time of change")
        ready, closed = self._statuses.is_ready(row.status), self._statuses.is_closed(row.status)
        return InvoiceHead(row.guid, ready, row.changed_at, closed)

    def _invoice(self, external_id: str) -> SeveraInvoice | None:
        body = self._client.read_one(f"{LIST}/{external_id}", what=WHAT)
        found: SeveraInvoice | None = None if body is None else decoded(body, SeveraInvoice, WHAT)
        return found

    def _fetched(self, invoice: SeveraInvoice, lines: Lines) -> FetchedInvoice:
        customer = invoice.billing_customer or invoice.customer
        if customer is None or invoice.changed_at is None:
            raise BrokenContract(f"{TITLE} invoice {invoice.guid} names no customer, or no time of change", field=WHAT)
        credited = invoice.reimburse_invoice if invoice.is_credit_note else None
        content = SalesInvoice(
            external_id=invoice.guid,
            customer=customer.guid,
            projects=tuple(one.guid for one in invoice.projects or ()),
            invoiced_on=invoice.date,
            currency=invoice.currency.code,
            net=lines.net,
            lines=lines.lines,
            hours=lines.hours,
            is_credit_note=invoice.is_credit_note,
            credits=credited.guid if credited else "",
            our_reference=one_line(invoice.our_reference or ""),
            your_reference=one_line(invoice.your_reference or ""),
            order_reference=one_line(invoice.order_number or ""),
        )
        return FetchedInvoice(
            invoice=content,
            ready=self._statuses.is_ready(invoice.status),
            changed_at=invoice.changed_at,
        )


def _gone() -> Rejected:
    return Rejected(
        f"{TITLE} has the invoice no more",
        code="invoice_gone",
        status=NOT_FOUND,
        cure=f"Look for it in {TITLE}: somebody deleted it after it was ordered.",
    )
