"""What the store costs: requests and write units as DynamoDB bills them, sizes of usual items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING

import pytest

from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.staged import Move, StagedRecord, State
from handoff.ports import FeedCursor, PassState
from handoff.storage import tables
from handoff.storage.staged import SCANNED_MAX
from tests.builders import HOURS, NOW, OCTOBER, a_posting, a_record, a_time_entry
from tests.contract.storage.worlds import INTEGRATION, DynamoWorld

if TYPE_CHECKING:
    from handoff.storage.dynamo import Item

KEY = "HOABCDEFGHIJKLMNOP"


def size_of(item: Item) -> int:
    """Bytes as DynamoDB counts them: names, texts and bytes; numbers by half their digits and a bit."""

    def of(value: Mapping[str, object]) -> int:
        [(kind, content)] = value.items()
        if kind == "N":
            return ceil(len(str(content)) / 2) + 1
        return len(content if isinstance(content, bytes) else str(content).encode())

    return sum(len(name) + of(dict(value)) for name, value in item.items())


def usual(external_id: str, notes: str = "Implementering av ny kundeportal, oppfølging") -> StagedRecord:
    """An entry as most are, with ids and names as long as real ones."""
    entry = a_time_entry(
        external_id=external_id,
        person_id="4123456",
        client_id="5735776",
        project_id="14307913",
        task_id="8083366",
        notes=notes,
    )
    return replace(
        a_record(entry=entry, state=State.HELD, source_approved=False),
        reason="not_approved",
        history=(Move(State.HELD, NOW + timedelta(microseconds=123456), "time_tool", "not_approved"),),
    )


def all_the_way(record: StagedRecord) -> list[StagedRecord]:
    """The record after each of its moves up to posted, in two documents."""
    at = NOW + timedelta(microseconds=123456)
    ready = replace(record, source_approved=True).move(State.READY, by="time_tool", at=at, why="approved_in_time_tool")
    posting = ready.move(State.POSTING, by="post_records", at=at, why=KEY, posting_key=KEY)
    covered = posting.covers("project_transactions", KEY).covers("journal", KEY)
    return [ready, posting, covered.move(State.POSTED, by="post_records", at=at, why="PT000123", posting_key=KEY)]


def items_of(world: DynamoWorld) -> list[Item]:
    pk = tables.records_pk(world.tenant_id, INTEGRATION, HOURS)
    return list(world.table.query(pk, tables.HEADS))


@pytest.mark.parametrize("notes", ["", "Implementering av ny kundeportal, oppfølging", "Møte med kunden. " * 40])
def test_a_usual_record_is_under_one_kilobyte_from_beginning_to_end(dynamo: DynamoWorld, notes: str) -> None:
    store = dynamo.staged()
    record = usual("2154369871", notes)
    store.add([record])
    assert size_of(items_of(dynamo)[0]) < 1_024
    for revision, moved in enumerate(all_the_way(record), start=1):
        assert store.save([replace(moved, revision=revision)]) == set()
        assert size_of(items_of(dynamo)[0]) < 1_024


def test_a_new_record_costs_three_units_besides_its_own_up_to_posted(dynamo: DynamoWorld) -> None:
    """One for its place in the index, one for `posting`, one for `posted`; an approval on the way is one more."""
    store = dynamo.staged()
    records = [replace(usual(str(2_154_000_000 + n)), state=State.READY, reason="") for n in range(500)]
    dynamo.meter.reset()
    store.add(records)
    read = list(store.get_many(HOURS, [record.external_id for record in records]).values())
    posting = [r.move(State.POSTING, by="post_records", at=NOW, why=KEY, posting_key=KEY) for r in read]
    store.save(posting)
    posted = [
        replace(r, revision=r.revision + 1).move(State.POSTED, by="post_records", at=NOW, why=KEY) for r in posting
    ]
    store.save(posted)
    counted = dynamo.meter.requests["BatchExecuteStatement"]
    assert counted == 3 * 500 / 25
    writes = sum(ceil(size_of(item) / 1_024) for item in items_of(dynamo)) * 3
    index_entries = 500
    agenda = dynamo.meter.requests["PutItem"] * 4  # one item of some 3 KB
    assert (writes + index_entries + agenda) / 500 <= 4.01


def test_an_unchanged_record_costs_a_hundredth_of_a_request_and_no_write(dynamo: DynamoWorld) -> None:
    store = dynamo.staged()
    names = [str(n) for n in range(1_000)]
    store.add([usual(name) for name in names])
    dynamo.meter.reset()
    assert len(store.get_many(HOURS, names)) == 1_000
    assert dynamo.meter.requests == {"BatchGetItem": 10}


def test_a_pass_that_finds_nothing_asks_the_store_three_times(dynamo: DynamoWorld) -> None:
    """The tenant, the pass state, and the cursor that moved on."""
    dynamo.take_in({})
    dynamo.passes().save(PassState({"harvest-1:time_entries": FeedCursor(since=NOW)}))
    dynamo.meter.reset()
    dynamo.tenants().integration(INTEGRATION)
    state = dynamo.passes().load()
    dynamo.reference().put("clients", [])
    dynamo.passes().save(replace(state, cursors={"harvest-1:time_entries": FeedCursor(since=NOW + timedelta(hours=1))}))
    assert dynamo.meter.total == 3


def test_a_document_of_250_lines_is_small_and_its_lines_are_written_once(dynamo: DynamoWorld) -> None:
    store = dynamo.postings()
    records = [usual(str(2_154_000_000 + n)) for n in range(250)]
    dynamo.meter.reset()
    posting = store.claim(a_posting(records=records))
    for _ in range(3):
        posting = store.save(replace(posting, run_id="run-1", sent_at=NOW))
    assert dynamo.meter.requests == {"GetItem": 1, "PutItem": 5}
    pk = tables.integration_pk(dynamo.tenant_id, INTEGRATION, "postings")
    sizes = {item["sk"]["S"][0]: size_of(item) for item in dynamo.table.query(pk)}
    assert sizes["P"] < 1_024
    assert sizes["L"] < 16 * 1_024


def test_a_page_of_a_rare_state_looks_at_a_bounded_number_of_records(dynamo: DynamoWorld) -> None:
    store = dynamo.staged()
    store.add([usual(str(10_000 + n)) for n in range(SCANNED_MAX + 100)])
    store.add([replace(usual("00001"), state=State.EXCLUDED)])
    first = store.page(HOURS, period=None, states={State.EXCLUDED}, limit=10, cursor=None)
    assert first.records == []
    assert first.cursor is not None
    rest = store.page(HOURS, period=None, states={State.EXCLUDED}, limit=10, cursor=first.cursor)
    assert [record.external_id for record in rest.records] == ["00001"]
    assert rest.cursor is None


def test_open_postings_are_read_with_three_requests(dynamo: DynamoWorld) -> None:
    store = dynamo.postings()
    for n in range(12):
        store.claim(a_posting(records=[usual(str(n))]))
    dynamo.meter.reset()
    assert len(dynamo.postings().open()) == 12
    assert dynamo.meter.requests == {"Query": 1, "BatchGetItem": 2}


def test_a_cause_behind_ten_thousand_records_is_reported_with_four_requests(dynamo: DynamoWorld) -> None:
    problem = Problem(ProblemCode.CLOSED_PERIOD, OCTOBER)
    names = {str(2_154_000_000 + n) for n in range(10_000)}
    dynamo.meter.reset()
    dynamo.problems().report(problem, flow=HOURS, external_ids=names, at=NOW)
    assert dynamo.meter.requests == {"UpdateItem": tables.PROBLEM_SHARDS}
    found = dynamo.problems().get(problem.id)
    assert found is not None
    assert found.external_ids == names


def test_the_meter_adds_up_units_as_dynamodb_reports_them(dynamo: DynamoWorld) -> None:
    dynamo.meter.reset()
    dynamo.passes().save(PassState())
    dynamo.passes().load()
    assert dynamo.meter.write_units == 1.0
    assert dynamo.meter.read_units > 0
    assert dynamo.meter.total == 2
