"""Invoices that several workers meet: leases, dead workers, versions that change at that very moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handoff.domain.errors import (
    DeliveryUnknown,
    NotKnownYet,
    RateLimited,
    ReconnectNeeded,
    Rejected,
    Stale,
    Unreachable,
)
from handoff.domain.posting import PostingState
from handoff.domain.staged import State
from handoff.pipeline.deliver import LEASE
from handoff.pipeline.live.book import book, take_up
from tests.unit.pipeline.fetching import Crash
from tests.unit.pipeline.live.booking import SECOND, BookDesk, a_ready_record, booked_once
from tests.unit.pipeline.live.journal import ABSENCE
from tests.unit.pipeline.live.living import an_invoice

LOST = DeliveryUnknown("no answer")
NOT_SENT = [Unreachable("no"), RateLimited("wait", retry_after=30), ReconnectNeeded("role")]


def test_while_a_lease_lives_its_worker_is_left_in_peace() -> None:
    desk = BookDesk()
    desk.ready()
    desk.journal.before["create"] = Crash()
    with pytest.raises(Crash):
        desk.book()
    asked = list(desk.journal.asked)

    desk.later(LEASE - SECOND)
    with pytest.raises(NotKnownYet) as told:
        desk.book()

    assert (told.value.retry_after, desk.journal.asked) == (2, asked)


def test_a_dead_worker_may_have_sent_until_its_lease_ran_out() -> None:
    desk = BookDesk()
    desk.ready()
    desk.journal.before["create"] = Crash()
    with pytest.raises(Crash):
        desk.book()

    desk.later(LEASE + SECOND)
    with pytest.raises(NotKnownYet) as told:
        desk.book()
    assert told.value.retry_after == ABSENCE.total_seconds()
    assert (desk.posting().state, desk.record().state) == (PostingState.UNSURE, State.UNSURE)

    desk.later(ABSENCE)
    desk.book()
    assert booked_once(desk)


def test_a_posting_that_no_record_stands_behind_any_more_is_closed_without_a_call() -> None:
    desk = BookDesk()
    ready = desk.ready()
    desk.journal.before["find"] = Crash()
    with pytest.raises(Crash):
        desk.book()
    posting = desk.posting()
    desk.desk.staged.replace(
        desk.record(), a_ready_record(an_invoice(total="1.00"), version=2, revision=ready.revision)
    )
    asked = list(desk.journal.asked)

    assert take_up(desk.desk, posting) is None

    assert (desk.posting().state, desk.journal.asked) == (PostingState.REFUSED, asked)


def test_of_two_workers_that_take_up_one_posting_one_goes_on() -> None:
    desk = BookDesk()
    desk.ready()
    desk.journal.before["create"] = LOST
    with pytest.raises(NotKnownYet):
        desk.book()
    seen = desk.posting()
    desk.later()
    desk.desk.postings.save(replace(seen, lease_until=desk.clock() + timedelta(minutes=1)))  # somebody is faster

    with pytest.raises(Stale):
        take_up(desk.desk, seen)

    assert desk.journal.vouchers == []


def test_an_invoice_that_changes_at_that_very_moment_leaves_its_posting_before_anything_is_sent() -> None:
    desk = BookDesk()
    read = desk.ready()
    changed = a_ready_record(an_invoice(total="1.00"), version=2, revision=read.revision)
    desk.desk.staged.replace(read, changed)

    with pytest.raises(Stale):
        book(desk.desk, read)

    assert (desk.posting().state, desk.journal.asked) == (PostingState.ABANDONED, [])


def test_a_booked_invoice_that_changed_before_its_posting_was_settled_is_settled() -> None:
    desk = BookDesk()
    desk.ready()
    booked = desk.book()
    open_again = desk.desk.postings.save(replace(desk.posting(), state=PostingState.ACCEPTED))
    changed = replace(booked, version=2, hash="other", state=State.FAILED)
    desk.desk.staged.replace(booked, changed)

    assert take_up(desk.desk, open_again) is None

    assert desk.posting().state is PostingState.SETTLED


def test_a_refusal_that_the_posting_did_not_hear_of_still_waits_for_a_person() -> None:
    """M1.2: what a person has to decide is not booked by the next pass."""
    desk = BookDesk()
    desk.ready()
    desk.journal.refuses["book"] = Rejected("closed", code="closed_period")
    desk.book()
    desk.desk.postings.save(replace(desk.posting(), state=PostingState.ACCEPTED))  # a crash before it was told
    desk.journal.refuses.clear()

    desk.quiet()

    assert (desk.voucher().booked, desk.record().state) == (0, State.FAILED)
    assert desk.posting().state is PostingState.REFUSED


def test_a_settled_posting_is_never_sent_again_whatever_its_record_says() -> None:
    desk = BookDesk()
    desk.ready()
    posted = desk.book()
    asked = list(desk.journal.asked)
    assert take_up(desk.desk, desk.posting()) == posted
    for state in (State.READY, State.UNSURE):
        lost = replace(desk.record(), state=state, covered={})
        assert not desk.desk.staged.save([lost])

        assert desk.book().covered == posted.covered

        assert (desk.record().state, desk.journal.asked) == (State.POSTED, asked)
