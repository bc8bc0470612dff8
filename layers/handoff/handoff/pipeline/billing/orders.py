"""The plan of invoices as orders: who is billed, on which items, projects and departments, and with which VAT."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from handoff.domain.money import minor_unit, round_to
from handoff.domain.periods import period_of
from handoff.domain.posting import ZERO, DocumentKind, Posting, RecordShare, check_balance, posting_key
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.sales import SalesInvoice, SalesLine, SalesOrder, SalesOrderLine, sales_invoice_from
from handoff.domain.staged import StagedRecord, ref_of
from handoff.pipeline.billing.hour_rows import WorkNames
from handoff.pipeline.billing.partners import CUSTOMERS, PROJECTS, UNITS, Partners
from handoff.pipeline.documents import Sender
from handoff.pipeline.failing import Failing
from handoff.pipeline.plan import ALREADY_POSTED, Plan

NO_LINES = "no_lines"


@dataclass(frozen=True, slots=True)
class OrderRules:
    """The settings as the plan reads them.

    `tax_group` gives the ERP's group for a VAT rate, None for the ERP's own; where it `has_groups`, each needs one.
    """

    tax_group: Callable[[Decimal | None], int | None]
    default_item: str = ""
    has_groups: bool = False


@dataclass(frozen=True, slots=True)
class OrderPlan:
    """A `Planner` of orders, one for each invoice.

    `currencies` are those that the ERP knows; `invoiced_as` gives the ERP's number of the invoice that an invoice of
    the time tool became, empty while there is none.
    """

    sender: Sender
    rules: OrderRules
    partners: Partners
    names: Callable[[], WorkNames]
    currencies: Callable[[], Collection[str]]
    invoiced_as: Callable[[str], str]

    def __call__(self, records: Sequence[StagedRecord], kind: DocumentKind) -> Plan:
        """An order for each invoice; raises as the vendors' reads do."""
        postings: list[Posting] = []
        problems: list[Failing] = []
        out: list[tuple[StagedRecord, str]] = []
        for record in sorted(records, key=lambda one: one.external_id):
            invoice = sales_invoice_from(record.body)
            if kind in record.covered:
                out.append((record, ALREADY_POSTED))
            elif not invoice.lines:
                out.append((record, NO_LINES))
            elif found := tuple(dict.fromkeys(self._problems(invoice))):
                problems.append((record, found))
            else:
                postings.append(self._posting(invoice, record, kind))
        return Plan(tuple(postings), tuple(problems), tuple(out))

    def reversals(self, records: Sequence[StagedRecord], kind: DocumentKind, originals: Mapping[str, Posting]) -> Plan:
        """None: an order is not taken back by another order."""
        del records, kind, originals
        return Plan((), (), ())

    def _problems(self, invoice: SalesInvoice) -> Iterator[Problem]:
        if (found := self.partners.of(CUSTOMERS, invoice.customer).problem) is not None:
            yield found
        self.partners.know(PROJECTS, _projects(invoice))
        for project in _projects(invoice):
            if (found := self.partners.of(PROJECTS, project).problem) is not None:
                yield found
        if invoice.currency not in self.currencies():
            yield Problem(ProblemCode.UNKNOWN_CURRENCY, invoice.currency)
        for line in invoice.lines:
            if not (line.item or self.rules.default_item):
                told = f"'{line.name or line.text}' has no code, and the settings name no item for such lines."
                yield Problem(ProblemCode.ITEM_UNUSABLE, told)
            if line.vat_rate is not None and self.rules.has_groups and self.rules.tax_group(line.vat_rate) is None:
                told = (
                    f"'{line.name or line.text}' has VAT of {line.vat_rate} %, and the settings name no group for it."
                )
                yield Problem(ProblemCode.ITEM_UNUSABLE, told)
        if invoice.is_credit_note and invoice.credits and not self.invoiced_as(invoice.credits):
            yield Problem(ProblemCode.CREDITED_INVOICE_UNKNOWN, f"Invoice of {invoice.invoiced_on}")

    def _posting(self, invoice: SalesInvoice, record: StagedRecord, kind: DocumentKind) -> Posting:
        """The document; raises Unbalanced rather than hand on one whose sums differ."""
        sender, refs = self.sender, (ref_of(record),)
        key = posting_key(sender.tenant_id, sender.entity, sender.flow, kind, refs)
        order = self._order(invoice, key)
        posting = Posting(
            key=key,
            kind=kind,
            entity=sender.entity,
            flow=sender.flow,
            period=period_of(invoice.invoiced_on),
            posted_on=invoice.invoiced_on,
            currency=invoice.currency,
            text=order.text,
            records=refs,
            hours=ZERO,
            amount=order.net,
            shares=(RecordShare(record.external_id, ZERO, order.net),),
            settings_version=sender.settings_version,
            order=order,
        )
        check_balance(posting)
        return posting

    def _order(self, invoice: SalesInvoice, key: str) -> SalesOrder:
        units = self.names().units_of(_projects(invoice))
        self.partners.know(UNITS, set(units.values()))
        lines = tuple(self._line(line, invoice, units) for line in invoice.lines)
        first = invoice.projects[0] if invoice.projects else ""
        return SalesOrder(
            key=key,
            customer=self.partners.of(CUSTOMERS, invoice.customer).number,
            ordered_on=invoice.invoiced_on,
            currency=invoice.currency,
            net=sum((net_of(line, invoice.currency) for line in invoice.lines), ZERO),
            lines=lines,
            is_credit_note=invoice.is_credit_note,
            credits=self.invoiced_as(invoice.credits) if invoice.credits else "",
            our_reference=invoice.our_reference,
            your_reference=invoice.your_reference,
            order_reference=invoice.order_reference,
            project=self._project(first),
            department=self._department(units.get(first, "")),
            text=f"{'Credit note' if invoice.is_credit_note else 'Invoice'} {invoice.invoiced_on}",
        )

    def _line(self, line: SalesLine, invoice: SalesInvoice, units: Mapping[str, str]) -> SalesOrderLine:
        project = line.project or (invoice.projects[0] if invoice.projects else "")
        return SalesOrderLine(
            external_id=line.id,
            item=line.item or self.rules.default_item,
            text=line.text or line.name,
            quantity=line.quantity,
            unit_price=line.unit_price,
            project=self._project(project),
            department=self._department(units.get(project, "")),
            name=line.name or line.text,
            tax_group=self.rules.tax_group(line.vat_rate),
        )

    def _project(self, project: str) -> str:
        return self.partners.of(PROJECTS, project).number if project else ""

    def _department(self, unit: str) -> str:
        return self.partners.of(UNITS, unit).number if unit else ""


def net_of(line: SalesLine, currency: str) -> Decimal:
    """What a line is worth without VAT, in minor units."""
    return round_to(line.quantity * line.unit_price, minor_unit(currency))


def _projects(invoice: SalesInvoice) -> list[str]:
    named = (*invoice.projects, *(line.project for line in invoice.lines))
    return list(dict.fromkeys(project for project in named if project))
