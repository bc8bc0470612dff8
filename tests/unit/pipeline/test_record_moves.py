"""Record moves: where a record goes with its posting. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from handoff.domain.gate import GatePolicy
from handoff.domain.posting import DocumentKind, Posting, Receipt, RecordShare
from handoff.domain.staged import IN_FLIGHT, RecordRef, StagedRecord, Standing, State, ref_of
from handoff.pipeline.record_moves import claimed, in_the_books, is_held, released, rest_of, taken_back
from tests.builders import NOW, a_posting, a_record, a_time_entry
from tests.unit.pipeline.planning import JOURNAL, PROJECT

POLICY = GatePolicy()
KEY = "HOSTANDING"


def a_reversal(record: StagedRecord, kind: DocumentKind = PROJECT) -> Posting:
    """Takes back what stands against the record."""
    (standing,) = [one for one in record.standing if one.kind == kind]
    document = a_posting(kind=kind)
    refs = (RecordRef(record.external_id, standing.version, standing.hash),)
    shares = (RecordShare(record.external_id, -document.hours, -document.amount, (), standing.key),)
    return replace(
        document, key="HOREVERSAL", reversal=True, records=refs, shares=shares, receipt=Receipt("PT9", "", NOW)
    )


def edited(*kinds: DocumentKind, state: State = State.READY, **changes: Any) -> StagedRecord:
    """A second version, with the first one in the books."""
    standing = tuple(Standing(kind, f"{KEY}{kind[0]}", 1, "first") for kind in kinds or (PROJECT,))
    return replace(a_record(version=2, state=state), **{"standing": standing, **changes})


# ---- claimed and held --------------------------------------------------------------------------


def test_a_record_is_posting_with_a_posting_and_reversing_with_a_reversal() -> None:
    posting, record = a_posting(), edited()

    assert claimed(a_record(), posting, at=NOW).state is State.POSTING
    moved = claimed(record, a_reversal(record), at=NOW)
    assert (moved.state, moved.posting_key, moved.standing) == (State.REVERSING, "HOREVERSAL", record.standing)


@pytest.mark.parametrize(
    "state", [State.READY, State.FAILED, State.HELD, State.EXCLUDED, State.POSTED, State.REVERSING]
)
def test_whatever_waits_for_its_reversal_can_be_claimed_by_it(state: State) -> None:
    record = edited(state=state)

    assert claimed(record, a_reversal(record), at=NOW).state is State.REVERSING


def test_a_reversal_holds_a_record_as_long_as_what_it_takes_back_stands() -> None:
    record = edited()
    reversal = a_reversal(record)
    ((ref),) = reversal.records
    held = claimed(record, reversal, at=NOW)

    assert is_held(held, reversal, ref)
    assert not is_held(record, reversal, ref), "it is not claimed yet"
    assert not is_held(replace(held, posting_key="HOANOTHER"), reversal, ref)
    assert not is_held(replace(held, state=State.FAILED), reversal, ref)
    assert not is_held(held.reversed(f"{KEY}p", "HOREVERSAL"), reversal, ref)


def test_a_posting_holds_the_very_version_that_it_covers() -> None:
    record = a_record()
    posting = a_posting(records=[record])
    held = claimed(record, posting, at=NOW)

    assert is_held(held, posting, ref_of(record))
    assert is_held(replace(held, state=State.UNSURE), posting, ref_of(record))
    assert not is_held(replace(held, version=2), posting, ref_of(record))
    assert not is_held(held.covers(PROJECT, posting.key), posting, ref_of(record))
    assert not is_held(replace(held, state=State.REVERSING), posting, ref_of(record))


# ---- released ----------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [State.POSTING, State.UNSURE])
def test_a_record_whose_document_came_to_nothing_is_ready_again(state: State) -> None:
    freed = released(a_record(state=state, posting_key="HOX"), POLICY, at=NOW, why="not sent")

    assert (freed.state, freed.posting_key, freed.history[-1].why) == (State.READY, None, "not sent")


@pytest.mark.parametrize("state", [State.POSTING, State.UNSURE])
def test_a_record_that_the_gate_no_longer_lets_through_is_not_ready_again(state: State) -> None:
    excluding = replace(POLICY, excluded_project_ids=frozenset({a_time_entry().project_id}))

    freed = released(a_record(state=state, posting_key="HOX"), excluding, at=NOW, why="not sent")

    assert (freed.state, [str(move.to) for move in freed.history[-2:]]) == (State.EXCLUDED, ["ready", "excluded"])


@pytest.mark.parametrize(
    ("record", "state", "why"),
    [
        (edited(state=State.REVERSING), State.READY, "not sent"),
        (edited(state=State.REVERSING, source_approved=False), State.HELD, "not_approved"),
        (edited(state=State.REVERSING, gone_at=NOW), State.REVERSING, "not sent"),
    ],
)
def test_a_record_whose_reversal_came_to_nothing_goes_where_the_gate_puts_it(
    record: StagedRecord, state: State, why: str
) -> None:
    freed = released(replace(record, posting_key="HOX"), POLICY, at=NOW, why="not sent")

    assert (freed.state, freed.posting_key, freed.standing) == (state, None, record.standing)
    assert freed.history[-1].why == why


# ---- in the books ------------------------------------------------------------------------------


def test_a_record_is_posted_when_every_kind_that_is_wanted_has_it() -> None:
    posting = replace(a_posting(), receipt=Receipt("PT1", "", NOW))
    record = claimed(a_record(), posting, at=NOW)

    assert in_the_books(record, posting, (PROJECT,), at=NOW).state is State.POSTED
    half = in_the_books(record, posting, (PROJECT, JOURNAL), at=NOW)
    assert (half.state, half.covered, half.history[-1].why) == (
        State.READY, {PROJECT: posting.key}, "project_transactions PT1",
    )  # fmt: skip


# ---- taken back --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "state", "why"),
    [
        ({}, State.READY, "project_transactions PT9, a reversal"),
        ({"source_approved": False}, State.HELD, "not_approved"),
        ({"gone_at": NOW}, State.REVERSED, "gone"),
        ({"body": a_record(entry=a_time_entry(billable=False)).body}, State.EXCLUDED, "non_billable"),
    ],
)
def test_what_is_taken_back_goes_where_it_belongs_now(changes: dict[str, Any], state: State, why: str) -> None:
    record = edited(**changes)
    reversal = a_reversal(record)

    left = taken_back(claimed(record, reversal, at=NOW), reversal, POLICY, at=NOW)

    assert (left.state, left.standing, left.posting_key) == (state, (), None)
    assert (left.reversals, left.history[-1].why) == ({f"{KEY}p": "HOREVERSAL"}, why)


@pytest.mark.parametrize(
    ("changes", "state"),
    [({}, State.READY), ({"gone_at": NOW}, State.REVERSING), ({"source_approved": False}, State.HELD)],
)
def test_what_another_kind_has_of_it_stands_still(changes: dict[str, Any], state: State) -> None:
    record = edited(PROJECT, JOURNAL, **changes)
    reversal = a_reversal(record, PROJECT)

    left = taken_back(claimed(record, reversal, at=NOW), reversal, POLICY, at=NOW)

    assert (left.state, [one.kind for one in left.standing]) == (state, [JOURNAL])


def test_what_is_left_of_a_record_that_is_gone_is_nothing() -> None:
    assert rest_of(edited(gone_at=NOW, standing=()), POLICY) == (State.REVERSED, "gone")
    assert rest_of(edited(gone_at=NOW), POLICY) == (State.REVERSING, "")


def test_a_record_on_its_way_is_held_by_one_posting_alone() -> None:
    assert {State.POSTING, State.UNSURE, State.REVERSING} == IN_FLIGHT
