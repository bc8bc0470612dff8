"""Invoices as the API shows them, and what is wrong with a document of a single record."""

from __future__ import annotations

from collections.abc import Iterable

from handoff.console.models_invoices import InvoiceShape, OrderLineShape, OrderShape, PostingProblem
from handoff.console.models_records import FollowedOrder
from handoff.domain.posting import Posting
from handoff.domain.problems import Problem
from handoff.domain.trips import RoundTrip


def invoice_shape(posting: Posting) -> InvoiceShape | None:
    """The invoice that a posting is; None for one of another kind."""
    invoice = posting.invoice
    if invoice is None:
        return None
    return InvoiceShape(
        number=invoice.number,
        customer=invoice.customer,
        project=invoice.project,
        invoiced_on=invoice.invoiced_on,
        due_on=invoice.due_on,
        total=invoice.total,
        currency=invoice.currency,
        account=invoice.account,
        vat_code=invoice.vat_code,
        journal=invoice.journal,
        voucher=None if posting.receipt is None else posting.receipt.number,
    )


def posting_problems(problems: Iterable[Problem]) -> tuple[PostingProblem, ...]:
    """Problems of the one record that a document is of."""
    return tuple(
        PostingProblem(
            id=problem.id,
            code=problem.code,
            message=problem.message,
            cure=problem.entry.cure,
            fixed_by=problem.entry.fixed_by,
        )
        for problem in problems
    )


def order_shape(posting: Posting) -> OrderShape | None:
    """The order that a posting is, with its number once the ERP has it; None for any other kind of document."""
    order = posting.order
    if order is None:
        return None
    lines = (OrderLineShape.model_validate(line, from_attributes=True) for line in order.lines)
    return OrderShape(
        customer=order.customer,
        ordered_on=order.ordered_on,
        net=order.net,
        currency=order.currency,
        credits=order.credits,
        order=posting.receipt.number if posting.receipt else None,
        lines=tuple(lines),
    )


def followed_order(trip: RoundTrip | None) -> FollowedOrder | None:
    """What is known of an invoice's order; None where none was made."""
    if trip is None:
        return None
    known = trip.known
    return FollowedOrder(
        order=trip.order,
        stage=trip.stage,
        invoice=known.invoice,
        sent_on=known.sent_on,
        paid_on=known.paid_on,
        credited=known.credited,
        gone=known.gone,
        total=known.total,
        outstanding=known.outstanding,
    )
