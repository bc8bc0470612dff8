"""Stage: entries that are edited, or gone, after they were posted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handoff.domain.gate import GatePolicy
from handoff.domain.staged import IN_FLIGHT, StagedRecord, Standing, State
from handoff.pipeline.stage import Staged, following, gone, rejudged
from tests.builders import a_record, a_time_entry
from tests.unit.pipeline.staging import LATER, POLICY, a_row, first, moved, next_version, said, staged

# ---- after posting -----------------------------------------------------------------------------

PROJECT, JOURNAL = "project_transactions", "journal"
EDITED = a_time_entry(hours="9")


def posted(*kinds: str, state: State = State.POSTED, version: int = 1) -> StagedRecord:
    return a_record(state=state, version=version, covered={kind: f"HO{kind[0]}" for kind in kinds or (PROJECT,)})


def standing_kinds(record: StagedRecord) -> list[tuple[str, int]]:
    return [(standing.kind, standing.version) for standing in record.standing]


@pytest.mark.parametrize(
    ("known", "kinds"),
    [
        (posted(), [(PROJECT, 1)]),
        (posted(PROJECT, JOURNAL, state=State.SETTLED), [(JOURNAL, 1), (PROJECT, 1)]),
        (posted(state=State.READY), [(PROJECT, 1)]),  # half of it is there
        (posted(state=State.HELD), [(PROJECT, 1)]),
        (posted(JOURNAL, state=State.FAILED), [(JOURNAL, 1)]),
    ],
)
@pytest.mark.parametrize(("approved", "state"), [(True, State.READY), (False, State.HELD)])
def test_an_edit_after_posting_stands_against_the_new_version_until_it_was_reversed(
    known: StagedRecord, kinds: list[tuple[str, int]], approved: bool, state: State
) -> None:
    new = next_version(known, a_row(EDITED, approved=approved))

    assert (new.state, new.version, new.covered, new.posting_key) == (state, 2, {}, None)
    assert standing_kinds(new) == kinds
    assert {standing.hash for standing in new.standing} == {known.hash}


def test_further_edits_have_still_the_first_version_standing_against_them() -> None:
    edited = next_version(posted(), a_row(EDITED, approved=False))

    again = next_version(edited, a_row(a_time_entry(hours="10")))

    assert (again.state, again.version, standing_kinds(again)) == (State.READY, 3, [(PROJECT, 1)])


def test_an_edit_that_the_gate_keeps_out_is_to_be_reversed_first() -> None:
    new = next_version(posted(), a_row(a_time_entry(billable=False)))

    assert (new.state, new.reason, standing_kinds(new)) == (State.REVERSING, "", [(PROJECT, 1)])
    assert new.history[-1].why == "version 2: non_billable"


def test_a_rejection_of_the_new_version_takes_the_old_one_out_of_the_books() -> None:
    edited = next_version(posted(), a_row(EDITED, approved=False))

    assert said(edited).state is State.READY
    assert said(edited, yes=False).state is State.REVERSING


def test_an_entry_edited_back_is_what_the_books_should_have() -> None:
    edited = next_version(posted(PROJECT, JOURNAL), a_row(EDITED))

    back = next_version(edited, a_row())

    assert (back.version, back.standing) == (3, ())
    assert back.covered == {PROJECT: "HOp", JOURNAL: "HOj"}


def test_only_the_part_with_this_very_content_is_right_in_the_books() -> None:
    """The project half was reversed and posted anew before the entry was edited back."""
    half = replace(posted(version=2), standing=(Standing(JOURNAL, "HOj", 1, first(a_row(EDITED)).hash),))

    back = next_version(half, a_row(EDITED))

    assert back.covered == {JOURNAL: "HOj"}
    assert standing_kinds(back) == [(PROJECT, 2)]


def test_what_a_person_wants_posted_anew_stands_though_it_has_this_very_content() -> None:
    anew = following(posted(), first(), POLICY, LATER, by="kari", anew=True)

    assert (anew.version, anew.covered, standing_kinds(anew)) == (2, {}, [(PROJECT, 1)])
    assert (anew.state, anew.history[-1].by) == (State.READY, "time_tool")


def test_the_reversals_there_were_are_handed_on_from_version_to_version() -> None:
    known = replace(posted(), reversals={"HO0": "HO1"})

    assert next_version(known, a_row(EDITED)).reversals == {"HO0": "HO1"}


@pytest.mark.parametrize("approved", [True, False])
def test_an_approval_in_the_time_tool_decides_about_the_new_version(approved: bool) -> None:
    edited = next_version(posted(), a_row(EDITED, approved=not approved))

    ((_, new),) = staged(a_row(EDITED, approved=approved), known=[edited]).moved

    assert (new.state, new.version) == (State.READY if approved else State.HELD, 2)
    assert standing_kinds(new) == [(PROJECT, 1)]


@pytest.mark.parametrize("state", [State.POSTED, State.SETTLED])
def test_an_approval_taken_back_after_posting_is_noted_and_moves_nothing(state: State) -> None:
    known = a_record(state=state)

    noted = moved(known, approved=False)

    assert noted == replace(known, source_approved=False)


# ---- gone from the time tool -------------------------------------------------------------------


@pytest.mark.parametrize("state", [State.HELD, State.READY, State.FAILED])
def test_what_is_gone_and_was_never_posted_stays_out(state: State) -> None:
    out = gone(a_record(state=state), POLICY, LATER)

    assert (out.state, out.reason, out.gone_at) == (State.EXCLUDED, "gone", LATER)
    assert not out.source_approved


@pytest.mark.parametrize("state", sorted(IN_FLIGHT))
def test_what_is_gone_while_a_document_is_on_its_way_is_missed_again_later(state: State) -> None:
    """What the books have of it is known only when that has arrived."""
    record = a_record(state=state, covered={PROJECT: "HOp"}, posting_key="HOX")

    assert gone(record, POLICY, LATER) is record


def test_what_was_out_already_is_noted_as_gone() -> None:
    out = gone(first(a_row(a_time_entry(billable=False))), POLICY, LATER)

    assert (out.state, out.reason, out.gone_at) == (State.EXCLUDED, "gone", LATER)


@pytest.mark.parametrize("state", [State.POSTED, State.SETTLED, State.READY, State.HELD, State.FAILED])
def test_what_is_gone_and_in_the_books_is_to_be_reversed(state: State) -> None:
    out = gone(posted(state=state), POLICY, LATER)

    assert (out.state, out.covered, standing_kinds(out)) == (State.REVERSING, {}, [(PROJECT, 1)])
    assert (out.gone_at, out.history[-1].why) == (LATER, "gone")


@pytest.mark.parametrize("yes", [True, False])
def test_nobodys_word_brings_back_what_is_gone(yes: bool) -> None:
    out = gone(first(), POLICY, LATER)

    assert said(out, yes=yes).state is State.EXCLUDED


def test_what_was_never_posted_and_is_back_stands_where_the_gate_puts_it() -> None:
    out = gone(first(), POLICY, LATER)

    back = moved(out, approved=True)

    assert (back.state, back.version, back.gone_at) == (State.READY, 1, None)


def test_what_is_back_before_it_could_be_reversed_is_right_in_the_books() -> None:
    out = replace(gone(posted(), POLICY, LATER), state=State.FAILED)

    back = next_version(out, a_row())

    assert (back.version, back.covered, back.standing, back.gone_at) == (2, {PROJECT: "HOp"}, (), None)


@pytest.mark.parametrize(("approved", "state"), [(True, State.READY), (False, State.HELD)])
def test_what_was_reversed_and_is_back_begins_a_new_version(approved: bool, state: State) -> None:
    out = gone(posted(), POLICY, LATER).reversed("HOp", "HOr").move(State.REVERSED, by="post", at=LATER, why="gone")

    back = next_version(out, a_row(approved=approved))

    assert (back.version, back.state, back.gone_at) == (2, state, None)
    assert (back.covered, back.standing, back.reversals) == ({}, (), {"HOp": "HOr"})


def test_what_comes_back_while_it_is_being_reversed_is_met_again() -> None:
    row = a_row()

    assert staged(row, known=[gone(posted(), POLICY, LATER)]) == Staged(deferred=[row])


def test_a_reversal_that_nobody_has_sent_yet_is_given_up_when_the_gate_wants_the_record_again() -> None:
    edited = next_version(posted(), a_row(a_time_entry(billable=False), approved=False))

    again = rejudged(edited, GatePolicy(post_non_billable=True), LATER)

    assert (edited.state, again.state, standing_kinds(again)) == (State.REVERSING, State.HELD, [(PROJECT, 1)])
