"""Payments: what the ERP says is left of the booked invoices, told to the time tool where it has changed.

Nobody polls per invoice: the ERP is asked for two hundred at a time. What was last told is kept, so that an invoice
costs a call only when something was paid, or a payment was taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice

import msgspec

from handoff.domain.errors import DeliveryUnknown, Rejected, Stale
from handoff.domain.invoices import CustomerInvoice, InvoicePayment, PaymentState, Remainder, payment_of
from handoff.domain.master_data import Link
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.staged import StagedRecord, State
from handoff.pipeline.deliver import Tally
from handoff.pipeline.live.desk import BY_LIVE, INVOICES, PAYMENTS, LiveDesk

ASKED_AT_ONCE = 200
TAKEN_BACK_WITHIN = timedelta(days=92)
"""How long after it was paid an invoice is still asked for: a payment may be taken back."""
_DECODER = msgspec.json.Decoder(CustomerInvoice)


@dataclass(frozen=True, slots=True)
class _Asked:
    record: StagedRecord
    number: int


def report_payments(desk: LiveDesk, *, thorough: bool, time_left: Callable[[], bool]) -> Tally:
    """Tells the time tool what was paid of the booked invoices since it was last told; `thorough` asks for those that
    were paid in the last three months too. Raises as reads do when a vendor is out of reach."""
    tally, asked = Tally(), _to_ask(desk, thorough)
    while some := list(islice(asked, ASKED_AT_ONCE)):
        left = desk.erp.invoices.remainders([asked.number for asked in some])
        _report(desk, some, left, tally, time_left)
        if tally.cut_short or not time_left():
            tally.cut_short = tally.cut_short or len(some) == ASKED_AT_ONCE
            return tally
    return tally


def _to_ask(desk: LiveDesk, thorough: bool) -> Iterator[_Asked]:
    states = {State.POSTED, State.SETTLED} if thorough else {State.POSTED}
    since = desk.clock() - TAKEN_BACK_WITHIN
    for record in desk.staged.every(INVOICES, period=None, states=states):
        number = _DECODER.decode(record.body).number
        if number is not None and (record.state is State.POSTED or record.history[-1].at >= since):
            yield _Asked(record, number)


def _report(
    desk: LiveDesk,
    some: Sequence[_Asked],
    left: Mapping[int, Remainder],
    tally: Tally,
    time_left: Callable[[], bool],
) -> None:
    for asked in some:
        if tally.cut_short:
            return
        remainder = left.get(asked.number)
        if remainder is None:
            tally.counts["not_booked"] += 1
            continue
        payment = payment_of(remainder)
        try:
            if _told(desk, asked, payment, tally, time_left):
                _follow(desk, asked.record, payment, tally)
        except Stale:
            tally.look_again()  # somebody told it at this very moment


def _told(desk: LiveDesk, asked: _Asked, payment: InvoicePayment, tally: Tally, time_left: Callable[[], bool]) -> bool:
    """Whether the time tool knows what was paid: it did, or it was told now."""
    external_id, wanted = asked.record.external_id, _digest(payment)
    link = desk.links.get(PAYMENTS, external_id)
    if link is None and payment.state is PaymentState.UNPAID:
        return True  # nothing was ever paid, and nothing is to be told
    if link is not None and link.wanted == wanted and not link.form:
        tally.counts["unchanged"] += 1
        return True
    if not time_left():  # the call may take long; those that need none cost nothing worth to stop for
        tally.cut_short = True
        return False
    if link is None or link.wanted:
        # First, that it is not known any more: after a crash in between it is told again, whatever is left by then.
        link = desk.links.save(replace(link or Link(PAYMENTS, external_id, asked.number, "", "", b""), wanted=""))
    try:
        desk.time_tool.report_payment(external_id, payment, on=desk.clock().date())
    except Rejected as no:
        _refused(desk, link, Problem(ProblemCode.REFUSED_BY_TIME_TOOL, f"invoice {asked.number}: {no.message}"), tally)
        return False
    except DeliveryUnknown:
        tally.counts["unsure"] += 1  # telling it twice does no harm: the next look does
        return False
    _clear(desk, link)
    desk.links.save(replace(link, wanted=wanted, fingerprint=payment.state.value, form=b""))
    tally.counts[payment.state] += 1
    return True


def _refused(desk: LiveDesk, link: Link, problem: Problem, tally: Tally) -> None:
    """A problem of this one: it is told again at each look, since it may be mended by then."""
    tally.counts["failed"] += 1
    if link.form != problem.subject.encode():
        _clear(desk, link)
        desk.links.save(replace(link, form=problem.subject.encode()))
    desk.problems.report(problem, flow=PAYMENTS, external_ids={link.external_id}, at=desk.clock())


def _clear(desk: LiveDesk, link: Link) -> None:
    """Ends the problem that the link remembers by its subject."""
    if link.form:
        problem = Problem(ProblemCode.REFUSED_BY_TIME_TOOL, link.form.decode())
        desk.problems.clear(problem, {link.external_id})


def _follow(desk: LiveDesk, record: StagedRecord, payment: InvoicePayment, tally: Tally) -> None:
    """Settled once it is paid, and not any more once the payment was taken back."""
    paid = payment.state is PaymentState.PAID
    if paid is (record.state is State.SETTLED):
        return
    moved = _moved(record, desk.clock(), paid=paid)
    if desk.staged.save([moved]):
        tally.look_again()
    else:
        tally.counts["settled" if paid else "reopened"] += 1


def _moved(record: StagedRecord, now: datetime, *, paid: bool) -> StagedRecord:
    to, why = (State.SETTLED, "paid") if paid else (State.POSTED, "the payment was taken back")
    return record.move(to, by=BY_LIVE, at=now, why=why, problems=record.problems, posting_key=record.posting_key)


def _digest(payment: InvoicePayment) -> str:
    """What was told, in words that compare: 100 and 100.00 are the same."""
    paid, remaining = (_plain(amount) for amount in (payment.paid, payment.remaining))
    return f"{payment.state} {paid} {remaining}"


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize() + Decimal(0):f}"
