"""Book an invoice: one voucher in the ERP, with its PDF, booked once, whatever breaks on the way.

      claim ──► is the number free? ──► draft ──► receipt ──► PDF ──► book ──► record posted ──► settled
                     │                    │          ▲
                     └ taken: failed      └► unsure ─┘ asked by key: found: adopted; surely absent: begun anew

The posting is written first, and every step can be taken up from it alone: the voucher's text ends in the posting's
key, and the ERP is asked for it before anything is sent, sent again, attached again or booked again. That question
also finds an invoice which somebody typed in by hand under the same number.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from handoff.domain.errors import (
    BrokenContract,
    DeliveryUnknown,
    HandoffError,
    RateLimited,
    ReconnectNeeded,
    Rejected,
    Stale,
    Unreachable,
)
from handoff.domain.invoices import ErpInvoice, InvoiceDocument
from handoff.domain.posting import OPEN_POSTINGS, Posting, PostingState, check_balance
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.staged import IN_FLIGHT, IN_THE_BOOKS, StagedRecord, State, ref_of
from handoff.pipeline.deliver import LEASE
from handoff.pipeline.live.desk import INVOICES, LiveDesk
from handoff.pipeline.live.finish_invoice import accept, document_of, refusal_of, resume, wait
from handoff.pipeline.live.invoice_moves import fail, give_up, moved, refuse
from handoff.pipeline.live.plan_invoice import KIND, key_of, plan

TRIES_MAX = 2
"""A claim that meets an older one takes that up first; once it came to nothing, the second claim is ours."""


def book(desk: LiveDesk, record: StagedRecord) -> StagedRecord:
    """The invoice as far into the books as it gets now: posted, or failed with its problems in the inbox.

    Goes on with one that is on its way; leaves one in any other state as it is. Raises as reads do, where a vendor is
    out of reach, NotKnownYet where there is something to wait for, and Stale where somebody was faster: in each case
    what was done until then is kept, and the next call goes on from it.
    """
    if record.state in IN_FLIGHT:
        posting = desk.postings.get(record.posting_key or "")
        if posting is None or posting.invoice is None:
            raise Stale("the invoice's posting is not there", field=record.external_id)
        record = _go_on(desk, posting, record)
    return _begin(desk, record) if record.state is State.READY else record


def take_up(desk: LiveDesk, posting: Posting) -> StagedRecord | None:
    """Goes on with a posting that was left open; None where no record stands behind it any more. Raises as `book`."""
    ref = posting.records[0]
    record = desk.staged.get(posting.flow, ref.external_id)
    if record is None or ref_of(record) != ref:
        versions = desk.staged.versions(posting.flow, ref.external_id)
        booked = any(version.covered.get(KIND) == posting.key for version in versions)
        state = PostingState.SETTLED if booked else PostingState.REFUSED
        desk.postings.save(replace(posting, state=state, lease_until=None))
        return None
    record = _go_on(desk, posting, record)
    return _begin(desk, record) if record.state is State.READY else record


def _begin(desk: LiveDesk, record: StagedRecord) -> StagedRecord:
    planned = plan(desk, record)
    if not isinstance(planned, Posting):
        return fail(desk, record, planned)
    check_balance(planned)
    for _ in range(TRIES_MAX):
        now = desk.clock()
        wanted = replace(planned, run_id=desk.run_id, claimed_at=now, lease_until=now + LEASE)
        stored = desk.postings.claim(wanted)
        if stored == replace(wanted, revision=stored.revision):
            return _claimed(desk, stored, record)
        record = _go_on(desk, stored, record)
        if record.state is not State.READY:
            return record
    raise Stale("somebody else is at work on the invoice", field=record.external_id)


def _claimed(desk: LiveDesk, posting: Posting, record: StagedRecord) -> StagedRecord:
    """The record on its way with its posting; one that changed meanwhile leaves it before anything is sent."""
    try:
        record = moved(desk, record, State.POSTING, why=posting.key, posting_key=posting.key)
    except Stale:
        desk.postings.save(replace(posting, state=PostingState.ABANDONED, lease_until=None))
        raise
    return _send(desk, posting, record, document_of(posting))


def _send(desk: LiveDesk, posting: Posting, record: StagedRecord, document: InvoiceDocument) -> StagedRecord:
    try:
        there = desk.erp.invoices.find(document)
    except HandoffError as fault:
        give_up(desk, posting, record, f"not sent: {fault.code}")
        raise
    if there is not None and there.ours:
        return accept(desk, posting, record, there, new=False)
    if there is not None:
        taken = Problem(ProblemCode.INVOICE_NUMBER_TAKEN, _standing_there(desk, record, document, there))
        return refuse(desk, posting, record, taken, refusal=taken.message)
    try:
        there = desk.erp.invoices.create(document)
    except (Unreachable, RateLimited, ReconnectNeeded) as fault:
        give_up(desk, posting, record, f"not sent: {fault.code}")
        raise
    except Rejected as no:
        return refuse(desk, posting, record, refusal_of(document, no), refusal=no.message)
    except (DeliveryUnknown, BrokenContract):  # an answer that can't be read is no answer
        unsure = replace(posting, state=PostingState.UNSURE, sent_at=desk.clock(), lease_until=None)
        record = _ask(desk, desk.postings.save(unsure), record, document)
        if record.state is State.READY:  # an ERP without a delay: it surely has nothing, and is tried again later
            raise wait(timedelta(0), "the invoice was not written") from None
        return record
    return accept(desk, posting, record, there, new=True)


def _standing_there(desk: LiveDesk, record: StagedRecord, document: InvoiceDocument, there: ErpInvoice) -> str:
    """What has the invoice's number in the ERP, so that a person can tell what to do with it."""
    place = f"voucher {there.voucher} of {there.year}" if there.booked else f"the draft {there.voucher}"
    for version in desk.staged.versions(INVOICES, record.external_id)[:-1]:
        earlier = desk.postings.get(key_of(desk, ref_of(version)))
        if earlier is not None and earlier.receipt is not None and earlier.receipt.number == str(there.voucher):
            place += ", an earlier version of this very invoice that may be deleted there while it is a draft"
    return f"{place[0].upper()}{place[1:]} in journal {there.journal} has the invoice number {document.number}"


