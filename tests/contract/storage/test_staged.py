"""Staged records: real store and fake behave the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from handoff.domain.errors import InvalidInput, Stale
from handoff.domain.periods import Period
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.staged import Approval, ApprovedVia, Move, StagedRecord, Standing, State
from handoff.ports import StagedStore
from tests.builders import HOURS, NOW, OCTOBER, SEPTEMBER, a_record, a_time_entry
from tests.contract.storage.worlds import World, at_once


def entry_on(external_id: str, day: str = "2026-10-05", state: State = State.HELD, notes: str = "") -> StagedRecord:
    return a_record(entry=a_time_entry(external_id=external_id, spent_on=day, notes=notes), state=state)


def stored(store: StagedStore, external_id: str = "1001") -> StagedRecord:
    record = store.get(HOURS, external_id)
    assert record is not None
    return record


def ids(records: Iterable[StagedRecord]) -> list[str]:
    return [record.external_id for record in records]


FULL = replace(
    entry_on("1001", notes='Møte om «ny» løsning: æøå, ß, 漢字, 🎉 \\ " \t slutt'),
    reason="not_approved",
    approvals=(
        Approval("a1", True, ApprovedVia.PERSON, "kari@fjordlys.example", NOW, "Grei"),
        Approval("a2", False, ApprovedVia.RULE, "rule:small", NOW + timedelta(microseconds=1), ""),
    ),
    problems=(Problem(ProblemCode.UNKNOWN_EMPLOYEE, "per@fjordlys.example"),),
    covered={"project_transactions": "HOABCDEFGHIJKLMNOP"},
    posting_key="HOABCDEFGHIJKLMNOP",
    history=(Move(State.HELD, NOW, "time_tool", "not_approved"), Move(State.READY, NOW, "kari", "approved_by_person")),
    standing=(
        Standing("journal", "HOQRSTUVWXYZ234567", 1, "a1"),
        Standing("project_transactions", "HOAAAAAAAAAAAAAAAA", 2, "a2"),
    ),
    reversals={"HOBBBBBBBBBBBBBBBB": "HOCCCCCCCCCCCCCCCC", "HODDDDDDDDDDDDDDDD": "HOEEEEEEEEEEEEEEEE"},
    gone_at=NOW + timedelta(microseconds=1),
)


def test_a_record_comes_back_as_it_was_one_revision_further(world: World) -> None:
    assert world.staged().add([FULL]) == set()
    assert stored(world.staged()) == replace(FULL, revision=1)
    assert world.staged().get_many(HOURS, ["1001", "unknown", "1001"]) == {"1001": replace(FULL, revision=1)}


def test_a_saved_record_comes_back_as_it_was_one_revision_further(world: World) -> None:
    store = world.staged()
    store.add([entry_on("1001")])
    assert store.save([replace(FULL, revision=1)]) == set()
    assert stored(store) == replace(FULL, revision=2)


def test_what_stood_in_the_books_and_is_reversed_leaves_nothing_behind(world: World) -> None:
    store = world.staged()
    store.add([FULL])
    reversed_now = replace(stored(store), standing=(), gone_at=None)
    assert store.save([reversed_now]) == set()
    assert stored(store) == replace(reversed_now, revision=2)


@pytest.mark.parametrize("state", [State.REVERSING, State.REVERSED])
def test_what_is_reversed_is_found_by_its_state(world: World, state: State) -> None:
    store = world.staged()
    store.add([entry_on("1"), replace(entry_on("2", state=state), gone_at=NOW), entry_on("3", state=State.READY)])
    assert ids(store.every(HOURS, period=None, states=(state,))) == ["2"]
    assert ids(store.every(HOURS, period=OCTOBER, states=(state,))) == ["2"]


def test_a_version_that_was_replaced_keeps_what_stood_against_it(world: World) -> None:
    store = world.staged()
    store.add([FULL])
    store.replace(stored(store), replace(entry_on("1001", notes="edited"), version=2, revision=1))
    first, second = store.versions(HOURS, "1001")
    assert (first.standing, first.reversals, first.gone_at) == (FULL.standing, FULL.reversals, FULL.gone_at)
    assert (second.standing, second.reversals, second.gone_at) == ((), {}, None)


def test_nothing_is_known_of_an_empty_flow(world: World) -> None:
    store = world.staged()
    assert store.get(HOURS, "1001") is None
    assert store.get_many(HOURS, []) == {}
    assert list(store.versions(HOURS, "1001")) == []
    assert store.page(HOURS, period=None, states=(), limit=10, cursor=None).records == []
    assert list(store.every(HOURS, period=None, states={State.READY})) == []


def test_adding_again_tells_what_was_there_and_leaves_it(world: World) -> None:
    store = world.staged()
    store.add([entry_on("1001", notes="first")])
    assert store.add([entry_on("1001", notes="second"), entry_on("1002")]) == {"1001"}
    assert b"first" in stored(store).body
    assert stored(store, "1002").revision == 1


def test_a_save_on_an_old_revision_is_named_and_the_others_are_written(world: World) -> None:
    store = world.staged()
    store.add([entry_on("1001"), entry_on("1002")])
    read = [stored(store, "1001"), stored(store, "1002")]
    store.save([replace(read[0], reason="somebody was faster")])
    moved = [record.move(State.READY, by="kari", at=NOW, why="approved") for record in read]
    assert store.save(moved) == {"1001"}
    assert stored(store, "1001").reason == "somebody was faster"
    assert stored(store, "1002").state is State.READY


def test_a_record_that_is_not_there_cannot_be_saved(world: World) -> None:
    store = world.staged()
    assert store.save([replace(entry_on("1001"), revision=1)]) == {"1001"}
    assert store.get(HOURS, "1001") is None


def test_of_sixteen_writers_on_one_revision_one_wins(world: World) -> None:
    store = world.staged()
    store.add([entry_on("1001")])
    read = stored(store)
    stale = at_once(lambda place: store.save([replace(read, reason=f"writer {place}")]))
    winners = [place for place, lost in enumerate(stale) if not lost]
    assert len(winners) == 1
    assert stored(store).reason == f"writer {winners[0]}"


def test_of_sixteen_who_add_one_record_one_wins(world: World) -> None:
    store = world.staged()
    known = at_once(lambda place: store.add([entry_on("1001", notes=f"writer {place}")]))
    winners = [place for place, lost in enumerate(known) if not lost]
    assert len(winners) == 1
    assert f'writer {winners[0]}"'.encode() in stored(store).body


def test_a_new_version_archives_the_old_one(world: World) -> None:
    store = world.staged()
    store.add([entry_on("1001", notes="first")])
    first = stored(store)
    store.replace(first, replace(entry_on("1001", "2026-09-30", notes="second"), version=2, revision=first.revision))
    second = stored(store)
    assert (second.version, second.revision, second.period) == (2, 2, SEPTEMBER)
    store.replace(second, replace(entry_on("1001", notes="third"), version=3))
    assert [version.version for version in store.versions(HOURS, "1001")] == [1, 2, 3]
    assert list(store.versions(HOURS, "1001"))[:2] == [first, second]
    assert stored(store).revision == 3


def test_a_new_version_of_a_record_that_changed_is_refused_as_a_whole(world: World) -> None:
    store = world.staged()
    store.add([entry_on("1001")])
    read = stored(store)
    store.save([replace(read, reason="somebody was faster")])
    with pytest.raises(Stale):
        store.replace(read, replace(entry_on("1001", notes="second"), version=2))
    assert [version.reason for version in store.versions(HOURS, "1001")] == ["somebody was faster"]


def test_of_sixteen_new_versions_one_wins(world: World) -> None:
    store = world.staged()
    store.add([entry_on("1001")])
    read = stored(store)

    def replaced(place: int) -> bool:
        try:
            store.replace(read, replace(entry_on("1001", notes=f"writer {place}"), version=2))
        except Stale:
            return False
        return True

    assert sum(at_once(replaced)) == 1
    assert [version.version for version in store.versions(HOURS, "1001")] == [1, 2]


def test_pages_give_every_record_once_newest_period_first(world: World) -> None:
    store = world.staged()
    store.add([entry_on(str(2000 + n), f"2026-{9 + n % 2:02}-05") for n in range(13)])
    cursor, seen = None, []
    for _ in range(20):
        page = store.page(HOURS, period=None, states=(), limit=4, cursor=cursor)
        seen.append(ids(page.records))
        cursor = page.cursor
        if cursor is None:
            break
    assert [len(some) for some in seen] == [4, 4, 4, 1]
    flat = [name for some in seen for name in some]
    assert flat == [str(n) for n in (2011, 2009, 2007, 2005, 2003, 2001, 2012, 2010, 2008, 2006, 2004, 2002, 2000)]


def test_a_page_that_holds_the_last_record_has_no_cursor(world: World) -> None:
    store = world.staged()
    store.add([entry_on(str(2000 + n)) for n in range(4)])
    page = store.page(HOURS, period=OCTOBER, states=(), limit=4, cursor=None)
    assert len(page.records) == 4
    assert page.cursor is None


def test_a_page_of_one_period_and_state_has_nothing_else(world: World) -> None:
    store = world.staged()
    store.add([entry_on("1", state=State.EXCLUDED), entry_on("2"), entry_on("3", "2026-09-05"), entry_on("4")])
    page = store.page(HOURS, period=OCTOBER, states={State.HELD}, limit=1, cursor=None)
    assert ids(page.records) == ["4"]
    rest = store.page(HOURS, period=OCTOBER, states={State.HELD}, limit=5, cursor=page.cursor)
    assert ids(rest.records) == ["2"]
    assert rest.cursor is None


def test_pages_of_records_with_work_to_do_are_in_the_same_order(world: World) -> None:
    store = world.staged()
    store.add([entry_on(str(n), f"2026-{9 + n % 2:02}-05", State.FAILED) for n in range(1, 8)])
    first = store.page(HOURS, period=None, states={State.FAILED}, limit=4, cursor=None)
    rest = store.page(HOURS, period=None, states={State.FAILED}, limit=4, cursor=first.cursor)
    assert ids(first.records) + ids(rest.records) == ["7", "5", "3", "1", "6", "4", "2"]
    assert rest.cursor is None
    september = store.page(HOURS, period=SEPTEMBER, states={State.FAILED}, limit=9, cursor=None)
    assert ids(september.records) == ["6", "4", "2"]


@pytest.mark.parametrize("cursor", ["", "nonsense", "2026-10", "2026-10#a#b", "V#2026-10#1"])
def test_a_cursor_of_somebody_elses_making_is_refused(world: World, cursor: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        world.staged().page(HOURS, period=None, states=(), limit=4, cursor=cursor)
    assert refusal.value.field == "cursor"


def test_a_cursor_of_another_period_is_refused(world: World) -> None:
    with pytest.raises(InvalidInput):
        world.staged().page(HOURS, period=OCTOBER, states=(), limit=4, cursor="2026-09#1")


def test_every_record_is_found_by_period_and_state(world: World) -> None:
    store = world.staged()
    store.add([entry_on("1"), entry_on("2", state=State.READY), entry_on("3", "2026-09-05", State.READY)])

    def found(period: Period | None, *states: State) -> list[str]:
        return sorted(ids(store.every(HOURS, period=period, states=states)))

    assert found(None) == ["1", "2", "3"]
    assert found(OCTOBER) == ["1", "2"]
    assert found(None, State.READY) == ["2", "3"]
    assert found(SEPTEMBER, State.READY) == ["3"]
    assert found(None, State.READY, State.HELD) == ["1", "2", "3"]
    assert found(OCTOBER, State.HELD) == ["1"]
    assert found(OCTOBER, State.FAILED) == []


def test_older_versions_are_found_when_asked_for(world: World) -> None:
    store = world.staged()
    store.add([entry_on("1"), entry_on("2")])
    first = stored(store, "1")
    store.replace(first, replace(entry_on("1", "2026-09-05", State.READY), version=2))

    def found(period: Period | None, *states: State) -> list[tuple[str, int]]:
        records = store.every(HOURS, period=period, states=states, archived=True)
        return sorted((record.external_id, record.version) for record in records)

    assert found(None) == [("1", 1), ("1", 2), ("2", 1)]
    assert found(OCTOBER) == [("1", 1), ("2", 1)]
    assert found(SEPTEMBER) == [("1", 2)]
    assert found(None, State.HELD) == [("1", 1), ("2", 1)]
    assert found(None, State.READY) == [("1", 2)]


def test_flows_integrations_and_tenants_see_nothing_of_each_other(world: World) -> None:
    world.staged().add([entry_on("1001"), entry_on("1002", state=State.READY)])
    for other in (world.staged(tenant_id="another-tenant"), world.staged(integration_id="another-integration")):
        assert other.get(HOURS, "1001") is None
        assert other.get_many(HOURS, ["1001", "1002"]) == {}
        assert list(other.every(HOURS, period=None, states=())) == []
        assert list(other.every(HOURS, period=None, states={State.READY})) == []
        assert other.page(HOURS, period=None, states=(), limit=5, cursor=None).records == []
        assert other.save([replace(entry_on("1001"), revision=1)]) == {"1001"}
    assert world.staged().get("expenses", "1001") is None


def test_ids_of_any_shape_are_kept_apart(world: World) -> None:
    store = world.staged()
    names = ["1", "1#000001", "1%23000001", "a/b", "æ ø", "%", "#"]
    assert store.add([entry_on(name) for name in names]) == set()
    assert sorted(ids(store.every(HOURS, period=OCTOBER, states=()))) == sorted(names)
    for name in names:
        assert ids(store.versions(HOURS, name)) == [name]


def test_many_records_are_added_saved_and_read(world: World) -> None:
    store = world.staged()
    records = [entry_on(str(10_000 + n)) for n in range(260)]
    assert store.add(records) == set()
    read = store.get_many(HOURS, [record.external_id for record in records])
    assert len(read) == 260
    moved = [record.move(State.READY, by="kari", at=NOW, why="approved") for record in read.values()]
    store.save(moved[100:110])
    assert store.save(moved) == {record.external_id for record in moved[100:110]}
    assert len(list(store.every(HOURS, period=None, states={State.READY}))) == 260
