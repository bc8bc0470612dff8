"""The PDF of an invoice on its voucher, as a draft and booked.

Source: e-conomic, Attachment of a journal voucher (9.0 MB, a second POST is refused) and Documents OpenAPI.
"""

from __future__ import annotations

from handoff.connectors.economic.assumed import ALREADY_ATTACHED, ATTACHMENT_MAX, DOCUMENTS
from handoff.connectors.economic.client import BAD_REQUEST, EconomicClient
from handoff.connectors.economic.filters import both, equal
from handoff.connectors.economic.formats import digest, in_address
from handoff.connectors.economic.models import EconomicDocument
from handoff.connectors.economic.refusals import refusal_of
from handoff.connectors.http import FORBIDDEN, NOT_FOUND, Written
from handoff.domain.errors import HandoffError, ReconnectNeeded, Rejected
from handoff.domain.invoices import ErpInvoice

WHAT = "attachments"
MEGABYTE = 1_000_000


class Attachments:
    """What is attached to the vouchers of one agreement."""

    def __init__(self, client: EconomicClient) -> None:
        self._client = client
        self._documents_path = f"/{client.services.documents}{DOCUMENTS}"

    def are_on(self, invoice: ErpInvoice) -> bool:
        """Whether the voucher has a document. One call."""
        try:
            if invoice.booked:
                return bool(self.numbers(invoice.year, invoice.voucher))
            return self._client.rest.read_one(_of_draft(invoice), what=WHAT) is not None
        except ReconnectNeeded as error:
            if error.status != FORBIDDEN:
                raise
            return False  # a plan without attachments may refuse the question too; the answer is in `put_on`

    def put_on(self, invoice: ErpInvoice, pdf: bytes) -> None:
        """Puts the PDF on the voucher unless a document is there. One call."""
        if len(pdf) > ATTACHMENT_MAX:
            raise Rejected(
                f"the PDF has {len(pdf) / MEGABYTE:.1f} MB, e-conomic takes {ATTACHMENT_MAX // MEGABYTE} MB",
                code="attachment_too_large",
                field="pdf",
                cure="Attach a smaller file by hand in e-conomic.",
            )
        # With the entries: a voucher that is deleted and written anew may get the same number, but no old answer.
        key = f"pdf-{digest(invoice.year, invoice.journal, invoice.voucher, *invoice.entries)[:16]}"
        family, path, form = self._client.rest, f"{_of_draft(invoice)}/file", {}
        if invoice.booked:
            family, path = self._client.apis, self._documents_path
            form = {"voucherNumber": str(invoice.voucher), "accountingYear": invoice.year}
        answers = (BAD_REQUEST, FORBIDDEN, NOT_FOUND)
        answer = self._client.upload(family, path, pdf, what=WHAT, key=key, form=form, answers=answers)
        if answer.status in answers and (refusal := _refusal(answer, invoice)) is not None:
            raise refusal

    def numbers(self, year: str, voucher: int) -> list[int]:
        """The numbers of the documents on a booked voucher."""
        wanted = both(equal("voucherNumber", voucher), equal("accountingYear", year))
        rows = self._client.open_rows(self._documents_path, EconomicDocument, what=WHAT, filtered=wanted)
        return [row.number for row, _ in rows]

    def pdf(self, number: int) -> bytes | None:
        """A document as PDF; None when it is gone."""
        path = f"{self._documents_path}/{number}/pdf"
        return self._client.apis.read_one(path, what=WHAT, headers={"Accept": "application/pdf"})


def _refusal(answer: Written, invoice: ErpInvoice) -> HandoffError | None:
    """The error for an answer that is not a yes; None when a document is there already."""
    if answer.status == FORBIDDEN:
        # The voucher itself could be written, so it is not our app's role that is missing.
        return Rejected(
            answer.sentence or "e-conomic takes no attachment on this agreement's plan",
            code="attachment_refused",
            field="pdf",
            cure="PDFs need the plan Smart or Advanced in e-conomic; the invoice itself is not touched by this.",
            status=answer.status,
        )
    if answer.status == NOT_FOUND:
        return Rejected(
            f"voucher {invoice.voucher} is not where it was in e-conomic",
            code="draft_changed",
            field="pdf",
            cure="Somebody moved, renumbered or deleted the draft: retry, and it is looked up again.",
            status=answer.status,
        )
    there = ALREADY_ATTACHED in answer.body.decode(errors="replace").lower()
    return None if there else refusal_of(answer, WHAT)


def _of_draft(invoice: ErpInvoice) -> str:
    return f"/journals/{invoice.journal}/vouchers/{in_address(invoice.year)}-{invoice.voucher}/attachment"
