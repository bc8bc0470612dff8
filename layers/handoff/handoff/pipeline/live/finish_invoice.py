"""An invoice whose voucher is in the ERP as a draft: its PDF is attached, it is booked, and its record follows.

Whatever was interrupted is found by asking the ERP for the voucher: is it booked, has it its PDF. Nothing is done
twice, and a draft that the ERP won't book stays ours: the next try takes it up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from handoff.domain.errors import BrokenContract, DeliveryUnknown, NotKnownYet, Rejected, Stale
from handoff.domain.invoices import ErpInvoice, InvoiceDocument
from handoff.domain.posting import Posting, PostingState, Receipt
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.staged import IN_THE_BOOKS, StagedRecord, State
from handoff.pipeline.deliver import ASK_AGAIN_SECONDS
from handoff.pipeline.live.desk import LiveDesk
from handoff.pipeline.live.invoice_moves import moved, refuse

PLAN_TAKES_NONE = "attachment_refused"
DATE_CODES = frozenset({"closed_period", "no_accounting_year"})
MODULE_CODE = "module_missing"


def accept(desk: LiveDesk, posting: Posting, record: StagedRecord, there: ErpInvoice, *, new: bool) -> StagedRecord:
    """The ERP has the voucher: the receipt is written to the posting first, everything else follows from it."""
    receipt = Receipt(str(there.voucher), "", desk.clock(), adopted=not new)
    accepted = replace(posting, state=PostingState.ACCEPTED, receipt=receipt, lease_until=None)
    return finish(desk, desk.postings.save(accepted), record, there, new=new)


def resume(desk: LiveDesk, posting: Posting, record: StagedRecord) -> StagedRecord:
    """Goes on with a voucher that an earlier try wrote, from wherever that stopped."""
    if record.state in IN_THE_BOOKS:
        desk.postings.save(replace(posting, state=PostingState.SETTLED))
        return record
    asked_at = desk.clock()
    there = desk.erp.invoices.find(document_of(posting))
    if there is not None and there.ours:
        return finish(desk, posting, record, there, new=False)
    return _deleted(desk, posting, record, asked_at)


def finish(desk: LiveDesk, posting: Posting, record: StagedRecord, there: ErpInvoice, *, new: bool) -> StagedRecord:
    """Attaches, books and settles; raises as reads do, and NotKnownYet, and is then taken up again."""
    if record.state is not State.POSTING:
        record = moved(desk, record, State.POSTING, why=posting.key, posting_key=posting.key)
    document = document_of(posting)
    note = _with_pdf(desk, record, document, there, new=new) if desk.settings.invoices.pdf else None
    if not there.booked:
        try:
            there = desk.erp.invoices.book(there)
        except Rejected as no:
            return _not_booked(desk, posting, record, no, note=note)
        except (DeliveryUnknown, BrokenContract):
            there = _asked(desk, document, lambda found: found.booked)
    return _settle(desk, posting, record, there, note)


def _with_pdf(
    desk: LiveDesk, record: StagedRecord, document: InvoiceDocument, there: ErpInvoice, *, new: bool
) -> Problem | None:
    """Sees to it that the voucher has the PDF; a note where it can't have one (M1.6).

    A time tool that is out of reach is waited for: the error leaves the draft as it is, to be taken up.
    """
    if not new and _has_pdf(desk, there):
        return None
    try:
        pdf = desk.time_tool.invoice_pdf(record.external_id)
    except BrokenContract:
        pdf = None  # it answered, and what it gave is no PDF
    if not pdf:
        return _missing(document, "the time tool has none")
    try:
        desk.erp.invoices.attach(there, pdf)
    except Rejected as no:
        plan = no.code == PLAN_TAKES_NONE
        return _missing(document, "the ERP's plan takes no attachments" if plan else f"refused: {no.message}")
    except (DeliveryUnknown, BrokenContract):
        _asked(desk, document, lambda found: _has_pdf(desk, found))
    return None


def _has_pdf(desk: LiveDesk, there: ErpInvoice) -> bool:
    """Whether it is there; not on a voucher that somebody deleted at this very moment, which booking finds out."""
    try:
        return desk.erp.invoices.has_pdf(there)
    except Rejected:
        return False


def _missing(document: InvoiceDocument, why: str) -> Problem:
    return Problem(ProblemCode.PDF_MISSING, f"Invoice {document.number} ({why})")


def _asked(desk: LiveDesk, document: InvoiceDocument, is_done: Callable[[ErpInvoice], bool]) -> ErpInvoice:
    """The voucher as it is after an answer was lost, if what was asked for is done; else it is tried again later.

    To try again does no harm: a PDF that is there stays, and entries that are booked are no drafts any more.
    """
    there = desk.erp.invoices.find(document)
    if there is None or not there.ours or not is_done(there):
        raise wait(timedelta(seconds=ASK_AGAIN_SECONDS), "the ERP's answer was lost")
    return there


def _not_booked(
    desk: LiveDesk, posting: Posting, record: StagedRecord, no: Rejected, *, note: Problem | None
) -> StagedRecord:
    """The ERP won't book the draft: because it is booked, or gone, by somebody's hand; or it has a reason."""
    document, asked_at = document_of(posting), desk.clock()
    there = desk.erp.invoices.find(document)
    if there is None or not there.ours:
        return _deleted(desk, posting, record, asked_at)
    if there.booked:
        return _settle(desk, posting, record, there, note)
    return refuse(desk, posting, record, refusal_of(document, no), refusal=no.message)


def refusal_of(document: InvoiceDocument, no: Rejected) -> Problem:
    """Why the ERP takes no such voucher, as the inbox has it."""
    if no.code in DATE_CODES:
        return Problem(ProblemCode.DATE_CLOSED, f"Invoice {document.number} ({document.invoiced_on})")
    if no.code == MODULE_CODE:
        return Problem(ProblemCode.MODULE_MISSING, no.message)
    return Problem(ProblemCode.REFUSED_BY_ERP, no.message)


def _deleted(desk: LiveDesk, posting: Posting, record: StagedRecord, asked_at: datetime) -> StagedRecord:
    """Somebody deleted the draft in the ERP: a person says whether it is to be written anew, under the same key."""
    written_at = posting.receipt.at if posting.receipt else asked_at
    left = written_at + desk.erp.invoices.absence_delay - asked_at
    if left > timedelta(0):  # what was written a moment ago may not be in the lists yet
        raise wait(left, "the voucher that was just written is not in the ERP's lists yet")
    voucher = posting.receipt.number if posting.receipt else "unknown"
    said = f"The draft of invoice {document_of(posting).number} (voucher {voucher})"
    problem = Problem(ProblemCode.GONE_IN_ERP, said)
    return refuse(desk, posting, record, problem, refusal=problem.message)


def _settle(
    desk: LiveDesk, posting: Posting, record: StagedRecord, there: ErpInvoice, note: Problem | None
) -> StagedRecord:
    """The record follows from the receipt; the note is told first, since nothing may be missing unseen."""
    number = str(there.voucher)
    if posting.receipt is not None and posting.receipt.number != number:  # a draft that was moved has another one
        posting = desk.postings.save(replace(posting, receipt=replace(posting.receipt, number=number)))
    notes = () if note is None else (note,)
    for told in notes:
        desk.problems.report(told, flow=record.flow, external_ids={record.external_id}, at=desk.clock())
    covering = record.covers(posting.kind, posting.key)
    posted = moved(desk, covering, State.POSTED, why=f"voucher {number}", problems=notes, posting_key=posting.key)
    desk.postings.save(replace(posting, state=PostingState.SETTLED))
    return posted


def wait(left: timedelta, why: str) -> NotKnownYet:
    """When to come back."""
    return NotKnownYet(why, retry_after=max(1, int(left.total_seconds()) + 1))


def document_of(posting: Posting) -> InvoiceDocument:
    """The invoice that a posting of this flow is."""
    if posting.invoice is None:
        raise Stale(f"posting {posting.key} has no invoice", field=posting.key)
    return posting.invoice
