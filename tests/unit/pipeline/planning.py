"""How the tests of the plan ask for one."""

from __future__ import annotations

from collections.abc import Mapping

from handoff.accounting.plan_rules import PlanRules
from handoff.domain.posting import DocumentKind, ProjectLine
from handoff.domain.reference import ReferenceData
from handoff.domain.staged import StagedRecord
from handoff.domain.time import TimeEntry
from handoff.pipeline.documents import Sender
from handoff.pipeline.plan import BoundPlan, Plan, plan
from tests.builders import (
    ENTITY,
    HOURS,
    TENANT,
    a_record,
    plan_rules,
    reference_data,
)

PROJECT = DocumentKind.PROJECT_TRANSACTIONS
JOURNAL = DocumentKind.JOURNAL
RATE = {"amount": "1500.00", "currency": "NOK"}
SPLIT = [{"id": "both", "shares": {"10": "60", "20": "40"}}]


def planned(
    *records: StagedRecord,
    kind: DocumentKind = PROJECT,
    rules: PlanRules | None = None,
    reference: ReferenceData | None = None,
) -> Plan:
    return plan(
        records,
        kind=kind,
        rules=rules or plan_rules(post_as=[kind]),
        reference=reference or reference_data(),
        tenant_id=TENANT,
        entity=ENTITY,
        flow=HOURS,
        settings_version=3,
    )


def bound(*, rules: PlanRules | None = None, reference: ReferenceData | None = None) -> BoundPlan:
    """The plan as use cases get it."""
    return BoundPlan(rules or plan_rules(), reference or reference_data(), Sender(TENANT, ENTITY, HOURS, "NOK", 3))


def of(*entries: TimeEntry) -> list[StagedRecord]:
    return [a_record(entry=entry) for entry in entries]


def only_line(result: Plan) -> ProjectLine:
    assert result.problems == ()
    ((line,),) = [posting.project_lines for posting in result.postings]
    return line


def problems_of(
    entry: TimeEntry | None = None,
    *,
    kind: DocumentKind = PROJECT,
    reference: ReferenceData | None = None,
    settings: Mapping[str, object] | None = None,
) -> list[tuple[str, str]]:
    record = a_record(entry=entry)
    result = planned(
        record, kind=kind, rules=plan_rules(**{"post_as": [kind], **(settings or {})}), reference=reference
    )
    assert (result.postings, result.out) == ((), ())
    ((failed, problems),) = result.problems
    assert failed is record
    return [(problem.code.value, problem.subject) for problem in problems]
