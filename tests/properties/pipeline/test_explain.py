"""An explanation says of every record what its plan has."""

from __future__ import annotations

from hypothesis import given, settings

from handoff.domain.posting import DocumentKind
from handoff.domain.staged import StagedRecord
from handoff.pipeline.explain import explain
from tests.properties.pipeline.drawn_plans import RULES, WORLD, closings, record_lists
from tests.unit.pipeline.planning import planned


@settings(max_examples=150)
@given(record_lists(), closings)
def test_an_explanation_and_the_plan_never_differ(records: list[StagedRecord], closed: str) -> None:
    rules = RULES[DocumentKind.PROJECT_TRANSACTIONS][closed]
    result = planned(*records, rules=rules, reference=WORLD)
    lines = {line.external_id: line for posting in result.postings for line in posting.project_lines}
    problems = {record.external_id: found for record, found in result.problems}
    for record in records:
        found = explain(record, rules=rules, reference=WORLD)
        assert found.problems == problems.get(record.external_id, ())
        if line := lines.get(record.external_id):
            assert (found.project.value, found.task.value, found.employee.value) == (
                line.project,
                line.task,
                line.employee,
            )
            assert (found.rate.rule_id, found.split.rule_id) == (line.rate_rule, line.split_rule)
            assert str(line.posted_on) == found.accounting_date.value
            assert not line.credit_account or found.account.value == line.credit_account
            assert not line.account_rule or found.account.rule_id == line.account_rule
