"""Stage: what a page means for the store, row by row."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.domain.gate import GatePolicy
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.staged import ApprovedVia, StagedRecord, State
from handoff.domain.time import TimeEntry, body_of, content_hash, entry_from
from handoff.pipeline.stage import Intake, Staged, rejudged, stage
from tests.builders import HOURS, NOW, a_fetched_entry, a_record, a_time_entry
from tests.unit.pipeline.staging import LATER, POLICY, a_row, first, moved, next_version, said, staged

# ---- new, unchanged, changed -------------------------------------------------------------------


def test_a_row_never_seen_becomes_a_first_version() -> None:
    entry = a_time_entry(hours="2.5")

    record = first(a_row(entry))

    assert (record.flow, record.external_id, record.version, record.revision) == (HOURS, "1001", 1, 0)
    assert entry_from(record.body) == entry
    assert record.hash == content_hash(record.body)
    assert (record.period, record.changed_at) == ("2026-10", NOW)
    assert [(move.to, move.at, move.by, move.why) for move in record.history] == [
        (State.READY, LATER, "time_tool", "approved_in_time_tool")
    ]


def test_h5_2_unapproved_hours_are_held_with_the_reason() -> None:
    record = first(a_row(approved=False))

    assert (record.state, record.reason) == (State.HELD, "not_approved")


def test_a_row_seen_before_with_the_same_content_costs_no_write() -> None:
    assert staged(a_row(), known=[first()]) == Staged(unchanged=1)


def test_time_stamps_and_lock_flags_of_the_time_tool_are_not_content() -> None:
    touched = a_fetched_entry(approved=True, changed_at=NOW + timedelta(days=3))

    assert staged(touched, known=[first()]) == Staged(unchanged=1)


def test_content_has_no_names_and_no_time_stamps_that_could_void_an_approval() -> None:
    assert set(TimeEntry.__struct_fields__) == {
        "external_id", "spent_on", "hours", "person_id", "client_id", "project_id", "task_id", "billable", "rate",
        "notes", "running", "currency",
    }  # fmt: skip


def test_what_is_stored_reads_back_as_the_very_same_content() -> None:
    entry = a_time_entry(hours="7.25", rate="1250.00", notes="Målinger – «Åsgård» 🚀")

    assert body_of(entry_from(body_of(entry))) == body_of(entry)
    assert entry_from(body_of(entry)) == entry


def test_numbers_are_kept_as_written_so_a_connector_hands_on_normalised_ones() -> None:
    assert body_of(a_time_entry(hours="8")) != body_of(a_time_entry(hours="8.0"))

    normalised = msgspec.structs.replace(a_time_entry(), hours=Decimal("8.0").normalize())
    assert body_of(normalised) == body_of(a_time_entry(hours="8"))


@pytest.mark.parametrize(
    "other",
    [
        a_time_entry(hours="7.75"),
        a_time_entry(spent_on="2026-10-06"),
        a_time_entry(person_id="502"),
        a_time_entry(client_id="302"),
        a_time_entry(project_id="402"),
        a_time_entry(task_id="602"),
        a_time_entry(billable=False),
        a_time_entry(rate=None),
        a_time_entry(notes="Forsiden"),
        a_time_entry(running=True),
    ],
)
def test_any_change_of_content_is_a_next_version(other: TimeEntry) -> None:
    known = replace(first(), revision=4)

    new = next_version(known, a_row(other))

    assert (new.version, new.revision, new.hash) == (2, 4, content_hash(body_of(other)))
    assert new.history[0].why.startswith("version 2: ")
    assert len(new.history) == 1


def test_an_entry_that_moves_to_another_month_is_of_that_period() -> None:
    assert next_version(first(), a_row(a_time_entry(spent_on="2026-11-02"))).period == "2026-11"


def test_a_page_is_sorted_row_by_row() -> None:
    known = [first(), first(a_row(a_time_entry(external_id="1002"))), a_record(entry=a_time_entry(external_id="1003"))]
    flying = replace(known[2], state=State.UNSURE)

    result = staged(
        a_row(),
        a_row(a_time_entry(external_id="1002", hours="1")),
        a_row(a_time_entry(external_id="1003", hours="1")),
        a_row(a_time_entry(external_id="1004")),
        known=[*known[:2], flying],
    )

    assert result.unchanged == 1
    assert [new.external_id for _, new in result.changed] == ["1002"]
    assert [row.entry.external_id for row in result.deferred] == ["1003"]
    assert [new.external_id for new in result.new] == ["1004"]
    assert result.moved == []


# ---- approvals ---------------------------------------------------------------------------------


def test_an_approval_in_the_time_tool_lets_the_record_through_without_a_new_version() -> None:
    held = first(a_row(approved=False))

    ready = moved(held, approved=True)

    assert (ready.state, ready.source_approved, ready.version, ready.reason) == (State.READY, True, 1, "")
    assert ready.history[-1].why == "approved_in_time_tool"


def test_an_approval_that_the_time_tool_takes_back_holds_the_record_again() -> None:
    held = moved(first(), approved=False)

    assert (held.state, held.source_approved, held.reason) == (State.HELD, False, "not_approved")


def test_h5_1_a_persons_yes_is_void_once_the_content_changes() -> None:
    approved = said(first(a_row(approved=False)))
    assert approved.state is State.READY

    edited = next_version(approved, a_row(a_time_entry(hours="9"), approved=False))

    assert (edited.state, edited.reason) == (State.HELD, "not_approved")
    assert edited.approvals == approved.approvals


def test_a_persons_yes_counts_again_when_the_content_is_set_back() -> None:
    approved = said(first(a_row(approved=False)))
    edited = next_version(approved, a_row(a_time_entry(hours="9"), approved=False))

    back = next_version(edited, a_row(approved=False))

    assert (back.state, back.version) == (State.READY, 3)
    assert back.history[-1].why == "version 3: approved_by_person"
    assert back.history[-1].by == "kari"


def test_a_yes_of_the_time_tool_to_other_content_is_its_yes_to_that_content() -> None:
    assert next_version(first(), a_row(a_time_entry(hours="9"), approved=True)).state is State.READY


def test_what_a_person_rejected_stays_out_though_the_time_tool_approves_it() -> None:
    rejected = said(first(a_row(approved=False)), yes=False)
    assert (rejected.state, rejected.reason) == (State.EXCLUDED, "rejected")

    assert moved(rejected, approved=True).state is State.EXCLUDED


def test_the_last_word_of_a_person_counts() -> None:
    assert said(said(first(a_row(approved=False)), yes=False)).state is State.READY


def test_a_yes_that_does_not_count_here_changes_nothing() -> None:
    by_rule_only = GatePolicy(counts=frozenset({ApprovedVia.RULE}))

    assert first(policy=by_rule_only).state is State.HELD
    approved = said(first(a_row(approved=False)))
    assert rejudged(approved, by_rule_only, NOW).state is State.HELD


def test_a_running_timer_is_held_whatever_was_approved() -> None:
    running = first(a_row(a_time_entry(running=True, hours="0"), approved=True))
    assert (running.state, running.reason) == (State.HELD, "timer_running")

    assert said(running).state is State.HELD
    stopped = next_version(said(running), a_row(a_time_entry(hours="1.5"), approved=False))
    assert (stopped.state, stopped.reason) == (State.HELD, "not_approved")


@pytest.mark.parametrize(
    ("entry", "policy", "reason"),
    [
        (a_time_entry(hours="0"), POLICY, "no_hours"),
        (a_time_entry(billable=False), POLICY, "non_billable"),
        (a_time_entry(), GatePolicy(excluded_project_ids=frozenset({"401"})), "project_excluded"),
        (a_time_entry(), GatePolicy(starts_on=date(2026, 10, 6)), "before_start"),
    ],
)
def test_a_filter_excludes_with_its_reason_and_lets_through_what_it_no_longer_catches(
    entry: TimeEntry, policy: GatePolicy, reason: str
) -> None:
    out = first(a_row(entry), policy)
    assert (out.state, out.reason) == (State.EXCLUDED, reason)

    open_to_all = GatePolicy(post_non_billable=True)
    fit = entry if entry.hours else a_time_entry(hours="1")
    assert next_version(out, a_row(msgspec.structs.replace(fit, notes="x")), open_to_all).state is State.READY


@pytest.mark.parametrize("state", [State.POSTING, State.UNSURE, State.REVERSING])
@pytest.mark.parametrize("hours", ["7.5", "9"])
def test_a_row_that_changes_while_its_document_is_on_its_way_is_put_off(state: State, hours: str) -> None:
    row = a_row(a_time_entry(hours=hours), approved=hours != "7.5")

    assert staged(row, known=[a_record(state=state)]) == Staged(deferred=[row])


# ---- judging again -----------------------------------------------------------------------------


def test_a_record_that_stands_where_the_gate_wants_it_is_given_back_as_it_is() -> None:
    for record in (first(), first(a_row(approved=False)), said(first(a_row(approved=False)), yes=False)):
        assert rejudged(record, POLICY, LATER) is record


def test_a_new_reason_is_noted_without_a_move() -> None:
    out = first(a_row(a_time_entry(billable=False)))

    again = rejudged(out, GatePolicy(starts_on=date(2026, 12, 1)), LATER)

    assert (again.state, again.reason, again.history) == (State.EXCLUDED, "before_start", out.history)


def test_a_failed_record_that_the_gate_lets_through_waits_for_the_plan() -> None:
    failed = a_record(state=State.FAILED, problems=(Problem(ProblemCode.UNKNOWN_EMPLOYEE, "a@b.example"),))

    assert rejudged(failed, POLICY, LATER) is failed
    assert rejudged(replace(failed, source_approved=False), POLICY, LATER).state is State.HELD


@pytest.mark.parametrize("state", [State.POSTING, State.UNSURE, State.REVERSING, State.POSTED, State.SETTLED])
def test_what_is_on_its_way_or_in_the_books_is_beyond_the_gate(state: State) -> None:
    record = a_record(state=state, source_approved=False, posting_key="HOX")

    assert rejudged(record, POLICY, LATER) is record


@given(st.lists(st.tuples(st.sampled_from(["7.5", "8"]), st.booleans()), min_size=1, max_size=8))
def test_h5_1_only_what_is_approved_as_it_is_now_is_ever_ready(reads: list[tuple[str, bool]]) -> None:
    """Whatever is edited and approved or not in the time tool, read by read."""
    known: dict[str, StagedRecord] = {}
    for hours, approved in reads:
        row = a_row(a_time_entry(hours=hours), approved=approved)
        result = stage([row], known, Intake(HOURS, POLICY, NOW))
        for record in (*result.new, *(new for _, new in (*result.changed, *result.moved))):
            known[record.external_id] = record
        record = known["1001"]
        assert (record.state is State.READY) is approved
        assert entry_from(record.body).hours == Decimal(hours)
