"""A tenant's integrations and settings: real store and fake behave the same."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from handoff.domain.errors import InvalidInput, NotFound, Stale
from handoff.domain.tenancy import Connection
from tests.builders import NOW, settings_content
from tests.contract.storage.worlds import (
    A_GRANT,
    HARVEST,
    INTEGRATION,
    THE_INTEGRATION,
    VISMA_NET,
    DynamoWorld,
    World,
    at_once,
)

SETTINGS = settings_content()


def test_an_integration_has_its_two_connections(world: World) -> None:
    world.take_in(SETTINGS)
    assert world.tenants().integrations() == [THE_INTEGRATION]
    assert world.tenants().integration(INTEGRATION) == THE_INTEGRATION


def test_an_integration_that_is_not_there_is_not_found(world: World) -> None:
    world.take_in(SETTINGS)
    with pytest.raises(NotFound):
        world.tenants().integration("another")
    with pytest.raises(NotFound):
        world.tenants().settings("another")


def test_settings_have_numbered_versions(world: World) -> None:
    world.take_in(SETTINGS)
    changed = {**SETTINGS, "note": "æøå", "hours_max": Decimal("7.50"), "on": True, "of": None, "list": [1, {"a": []}]}
    assert world.tenants().save_settings(INTEGRATION, changed, expected=1, by="kari", at=NOW) == 2
    assert world.tenants().settings(INTEGRATION) == (2, changed)
    assert world.tenants().settings(INTEGRATION, 1) == (1, SETTINGS)
    with pytest.raises(NotFound):
        world.tenants().settings(INTEGRATION, 3)


@pytest.mark.parametrize("expected", [0, 1, 3])
def test_settings_are_saved_on_the_newest_version_only(world: World, expected: int) -> None:
    world.take_in(SETTINGS)
    world.tenants().save_settings(INTEGRATION, SETTINGS, expected=1, by="kari", at=NOW)
    with pytest.raises(Stale):
        world.tenants().save_settings(INTEGRATION, {}, expected=expected, by="ola", at=NOW)
    assert world.tenants().settings(INTEGRATION)[0] == 2


def test_of_sixteen_who_save_settings_one_wins(world: World) -> None:
    world.take_in(SETTINGS)

    def saved(place: int) -> bool:
        try:
            world.tenants().save_settings(INTEGRATION, {"by": place}, expected=1, by="kari", at=NOW)
        except Stale:
            return False
        return True

    winners = at_once(saved)
    assert sum(winners) == 1
    assert world.tenants().settings(INTEGRATION) == (2, {"by": winners.index(True)})


def test_a_connection_can_be_stopped_and_let_run_again(world: World) -> None:
    world.take_in(SETTINGS)
    world.tenants().stop_connection(INTEGRATION, HARVEST.id, "Harvest refuses the token")
    stopped = world.tenants().integration(INTEGRATION)
    assert stopped.time_tool == replace(HARVEST, stopped="Harvest refuses the token")
    assert stopped.erp == VISMA_NET
    world.tenants().stop_connection(INTEGRATION, HARVEST.id, "")
    assert world.tenants().integration(INTEGRATION) == THE_INTEGRATION


def test_only_a_connection_of_the_integration_can_be_stopped(world: World) -> None:
    world.take_in(SETTINGS)
    with pytest.raises(NotFound):
        world.tenants().stop_connection(INTEGRATION, "another", "why")
    with pytest.raises(NotFound):
        world.tenants().stop_connection("another", HARVEST.id, "why")


def test_another_tenant_sees_nothing(world: World) -> None:
    world.take_in(SETTINGS)
    other = world.tenants(tenant_id="another-tenant")
    assert list(other.integrations()) == []
    with pytest.raises(NotFound):
        other.settings(INTEGRATION)
    with pytest.raises(NotFound):
        other.stop_connection(INTEGRATION, HARVEST.id, "why")


def test_taking_a_customer_in_again_changes_nothing(dynamo: DynamoWorld) -> None:
    dynamo.take_in(SETTINGS)
    dynamo.tenants().save_settings(INTEGRATION, {"changed": True}, expected=1, by="kari", at=NOW)
    dynamo.take_in(SETTINGS)
    assert dynamo.tenants().settings(INTEGRATION) == (2, {"changed": True})
    assert dynamo.tenants().integrations() == [THE_INTEGRATION]


def test_an_id_that_is_taken_is_refused(dynamo: DynamoWorld) -> None:
    dynamo.take_in(SETTINGS)
    onboarding = dynamo.onboarding()
    with pytest.raises(InvalidInput):
        onboarding.add_tenant("Another AS")
    with pytest.raises(InvalidInput):
        onboarding.connect(replace(HARVEST, account="7654321"), A_GRANT)
    with pytest.raises(InvalidInput):
        onboarding.add_integration(replace(THE_INTEGRATION, name="Other"), SETTINGS, by="operator", at=NOW)


def test_an_integration_needs_its_connections_first(dynamo: DynamoWorld) -> None:
    unknown = Connection("harvest-9", "harvest", "9", "Nobody's")
    with pytest.raises(NotFound):
        dynamo.onboarding().add_integration(
            replace(THE_INTEGRATION, time_tool=unknown), SETTINGS, by="operator", at=NOW
        )
