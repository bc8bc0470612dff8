"""The schedule lists the integrations of all tenants that run by themselves."""

from __future__ import annotations

from handoff.storage.schedule import DueIntegration, Schedule
from tests.builders import settings_content
from tests.contract.storage.worlds import INTEGRATION, DynamoWorld


def test_an_integration_that_is_taken_in_runs_by_itself(dynamo: DynamoWorld) -> None:
    dynamo.take_in(settings_content())
    assert DueIntegration(dynamo.tenant_id, INTEGRATION) in list(Schedule(dynamo.table).all_due())


def test_each_integration_is_listed_once_until_it_is_removed(dynamo: DynamoWorld) -> None:
    schedule = Schedule(dynamo.table)
    ours = {DueIntegration(dynamo.tenant_id, f"integration-{n}") for n in range(20)}
    for due in [*ours, *ours]:
        schedule.add(due.tenant_id, due.integration_id)
    listed = [due for due in schedule.all_due() if due.tenant_id == dynamo.tenant_id]
    assert len(listed) == 20
    assert set(listed) == ours
    for due in [*ours, *ours]:
        schedule.remove(due.tenant_id, due.integration_id)
    assert dynamo.tenant_id not in {due.tenant_id for due in schedule.all_due()}
