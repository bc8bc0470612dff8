"""Correct: entries that are taken out and wanted again, by a person or by the settings, with one half posted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from handoff.domain.errors import Unreachable
from handoff.domain.gate import GatePolicy
from handoff.domain.staged import Approval, ApprovedVia, StagedRecord, State
from handoff.pipeline.post import regate
from handoff.pipeline.stage import rejudged
from tests.builders import HOURS, NOW
from tests.unit.pipeline.correcting import CorrectDesk
from tests.unit.pipeline.planning import JOURNAL, PROJECT

BOTH = (PROJECT, JOURNAL)


def part(hours: str, amount: str) -> tuple[Decimal, Decimal]:
    return Decimal(hours), Decimal(amount)


def half_posted(desk: CorrectDesk) -> None:
    """An entry whose project half is in the books; for the journal half there was no time."""
    slices = iter([True])
    desk.time_left = lambda: next(slices, False)
    desk.says("1")
    desk.post()
    desk.time_left = lambda: True
    assert (desk.record("1").state, set(desk.record("1").covered)) == (State.READY, {PROJECT})
    desk.wait(timedelta(days=1))


def decided(desk: CorrectDesk, *, yes: bool) -> None:
    record = desk.record("1")
    said = Approval(record.hash, yes, ApprovedVia.PERSON, "kari", NOW)
    answered = rejudged(replace(record, approvals=(*record.approvals, said)), desk.policy, NOW, by="kari")
    desk.put(answered)


def test_a_yes_after_a_no_keeps_the_half_that_nobody_has_taken_back() -> None:
    desk = CorrectDesk(*BOTH)
    half_posted(desk)

    decided(desk, yes=False)
    assert (desk.record("1").state, [s.kind for s in desk.record("1").standing]) == (State.REVERSING, [PROJECT])
    decided(desk, yes=True)
    desk.post()

    assert desk.net(PROJECT) == desk.net(JOURNAL) == {"1": part("7.5", "9375")}
    assert (desk.record("1").state, len(desk.erp.written), desk.inbox()) == (State.POSTED, 1, [])


def test_a_reversal_that_could_not_be_sent_is_none_when_the_entry_is_wanted_again() -> None:
    desk = CorrectDesk(*BOTH)
    half_posted(desk)
    desk.policy = GatePolicy(excluded_project_ids=frozenset({"401"}))
    assert regate(desk.tools(), desk.policy, flow=HOURS)
    desk.erp.answers.append(Unreachable("down"))
    with pytest.raises(Unreachable):
        desk.post()

    desk.policy = GatePolicy()
    assert regate(desk.tools(), desk.policy, flow=HOURS)
    desk.post()

    assert desk.net(PROJECT) == desk.net(JOURNAL) == {"1": part("7.5", "9375")}
    assert (desk.record("1").state, len(desk.erp.written), desk.inbox()) == (State.POSTED, 1, [])


def test_a_version_whose_document_was_taken_back_goes_on_as_the_next_one() -> None:
    """The approval came while the reversal was on its way: its key is used up, and nothing is written twice under it."""
    desk = CorrectDesk(*BOTH)
    half_posted(desk)
    decided(desk, yes=False)
    desk.erp.before_send.append(lambda: desk.staged.inner.save([_approved(desk.record("1"))]))

    for _ in range(4):
        desk.post()
        desk.wait(timedelta(hours=1))

    assert desk.net(PROJECT) == desk.net(JOURNAL) == {"1": part("7.5", "9375")}
    assert (desk.record("1").state, desk.inbox()) == (State.POSTED, [])
    assert desk.record("1").version > 1


def _approved(record: StagedRecord) -> StagedRecord:
    yes = Approval(record.hash, True, ApprovedVia.PERSON, "kari", NOW)
    return replace(record, approvals=(*record.approvals, yes))
