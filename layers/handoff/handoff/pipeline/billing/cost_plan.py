"""The plan of purchases as costs of the time tool's projects: on which one, as what, and what customers pay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from handoff.accounting.cost_rules import CostRules
from handoff.domain.money import minor_unit, round_to
from handoff.domain.periods import period_of
from handoff.domain.posting import ZERO, DocumentKind, Posting, RecordShare, check_balance, posting_key
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.purchases import ProjectFee, Purchase, purchase_from
from handoff.domain.staged import StagedRecord, ref_of
from handoff.pipeline.billing.tool_projects import ToolProjects
from handoff.pipeline.documents import Sender
from handoff.pipeline.failing import Failing
from handoff.pipeline.plan import ALREADY_POSTED, NO_VALUE, Plan


@dataclass(frozen=True, slots=True)
class CostPlan:
    """A `Planner` of costs, one for each purchase; `sender` names the currency of the books."""

    sender: Sender
    rules: CostRules
    projects: ToolProjects

    def __call__(self, records: Sequence[StagedRecord], kind: DocumentKind) -> Plan:
        """A cost for each purchase, in the order of their ids, whatever order they come in."""
        postings: list[Posting] = []
        problems: list[Failing] = []
        out: list[tuple[StagedRecord, str]] = []
        readable: list[tuple[Purchase, StagedRecord]] = []
        for record in sorted(records, key=lambda one: one.external_id):
            try:
                readable.append((purchase_from(record.body), record))
            except msgspec.DecodeError:
                problems.append((record, (Problem(ProblemCode.BROKEN_CONTRACT, f"Cost {record.external_id}"),)))
        self.projects.know({purchase.project for purchase, _ in readable})
        for purchase, record in readable:
            project = self.projects.of(purchase.project)
            if kind in record.covered:
                out.append((record, ALREADY_POSTED))
            elif not round_to(purchase.amount, minor_unit(self.sender.currency)):
                out.append((record, NO_VALUE))
            elif isinstance(project, Problem):
                problems.append((record, (project,)))
            else:
                postings.append(self._posting(purchase, project, record, kind))
        return Plan(tuple(postings), tuple(problems), tuple(out))

    def reversals(self, records: Sequence[StagedRecord], kind: DocumentKind, originals: Mapping[str, Posting]) -> Plan:
        """None: what corrects a cost is another purchase."""
        del records, kind, originals
        return Plan((), (), ())

    def _posting(self, purchase: Purchase, project: str, record: StagedRecord, kind: DocumentKind) -> Posting:
        """The document; raises Unbalanced rather than hand on one whose sums differ."""
        sender, refs = self.sender, (ref_of(record),)
        key = posting_key(sender.tenant_id, sender.entity, sender.flow, kind, refs)
        fee = self._fee(purchase, project, key)
        posting = Posting(
            key=key,
            kind=kind,
            entity=sender.entity,
            flow=sender.flow,
            period=period_of(purchase.booked_on),
            posted_on=purchase.booked_on,
            currency=fee.currency,
            text=f"Cost {record.external_id}: {fee.name}",
            records=refs,
            hours=ZERO,
            amount=fee.cost,
            shares=(RecordShare(record.external_id, ZERO, fee.cost),),
            settings_version=sender.settings_version,
            fee=fee,
        )
        check_balance(posting)
        return posting

    def _fee(self, purchase: Purchase, project: str, key: str) -> ProjectFee:
        currency = self.sender.currency
        voucher = f"voucher {purchase.voucher}"
        return ProjectFee(
            key=key,
            project_id=project,
            name=_joined(purchase.supplier_invoice, purchase.supplier_name) or purchase.text or voucher,
            text=_joined(purchase.text, voucher),
            spent_on=purchase.booked_on,
            cost=round_to(purchase.amount, minor_unit(currency)),
            price=self.rules.price(purchase.amount, currency),
            currency=currency,
            billable=self.rules.billable,
            product=self.rules.product_of(purchase),
            expense=self.rules.expense_of(purchase),
        )


def _joined(*words: str) -> str:
    return ", ".join(word for word in words if word)