def _go_on(desk: LiveDesk, posting: Posting, record: StagedRecord) -> StagedRecord:
    """Takes a posting up from wherever it stopped; a record that is ready then is to be begun anew."""
    document = document_of(posting)
    if posting.state is PostingState.SETTLED:
        if record.state in IN_THE_BOOKS:
            return record
        number = posting.receipt.number if posting.receipt else ""
        on_its_way = (
            record
            if record.state in IN_FLIGHT
            else moved(desk, record, State.POSTING, why=posting.key, posting_key=posting.key)
        )
        covering = on_its_way.covers(KIND, posting.key)
        return moved(desk, covering, State.POSTED, why=f"voucher {number}", posting_key=posting.key)
    if posting.state not in OPEN_POSTINGS:
        return moved(desk, record, State.READY, why=posting.state) if record.state in IN_FLIGHT else record
    if record.state not in {State.READY, *IN_FLIGHT, *IN_THE_BOOKS}:
        # It failed, and only the posting does not know yet; or it went elsewhere before anything was sent.
        desk.postings.save(replace(posting, state=PostingState.REFUSED, lease_until=None))
        return record
    if posting.state is PostingState.ACCEPTED:
        return resume(desk, posting, record)
    if posting.state is PostingState.CLAIMED:
        left = (posting.lease_until or desk.clock()) - desk.clock()
        if left > timedelta(0):
            raise wait(left, "somebody may be at work on the invoice")
        # Its worker died, before or after sending: until the very end of its lease, it may have sent.
        posting = desk.postings.save(
            replace(posting, state=PostingState.UNSURE, sent_at=posting.lease_until, lease_until=None)
        )
    return _ask(desk, posting, record, document)


def _ask(desk: LiveDesk, posting: Posting, record: StagedRecord, document: InvoiceDocument) -> StagedRecord:
    """Asks the ERP for the key: adopts the voucher that is there, gives up one that surely is not."""
    if record.state is State.POSTING:
        record = moved(desk, record, State.UNSURE, why=posting.key, posting_key=posting.key)
    asked_at = desk.clock()  # an answer may be long on its way: it is true for when it was asked for
    there = desk.erp.invoices.find(document)
    if there is not None and there.ours:
        return accept(desk, posting, record, there, new=False)
    left = (posting.sent_at or asked_at) + desk.erp.invoices.absence_delay - asked_at
    if left > timedelta(0):
        raise wait(left, "the ERP may still write the invoice")
    now = desk.clock()
    # The conditional save is the fence: of two workers that took it up, one goes on.
    fenced = replace(
        posting, state=PostingState.CLAIMED, run_id=desk.run_id, claimed_at=now, lease_until=now + LEASE, sent_at=None
    )
    return give_up(desk, desk.postings.save(fenced), record, "surely not in the ERP")
