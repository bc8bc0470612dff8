"""Deliver: what an earlier pass left open is taken up from wherever it stopped, by one worker of several."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from handoff.domain.errors import DeliveryUnknown, Stale, Unreachable
from handoff.domain.posting import PostingState
from handoff.domain.staged import State
from handoff.pipeline.deliver import LEASE, Tally, take_up
from tests.builders import NOW
from tests.unit.pipeline.fetching import Crash
from tests.unit.pipeline.planning import PROJECT
from tests.unit.pipeline.posting import ABSENCE, PostDesk

LOST = DeliveryUnknown("no answer")
SECOND = timedelta(seconds=1)


# ---- the worker died ---------------------------------------------------------------------------


def test_while_a_lease_lives_its_worker_is_left_in_peace() -> None:
    desk = PostDesk()
    desk.erp.answers.append(Crash())
    with pytest.raises(Crash):
        desk.deliver(*desk.ready())
    desk.wait(LEASE - SECOND)

    desk.take_up()

    assert (desk.erp.asked, desk.tally.wait_seconds) == ([], 2)
    assert desk.posting().state is PostingState.CLAIMED


def test_a_document_whose_worker_died_after_sending_is_adopted() -> None:
    desk = PostDesk()
    desk.erp.answers.append((Crash(), "written"))
    with pytest.raises(Crash):
        desk.deliver(*desk.ready("1", "2"))
    desk.wait(LEASE)

    desk.take_up()

    assert (desk.in_the_books(), desk.states()) == (["1", "2"], {"1": State.POSTED, "2": State.POSTED})


def test_a_dead_worker_may_have_sent_until_its_lease_ran_out() -> None:
    desk = PostDesk()
    desk.erp.answers.append(Crash())
    with pytest.raises(Crash):
        desk.deliver(*desk.ready())

    desk.wait(ABSENCE + SECOND)  # over since the claim, but not since the end of the lease
    desk.take_up()
    assert (desk.posting().state, desk.record().state) == (PostingState.UNSURE, State.UNSURE)
    assert desk.posting().sent_at == NOW + LEASE

    desk.wait(LEASE)
    desk.take_up()
    assert (desk.posting().state, desk.record().state) == (PostingState.ABANDONED, State.READY)


def test_a_lease_that_ran_out_long_ago_needs_one_question_only() -> None:
    desk = PostDesk()
    desk.erp.answers.append(Crash())
    with pytest.raises(Crash):
        desk.deliver(*desk.ready())
    desk.wait(timedelta(hours=1))

    desk.post()

    assert (len(desk.erp.asked), desk.in_the_books()) == (1, ["1001"])


@pytest.mark.parametrize("moved", [0, 1, 2])
def test_a_claim_that_was_interrupted_is_given_up_and_its_records_are_planned_again(moved: int) -> None:
    desk = PostDesk()
    records = desk.ready("1", "2")
    key = desk.keep(desk.document(*records), lease_until=NOW + LEASE).key
    for record in records[:moved]:
        desk.put(record.move(State.POSTING, by="post_records", at=NOW, why=key, posting_key=key))
    desk.wait(LEASE + ABSENCE)

    desk.post()

    assert desk.in_the_books() == ["1", "2"]
    assert desk.states() == {"1": State.POSTED, "2": State.POSTED}


def test_a_receipt_that_was_written_is_followed_later() -> None:
    desk = PostDesk()
    desk.staged.fails["save"] = []
    records = desk.ready("1", "2")
    desk.erp.before_send.append(lambda: desk.staged.fails["save"].append(Crash()))
    with pytest.raises(Crash):
        desk.deliver(*records)
    assert (desk.posting().state, desk.record("1").state) == (PostingState.ACCEPTED, State.POSTING)

    desk.take_up()

    assert (desk.posting().state, len(desk.erp.sent), desk.erp.asked) == (PostingState.SETTLED, 1, [])
    assert desk.states() == {"1": State.POSTED, "2": State.POSTED}


def test_a_receipt_half_of_whose_records_were_followed_is_followed_to_the_end() -> None:
    desk = PostDesk()
    records = desk.ready("1", "2")
    key = desk.document(*records).key
    flying = [desk.put(r.move(State.POSTING, by="post_records", at=NOW, why=key, posting_key=key)) for r in records]
    desk.keep(desk.document(*records), state=PostingState.ACCEPTED)
    done = flying[0].covers(PROJECT, key).move(State.POSTED, by="post_records", at=NOW, why="", posting_key=key)
    desk.put(done)

    desk.take_up()

    assert desk.states() == {"1": State.POSTED, "2": State.POSTED}
    assert (desk.posting().state, desk.tally.counts["posted"]) == (PostingState.SETTLED, 1)


def test_records_that_could_not_follow_their_receipt_are_looked_at_again() -> None:
    desk = PostDesk()
    records = desk.ready()
    desk.erp.before_send.append(lambda: desk.staged.told.update(save={"1001"}))

    desk.deliver(*records)
    assert (desk.posting().state, desk.tally.wait_seconds) == (PostingState.ACCEPTED, 1)
    desk.take_up()

    assert (desk.posting().state, desk.record().state) == (PostingState.SETTLED, State.POSTED)


# ---- two at work -------------------------------------------------------------------------------


def test_of_two_that_claim_one_document_the_second_leaves_it_to_the_first() -> None:
    desk, other = PostDesk(), PostDesk()
    other.staged, other.postings, other.problems, other.channels = (
        desk.staged, desk.postings, desk.problems, desk.channels,
    )  # fmt: skip
    records = desk.ready()
    desk.passes = 7
    desk.erp.before_send.append(lambda: other.deliver(*records))

    desk.deliver(*records)

    assert desk.in_the_books() == ["1001"]
    assert other.tally.wait_seconds == LEASE.total_seconds() + 1


def test_of_two_that_find_a_document_absent_one_goes_on() -> None:
    desk = PostDesk()
    desk.ready()
    desk.erp.answers.append(LOST)
    desk.post()
    desk.wait(ABSENCE)
    seen = desk.posting()

    desk.post()  # the other one, from beginning to end
    tally = Tally()
    desk.erp.written, kept = [], desk.erp.written  # and this one's question came before its answer
    take_up(desk.tools(), seen, tally)
    desk.erp.written = kept

    assert (desk.in_the_books(), len(desk.erp.sent)) == (["1001"], 2)
    assert (tally.counts, tally.wait_seconds) == ({}, 1)


def test_of_two_that_find_a_document_there_one_writes_the_receipt() -> None:
    desk = PostDesk()
    desk.ready()
    desk.erp.answers.append(LOST)
    desk.post()
    seen = desk.posting()
    desk.erp.written.append(seen)
    desk.take_up()

    with pytest.raises(Stale):
        take_up(desk.tools(), seen, Tally())

    assert (desk.posting().state, desk.record().state) == (PostingState.SETTLED, State.POSTED)


def test_records_that_another_document_has_meanwhile_are_left_to_it() -> None:
    desk = PostDesk()
    records = desk.ready("1", "2")
    old = desk.keep(desk.document(*records), lease_until=NOW + LEASE)
    desk.ready("3")
    desk.erp.answers.append(LOST)
    desk.deliver(*records, desk.record("3"))
    desk.wait(LEASE + ABSENCE - SECOND)  # the old claim is over, the other document still unsure

    take_up(desk.tools(), replace(old, lease_until=NOW - ABSENCE), Tally())

    assert set(desk.states().values()) == {State.UNSURE}
    assert Counter(desk.posting_states()) == {PostingState.ABANDONED: 1, PostingState.UNSURE: 1}


def test_a_crash_while_a_document_is_given_up_leaves_nothing_on_its_way_for_ever() -> None:
    desk = PostDesk()
    desk.ready("1")
    desk.erp.answers.append(Unreachable("can't be reached"))
    desk.erp.before_send.append(lambda: desk.staged.fails.update(save=[Crash()]))
    with pytest.raises(Crash):
        desk.post()
    desk.wait(LEASE + ABSENCE)

    desk.post()

    assert (desk.in_the_books(), desk.record("1").state) == (["1"], State.POSTED)


def test_content_that_was_edited_and_set_back_is_not_what_an_old_claim_covers() -> None:
    """Same hash, another version: in between, another document may have taken it into the books."""
    desk = PostDesk()
    (record,) = desk.ready()
    desk.erp.answers.append(Crash())
    with pytest.raises(Crash):
        desk.deliver(record)
    flying = desk.record()
    desk.staged.inner.replace(flying, replace(flying, version=3))
    desk.wait(LEASE + ABSENCE)

    desk.take_up()

    assert (desk.posting().state, desk.record().version, desk.record().state) == (
        PostingState.ABANDONED, 3, State.POSTING,
    )  # fmt: skip
    assert len(desk.erp.sent) == 1
