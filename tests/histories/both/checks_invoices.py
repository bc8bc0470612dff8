"""Invoices at rest: one order each, and the time tool knows what became of it, or a person is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from handoff.domain.posting import DocumentKind
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.sales import Milestone, sales_invoice_from
from handoff.domain.staged import IN_THE_BOOKS, StagedRecord, State
from handoff.domain.trips import RoundTrip
from tests.histories.both.erp import Order
from tests.histories.both.tool import PAID, READY, SENT, net_of
from tests.histories.both.world import BothWorld


def invoices_kept(world: BothWorld) -> Iterator[str]:
    """Every promise about invoices that is broken."""
    keys = Counter(one.posting.key for one in world.orders.all)
    yield from (f"an order was written {count} times" for count in keys.values() if count > 1)
    there = Counter(one.posting.records[0].external_id for one in world.orders.there())
    yield from (f"{name} has {count} orders" for name, count in there.items() if count > 1)
    for name in world.drafts.rows:
        record = world.staged.get("invoices", name)
        if world.drafts.rows[name].status == READY and (
            record is None or record.state not in (*IN_THE_BOOKS, State.FAILED)
        ):
            yield f"{name} is to be ordered, and {'unknown' if record is None else record.state}"
    for order in world.orders.there():
        record = world.staged.get("invoices", order.posting.records[0].external_id)
        if record is None or (record.state not in IN_THE_BOOKS and not record.standing):
            yield f"{order.number} is there, and its invoice {'unknown' if record is None else record.state}"
    for record in world.staged.every("invoices", period=None, states=()):
        yield from (f"{record.external_id} {fault}" for fault in _of_one(world, record))
    yield from _told(world)


def _of_one(world: BothWorld, record: StagedRecord) -> Iterator[str]:
    if record.state not in IN_THE_BOOKS:
        return
    posting = world.postings.get(record.covered.get(DocumentKind.SALES_ORDER, ""))
    order = next((one for one in world.orders.all if posting is not None and one.posting.key == posting.key), None)
    trip = world.trips.get("invoices", record.external_id)
    if order is None:
        yield "is said to be ordered"
        return
    if order.posting.amount != net_of(sales_invoice_from(record.body)):
        yield f"was ordered with {order.posting.amount}"
    if trip is None or trip.order != order.number:
        yield f"is order {order.number}, and {'nobody follows' if trip is None else trip.order + ' is followed'}"
        return
    yield from _followed(world, record, order, trip)


def _followed(world: BothWorld, record: StagedRecord, order: Order, trip: RoundTrip) -> Iterator[str]:
    """What is so is told, and nothing else ever was."""
    shown, state = world.drafts.rows.get(record.external_id), order.state
    if trip.is_over:
        yield from _ended(world, record, order, trip)
    elif order.removed:
        yield f"goes on waiting for order {order.number}, which is gone"
    elif state.is_invoiced and Milestone.SENT not in trip.settled:
        yield "is invoiced, and nobody has told so"
    elif state.is_settled:
        yield "is settled, and nobody has told so"
    if not order.removed and (record.state is State.SETTLED) != state.is_settled:
        yield f"is {record.state}, and {state.outstanding} is left to pay"
    if Milestone.SENT in trip.told and "sent" not in order.was:
        yield "is told to be sent, and is not"
    if Milestone.PAID in trip.told and not order.was & {"paid", "settled"}:
        yield "is told to be paid, and is not"
    status = "" if shown is None else shown.status
    was = {SENT: order.was & {"sent"}, PAID: order.was & {"paid", "settled"}}
    if status in was and not was[status]:
        yield f"is {status} in the time tool, and never was"


def _ended(world: BothWorld, record: StagedRecord, order: Order, trip: RoundTrip) -> Iterator[str]:
    """An end is a payment that was told, or a problem."""
    if Milestone.PAID in trip.settled:
        return
    ends = {ProblemCode.ORDER_GONE, ProblemCode.INVOICE_CREDITED, ProblemCode.NEVER_PAID}
    told = [known for known in world.problems.open() if record.external_id in known.external_ids]
    if not any(known.problem.code in ends for known in told) and not world.confirmed:
        yield "is followed no more, and nobody knows why"


def _told(world: BothWorld) -> Iterator[str]:
    """Sent comes before paid; each is told once, or again after something went wrong."""
    told = Counter((name, milestone) for name, milestone, _ in world.drafts.told)
    for (name, milestone), count in told.items():
        if count > 1 and not world.trouble.disturbed:
            yield f"{name} was told to be {milestone} {count} times"
    first: dict[str, Milestone] = {}
    for name, milestone, _ in world.drafts.told:
        first.setdefault(name, milestone)
    for name, milestone in first.items():
        trip = world.trips.get("invoices", name)
        if milestone is Milestone.PAID and trip is not None and Milestone.SENT not in trip.refused:
            yield f"{name} was told to be paid, and not sent before"
    for record in world.staged.every("invoices", period=None, states=(State.POSTED,)):
        yield from _edited(world, record)


def _edited(world: BothWorld, record: StagedRecord) -> Iterator[str]:
    """A person is told of an order that is worth something else by now, and of no other."""
    key = record.covered.get(DocumentKind.SALES_ORDER, "")
    order = next((one for one in world.orders.there() if one.posting.key == key), None)
    told = any(problem.code is ProblemCode.ORDER_EDITED for problem in record.problems)
    if order is not None and told != (order.net != order.posting.amount) and not world.confirmed:
        yield f"{record.external_id} is order {order.number}, worth {order.net} of {order.posting.amount}; told: {told}"
