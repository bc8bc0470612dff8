"""Plan one invoice: its customer and project are in the ERP, or it says what is missing; then its posting."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from handoff.accounting.invoice_plan import InvoiceRules, plan_invoice, shortcomings
from handoff.domain.invoices import CustomerInvoice, InvoiceDocument
from handoff.domain.posting import DocumentKind, Posting, RecordShare, posting_key
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.staged import RecordRef, StagedRecord, ref_of
from handoff.pipeline.live.cards import invoice_from
from handoff.pipeline.live.desk import CUSTOMERS, INVOICES, PROJECTS, LiveDesk
from handoff.pipeline.live.mirror import ensure

KIND = DocumentKind.CUSTOMER_INVOICE


@dataclass(frozen=True, slots=True)
class _Party:
    """What an invoice names in the ERP: the number, or why there is none; neither where it names nothing."""

    number: int | None = None
    problem: Problem | None = None


def key_of(desk: LiveDesk, ref: RecordRef) -> str:
    """The key of the posting of an invoice's exact version."""
    return posting_key(desk.tenant_id, desk.integration.erp.id, INVOICES, KIND, [ref])


def plan(desk: LiveDesk, record: StagedRecord) -> Posting | tuple[Problem, ...]:
    """The invoice's posting, or everything that keeps it back; raises as reads of both vendors do."""
    invoice, ref = invoice_from(record.body), ref_of(record)
    customer, project = _customer(desk, invoice), _project(desk, invoice)
    missing = tuple(party.problem for party in (customer, project) if party.problem is not None)
    if missing or customer.number is None:
        return (*shortcomings(invoice), *missing)
    rules = InvoiceRules(desk.settings.invoices.journal, desk.settings.invoices.vat_codes)
    planned = plan_invoice(
        invoice, key=key_of(desk, ref), customer=customer.number, project=project.number, rules=rules
    )
    return _posting(desk, record, planned) if isinstance(planned, InvoiceDocument) else planned


def _posting(desk: LiveDesk, record: StagedRecord, document: InvoiceDocument) -> Posting:
    return Posting(
        key=document.key,
        kind=KIND,
        entity=desk.integration.erp.id,
        flow=INVOICES,
        period=record.period,
        posted_on=document.invoiced_on,
        currency=document.currency,
        text=document.text,
        records=(ref_of(record),),
        hours=Decimal(0),
        amount=document.total,
        shares=(RecordShare(record.external_id, Decimal(0), document.total),),
        settings_version=desk.settings_version,
        invoice=document,
    )


def _customer(desk: LiveDesk, invoice: CustomerInvoice) -> _Party:
    code = ProblemCode.CUSTOMER_NOT_THERE
    if not invoice.customer_id:
        return _Party(problem=Problem(code, f"of invoice {invoice.number}, which names none,"))
    missing = Problem(code, invoice.customer_number or invoice.customer_id)
    return _ensured(desk, CUSTOMERS, invoice.customer_id, missing)


def _project(desk: LiveDesk, invoice: CustomerInvoice) -> _Party:
    if not invoice.project_id or not desk.settings.projects.on:
        return _Party()
    named = invoice.project_number or f"without a number (id {invoice.project_id})"
    missing = Problem(ProblemCode.PROJECT_NOT_THERE, named)
    return _ensured(desk, PROJECTS, invoice.project_id, missing)


def _ensured(desk: LiveDesk, flow: str, external_id: str, missing: Problem) -> _Party:
    """The number of what an invoice names; the object's own problem stands in the inbox under its own flow.

    So the invoice's has a subject of its own: causes that are named alike would be one line for two flows.
    """
    found = ensure(desk, flow, external_id)
    return _Party(problem=missing) if isinstance(found, Problem) else _Party(found.number)
