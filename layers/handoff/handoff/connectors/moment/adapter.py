"""Moment as a time tool whose objects are followed one by one: implements `LiveTimeTool`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from handoff.connectors.feed import RowFault, one_of
from handoff.connectors.http import NOT_FOUND, VendorClient
from handoff.connectors.moment import assumed
from handoff.connectors.moment.changes import changed_page
from handoff.connectors.moment.config import TITLE
from handoff.connectors.moment.expenses import PDF_TYPE, Expenses, ProjectNumbers, to_json
from handoff.connectors.moment.feeds import OBJECTS, checked_id
from handoff.connectors.moment.health import health, look
from handoff.domain.costs import ProjectExpense
from handoff.domain.errors import BrokenContract, Rejected
from handoff.domain.invoices import InvoicePayment, PaymentState
from handoff.domain.master_data import ProjectCard
from handoff.ports.live import NOTHING_MORE, Card, ChangedPage, Finding, ToolNeeds

PDF_HEAD = b"%PDF-"
HEAD_WITHIN = 1024
"""A PDF's first mark may stand behind some other bytes."""


class MomentAdapter:
    """One Moment company."""

    def __init__(
        self, client: VendorClient, company: str, *, key_ends: Callable[[], date | None], now: Callable[[], datetime]
    ) -> None:
        self._client = client
        self._company = company
        self._key_ends = key_ends
        self._expenses = Expenses(client)
        self._projects = ProjectNumbers(client, now)
        self._seen: set[str] = set()

    @property
    def calls(self) -> int:
        """Calls made to the API."""
        return self._client.calls

    def read_object(self, kind: str, external_id: str) -> Card | None:
        """The object; None when Moment has none, to somebody who is shown the list of its kind.

        Raises Unreachable, RateLimited, ReconnectNeeded, BrokenContract.
        """
        feed = OBJECTS[kind]
        body = self._client.read_one(f"{feed.path}/{checked_id(external_id, kind)}", what=kind)
        if body is None:
            self._make_sure_of(kind)
            return None
        row = one_of(body, feed.row, what=kind)
        if str(row.id) != external_id:
            raise BrokenContract(f"{TITLE} {kind} answered with {row.id} for {external_id}", field=kind)
        try:
            found = feed.convert(row)
        except RowFault as fault:
            raise BrokenContract(f"{TITLE} {kind} {external_id}: {fault}", field=fault.field) from fault
        return None if found is None else found.card

    def changed_objects(self, kind: str, *, since: datetime | None, page: str | None) -> ChangedPage:
        """A page of up to 500; raises as `read_object` does, 403 and 404 being ReconnectNeeded."""
        return changed_page(OBJECTS[kind], self._client, since, page)

    def invoice_pdf(self, external_id: str) -> bytes | None:
        """The PDF; None while the invoice is a draft, or is not there."""
        path = f"{assumed.INVOICES}/{checked_id(external_id, 'invoices')}/{assumed.PDF}"
        found = self._client.read_one(path, what="invoice PDF", headers={"Accept": PDF_TYPE})
        if found is None:
            self._make_sure_of("invoices")
            return None
        if PDF_HEAD not in found[:HEAD_WITHIN]:
            raise BrokenContract(
                f"{TITLE} gave something else than a PDF for invoice {external_id}", field="invoice PDF"
            )
        return found

    def project_numbered(self, number: int) -> ProjectCard | None:
        """The project with that number, whatever zeros it is written with; raises as `read_object` does."""
        return self._projects.find(number)

    def activity(self, project_id: str, name: str) -> str:
        """The id of the project's open activity with that name in whatever case, made when there is none."""
        return self._expenses.activity(project_id, name)

    def find_expense(self, key: str) -> str | None:
        """The id of the expense with that key; None when every row says that it is another one."""
        return self._expenses.find(key)

    def add_expense(self, expense: ProjectExpense) -> str:
        """Writes the expense once: Moment would take it twice."""
        return self._expenses.add(expense)

    def attachments_of(self, expense_id: str) -> Sequence[str]:
        """The file names of an expense's attachments."""
        return self._expenses.attachments(expense_id)

    def attach_to_expense(self, expense_id: str, file_name: str, pdf: bytes) -> None:
        """Adds a PDF of up to 20 MB."""
        self._expenses.attach(expense_id, file_name, pdf)

    def report_payment(self, invoice_id: str, payment: InvoicePayment, *, on: date) -> None:
        """Sets what was paid; the day stands only on an invoice that is paid in full."""
        content = {
            "state": assumed.PAID[payment.state],
            "paid": payment.paid,
            "remaining": payment.remaining,
            "paid_on": on if payment.state is PaymentState.PAID else None,
        }
        body = to_json({assumed.PAYMENT[name]: value for name, value in content.items()})
        path = f"{assumed.INVOICES}/{checked_id(invoice_id, 'invoices')}"
        written = self._client.write(path, body, what="payments", method="PUT", absent_ok={NOT_FOUND})
        if written.status == NOT_FOUND:
            self._make_sure_of("invoices")
            text = f"{TITLE} has no invoice {invoice_id} any more"
            raise Rejected(text, code="invoice_gone", cure=f"Look for it in {TITLE}.", status=NOT_FOUND)

    def health(self, *, today: date, needs: ToolNeeds = NOTHING_MORE) -> Sequence[Finding]:
        """Key, company, rights and the key's end; raises Unreachable and RateLimited only."""
        del needs  # it has one kind of key, and no flow needs more of it than another
        return health(self._client, self._company, key_ends_on=self._key_ends(), today=today)

    def check(self) -> str:
        """The company's code, once the key works and may read customers, projects and invoices.

        Moment hands out no name of the company. Raises ReconnectNeeded and as `read_object` does.
        """
        for kind in OBJECTS:
            self._make_sure_of(kind)
        return self._company

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    def _make_sure_of(self, kind: str) -> None:
        """That the list of a kind is open to us: otherwise 404 may mean "not for you", or another company."""
        if kind in self._seen:
            return
        refusal = look(self._client, kind)
        if refusal is not None:
            raise refusal
        self._seen.add(kind)
