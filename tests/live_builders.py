"""Builders of documents of live flows, with dull defaults."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from handoff.domain.costs import ProjectExpense
from handoff.domain.invoices import InvoiceDocument
from handoff.domain.posting import DocumentKind, Posting, RecordShare, posting_key
from handoff.domain.staged import StagedRecord, ref_of
from tests.builders import ENTITY, OCTOBER, TENANT, a_record


def an_invoice_document(*, key: str = "HOABCDEFGHIJKLMNOP", total: str = "12500.00") -> InvoiceDocument:
    """The voucher of a dull invoice."""
    return InvoiceDocument(
        key=key,
        journal=1,
        number=20001,
        customer=1001,
        project=501,
        invoiced_on=date(2026, 10, 15),
        due_on=date(2026, 10, 29),
        currency="DKK",
        total=Decimal(total),
        account=1010,
        vat_code="U25",
        text=f"Konsulentbistand oktober, invoice 20001 {key}",
    )


def an_invoice_posting(record: StagedRecord | None = None) -> Posting:
    """The posting of a dull invoice, in the flow invoices."""
    ref = ref_of(record or a_record(flow="invoices"))
    key = posting_key(TENANT, ENTITY, "invoices", DocumentKind.CUSTOMER_INVOICE, [ref])
    document = an_invoice_document(key=key)
    return Posting(
        key=key,
        kind=DocumentKind.CUSTOMER_INVOICE,
        entity=ENTITY,
        flow="invoices",
        period=OCTOBER,
        posted_on=document.invoiced_on,
        currency=document.currency,
        text=document.text,
        records=(ref,),
        hours=Decimal(0),
        amount=document.total,
        shares=(RecordShare(ref.external_id, Decimal(0), document.total),),
        settings_version=1,
        invoice=document,
    )


def an_expense_posting() -> Posting:
    """The posting of a dull cost, in the flow expenses."""
    ref = ref_of(a_record(flow="expenses"))
    key = posting_key(TENANT, ENTITY, "expenses", DocumentKind.PROJECT_EXPENSE, [ref])
    expense = ProjectExpense(
        key=key,
        project_id="p1",
        activity_id="a1",
        description="Togbillet",
        amount=Decimal("312.50"),
        currency="DKK",
        spent_on=date(2026, 10, 9),
        billable=True,
        supplier="Banen A/S",
        supplier_invoice="8812",
    )
    return replace(
        an_invoice_posting(),
        key=key,
        kind=DocumentKind.PROJECT_EXPENSE,
        flow="expenses",
        posted_on=expense.spent_on,
        text=expense.description,
        records=(ref,),
        amount=expense.amount,
        shares=(),
        invoice=None,
        expense=expense,
    )
