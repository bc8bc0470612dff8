"""The agenda misses nothing that has work to be done, and is short when little has."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from handoff.domain.staged import MOVES, StagedRecord, State
from handoff.storage import tables
from handoff.storage.agenda import ENTRANCES, ON_AGENDA, PAGES_MAX, Agenda, Entry
from handoff.storage.dynamo import number, text
from tests.builders import HOURS, NOW, a_record, a_time_entry
from tests.contract.storage.worlds import INTEGRATION, DynamoWorld, at_once

if TYPE_CHECKING:
    from handoff.storage.dynamo import Item

WORK = {State.READY, State.FAILED}


def ready(external_id: str) -> StagedRecord:
    return a_record(entry=a_time_entry(external_id=external_id), state=State.READY)


def agenda_of(world: DynamoWorld) -> Agenda:
    return Agenda(world.table, tables.agenda_pk(world.tenant_id, INTEGRATION, HOURS), world.now)


def found(world: DynamoWorld, *states: State) -> set[str]:
    return {record.external_id for record in world.staged().every(HOURS, period=None, states=states or WORK)}


def noted(world: DynamoWorld) -> list[str]:
    return [entry.external_id for page in agenda_of(world).pages() for entry in page.entries]


def move(world: DynamoWorld, to: State, *external_ids: str) -> None:
    store = world.staged()
    read = store.get_many(HOURS, external_ids)
    assert store.save([record.move(to, by="post", at=NOW, why="test") for record in read.values()]) == set()


def test_every_move_from_rest_to_work_leads_through_an_entrance() -> None:
    entered = {to for start, ends in MOVES.items() if start not in ON_AGENDA for to in ends if to in ON_AGENDA}
    assert entered == ENTRANCES


def test_work_is_found_without_reading_what_rests(dynamo: DynamoWorld) -> None:
    dynamo.staged().add([a_record(entry=a_time_entry(external_id=str(n)), state=State.HELD) for n in range(300)])
    move(dynamo, State.READY, "7", "8")
    dynamo.meter.reset()
    assert found(dynamo) == {"7", "8"}
    assert dynamo.meter.requests == {"Query": 1, "BatchGetItem": 1}


def test_a_record_stays_on_the_agenda_until_it_rests(dynamo: DynamoWorld) -> None:
    dynamo.staged().add([ready("1"), ready("2")])
    move(dynamo, State.POSTING, "1", "2")
    assert found(dynamo, State.POSTING) == {"1", "2"}
    move(dynamo, State.UNSURE, "1")
    move(dynamo, State.FAILED, "2")
    assert found(dynamo, State.UNSURE, State.FAILED) == {"1", "2"}
    move(dynamo, State.POSTED, "1")
    assert found(dynamo, *ON_AGENDA) == {"2"}


def test_what_rests_leaves_the_agenda_and_comes_back_when_it_is_ready_again(dynamo: DynamoWorld) -> None:
    dynamo.staged().add([ready("1")])
    move(dynamo, State.HELD, "1")
    assert found(dynamo) == set()
    assert noted(dynamo) == []
    move(dynamo, State.READY, "1")
    assert found(dynamo) == {"1"}


def test_a_new_version_that_failed_at_once_is_on_the_agenda(dynamo: DynamoWorld) -> None:
    store = dynamo.staged()
    store.add([a_record(state=State.POSTED)])
    old = store.get(HOURS, "1001")
    assert old is not None
    store.replace(old, a_record(version=2, state=State.FAILED))
    assert found(dynamo) == {"1001"}


def test_an_entry_waits_for_its_record(dynamo: DynamoWorld) -> None:
    """A reader tidies while a writer stands between the entry and the record."""
    dynamo.staged().add([a_record(state=State.HELD)])
    agenda_of(dynamo).note([Entry("1001", 2), Entry("unborn", 1)])
    assert found(dynamo) == set()
    write_ready(dynamo, "1001", revision=2)
    dynamo.staged().add([replace(ready("unborn"), state=State.HELD)])
    write_ready(dynamo, "unborn", revision=2)
    assert found(dynamo) == {"1001", "unborn"}


def write_ready(world: DynamoWorld, external_id: str, *, revision: int) -> None:
    """The second half of a save: the record without its entry."""
    key = {
        "pk": text(tables.records_pk(world.tenant_id, INTEGRATION, HOURS)),
        "sk": text(tables.head_sk(external_id)),
    }
    item: Item = {**key, "s": text(State.READY.value), "n": number(revision)}
    assert world.table.update_many([item], revisions=[revision - 1]) == set()


def test_an_entry_whose_record_never_came_is_dropped_after_an_hour(dynamo: DynamoWorld) -> None:
    agenda_of(dynamo).note([Entry("unborn", 1)])
    dynamo.later = timedelta(minutes=59)
    assert found(dynamo) == set()
    assert noted(dynamo) == ["unborn"]
    dynamo.later = timedelta(minutes=61)
    assert found(dynamo) == set()
    assert noted(dynamo) == []


def test_a_reader_who_stops_early_leaves_the_agenda_as_it_is(dynamo: DynamoWorld) -> None:
    dynamo.staged().add([ready(str(n)) for n in range(5)])
    assert next(dynamo.staged().every(HOURS, period=None, states=WORK)).state is State.READY
    assert found(dynamo) == {"0", "1", "2", "3", "4"}


def test_many_small_entries_are_put_together(dynamo: DynamoWorld) -> None:
    for n in range(PAGES_MAX):
        dynamo.staged().add([ready(str(n))])
    assert len(agenda_of(dynamo).pages()) == PAGES_MAX
    dynamo.staged().add([ready("one too many")])
    assert len(agenda_of(dynamo).pages()) == 1
    assert len(found(dynamo)) == PAGES_MAX + 1


def test_a_pass_that_stopped_early_does_not_read_again_what_it_has_finished(dynamo: DynamoWorld) -> None:
    for first in (0, 1_000, 2_000):
        dynamo.staged().add([ready(str(first + n)) for n in range(1_000)])
    met = []
    for record in dynamo.staged().every(HOURS, period=None, states=WORK):
        met.append(record.external_id)
        if len(met) == 1_500:
            break
    move(dynamo, State.EXCLUDED, *met)
    assert len(found(dynamo)) == 1_500
    assert len(noted(dynamo)) == 1_500


def test_readers_and_writers_at_once_lose_nothing(dynamo: DynamoWorld) -> None:
    """Half of the threads make records ready, half read and tidy; another half of the records rest again."""
    names = [str(n) for n in range(64)]
    dynamo.staged().add([a_record(entry=a_time_entry(external_id=name), state=State.HELD) for name in names])

    def work(place: int) -> None:
        if place % 2:
            list(dynamo.staged().every(HOURS, period=None, states=WORK))
            return
        for n in range(place * 4, place * 4 + 8):
            move(dynamo, State.READY, str(n))
            if n % 2:
                move(dynamo, State.EXCLUDED, str(n))

    at_once(work)
    assert found(dynamo) == {name for name in names if int(name) % 2 == 0}


@pytest.mark.parametrize("count", [1, 3_000])
def test_an_entry_costs_little(dynamo: DynamoWorld, count: int) -> None:
    agenda_of(dynamo).note([Entry(str(2_154_000_000 + n), 1) for n in range(count)])
    [item] = dynamo.table.query(tables.agenda_pk(dynamo.tenant_id, INTEGRATION, HOURS))
    size = len(item["d"].get("B", b"")) + len(item["d"].get("S", ""))
    assert size <= max(40, 5 * count)
    assert len(noted(dynamo)) == count
