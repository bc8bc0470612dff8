"""The inbox: real store and fake behave the same."""

from __future__ import annotations

from datetime import timedelta

from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.ports import OpenProblem, ProblemStore
from handoff.storage import tables
from tests.builders import HOURS, NOW
from tests.contract.storage.worlds import DynamoWorld, World, at_once

EMPLOYEE = Problem(ProblemCode.UNKNOWN_EMPLOYEE, "per.ås@fjordlys.example")
CONNECTION = Problem(ProblemCode.RECONNECT_NEEDED, "Harvest refuses the token (401)")
LATER = NOW + timedelta(hours=1)
MANY = [str(2_154_000_000 + n) for n in range(40)]


def report(store: ProblemStore, *external_ids: str, problem: Problem = EMPLOYEE) -> None:
    store.report(problem, flow=HOURS, external_ids=external_ids, at=NOW)


def test_a_cause_gathers_its_records_and_keeps_when_it_was_first_met(world: World) -> None:
    store = world.problems()
    store.report(EMPLOYEE, flow=HOURS, external_ids=MANY[:30], at=NOW)
    store.report(EMPLOYEE, flow=HOURS, external_ids=set(MANY[20:]), at=LATER)
    expected = OpenProblem(EMPLOYEE, HOURS, frozenset(MANY), NOW)
    assert store.get(EMPLOYEE.id) == expected
    assert list(store.open()) == [expected]


def test_a_cause_is_closed_when_its_last_record_is_taken_off(world: World) -> None:
    store = world.problems()
    report(store, *MANY)
    store.clear(EMPLOYEE, MANY[:39])
    left = store.get(EMPLOYEE.id)
    assert left is not None
    assert left.external_ids == {MANY[39]}
    store.clear(EMPLOYEE, MANY)
    assert store.get(EMPLOYEE.id) is None
    assert list(store.open()) == []


def test_clearing_what_is_not_there_opens_nothing(world: World) -> None:
    store = world.problems()
    store.clear(EMPLOYEE, ["1"])
    assert list(store.open()) == []
    report(store, "1")
    store.clear(EMPLOYEE, ["2"])
    assert store.get(EMPLOYEE.id) == OpenProblem(EMPLOYEE, HOURS, frozenset({"1"}), NOW)


def test_a_cause_without_records_stays_until_it_is_closed(world: World) -> None:
    store = world.problems()
    store.report(CONNECTION, flow="harvest-1", external_ids=(), at=NOW)
    store.clear(CONNECTION, ["1"])
    assert store.get(CONNECTION.id) == OpenProblem(CONNECTION, "harvest-1", frozenset(), NOW)
    store.close(CONNECTION.id)
    assert store.get(CONNECTION.id) is None


def test_a_closed_cause_that_comes_back_is_a_new_one(world: World) -> None:
    store = world.problems()
    report(store, *MANY)
    store.close(EMPLOYEE.id)
    assert store.get(EMPLOYEE.id) is None
    store.report(EMPLOYEE, flow=HOURS, external_ids=["1"], at=LATER)
    assert store.get(EMPLOYEE.id) == OpenProblem(EMPLOYEE, HOURS, frozenset({"1"}), LATER)


def test_open_causes_are_listed_oldest_first(world: World) -> None:
    store = world.problems()
    store.report(EMPLOYEE, flow=HOURS, external_ids=["1"], at=LATER)
    store.report(CONNECTION, flow="harvest-1", external_ids=(), at=NOW)
    assert [cause.problem for cause in store.open()] == [CONNECTION, EMPLOYEE]


def test_sixteen_workers_on_one_cause_lose_no_record(world: World) -> None:
    store = world.problems()
    report(store, *(f"old-{place}" for place in range(16)))

    def work(place: int) -> None:
        report(store, f"new-{place}")
        store.clear(EMPLOYEE, [f"old-{place}"])

    at_once(work)
    found = store.get(EMPLOYEE.id)
    assert found is not None
    assert found.external_ids == {f"new-{place}" for place in range(16)}


def test_a_record_without_an_id_has_its_place_too(world: World) -> None:
    store = world.problems()
    report(store, "")
    store.clear(EMPLOYEE, [""])
    assert list(store.open()) == []


def test_another_tenant_sees_nothing(world: World) -> None:
    report(world.problems(), "1")
    other = world.problems(tenant_id="another-tenant")
    assert other.get(EMPLOYEE.id) is None
    assert list(other.open()) == []
    other.clear(EMPLOYEE, ["1"])
    other.close(EMPLOYEE.id)
    assert world.problems().get(EMPLOYEE.id) is not None


def test_clearing_what_is_not_there_makes_no_item_on_the_way(dynamo: DynamoWorld) -> None:
    dynamo.problems().clear(EMPLOYEE, ["1"])
    assert dynamo.meter.requests == {"UpdateItem": 1}


def test_a_record_reported_while_the_last_one_is_taken_off_stays(dynamo: DynamoWorld) -> None:
    report(dynamo.problems(), "1")
    shard = tables.problem_sk(EMPLOYEE.id, "1")
    newcomer = next(name for name in MANY if tables.problem_sk(EMPLOYEE.id, name) == shard)
    other = dynamo.problems()
    cleared = DynamoWorld(dynamo.tenant_id, dynamo.cloud)

    def reported_in_between(**_: object) -> None:
        report(other, newcomer)

    cleared.table.client.meta.events.register("after-call.dynamodb.UpdateItem", reported_in_between)
    cleared.problems().clear(EMPLOYEE, ["1"])
    found = dynamo.problems().get(EMPLOYEE.id)
    assert found is not None
    assert found.external_ids == {newcomer}
