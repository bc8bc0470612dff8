"""Documents that were sent, got no answer and can't be asked for: a person's word decides, and no machine's."""

from __future__ import annotations

import pytest

from handoff.domain.errors import DeliveryUnknown, InvalidInput, NotFound
from handoff.domain.posting import PostingState
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.staged import State
from handoff.pipeline.outcome import tell_outcome
from tests.unit.pipeline.fetching import Crash
from tests.unit.pipeline.posting import ABSENCE
from tests.unit.pipeline.repairing import RepairDesk


def lost(*, written: bool) -> RepairDesk:
    """A document of a kind without a key, whose answer was lost."""
    desk = RepairDesk()
    desk.erp.findable = False
    unknown = DeliveryUnknown("no answer")
    desk.erp.answers.append((unknown, "written") if written else unknown)
    desk.ready("1", "2")
    desk.post()
    return desk


def test_it_waits_for_a_person_however_often_a_pass_comes_by() -> None:
    desk = lost(written=True)

    for _ in range(3):
        desk.wait(2 * ABSENCE)
        desk.post()

    assert desk.erp.asked == []
    assert len(desk.erp.sent) == 1
    assert desk.states() == {"1": State.UNSURE, "2": State.UNSURE}
    ((code, subject, ids),) = desk.inbox()
    assert (code, ids) == (ProblemCode.OUTCOME_UNKNOWN, ["1", "2"])
    assert desk.posting().key in subject


def test_a_document_that_a_person_found_is_adopted_with_its_number() -> None:
    desk = lost(written=True)

    tell_outcome(desk.tools(), desk.passes_store, desk.posting().key, number="PT000007")
    desk.post()

    receipt = desk.posting().receipt
    assert receipt is not None
    assert (receipt.number, receipt.adopted) == ("PT000007", True)
    assert desk.states() == {"1": State.POSTED, "2": State.POSTED}
    assert desk.in_the_books() == ["1", "2"]
    assert desk.inbox() == []


def test_a_document_that_is_surely_not_there_is_sent_again() -> None:
    desk = lost(written=False)

    tell_outcome(desk.tools(), desk.passes_store, desk.posting().key, number=None)
    desk.post()

    assert desk.states() == {"1": State.POSTED, "2": State.POSTED}
    assert desk.in_the_books() == ["1", "2"]
    assert desk.inbox() == []


def test_nobody_is_asked_about_what_the_erp_can_be_asked_for() -> None:
    desk = RepairDesk()
    desk.posted()

    with pytest.raises(InvalidInput) as refusal:
        tell_outcome(desk.tools(), desk.passes_store, desk.posting().key, number="PT1")

    assert refusal.value.code == "outcome_known"
    assert desk.posting().state is PostingState.SETTLED
    with pytest.raises(NotFound):
        tell_outcome(desk.tools(), desk.passes_store, "HOAAAAAAAAAAAAAAAA", number=None)


@pytest.mark.parametrize(("store", "method"), [("problems", "close"), ("postings", "save"), ("staged", "save")])
def test_the_next_pass_is_told_even_if_the_process_dies_half_way(store: str, method: str) -> None:
    desk = lost(written=False)
    getattr(desk, store).fails[method] = [Crash()]

    with pytest.raises(Crash):
        tell_outcome(desk.tools(), desk.passes_store, desk.posting().key, number=None)

    assert desk.passes_store.load().needs_posting


def test_nothing_is_told_to_the_next_pass_of_a_word_that_is_refused() -> None:
    desk = RepairDesk()
    desk.posted()

    with pytest.raises(InvalidInput):
        tell_outcome(desk.tools(), desk.passes_store, desk.posting().key, number="PT1")

    assert not desk.passes_store.load().needs_posting
