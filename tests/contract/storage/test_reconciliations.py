"""Kept reconciliations: real store and fake behave the same."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from handoff.domain.periods import Period
from handoff.domain.reconciliation import LISTED_MAX, Difference, KeptReconciliation, Reconciliation
from handoff.storage import tables
from handoff.storage.packing import CHUNK_MAX
from tests.builders import HOURS, NOW, OCTOBER, a_reconciliation
from tests.contract.storage.worlds import DynamoWorld, World

SEPTEMBER = Period("2026-09")


def kept(account: Reconciliation | None = None, *, run_id: str = "run-1") -> KeptReconciliation:
    return KeptReconciliation(HOURS, run_id, account or a_reconciliation())


def differing(count: int, length: int = 8) -> Reconciliation:
    """An account with so many differences, in words that can't be compressed."""
    random = Random(1)  # noqa: S311 - no secret
    return a_reconciliation(
        differences=[Difference("line_differs", random.randbytes(length).hex(), "1 h", "2 h") for _ in range(count)]
    )


def test_an_account_comes_back_as_it_was(world: World) -> None:
    assert world.reconciliations().get(HOURS, OCTOBER) is None
    world.reconciliations().save(kept(differing(3)))
    assert world.reconciliations().get(HOURS, OCTOBER) == kept(differing(3))


def test_the_newest_account_of_a_period_takes_the_place_of_the_one_before(world: World) -> None:
    world.reconciliations().save(kept(differing(3)))
    newer = a_reconciliation(at=NOW + timedelta(days=1))
    world.reconciliations().save(kept(newer, run_id="run-2"))
    assert world.reconciliations().get(HOURS, OCTOBER) == kept(newer, run_id="run-2")
    assert [line.run_id for line in world.reconciliations().all()] == ["run-2"]


def test_the_list_has_a_line_about_each_period_newest_first(world: World) -> None:
    for account in (a_reconciliation(SEPTEMBER), differing(3)):
        world.reconciliations().save(kept(account))
    lines = world.reconciliations().all()
    assert [(line.period, line.agrees, line.differences) for line in lines] == [
        (OCTOBER, False, 3),
        (SEPTEMBER, True, 0),
    ]
    assert lines[1] == kept(a_reconciliation(SEPTEMBER)).summary


def test_other_tenants_see_nothing_of_it(world: World) -> None:
    world.reconciliations().save(kept())
    assert world.reconciliations("other").all() == []
    assert world.reconciliations("other").get(HOURS, OCTOBER) is None


def test_differences_beyond_those_listed_are_counted(world: World) -> None:
    account = differing(LISTED_MAX + 5).shortened()
    world.reconciliations().save(kept(account))
    found = world.reconciliations().get(HOURS, OCTOBER)
    assert found is not None
    assert len(found.account.differences) == LISTED_MAX
    assert found.summary.differences == world.reconciliations().all()[0].differences == LISTED_MAX + 5


def test_a_long_account_lies_in_several_items_and_none_of_them_outlives_it(dynamo: DynamoWorld) -> None:
    store, pk = dynamo.reconciliations(), tables.integration_pk(dynamo.tenant_id, "hours-no", "reconciliations")
    long = differing(2_000, length=CHUNK_MAX // 1_000)
    store.save(kept(long))
    items = list(dynamo.table.query(pk))
    assert len(items) > 2
    assert store.get(HOURS, OCTOBER) == kept(long)
    assert {int(item["expires_at"]["N"]) for item in items} == {int((NOW + timedelta(days=400)).timestamp())}

    store.save(kept())
    assert len(list(dynamo.table.query(pk))) == 2
    store.save(kept())  # as after a crash: the same account once more
    assert store.get(HOURS, OCTOBER) == kept()
