"""Invoices as the API shows them, and what is wrong with a document of a single record."""

from __future__ import annotations

from collections.abc import Iterable

from handoff.console.models_invoices import InvoiceShape, PostingProblem
from handoff.domain.posting import Posting
from handoff.domain.problems import Problem


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
