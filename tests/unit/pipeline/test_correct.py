"""Correct: what changed after it was posted is taken back, and then what is true is posted."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from handoff.domain.gate import GatePolicy
from handoff.domain.posting import DocumentKind, PostingState
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.staged import Approval, ApprovedVia, State
from handoff.pipeline.stage import rejudged
from tests.builders import NOW, OCTOBER
from tests.unit.pipeline.correcting import CorrectDesk
from tests.unit.pipeline.planning import JOURNAL, PROJECT

BOTH = (PROJECT, JOURNAL)
KINDS = [(PROJECT,), (JOURNAL,), BOTH]


def part(hours: str, amount: str) -> tuple[Decimal, Decimal]:
    return Decimal(hours), Decimal(amount)


# ---- edited ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kinds", KINDS)
def test_an_approved_edit_reverses_what_was_posted_and_posts_anew_in_one_pass(kinds: tuple[DocumentKind, ...]) -> None:
    desk = CorrectDesk(*kinds)
    desk.posted("1", "2")
    desk.says("1", hours="4")

    assert desk.post()

    for kind in kinds:
        assert desk.documents(kind) == [
            (False, ["1", "2"], Decimal("15.00")), (True, ["1"], Decimal("-7.50")), (False, ["1"], Decimal("4.00")),
        ]  # fmt: skip
        assert desk.net(kind) == {"1": part("4", "5000"), "2": part("7.5", "9375")}
        assert desk.balances(kind) == {("1530", "10"): Decimal(14375), ("3000", "10"): Decimal(-14375)}
    record = desk.record("1")
    assert (record.state, record.version, record.standing, set(record.covered)) == (State.POSTED, 2, (), set(kinds))
    assert (desk.counts["reversed"], desk.counts["posted"], desk.inbox()) == (len(kinds), 1, [])
    assert desk.finished()


def test_a_record_tells_which_document_took_which_back() -> None:
    desk = CorrectDesk()
    desk.posted("1")
    (original,) = desk.all_postings()
    desk.says("1", hours="4")

    desk.post()

    record, reversal = desk.record("1"), desk.reversal()
    assert record.reversals == {original.key: reversal.key}
    assert (reversal.state, reversal.period) == (PostingState.SETTLED, OCTOBER)
    assert [(ref.external_id, ref.version) for ref in reversal.records] == [("1", 1)]
    assert [(move.to, move.why) for move in record.history][1:4] == [
        (State.REVERSING, reversal.key),
        (State.READY, "project_transactions PT000002, a reversal"),
        (State.POSTING, record.covered[PROJECT]),
    ]


def test_both_halves_of_a_correction_are_written_under_keys_of_their_own() -> None:
    desk = CorrectDesk()
    desk.posted("1")
    for hours in ("4", "7.5", "4"):
        desk.says("1", hours=hours)
        desk.post()

    keys = [posting.key for posting in desk.erp.written]
    assert len(keys) == len(set(keys)) == 7
    assert desk.net() == {"1": part("4", "5000")}


def test_a_second_pass_after_a_correction_has_nothing_to_do() -> None:
    desk = CorrectDesk(*BOTH)
    desk.posted("1")
    desk.says("1", hours="4")
    desk.post()
    desk.erp.read.clear()

    desk.post()

    assert (desk.counts, desk.erp.read, desk.staged.calls["save"], desk.postings.calls) == ({}, [], 0, {"open": 1})


def test_the_books_keep_what_they_have_while_the_new_version_waits_for_a_yes() -> None:
    desk = CorrectDesk()
    desk.posted("1")
    held = desk.says("1", approved=False, hours="4")

    desk.post()

    assert (held.state, desk.record("1"), len(desk.erp.sent)) == (State.HELD, held, 1)
    assert desk.net() == {"1": part("7.5", "9375")}
    desk.says("1", hours="4")
    desk.post()
    assert desk.net() == {"1": part("4", "5000")}


@pytest.mark.parametrize("kinds", KINDS)
def test_a_new_version_that_can_not_be_planned_leaves_the_old_one_in_the_books(
    kinds: tuple[DocumentKind, ...],
) -> None:
    desk = CorrectDesk(*kinds)
    desk.posted("1", "2")
    desk.says("1", hours="25")
    desk.says("2", hours="3")

    desk.post()

    assert desk.states() == {"1": State.FAILED, "2": State.POSTED}
    assert desk.inbox() == [(ProblemCode.TOO_MANY_HOURS, "Entry 1", ["1"])]
    assert desk.net() == {"1": part("7.5", "9375"), "2": part("3", "3750")}
    desk.says("1", hours="5")
    desk.post()
    assert (desk.inbox(), desk.net()["1"]) == ([], part("5", "6250"))


@pytest.mark.parametrize("kinds", KINDS)
@pytest.mark.parametrize("change", [{"billable": False}, {"hours": "0"}, {"project_id": "409"}])
def test_a_new_version_that_stays_out_is_taken_out_of_the_books(
    kinds: tuple[DocumentKind, ...], change: dict[str, Any]
) -> None:
    desk = CorrectDesk(*kinds)
    desk.policy = GatePolicy(excluded_project_ids=frozenset({"409"}))
    desk.posted("1", "2")
    desk.says("1", **change)
    assert desk.record("1").state is State.REVERSING

    desk.post()

    assert (desk.record("1").state, bool(desk.record("1").reason)) == (State.EXCLUDED, True)
    for kind in kinds:
        assert desk.net(kind) == {"2": part("7.5", "9375")}
    assert desk.finished()


def test_what_a_person_rejects_after_it_was_posted_is_taken_out_of_the_books() -> None:
    desk = CorrectDesk()
    desk.posted("1")
    held = desk.says("1", approved=False, hours="4")
    no = Approval(held.hash, False, ApprovedVia.PERSON, "kari", NOW)
    desk.put(rejudged(replace(held, approvals=(no,)), desk.policy, NOW, by="kari"))

    desk.post()

    assert (desk.net(), desk.record("1").state, desk.record("1").reason) == ({}, State.EXCLUDED, "rejected")


def test_an_entry_without_value_for_one_kind_is_taken_out_of_that_kind_alone() -> None:
    desk = CorrectDesk(*BOTH)
    desk.posted("1", "2")
    desk.says("1", rate="0")

    desk.post()

    assert desk.net(PROJECT) == {"1": part("7.5", "0"), "2": part("7.5", "9375")}
    assert desk.net(JOURNAL) == {"2": part("7.5", "9375")}
    assert (desk.record("1").state, set(desk.record("1").covered)) == (State.POSTED, {PROJECT})


# ---- edited back -------------------------------------------------------------------------------


@pytest.mark.parametrize("approved", [True, False])
def test_an_entry_edited_back_before_anybody_said_yes_needs_no_document(approved: bool) -> None:
    desk = CorrectDesk(*BOTH)
    desk.posted("1")
    desk.says("1", approved=False, hours="4")
    desk.post()

    desk.says("1", approved=approved)
    desk.post()

    assert (desk.record("1").state, desk.record("1").version, desk.record("1").standing) == (State.POSTED, 3, ())
    assert len(desk.erp.sent) == 1


def test_an_entry_edited_back_after_its_reversal_is_posted_anew_and_then_reversed_again() -> None:
    desk = CorrectDesk()
    desk.posted("1")
    desk.says("1", hours="0")
    desk.post()

    desk.says("1")
    desk.post()
    assert (desk.record("1").state, desk.net()) == (State.POSTED, {"1": part("7.5", "9375")})
    desk.says("1", hours="0")
    desk.post()

    assert desk.net() == {}
    assert len({posting.key for posting in desk.erp.written}) == 4


def test_an_entry_edited_back_half_corrected_keeps_the_half_that_is_right() -> None:
    desk = CorrectDesk(*BOTH)
    desk.posted("1")
    desk.says("1", hours="4")
    desk.channels[JOURNAL].refused["1"] = "Ledger is locked."
    desk.post()  # the project half is reversed, the journal half is refused
    assert (desk.net(PROJECT), desk.net(JOURNAL)) == ({}, {"1": part("7.5", "9375")})
    assert [code for code, *_ in desk.inbox()] == [ProblemCode.REFUSED_BY_ERP]
    desk.channels[JOURNAL].refused.clear()

    desk.says("1")
    desk.post()

    assert desk.net(PROJECT) == desk.net(JOURNAL) == {"1": part("7.5", "9375")}
    assert (desk.record("1").state, len(desk.channels[JOURNAL].written), desk.inbox()) == (State.POSTED, 1, [])


def test_an_edit_of_what_is_half_posted_takes_that_half_back() -> None:
    desk = CorrectDesk(*BOTH)
    desk.says("1")
    desk.channels[JOURNAL].refused["1"] = "Ledger is locked."
    desk.post()
    desk.channels[JOURNAL].refused.clear()

    desk.says("1", hours="4")
    desk.post()

    assert desk.net(PROJECT) == desk.net(JOURNAL) == {"1": part("4", "5000")}
    assert [len(channel.written) for channel in desk.channels.values()] == [3, 1]


# ---- deleted -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kinds", KINDS)
def test_what_was_deleted_is_taken_out_of_the_books_and_ends_as_reversed(kinds: tuple[DocumentKind, ...]) -> None:
    desk = CorrectDesk(*kinds)
    desk.posted("1", "2")
    desk.deleted("1")

    desk.post()

    record = desk.record("1")
    assert (record.state, record.reason, record.standing, record.covered) == (State.REVERSED, "gone", (), {})
    for kind in kinds:
        assert desk.net(kind) == {"2": part("7.5", "9375")}
    assert desk.counts["reversed"] == len(kinds)


def test_what_was_deleted_and_is_back_is_posted_as_a_new_version() -> None:
    desk = CorrectDesk(*BOTH)
    desk.posted("1")
    desk.deleted("1")
    desk.post()

    desk.says("1")
    desk.post()

    assert (desk.record("1").state, desk.record("1").version) == (State.POSTED, 2)
    assert desk.net(PROJECT) == desk.net(JOURNAL) == {"1": part("7.5", "9375")}
    assert len({posting.key for channel in desk.channels.values() for posting in channel.written}) == 6


def test_what_was_deleted_while_its_edit_waited_is_taken_back_once() -> None:
    desk = CorrectDesk()
    desk.posted("1")
    desk.says("1", approved=False, hours="4")
    desk.deleted("1")

    desk.post()

    assert (desk.record("1").state, desk.documents()[1:]) == (State.REVERSED, [(True, ["1"], Decimal("-7.50"))])


def test_a_period_that_was_asked_for_is_corrected_alone() -> None:
    desk = CorrectDesk()
    desk.posted("1")
    desk.says("2", spent_on="2026-11-03")
    desk.post()
    desk.wait(desk.erp.absence_delay)
    desk.says("1", hours="0")
    desk.says("2", spent_on="2026-11-03", hours="0")

    desk.post(period=OCTOBER)

    assert desk.net() == {"2": part("7.5", "9375")}
