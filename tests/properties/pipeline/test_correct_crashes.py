"""Correct: a reversal is written exactly once, whatever breaks on the way, and what is true follows it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from handoff.domain.errors import DeliveryUnknown, HandoffError, RateLimited, Unreachable
from handoff.domain.posting import DocumentKind, PostingState
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.staged import State
from handoff.pipeline.deliver import LEASE
from tests.unit.pipeline.correcting import CorrectDesk
from tests.unit.pipeline.fetching import Crash
from tests.unit.pipeline.planning import JOURNAL, PROJECT
from tests.unit.pipeline.posting import ABSENCE

BOTH = (PROJECT, JOURNAL)
PLACES = [
    ("postings", "claim"), ("postings", "save"), ("staged", "save"), ("problems", "report"), ("problems", "clear"),
]  # fmt: skip
LOST = DeliveryUnknown("no answer")
CORRECTED = {"1": (Decimal(4), Decimal(5000)), "2": (Decimal("7.5"), Decimal(9375))}


def edited(*kinds: DocumentKind) -> CorrectDesk:
    """Two posted entries, one of them edited."""
    desk = CorrectDesk(*(kinds or (PROJECT,)))
    desk.posted("1", "2")
    desk.says("1", hours="4")
    return desk


def passes(desk: CorrectDesk) -> None:
    """Passes until all has come to rest, each after everything that may be waited for."""
    for _ in range(4):
        desk.wait(LEASE + ABSENCE)
        desk.post()
    assert desk.finished()


# ---- claimed, not sent -------------------------------------------------------------------------


def test_a_reversal_is_claimed_and_its_record_on_its_way_before_anything_is_sent() -> None:
    desk = edited()
    seen: list[Any] = []
    desk.erp.before_send.append(lambda: seen.extend([desk.reversal(), desk.record("1")]))

    desk.post()

    reversal, record = seen
    assert (reversal.state, reversal.reversal) == (PostingState.CLAIMED, True)
    assert (record.state, record.posting_key) == (State.REVERSING, reversal.key)


@pytest.mark.parametrize("fault", [Unreachable("no"), RateLimited("wait", retry_after=30)])
def test_a_reversal_that_was_surely_not_sent_is_given_up_and_planned_anew(fault: HandoffError) -> None:
    desk = edited()
    desk.erp.answers.append(fault)

    with pytest.raises(type(fault)):
        desk.post()
    assert (desk.reversal().state, desk.record("1").state) == (PostingState.ABANDONED, State.READY)
    assert len(desk.record("1").standing) == 1
    desk.post()

    assert desk.net() == CORRECTED


def test_what_is_withdrawn_while_its_reversal_could_not_be_sent_stays_in_the_books() -> None:
    desk = edited()
    desk.erp.answers.append(Unreachable("no"))
    with pytest.raises(Unreachable):
        desk.post()

    desk.says("1", approved=False, hours="4")
    desk.post()

    assert (desk.record("1").state, desk.net()["1"]) == (State.HELD, (Decimal("7.5"), Decimal(9375)))


def test_a_record_that_changed_at_that_very_moment_leaves_the_reversal_before_it_is_sent() -> None:
    desk = CorrectDesk()
    desk.posted("1", "2")
    desk.says("1", hours="4")
    desk.says("2", hours="4")
    held = desk.record("2").move(State.HELD, by="time_tool", at=desk.now, why="not_approved")
    desk.postings.after["claim"] = lambda: desk.put(replace(held, source_approved=False))

    desk.post()

    assert desk.documents()[1:] == [(True, ["1"], Decimal("-7.50")), (False, ["1"], Decimal(4))]
    assert desk.states() == {"1": State.POSTED, "2": State.HELD}
    assert [ref.external_id for ref in desk.reversal().records] == ["1"]


# ---- sent, no answer ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", BOTH)
def test_a_lost_answer_to_a_reversal_is_asked_for_and_the_document_adopted(kind: DocumentKind) -> None:
    desk = edited(kind)
    desk.erp.answers.append((LOST, "written"))

    desk.post()

    receipt = desk.reversal().receipt
    assert receipt is not None
    assert (receipt.adopted, desk.erp.asked) == (True, [desk.reversal().key])
    assert desk.net() == CORRECTED


def test_an_unsure_reversal_waits_and_nothing_new_of_the_record_is_posted_meanwhile() -> None:
    desk = edited()
    desk.erp.answers.append(LOST)
    desk.post()
    assert (desk.reversal().state, desk.record("1").state) == (PostingState.UNSURE, State.REVERSING)
    assert desk.tally.wait_seconds == ABSENCE.total_seconds() + 1

    desk.wait(ABSENCE - timedelta(seconds=1))
    desk.post()

    assert len(desk.erp.sent) == 2
    assert (desk.record("1").state, desk.record("1").posting_key) == (State.REVERSING, desk.reversal().key)


def test_a_reversal_that_is_surely_absent_is_planned_anew_and_sent_under_its_key() -> None:
    desk = edited()
    desk.erp.answers.append(LOST)
    desk.post()
    key = desk.reversal().key
    desk.wait(ABSENCE)

    desk.post()

    assert (desk.reversal().key, desk.reversal().state) == (key, PostingState.SETTLED)
    assert desk.net() == CORRECTED
    assert desk.erp.sent[1:] == [["1"], ["1"], ["1"]]


def test_a_reversal_that_appears_late_is_adopted() -> None:
    desk = edited()
    desk.erp.answers.append(LOST)
    desk.post()
    desk.erp.written.append(desk.reversal())

    desk.wait(ABSENCE - timedelta(seconds=1))
    desk.post()

    assert (desk.net(), len(desk.erp.sent)) == (CORRECTED, 3)


@pytest.mark.parametrize("written", [True, False])
def test_an_edit_while_a_reversal_is_unsure_waits_for_its_fate(written: bool) -> None:
    desk = edited()
    desk.erp.answers.append((LOST, "written") if written else LOST)
    desk.erp.finds.append(Unreachable("no"))
    desk.post()
    assert desk.says("1", hours="2").version == 2
    desk.wait(ABSENCE)
    desk.post()

    desk.says("1", hours="2")
    passes(desk)

    assert desk.net()["1"] == (Decimal(2), Decimal(2500))


def test_what_is_back_while_it_is_being_taken_out_is_posted_in_the_end() -> None:
    desk = CorrectDesk()
    desk.posted("1")
    desk.deleted("1")
    desk.erp.answers.append(LOST)
    desk.post()
    assert desk.says("1").state is State.REVERSING
    desk.wait(ABSENCE)
    desk.post()
    assert (desk.record("1").state, desk.net()) == (State.REVERSED, {})

    desk.says("1")
    passes(desk)

    assert desk.net() == {"1": (Decimal("7.5"), Decimal(9375))}


# ---- a process that dies -----------------------------------------------------------------------


@pytest.mark.parametrize("kinds", [(PROJECT,), (JOURNAL,), BOTH])
@pytest.mark.parametrize("way", ["edited", "out", "deleted"])
@pytest.mark.parametrize("place", PLACES, ids=".".join)
@pytest.mark.parametrize("after", [True, False])
@pytest.mark.parametrize("nth", range(7))
def test_a_crash_anywhere_neither_loses_nor_doubles_a_reversal(
    kinds: tuple[DocumentKind, ...], way: str, place: tuple[str, str], after: bool, nth: int
) -> None:
    desk = CorrectDesk(*kinds)
    desk.posted("1", "2")
    {
        "edited": lambda: desk.says("1", hours="4"),
        "out": lambda: desk.says("1", hours="0"),
        "deleted": lambda: desk.deleted("1"),
    }[way]()
    store, method = place
    watched = getattr(desk, store)
    left = [nth]

    def die() -> None:
        if left[0] == 0:
            left[0] -= 1
            raise Crash
        left[0] -= 1
        (watched.after if after else watched.before)[method] = die

    (watched.after if after else watched.before)[method] = die
    with suppress(Crash):
        desk.post()
    watched.after.clear()
    watched.before.clear()

    passes(desk)

    for kind in kinds:
        expected = CORRECTED if way == "edited" else {"2": CORRECTED["2"]}
        assert desk.net(kind) == expected
        keys = [posting.key for posting in desk.channels[kind].written]
        assert len(keys) == len(set(keys))
    assert desk.record("1").standing == ()
    assert desk.inbox() == []


@pytest.mark.parametrize("written", [True, False])
def test_a_process_that_dies_while_it_sends_leaves_the_reversal_to_be_asked_for(written: bool) -> None:
    desk = edited()
    desk.erp.answers.append((Crash(), "written") if written else Crash())
    with pytest.raises(Crash):
        desk.post()
    desk.post()
    assert (len(desk.erp.sent), desk.erp.asked) == (2, []), "its lease lives"

    passes(desk)

    assert desk.net() == CORRECTED
    assert len(desk.erp.asked) == 1


def test_time_that_runs_out_between_reversal_and_new_document_is_taken_up_later() -> None:
    desk = edited()
    desk.time_left = lambda: len(desk.erp.sent) < 2

    assert not desk.post()
    assert (desk.net(), desk.record("1").state) == ({"2": CORRECTED["2"]}, State.READY)
    desk.time_left = lambda: True
    assert desk.post()

    assert desk.net() == CORRECTED


# ---- a kind that can't be asked for ------------------------------------------------------------


def test_a_lost_answer_to_a_reversal_of_a_kind_without_a_key_is_left_to_a_person() -> None:
    desk = edited()
    desk.erp.findable = False
    desk.erp.answers.append(LOST)

    for _ in range(3):
        desk.post()
        desk.wait(10 * ABSENCE)

    assert (len(desk.erp.sent), desk.erp.asked) == (2, [])
    ((code, subject, names),) = desk.inbox()
    assert (code, names) == (ProblemCode.OUTCOME_UNKNOWN, ["1"])
    assert subject == f"Document {desk.reversal().key} (Reversal of PT000001, hours 2026-10: -7.50 h, -9375.00 NOK)"
    assert (desk.reversal().state, desk.record("1").state) == (PostingState.UNSURE, State.REVERSING)
